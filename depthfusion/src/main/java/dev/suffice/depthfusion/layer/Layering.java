package dev.suffice.depthfusion.layer;

import dev.suffice.depthfusion.Layer;
import dev.suffice.depthfusion.LayeredScene;
import dev.suffice.depthfusion.Mesh;
import dev.suffice.depthfusion.Scene;
import dev.suffice.image.RgbdImage;
import java.util.ArrayList;
import java.util.BitSet;

/** From a picture with depth to its layers. */
public final class Layering {
    /** At most this many triangles, in all layers together. */
    public static final int MAX_TRIANGLES = 400_000;

    private static final int MAX_SAMPLES = 1 << 21;

    /** How far blocks of samples may be from plane, in samples of parallax, tried in this order. */
    private static final double[] TOLERANCES = {0.1, 0.2, 0.4, 0.8};

    private Layering() {}

    /** Cuts a scene at its depth edges and fills the background behind them. */
    public static LayeredScene of(Scene scene) {
        var pixels = (long) scene.image().width() * scene.image().height();
        var reduction = (int) Math.ceil(Math.sqrt((double) pixels / MAX_SAMPLES));
        var fineness = reduction > 1 ? 1 : Refinement.factor((int) pixels);
        while (true) {
            var samples = new Samples(scene, reduction, fineness);
            int fewest = Integer.MAX_VALUE;
            for (var tolerance : TOLERANCES) {
                var cells = CellPartition.of(samples.grid, samples.tears, samples.kinds, samples.hidden, tolerance);
                fewest = Math.min(fewest, cells.size());
                if (cells.size() > MAX_TRIANGLES / 2) {
                    continue;
                }
                var back = LayerMesher.background(samples.grid, samples.tears, samples.kinds, samples.hidden, cells);
                var front = LayerMesher.foreground(samples.grid, samples.tears, samples.kinds, samples.hidden, cells);
                if (back.triangles() + front.triangles() <= MAX_TRIANGLES) {
                    return samples.scene(scene, back, front);
                }
            }
            // so full of edges that it must be coarser
            if (fineness > 1) {
                fineness = 1;
            } else {
                reduction = Math.max(reduction + 1, (int) (reduction * Math.sqrt(fewest / (MAX_TRIANGLES / 4.0))));
            }
        }
    }

    /** A small picture with smooth outlines, up to four times as wide and high; others as they are. */
    public static Scene refined(Scene scene) {
        var factor = Refinement.factor(scene.image().width() * scene.image().height());
        if (factor == 1) {
            return scene;
        }
        var sharp = new SharpDepths(scene, 1);
        var finer = Refinement.of(sharp.grid, sharp.tears, sharp.rgb, factor);
        var grid = finer.grid();
        var depth = new short[grid.inverse.length];
        for (int p = 0; p < depth.length; p++) {
            depth[p] = (short) scene.mapping().value(grid.inverse[p]);
        }
        return new Scene(
                new RgbdImage(
                        grid.width,
                        grid.height,
                        finer.rgb(),
                        depth,
                        scene.image().depthScale()),
                scene.projection(),
                scene.mapping(),
                scene.metric(),
                scene.provenance());
    }

    /** The samples of a scene at one resolution, and what was found out about them. */
    private static final class Samples {
        final DepthGrid grid;
        final Tears tears;
        final byte[] rgb;
        final BitSet changed;
        final RgbdImage image;
        final byte[] kinds;
        final HiddenSurface hidden;

        Samples(Scene scene, int reduction, int fineness) {
            var sharp = new SharpDepths(scene, reduction);
            var coarse = sharp.grid;
            if (fineness == 1) {
                grid = coarse;
                rgb = sharp.rgb;
                changed = sharp.changed;
                image = scene.image();
            } else {
                var finer = Refinement.of(coarse, sharp.tears, sharp.rgb, fineness);
                grid = finer.grid();
                PolarFilter.apply(grid);
                rgb = finer.rgb();
                changed = new BitSet();
                image = new RgbdImage(
                        grid.width,
                        grid.height,
                        rgb,
                        new short[grid.inverse.length],
                        scene.image().depthScale());
            }
            tears = new Tears(grid);
            var occlusion = Occlusion.of(grid, tears);
            kinds = occlusion.kinds();
            hidden = HiddenSurface.behind(grid, tears, occlusion, rgb);
        }

        LayeredScene scene(Scene scene, Mesh back, Mesh front) {
            var textures = new LayerTextures(grid, kinds, hidden, new Colours(image, grid, rgb, changed));
            var layers = new ArrayList<Layer>();
            if (back.triangles() > 0) {
                layers.add(new Layer("background", back, textures.background()));
            }
            if (front.triangles() > 0) {
                layers.add(new Layer("foreground", front, textures.foreground()));
            }
            return new LayeredScene(scene, layers, grid.radius);
        }
    }
}
