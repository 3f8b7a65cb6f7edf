package dev.suffice.train.scene.furniture;

import java.util.Objects;

/**
 * What a surface looks like: a diffuse colour and a texture that multiplies it.
 *
 * @param name the material's name in its MTL file
 * @param red diffuse red as written in the file, sRGB-encoded, 0 to 1
 * @param green diffuse green
 * @param blue diffuse blue
 * @param opacity 1 for solid, 0 for invisible
 * @param texture what multiplies the colour; {@link Texture#white()} where the file names none
 */
public record Material(String name, float red, float green, float blue, float opacity, Texture texture) {
    public Material {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(texture, "texture");
    }

    /** A light grey for faces whose material the files do not describe. */
    public static Material missing(String name) {
        return new Material(name, 0.8f, 0.8f, 0.8f, 1, Texture.white());
    }
}
