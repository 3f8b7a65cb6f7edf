package dev.suffice.engine.openvino;

import dev.suffice.engine.EngineException;
import dev.suffice.engine.PendingRun;
import java.util.function.UnaryOperator;

/** A run that the library computes while the caller does something else. For one thread at a time. */
final class StartedRun implements PendingRun {
    private final Run run;
    private final UnaryOperator<EngineException> failure;
    private boolean ended;

    /**
     * @param failure says which graph it was
     */
    StartedRun(Run run, UnaryOperator<EngineException> failure) {
        this.run = run;
        this.failure = failure;
    }

    @Override
    public void await() {
        if (ended) {
            return;
        }
        ended = true;
        try (run) {
            run.request().await();
            run.checkSizes();
        } catch (EngineException e) {
            throw failure.apply(e);
        }
    }
}
