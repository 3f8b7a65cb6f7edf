package dev.suffice.server;

import dev.suffice.core.SufficeException;
import dev.suffice.server.api.GalleryRoutes;
import dev.suffice.server.api.GenerationRoutes;
import dev.suffice.server.api.ModelRoutes;
import dev.suffice.server.api.PageRoutes;
import dev.suffice.server.api.SessionRoutes;
import dev.suffice.server.gallery.Gallery;
import dev.suffice.server.http.Dispatcher;
import dev.suffice.server.http.Guard;
import dev.suffice.server.http.Key;
import dev.suffice.server.http.Listener;
import dev.suffice.server.http.Route;
import dev.suffice.server.http.Router;
import dev.suffice.server.job.JobQueue;
import dev.suffice.server.model.ModelShelf;
import dev.suffice.server.model.StepAdvisor;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The Studio page and the HTTP API, as one running server. It answers as soon as it is started; {@link #ready} completes when its first
 * model is loaded. Requests before that wait in the queue. Thread-safe.
 */
public final class StudioServer implements AutoCloseable {
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    private final ServerSettings settings;
    private final ModelShelf models;
    private final Gallery gallery;
    private final JobQueue jobs;
    private final Listener listener;
    private final List<Route> routes;
    private final CompletableFuture<Void> ready;

    private StudioServer(ServerSettings settings, ServedModels served) {
        this.settings = settings;
        this.models =
                new ModelShelf(served.folders(), served.cache(), served.engine(), served.options(), settings.models());
        this.gallery = Gallery.open(settings.gallery(), settings.keep(), Clock.systemUTC());
        var metrics = new ServerMetrics();
        this.jobs = new JobQueue(models, gallery, metrics, Clock.systemUTC(), settings.queue(), settings.runs());
        metrics.watch(jobs);
        metrics.gauge("suffice_gallery_images", "Images in the gallery.", gallery::size);
        var key = settings.apiKey().map(text -> new Key(text, Clock.systemUTC()));
        var guard = new Guard(settings.loopback(), settings.cors(), key);
        this.routes = routes(guard, metrics);
        try {
            this.listener = Listener.start(listening(), new Dispatcher(new Router(routes), guard), metrics);
        } catch (UncheckedIOException e) {
            jobs.close();
            models.close();
            gallery.close();
            throw new SufficeException(
                    "port %d of %s: cannot be used: %s; choose another with --port (0: any free one)"
                            .formatted(settings.port(), settings.host(), reason(e)),
                    e);
        }
        this.ready = CompletableFuture.runAsync(
                models::warmUp,
                task -> Thread.ofPlatform().name("suffice-load").daemon().start(task));
    }

    private static String reason(RuntimeException e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    /**
     * Starts a server.
     *
     * @throws SufficeException if the port or the gallery cannot be used, or a model's folder is none
     */
    public static StudioServer start(ServerSettings settings, ServedModels models) {
        return new StudioServer(settings, models);
    }

    private List<Route> routes(Guard guard, ServerMetrics metrics) {
        var limits = settings.limits();
        var all = new ArrayList<Route>(new PageRoutes().routes());
        all.addAll(new ModelRoutes(models, StepAdvisor.predicted(models), limits).routes());
        all.addAll(new GenerationRoutes(models, jobs, gallery, limits, HEARTBEAT).routes());
        all.addAll(new GalleryRoutes(gallery).routes());
        all.addAll(new SessionRoutes(guard).routes());
        all.add(metrics.route());
        return List.copyOf(all);
    }

    private Listener.Settings listening() {
        var limits = settings.limits();
        return new Listener.Settings(
                settings.host(),
                settings.port(),
                limits.bodyBytes(),
                limits.bodyTime(),
                limits.idleTime(),
                limits.connections());
    }

    /** Method and path template of every route, e.g. {@code GET /v1/images/{id}}. */
    public List<String> routes() {
        return routes.stream()
                .map(route -> route.method() + " " + route.template())
                .toList();
    }

    /** The port it listens on. */
    public int port() {
        return listener.port();
    }

    /** Where the Studio page is. */
    public URI page() {
        var host = settings.host().contains(":") && !settings.host().startsWith("[")
                ? "[" + settings.host() + "]"
                : settings.host();
        return URI.create("http://%s:%d/".formatted(host, port()));
    }

    /** Images in the gallery. */
    public int images() {
        return gallery.size();
    }

    /** Completes when the first model is loaded, with a {@link SufficeException} if it cannot be. */
    public CompletableFuture<Void> ready() {
        return ready.copy();
    }

    /** Stops: no new requests, running jobs end before their next step, nothing is left half-written. */
    @Override
    public void close() {
        jobs.close();
        listener.close();
        models.close();
        gallery.close();
    }
}
