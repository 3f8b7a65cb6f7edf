package dev.suffice.classify.exit;

import dev.suffice.core.InvalidRequestException;
import java.util.List;

/** The criteria by name. */
public final class ExitCriteria {
    private static final List<ExitCriterion> ALL = List.of(
            new MaxProbability(),
            new LowEntropy(),
            new TopGap(),
            new Patience(),
            new LearnedConfidence(),
            new Stability());

    private ExitCriteria() {}

    /** All of them. */
    public static List<ExitCriterion> all() {
        return ALL;
    }

    /**
     * A criterion.
     *
     * @throws InvalidRequestException if there is none of that name
     */
    public static ExitCriterion named(String name) {
        return ALL.stream()
                .filter(criterion -> criterion.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidRequestException("exit criterion %s: must be one of %s"
                        .formatted(
                                name,
                                String.join(
                                        ", ",
                                        ALL.stream().map(ExitCriterion::name).toList()))));
    }
}
