package dev.suffice.language;

import dev.suffice.core.Cancellation;
import dev.suffice.language.TextAnswer.WrittenToken;
import dev.suffice.language.speculate.Drafter;
import dev.suffice.language.speculate.SpeculationPolicy;
import dev.suffice.models.tokenizer.TokenStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Answers as text, streamed in whole characters. Thread-safe; texts are not. */
public final class TextWriter {
    private final LanguageModel model;
    private final Generator generator;

    /**
     * A writer; the model stays the caller's.
     *
     * @param drafters who may draft, in order of preference
     */
    public TextWriter(LanguageModel model, List<Drafter> drafters, SpeculationPolicy policy) {
        this(model, drafters, policy, Optional.empty());
    }

    /**
     * A writer that may take tokens without asking the whole model; the model stays the caller's.
     *
     * @param drafters as {@link Generator} has them
     * @param agreement which tokens are taken unasked
     */
    public TextWriter(
            LanguageModel model, List<Drafter> drafters, SpeculationPolicy policy, Optional<Agreement> agreement) {
        this.model = model;
        this.generator = new Generator(model.name(), model.session(), drafters, policy, agreement);
    }

    /**
     * Writes the answers, one after the other.
     *
     * @param text what was read before; afterwards it has the prompt and the last answer
     * @param listener hears of the text of the first answer as it is written
     * @throws dev.suffice.core.CancelledException if cancelled; the text can be used again
     */
    public List<TextAnswer> write(
            DecodedText text, TextRequest request, Cancellation cancellation, Consumer<String> listener) {
        var answers = new ArrayList<TextAnswer>();
        for (int k = 0; k < request.count(); k++) {
            answers.add(new Answer(request, k == 0 ? listener : _ -> {}).write(text, request.seed() + k, cancellation));
        }
        return answers;
    }

    private final class Answer {
        private final TextRequest request;
        private final Consumer<String> listener;
        private final TokenStream stream = new TokenStream(model.tokenizer(), true);
        private final StopTexts stops;
        private final StringBuilder whole = new StringBuilder();
        private final List<WrittenToken> tokens = new ArrayList<>();

        Answer(TextRequest request, Consumer<String> listener) {
            this.request = request;
            this.listener = listener;
            this.stops = new StopTexts(request.stops());
        }

        TextAnswer write(DecodedText text, long seed, Cancellation cancellation) {
            var generation = generator.generate(
                    text,
                    new GenerationRequest(
                            request.prompt(),
                            request.maxTokens(),
                            request.sampling(),
                            seed,
                            model.ends(),
                            request.rule(),
                            request.alternatives() > 0,
                            request.overflow()),
                    cancellation,
                    this::token);
            if (!stops.stopped()) {
                give(stops.accept(stream.flush()));
                give(stops.flush());
            }
            return new TextAnswer(whole.toString(), tokens, stops.stopped(), generation);
        }

        private boolean token(int token, TokenScores scores) {
            tokens.add(new WrittenToken(token, scores.logProbability(token), scores.likeliest(request.alternatives())));
            give(stops.accept(stream.accept(token)));
            return !stops.stopped();
        }

        private void give(String text) {
            if (!text.isEmpty()) {
                whole.append(text);
                listener.accept(text);
            }
        }
    }
}
