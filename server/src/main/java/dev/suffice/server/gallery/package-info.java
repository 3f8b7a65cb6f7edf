/** Finished images in plain folders. */
package dev.suffice.server.gallery;
