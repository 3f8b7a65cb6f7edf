package dev.suffice.core;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What ran against what the full computation would have run; on every result.
 *
 * @param reference what the full computation is, e.g. {@code 50 steps with guidance}
 * @param stages in the order they ran
 * @param decisions what the policies decided, in order, in words
 * @param wallTime from the request to the result
 * @param peakMemoryBytes the process's peak resident memory, where the system tells it
 * @param energyJoules energy of the processor packages over the run, where a counter is readable (RAPL); all that the
 *     machine did meanwhile is in it
 */
public record ComputeReport(
        String reference,
        List<StageReport> stages,
        List<String> decisions,
        Duration wallTime,
        OptionalLong peakMemoryBytes,
        OptionalDouble energyJoules) {
    /** Copies the lists. */
    public ComputeReport {
        stages = List.copyOf(stages);
        decisions = List.copyOf(decisions);
    }

    /** Floating-point operations run. */
    public long flops() {
        return stages.stream().mapToLong(StageReport::flops).sum();
    }

    /** Floating-point operations of the full computation. */
    public long fullFlops() {
        return stages.stream().mapToLong(StageReport::fullFlops).sum();
    }

    /**
     * The share of the full computation that was not run: 0 nothing saved, 0.75 three quarters saved, negative when
     * more was run than the reference. Of operations; where none are counted, as with exported networks, of the passes of the stage that would have most.
     */
    public double saved() {
        var full = fullFlops();
        return full == 0 ? savedPasses() : 1 - (double) flops() / full;
    }

    private double savedPasses() {
        return stages.stream()
                .max(Comparator.comparingLong(StageReport::fullPasses))
                .filter(stage -> stage.fullPasses() > 0)
                .map(stage -> 1 - (double) stage.passes() / stage.fullPasses())
                .orElse(0.0);
    }

    /** The stage of that name. */
    public java.util.Optional<StageReport> stage(String name) {
        return stages.stream().filter(s -> s.name().equals(name)).findFirst();
    }

    /** One friendly line. */
    public String line() {
        var text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "%.1f s", wallTime.toNanos() / 1e9));
        stage("u-net")
                .ifPresent(u -> text.append(String.format(
                        Locale.ROOT, ", %d U-Net passes of %d (%s)", u.passes(), u.fullPasses(), reference)));
        if (fullFlops() > 0) {
            text.append(String.format(Locale.ROOT, ", %s of %s", operations(flops()), operations(fullFlops())));
        }
        text.append(
                saved() >= 0
                        ? String.format(Locale.ROOT, ": %.0f%% of the computation saved", 100 * saved())
                        : String.format(Locale.ROOT, ": %.0f%% more than the reference", -100 * saved()));
        peakMemoryBytes.ifPresent(
                bytes -> text.append(String.format(Locale.ROOT, ", peak memory %.0f MB", bytes / 1e6)));
        energyJoules.ifPresent(joules -> text.append(String.format(Locale.ROOT, ", %.0f J", joules)));
        return text.toString();
    }

    private static String operations(long flops) {
        return flops >= 1e12
                ? String.format(Locale.ROOT, "%.2f TFLOP", flops / 1e12)
                : String.format(Locale.ROOT, "%.1f GFLOP", flops / 1e9);
    }
}
