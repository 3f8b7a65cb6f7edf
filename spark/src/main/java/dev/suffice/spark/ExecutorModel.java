package dev.suffice.spark;

import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.Ldm3dPipeline;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.models.folder.ModelFingerprint;
import dev.suffice.models.store.ModelStore;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A model that is opened once in each executor, when its first task asks for it. It travels as a broadcast variable, of which an executor has
 * one copy. The folder has to be at the same path on every machine.
 */
final class ExecutorModel implements Serializable, AutoCloseable {
    private static final long serialVersionUID = 1L;

    private final String folder;
    private final String fingerprint;
    private final String engine;
    private final int threads;
    private transient @Nullable Ldm3dPipeline pipeline;
    private transient int users;

    ExecutorModel(Path folder, String fingerprint, String engine, int threads) {
        this.folder = folder.toAbsolutePath().toString();
        this.fingerprint = fingerprint;
        this.engine = engine;
        this.threads = threads;
    }

    /** Runs something with the model; many may at once. */
    <T> T use(Function<Ldm3dPipeline, T> work) {
        var opened = borrow();
        try {
            return work.apply(opened);
        } finally {
            giveBack();
        }
    }

    private synchronized Ldm3dPipeline borrow() {
        if (pipeline == null) {
            pipeline = open();
        }
        users++;
        return pipeline;
    }

    private synchronized void giveBack() {
        users--;
        notifyAll();
    }

    private Ldm3dPipeline open() {
        var path = Path.of(folder);
        var found = ModelFingerprint.of(path);
        if (!found.equals(fingerprint)) {
            throw new SufficeException(
                    "model %s has fingerprint %s here, %s on the driver: copy the same folder to every machine"
                            .formatted(folder, found, fingerprint));
        }
        return Ldm3dPipeline.open(
                path,
                folder,
                ModelStore.of(path).cache(),
                Engines.named(engine),
                SessionOptions.defaults().withThreads(threads));
    }

    /** Frees it, where it was opened, when nobody uses it any more: tasks that were cancelled may still be at a call of the U-Net. */
    @Override
    public synchronized void close() {
        try {
            while (users > 0) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return; // left to the end of the process
        }
        if (pipeline != null) {
            pipeline.close();
            pipeline = null;
        }
    }
}
