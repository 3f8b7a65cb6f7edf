package dev.suffice.server;

import dev.suffice.core.ComputeReport;
import dev.suffice.core.ProcessMemory;
import dev.suffice.server.http.Listener;
import dev.suffice.server.http.Reply;
import dev.suffice.server.http.Route;
import dev.suffice.server.job.JobObserver;
import dev.suffice.server.job.JobQueue;
import dev.suffice.server.job.JobState;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** What is counted, in Prometheus' text format. Each server has its own registry. Thread-safe. */
final class ServerMetrics implements Listener.Observer, JobObserver {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter requests = Counter.builder()
            .name("suffice_http_requests_total")
            .help("Requests answered.")
            .labelNames("method", "route", "status")
            .register(registry);
    private final Histogram latency = Histogram.builder()
            .name("suffice_http_request_seconds")
            .help("Time from a request to its answer; of synchronous generations with the wait and the run.")
            .labelNames("route")
            .classicOnly()
            .classicUpperBounds(0.001, 0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
            .register(registry);
    private final Counter jobs = Counter.builder()
            .name("suffice_jobs_ended_total")
            .help("Jobs that ended, by how they ended.")
            .labelNames("state")
            .register(registry);
    private final Histogram runTime = Histogram.builder()
            .name("suffice_run_seconds")
            .help("Time that runs took.")
            .classicOnly()
            .classicUpperBounds(0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320)
            .register(registry);
    private final Counter passes = counter("suffice_unet_passes_total", "U-Net passes run.");
    private final Counter fullPasses = counter(
            "suffice_unet_passes_reference_total",
            "U-Net passes that the full computation (50 guided steps) would have run.");
    private final Counter flops = counter("suffice_flops_total", "Floating-point operations run.");
    private final Counter fullFlops =
            counter("suffice_flops_reference_total", "Floating-point operations of the full computation.");

    ServerMetrics() {
        List.of(JobState.DONE, JobState.FAILED, JobState.CANCELLED)
                .forEach(state -> jobs.initLabelValues(state.label()));
        gauge(
                "suffice_process_private_memory_bytes",
                "Private resident memory of the process.",
                () -> ProcessMemory.anonymous().orElse(0));
        gauge(
                "suffice_process_peak_memory_bytes",
                "Highest resident memory of the process so far.",
                () -> ProcessMemory.peak().orElse(0));
        var machine = Runtime.getRuntime();
        gauge(
                "suffice_heap_used_bytes",
                "Used heap of the Java virtual machine.",
                () -> machine.totalMemory() - machine.freeMemory());
    }

    private Counter counter(String name, String help) {
        return Counter.builder().name(name).help(help).register(registry);
    }

    /** A number read when it is asked for. */
    @FunctionalInterface
    interface Reading {
        double now();
    }

    void gauge(String name, String help, Reading reading) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(reading.now()))
                .register(registry);
    }

    /** Shows a queue. */
    void watch(JobQueue queue) {
        gauge("suffice_queue_length", "Jobs that wait.", queue::length);
        GaugeWithCallback.builder()
                .name("suffice_jobs")
                .help("Jobs that are remembered, by state.")
                .labelNames("state")
                .callback(callback -> queue.byState().forEach((state, count) -> callback.call(count, state.label())))
                .register(registry);
    }

    @Override
    public void answered(String method, String template, int status, long nanos) {
        requests.labelValues(METHODS.contains(method) ? method : "other", template, Integer.toString(status))
                .inc();
        latency.labelValues(template).observe(nanos / 1e9);
    }

    @Override
    public void ended(JobState state, Duration running) {
        jobs.labelValues(state.label()).inc();
        if (state == JobState.DONE) {
            runTime.observe(running.toNanos() / 1e9);
        }
    }

    @Override
    public void computed(ComputeReport report) {
        report.stage("u-net").ifPresent(unet -> {
            passes.inc(unet.passes());
            fullPasses.inc(unet.fullPasses());
        });
        flops.inc(report.flops());
        fullFlops.inc(report.fullFlops());
    }

    Route route() {
        return Route.of("GET", "/metrics", call -> Reply.bytes(PrometheusTextFormatWriter.CONTENT_TYPE, text()));
    }

    private byte[] text() {
        var bytes = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(bytes, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
