package dev.suffice.image;

import dev.suffice.core.InvalidRequestException;

/** What a 16-bit depth value means. Larger is always nearer. */
public sealed interface DepthScale {
    /** The largest depth value. */
    int MAX = 65535;

    /** Only the order of depths is known, as with the published LDM3D models: larger = nearer. */
    record Relative() implements DepthScale {}

    /**
     * Metres, spaced by logarithm: {@code MAX} is {@code near}, 0 is {@code far} or beyond.
     *
     * @param near metres, above 0
     * @param far metres, above near
     */
    record Logarithmic(double near, double far) implements DepthScale {
        /** Checks the range. */
        public Logarithmic {
            if (!(near > 0) || !(far > near) || Double.isInfinite(far)) {
                throw new InvalidRequestException(
                        "depth range %s to %s metres: must be 0 < near < far".formatted(near, far));
            }
        }

        /**
         * Metres of a depth value.
         *
         * @param depth 0 to 65535
         */
        public double metres(int depth) {
            return far * Math.pow(near / far, depth / (double) MAX);
        }
    }
}
