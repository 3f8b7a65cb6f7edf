package dev.suffice.cli;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.language.DraftModel;
import dev.suffice.language.DraftName;
import dev.suffice.language.Drafters;
import dev.suffice.language.ExitDrafter;
import dev.suffice.language.HeadSearch;
import dev.suffice.language.LanguageModel;
import dev.suffice.language.Overflow;
import dev.suffice.language.SelfDrafter;
import dev.suffice.language.TextRequest;
import dev.suffice.language.TextWriter;
import dev.suffice.language.constrain.Constraint;
import dev.suffice.language.constrain.Whitespace;
import dev.suffice.language.sampling.SamplingOptions;
import dev.suffice.language.sampling.TokenRule;
import dev.suffice.language.speculate.Drafter;
import dev.suffice.language.speculate.PromptLookup;
import dev.suffice.language.speculate.SpeculationPolicies;
import dev.suffice.language.speculate.SpeculationPolicy;
import dev.suffice.models.store.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that everything has that writes text. */
final class GenerationOptions {
    private static final String DRAFT = "draft=";
    private static final String EXIT = "exit";

    @Option(
            names = "--model",
            paramLabel = "NAME|DIR|FILE",
            description = "A model's name, its folder, or its GGUF file.")
    String model = "smollm2";

    @Option(
            names = "--speculate",
            paramLabel = "auto|none|lookup|suffix|self|exit|draft=NAME[,slem]",
            description =
                    "Who drafts: auto (repetitions in prompt and answer, and the model's draft head if there is one), nobody, prompt lookup, suffixes, the draft head, the model's own first layers with an exit head, or a smaller model; with ,slem as text.")
    private String speculate = "auto";

    @Option(
            names = "--draft-tokens",
            paramLabel = "auto|N|heuristic|confidence|disco=FILE",
            description =
                    "How far to draft: auto (as far as it pays), always N, by a published schedule, or as trained. The text is the same.")
    private String draftTokens = "auto";

    @Option(
            names = "--agreement",
            paramLabel = "A",
            description =
                    "With --speculate exit: takes tokens that the exit head is sure of without asking the whole model. The text may differ: with probability 0.9 at least this share of the tokens taken so, such as 0.95, are those that the model would have chosen. Not given: the text is the model's own.")
    private @Nullable Double agreement;

    @Option(names = "--temperature", paramLabel = "T", description = "0 takes the likeliest token, always.")
    private double temperature;

    @Option(names = "--top-k", paramLabel = "K", description = "Only the K likeliest tokens; 0 for all.")
    private int topK;

    @Option(names = "--top-p", paramLabel = "P", description = "Only the likeliest tokens that together have P.")
    private double topP = 1;

    @Option(
            names = "--min-p",
            paramLabel = "P",
            description = "Only tokens with at least this share of the likeliest one's probability.")
    private double minP;

    @Option(
            names = "--repetition-penalty",
            paramLabel = "R",
            description = "Divides the scores of tokens that occurred in prompt or answer; 1 for none.")
    private double repetitionPenalty = 1;

    @Option(
            names = "--presence-penalty",
            paramLabel = "P",
            description = "Taken from the scores of tokens that occurred in the answer, -2 to 2.")
    private double presencePenalty;

    @Option(names = "--frequency-penalty", paramLabel = "P", description = "The same for each time they occurred.")
    private double frequencyPenalty;

    @Option(
            names = "--logit-bias",
            paramLabel = "TOKEN=BIAS",
            description = "Added to the score of a token, by its number; -100 bans it.")
    private Map<Integer, Double> bias = new HashMap<>();

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the choice; random unless given.")
    private @Nullable Long seed;

    @Option(names = "--max-tokens", paramLabel = "N", description = "Most tokens of an answer.")
    private int maxTokens = 256;

    @Option(names = "--stop", paramLabel = "TEXT", description = "A text that ends the answer; may be given often.")
    private List<String> stops = new ArrayList<>();

    @Option(
            names = "--schema",
            paramLabel = "FILE",
            description = "A JSON schema that the answer has to match; see docs/constrained-output.md.")
    private @Nullable Path schema;

    @Option(names = "--regex", paramLabel = "R", description = "A regular expression that the answer has to match.")
    private @Nullable String regex;

    @Option(
            names = "--choice",
            paramLabel = "TEXT",
            description = "One of the answers there may be; may be given often.")
    private List<String> choices = new ArrayList<>();

    @Option(
            names = "--context",
            paramLabel = "N",
            description = "Most tokens of prompt and answer; 4096, or as many as the model has, unless given.")
    private @Nullable Integer context;

    @Option(
            names = "--overflow",
            paramLabel = "stop|slide",
            description =
                    "When the context is full: stop, or drop the oldest of it (turns of a conversation whole, otherwise tokens after the first few) and go on.")
    private String overflow = "stop";

