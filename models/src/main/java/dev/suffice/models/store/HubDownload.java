package dev.suffice.models.store;

import dev.suffice.core.Cancellation;
import dev.suffice.core.SufficeException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One file on its way from a hub into the cache. What has come stays in a part file: a later attempt, also of another process, asks for
 * the rest only, and starts anew where the hub's file has changed. The file appears in its place when it is complete and its checksum is
 * right.
 */
final class HubDownload {
    /** The longest file taken from a server that does not say how long it is. */
    private static final long LONGEST_UNDECLARED = 16 << 20;

    /** Bytes after which a broken connection counts as progress, and patience starts anew. */
    private static final long FURTHER = 1 << 20;

    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes ([0-9]{1,18})-[0-9]{1,18}/([0-9]{1,18}|\\*)");

    private final HubTransport transport;
    private final HubRefusal refusal;
    private final HubName name;
    private final URI address;
    private final HubFile file;
    private final PartFile part;
    private final LongConsumer progress;
    private long received;

    /**
     * @param progress hears how many bytes of the file are there
     */
    HubDownload(
            HubTransport transport,
            HubRefusal refusal,
            HubName name,
            URI address,
            HubFile file,
            PartFile part,
            LongConsumer progress) {
        this.transport = transport;
        this.refusal = refusal;
        this.name = name;
        this.address = address;
        this.file = file;
        this.part = part;
        this.progress = progress;
    }

