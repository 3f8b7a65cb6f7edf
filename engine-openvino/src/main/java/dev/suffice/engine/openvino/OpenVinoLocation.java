package dev.suffice.engine.openvino;

import dev.suffice.core.CacheFolder;
import dev.suffice.core.Setting;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where OpenVINO's C library lies.
 *
 * @param library the file
 * @param foundBy how it was found, for people
 */
record OpenVinoLocation(Path library, String foundBy) {
    /** The {@link Setting} that names a file or a folder. */
    static final String SETTING = "openvino";

    /** Names of the file on Linux, macOS and Windows; the version is part of some. */
    private static final Pattern FILE = Pattern.compile(
            "libopenvino_c\\.so(\\.\\d+)*|libopenvino_c(\\.\\d+)*\\.dylib|openvino_c\\.dll", Pattern.CASE_INSENSITIVE);

    /** Where the library lies in the folders that OpenVINO is delivered as: archives, Python packages, this program's own copy. */
    private static final List<String> WITHIN = List.of(
            "",
            "libs",
            "openvino/libs",
            "lib",
            "runtime/lib/intel64",
            "runtime/lib/aarch64",
            "runtime/lib/arm64/Release",
            "runtime/bin/intel64/Release",
            "lib/intel64");

    /**
     * Looks where it may be: first what was named, and if something was, only there; then {@code engines/openvino} in the cache, the folder of an activated
     * installation, the system's folders, and what the machine's Python has.
     */
    static Optional<OpenVinoLocation> find() {
        var named = Setting.of(SETTING).map(Path::of);
        if (named.isPresent()) {
            return in(named.get(), "named by SUFFICE_OPENVINO");
        }
        return in(CacheFolder.ofEngine(OpenVinoEngine.NAME), "installed by this program")
                .or(() -> environment("INTEL_OPENVINO_DIR").flatMap(folder -> in(folder, "INTEL_OPENVINO_DIR")))
                .or(() -> first(searchPath(), "on the library path"))
                .or(() -> first(systemFolders(), "installed on this machine"))
                .or(() -> PythonPackage.folder().flatMap(folder -> in(folder, "Python package openvino")));
    }

    /** Why there is none. */
    static String notFound() {
        return Setting.of(SETTING)
                .map(named -> "no OpenVINO library in %s, which SUFFICE_OPENVINO names".formatted(named))
                .orElse("no OpenVINO library on this machine");
    }

    private static Optional<OpenVinoLocation> first(List<Path> folders, String how) {
        return folders.stream().flatMap(folder -> in(folder, how).stream()).findFirst();
    }

    private static Optional<OpenVinoLocation> in(Path place, String how) {
        if (Files.isRegularFile(place)) {
            return Optional.of(new OpenVinoLocation(place.toAbsolutePath().normalize(), how));
        }
        return WITHIN.stream()
                .flatMap(part -> libraries(place.resolve(part)).stream())
                .findFirst()
                .map(file -> new OpenVinoLocation(file, how));
    }

    /** The libraries in a folder, the highest version first: names that are longer have one. */
    private static List<Path> libraries(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(
                            file -> FILE.matcher(file.getFileName().toString()).matches() && Files.isRegularFile(file))
                    .map(file -> file.toAbsolutePath().normalize())
                    .sorted(Comparator.comparingInt(
                                    (Path file) -> file.toString().length())
                            .thenComparing(Comparator.naturalOrder())
                            .reversed())
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static List<Path> searchPath() {
        var folders = new ArrayList<Path>();
        for (var variable : List.of("OPENVINO_LIB_PATHS", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")) {
            var value = System.getenv(variable);
            if (value != null) {
                Stream.of(value.split(Pattern.quote(File.pathSeparator), -1))
                        .filter(part -> !part.isBlank())
                        .map(Path::of)
                        .forEach(folders::add);
            }
        }
        return folders;
    }

    private static List<Path> systemFolders() {
        var folders = new ArrayList<>(List.of(
                Path.of("/usr/lib/x86_64-linux-gnu"),
                Path.of("/usr/lib/aarch64-linux-gnu"),
                Path.of("/usr/lib64"),
                Path.of("/usr/lib"),
                Path.of("/usr/local/lib"),
                Path.of("/opt/homebrew/lib")));
        var intel = Path.of("/opt/intel");
        if (Files.isDirectory(intel)) {
            try (Stream<Path> installed = Files.list(intel)) {
                installed
                        .filter(folder -> folder.getFileName().toString().startsWith("openvino"))
                        .sorted(Comparator.reverseOrder())
                        .forEach(folders::add);
            } catch (IOException e) {
                return folders;
            }
        }
        return folders;
    }

    private static Optional<Path> environment(String variable) {
        var value = System.getenv(variable);
        return value == null || value.isBlank() ? Optional.empty() : Optional.of(Path.of(value));
    }
}
