package dev.suffice.server.job;

import dev.suffice.core.CancelledException;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.GeneratedImage;
import dev.suffice.diffusion.RunListener;
import dev.suffice.image.RgbdImage;
import dev.suffice.server.gallery.Gallery;
import dev.suffice.server.gallery.GalleryItem;
import dev.suffice.server.gallery.Ids;
import dev.suffice.server.http.ApiException;
import dev.suffice.server.http.Json;
import dev.suffice.server.model.ModelShelf;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The jobs: a bounded queue, and one thread for each run that may go on at once. Ended jobs are remembered, the newest
 * {@value #REMEMBERED}; their images are in the gallery for longer. Thread-safe.
 */
public final class JobQueue implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(JobQueue.class.getName());
    private static final int REMEMBERED = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ModelShelf models;
    private final Gallery gallery;
    private final JobObserver observer;
    private final Clock clock;
    private final Ids ids;
    private final int capacity;
    private final ArrayDeque<Job> waiting = new ArrayDeque<>();
    private final LinkedHashMap<String, Job> jobs = new LinkedHashMap<>();
    private final List<Thread> workers = new ArrayList<>();
    private int running;
    private double meanSeconds = 5;
    private boolean closed;

    /**
     * A queue, nothing in it.
     *
     * @param capacity jobs that may wait
     * @param runs jobs that may run at once
     */
    public JobQueue(ModelShelf models, Gallery gallery, JobObserver observer, Clock clock, int capacity, int runs) {
        this.models = models;
        this.gallery = gallery;
        this.observer = observer;
        this.clock = clock;
        this.ids = new Ids(clock);
        this.capacity = capacity;
        for (int i = 0; i < runs; i++) {
            workers.add(Thread.ofPlatform().name("suffice-run-" + i).daemon().start(this::work));
        }
    }

    /**
     * Lets an order wait for its turn.
     *
     * @throws ApiException 429 with {@code Retry-After} if too many wait, 503 if the server is about to stop
     */
    public synchronized Job submit(Order order) {
        if (closed) {
            throw ApiException.of(503, ApiException.Type.SERVER, "stopping", "this server is about to stop");
        }
        if (waiting.size() >= capacity) {
            var seconds = Math.clamp(Math.round(meanSeconds * (waiting.size() + running) / workers.size()), 1, 300);
            throw ApiException.of(
                            429,
                            ApiException.Type.RATE_LIMIT,
                            "queue_full",
                            "queue: %d runs wait already, as many as may; try again in %d s"
                                    .formatted(waiting.size(), seconds))
                    .withHeader("Retry-After", Long.toString(seconds));
        }
        var job = new Job(ids.next("job"), order, clock.instant());
        jobs.put(job.id(), job);
        waiting.addLast(job);
        forgetOldest();
        tellPositions();
        notifyAll();
        return job;
    }

    /** A job. */
    public synchronized Optional<Job> find(String id) {
        return Optional.ofNullable(jobs.get(id));
    }

    /** Every job that is remembered, the newest first. */
    public synchronized List<Job> all() {
        var all = new ArrayList<>(jobs.values());
        Collections.reverse(all);
        return all;
    }

    /** Jobs that wait. */
    public synchronized int length() {
        return waiting.size();
    }

    /** Jobs that run. */
    public synchronized int running() {
        return running;
    }

    /** Asks a job to stop. */
    public void cancel(Job job) {
        job.cancel();
        synchronized (this) {
            if (removeWaiting(job)) {
                observer.ended(JobState.CANCELLED, Duration.ZERO);
                tellPositions();
            }
        }
    }

    private boolean removeWaiting(Job job) {
        return waiting.removeIf(other -> other == job);
    }

    private void tellPositions() {
        var place = 1;
        for (var job : waiting) {
            job.queued(place++);
        }
    }

    private void forgetOldest() {
        var surplus = jobs.size() - REMEMBERED;
        if (surplus > 0) {
            var ended = jobs.values().stream()
                    .filter(job -> job.standing().state().ended())
                    .limit(surplus)
                    .map(Job::id)
                    .toList();
            ended.forEach(jobs::remove);
        }
    }

    private void work() {
        while (true) {
            var next = next();
            if (next.isEmpty()) {
                return;
            }
            var job = next.get();
            var started = System.nanoTime();
            try {
                if (job.start()) {
                    run(job);
                }
            } finally {
                finished(job, Duration.ofNanos(System.nanoTime() - started));
            }
        }
    }

    private synchronized Optional<Job> next() {
        while (waiting.isEmpty()) {
            if (closed) {
                return Optional.empty();
            }
            try {
                wait();
            } catch (InterruptedException e) {
                return Optional.empty();
            }
        }
        var job = waiting.removeFirst();
        running++;
        tellPositions();
        return Optional.of(job);
    }

    private synchronized void finished(Job job, Duration time) {
        running--;
        var state = job.standing().state();
        if (state == JobState.DONE) {
            meanSeconds = 0.7 * meanSeconds + 0.3 * time.toNanos() / 1e9;
        }
        observer.ended(state, time);
    }

    private void run(Job job) {
        try {
            List<GeneratedImage> results;
            job.stage("load");
            try (var use = models.use(job.order().model())) {
                job.cancellation().check();
                results = use.pipeline().run(job.order().request(), job.cancellation(), new Telling(job));
            }
            job.cancellation().check(); // from here on the images are kept
            job.stage("save");
            var items = gallery.add(results, job.id());
            var reports = Collections.newSetFromMap(
                    new IdentityHashMap<dev.suffice.core.ComputeReport, Boolean>()); // one for all images of a batch
            results.forEach(result -> reports.add(result.compute()));
            reports.forEach(observer::computed);
            var made = items.stream().map(GalleryItem::id).toList();
            job.done(made, done(made));
        } catch (CancelledException e) {
            job.cancelled();
        } catch (InvalidRequestException e) {
            job.failed(
                    failure(400, ApiException.Type.INVALID_REQUEST, "invalid_value", String.valueOf(e.getMessage())));
        } catch (SufficeException e) {
            LOG.log(System.Logger.Level.WARNING, job.id(), e);
            job.failed(failure(500, ApiException.Type.SERVER, "server_error", String.valueOf(e.getMessage())));
        } catch (OutOfMemoryError e) {
            LOG.log(System.Logger.Level.ERROR, job.id(), e);
            job.failed(failure(
                    500,
                    ApiException.Type.SERVER,
                    "out_of_memory",
                    "not enough memory for this run; ask for fewer or smaller images"));
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            LOG.log(System.Logger.Level.ERROR, job.id(), e);
            job.failed(failure(
                    500, ApiException.Type.SERVER, "server_error", "unexpected failure; the server's log says more"));
        }
    }

    private static tools.jackson.databind.node.ObjectNode done(List<String> images) {
        var data = Json.object();
        var list = data.putArray("images");
        for (var id : images) {
            list.addObject().put("id", id).put("href", "/v1/images/" + id);
        }
        return data;
    }

    private static Job.Failure failure(int status, ApiException.Type type, String code, String message) {
        return new Job.Failure(status, ApiException.error(message, type, Optional.empty(), code));
    }

    /** Tells a job's listeners what its run does. */
    private static final class Telling implements RunListener {
        private final Job job;
        private final Previews previews = new Previews();

        Telling(Job job) {
            this.job = job;
        }

        @Override
        public void stage(String stage) {
            job.stage(stage);
        }

        @Override
        public void step(int step, int steps, Supplier<List<RgbdImage>> images) {
            var data = Json.object().put("step", step).put("steps", steps);
            if (job.events().watched()) {
                previews.at(step == steps, images).ifPresent(shown -> data.set(EventLog.PREVIEWS, shown));
            }
            job.step(step, steps, data);
        }

        @Override
        public void warning(String message) {
            job.warning(message);
        }
    }

    /** Jobs by state, of those that are remembered. */
    public Map<JobState, Integer> byState() {
        var counts = new java.util.EnumMap<JobState, Integer>(JobState.class);
        for (var state : JobState.values()) {
            counts.put(state, 0);
        }
        all().forEach(job -> counts.merge(job.standing().state(), 1, Integer::sum));
        return counts;
    }

    /** Cancels every job and waits until none runs. */
    @Override
    public void close() {
        List<Job> all;
        synchronized (this) {
            closed = true;
            waiting.clear();
            all = all();
            notifyAll();
        }
        all.forEach(Job::cancel);
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        for (var worker : workers) {
            try {
                worker.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
