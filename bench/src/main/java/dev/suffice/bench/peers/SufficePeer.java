package dev.suffice.bench.peers;

import dev.suffice.core.SufficeException;
import dev.suffice.engine.EngineStatus;
import dev.suffice.engine.Engines;
import dev.suffice.models.store.ModelStore;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** This project as a peer among others: a process that is asked as they are ({@code bench/peers/peer_protocol.py}). */
public final class SufficePeer {
    private final ModelStore store;
    private @Nullable Capability capability;

    /** A model, opened for one kind of work. */
    interface Capability extends AutoCloseable {
        ObjectNode run(JsonNode task) throws IOException;

        /** What is worth to be told of how it was opened. */
        default Optional<String> note() {
            return Optional.empty();
        }

        @Override
        void close();
    }

    private SufficePeer(ModelStore store) {
        this.store = store;
    }

    /**
     * Answers until its input ends.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) throws IOException {
        var peer = new SufficePeer(ModelStore.of(Path.of(System.getProperty("suffice.home", "."))));
        try (var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
                var out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8)) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                out.println(peer.answer(JsonMapper.shared().readTree(line)));
            }
        } finally {
            peer.close();
        }
    }

    private ObjectNode answer(JsonNode message) {
        try {
            return switch (message.path("op").asString("")) {
                case "hello" -> hello();
                case "load" -> load(message);
                case "run" -> run(message);
                default -> error("op %s: unknown".formatted(message.path("op").asString("")));
            };
        } catch (SufficeException | IOException e) {
            return error(String.valueOf(e.getMessage()));
        }
    }

    private static ObjectNode hello() {
        var answer = ok();
        var versions =
                answer.putObject("versions").put("java", Runtime.version().toString());
        for (var engine : Engines.installed()) {
            if (engine.probe() instanceof EngineStatus.Available available) {
                versions.put(engine.name(), available.version());
            }
        }
        return answer;
    }

    private ObjectNode load(JsonNode message) {
        close();
        long started = System.nanoTime();
        var opened = switch (message.path("capability").asString("")) {
            case "images" -> ImagePeer.open(store, message);
            case "text" -> TextPeer.open(store, message);
            case "passes" -> PassPeer.open(store, message);
            case "classify" -> ClassifyPeer.open(store, message);
            default ->
                throw new SufficeException("capability %s: unknown"
                        .formatted(message.path("capability").asString("")));
        };
        capability = opened;
        var answer = ok().put("seconds", (System.nanoTime() - started) / 1e9);
        opened.note().ifPresent(note -> answer.put("note", note));
        return answer;
    }

    private ObjectNode run(JsonNode message) throws IOException {
        var opened = capability;
        if (opened == null) {
            return error("nothing is loaded");
        }
        return opened.run(message).put("ok", true);
    }

    private void close() {
        var opened = capability;
        capability = null;
        if (opened != null) {
            opened.close();
        }
    }

    static ObjectNode ok() {
        return JsonMapper.shared().createObjectNode().put("ok", true);
    }

    private static ObjectNode error(String text) {
        return JsonMapper.shared().createObjectNode().put("ok", false).put("error", text);
    }
}
