/** Reads furniture libraries: catalogues, OBJ models, their materials and textures. Files are untrusted. */
package dev.suffice.train.scene.furniture;
