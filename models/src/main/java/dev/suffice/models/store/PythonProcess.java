package dev.suffice.models.store;

import dev.suffice.core.Cancellation;
import dev.suffice.core.CancelledException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One run of the machine's Python. It runs in a folder of its own, so that no file of the user's folder is taken for a Python module.
 *
 * @param exitCode 0 if it succeeded
 * @param out what it printed, its last 64 kB
 * @param err what it complained of, likewise
 */
record PythonProcess(int exitCode, String out, String err) {
    private static final int LONGEST = 1 << 16;

    /**
     * Runs a command until it ends.
     *
     * @param folder to run in, for temporary files, and for what it prints
     * @param watch called again and again while it runs
     * @return empty if there is no such program
     * @throws CancelledException if that was requested; the process is ended
     */
    static Optional<PythonProcess> run(List<String> command, Path folder, Runnable watch, Cancellation cancellation)
            throws IOException {
        var out = folder.resolve("out.txt");
        var err = folder.resolve("err.txt");
        var builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(
                        Files.writeString(folder.resolve("in.txt"), "").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("PYTHONIOENCODING", "utf-8");
        builder.environment().put("PIP_DISABLE_PIP_VERSION_CHECK", "1");
        builder.environment().put("PIP_NO_INPUT", "1");
        builder.environment().put("TMPDIR", folder.toString());
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            return Optional.empty();
        }
        try {
            while (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
                cancellation.check();
                watch.run();
            }
            return Optional.of(new PythonProcess(process.exitValue(), end(out), end(err)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException();
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }

    private static String end(Path file) throws IOException {
        try (var channel = Files.newByteChannel(file)) {
            channel.position(Math.max(0, channel.size() - LONGEST));
            var stream = java.nio.channels.Channels.newInputStream(channel);
            return new String(stream.readNBytes(LONGEST), StandardCharsets.UTF_8);
        }
    }
}
