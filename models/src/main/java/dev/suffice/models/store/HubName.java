package dev.suffice.models.store;

import dev.suffice.core.InvalidRequestException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A model of a hub, written {@code owner/name}, {@code owner/name@revision} or, for one file of several, {@code owner/name:file}.
 *
 * @param owner who published it
 * @param name of the repository
 * @param revision a branch, a tag or a commit
 * @param file a path in the repository; empty for the whole model
 */
public record HubName(String owner, String name, String revision, String file) {
    /** The revision where none is given. */
    public static final String MAIN = "main";

    private static final Pattern PART = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,95}");
    private static final Pattern REVISION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/+-]{0,127}");

    /**
     * Checks the parts.
     *
     * @throws InvalidRequestException if one is not what a hub allows
     */
    public HubName {
        checkPart(owner);
        checkPart(name);
        checkRevision(revision);
        if (!file.isEmpty() && !SafeFileName.safe(file)) {
            throw new InvalidRequestException("file %s: must be the path of a file in the repository, e.g. model.gguf"
                    .formatted(SafeFileName.shown(file)));
        }
    }

    /**
     * Reads {@code owner/name[@revision][:file]}.
     *
     * @throws InvalidRequestException if it is something else
     */
    public static HubName of(String text) {
        int colon = text.indexOf(':');
        var file = colon < 0 ? "" : text.substring(colon + 1);
        var model = colon < 0 ? text : text.substring(0, colon);
        int at = model.indexOf('@');
        var revision = at < 0 ? MAIN : model.substring(at + 1);
        var repository = at < 0 ? model : model.substring(0, at);
        int slash = repository.indexOf('/');
        if (slash < 0) {
            throw new InvalidRequestException(
                    "model %s: must be a short name (./suffice models list) or owner/name, as the hub has it"
                            .formatted(SafeFileName.shown(text)));
        }
        return new HubName(repository.substring(0, slash), repository.substring(slash + 1), revision, file);
    }

    /** Reads the same, if it is one. */
    static Optional<HubName> find(String text) {
        try {
            return Optional.of(of(text));
        } catch (InvalidRequestException e) {
            return Optional.empty();
        }
    }

    /** {@code owner/name}. */
    public String repository() {
        return owner + "/" + name;
    }

    /** The same model at another revision. */
    public HubName withRevision(String other) {
        return new HubName(owner, name, other, file);
    }

    /** One file of the same model. */
    public HubName withFile(String path) {
        return new HubName(owner, name, revision, path);
    }

    /** The command that fetches it. */
    String pullCommand() {
        return "./suffice models pull " + repository() + (revision.equals(MAIN) ? "" : " --revision " + revision)
                + (file.isEmpty() ? "" : " --file " + file);
    }

    /** As it is written. */
    @Override
    public String toString() {
        return repository() + (revision.equals(MAIN) ? "" : "@" + revision) + (file.isEmpty() ? "" : ":" + file);
    }

    private static void checkPart(String part) {
        if (!PART.matcher(part).matches() || part.contains("--") || part.contains("..") || part.endsWith(".")) {
            throw new InvalidRequestException(
                    "hub model name %s: owner and name must be letters, digits, '-', '_' and '.', without '--' and '..'"
                            .formatted(SafeFileName.shown(part)));
        }
    }

    private static void checkRevision(String revision) {
        if (!REVISION.matcher(revision).matches() || revision.contains("..") || revision.contains("//")) {
            throw new InvalidRequestException("revision %s: must be a branch, a tag or a commit, e.g. main"
                    .formatted(SafeFileName.shown(revision)));
        }
    }
}
