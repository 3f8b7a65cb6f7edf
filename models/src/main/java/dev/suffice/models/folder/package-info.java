/** Model folders in the layouts of diffusers and transformers. */
package dev.suffice.models.folder;
