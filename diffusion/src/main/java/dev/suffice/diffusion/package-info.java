/**
 * Text to an RGB image with depth. An {@link dev.suffice.diffusion.ImageRequest} goes into an
 * {@link dev.suffice.diffusion.Ldm3dPipeline} and comes out as {@link dev.suffice.diffusion.GeneratedImage}s.
 */
package dev.suffice.diffusion;
