import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What a peer in Java speaks, see ../peer_protocol.py. */
final class PeerLoop {
    /** A program that is compared. */
    interface Peer {
        Map<String, String> versions();

        void load(JsonNode message) throws Exception;

        ObjectNode run(JsonNode message) throws Exception;
    }

    private PeerLoop() {}

    static void serve(Peer peer) throws IOException {
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        try (var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                out.println(answer(peer, JsonMapper.shared().readTree(line)));
            }
        }
        Runtime.getRuntime().halt(0); // libraries have threads of their own
    }

    static ObjectNode object() {
        return JsonMapper.shared().createObjectNode();
    }

    private static ObjectNode answer(Peer peer, JsonNode message) {
        try {
            switch (message.path("op").asString()) {
                case "hello" -> {
                    var answer = object().put("ok", true);
                    peer.versions().forEach(answer.putObject("versions")::put);
                    return answer;
                }
                case "load" -> {
                    long started = System.nanoTime();
                    peer.load(message);
                    return object().put("ok", true).put("seconds", (System.nanoTime() - started) / 1e9);
                }
                case "run" -> {
                    return peer.run(message).put("ok", true);
                }
                default -> {
                    return object().put("ok", false).put("error", "unknown operation");
                }
            }
        } catch (Exception | LinkageError e) {
            e.printStackTrace();
            return object().put("ok", false).put("error", e.toString());
        }
    }
}
