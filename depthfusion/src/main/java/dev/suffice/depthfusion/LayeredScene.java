package dev.suffice.depthfusion;

import dev.suffice.depthfusion.layer.Layering;
import java.util.List;

/**
 * A scene as surfaces that can be looked at from within a radius around the eye.
 *
 * @param scene what it was made of
 * @param layers far ones first; none is empty
 * @param safeRadius metres that an eye may move from the origin before it sees behind the layers
 */
public record LayeredScene(Scene scene, List<Layer> layers, double safeRadius) {
    /** Takes a copy of the list. */
    public LayeredScene {
        layers = List.copyOf(layers);
    }

    /**
     * Cuts a scene at its depth edges and fills the background behind them.
     *
     * @throws dev.suffice.core.InvalidRequestException if it is too small to have a surface
     */
    public static LayeredScene of(Scene scene) {
        return Layering.of(scene);
    }

    /** Triangles of all layers. */
    public int triangles() {
        return layers.stream().mapToInt(layer -> layer.mesh().triangles()).sum();
    }
}
