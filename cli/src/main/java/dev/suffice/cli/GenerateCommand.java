package dev.suffice.cli;

import dev.suffice.language.Agreement;
import dev.suffice.language.DroppedTurns;
import dev.suffice.language.Generation;
import dev.suffice.language.LanguageModel;
import dev.suffice.language.SlidingWindow;
import dev.suffice.language.TextAnswer;
import dev.suffice.language.TextRequest;
import dev.suffice.language.chat.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** Text to text. */
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Answers a prompt, or goes on with a text.",
        footer = {
            "",
            "The text appears as it is written; the last line on stderr says what it took and what speculation saved.",
            "Example: ./suffice generate \"Name three rivers in France.\" --model smollm2"
        })
final class GenerateCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final GenerationOptions options = new GenerationOptions();

    @Parameters(paramLabel = "PROMPT", description = "What to answer, or with --raw what to go on with.")
    private String prompt = "";

    @Option(names = "--system", paramLabel = "TEXT", description = "What the model is told before the prompt.")
    private @Nullable String system;

    @Option(names = "--raw", description = "Give the prompt as it is, without the model's chat template.")
    private boolean raw;

    @Option(names = "--count", paramLabel = "N", description = "Answers, with seeds that follow each other.")
    private int count = 1;

    @Option(
            names = "--logprobs",
            paramLabel = "N",
            description = "With --json: tell of each token's probability and of the N likeliest, 1 to 20.")
    private int logprobs;

    @Option(names = "--json", description = "Print one JSON object on stdout.")
    private boolean json;

    @Override
    public Integer call() {
        var console = spec.commandLine().getOut();
        try (var interrupt = new InterruptSignal();
                var opened = options.open()) {
            var model = opened.model();
            var request = request(model);
            try (var text = model.session().text()) {
                var answers = opened.writer().write(text, request, interrupt.cancellation(), piece -> {
                    if (!json) {
                        console.print(piece);
                        console.flush();
                    }
                });
                print(opened, answers);
            }
        }
        return 0;
    }

    private TextRequest request(LanguageModel model) {
        if (raw || (model.template().isEmpty() && system == null)) {
            return options.request(
                    model, model.prompt(prompt), count, logprobs, new SlidingWindow(SlidingWindow.SINKS));
        }
        var conversation = new ArrayList<ChatMessage>();
        if (system != null) {
            conversation.add(ChatMessage.system(system));
        }
        conversation.add(ChatMessage.user(prompt));
        return options.request(
                model, model.prompt(conversation), count, logprobs, new DroppedTurns(model, conversation));
    }

    private void print(GenerationOptions.Opened opened, List<TextAnswer> answers) {
        var model = opened.model();
        var console = spec.commandLine().getOut();
        if (json) {
            var report = Json.object().put("model", model.name());
            opened.draft()
                    .ifPresent(draft -> report.putObject("draft")
                            .put("method", draft.method().toString())
                            .put("coverage", draft.coverage()));
            var list = report.putArray("answers");
            for (var answer : answers) {
                list.add(json(model, answer));
            }
            console.println(Json.text(report));
            return;
        }
        console.println();
        for (var answer : answers.subList(1, answers.size())) {
            console.println();
            console.println(answer.text());
        }
        spec.commandLine().getErr().println(line(answers.getLast().generation().report()));
    }

    private ObjectNode json(LanguageModel model, TextAnswer answer) {
        var generation = answer.generation();
        var node = Json.object()
                .put("text", answer.text())
                .put(
                        "finish",
                        answer.stopped() ? "stop" : generation.finish().name().toLowerCase(Locale.ROOT));
        node.set("speculation", json(generation.report()));
        if (logprobs > 0) {
            var tokens = node.putArray("tokens");
            for (var token : answer.tokens()) {
                var one = tokens.addObject()
                        .put("id", token.token())
                        .put("token", model.tokenizer().token(token.token()).orElse(""))
                        .put("logprob", token.logProbability());
                var likely = one.putArray("likely");
                for (var other : token.likely()) {
                    likely.addObject()
                            .put("id", other.token())
                            .put("token", model.tokenizer().token(other.token()).orElse(""))
                            .put("logprob", other.logProbability());
                }
            }
        }
        return node;
    }

    /** What a generation took, for machines. */
    static ObjectNode json(Generation.SpeculationReport report) {
        var node = Json.object()
                .put("prompt_tokens", report.promptTokens())
                .put("cached_tokens", report.cachedTokens())
                .put("dropped_tokens", report.droppedTokens())
                .put("tokens", report.tokens())
                .put("passes", report.passes())
                .put("saved_passes", report.savedPasses())
                .put("drafted", report.drafted())
                .put("accepted", report.accepted())
                .put("decided_again", report.decidedAgain())
                .put("first_token_seconds", report.firstToken().toNanos() / 1e9)
                .put("seconds", report.rest().toNanos() / 1e9)
                .put("draft_seconds", report.drafting().toNanos() / 1e9)
                .put("tokens_per_second", report.tokensPerSecond());
        report.agreement()
                .ifPresent(agreement -> node.putObject("agreement")
                        .put("promised", agreement.promised())
                        .put("probability", Agreement.CONFIDENCE)
                        .put("threshold", agreement.threshold())
                        .put("taken", report.taken()));
        var drafted = node.putArray("drafted_at");
        for (int value : report.draftedAt()) {
            drafted.add(value);
        }
        var accepted = node.putArray("accepted_at");
        for (int value : report.acceptedAt()) {
            accepted.add(value);
        }
        return node;
    }

    /** The same, for people. */
    static String line(Generation.SpeculationReport report) {
        var dropped = report.droppedTokens() == 0
                ? ""
                : "; %d of the oldest tokens did not fit into the context and were dropped"
                        .formatted(report.droppedTokens());
        var taken = report.agreement()
                .map(agreement -> String.format(
                        Locale.ROOT,
                        ", %d of them unasked, of which %.4g%% or more are the model's own with probability %.1f",
                        report.taken(),
                        100 * agreement.promised(),
                        Agreement.CONFIDENCE))
                .orElse("");
        return String.format(
                Locale.ROOT,
                "%d tokens, the first after %.2f s, then %.1f a second; %d passes for them, %d saved (%d of %d drafted tokens accepted%s)%s",
                report.tokens(),
                report.firstToken().toNanos() / 1e9,
                report.tokensPerSecond(),
                report.passes(),
                report.savedPasses(),
                report.accepted(),
                report.drafted(),
                taken,
                dropped);
    }
}
