package dev.suffice.models.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A short name for a model that a Python package carries. Those that are known are entries of {@code short-names.json}.
 *
 * @param name what requests say
 * @param about what it is, in a line
 * @param distribution the package's name
 * @param version of the package
 * @param file the model's file in the package, without folders
 * @param bytes the file's size
 * @param sha256 what the file hashes to, in lower-case hexadecimal
 */
public record ShortName(
        String name, String about, String distribution, String version, String file, long bytes, String sha256) {
    private static final String REGISTRY = "short-names.json";

    /** Those that are known. */
    public static List<ShortName> all() {
        try (var stream = ShortName.class.getResourceAsStream(REGISTRY)) {
            if (stream == null) {
                throw new IllegalStateException(REGISTRY + " is missing");
            }
            return read(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one of that name. */
    public static Optional<ShortName> find(String name) {
        return all().stream().filter(each -> each.name().equals(name)).findFirst();
    }

    static List<ShortName> read(InputStream json) {
        return StreamSupport.stream(JsonMapper.shared().readTree(json).spliterator(), false)
                .map(ShortName::entry)
                .toList();
    }

    private static ShortName entry(JsonNode node) {
        return new ShortName(
                node.required("name").stringValue(),
                node.required("about").stringValue(),
                node.required("package").stringValue(),
                node.required("version").stringValue(),
                node.required("file").stringValue(),
                node.required("bytes").longValue(),
                node.required("sha256").stringValue());
    }

    /** The package with its version, as Python's installer wants it. */
    String requirement() {
        return distribution + "==" + version;
    }

    /** The command that fetches it. */
    String pullCommand() {
        return "./suffice models pull " + name;
    }
}
