package dev.suffice.diffusion;

import dev.suffice.core.ComputeReport;
import dev.suffice.image.RgbdImage;

/**
 * One result of a run.
 *
 * @param image the picture and its depth
 * @param recipe what it was made with, every default filled in: enough to make it again
 * @param passes of the U-Net that were planned and that ran, and who chose the steps
 * @param compute what the run computed, its share of a batch
 */
public record GeneratedImage(RgbdImage image, Recipe recipe, DenoisingPasses passes, ComputeReport compute) {}
