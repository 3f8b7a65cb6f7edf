package dev.suffice.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine that is measured on. */
final class Machine {
    private Machine() {}

    /** The processor's name, or the architecture where the system does not tell it. */
    static String processor() {
        var architecture = System.getProperty("os.arch", "unknown processor");
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(architecture);
        } catch (IOException e) {
            return architecture;
        }
    }
}
