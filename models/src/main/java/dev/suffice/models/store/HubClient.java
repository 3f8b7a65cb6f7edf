package dev.suffice.models.store;

import dev.suffice.core.Cancellation;
import dev.suffice.core.Progress;
import dev.suffice.core.SufficeException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * Fetches models from a hub that speaks Hugging Face's protocol into the cache. Downloads resume where an earlier one was interrupted, of
 * this or another process, and count only when their checksums are right. Thread-safe.
 */
public final class HubClient implements AutoCloseable {
    private final HubSettings settings;
    private final HubCache cache;
    private final HubPatience patience;
    private final ToLongFunction<Path> usableSpace;
    private final HubTransport transport;
    private final HubRefusal refusal;

    /**
     * A client; nothing is asked yet.
     *
     * @param settings the hub
     * @param cache where models go
     */
    public HubClient(HubSettings settings, HubCache cache) {
        this(settings, cache, HubPatience.usual(), DiskSpace::usable);
    }

    HubClient(HubSettings settings, HubCache cache, HubPatience patience, ToLongFunction<Path> usableSpace) {
        this.settings = settings;
        this.cache = cache;
        this.patience = patience;
        this.usableSpace = usableSpace;
        this.transport = new HubTransport(settings, patience);
        this.refusal = new HubRefusal(settings);
    }

    /**
     * Fetches what is missing of a model. Offline, answers what is in the cache.
     *
     * @param name with a file, if only that one is wanted
     * @param includes patterns of the files wanted, e.g. {@code *.json}; none for those that the model needs
     * @param cancellation checked all the time; what has come stays and is gone on from
     * @param progress hears stage {@code fetch FILE} with the bytes of the whole pull
     * @throws dev.suffice.core.InvalidRequestException if the request fits no file, or has to say which
     * @throws SufficeException if the hub refuses it or cannot be reached, what comes is damaged, or the disk is too small
     * @throws dev.suffice.core.CancelledException if that was requested
     */
    public HubPull pull(HubName name, List<String> includes, Cancellation cancellation, Progress progress) {
        if (settings.offline()) {
            return offline(name);
        }
        var listing = listing(name, cancellation);
        var wanted = HubSelection.of(name, listing.files(), includes);
        for (var file : wanted) {
            SafeFileName.in(cache.snapshot(name, listing.commit()), file.path(), "model " + name);
        }
        Runnable waiting = () -> progress.at("wait for another process that fetches " + name.repository(), 0, 1);
        try (var lock = cache.lock(name, waiting, cancellation)) {
            return fetch(name, listing.commit(), wanted, cancellation, progress);
        } catch (IOException e) {
            throw new SufficeException(
                    "model %s: cannot be written to %s: %s; choose another cache with SUFFICE_CACHE"
                            .formatted(name, cache.folder(), HubTransport.reason(e)),
                    e);
        }
    }

    private HubPull fetch(
            HubName name, String commit, List<HubFile> wanted, Cancellation cancellation, Progress progress)
            throws IOException {
        var snapshot = cache.snapshot(name, commit);
        var files = new TreeMap<>(cache.files(name, commit));
        var missing = new ArrayList<HubFile>();
        for (var file : wanted) {
            var target = snapshot.resolve(file.path());
            var here = Files.isRegularFile(target) && (file.size() < 0 || Files.size(target) == file.size());
            if (here) {
                // it was moved there complete and checked; a pull that was interrupted has not noted it yet
                files.putIfAbsent(
                        file.path(),
                        file.checksum() == null ? "" : file.checksum().text());
            } else {
                missing.add(file);
            }
        }
        checkSpace(name, missing);
        long total =
                missing.stream().mapToLong(file -> Math.max(0, file.size())).sum();
        long done = 0;
        long received = 0;
        for (var file : missing) {
            long before = done;
            var download = new HubDownload(
                    transport,
                    refusal,
                    name,
                    address(resolve(name, commit, file.path())),
                    file,
                    cache.part(name, file.path()),
                    bytes -> progress.at(
                            "fetch " + file.fileName(), before + bytes, Math.max(1, Math.max(total, before + bytes))));
            var target = snapshot.resolve(file.path());
            var checksum = download.to(target, patience, cancellation);
            files.put(file.path(), checksum == null ? "" : checksum.text());
            done += Files.size(target);
            received += download.received();
        }
        cache.complete(name, commit, files);
        return pulled(name, commit, wanted.stream().map(HubFile::path).toList(), received, files);
    }

