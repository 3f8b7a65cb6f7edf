package dev.suffice.language.speculate;

import dev.suffice.core.InvalidRequestException;
import java.nio.file.Path;

/** Policies by the texts of options. */
public final class SpeculationPolicies {
    private static final String DISCO = "disco=";

    private SpeculationPolicies() {}

    /**
     * A policy.
     *
     * @param text {@code auto}, {@code none}, {@code heuristic}, {@code confidence}, {@code disco=} with the file of a {@link DiscoModel}, or a number of tokens
     * @throws InvalidRequestException if it is none of these
     */
    public static SpeculationPolicy parse(String text) {
        return switch (text) {
            case "auto" -> new SpeculationPolicy.Auto();
            case "none" -> new SpeculationPolicy.None();
            case "heuristic" -> new SpeculationPolicy.Heuristic(5);
            case "confidence" -> new SpeculationPolicy.Confidence(0.4);
            default -> {
                if (text.startsWith(DISCO)) {
                    yield new SpeculationPolicy.Disco(DiscoModel.read(Path.of(text.substring(DISCO.length()))));
                }
                try {
                    yield new SpeculationPolicy.Fixed(Integer.parseInt(text));
                } catch (NumberFormatException e) {
                    throw new InvalidRequestException(
                            "draft tokens %s: must be auto, none, heuristic, confidence, disco=FILE, or a number between 1 and %d"
                                    .formatted(text, SpeculationPolicy.MOST));
                }
            }
        };
    }
}
