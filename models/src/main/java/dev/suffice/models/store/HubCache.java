package dev.suffice.models.store;

import dev.suffice.core.Cancellation;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.SufficeException;
import dev.suffice.core.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Models of hubs on this machine. For each repository a folder {@code owner--name} with
 * <ul>
 *   <li>{@code <commit>/...}: the files of a revision, each complete and checked;
 *   <li>{@code <commit>.json}: which of them were pulled; written when all of a pull are there, so a model is whole or not found;
 *   <li>{@code refs/<revision>}: the commit that a branch or a tag stood for;
 *   <li>{@code partial/...}: what an interrupted pull goes on from.
 * </ul>
 * Thread-safe; writers hold the repository's lock.
 *
 * @param folder the cache's own; made on first use
 */
public record HubCache(Path folder) {
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern SHORT_COMMIT = Pattern.compile("[0-9a-f]{7,40}");
    /** Stands for / in file names of revisions; no revision has it. */
    private static final String SLASH = "%2F";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * A model that was pulled: its folder, or the GGUF file that the name or the folder has.
     *
     * @return empty if it was not pulled
     * @throws InvalidRequestException if the name has to say which file
     */
    public Optional<Path> find(HubName name) {
        return commit(name)
                .filter(commit -> Files.isRegularFile(manifest(name, commit)))
                .flatMap(commit -> model(name, commit));
    }

    /** Every revision that was pulled, by name. */
    public List<CachedHubModel> models() {
        var models = new ArrayList<CachedHubModel>();
        for (var repository : children(folder)) {
            var parts = repository.getFileName().toString().split("--", -1);
            if (parts.length != 2) {
                continue;
            }
            HubName.find(parts[0] + "/" + parts[1]).ifPresent(name -> models.addAll(revisions(name)));
        }
        return models;
    }

    /** The revisions of one model that were pulled. */
    List<CachedHubModel> revisions(HubName name) {
        var models = new ArrayList<CachedHubModel>();
        var refs = refs(name);
        for (var child : children(repository(name))) {
            var commit = child.getFileName().toString();
            if (COMMIT.matcher(commit).matches() && Files.isRegularFile(manifest(name, commit))) {
                var files = List.copyOf(files(name, commit).keySet());
                var names = refs.entrySet().stream()
                        .filter(ref -> ref.getValue().equals(commit))
                        .map(Map.Entry::getKey)
                        .toList();
                models.add(new CachedHubModel(name.repository(), commit, names, child, files, DiskSpace.used(child)));
            }
        }
        return models;
    }

    /** Whether a pull was begun; where {@link #find} finds nothing, it has not ended. */
    boolean begun(HubName name) {
        return Files.isDirectory(repository(name).resolve("partial"));
    }

    /**
     * Deletes a model: all its revisions, or only the one that the name gives.
     *
     * @return bytes that are free again
     * @throws InvalidRequestException if there is none
     */
    public long remove(HubName name, boolean onlyRevision, Cancellation cancellation) {
        var repository = repository(name);
        if (!Files.isDirectory(repository)) {
            throw new InvalidRequestException("model %s: not in the cache (%s)".formatted(name, folder));
        }
        try (var lock = lock(name, () -> {}, cancellation)) {
            if (!onlyRevision) {
                return DiskSpace.free(repository);
            }
            var commit = commit(name)
                    .filter(each -> Files.isDirectory(repository.resolve(each)))
                    .orElseThrow(() -> new InvalidRequestException(
                            "model %s: that revision is not in the cache (%s)".formatted(name, folder)));
            for (var ref : refs(name).entrySet()) {
                if (ref.getValue().equals(commit)) {
                    Files.deleteIfExists(ref(name, ref.getKey()));
                }
            }
            Files.deleteIfExists(manifest(name, commit));
            return DiskSpace.free(repository.resolve(commit));
        } catch (IOException e) {
            throw new SufficeException(
                    "model %s: cannot be removed from %s: %s".formatted(name, repository, HubTransport.reason(e)), e);
        }
    }

    FolderLock lock(HubName name, Runnable waiting, Cancellation cancellation) {
        return FolderLock.take(repository(name), waiting, cancellation);
    }

    /** Where a revision's files lie. */
    Path snapshot(HubName name, String commit) {
        return repository(name).resolve(commit);
    }

