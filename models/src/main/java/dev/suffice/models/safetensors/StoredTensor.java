package dev.suffice.models.safetensors;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import java.nio.file.Path;

/**
 * A tensor in a file. The range lies inside the file and is exactly as long as type and shape say.
 *
 * @param name as in the file's header
 * @param type element type, little-endian
 * @param shape row-major
 * @param file the safetensors file
 * @param offset of the first byte, from the start of the file
 * @param length bytes
 */
public record StoredTensor(String name, ElementType type, Shape shape, Path file, long offset, long length) {}
