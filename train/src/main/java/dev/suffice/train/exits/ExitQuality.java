package dev.suffice.train.exits;

/**
 * How good one head is on examples that were held out.
 *
 * @param layer that the head stands behind, from 1
 * @param quality the task's {@link ExitTask#measure}
 * @param agreement part of its answers that are the last head's, 0..1; NaN in regression
 * @param loss mean cross entropy in nats, or mean squared error
 */
public record ExitQuality(int layer, double quality, double agreement, double loss) {}
