package dev.suffice.models.store;

import dev.suffice.core.SufficeException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a repository has at a revision.
 *
 * @param commit the revision's commit, 40 hexadecimal digits
 * @param files in the hub's order
 */
record HubListing(String commit, List<HubFile> files) {
    /** The longest answer read, in bytes. */
    static final int LONGEST = 32 << 20;

    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * Reads the hub's answer.
     *
     * @throws SufficeException if it is not one
     */
    static HubListing read(HubName name, byte[] answer) {
        try {
            var root = JSON.readTree(answer);
            var commit = root.path("sha").asString("");
            if (!COMMIT.matcher(commit).matches() || !root.path("siblings").isArray()) {
                throw unusable(name, null);
            }
            var files = new ArrayList<HubFile>();
            var paths = new HashSet<String>();
            for (var sibling : root.path("siblings")) {
                var path = sibling.path("rfilename").asString("");
                if (path.isEmpty() || !paths.add(path)) {
                    throw unusable(name, null);
                }
                files.add(new HubFile(path, size(sibling), checksum(sibling)));
            }
            return new HubListing(commit, List.copyOf(files));
        } catch (JacksonException e) {
            throw unusable(name, e);
        }
    }

    private static long size(JsonNode sibling) {
        var size = sibling.path("lfs").path("size");
        var node = size.isMissingNode() ? sibling.path("size") : size;
        return node.isIntegralNumber() && node.canConvertToLong() && node.longValue() >= 0 ? node.longValue() : -1;
    }

    private static @Nullable Checksum checksum(JsonNode sibling) {
        var lfs = sibling.path("lfs");
        if (lfs.isObject()) {
            var sha256 = lfs.path("sha256").asString(lfs.path("oid").asString(""));
            return Checksum.parse(sha256.startsWith("sha256:") ? sha256 : "sha256:" + sha256)
                    .orElse(null);
        }
        return Checksum.parse("git:" + sibling.path("blobId").asString("")).orElse(null);
    }

    private static SufficeException unusable(HubName name, @Nullable Exception cause) {
        var message =
                "model %s: the hub's answer is not a list of files; is the endpoint's address right?".formatted(name);
        return cause == null ? new SufficeException(message) : new SufficeException(message, cause);
    }
}
