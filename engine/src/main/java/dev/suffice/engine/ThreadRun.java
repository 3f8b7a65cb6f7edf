package dev.suffice.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** A run on a thread of its own. */
record ThreadRun(CompletableFuture<Void> result) implements PendingRun {
    static ThreadRun start(Runnable run) {
        return start(
                run, task -> Thread.ofPlatform().daemon().name("suffice-run").start(task));
    }

    /** On a thread of the caller's. */
    static ThreadRun start(Runnable run, Executor threads) {
        return new ThreadRun(CompletableFuture.runAsync(run, threads));
    }

    @Override
    public void await() {
        try {
            result.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof EngineException failure) {
                throw new EngineException(String.valueOf(failure.getMessage()), failure);
            }
            throw e;
        }
    }
}
