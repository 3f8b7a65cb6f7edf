package dev.suffice.diffusion;

import dev.suffice.engine.Session;
import java.util.List;
import java.util.Optional;

/**
 * The U-Net's sessions at one size, which share its weights.
 *
 * @param text what depends on the prompt alone, run once; absent if nothing does
 * @param parts the rest, run at every step in order: the whole of it, or the shallow part before the first block's end, the deep part,
 *     and the shallow part after it
 * @param flops of one row of each part
 * @param textFlops of one row of the text's part
 */
record UnetSessions(Optional<Session> text, List<Session> parts, List<Long> flops, long textFlops) {
    UnetSessions {
        parts = List.copyOf(parts);
        flops = List.copyOf(flops);
    }

    /** Whether the deep part can be left out. */
    boolean divided() {
        return parts.size() > 1;
    }

    /** Of one row through all parts. */
    long rowFlops() {
        return flops.stream().mapToLong(Long::longValue).sum();
    }

    /** Of so many rows, of which some had the deep part. */
    long flops(long rows, long deepRows) {
        return divided() ? rows * (flops.get(0) + flops.get(2)) + deepRows * flops.get(1) : rows * flops.get(0);
    }
}
