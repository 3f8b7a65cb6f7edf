/** Results as files: pictures, depth maps, sidecars, written whole or not at all. */
package dev.suffice.diffusion.file;
