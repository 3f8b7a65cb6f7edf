package dev.suffice.train;

import dev.suffice.train.scene.RenderOptions;
import dev.suffice.train.scene.RenderPlaces;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Makes the bundled model, from furniture libraries to a model folder in diffusers' layout. Every stage can be stopped at any time and
 * goes on where it was when it is run again with the same folders.
 */
public final class TrainPlaces {
    /** The stages, in order. */
    public enum Stage {
        /** Renders the training and held-out tuples. */
        RENDER,
        /** Trains the autoencoder. */
        AUTOENCODER,
        /** Freezes it and encodes captions and pictures, once. */
        ENCODE,
        /** Trains the U-Net; writes the model folder at every checkpoint. */
        UNET,
        /** Renders a few large pictures and trains the upscaler on them; adds it to the model folder. */
        UPSCALER
    }

    /**
     * What to render.
     *
     * @param furniture folder with the {@code .sh3f} libraries
     * @param trainingShards shards of 256 scenes to train on
     * @param heldOutShards shards of 256 scenes to judge with
     */
    public record Tuples(Path furniture, int trainingShards, int heldOutShards) {}

    private static final int SIZE = 128;
    private static final int LARGE = 512;
    private static final int LARGE_SHARDS = 3;

    private TrainPlaces() {}

    /**
     * Runs one stage to its end.
     *
     * @throws IOException if a folder cannot be read or written
     * @throws InterruptedException if the thread is interrupted while rendering
     */
    public static void run(Stage stage, Tuples tuples, TrainOptions options, ProgressListener listener)
            throws IOException, InterruptedException {
        var training = new PlacesTraining(options, listener);
        switch (stage) {
            case RENDER -> {
                render(rendering(tuples, options, 0, tuples.trainingShards()), listener);
                render(
                        rendering(tuples, options, RenderOptions.FIRST_HELD_OUT_SHARD, tuples.heldOutShards()),
                        listener);
            }
            case AUTOENCODER -> training.autoencoder();
            case ENCODE -> {
                training.freeze();
                training.encodeTexts();
                training.encodeLatents();
            }
            case UNET -> training.unet();
            case UPSCALER -> {
                render(large(tuples, options, 0, LARGE_SHARDS), listener);
                render(large(tuples, options, RenderOptions.FIRST_HELD_OUT_SHARD, 1), listener);
                training.upscaler();
            }
        }
    }

    private static RenderOptions rendering(Tuples tuples, TrainOptions options, int first, int shards) {
        return new RenderOptions(
                tuples.furniture(), options.tuples(), first, shards, options.seed(), options.threads(), SIZE);
    }

    /** Other scenes than the autoencoder has seen. */
    private static RenderOptions large(Tuples tuples, TrainOptions options, int first, int shards) {
        return new RenderOptions(
                tuples.furniture(), options.large(), first, shards, options.seed() + 1, options.threads(), LARGE);
    }

    private static void render(RenderOptions render, ProgressListener listener)
            throws IOException, InterruptedException {
        RenderPlaces.run(
                render,
                (shard, rendered, done, total) ->
                        listener.update(new Progress("render", done, done / (double) total, Double.NaN)));
    }
}
