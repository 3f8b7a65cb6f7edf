package dev.suffice.cli.train;

import dev.suffice.cli.LineFile;
import dev.suffice.core.Cancellation;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.language.DraftModel;
import dev.suffice.language.DraftName;
import dev.suffice.language.GenerationRequest;
import dev.suffice.language.Generator;
import dev.suffice.language.LanguageModel;
import dev.suffice.language.TokenListener;
import dev.suffice.language.chat.ChatMessage;
import dev.suffice.language.speculate.DiscoModel;
import dev.suffice.language.speculate.DraftTrace;
import dev.suffice.language.speculate.SpeculationPolicy;
import dev.suffice.language.speculate.TracingDrafter;
import dev.suffice.models.store.ModelStore;
import dev.suffice.train.disco.DiscoTraining;
import dev.suffice.train.disco.DraftCosts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains what decides how far a draft model drafts. */
@Command(
        name = "drafter",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description =
                "Trains the classifier that decides how far a draft model drafts, on answers to prompts; for ./suffice generate --draft-tokens disco=FILE.")
final class DrafterCommand implements Callable<Integer> {
    /** Prompts that are also answered without drafts, to know what a pass costs. */
    private static final int PLAIN = 3;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--model", paramLabel = "NAME|DIR|FILE", description = "The model that writes.", required = true)
    private String model = "";

    @Option(
            names = "--draft",
            paramLabel = "NAME[,slem]",
            description = "The model that drafts; with ,slem as text.",
            required = true)
    private String draft = "";

    @Option(
            names = "--prompts",
            paramLabel = "FILE",
            description = "Prompts, one a line; a few hundred.",
            required = true)
    private Path prompts = Path.of("");

    @Option(names = "--out", paramLabel = "FILE", description = "The file to write.", required = true)
    private Path out = Path.of("");

    @Option(names = "--draft-tokens", paramLabel = "N", description = "How far is drafted while training.")
    private int draftTokens = 10;

    @Option(names = "--max-tokens", paramLabel = "N", description = "Most tokens of an answer.")
    private int maxTokens = 128;

    @Option(names = "--raw", description = "Give the prompts as they are, without the model's chat template.")
    private boolean raw;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the training.")
    private long seed = 1;

    @Override
    public Integer call() throws IOException {
        var policy = new SpeculationPolicy.Fixed(draftTokens);
        var lines = LineFile.prompts(prompts, "a few hundred");
        var name = DraftName.parse(draft);
        var store = ModelStore.of(Path.of(System.getProperty("suffice.home", ".")));
        try (var target = open(store, model);
                var smaller = open(store, name.model())) {
            var drafts = name.drafting(target, smaller);
            var answers = new Answers(target, drafts, policy);
            for (int i = 0; i < lines.size(); i++) {
                answers.write(lines.get(i), i < PLAIN);
                if ((i + 1) % 20 == 0 || i + 1 == lines.size()) {
                    spec.commandLine().getErr().printf("%d of %d prompts answered%n", i + 1, lines.size());
                    spec.commandLine().getErr().flush();
                }
            }
            var costs = answers.costs();
            var trained = new DiscoTraining(costs, seed).train(answers.traces);
            new DiscoModel(drafts.pair(), trained.threshold(), trained.classifier()).write(out);
            print(drafts, costs, trained);
        }
        return 0;
    }

    private static LanguageModel open(ModelStore store, String name) {
        return LanguageModel.open(
                store.find(name).path(),
                name,
                store.cache(),
                OptionalInt.empty(),
                Engines.named(Engines.DEFAULT),
                SessionOptions.defaults());
    }

    /** The answers, and what came of their drafts. */
    private final class Answers {
        private final LanguageModel target;
        private final Generator drafting;
        private final Generator plain;
        private final List<List<DraftTrace>> traces = new ArrayList<>();
        private double plainNanos;
        private double plainPasses;
        private double draftNanos;
        private double drafted;
        private double verifyNanos;
        private double verifyPasses;

        Answers(LanguageModel target, DraftModel drafts, SpeculationPolicy policy) {
            this.target = target;
            var tracing = new TracingDrafter(
                    drafts.drafter(), trace -> traces.getLast().add(trace));
            this.drafting = new Generator(target.name(), target.session(), List.of(tracing), policy);
            this.plain = new Generator(target.name(), target.session(), List.of(), new SpeculationPolicy.None());
        }

        void write(String prompt, boolean both) {
            var tokens = raw || target.template().isEmpty()
                    ? target.prompt(prompt)
                    : target.prompt(List.of(ChatMessage.user(prompt)));
            var request = GenerationRequest.greedy(tokens, maxTokens, target.ends());
            traces.add(new ArrayList<>());
            try (var text = target.session().text()) {
                var report = drafting.generate(text, request, new Cancellation(), TokenListener.SILENT)
                        .report();
                draftNanos += report.drafting().toNanos();
                drafted += report.drafted();
                verifyNanos += report.rest().minus(report.drafting()).toNanos();
                verifyPasses += report.passes();
                if (both) {
                    var without = plain.generate(text, request, new Cancellation(), TokenListener.SILENT)
                            .report();
                    plainNanos += without.rest().toNanos();
                    plainPasses += without.passes();
                }
            }
        }

        DraftCosts costs() {
            if (drafted == 0 || plainPasses == 0) {
                throw new InvalidRequestException(
                        "prompts %s: nothing was drafted for their answers; give more prompts, or a larger --max-tokens"
                                .formatted(prompts));
            }
            double pass = plainNanos / plainPasses;
            double more = (verifyNanos / verifyPasses / pass - 1) / (drafted / verifyPasses);
            return new DraftCosts(draftNanos / drafted / pass, Math.max(0, more));
        }
    }

    private void print(DraftModel drafts, DraftCosts costs, DiscoTraining.Trained trained) {
        var text = spec.commandLine().getOut();
        text.printf(Locale.ROOT, "%s; it has %.1f%% of the model's tokens%n", drafts.pair(), 100 * drafts.coverage());
        text.printf(
                Locale.ROOT,
                "%d tokens judged, %.1f%% accepted; a drafted token costs %.3f passes, judging it %.3f%n",
                trained.tokens(),
                100 * trained.accepted(),
                costs.draft(),
                costs.verify());
        text.printf(
                Locale.ROOT,
                "On prompts that were held out: AUC %.3f; with threshold %.2f %.3f tokens in the time of a pass, always %d tokens give %.3f%n",
                trained.areaUnderCurve(),
                trained.threshold(),
                trained.gain(),
                trained.bestLength(),
                trained.bestLengthGain());
        text.println(out);
    }
}
