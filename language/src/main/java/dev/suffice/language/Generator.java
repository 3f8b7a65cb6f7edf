package dev.suffice.language;

import dev.suffice.core.Cancellation;
import dev.suffice.core.CancelledException;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.language.Generation.Finish;
import dev.suffice.language.Generation.SpeculationReport;
import dev.suffice.language.sampling.Writing;
import dev.suffice.language.speculate.DraftToken;
import dev.suffice.language.speculate.Drafter;
import dev.suffice.language.speculate.PassCosts;
import dev.suffice.language.speculate.Round;
import dev.suffice.language.speculate.SpeculationPolicy;
import dev.suffice.language.speculate.SpeculationPolicy.Active;
import dev.suffice.language.speculate.Verifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Writes answers with a decoder, drafting as the policy says. Thread-safe; texts are not. */
public final class Generator {
    /**
     * Two best scores that are closer than this are decided by a pass of one token, as without speculation: passes of several tokens add in another order, and
     * their scores differ in the last digits.
     */
    private static final float TOO_CLOSE = 0.02f;

    private final String model;
    private final DecoderSession session;
    private final List<Drafter> drafters;
    private final SpeculationPolicy policy;
    private final Optional<Agreement> agreement;
    private final PassCosts costs = new PassCosts();

    /**
     * A generator; the session stays the caller's.
     *
     * @param model its name, for the flight recorder
     * @param drafters who may draft, in order of preference
     */
    public Generator(String model, DecoderSession session, List<Drafter> drafters, SpeculationPolicy policy) {
        this(model, session, drafters, policy, Optional.empty());
    }

    /**
     * A generator that may take tokens without asking the whole model; the session stays the caller's.
     *
     * @param model as above
     * @param drafters as above; with an agreement only an {@link ExitDrafter}, whose confidence it is about
     * @param agreement which tokens are taken unasked; empty for none, so that what is written is what the model writes
     * @throws IllegalArgumentException if there is an agreement and another drafter
     */
    public Generator(
            String model,
            DecoderSession session,
            List<Drafter> drafters,
            SpeculationPolicy policy,
            Optional<Agreement> agreement) {
        if (agreement.isPresent() && !drafters.stream().allMatch(ExitDrafter.class::isInstance)) {
            throw new IllegalArgumentException("an agreement is about the tokens of an exit head alone");
        }
        this.agreement = agreement;
        this.model = model;
        this.session = session;
        this.drafters = List.copyOf(drafters);
        this.policy = policy;
    }

    /**
     * Writes an answer.
     *
     * @param text what was read before: what of it the prompt begins with is not read again; afterwards it has the prompt and the answer, as far as they were not dropped
     * @throws InvalidRequestException if the prompt does not fit into the context and is not to be shortened, or tokens are to be taken unasked and the request wants more than
     *     the likeliest ones
     * @throws dev.suffice.core.CancelledException if cancelled; the text can be used again
     */
    public Generation generate(
            DecodedText text, GenerationRequest request, Cancellation cancellation, TokenListener listener) {
        var event = new TextGenerationEvent();
        event.begin();
        var run = new Run(text, request, cancellation, listener);
        agreement.ifPresent(_ -> run.refuseChoices());
        try {
            var generation = run.go();
            event.finished(model, generation, text.byteSize());
            return generation;
        } catch (CancelledException e) {
            event.cancelled(model, run.report(), text.byteSize());
            throw e;
        }
    }

    private final class Run {
        private final DecodedText text;
        private final GenerationRequest request;
        private final Cancellation cancellation;
        private final TokenListener listener;
        private final Writing writing;
        private final Verifier verifier;
        private final SpeculationPolicy.Decisions decisions;
        private final List<Active> active = new ArrayList<>();
        private final SpeculationTally tally = new SpeculationTally();
        private final List<TokenScores> scores = new ArrayList<>();
        private int[] answer = new int[64];
        private final long started = System.nanoTime();
        private int written;
        private int cached;
        private int dropped;
        private long firstNanos;

        Run(DecodedText text, GenerationRequest request, Cancellation cancellation, TokenListener listener) {
            this.text = text;
            this.request = request;
            this.cancellation = cancellation;
            this.listener = listener;
            this.writing = Writing.of(request.sampling(), request.prompt(), request.rule());
            this.verifier = new Verifier(new SplittableRandom(request.seed()));
            this.decisions = policy.start(costs);
        }

        /** Of tokens that the model is not asked for there are no scores that anything could be done to. */
        private void refuseChoices() {
            if (!writing.isPlain() || request.scored()) {
                throw new InvalidRequestException(
                        "agreement: tokens are taken without the model's scores, so that there can be no temperature, penalties, bias, constraint or logprobs; leave them out");
            }
        }

        Generation go() {
            var prompt = fitting(request.prompt());
            cached = Math.min(common(text.tokens(), prompt), prompt.length - 1);
            if (!(policy instanceof SpeculationPolicy.None)
                    && drafters.stream().anyMatch(SelfDrafter.class::isInstance)) {
                cached = Math.min(cached, text.record());
            }
            text.cut(cached);
            var logits = text.read(Arrays.copyOfRange(prompt, cached, prompt.length), 1);
            cancellation.check();
            try {
                open(prompt);
                var first = verifier.verify(List.of(), _ -> kept(logits[0]), writing, this::ends);
                var finish = write(first);
                firstNanos = System.nanoTime() - started;
                while (finish == null) {
                    cancellation.check();
                    finish = text.length() + 1 < session.context() || shorten() ? round() : Finish.CONTEXT;
                }
                var whole = Arrays.copyOf(answer, written);
                active.forEach(one -> one.session().ended(whole));
                return new Generation(whole, finish, report());
            } finally {
                close();
            }
        }

