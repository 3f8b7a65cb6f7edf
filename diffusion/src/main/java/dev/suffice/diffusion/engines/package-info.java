/** Which engine a model runs on: named, or measured once. */
@org.jspecify.annotations.NullMarked
package dev.suffice.diffusion.engines;
