package dev.suffice.diffusion.scheduler;

/**
 * Which of the training timesteps a run visits (Lin et al. 2024, "Common Diffusion Noise Schedules and Sample Steps are
 * Flawed", table 2). Two families of samplers round differently: those of the DDIM and k-diffusion kind place {@code steps}
 * points, those of the DPM-Solver kind place one more and leave out the last, where the image is clean.
 */
enum TimestepSpacing {
    LEADING,
    TRAILING,
    LINSPACE;

    static TimestepSpacing of(SchedulerConfig config, TimestepSpacing fallback) {
        return switch (config.word("timestep_spacing", fallback.word(), "leading", "trailing", "linspace")) {
            case "leading" -> LEADING;
            case "trailing" -> TRAILING;
            default -> LINSPACE;
        };
    }

    /** Descending timesteps, not rounded when linspace. */
    double[] points(int trainTimesteps, int steps, int offset) {
        return switch (this) {
            case LINSPACE -> Grids.reversed(Grids.linspace(0, trainTimesteps - 1, steps));
            case LEADING -> multiples(trainTimesteps / steps, steps - 1, 0, offset);
            case TRAILING -> trailing(trainTimesteps, trainTimesteps, steps);
        };
    }

    /** Descending timesteps, all whole. */
    double[] wholePoints(int trainTimesteps, int steps, int offset) {
        return Grids.rounded(points(trainTimesteps, steps, offset));
    }

    /** Descending whole timesteps of the DPM-Solver kind, from {@code last - 1} down. */
    double[] intervals(int trainTimesteps, int last, int steps, int offset) {
        return switch (this) {
            case LINSPACE -> {
                var whole = Grids.rounded(Grids.linspace(0, last - 1, steps + 1));
                yield java.util.Arrays.copyOf(Grids.reversed(whole), steps);
            }
            case LEADING -> multiples(last / (steps + 1), steps, 1, offset);
            case TRAILING -> trailing(trainTimesteps, last, steps);
        };
    }

    private static double[] multiples(int ratio, int from, int to, int offset) {
        var values = new double[from - to + 1];
        for (int i = 0; i < values.length; i++) {
            values[i] = (double) (from - i) * ratio + offset;
        }
        return values;
    }

    /** Every (train / steps)-th timestep down from {@code last}; fewer than {@code steps} when last is not the end. */
    private static double[] trailing(int trainTimesteps, int last, int steps) {
        double ratio = (double) trainTimesteps / steps;
        int count = last == trainTimesteps ? steps : Math.min(steps, (int) Math.ceil(last / ratio));
        var values = Grids.rounded(Grids.descending(last, ratio, count));
        for (int i = 0; i < values.length; i++) {
            values[i] -= 1;
        }
        return values;
    }

    private String word() {
        return switch (this) {
            case LEADING -> "leading";
            case TRAILING -> "trailing";
            case LINSPACE -> "linspace";
        };
    }
}