        SpeculationReport report() {
            long rest = written == 0 ? 0 : System.nanoTime() - started - firstNanos;
            return tally.report(request.prompt().length, cached, dropped, written, agreement, firstNanos, rest);
        }

        /** What of a prompt can be answered. */
        private int[] fitting(int[] prompt) {
            if (prompt.length < session.context()) {
                return prompt;
            }
            var remains = shorter(prompt)
                    .orElseThrow(() -> new InvalidRequestException(
                            "prompt of %d tokens: the context holds %d with the answer; shorten the prompt, or open the model with a larger context"
                                    .formatted(prompt.length, session.context())));
            dropped = prompt.length - remains.length;
            return remains;
        }

        /** Goes on with a shorter text, if there is to be one; positions change, so that what follows the first difference is read anew. */
        private boolean shorten() {
            var shorter = shorter(request.prompt());
            if (shorter.isEmpty()) {
                return false;
            }
            var remains = shorter.get();
            dropped = request.prompt().length + written - remains.length;
            // The last token is read by the next round, with a draft.
            int read = remains.length - 1;
            int same = Math.min(common(text.tokens(), remains), read);
            text.cut(same);
            if (same < read) {
                text.read(Arrays.copyOfRange(remains, same, read), 0);
            }
            close();
            open(remains);
            return true;
        }

        private Optional<int[]> shorter(int[] prompt) {
            int context = session.context();
            return request.overflow()
                    .shorten(prompt, Arrays.copyOf(answer, written), context)
                    .filter(remains -> remains.length > 0 && remains.length < context);
        }

        /** Begins drafts of a text; those of a text that was shortened draw other numbers than before. */
        private void open(int[] tokens) {
            if (policy instanceof SpeculationPolicy.None) {
                return;
            }
            for (var drafter : drafters) {
                long seed = request.seed() + dropped;
                var opened = drafter instanceof TextDrafter reading
                        ? reading.start(text, writing, seed)
                        : drafter.start(writing, seed);
                active.add(new Active(drafter, opened));
                opened.read(tokens);
            }
        }

        private void close() {
            active.forEach(one -> one.session().close());
            active.clear();
        }

        /** One pass: the last token that was written, and a draft of what follows. */
        private @org.jspecify.annotations.Nullable Finish round() {
            int last = answer[written - 1];
            int room = Math.min(
                    Math.min(SpeculationPolicy.MOST, request.maxTokens() - written - 1),
                    session.context() - text.length() - 2);
            var event = new SpeculationRoundEvent();
            event.begin();
            long begun = System.nanoTime();
            var chosen = decisions.draft(active, Math.max(0, room));
            long drafted = System.nanoTime();
            var draft = chosen.draft();
            var read = new int[draft.size() + 1];
            read[0] = last;
            for (int i = 0; i < draft.size(); i++) {
                read[i + 1] = draft.get(i).token();
            }
            int base = text.length();
            int taken = agreement.map(one -> one.taken(draft)).orElse(0);
            var logits = text.read(read, read.length - taken);
            long passed = System.nanoTime();
            costs.measured(read.length, passed - drafted);
            for (int i = 0; i < taken; i++) {
                scores.add(TokenScores.NOT_KEPT);
            }
            var verified =
                    verifier.verify(draft, taken, i -> scores(logits[i - taken], i, base, draft), writing, this::ends);
            text.cut(base + 1 + verified.accepted());
            var round = new Round(
                    chosen.drafter(),
                    draft,
                    verified.tokens().stream().mapToInt(Integer::intValue).toArray(),
                    verified.accepted(),
                    drafted - begun,
                    passed - drafted);
            event.finished(name(chosen.drafter()), base, round);
            tally.round(round, Math.min(taken, verified.accepted()));
            decisions.heard(round);
            return write(verified);
        }

        private String name(int drafter) {
            return drafter < 0 ? "none" : active.get(drafter).drafter().name();
        }

        private float[] scores(float[] logits, int after, int base, List<DraftToken> draft) {
            if (draft.isEmpty() || !request.sampling().isGreedy() || writing.margin(logits) >= TOO_CLOSE) {
                return kept(logits);
            }
            tally.again();
            return kept(text.readAgain(base + after));
        }

        /** The verifier asks for the scores of each token that is written, in their order. */
        private float[] kept(float[] logits) {
            scores.add(request.scored() ? new TokenScores(logits.clone()) : TokenScores.NOT_KEPT);
            return logits;
        }

        private boolean ends(int token) {
            return request.ends().contains(token);
        }

        private @org.jspecify.annotations.Nullable Finish write(Verifier.Verified verified) {
            var fresh = new int[verified.tokens().size()];
            for (int i = 0; i < fresh.length; i++) {
                int token = verified.tokens().get(i);
                fresh[i] = token;
                if (written == answer.length) {
                    answer = Arrays.copyOf(answer, 2 * written);
                }
                answer[written++] = token;
                boolean goesOn = listener.token(token, scores.get(i));
                var finish = ends(token)
                        ? Finish.END
                        : !goesOn ? Finish.STOPPED : written == request.maxTokens() ? Finish.LENGTH : null;
                if (finish != null) {
                    // What was accepted behind it is not part of the text.
                    text.cut(Math.min(text.length(), request.prompt().length + written - dropped - 1));
                    return finish;
                }
            }
            active.forEach(one -> one.session().read(fresh));
            scores.clear();
            return null;
        }
    }

    private static int common(int[] a, int[] b) {
        int mismatch = Arrays.mismatch(a, b);
        return mismatch < 0 ? a.length : mismatch;
    }
}
