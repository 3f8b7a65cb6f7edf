package dev.suffice.depthfusion;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.image.DepthScale;

/**
 * Depth in metres of a 16-bit value. All run from {@code far} at 0 to {@code near} at 65535; they differ in the steps between.
 */
public sealed interface DepthMapping {
    /** Depth at 65535, metres. */
    double near();

    /** Depth at 0, metres. */
    double far();

    /**
     * One over the depth, per metre; above 0.
     *
     * @param value 0 to 65535
     */
    double inverse(int value);

    /**
     * The value whose depth is nearest to a depth.
     *
     * @param inverse one over the depth, per metre
     * @return 0 to 65535; the ends for depths out of range
     */
    default int value(double inverse) {
        var value = position(inverse);
        return (int) Math.round(DepthScale.MAX * Math.clamp(value, 0, 1));
    }

    /** Where a depth lies between far (0) and near (1); beyond these for depths out of range. */
    double position(double inverse);

    /** The same steps over another range. */
    DepthMapping over(double near, double far);

    /** What depths without a unit are spread over: 1.2 to 12 metres, a room that one can step around in. */
    static Disparity relative() {
        return new Disparity(1.2, 12);
    }

    /**
     * What a picture's depth scale says. Depths that are only ordered are taken for disparities, as the depth networks behind such
     * pictures estimate them (Ranftl et al., MiDaS, 2020), and spread over {@link #relative}.
     */
    static DepthMapping of(DepthScale scale) {
        return switch (scale) {
            case DepthScale.Relative() -> relative();
            case DepthScale.Logarithmic(var near, var far) -> new Logarithmic(near, far);
        };
    }

    /** Equal steps in the logarithm of depth. */
    record Logarithmic(double near, double far) implements DepthMapping {
        /** Checks the range. */
        public Logarithmic {
            check(near, far);
        }

        @Override
        public double inverse(int value) {
            return Math.pow(far / near, value / (double) DepthScale.MAX) / far;
        }

        @Override
        public double position(double inverse) {
            return Math.log(inverse * far) / Math.log(far / near);
        }

        @Override
        public Logarithmic over(double newNear, double newFar) {
            return new Logarithmic(newNear, newFar);
        }
    }

    /** Equal steps in one over depth. */
    record Disparity(double near, double far) implements DepthMapping {
        /** Checks the range. */
        public Disparity {
            check(near, far);
        }

        @Override
        public double inverse(int value) {
            return 1 / far + (1 / near - 1 / far) * value / DepthScale.MAX;
        }

        @Override
        public double position(double inverse) {
            return (inverse - 1 / far) / (1 / near - 1 / far);
        }

        @Override
        public Disparity over(double newNear, double newFar) {
            return new Disparity(newNear, newFar);
        }
    }

    /** Equal steps in depth. */
    record Linear(double near, double far) implements DepthMapping {
        /** Checks the range. */
        public Linear {
            check(near, far);
        }

        @Override
        public double inverse(int value) {
            return 1 / (far + (near - far) * value / DepthScale.MAX);
        }

        @Override
        public double position(double inverse) {
            return (far - 1 / inverse) / (far - near);
        }

        @Override
        public Linear over(double newNear, double newFar) {
            return new Linear(newNear, newFar);
        }
    }

    private static void check(double near, double far) {
        if (!(near >= 1e-3) || !(far > near) || !(far <= 1e5)) {
            throw new InvalidRequestException(
                    "depth range %s to %s metres: must be 0.001 <= near < far <= 100000".formatted(near, far));
        }
    }
}
