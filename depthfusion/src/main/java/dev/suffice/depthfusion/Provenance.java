package dev.suffice.depthfusion;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/**
 * Where a scene comes from, as far as is known; shown, never needed.
 *
 * @param title a name for people
 * @param prompt what it was made from
 * @param seed of its noise
 * @param scheduler its sampler
 * @param steps denoising steps
 * @param compute the sidecar's account of its computation
 */
public record Provenance(
        String title,
        Optional<String> prompt,
        OptionalLong seed,
        Optional<String> scheduler,
        OptionalInt steps,
        Optional<JsonNode> compute) {
    /** Nothing but a name is known. */
    public static Provenance titled(String title) {
        return new Provenance(
                title, Optional.empty(), OptionalLong.empty(), Optional.empty(), OptionalInt.empty(), Optional.empty());
    }
}
