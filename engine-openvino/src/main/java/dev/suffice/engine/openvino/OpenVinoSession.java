package dev.suffice.engine.openvino;

import dev.suffice.core.SufficeException;
import dev.suffice.engine.CheckedSession;
import dev.suffice.engine.EngineException;
import dev.suffice.engine.Graph;
import dev.suffice.engine.GraphContent;
import dev.suffice.engine.PendingRun;
import dev.suffice.engine.Ports;
import dev.suffice.engine.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A session of OpenVINO; inputs and outputs are the caller's own memory, never copied. */
final class OpenVinoSession extends CheckedSession {
    private final Arena weights;
    private final ModelVariants variants;
    private final Optional<ProfileFile> profile;

    private OpenVinoSession(Arena weights, Ports ports, ModelVariants variants, Optional<ProfileFile> profile) {
        super(ports);
        this.weights = weights;
        this.variants = variants;
        this.profile = profile;
    }

    /**
     * Reads and compiles a graph.
     *
     * @param profile prefix of the file for the operators' times, written when the session is closed
     * @throws EngineException if that is not possible, naming the graph
     */
    @SuppressWarnings("MustBeClosedChecker") // the session owns the arena and closes it
    static OpenVinoSession open(
            OpenVino library, Graph graph, String device, Map<String, String> properties, Optional<Path> profile) {
        file(graph.content()).filter(file -> !Files.isReadable(file)).ifPresent(file -> {
            throw new EngineException(
                    "graph %s: file %s does not exist or cannot be read".formatted(graph.name(), file));
        });
        var weights = Arena.ofShared();
        try {
            var model = ReadModel.of(library, graph, weights);
            long bytes = graph.weightBytes().orElse(Long.MAX_VALUE);
            var variants = ModelVariants.open(model, bytes, device, properties);
            return new OpenVinoSession(
                    weights, model.ports(), variants, profile.map(prefix -> new ProfileFile(prefix, graph.name())));
        } catch (SufficeException | IOException e) {
            weights.close();
            throw new EngineException(
                    "graph %s: openvino cannot open it: %s".formatted(graph.name(), e.getMessage()), e);
        } catch (RuntimeException | Error e) {
            weights.close();
            throw e;
        }
    }

    private static Optional<Path> file(GraphContent content) {
        return switch (content) {
            case GraphContent.OnnxFile(Path file) -> Optional.of(file);
            case GraphContent.OpenVinoFile(Path file) -> Optional.of(file);
            case GraphContent.OnnxBytes _ -> Optional.empty();
        };
    }

    @Override
    protected void compute(Map<String, Tensor> given, Map<String, Tensor> wanted) {
        try (var run = new Run(variants.of(given), given, wanted)) {
            run.request().infer();
            run.checkSizes();
        } catch (EngineException e) {
            throw failure(e);
        }
    }

    @Override
    protected Map<String, Tensor> compute(Map<String, Tensor> given, List<String> wanted) {
        var results = new LinkedHashMap<String, Tensor>();
        try (var run = new Run(variants.of(given), given, Map.of())) {
            run.request().infer();
            wanted.forEach(name -> results.put(name, run.request().copy(name)));
            return results;
        } catch (EngineException e) {
            results.values().forEach(Tensor::close);
            throw failure(e);
        }
    }

    @Override
    protected PendingRun begin(Map<String, Tensor> given, Map<String, Tensor> wanted) {
        try {
            var run = new Run(variants.of(given), given, wanted);
            try {
                run.request().start();
            } catch (EngineException e) {
                run.close();
                throw e;
            }
            return new StartedRun(run, this::failure);
        } catch (EngineException e) {
            throw failure(e);
        }
    }

    @Override
    protected void free() {
        try {
            profile.ifPresent(file -> file.write(variants.times()));
        } finally {
            variants.close();
            weights.close();
        }
    }

    private EngineException failure(EngineException e) {
        return new EngineException("graph %s: openvino failed: %s".formatted(graph(), e.getMessage()), e);
    }
}
