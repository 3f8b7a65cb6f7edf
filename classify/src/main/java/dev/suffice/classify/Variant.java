package dev.suffice.classify;

import dev.suffice.classify.exit.ExitCalibration;
import dev.suffice.classify.exit.ExitPolicy;
import dev.suffice.classify.exit.ExitTraces;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.Engine;
import dev.suffice.engine.SessionOptions;
import dev.suffice.models.family.EncoderHead;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A classifier in one precision: its files, the networks that are open, and what its calibration allows. Thread-safe. */
final class Variant implements AutoCloseable {
    /** Calibrations that are kept: callers may ask for any risk. */
    private static final int PROMISES = 32;

    private final String name;
    private final Precision precision;
    private final ClassifierFolder files;
    private final Engine engine;
    private final SessionOptions options;
    private final Object lock = new Object();
    /** By the heads that they ask. */
    private final Map<List<EncoderHead>, ExitNetwork> networks = new HashMap<>();

    private @Nullable ExitTraces traces;
    private final Map<ExitPolicy.Auto, ExitCalibration> calibrations = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ExitPolicy.Auto, ExitCalibration> eldest) {
            return size() > PROMISES;
        }
    };

    Variant(String name, Precision precision, ClassifierFolder files, Engine engine, SessionOptions options) {
        this.name = name;
        this.precision = precision;
        this.files = files;
        this.engine = engine;
        this.options = options;
    }

    /** For messages. */
    String name() {
        return name;
    }

    Precision precision() {
        return precision;
    }

    ClassifierFolder files() {
        return files;
    }

    /** The layers behind which a text can leave, the last one included. */
    List<Integer> exits() {
        return files.heads().stream().map(EncoderHead::after).toList();
    }

    /** The encoder up to the last of these heads, cut behind each. */
    ExitNetwork network(List<EncoderHead> heads) {
        synchronized (lock) {
            return networks.computeIfAbsent(heads, asked -> new ExitNetwork(files.encoder(), asked, engine, options));
        }
    }

    /**
     * What the calibration allows.
     *
     * @throws InvalidRequestException if there is none
     * @throws dev.suffice.models.ModelException if its file is damaged
     */
    ExitCalibration calibration(ExitPolicy.Auto asked) {
        synchronized (lock) {
            var read = traces;
            if (read == null) {
                read = read();
                traces = read;
            }
            var known = read;
            return calibrations.computeIfAbsent(
                    asked, auto -> ExitCalibration.of(known, files.card().criterion(), auto));
        }
    }

    private ExitTraces read() {
        var file = files.folder().resolve(precision.calibration());
        if (!Files.isRegularFile(file)) {
            throw new InvalidRequestException(
                    "exit auto: model %s has no calibration; give a criterion such as probability:0.95, or calibrate it: ./suffice train exits --calibration FILE"
                            .formatted(name));
        }
        return ExitTraces.read(file, exits());
    }

    @Override
    public void close() {
        synchronized (lock) {
            networks.values().forEach(ExitNetwork::close);
        }
    }
}