    /**
     * Downloads what is missing, checks it and moves it into place.
     *
     * @return what it was checked against; {@code null} if the hub gave only its size
     * @throws SufficeException if the hub refuses it, or what comes is damaged
     * @throws dev.suffice.core.CancelledException if that was requested; the part file stays
     */
    @Nullable
    Checksum to(Path target, HubPatience patience, Cancellation cancellation) {
        try {
            Files.createDirectories(part.path().getParent());
            while (true) {
                var done = patience.patiently(
                        "model %s: %s".formatted(name, file.path()), cancellation, () -> attempt(cancellation));
                var checksum = done.checksum();
                if (checksum == null || checksum.matches(part.path(), cancellation)) {
                    Files.createDirectories(target.getParent());
                    Files.move(
                            part.path(), target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                    part.forget();
                    return checksum;
                }
                var found = checksum.of(part.path(), cancellation);
                part.forget();
                if (!done.resumed()) {
                    throw new SufficeException(
                            "model %s: %s hashes to %s: expected %s; damaged on its way or on the server, pull it again"
                                    .formatted(name, file.path(), found, checksum.text()));
                }
                // the part of an earlier attempt may have been another file's: once more, from its first byte
            }
        } catch (IOException e) {
            throw new SufficeException(
                    "model %s: %s cannot be written to %s: %s; free space there, or choose another cache with SUFFICE_CACHE"
                            .formatted(name, file.path(), target, HubTransport.reason(e)),
                    e);
        }
    }

    /** Bytes of content that have come, those included that were thrown away. */
    long received() {
        return received;
    }

    /**
     * A complete part file.
     *
     * @param resumed whether bytes of an earlier attempt are in it
     */
    private record Complete(@Nullable Checksum checksum, boolean resumed) {}

    private Complete attempt(Cancellation cancellation) throws HubHiccup {
        try {
            var note = part.note();
            var known = file.checksum();
            if (known != null && note.checksum() != null && !known.equals(note.checksum())) {
                part.forget();
                note = PartFile.Note.NONE;
            }
            long have = part.size();
            if (have > 0 && file.size() == have && known != null) {
                return new Complete(known, true);
            }
            // without a checksum or a tag nothing tells whether the rest belongs to this part
            if (have > 0 && ((known == null && note.tag().isEmpty()) || (file.size() >= 0 && have >= file.size()))) {
                part.forget();
                have = 0;
            }
            try (var answer = transport.get(address, headers(have, note), cancellation)) {
                return receive(answer, have, note, cancellation);
            }
        } catch (IOException e) {
            throw new SufficeException(
                    "model %s: part file %s: %s".formatted(name, part.path(), HubTransport.reason(e)), e);
        }
    }

    private static Map<String, String> headers(long have, PartFile.Note note) {
        var headers = new HashMap<String, String>();
        if (have > 0) {
            headers.put("Range", "bytes=%d-".formatted(have));
            if (!note.tag().isEmpty()) {
                headers.put("If-Range", note.tag());
            }
        }
        return headers;
    }

    private Complete receive(HubAnswer answer, long have, PartFile.Note note, Cancellation cancellation)
            throws HubHiccup, IOException {
        if (answer.status() == 416 && have > 0) {
            part.forget();
            throw new HubHiccup("the hub's file has become shorter (416)", false);
        }
        refusal.check(answer, name, file.path());
        var checksum = checksum(answer);
        var tag = answer.header("ETag").filter(text -> text.startsWith("\"")).orElse("");
        long from = 0;
        if (answer.status() == 206) {
            var other = note.checksum() != null && !note.checksum().equals(checksum);
            if (have == 0 || other || !continues(answer, have)) {
                part.forget();
                throw new HubHiccup("the hub does not go on where the part ends", false);
            }
            from = have;
        }
        long size = expectedSize(answer, from);
        part.remember(new PartFile.Note(checksum, tag));
        save(answer.body(), from, size, cancellation);
        return new Complete(checksum, from > 0);
    }

    /** The hub's list counts; where it has none, what the hub says with the file. */
    private @Nullable Checksum checksum(HubAnswer answer) {
        if (file.checksum() != null) {
            return file.checksum();
        }
        return answer.hubHeader("X-Linked-Etag")
                .or(() -> answer.hubHeader("ETag"))
                .flatMap(Checksum::ofEntityTag)
                .orElse(null);
    }

    private static boolean continues(HubAnswer answer, long have) {
        var range = CONTENT_RANGE.matcher(answer.header("Content-Range").orElse(""));
        return range.matches() && Long.parseLong(range.group(1)) == have;
    }

    /** Bytes that the whole file has; -1 if nobody says. */
    private long expectedSize(HubAnswer answer, long from) {
        if (!answer.header("Content-Encoding").orElse("identity").equals("identity")) {
            throw new SufficeException(
                    "model %s: %s comes with an encoding that was not asked for; is the endpoint a hub?"
                            .formatted(name, file.path()));
        }
        long whole = answer.length() < 0 ? -1 : from + answer.length();
        long size = file.size() >= 0 ? file.size() : declared(answer, whole);
        if (whole >= 0 && whole != size) {
            throw new SufficeException("model %s: %s comes with %d bytes: the hub's list says %d; pull it again"
                    .formatted(name, file.path(), whole, size));
        }
        return size;
    }

    private static long declared(HubAnswer answer, long otherwise) {
        var linked = answer.hubHeader("X-Linked-Size").orElse("");
        return linked.matches("[0-9]{1,18}") ? Long.parseLong(linked) : otherwise;
    }

    private void save(WatchedBody body, long from, long size, Cancellation cancellation) throws HubHiccup, IOException {
        long done = from;
        try (var channel = FileChannel.open(part.path(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.truncate(from);
            channel.position(from);
            var buffer = new byte[1 << 16];
            while (true) {
                progress.accept(done);
                int read = read(body, buffer, done - from);
                if (read < 0) {
                    break;
                }
                done += read;
                received += read;
                if (done > (size < 0 ? LONGEST_UNDECLARED : size)) {
                    channel.truncate(0);
                    throw new SufficeException("model %s: %s does not end after the %d bytes that were declared"
                            .formatted(name, file.path(), size < 0 ? LONGEST_UNDECLARED : size));
                }
                for (var bytes = ByteBuffer.wrap(buffer, 0, read); bytes.hasRemaining(); ) {
                    channel.write(bytes);
                }
                cancellation.check();
            }
            if (size >= 0 && done < size) {
                throw broken("it ends after %d of %d bytes".formatted(done, size), done - from);
            }
            channel.force(true);
        }
    }

    private static int read(WatchedBody body, byte[] buffer, long received) throws HubHiccup {
        try {
            return body.read(buffer, 0, buffer.length);
        } catch (IOException e) {
            throw broken(HubTransport.reason(e), received);
        }
    }

    private static HubHiccup broken(String how, long received) {
        return new HubHiccup("the connection broke (%s)".formatted(how), received >= FURTHER);
    }
}
