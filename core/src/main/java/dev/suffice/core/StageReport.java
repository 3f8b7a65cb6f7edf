package dev.suffice.core;

import java.time.Duration;

/**
 * What one stage of a run computed, against what the full computation would have.
 *
 * @param name e.g. {@code text encoder}, {@code u-net}, {@code decoder}
 * @param passes forward passes run, one per batch element
 * @param fullPasses forward passes of the full computation
 * @param flops floating-point operations run (1 multiply-add = 2), counted from the graphs; 0 where unknown
 * @param fullFlops floating-point operations of the full computation
 * @param time wall time
 */
public record StageReport(String name, long passes, long fullPasses, long flops, long fullFlops, Duration time) {
    /** Checks the ranges. */
    public StageReport {
        if (passes < 0 || fullPasses < 0 || flops < 0 || fullFlops < 0 || time.isNegative()) {
            throw new IllegalArgumentException("stage %s: counts must not be negative".formatted(name));
        }
    }
}
