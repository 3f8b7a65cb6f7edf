package dev.suffice.models.store;

import dev.suffice.core.Cancellation;
import dev.suffice.core.CancelledException;
import dev.suffice.core.SufficeException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Keeps a folder for one writer among processes and threads; the system lets go of it when a process ends. */
final class FolderLock implements AutoCloseable {
    private static final String NAME = ".lock";

    private final FileChannel channel;
    private final FileLock lock;

    private FolderLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Waits for the folder.
     *
     * @param folder is made if it is missing
     * @param waiting called once if another has it
     * @throws SufficeException if the folder cannot be written
     * @throws CancelledException if that was requested
     */
    static FolderLock take(Path folder, Runnable waiting, Cancellation cancellation) {
        try {
            Files.createDirectories(folder);
            var channel = FileChannel.open(folder.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                var lock = tryLock(channel);
                if (lock == null) {
                    waiting.run();
                }
                while (lock == null) {
                    cancellation.check();
                    Thread.sleep(50);
                    lock = tryLock(channel);
                }
                return new FolderLock(channel, lock);
            } catch (InterruptedException e) {
                channel.close();
                Thread.currentThread().interrupt();
                throw new CancelledException();
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new SufficeException(
                    "folder %s cannot be written: %s; choose another cache with SUFFICE_CACHE"
                            .formatted(folder, HubTransport.reason(e)),
                    e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // another thread of this process has it
        }
    }

    @Override
    public void close() {
        try (channel) {
            lock.release();
        } catch (IOException e) {
            throw new SufficeException("a lock cannot be released: " + HubTransport.reason(e), e);
        }
    }
}
