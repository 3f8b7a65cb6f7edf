package dev.suffice.depthfusion.export;

import dev.suffice.depthfusion.LayeredScene;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Coloured points with normals as binary PLY (Turk, 1994), at most two million; the coordinates of {@link GlbExport}. Normals point
 * towards the eye.
 */
public final class PlyExport implements Export {
    private static final int MOST = 2_000_000;
    private static final int BYTES = 27;

    @Override
    public String name() {
        return "ply";
    }

    @Override
    public String extension() {
        return "ply";
    }

    @Override
    public String description() {
        return "coloured points with normals: MeshLab, CloudCompare, Blender, Open3D, TouchDesigner";
    }

    @Override
    public Map<String, byte[]> files(LayeredScene scene, String name) {
        return Map.of(name + ".ply", bytes(scene));
    }

    static byte[] bytes(LayeredScene scene) {
        var samples = new SurfaceSamples(scene, MOST);
        var count = samples.count();
        var header = """
                ply
                format binary_little_endian 1.0
                comment Suffice DepthFusion: metres, y up, the eye at the origin, the middle of the picture along -z
                element vertex %d
                property float x
                property float y
                property float z
                property float nx
                property float ny
                property float nz
                property uchar red
                property uchar green
                property uchar blue
                end_header
                """.formatted(count).getBytes(StandardCharsets.US_ASCII);
        var file = new LittleEndian(Math.toIntExact(header.length + (long) BYTES * count)).raw(header);
        var normal = new double[3];
        samples.each(sample -> {
            TangentFrame.normal(sample, normal);
            for (int i = 0; i < 3; i++) {
                file.f32(sample.point[i]);
            }
            for (int i = 0; i < 3; i++) {
                file.f32(normal[i]);
            }
            for (int i = 0; i < 3; i++) {
                file.u8(sample.rgb[i]);
            }
        });
        return file.bytes();
    }
}
