package dev.suffice.cli.serve;

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

/** The desktop's browser, opened by the desktop's own command. */
final class DesktopBrowser {
    private DesktopBrowser() {}

    /** Opens a page, or says where it is. */
    static void open(URI page, PrintWriter err) {
        var command = command(page, System.getProperty("os.name", ""), System.getenv());
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
    static Optional<List<String>> command(URI page, String system, Map<String, String> environment) {
        var name = system.toLowerCase(Locale.ROOT);
        if (name.contains("mac")) {
            return Optional.of(List.of("open", page.toString()));
        }
        if (name.contains("windows")) {
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
