package dev.suffice.server;

import dev.suffice.core.InvalidRequestException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How to serve. Immutable; {@code ServerSettings.defaults().withPort(0)}.
 *
 * @param host address to listen on; anything but this machine's loopback demands an API key
 * @param port 1 to 65535; 0 for any free one
 * @param apiKey what clients must present; empty for none
 * @param cors origin of pages that may call the API from elsewhere, e.g. {@code https://example.org}; empty for none
 * @param gallery folder of the finished images
 * @param keep images that the gallery keeps, the newest; older ones are deleted
 * @param queue runs that may wait; further ones are refused with 429
 * @param runs runs that may go on at once
 * @param models models that stay loaded at once
 * @param limits of one request
 */
public record ServerSettings(
        String host,
        int port,
        Optional<String> apiKey,
        Optional<String> cors,
        Path gallery,
        int keep,
        int queue,
        int runs,
        int models,
        Limits limits) {
    /** The shortest API key that is accepted. */
    public static final int MIN_KEY = 8;

    /** Checks the ranges, and that nobody else is let in without a key. */
    public ServerSettings {
        Limits.within("port", port, 0, 65_535);
        Limits.within("images to keep", keep, 1, 1_000_000);
        Limits.within("queue", queue, 1, 10_000);
        Limits.within("runs at once", runs, 1, 64);
        Limits.within("models at once", models, 1, 64);
        apiKey.ifPresent(ServerSettings::checkKey);
        cors.ifPresent(ServerSettings::checkOrigin);
        if (!Loopback.is(host) && apiKey.isEmpty()) {
            throw new InvalidRequestException(
                    "host %s: others can reach it, so it needs an API key; give one with --api-key or in the environment variable SUFFICE_API_KEY, or serve on 127.0.0.1"
                            .formatted(host));
        }
    }

    private static void checkKey(String key) {
        if (key.length() < MIN_KEY || !key.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            throw new InvalidRequestException(
                    "API key of %d characters: must be at least %d printable ASCII characters without spaces"
                            .formatted(key.length(), MIN_KEY));
        }
    }

    private static void checkOrigin(String origin) {
        if (!origin.matches("https?://[A-Za-z0-9.\\-\\[\\]:]+")) {
            throw new InvalidRequestException(
                    "CORS origin %s: must be scheme and host without a path, e.g. https://example.org"
                            .formatted(origin));
        }
    }

    /** Port 8080 of this machine alone, 16 waiting runs, one at a time, 500 images in {@code out/studio}. */
    public static ServerSettings defaults() {
        return new ServerSettings(
                "127.0.0.1",
                8080,
                Optional.empty(),
                Optional.empty(),
                Path.of("out", "studio"),
                500,
                16,
                1,
                2,
                Limits.defaults());
    }

    /** Listening elsewhere, with the key that this may need. */
    public ServerSettings withHost(String address, Optional<String> key) {
        return new ServerSettings(address, port, key, cors, gallery, keep, queue, runs, models, limits);
    }

    /** With another port. */
    public ServerSettings withPort(int number) {
        return new ServerSettings(host, number, apiKey, cors, gallery, keep, queue, runs, models, limits);
    }

    /** For pages of another origin too. */
    public ServerSettings withCors(Optional<String> origin) {
        return new ServerSettings(host, port, apiKey, origin, gallery, keep, queue, runs, models, limits);
    }

    /** With another gallery. */
    public ServerSettings withGallery(Path folder, int images) {
        return new ServerSettings(host, port, apiKey, cors, folder, images, queue, runs, models, limits);
    }

    /** With another queue. */
    public ServerSettings withQueue(int waiting, int atOnce) {
        return new ServerSettings(host, port, apiKey, cors, gallery, keep, waiting, atOnce, models, limits);
    }

    /** With other limits. */
    public ServerSettings withLimits(Limits other) {
        return new ServerSettings(host, port, apiKey, cors, gallery, keep, queue, runs, models, other);
    }

    /** Whether only this machine can connect. */
    public boolean loopback() {
        return Loopback.is(host);
    }
}
