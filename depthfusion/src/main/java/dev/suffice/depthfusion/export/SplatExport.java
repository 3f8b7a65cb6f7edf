package dev.suffice.depthfusion.export;

import dev.suffice.depthfusion.LayeredScene;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * 3D Gaussians in the PLY layout of Kerbl et al. (2023): flat discs that lie on the surface, as wide as the distance to their
 * neighbours, at most a million. Colours are the constant term of the spherical harmonics. As in that layout x points right, y down
 * and z forward.
 */
public final class SplatExport implements Export {
    private static final int MOST = 1_000_000;
    private static final int BYTES = 17 * 4;

    /** The spherical harmonic of degree 0. */
    private static final double CONSTANT = 0.28209479177387814;

    /** Standard deviation in steps between neighbours: discs overlap without blurring. */
    private static final double WIDTH = 0.55;

    /** Thickness over width. */
    private static final double FLATNESS = 0.1;

    /** Opacity 0.99, before the sigmoid. */
    private static final double OPACITY = Math.log(0.99 / 0.01);

    @Override
    public String name() {
        return "splat";
    }

    @Override
    public String extension() {
        return "splat.ply";
    }

    @Override
    public String description() {
        return "3D Gaussians as PLY: SuperSplat, gsplat viewers, Unity and Unreal plug-ins";
    }

    @Override
    public Map<String, byte[]> files(LayeredScene scene, String name) {
        var samples = new SurfaceSamples(scene, MOST);
        var count = samples.count();
        var header = """
                ply
                format binary_little_endian 1.0
                element vertex %d
                property float x
                property float y
                property float z
                property float nx
                property float ny
                property float nz
                property float f_dc_0
                property float f_dc_1
                property float f_dc_2
                property float opacity
                property float scale_0
                property float scale_1
                property float scale_2
                property float rot_0
                property float rot_1
                property float rot_2
                property float rot_3
                end_header
                """.formatted(count).getBytes(StandardCharsets.US_ASCII);
        var file = new LittleEndian(Math.toIntExact(header.length + (long) BYTES * count)).raw(header);
        var disc = new Disc();
        samples.each(sample -> disc.write(sample, file));
        return Map.of(name + ".splat.ply", file.bytes());
    }

    /** One Gaussian; kept for the next. */
    private static final class Disc {
        private final double[] first = new double[3];
        private final double[] second = new double[3];
        private final double[] normal = new double[3];
        private final double[] quaternion = new double[4];

        void write(SurfaceSamples.Sample sample, LittleEndian file) {
            flip(sample.point);
            flip(sample.right);
            flip(sample.down);
            TangentFrame.normal(sample, normal);
            var width = Math.max(1e-6, TangentFrame.length(sample.right));
            for (int i = 0; i < 3; i++) {
                first[i] = sample.right[i] / width;
            }
            TangentFrame.cross(normal, first, second);
            var height = Math.max(1e-6, Math.abs(TangentFrame.dot(second, sample.down)));
            TangentFrame.quaternion(first, second, normal, quaternion);
            for (int i = 0; i < 3; i++) {
                file.f32(sample.point[i]);
            }
            for (int i = 0; i < 3; i++) {
                file.f32(normal[i]);
            }
            for (int i = 0; i < 3; i++) {
                file.f32((sample.rgb[i] / 255.0 - 0.5) / CONSTANT);
            }
            file.f32(OPACITY)
                    .f32(Math.log(WIDTH * width))
                    .f32(Math.log(WIDTH * height))
                    .f32(Math.log(FLATNESS * WIDTH * Math.min(width, height)));
            for (int i = 0; i < 4; i++) {
                file.f32(quaternion[i]);
            }
        }

        /** Half a turn around x: from y up to y down. */
        private static void flip(double[] vector) {
            vector[1] = -vector[1];
            vector[2] = -vector[2];
        }
    }
}
