package dev.suffice.depthfusion.export;

import dev.suffice.depthfusion.LayeredScene;
import dev.suffice.depthfusion.Projection;
import dev.suffice.depthfusion.Texture;
import dev.suffice.depthfusion.render.Rasteriser;
import dev.suffice.depthfusion.render.Viewpoint;
import dev.suffice.depthfusion.resample.Surround;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Map;

/**
 * The eye goes once around a small ellipse while it keeps looking at the same thing: a loop without an end, as an animated PNG.
 */
public final class AnimationExport implements Export {
    private static final int FRAMES = 24;
    private static final int MILLISECONDS = 90;
    private static final int WIDTH = 480;
    private static final int HEIGHT = 360;
    private static final double PANORAMA_VIEW = 75;

    /** Of the safe radius. */
    private static final double SWING = 0.6;

    @Override
    public String name() {
        return "animation";
    }

    @Override
    public String extension() {
        return "png";
    }

    @Override
    public String description() {
        return "a short loop with parallax as animated PNG: browsers, slides, chats";
    }

    @Override
    public Map<String, byte[]> files(LayeredScene scene, String name) throws IOException {
        var around = scene.scene().projection().wraps() ? scene : LayeredScene.of(Surround.of(scene.scene()));
        var rasteriser = new Rasteriser(WIDTH, HEIGHT);
        var frames = new ArrayList<Texture>();
        for (int i = 0; i < FRAMES; i++) {
            frames.add(rasteriser
                    .draw(around, viewpoint(scene, 2 * Math.PI * i / FRAMES))
                    .picture());
        }
        return Map.of(name + "-parallax.png", AnimatedPng.of(frames, MILLISECONDS));
    }

    private static Viewpoint viewpoint(LayeredScene scene, double angle) {
        var x = SWING * scene.safeRadius() * Math.sin(angle);
        var y = 0.4 * SWING * scene.safeRadius() * Math.cos(angle);
        var middle = scene.scene()
                .inverseDepth(
                        scene.scene().image().width() / 2, scene.scene().image().height() / 2);
        var view = scene.scene().projection() instanceof Projection.Perspective frame
                ? frame.fieldOfView() * Math.min(1, frame.aspect() * HEIGHT / WIDTH)
                : PANORAMA_VIEW;
        // turned so that the middle of the picture stays in the middle
        return new Viewpoint(
                x,
                y,
                0,
                Math.toDegrees(Math.atan(x * middle)),
                -Math.toDegrees(Math.atan(y * middle)),
                Math.max(1, view));
    }
}
