/** RGB images with 16-bit depth: in memory, to and from the autoencoder's channels, and as files. */
package dev.suffice.diffusion.image;
