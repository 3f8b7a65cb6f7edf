/**
 * Language models: decoder-only transformers from folders in the layout of transformers, as networks with a cut after every layer. One class per
 * family, a line in {@link dev.suffice.models.decoder.Decoders}.
 */
package dev.suffice.models.decoder;
