package dev.suffice.cli;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The desktop's browser. The launcher runs without a display ({@code java.awt.headless}), so pages are opened by the desktop's own
 * command.
 */
public final class Browser {
    private final Map<String, String> environment;
    private final String system;

    /** This machine's. */
    public Browser() {
        this(System.getenv(), System.getProperty("os.name", ""));
    }

    Browser(Map<String, String> environment, String system) {
        this.environment = environment;
        this.system = system.toLowerCase(Locale.ROOT);
    }

    /** Opens a page, or says where it is. */
    public void open(URI page, PrintWriter err) {
        var command = command(page);
        if (command.isEmpty()) {
            err.println("suffice: there is no desktop here; open %s in a browser".formatted(page));
            return;
        }
        try {
            new ProcessBuilder(command.get())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            err.println("suffice: cannot start %s; open %s in a browser"
                    .formatted(command.get().getFirst(), page));
        }
    }

    /** The command that opens a page; none without a desktop. */
    Optional<List<String>> command(URI page) {
        if (system.contains("mac")) {
            return Optional.of(List.of("open", page.toString()));
        }
        if (system.contains("windows")) {
            return Optional.of(List.of("rundll32", "url.dll,FileProtocolHandler", page.toString()));
        }
        if (!environment.containsKey("DISPLAY") && !environment.containsKey("WAYLAND_DISPLAY")) {
            return Optional.empty();
        }
        for (var folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            var opener = Path.of(folder, "xdg-open");
            if (Files.isExecutable(opener)) {
                return Optional.of(List.of(opener.toString(), page.toString()));
            }
        }
        return Optional.empty();
    }
}
