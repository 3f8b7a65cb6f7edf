/**
 * Renders the data that the bundled model {@code places} is trained on: what scenes contain, what may be said about them, and the dataset's
 * files. {@link dev.suffice.train.scene.RenderPlaces} is the way in.
 */
package dev.suffice.train.scene;
