package dev.suffice.train.scene.furniture;

/**
 * One piece of furniture as its catalogue describes it.
 *
 * @param id the catalogue's identifier, unique over all libraries, e.g. {@code Scopia#fireplace1}
 * @param name its English name
 * @param category its English category
 * @param width size along x in metres
 * @param depth size along z in metres
 * @param height size along y in metres
 * @param rotation row-major 3x3 matrix to apply before measuring
 * @param model path of the OBJ file inside the library's archive
 * @param creator who made it
 * @param license the library's licence
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record CatalogEntry(
        String id,
        String name,
        String category,
        double width,
        double depth,
        double height,
        double[] rotation,
        String model,
        String creator,
        String license) {}
