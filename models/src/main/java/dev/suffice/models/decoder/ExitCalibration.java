package dev.suffice.models.decoder;

/**
 * What an {@link ExitHead} said of texts that it was not trained with, at every place of them: how sure it was of its token, and whether the whole model
 * chooses the same there. Immutable.
 *
 * @param model fingerprint of the model whose choices these are, 16 hexadecimal digits
 * @param confidences probability that the head gives its token, 0 to 1, of each place
 * @param agrees whether the model's token is the same, of each place
 * @param ends number of places up to the end of each text, rising; the last is the number of all
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, copied, never compared
public record ExitCalibration(String model, float[] confidences, boolean[] agrees, int[] ends) {
    /**
     * Copies and checks.
     *
     * @throws IllegalArgumentException if lengths do not fit, ends do not rise, or a confidence is not between 0 and 1
     */
    public ExitCalibration {
        confidences = confidences.clone();
        agrees = agrees.clone();
        ends = ends.clone();
        int before = 0;
        for (int end : ends) {
            if (end <= before) {
                throw new IllegalArgumentException("ends of texts: %d after %d".formatted(end, before));
            }
            before = end;
        }
        if (before != confidences.length || before != agrees.length) {
            throw new IllegalArgumentException(
                    "%d confidences and %d answers of %d places".formatted(confidences.length, agrees.length, before));
        }
        for (float confidence : confidences) {
            if (!(confidence >= 0 && confidence <= 1)) {
                throw new IllegalArgumentException("confidence %s: must be between 0 and 1".formatted(confidence));
            }
        }
    }

    /** How many texts there are. */
    public int texts() {
        return ends.length;
    }
}
