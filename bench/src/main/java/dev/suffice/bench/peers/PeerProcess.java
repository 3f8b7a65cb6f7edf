package dev.suffice.bench.peers;

import dev.suffice.core.Cancellation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A peer as a child process that answers one line of JSON with another ({@code bench/peers/peer_protocol.py} describes them). Ends with this process. For one thread.
 */
final class PeerProcess implements AutoCloseable {
    /** Longer lines are nonsense; the longest sound one has the tokens of an answer. */
    private static final int MOST_CHARACTERS = 1 << 22;

    private static final int LAST_LINES = 6;
    private static final int LINE_LENGTH = 300;
    private static final long LISTEN_MILLIS = 100;
    private static final long END_SECONDS = 5;

    private final String name;
    private final Process process;
    private final OutputStream input;
    private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();
    private final Deque<String> lastWords = new ArrayDeque<>();
    private final Thread errors;

    private PeerProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.input = process.getOutputStream();
        Thread.ofVirtual().start(() -> read(process.getInputStream()));
        this.errors = Thread.ofVirtual().start(() -> listen(process.getErrorStream()));
    }

    /**
     * Starts it.
     *
     * @param name for messages
     * @param folder it works in
     * @throws PeerFailure if there is no such program
     */
    static PeerProcess start(String name, PeerProgram program, Path folder) {
        var builder = new ProcessBuilder(program.command()).directory(folder.toFile());
        builder.environment().putAll(program.environment());
        try {
            return new PeerProcess(name, builder.start());
        } catch (IOException e) {
            throw new PeerFailure("%s: cannot be started: %s".formatted(name, e.getMessage()), e);
        }
    }

    /**
     * Asks and waits.
     *
     * @param timeout after which it counts as hanging
     * @return its answer, whose {@code ok} is true
     * @throws PeerFailure if it says that it cannot, ends, hangs or answers nonsense
     * @throws dev.suffice.core.CancelledException if cancelled
     */
    JsonNode ask(ObjectNode message, Duration timeout, Cancellation cancellation) {
        try {
            input.write((message + "\n").getBytes(StandardCharsets.UTF_8));
            input.flush();
        } catch (IOException e) {
            throw ended();
        }
        var line = answer(message.path("op").asString(), timeout, cancellation);
        JsonNode answer;
        try {
            answer = JsonMapper.shared().readTree(line);
        } catch (JacksonException e) {
            throw nonsense(line);
        }
        if (!answer.path("ok").isBoolean()) {
            throw nonsense(line);
        }
        if (answer.path("ok").booleanValue()) {
            return answer;
        }
        throw new PeerFailure(
                answer.has("missing")
                        ? "%s: not installed: %s; %s"
                                .formatted(
                                        name,
                                        answer.path("missing").asString(""),
                                        answer.path("install").asString(""))
                        : "%s: %s"
                                .formatted(name, shortened(answer.path("error").asString(line))));
    }

    private String answer(String operation, Duration timeout, Cancellation cancellation) {
        long started = System.nanoTime();
        while (System.nanoTime() - started < timeout.toNanos()) {
            cancellation.check();
            try {
                var line = lines.poll(LISTEN_MILLIS, TimeUnit.MILLISECONDS);
                if (line != null) {
                    return line.orElseThrow(this::ended);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new PeerFailure("%s: waiting was interrupted".formatted(name), e);
            }
        }
        throw new PeerFailure("%s: has not answered %s for %d s; allow more with --timeout%s"
                .formatted(name, operation, timeout.toSeconds(), words()));
    }

    private PeerFailure nonsense(String line) {
        return new PeerFailure("%s: answered what is no answer: %s%s".formatted(name, shortened(line), words()));
    }

    private PeerFailure ended() {
        try {
            if (process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                errors.join(Duration.ofSeconds(END_SECONDS));
                return new PeerFailure("%s: ended with %d%s".formatted(name, process.exitValue(), words()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new PeerFailure("%s: closed its output%s".formatted(name, words()));
    }

    private String words() {
        synchronized (lastWords) {
            return lastWords.isEmpty() ? "" : "; its last words: " + String.join(" / ", lastWords);
        }
    }

    /** Seconds of processors that it has used so far; 0 if the system does not tell. */
    double processorSeconds() {
        return process.toHandle()
                .info()
                .totalCpuDuration()
                .map(used -> used.toNanos() / 1e9)
                .orElse(0.0);
    }

    private void read(InputStream stream) {
        try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            var line = new StringBuilder();
            for (int c = reader.read(); c >= 0; c = reader.read()) {
                if (c == '\n') {
                    lines.add(Optional.of(line.toString()));
                    line.setLength(0);
                } else if (line.length() < MOST_CHARACTERS) {
                    line.append((char) c);
                }
            }
        } catch (IOException e) {
            // it has ended, as the end of the stream says too
        }
        lines.add(Optional.empty());
    }

    private void listen(InputStream stream) {
        try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.isBlank()) {
                    synchronized (lastWords) {
                        lastWords.add(shortened(line.strip()));
                        if (lastWords.size() > LAST_LINES) {
                            lastWords.remove();
                        }
                    }
                }
            }
        } catch (IOException e) {
            // it has ended; what it said is kept
        }
    }

    /** On one line. */
    private static String shortened(String lines) {
        var text = lines.strip().replaceAll("\\s+", " ");
        return text.length() <= LINE_LENGTH ? text : text.substring(0, LINE_LENGTH) + "...";
    }

    @Override
    public void close() {
        try {
            input.close();
            if (process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (IOException e) {
            // it has ended already, or will be ended
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
