package dev.suffice.train;

/**
 * Where training stands.
 *
 * @param stage what is going on, e.g. render, unet, exits
 * @param step what was done in the stage: optimiser steps, or items
 * @param fraction part of the stage that is done, 0..1
 * @param loss mean training loss since the last report, NaN where there is none
 */
public record Progress(String stage, long step, double fraction, double loss) {}
