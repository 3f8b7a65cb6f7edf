package dev.suffice.train.scene;

import dev.suffice.train.scene.trace.Camera;
import dev.suffice.train.scene.trace.World;

/**
 * A scene ready to be rendered.
 *
 * @param world what is there
 * @param camera who looks
 * @param exposure factor on all light
 * @param facts what may be said about it
 */
record Scene(World world, Camera camera, double exposure, SceneFacts facts) {}
