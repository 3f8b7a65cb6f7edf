package dev.suffice.diffusion.scheduler;

/** Evenly spaced numbers, with the rounding that fixed the timesteps of published schedules. */
final class Grids {
    private Grids() {}

    /** {@code count} numbers from start to end, both included; start alone when count is 1. */
    static double[] linspace(double start, double end, int count) {
        var values = new double[count];
        double step = (end - start) / Math.max(1, count - 1);
        for (int i = 0; i < count; i++) {
            values[i] = i * step + start;
        }
        if (count > 1) {
            values[count - 1] = end;
        }
        return values;
    }

    /** {@code count} single-precision numbers from start to end, each half computed from its own end. */
    static float[] linspace32(float start, float end, int count) {
        var values = new float[count];
        float step = (end - start) / Math.max(1, count - 1);
        for (int i = 0; i < count; i++) {
            values[i] = i < count / 2 ? Math.fma(step, i, start) : Math.fma(-step, count - i - 1, end);
        }
        if (count == 1) {
            values[0] = start;
        }
        return values;
    }

    /** {@code count} numbers down from start. */
    static double[] descending(double start, double step, int count) {
        var values = new double[count];
        double rounded = start - (start - step);
        for (int i = 0; i < count; i++) {
            values[i] = start - i * rounded;
        }
        return values;
    }

    static double[] reversed(double[] values) {
        var reversed = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            reversed[i] = values[values.length - 1 - i];
        }
        return reversed;
    }

    static float[] toFloats(double[] values) {
        var floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    static double[] toDoubles(float[] values) {
        var doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    /** The same numbers rounded to single precision. */
    static double[] rounded32(double[] values) {
        return toDoubles(toFloats(values));
    }

    /** The same numbers cut to whole ones. */
    static double[] truncated(double[] values) {
        var whole = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            whole[i] = (long) values[i];
        }
        return whole;
    }

    /** The same numbers rounded to whole ones, halves to even. */
    static double[] rounded(double[] values) {
        var whole = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            whole[i] = Math.rint(values[i]);
        }
        return whole;
    }

    static float[] append(float[] values, float last) {
        var longer = java.util.Arrays.copyOf(values, values.length + 1);
        longer[values.length] = last;
        return longer;
    }
}