    @Option(names = "--engine", paramLabel = "NAME", description = "The inference engine.")
    private String engine = Engines.DEFAULT;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads to compute with; all processors unless given.")
    private @Nullable Integer threads;

    /** A model that writes, with what drafts for it. */
    record Opened(LanguageModel model, TextWriter writer, Optional<DraftModel> draft, List<LanguageModel> others)
            implements AutoCloseable {
        @Override
        public void close() {
            others.forEach(LanguageModel::close);
            model.close();
        }
    }

    Opened open() {
        var policy = SpeculationPolicies.parse(draftTokens);
        if (agreement != null && !speculate.equals(EXIT)) {
            throw new InvalidRequestException(
                    "agreement %s: only an exit head was calibrated for that; add --speculate exit"
                            .formatted(agreement));
        }
        var store = ModelStore.of(Installation.home());
        var opened = open(store, model);
        var others = new ArrayList<LanguageModel>();
        try {
            var draft = draft(store, opened, others);
            if (policy instanceof SpeculationPolicy.Disco disco) {
                disco.model().check(draft.map(DraftModel::pair));
            }
            var drafters = draft.map(one -> List.of(one.drafter())).orElseGet(() -> drafters(opened));
            var used = drafters.isEmpty() ? new SpeculationPolicy.None() : policy;
            var taken = Optional.ofNullable(agreement).map(opened::agreement);
            return new Opened(opened, new TextWriter(opened, drafters, used, taken), draft, others);
        } catch (RuntimeException e) {
            others.forEach(LanguageModel::close);
            opened.close();
            throw e;
        }
    }

    private LanguageModel open(ModelStore store, String name) {
        var options = threads == null
                ? SessionOptions.defaults()
                : SessionOptions.defaults().withThreads(threads);
        return LanguageModel.open(
                store.find(name).path(),
                name,
                store.cache(),
                heads(),
                context == null ? OptionalInt.empty() : OptionalInt.of(context),
                Engines.named(engine),
                options);
    }

    private Optional<DraftModel> draft(ModelStore store, LanguageModel target, List<LanguageModel> others) {
        if (!speculate.startsWith(DRAFT)) {
            return Optional.empty();
        }
        var name = DraftName.parse(speculate.substring(DRAFT.length()));
        var smaller = open(store, name.model());
        others.add(smaller);
        return Optional.of(name.drafting(target, smaller));
    }

    /** Which head is looked for, if one may be used. */
    private Optional<HeadSearch> heads() {
        var folder = Installation.home().resolve("drafters");
        return switch (speculate) {
            case "auto", "self" -> Optional.of(HeadSearch.draft(folder));
            case EXIT -> Optional.of(HeadSearch.exit(folder));
            default -> Optional.empty();
        };
    }

    private List<Drafter> drafters(LanguageModel opened) {
        return switch (speculate) {
            case "none" -> List.of();
            case "auto" -> Drafters.all(opened.session());
            case "self" -> List.of(SelfDrafter.of(opened.session()));
            case EXIT -> List.of(ExitDrafter.of(opened.session()));
            case "lookup" -> List.of(new PromptLookup());
            case "suffix" -> List.of(Drafters.suffixes());
            default ->
                throw new InvalidRequestException(
                        "speculate %s: must be auto, none, lookup, suffix, self, exit, or draft= and a model"
                                .formatted(speculate));
        };
    }

    private TokenRule rule(LanguageModel opened) {
        var given = new ArrayList<Constraint>();
        if (schema != null) {
            given.add(Constraint.schema(read(schema), Whitespace.SINGLE));
        }
        if (regex != null) {
            given.add(Constraint.regex(regex));
        }
        if (!choices.isEmpty()) {
            given.add(Constraint.choices(choices));
        }
        if (given.size() > 1) {
            throw new InvalidRequestException("--schema, --regex, --choice: only one of them may be given");
        }
        return given.isEmpty() ? TokenRule.NONE : opened.rule(given.getFirst());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new InvalidRequestException("schema %s: cannot be read: %s".formatted(file, e.getMessage()));
        }
    }

    /**
     * What is to be written.
     *
     * @param sliding how the prompt is shortened where that is asked for
     */
    TextRequest request(LanguageModel opened, int[] prompt, int count, int alternatives, Overflow sliding) {
        var sampling = new SamplingOptions(
                temperature, topK, topP, minP, repetitionPenalty, presencePenalty, frequencyPenalty, bias);
        return new TextRequest(
                prompt,
                maxTokens,
                sampling,
                seed == null ? ThreadLocalRandom.current().nextLong(1L << 32) : seed,
                count,
                stops,
                alternatives,
                rule(opened),
                overflow(sliding));
    }

    private Overflow overflow(Overflow sliding) {
        return switch (overflow) {
            case "stop" -> Overflow.STOP;
            case "slide" -> sliding;
            default -> throw new InvalidRequestException("overflow %s: must be stop or slide".formatted(overflow));
        };
    }
}
