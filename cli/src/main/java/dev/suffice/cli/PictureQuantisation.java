package dev.suffice.cli;

import dev.suffice.core.Cancellation;
import dev.suffice.core.StepCount;
import dev.suffice.diffusion.GeneratedImage;
import dev.suffice.diffusion.ImageRequest;
import dev.suffice.diffusion.Ldm3dPipeline;
import dev.suffice.diffusion.PipelineQuantiser;
import dev.suffice.diffusion.RunListener;
import dev.suffice.diffusion.policy.StepPolicy;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.image.Similarity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What came of quantising a model of images: its networks, and pictures of it beside those of the original.
 *
 * @param parts its networks
 * @param pictures of both
 */
record PictureQuantisation(List<PipelineQuantiser.Part> parts, List<Pair> pictures) {
    /** What is measured with unless prompts are given: of many kinds, as it is not known what the model is for. */
    static final List<String> PROMPTS = List.of(
            "a red sofa in a bright living room",
            "two green chairs in front of a window at night",
            "a portrait of an old man with a hat",
            "a street with houses and trees under a cloudy sky",
            "a bowl of fruit on a wooden table",
            "a small boat on a lake in the mountains",
            "a tall white tower on a hill at sunset",
            "a black cat on a blue carpet",
            "a crowded market in summer",
            "a bedroom with a yellow lamp, drawn with a pencil");

    /** Pictures to compare; the first one of each model is not timed. */
    private static final int COMPARED = 7;

    /**
     * A picture of each model from the same noise.
     *
     * @param similarity of the two
     * @param seconds of the original's
     * @param quantisedSeconds of the other's
     */
    record Pair(Similarity similarity, double seconds, double quantisedSeconds) {}

    /** Quantises, and makes the pictures. */
    static PictureQuantisation run(
            Path source,
            String name,
            Path out,
            PipelineQuantiser.Settings settings,
            Path cache,
            Cancellation cancellation) {
        var engine = Engines.named(Engines.DEFAULT);
        var options = SessionOptions.defaults();
        try (var progress = new UnitProgress("", 1)) {
            var parts = PipelineQuantiser.write(
                    source, name, out, settings, cache, engine, options, progress, cancellation);
            var pairs = new ArrayList<Pair>();
            try (var original = Ldm3dPipeline.open(source, name, cache, engine, options);
                    var quantised = Ldm3dPipeline.open(out, out.toString(), cache, engine, options)) {
                for (int i = 0; i < COMPARED; i++) {
                    var request = ImageRequest.of(settings.prompts()
                                    .get(i % settings.prompts().size()))
                            .steps(new StepCount.Fixed(settings.steps()))
                            .policy(StepPolicy.none())
                            .seed(1000L + i) // not the noise that was measured with
                            .enlarge(false)
                            .build();
                    var first = picture(original, request, cancellation);
                    var second = picture(quantised, request, cancellation);
                    pairs.add(new Pair(
                            Similarity.of(first.image.image(), second.image.image()), first.seconds, second.seconds));
                    progress.at("pictures", i + 1L, COMPARED);
                }
            }
            return new PictureQuantisation(parts, pairs);
        }
    }

    private record Picture(GeneratedImage image, double seconds) {}

    private static Picture picture(Ldm3dPipeline pipeline, ImageRequest request, Cancellation cancellation) {
        long start = System.nanoTime();
        var image = pipeline.run(request, cancellation, RunListener.silent()).getFirst();
        return new Picture(image, (System.nanoTime() - start) / 1e9);
    }

    /** Mean similarity of the colours. */
    double rgb() {
        return mean(pair -> pair.similarity().rgb());
    }

    /** Mean similarity of the depths. */
    double depth() {
        return mean(pair -> pair.similarity().depth());
    }

    private double mean(ToDoubleFunction<Pair> of) {
        return pictures.stream().mapToDouble(of).average().orElseThrow();
    }

    /** Median seconds of a picture of the original. */
    double seconds() {
        return median(Pair::seconds);
    }

    /** Median seconds of a picture of the quantised model. */
    double quantisedSeconds() {
        return median(Pair::quantisedSeconds);
    }

    /** Median of how many times as fast it is. */
    double speedUp() {
        return median(pair -> pair.seconds() / pair.quantisedSeconds());
    }

    private double median(ToDoubleFunction<Pair> of) {
        var values = new ArrayList<Double>();
        pictures.stream().skip(1).mapToDouble(of).forEach(values::add);
        Collections.sort(values);
        return values.get(values.size() / 2);
    }
}
