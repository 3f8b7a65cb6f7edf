package dev.suffice.bench.peers;

import dev.suffice.core.Cancellation;
import dev.suffice.core.StepCount;
import dev.suffice.diffusion.ImageRequest;
import dev.suffice.diffusion.ImageSize;
import dev.suffice.diffusion.Ldm3dPipeline;
import dev.suffice.diffusion.RunListener;
import dev.suffice.diffusion.engines.EngineSelection;
import dev.suffice.diffusion.engines.ExpectedWork;
import dev.suffice.diffusion.policy.StepPolicy;
import dev.suffice.engine.SessionOptions;
import dev.suffice.image.RgbdImage;
import dev.suffice.models.store.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes images.
 *
 * @param pipeline with an engine that counts
 * @param engine that one
 * @param choice which engine it is, and why
 * @param steps a number, or {@code auto}; empty for the number of each task
 * @param policy what decides during a run
 */
record ImagePeer(Ldm3dPipeline pipeline, TimedEngine engine, String choice, String steps, StepPolicy policy)
        implements SufficePeer.Capability {
    static ImagePeer open(ModelStore store, JsonNode message) {
        var model = message.path("model").asString();
        var folder = store.folder(model);
        var options =
                SessionOptions.defaults().withThreads(message.path("threads").intValue());
        var choice = EngineSelection.parse(
                        message.path("engine").asString(), store.cache(), options, ExpectedWork.endless())
                .of(folder, model, RunListener.silent());
        var engine = new TimedEngine(choice.engine());
        return new ImagePeer(
                Ldm3dPipeline.open(folder, model, store.cache(), engine, options),
                engine,
                choice.text(),
                message.path("steps").asString(""),
                StepPolicy.parse(message.path("policy").asString()));
    }

    @Override
    public ObjectNode run(JsonNode task) throws IOException {
        var request = ImageRequest.of(task.path("prompt").asString())
                .seed(task.path("seed").longValue())
                .steps(
                        steps.equals("auto")
                                ? StepCount.auto()
                                : StepCount.fixed(task.path("steps").intValue()))
                .policy(policy)
                .guidance(task.path("guidance").doubleValue())
                .guidanceRescale(task.path("rescale").doubleValue())
                .size(new ImageSize(
                        task.path("width").intValue(), task.path("height").intValue()))
                .enlarge(false)
                .build();
        engine.takeSeconds();
        long started = System.nanoTime();
        var image = pipeline.run(request, new Cancellation(), RunListener.silent())
                .getFirst()
                .image();
        double seconds = (System.nanoTime() - started) / 1e9;
        double inside = engine.takeSeconds();
        Files.write(Path.of(task.path("picture").asString()), bytes(image));
        return SufficePeer.ok()
                .put("seconds", seconds)
                .put("inside_seconds", inside)
                .put("engine", engine.name());
    }

    private static byte[] bytes(RgbdImage image) {
        var bytes = new byte[3 * image.width() * image.height()];
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                int rgb = image.rgb(x, y);
                int at = 3 * (y * image.width() + x);
                bytes[at] = (byte) (rgb >> 16);
                bytes[at + 1] = (byte) (rgb >> 8);
                bytes[at + 2] = (byte) rgb;
            }
        }
        return bytes;
    }

    @Override
    public Optional<String> note() {
        return Optional.of("engine " + choice);
    }

    @Override
    public void close() {
        pipeline.close();
    }
}
