package dev.suffice.models.store;

import dev.suffice.core.Cancellation;
import dev.suffice.core.Progress;
import dev.suffice.core.PythonPrograms;
import dev.suffice.core.SufficeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Model files that Python packages carry. The machine's own pip fetches them, with the index and the certificates that it is configured
 * with; nothing is installed. Thread-safe.
 *
 * @param cache folder for the files; made on first use
 * @param pythons programs to try in turn
 */
public record PipPackages(Path cache, List<String> pythons) {
    /** Prints where an installed package's file lies; paths and names are arguments, so that nothing is quoted. */
    private static final String FIND_INSTALLED = """
            import importlib.metadata, json, sys
            found = {}
            try:
                package = importlib.metadata.distribution(sys.argv[1])
                for file in package.files or []:
                    if file.name == sys.argv[2]:
                        hashed = file.hash.value if file.hash and file.hash.mode == "sha256" else ""
                        found = {"version": package.version, "path": str(package.locate_file(file)), "sha256": hashed}
            except importlib.metadata.PackageNotFoundError:
                pass
            print(json.dumps(found))
            """;

    /**
     * With the machine's {@link PythonPrograms}.
     *
     * @param cache folder for the files
     */
    public static PipPackages of(Path cache) {
        return new PipPackages(cache, PythonPrograms.ofMachine());
    }

    /** A model's file that was pulled or that an installed package has; only sizes are checked. */
    public Optional<Path> find(ShortName model) {
        return fetched(model).or(() -> installed(model).map(Installed::file));
    }

    /** A model's file that was pulled. */
    public Optional<Path> fetched(ShortName model) {
        return Optional.of(target(model)).filter(file -> hasSize(file, model));
    }

    /**
     * Fetches a model's file, unless it is here or in an installed package.
     *
     * @param offline whether the network must not be used
     * @param progress hears stage {@code fetch PACKAGE} in bytes
     * @throws SufficeException if there is no pip, it finds no such package, or the file is not the expected one
     * @throws dev.suffice.core.CancelledException if that was requested; nothing stays
     */
    public Path pull(ShortName model, boolean offline, Cancellation cancellation, Progress progress) {
        var fetched = fetched(model);
        if (fetched.isPresent()) {
            return fetched.get();
        }
        try {
            var installed = installed(model);
            if (installed.isPresent()) {
                check(model, installed.get().file(), installed.get().sha256(), cancellation);
                return installed.get().file();
            }
            if (offline) {
                throw new SufficeException(
                        "model %s: not in the cache (%s) and not installed, and this is offline (--offline, HF_HUB_OFFLINE or SUFFICE_OFFLINE); pull it once with the network"
                                .formatted(model.name(), cache));
            }
            return download(model, cancellation, progress);
        } catch (IOException e) {
            throw new SufficeException(
                    "model %s: cannot be written to %s: %s; free space there, or choose another cache with SUFFICE_CACHE"
                            .formatted(model.name(), cache, HubTransport.reason(e)),
                    e);
        }
    }

    /**
     * Deletes what was pulled of a model; an installed package stays.
     *
     * @return bytes that are free again
     */
    public long remove(ShortName model) {
        try {
            return DiskSpace.free(cache.resolve(model.distribution()));
        } catch (IOException e) {
            throw new SufficeException(
                    "model %s: cannot be removed from %s: %s".formatted(model.name(), cache, HubTransport.reason(e)),
                    e);
        }
    }

    /** A file of an installed package, with the hash that its record has; empty if it has none. */
    private record Installed(Path file, String sha256) {}

    private Optional<Installed> installed(ShortName model) {
        try {
            var folder = Files.createTempDirectory("suffice-python");
            try {
                for (var python : pythons) {
                    var command = List.of(python, "-c", FIND_INSTALLED, model.distribution(), model.file());
                    var process = PythonProcess.run(command, folder, () -> {}, new Cancellation());
                    if (process.isPresent() && process.get().exitCode() == 0) {
                        return parse(model, process.get().out());
                    }
                }
                return Optional.empty();
            } finally {
                DiskSpace.free(folder);
            }
        } catch (IOException e) {
            return Optional.empty(); // whoever needs the package hears of it from pip
        }
    }

    private static Optional<Installed> parse(ShortName model, String json) {
        try {
            var found = JsonMapper.shared().readTree(json);
            if (!found.path("version").asString("").equals(model.version())) {
                return Optional.empty();
            }
            var file = Path.of(found.path("path").asString("")).toAbsolutePath().normalize();
            return Optional.of(new Installed(
                            file, PackageArchive.hex(found.path("sha256").asString(""))))
                    .filter(installed -> hasSize(installed.file(), model));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private Path download(ShortName model, Cancellation cancellation, Progress progress) throws IOException {
        long usable = DiskSpace.usable(cache);
        if (usable < 2 * model.bytes()) {
            throw new SufficeException(
                    "model %s: needs %s in %s while it is unpacked, where %s are free; free space there, or choose another cache with SUFFICE_CACHE"
                            .formatted(model.name(), ByteSize.text(2 * model.bytes()), cache, ByteSize.text(usable)));
        }
        Files.createDirectories(cache);
        var folder = Files.createTempDirectory(cache, ".pulling"); // on the same disk, so that the file can be moved
        try {
            Runnable watch = () -> progress.at(
                    "fetch " + model.distribution(), Math.min(DiskSpace.used(folder), model.bytes()), model.bytes());
            var archive = new PackageArchive(new PipDownload(pythons)
                    .fetch("model " + model.name(), model.requirement(), folder, watch, cancellation));
            var unpacked = folder.resolve("model");
            var recorded = archive.extract(model, unpacked, cancellation);
            check(model, unpacked, recorded.orElse(model.sha256()), cancellation);
            Files.createDirectories(target(model).getParent());
            Files.move(unpacked, target(model), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return target(model);
        } finally {
            DiskSpace.free(folder);
        }
    }

    /** The package's own record and the registry have to agree with the file. */
    private static void check(ShortName model, Path file, String recorded, Cancellation cancellation)
            throws IOException {
        var found = new Checksum.Sha256("").of(file, cancellation);
        check(model, found, "the package's record", recorded);
        check(model, found, "the list of short names", model.sha256());
    }

    private static void check(ShortName model, String found, String who, String expected) {
        if (!expected.isEmpty() && !found.equals(expected)) {
            throw new SufficeException("model %s: %s has SHA-256 %s: %s says %s; it is damaged or another file"
                    .formatted(model.name(), model.file(), found, who, expected));
        }
    }

    private static boolean hasSize(Path file, ShortName model) {
        try {
            return Files.isRegularFile(file) && Files.size(file) == model.bytes();
        } catch (IOException e) {
            return false;
        }
    }

    private Path target(ShortName model) {
        return cache.resolve(model.distribution()).resolve(model.version()).resolve(model.file());
    }
}
