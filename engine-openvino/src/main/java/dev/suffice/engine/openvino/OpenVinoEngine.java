package dev.suffice.engine.openvino;

import dev.suffice.engine.Engine;
import dev.suffice.engine.EngineException;
import dev.suffice.engine.EngineStatus;
import dev.suffice.engine.Graph;
import dev.suffice.engine.Session;
import dev.suffice.engine.SessionOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * OpenVINO, found on the machine (see {@link OpenVinoLocation}). Weights of ONNX graphs are mapped and handed over as addresses; the library repacks those that its kernels read
 * otherwise, in private memory. It computes in 32-bit floats unless a property says otherwise: {@code INFERENCE_PRECISION_HINT} is only passed on where the device lists that precision, for
 * without hardware for it a processor accepts bfloat16 and takes many times as long. Stateless and thread-safe.
 */
public final class OpenVinoEngine implements Engine {
    /** The name, as on the command line. */
    public static final String NAME = "openvino";

    private static final String DEVICE = "CPU";
    private static final String CACHE = "CACHE_DIR";
    private static final String PRECISION = "INFERENCE_PRECISION_HINT";
    private static final String INSTALL =
            "install it with ./suffice engines install openvino, or name its folder with SUFFICE_OPENVINO";

    /** What devices call the precisions that they can be asked for. */
    private static final Map<String, String> CAPABILITIES = Map.of("bf16", "BF16", "f16", "FP16");

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public EngineStatus probe() {
        var location = OpenVinoLocation.find();
        if (location.isEmpty()) {
            return new EngineStatus.Unavailable(OpenVinoLocation.notFound(), INSTALL);
        }
        try {
            var library = OpenVino.load(location.get().library());
            var devices = library.cores().devices(library.core());
            return devices.isEmpty()
                    ? new EngineStatus.Unavailable("OpenVINO in %s has no device".formatted(library.library()), INSTALL)
                    : new EngineStatus.Available(version(library), devices);
        } catch (EngineException e) {
            return new EngineStatus.Unavailable(String.valueOf(e.getMessage()), INSTALL);
        }
    }

    /** Without the number of its build. */
    private static String version(OpenVino library) {
        return library.version().replaceFirst("-.*", "");
    }

    @Override
    public Session open(Graph graph, SessionOptions options) {
        var location = OpenVinoLocation.find()
                .orElseThrow(() -> new EngineException("graph %s: engine %s: %s; %s"
                        .formatted(graph.name(), NAME, OpenVinoLocation.notFound(), INSTALL)));
        var library = OpenVino.load(location.library());
        var device = options.device().orElse(DEVICE);
        var devices = library.cores().devices(library.core());
        if (devices.stream().noneMatch(device::equals)) {
            throw new EngineException("graph %s: device %s: OpenVINO has %s here"
                    .formatted(graph.name(), device, String.join(", ", devices)));
        }
        checkProperties(graph, library, device, options);
        checkPrecision(graph, library, device, options);
        return OpenVinoSession.open(library, graph, device, properties(device, options), options.profile());
    }

    private static void checkPrecision(Graph graph, OpenVino library, String device, SessionOptions options) {
        var wanted = options.properties().getOrDefault(PRECISION, "f32");
        var capability = CAPABILITIES.get(wanted);
        if (capability == null) {
            return;
        }
        var listed = list(library, device, "OPTIMIZATION_CAPABILITIES");
        if (!listed.contains(capability)) {
            throw new EngineException(
                    "graph %s: precision %s: device %s lists only %s; without hardware for it, it would be many times slower"
                            .formatted(graph.name(), wanted, device, String.join(", ", listed)));
        }
    }

    private static void checkProperties(Graph graph, OpenVino library, String device, SessionOptions options) {
        if (options.properties().isEmpty()) {
            return;
        }
        var known = list(library, device, "SUPPORTED_PROPERTIES");
        options.properties().keySet().stream()
                .filter(key -> !known.contains(key) && !key.equals(CACHE))
                .findFirst()
                .ifPresent(key -> {
                    throw new EngineException("graph %s: property %s: device %s has none of that name; it has %s"
                            .formatted(graph.name(), key, device, String.join(", ", known)));
                });
    }

    private static List<String> list(OpenVino library, String device, String property) {
        var text = library.cores().property(library.core(), device, property).strip();
        return List.of(text.split("[ ,]+", -1));
    }

    private static Map<String, String> properties(String device, SessionOptions options) {
        var properties = new LinkedHashMap<String, String>();
        properties.put("EXECUTION_MODE_HINT", "ACCURACY");
        if (device.equals(DEVICE)) {
            properties.put(PRECISION, "f32");
            properties.put("INFERENCE_NUM_THREADS", Integer.toString(options.threads()));
            properties.put("NUM_STREAMS", Integer.toString(options.streams()));
            // Pinned threads of two processes, or of two sessions, would wait for each other.
            properties.put("ENABLE_CPU_PINNING", "NO");
        }
        options.cache().ifPresent(folder -> properties.put(CACHE, folder.toString()));
        if (options.profile().isPresent()) {
            properties.put("PERF_COUNT", "YES");
        }
        properties.putAll(options.properties());
        return properties;
    }
}
