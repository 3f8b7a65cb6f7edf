package dev.suffice.core.calibrate;

import dev.suffice.core.InvalidRequestException;
import java.util.List;

/** The risk controls by name. */
public final class RiskControls {
    private static final List<RiskControl> ALL =
            List.of(new ConformalRiskControl(), new LearnThenTest(), new UpperConfidenceBound());

    private RiskControls() {}

    /** The names that {@link #named} knows. */
    public static List<String> names() {
        return ALL.stream().map(RiskControl::name).toList();
    }

    /**
     * A risk control.
     *
     * @throws InvalidRequestException if there is none of that name
     */
    public static RiskControl named(String name) {
        return ALL.stream()
                .filter(control -> control.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidRequestException(
                        "risk control %s: unknown; must be one of %s".formatted(name, String.join(", ", names()))));
    }
}
