package dev.suffice.diffusion.scheduler;

/** A model that knows the clean image, and predicts what the sampler wants to hear. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PerfectModel(float[] clean, Prediction prediction) {
    /** The prediction for a sample at a call. */
    float[] predict(Sampling sampling, float[] sample, int index) {
        var share = new float[2];
        sampling.addNoise(new float[] {1, 0}, new float[] {0, 1}, index, share);
        double signal = share[0];
        double level = share[1];
        double norm = Math.hypot(signal, level);
        var output = new float[sample.length];
        for (int i = 0; i < output.length; i++) {
            double noise = level == 0 ? 0 : (sample[i] - signal * clean[i]) / level;
            output[i] = (float)
                    switch (prediction) {
                        case EPSILON -> noise;
                        case SAMPLE -> clean[i];
                        case V_PREDICTION -> (signal * noise - level * clean[i]) / norm;
                        case FLOW_PREDICTION -> noise - clean[i];
                    };
        }
        return output;
    }
}
