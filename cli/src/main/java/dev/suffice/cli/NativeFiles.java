package dev.suffice.cli;

import java.io.IOException;
import java.net.JarURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.ZipEntry;

/**
 * The inference library's native files, unpacked once into the cache. Left alone, the library unpacks them to a new temporary
 * folder at every start, which costs a tenth of a cold start and leaves the folder behind.
 */
final class NativeFiles {
    private static final System.Logger LOG = System.getLogger(NativeFiles.class.getName());
    private static final String PROPERTY = "onnxruntime.native.path";
    private static final String FOLDER = "ai/onnxruntime/native/";

    private NativeFiles() {}

    /** Tells the library where its files lie, unless someone has; where they cannot be unpacked, it goes on as it would have. */
    static void prepare(Path cache) {
        if (System.getProperty(PROPERTY) == null) {
            try {
                unpacked(platform(System.getProperty("os.name"), System.getProperty("os.arch")), cache)
                        .ifPresent(folder -> System.setProperty(PROPERTY, folder.toString()));
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "cannot unpack native files to %s".formatted(cache), e);
            }
        }
    }

    /**
     * What the library calls a machine.
     *
     * @param system as {@code os.name} has it
     * @param architecture as {@code os.arch} has it
     */
    static Platform platform(String system, String architecture) {
        var name = system.toLowerCase(Locale.ROOT);
        var processor = architecture.equals("amd64") || architecture.equals("x86_64") ? "x64" : architecture;
        if (name.contains("win")) {
            return new Platform("win-" + processor, List.of("onnxruntime.dll", "onnxruntime4j_jni.dll"));
        }
        return name.contains("mac")
                ? new Platform("osx-" + processor, List.of("libonnxruntime.dylib", "libonnxruntime4j_jni.dylib"))
                : new Platform("linux-" + processor, List.of("libonnxruntime.so", "libonnxruntime4j_jni.so"));
    }

    /**
     * A kind of machine.
     *
     * @param folder of its files in the library
     * @param files that it needs
     */
    record Platform(String folder, List<String> files) {}

    /** The folder with a platform's files; empty if the library has none for it. */
    static Optional<Path> unpacked(Platform platform, Path cache) throws IOException {
        var entries = new ArrayList<Packed>();
        for (var file : platform.files()) {
            var found = Packed.find(FOLDER + platform.folder() + "/" + file);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            entries.add(found.get());
        }
        // Another version of the library has other checksums, and so another folder.
        var name = new StringBuilder("onnxruntime");
        entries.forEach(packed ->
                name.append('-').append(Long.toHexString(packed.entry().getCrc())));
        var folder = cache.resolve("native").resolve(name.toString());
        for (var packed : entries) {
            packed.unpack(folder);
        }
        return Optional.of(folder.toAbsolutePath());
    }

    /** A file in a jar. */
    private record Packed(JarURLConnection connection, ZipEntry entry) {
        static Optional<Packed> find(String resource) throws IOException {
            var url = ClassLoader.getSystemResource(resource);
            if (url == null || !(url.openConnection() instanceof JarURLConnection jar)) {
                return Optional.empty();
            }
            return Optional.of(new Packed(jar, jar.getJarEntry()));
        }

        void unpack(Path folder) throws IOException {
            var target = folder.resolve(Path.of(entry.getName()).getFileName());
            if (Files.isRegularFile(target) && Files.size(target) == entry.getSize()) {
                return;
            }
            Files.createDirectories(folder);
            var temporary = Files.createTempFile(folder, "unpacking", ".part");
            try (var stream = connection.getInputStream()) {
                Files.copy(stream, temporary, StandardCopyOption.REPLACE_EXISTING);
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
        }
    }
}
