package dev.suffice.models.family;

import dev.suffice.models.quantise.InputScale;
import java.util.Optional;

/**
 * What the values around a layer are quantised to.
 *
 * @param read what it reads
 * @param made what it makes, of a convolution
 */
public record LayerRanges(InputScale read, Optional<InputScale> made) {}
