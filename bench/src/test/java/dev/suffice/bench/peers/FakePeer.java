package dev.suffice.bench.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** A program that speaks the protocol, or fails in some way. Writes into a file when it begins and ends to work. */
public final class FakePeer {
    private FakePeer() {}

    /** How one is started. */
    static Contender contender(String name, String manner, Path log) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = List.of(
                java,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Path.of("target/test-classes").toAbsolutePath().toString(),
                FakePeer.class.getName(),
                name,
                manner,
                log.toString());
        return new Contender(
                name,
                false,
                new PeerProgram(name, command, Map.of()),
                JsonMapper.shared().createObjectNode(),
                JsonMapper.shared().createObjectNode());
    }

    /** @param arguments name, manner, log */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var name = arguments[0];
        var manner = arguments[1];
        var log = Path.of(arguments[2]);
        int runs = 0;
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.contains("\"hello\"")) {
                System.out.println(
                        manner.equals("absent")
                                ? "{\"ok\": false, \"missing\": \"package fake\", \"install\": \"pip install fake\"}"
                                : "{\"ok\": true, \"versions\": {\"fake\": \"1\"}}");
            } else if (line.contains("\"load\"")) {
                write(log, "load " + name);
                System.out.println("{\"ok\": true}");
            } else {
                runs++;
                if (manner.equals("dies") && runs == 3) {
                    System.err.println("out of something");
                    System.exit(7);
                }
                if (manner.equals("hangs") && runs == 3) {
                    Thread.sleep(60_000);
                }
                if (manner.equals("nonsense") && runs == 3) {
                    System.out.println("Loading weights: 100%");
                    continue;
                }
                if (manner.equals("refuses")) {
                    System.out.println("{\"ok\": false, \"error\": \"no such scheduler\"}");
                    continue;
                }
                var item = line.replaceAll(".*\"item\":\"([^\"]*)\".*", "$1");
                write(log, "begin %s %s".formatted(name, item));
                Thread.sleep(5);
                write(log, "end %s %s".formatted(name, item));
                System.out.println("{\"ok\": true, \"seconds\": 0.5}");
            }
        }
    }

    private static void write(Path log, String line) throws IOException {
        Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
