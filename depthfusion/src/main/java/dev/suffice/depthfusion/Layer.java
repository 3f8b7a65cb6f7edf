package dev.suffice.depthfusion;

/**
 * One surface of a scene.
 *
 * @param name {@code background} or {@code foreground}
 * @param mesh its triangles
 * @param texture its colours
 */
public record Layer(String name, Mesh mesh, Texture texture) {}
