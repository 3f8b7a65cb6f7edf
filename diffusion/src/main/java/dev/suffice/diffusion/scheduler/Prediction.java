package dev.suffice.diffusion.scheduler;

import java.util.ArrayList;
import java.util.Locale;

/**
 * What the model predicts. With a sample x = alpha x0 + sigma noise, each kind determines both the clean image x0 and the
 * noise.
 */
enum Prediction {
    /** The noise (Ho et al. 2020). */
    EPSILON,
    /** v = alpha noise - sigma x0 (Salimans and Ho 2022). */
    V_PREDICTION,
    /** The clean image itself. */
    SAMPLE,
    /** The velocity noise - x0 of a straight path x = (1 - sigma) x0 + sigma noise (Liu et al. 2022). */
    FLOW_PREDICTION;

    /** The kind that the config names. */
    static Prediction of(SchedulerConfig config) {
        return of(config, false);
    }

    /** The kind that the config names, flow included. */
    static Prediction ofFlowToo(SchedulerConfig config) {
        return of(config, true);
    }

    private static Prediction of(SchedulerConfig config, boolean flow) {
        var known = new ArrayList<String>();
        for (var kind : values()) {
            if (flow || kind != FLOW_PREDICTION) {
                known.add(kind.name().toLowerCase(Locale.ROOT));
            }
        }
        if (config.settings().get("prediction_type") instanceof String word && word.equals("original_sample")) {
            return SAMPLE;
        }
        return valueOf(config.word("prediction_type", "epsilon", known.toArray(String[]::new))
                .toUpperCase(Locale.ROOT));
    }

    /** The clean image of a sample x = alpha x0 + sigma noise. */
    float[] clean(float[] output, float[] sample, float alpha, float sigma) {
        var clean = new float[sample.length];
        switch (this) {
            case EPSILON -> {
                for (int i = 0; i < clean.length; i++) {
                    clean[i] = (sample[i] - sigma * output[i]) / alpha;
                }
            }
            case V_PREDICTION -> {
                for (int i = 0; i < clean.length; i++) {
                    clean[i] = alpha * sample[i] - sigma * output[i];
                }
            }
            case SAMPLE -> System.arraycopy(output, 0, clean, 0, clean.length);
            case FLOW_PREDICTION -> {
                for (int i = 0; i < clean.length; i++) {
                    clean[i] = sample[i] - sigma * output[i];
                }
            }
        }
        return clean;
    }

    /** The noise of a sample x = alpha x0 + sigma noise. */
    float[] noise(float[] output, float[] sample, float alpha, float sigma) {
        var noise = new float[sample.length];
        switch (this) {
            case EPSILON -> System.arraycopy(output, 0, noise, 0, noise.length);
            case V_PREDICTION -> {
                for (int i = 0; i < noise.length; i++) {
                    noise[i] = alpha * output[i] + sigma * sample[i];
                }
            }
            case SAMPLE -> {
                for (int i = 0; i < noise.length; i++) {
                    noise[i] = (sample[i] - alpha * output[i]) / sigma;
                }
            }
            case FLOW_PREDICTION -> {
                for (int i = 0; i < noise.length; i++) {
                    noise[i] = sample[i] + alpha * output[i];
                }
            }
        }
        return noise;
    }

    /** What a model says that takes a sample x = alpha x0 + sigma noise for that clean image; without noise where sigma is 0. */
    void output(float[] clean, float[] sample, float alpha, float sigma, float[] output) {
        for (int i = 0; i < output.length; i++) {
            float noise = sigma == 0 ? 0 : (sample[i] - alpha * clean[i]) / sigma;
            output[i] = switch (this) {
                case EPSILON -> noise;
                case V_PREDICTION -> alpha * noise - sigma * clean[i];
                case SAMPLE -> clean[i];
                case FLOW_PREDICTION -> noise - clean[i];
            };
        }
    }

    /** The clean image of a variance-exploding sample x = x0 + sigma noise, whose scaled form the model saw. */
    float[] cleanOfExploding(float[] output, float[] sample, float sigma) {
        if (this != V_PREDICTION) {
            return clean(output, sample, 1, sigma);
        }
        float variance = sigma * sigma + 1;
        float outputScale = -sigma / Float32.sqrt(variance);
        var clean = new float[sample.length];
        for (int i = 0; i < clean.length; i++) {
            clean[i] = output[i] * outputScale + sample[i] / variance;
        }
        return clean;
    }
}