    private HubPull pulled(HubName name, String commit, List<String> wanted, long fetched, Map<String, String> files)
            throws IOException {
        var snapshot = cache.snapshot(name, commit);
        long bytes = 0;
        for (var file : wanted) {
            bytes += Files.size(snapshot.resolve(file));
        }
        var unchecked = wanted.stream()
                .filter(file -> files.getOrDefault(file, "").isEmpty())
                .toList();
        var one = name.withRevision(commit);
        var path = wanted.size() == 1 && wanted.getFirst().endsWith(".gguf")
                ? snapshot.resolve(wanted.getFirst())
                : cache.find(one).orElse(snapshot);
        return new HubPull(name, commit, path, wanted, bytes, fetched, unchecked);
    }

    private HubPull offline(HubName name) {
        var found = cache.find(name);
        var commit = cache.commit(name);
        if (found.isEmpty() || commit.isEmpty()) {
            throw new SufficeException(
                    "model %s: not in the cache (%s), and this is offline (--offline, HF_HUB_OFFLINE or SUFFICE_OFFLINE); pull it once with the network"
                            .formatted(name, cache.folder()));
        }
        var files = cache.files(name, commit.get());
        try {
            return pulled(
                    name,
                    commit.get(),
                    name.file().isEmpty() ? List.copyOf(files.keySet()) : List.of(name.file()),
                    0,
                    files);
        } catch (IOException e) {
            throw new SufficeException("model %s: %s; pull it again".formatted(name, HubTransport.reason(e)), e);
        }
    }

    private void checkSpace(HubName name, List<HubFile> missing) throws IOException {
        long needed = 0;
        for (var file : missing) {
            needed += Math.max(0, file.size() - cache.part(name, file.path()).size());
        }
        long usable = usableSpace.applyAsLong(cache.folder());
        if (needed > usable) {
            throw new SufficeException(
                    "model %s: needs %s more in %s, where %s are free; free space there, or choose another cache with SUFFICE_CACHE"
                            .formatted(name, ByteSize.text(needed), cache.folder(), ByteSize.text(usable)));
        }
    }

    private HubListing listing(HubName name, Cancellation cancellation) {
        var address = address("api/models/%s/revision/%s?blobs=true"
                .formatted(encoded(name.repository()), URLEncoder.encode(name.revision(), StandardCharsets.UTF_8)));
        return patience.patiently("model " + name, cancellation, () -> {
            try (var answer = transport.get(address, Map.of("Accept", "application/json"), cancellation)) {
                refusal.check(answer, name, "");
                var bytes = answer.body().readNBytes(HubListing.LONGEST + 1);
                if (bytes.length > HubListing.LONGEST) {
                    throw new SufficeException("model %s: the hub's list of files is longer than %s"
                            .formatted(name, ByteSize.text(HubListing.LONGEST)));
                }
                return HubListing.read(name, bytes);
            } catch (IOException e) {
                throw new HubHiccup("the connection broke (%s)".formatted(HubTransport.reason(e)), e);
            }
        });
    }

    private static String resolve(HubName name, String commit, String file) {
        return "%s/resolve/%s/%s".formatted(encoded(name.repository()), commit, encoded(file));
    }

    private static String encoded(String path) {
        return Arrays.stream(path.split("/"))
                .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
                .collect(Collectors.joining("/"));
    }

    private URI address(String path) {
        return URI.create(settings.endpoint() + "/" + path);
    }

    @Override
    public void close() {
        transport.close();
    }
}
