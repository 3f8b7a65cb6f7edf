package dev.suffice.models.store;

import dev.suffice.core.Cancellation;
import dev.suffice.core.Progress;
import dev.suffice.core.SufficeException;
import dev.suffice.models.folder.NewFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Native libraries that a Python package carries. The machine's own pip fetches the package; its libraries are taken out into a folder of this program's own, so that no Python is changed, and
 * each is compared with the hash that the package records for it.
 *
 * @param subject what it is for, for messages, e.g. {@code engine openvino}
 * @param requirement the package and its version, e.g. {@code openvino==2026.4.1}
 * @param within the folder in the package that has the libraries, with a slash at its end; those in folders below are left
 */
public record PackagedLibrary(String subject, String requirement, String within) {
    /** The Intel engine's. */
    public static final PackagedLibrary OPENVINO =
            new PackagedLibrary("engine openvino", "openvino==2026.4.1", "openvino/libs/");

    /** More than any such package has, in bytes. */
    private static final long MOST = 2L << 30;

    private static final int MOST_FILES = 1000;

    /** What such packages take on the way, in bytes, for the progress and the disk. */
    private static final long USUAL = 60L << 20;

    /**
     * Fetches the package and takes the libraries out.
     *
     * @param target the folder that then has them; one that is there is replaced
     * @param progress hears stage {@code fetch PACKAGE} in bytes
     * @return bytes of the libraries
     * @throws SufficeException if there is no pip, it finds no such package, or that is not what it should be
     * @throws dev.suffice.core.CancelledException if that was requested; nothing stays
     */
    public long install(Path target, Cancellation cancellation, Progress progress) {
        return install(PipDownload.ofMachine(), target, cancellation, progress);
    }

    long install(PipDownload pip, Path target, Cancellation cancellation, Progress progress) {
        try {
            var parent = target.toAbsolutePath().normalize().getParent();
            if (parent == null) {
                throw new IOException("the root folder");
            }
            Files.createDirectories(parent);
            var folder = Files.createTempDirectory(parent, ".fetching");
            try {
                Runnable watch = () -> progress.at(
                        "fetch " + requirement.replaceFirst("=.*", ""), Math.min(DiskSpace.used(folder), USUAL), USUAL);
                var archive = pip.fetch(subject, requirement, folder, watch, cancellation);
                NewFolder.write(target, content -> extract(archive, content, cancellation));
                return DiskSpace.used(target);
            } finally {
                DiskSpace.free(folder);
            }
        } catch (IOException e) {
            throw new SufficeException(
                    "%s: cannot be written to %s: %s; free space there, or choose another cache with SUFFICE_CACHE"
                            .formatted(subject, target, HubTransport.reason(e)),
                    e);
        }
    }

    private void extract(Path archive, Path target, Cancellation cancellation) throws IOException {
        if (!archive.toString().endsWith(".whl")) {
            throw unusable(archive, "is no wheel: it has no libraries for this system");
        }
        try (var zip = new ZipFile(archive.toFile())) {
            var entries = zip.stream()
                    .filter(entry -> !entry.isDirectory() && entry.getName().startsWith(within))
                    .filter(entry -> entry.getName().indexOf('/', within.length()) < 0)
                    .toList();
            check(archive, entries);
            var recorded = PackageArchive.recorded(zip);
            for (var entry : entries) {
                cancellation.check();
                var name = entry.getName().substring(within.length());
                var file = SafeFileName.in(target, name, "package " + archive.getFileName());
                try (var stream = zip.getInputStream(entry)) {
                    if (!ExactCopy.write(stream, file, entry.getSize(), cancellation)) {
                        throw unusable(archive, "has %s with another length than it declares".formatted(name));
                    }
                }
                if (!new Checksum.Sha256("").of(file, cancellation).equals(recorded.get(entry.getName()))) {
                    throw unusable(archive, "has %s with another hash than it records".formatted(name));
                }
            }
        } catch (ZipException e) {
            throw unusable(archive, "is damaged (%s)".formatted(HubTransport.reason(e)));
        }
    }

    private void check(Path archive, List<? extends ZipEntry> entries) {
        long bytes = 0;
        for (var entry : entries) {
            if (entry.getSize() < 0 || entry.getSize() > MOST) {
                throw unusable(archive, "has %s with %d bytes".formatted(entry.getName(), entry.getSize()));
            }
            bytes += entry.getSize();
        }
        if (entries.isEmpty()) {
            throw unusable(archive, "has no libraries in " + within);
        }
        if (entries.size() > MOST_FILES || bytes > MOST) {
            throw unusable(archive, "has %d libraries of %s".formatted(entries.size(), ByteSize.text(bytes)));
        }
    }

    private SufficeException unusable(Path archive, String why) {
        return new SufficeException("%s: package %s %s".formatted(subject, archive.getFileName(), why));
    }
}
