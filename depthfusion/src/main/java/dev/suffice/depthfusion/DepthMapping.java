package dev.suffice.depthfusion;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.image.DepthScale;

/**
 * Depth in metres of a 16-bit value. All run from {@code far} at 0 to {@code near} at 65535; they differ in the steps between.
 */
public sealed interface DepthMapping {
    /** What depths without a unit are spread over, in metres: a room that one can step around in. */
    Disparity RELATIVE = new Disparity(1.2, 12);

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

    /** The same steps over another range. */
    DepthMapping over(double near, double far);

    /**
     * What a picture's depth scale says. Depths that are only ordered are taken for disparities, as the depth networks behind such
     * pictures estimate them (Ranftl et al., MiDaS, 2020), and spread over {@link #RELATIVE}.
     */
    static DepthMapping of(DepthScale scale) {
        return switch (scale) {
            case DepthScale.Relative() -> RELATIVE;
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