    /** Where a file's part lies while it is fetched. */
    PartFile part(HubName name, String file) {
        return new PartFile(SafeFileName.in(repository(name).resolve("partial"), file + ".part", "model " + name));
    }

    /** Pulled files of a revision, with what they were checked against; empty text where that was only the size. */
    Map<String, String> files(HubName name, String commit) {
        var manifest = manifest(name, commit);
        var files = new TreeMap<String, String>();
        if (!Files.isRegularFile(manifest)) {
            return files;
        }
        try {
            for (var file : JSON.readTree(manifest.toFile()).path("files").properties()) {
                files.put(file.getKey(), file.getValue().asString(""));
            }
            return files;
        } catch (JacksonException e) {
            throw new SufficeException(
                    "%s: not valid JSON: %s; remove the model and pull it again (./suffice models remove %s)"
                            .formatted(manifest, e.getOriginalMessage(), name.repository()),
                    e);
        }
    }

    /** Ends a pull: from now on the model is found. */
    void complete(HubName name, String commit, Map<String, String> files) throws IOException {
        var root = JSON.createObjectNode().put("repository", name.repository()).put("commit", commit);
        var list = root.putObject("files");
        files.forEach(list::put);
        TextFile.write(
                manifest(name, commit), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root));
        if (!name.revision().equals(commit)) {
            TextFile.write(ref(name, name.revision()), commit);
        }
    }

    /** The commit that a revision stood for when it was pulled, or the one that it names. */
    Optional<String> commit(HubName name) {
        var known = Optional.ofNullable(refs(name).get(name.revision()));
        if (known.isPresent() || !SHORT_COMMIT.matcher(name.revision()).matches()) {
            return known;
        }
        var commits = children(repository(name)).stream()
                .map(child -> child.getFileName().toString())
                .filter(child -> COMMIT.matcher(child).matches() && child.startsWith(name.revision()))
                .toList();
        return commits.size() == 1 ? Optional.of(commits.getFirst()) : Optional.empty();
    }

    private Optional<Path> model(HubName name, String commit) {
        var snapshot = snapshot(name, commit);
        if (!name.file().isEmpty()) {
            return Optional.of(snapshot.resolve(name.file())).filter(Files::isRegularFile);
        }
        var files = files(name, commit).keySet();
        if (files.contains("config.json") || files.contains("model_index.json")) {
            return Optional.of(snapshot);
        }
        var gguf = files.stream()
                .filter(file ->
                        file.endsWith(".gguf") && file.matches("(?!.*-[0-9]{5}-of-)(.*)|.*-00001-of-[0-9]{5}\\.gguf"))
                .toList();
        if (gguf.size() > 1) {
            throw new InvalidRequestException("model %s: several GGUF files were pulled; say which: %s"
                    .formatted(
                            name,
                            gguf.stream()
                                    .map(file -> name.withFile(file).toString())
                                    .collect(Collectors.joining(", "))));
        }
        return Optional.of(gguf.isEmpty() ? snapshot : snapshot.resolve(gguf.getFirst()));
    }

    private Map<String, String> refs(HubName name) {
        var refs = new TreeMap<String, String>();
        for (var file : children(repository(name).resolve("refs"))) {
            try {
                var commit = Files.readString(file).strip();
                if (COMMIT.matcher(commit).matches()) {
                    refs.put(file.getFileName().toString().replace(SLASH, "/"), commit);
                }
            } catch (IOException e) {
                throw new SufficeException("%s cannot be read: %s".formatted(file, HubTransport.reason(e)), e);
            }
        }
        return refs;
    }

    private Path repository(HubName name) {
        return folder.resolve(name.owner() + "--" + name.name());
    }

    private Path manifest(HubName name, String commit) {
        return repository(name).resolve(commit + ".json");
    }

    private Path ref(HubName name, String revision) {
        return repository(name).resolve("refs").resolve(revision.replace("/", SLASH));
    }

    private static List<Path> children(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var children = Files.list(folder)) {
            return children.filter(child -> !child.getFileName().toString().startsWith("."))
                    .sorted(Comparator.naturalOrder())
                    .toList();
        } catch (IOException e) {
            throw new SufficeException("folder %s cannot be read: %s".formatted(folder, HubTransport.reason(e)), e);
        }
    }
}
