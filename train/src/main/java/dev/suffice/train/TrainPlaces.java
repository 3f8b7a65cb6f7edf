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
        UNET
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
                render(tuples, options, 0, tuples.trainingShards(), listener);
                render(tuples, options, RenderOptions.FIRST_HELD_OUT_SHARD, tuples.heldOutShards(), listener);
            }
            case AUTOENCODER -> training.autoencoder();
            case ENCODE -> {
                training.freeze();
                training.encodeTexts();
                training.encodeLatents();
            }
            case UNET -> training.unet();
        }
    }

    private static void render(Tuples tuples, TrainOptions options, int first, int shards, ProgressListener listener)
            throws IOException, InterruptedException {
        var render = new RenderOptions(
                tuples.furniture(), options.tuples(), first, shards, options.seed(), options.threads(), SIZE);
        RenderPlaces.run(
                render,
                (shard, rendered, done, total) ->
                        listener.update(new Progress("render", done, done / (double) total, Double.NaN)));
    }
}
