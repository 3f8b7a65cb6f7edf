package dev.suffice.models.decoder;

import java.util.List;

/** How rotary embeddings are stretched for contexts longer than those of the first training. As transformers computes them. */
public sealed interface RopeScaling {
    /**
     * Angles per position, in radians, of each pair.
     *
     * @param size elements that are turned
     * @param theta base
     * @param context the longest text
     */
    float[] frequencies(int size, double theta, int context);

    /** Factor of cosines and sines. */
    default double amplitude(int context) {
        return 1;
    }

    private static float[] plain(int size, double theta) {
        var frequencies = new float[size / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = (float) (1 / Math.pow(theta, 2.0 * i / size));
        }
        return frequencies;
    }

    /** As trained. */
    record None() implements RopeScaling {
        @Override
        public float[] frequencies(int size, double theta, int context) {
            return plain(size, theta);
        }
    }

    /**
     * All positions divided by a factor (Chen et al. 2023).
     *
     * @param factor above 0
     */
    record Linear(double factor) implements RopeScaling {
        @Override
        public float[] frequencies(int size, double theta, int context) {
            var frequencies = plain(size, theta);
            for (int i = 0; i < frequencies.length; i++) {
                frequencies[i] = (float) (frequencies[i] / factor);
            }
            return frequencies;
        }
    }

    /**
     * Long wavelengths divided by a factor, short ones left, those between interpolated: Llama 3.1.
     *
     * @param factor above 0
     * @param low wavelengths above context / low are divided
     * @param high wavelengths below context / high are left
     * @param trained positions of the first training
     */
    record Llama3(double factor, double low, double high, int trained) implements RopeScaling {
        @Override
        public float[] frequencies(int size, double theta, int context) {
            var frequencies = plain(size, theta);
            for (int i = 0; i < frequencies.length; i++) {
                double wavelength = 2 * Math.PI / frequencies[i];
                if (wavelength > trained / low) {
                    frequencies[i] = (float) (frequencies[i] / factor);
                } else if (wavelength >= trained / high) {
                    double smooth = (trained / wavelength - low) / (high - low);
                    frequencies[i] = (float) ((1 - smooth) * frequencies[i] / factor + smooth * frequencies[i]);
                }
            }
            return frequencies;
        }
    }

    /**
     * YaRN (Peng et al. 2023).
     *
     * @param factor above 0
     * @param fast turns within the first training's context above which a pair is left
     * @param slow turns below which it is divided
     * @param trained positions of the first training
     * @param attention factor of cosines and sines
     */
    record Yarn(double factor, double fast, double slow, int trained, double attention) implements RopeScaling {
        @Override
        public float[] frequencies(int size, double theta, int context) {
            double low = Math.max(0, Math.floor(pair(fast, size, theta)));
            double high = Math.min(size - 1, Math.ceil(pair(slow, size, theta)));
            var frequencies = plain(size, theta);
            for (int i = 0; i < frequencies.length; i++) {
                double ramp = Math.clamp((i - low) / Math.max(1e-3, high - low), 0, 1);
                frequencies[i] = (float) (frequencies[i] / factor * ramp + frequencies[i] * (1 - ramp));
            }
            return frequencies;
        }

        private double pair(double turns, int size, double theta) {
            return size * Math.log(trained / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
        }

        @Override
        public double amplitude(int context) {
            return attention;
        }
    }

    /**
     * LongRoPE (Ding et al. 2024): a factor for each pair, one list for texts within the first training's context, one for longer ones.
     *
     * @param within factors of each pair
     * @param beyond the same
     * @param trained positions of the first training
     * @param attention factor of cosines and sines
     */
    record LongRope(List<Double> within, List<Double> beyond, int trained, double attention) implements RopeScaling {
        /** Copies the lists. */
        public LongRope {
            within = List.copyOf(within);
            beyond = List.copyOf(beyond);
        }

        @Override
        public float[] frequencies(int size, double theta, int context) {
            var factors = context > trained ? beyond : within;
            var frequencies = plain(size, theta);
            for (int i = 0; i < frequencies.length; i++) {
                frequencies[i] = (float) (frequencies[i] / factors.get(i));
            }
            return frequencies;
        }

        @Override
        public double amplitude(int context) {
            return attention;
        }
    }
}
