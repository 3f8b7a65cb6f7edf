package dev.suffice.server.job;

import dev.suffice.core.Cancellation;
import dev.suffice.server.http.Json;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** A run that was asked for, from waiting to its end. Thread-safe. */
public final class Job {
    private final String id;
    private final Order order;
    private final Instant created;
    private final Cancellation cancellation = new Cancellation();
    private final EventLog events = new EventLog();

    private JobState state = JobState.QUEUED;
    private int position;
    private String stage = "";
    private int step;
    private int steps;
    private List<String> images = List.of();
    private Optional<Failure> failure = Optional.empty();

    /**
     * Why a job failed.
     *
     * @param status what a synchronous request is answered with
     * @param error the error object
     */
    public record Failure(int status, ObjectNode error) {}

    /**
     * How a job stands at one moment.
     *
     * @param state where it is
     * @param position in the queue, from 1; 0 when it does not wait
     * @param stage what is being done; empty before
     * @param step finished steps
     * @param steps all steps; 0 before they are known
     * @param images ids in the gallery
     * @param failure why it failed
     */
    public record Standing(
            JobState state,
            int position,
            String stage,
            int step,
            int steps,
            List<String> images,
            Optional<Failure> failure) {}

    Job(String id, Order order, Instant created) {
        this.id = id;
        this.order = order;
        this.created = created;
    }

    /** Its name. */
    public String id() {
        return id;
    }

    /** What it makes. */
    public Order order() {
        return order;
    }

    /** When it was asked for. */
    public Instant created() {
        return created;
    }

    /** What it tells. */
    public EventLog events() {
        return events;
    }

    Cancellation cancellation() {
        return cancellation;
    }

    /** How it stands. */
    public synchronized Standing standing() {
        return new Standing(state, position, stage, step, steps, images, failure);
    }

    synchronized void queued(int place) {
        if (state == JobState.QUEUED && place != position) {
            position = place;
            events.add("queued", Json.object().put("position", place), false);
        }
    }

    /** From waiting to running; not if it was cancelled meanwhile. */
    synchronized boolean start() {
        if (state != JobState.QUEUED) {
            return false;
        }
        state = JobState.RUNNING;
        position = 0;
        events.add("started", Json.object().put("model", order.model()), false);
        return true;
    }

    synchronized void stage(String name) {
        stage = name;
        events.add("stage", Json.object().put("stage", name), false);
    }

    synchronized void step(int finished, int all, ObjectNode data) {
        step = finished;
        steps = all;
        events.add("step", data, false);
    }

    synchronized void warning(String message) {
        events.add("warning", Json.object().put("message", message), false);
    }

    synchronized void done(List<String> ids, ObjectNode data) {
        state = JobState.DONE;
        images = List.copyOf(ids);
        events.add("done", data, true);
    }

    synchronized void failed(Failure why) {
        state = JobState.FAILED;
        failure = Optional.of(why);
        events.add("failed", Json.object().set("error", why.error), true);
    }

    synchronized void cancelled() {
        if (!state.ended()) {
            state = JobState.CANCELLED;
            position = 0;
            events.add("cancelled", Json.object(), true);
        }
    }

    /** Asks it to stop; one that waits ends at once, one that runs before its next step. */
    synchronized void cancel() {
        cancellation.cancel();
        if (state == JobState.QUEUED) {
            cancelled();
        }
    }
}
