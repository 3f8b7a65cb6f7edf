package dev.suffice.engine.onnxruntime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.suffice.engine.Engine;
import dev.suffice.engine.EngineException;
import dev.suffice.engine.EngineStatus;
import dev.suffice.engine.Graph;
import dev.suffice.engine.GraphContent;
import dev.suffice.engine.Session;
import dev.suffice.engine.SessionOptions;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ONNX Runtime on the processor. Weights that lie in files are mapped; what the kernels repack stays private memory of
 * the session. Stateless and thread-safe.
 */
public final class OnnxRuntimeEngine implements Engine {
    /**
     * From here on weights stay as they lie in their file. Below, the library's last level of optimisation also makes copies of
     * convolution filters in the processor's own layout: some per cent faster, but for a large U-Net 20 seconds to open instead
     * of 3, and the filters in memory twice.
     */
    private static final long LARGE_WEIGHTS = 512L << 20;

    /**
     * Sessions that compute with all of them share one pool of threads. Threads that have just worked wait awake for more, and those of one session would keep
     * the processors from another that runs after it.
     */
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    private static final String DEVICE = "cpu";

    private static @Nullable OrtEnvironment environment;

    @Override
    public String name() {
        return "onnxruntime";
    }

    @Override
    public EngineStatus probe() {
        try {
            return new EngineStatus.Available(environment().getVersion(), List.of(DEVICE));
        } catch (LinkageError | IllegalStateException e) {
            return new EngineStatus.Unavailable(
                    "its native library does not load here (%s)".formatted(e),
                    "use 64-bit Linux (glibc 2.27 or later), macOS or Windows");
        }
    }

    @Override
    public Session open(Graph graph, SessionOptions options) {
        options.device().filter(device -> !device.equals(DEVICE)).ifPresent(device -> {
            throw new EngineException(
                    "graph %s: device %s: onnxruntime has only %s here".formatted(graph.name(), device, DEVICE));
        });
        try (var ort = new OrtSession.SessionOptions()) {
            int threads = options.threads() / options.streams();
            if (threads == PROCESSORS) {
                ort.disablePerSessionThreads();
            } else {
                ort.setIntraOpNumThreads(threads);
            }
            ort.setInterOpNumThreads(1);
            if (ByteProducts.unsigned(graph.content())) {
                ort.addConfigEntry("session.x64quantprecision", "1");
            }
            ort.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            if (graph.weightBytes().orElse(0) > LARGE_WEIGHTS) {
                ort.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.EXTENDED_OPT);
            }
            for (var property : options.properties().entrySet()) {
                ort.addConfigEntry(property.getKey(), property.getValue());
            }
            if (options.profile().isPresent()) {
                ort.enableProfiling(options.profile().get().toString());
            }
            return new OnnxRuntimeSession(graph, create(graph, ort));
        } catch (OrtException e) {
            throw new EngineException(
                    "graph %s: onnxruntime cannot open it: %s".formatted(graph.name(), message(e)), e);
        }
    }

    private static OrtSession create(Graph graph, OrtSession.SessionOptions ort) throws OrtException {
        return switch (graph.content()) {
            case GraphContent.OnnxFile(Path file) -> {
                if (!Files.isReadable(file)) {
                    throw new EngineException(
                            "graph %s: file %s does not exist or cannot be read".formatted(graph.name(), file));
                }
                yield environment().createSession(file.toString(), ort);
            }
            case GraphContent.OnnxBytes(ByteBuffer model, var weightsFolder) -> {
                if (weightsFolder.isPresent()) {
                    ort.addConfigEntry(
                            "session.model_external_initializers_file_folder_path",
                            weightsFolder.get().toAbsolutePath().toString());
                }
                yield environment().createSession(direct(model), ort);
            }
            case GraphContent.OpenVinoFile(Path file) ->
                throw new EngineException(
                        "graph %s: file %s is of OpenVINO's format, which onnxruntime does not read; open it with engine openvino"
                                .formatted(graph.name(), file));
        };
    }

    private static ByteBuffer direct(ByteBuffer model) {
        if (model.isDirect()) {
            return model.duplicate();
        }
        var copy = ByteBuffer.allocateDirect(model.remaining());
        return copy.put(model.duplicate()).flip();
    }

    /** One environment in a process, as the library wants it; the library's reports to its maker are off. Thread-safe. */
    public static synchronized OrtEnvironment environment() {
        if (environment == null) {
            Telemetry.off();
            try (var threads = new OrtEnvironment.ThreadingOptions()) {
                threads.setGlobalIntraOpNumThreads(PROCESSORS);
                threads.setGlobalInterOpNumThreads(1);
                var opened = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "suffice", threads);
                opened.setTelemetry(false);
                EnvironmentReference.take();
                environment = opened;
            } catch (OrtException e) {
                throw new IllegalStateException("onnxruntime: " + message(e), e);
            }
        }
        return environment;
    }

    static String message(OrtException e) {
        var text = e.getMessage();
        return text == null ? e.getCode().toString() : text.strip();
    }
}
