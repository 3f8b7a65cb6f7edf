package dev.suffice.spark;

import dev.suffice.core.Cancellation;
import dev.suffice.core.SufficeException;
import dev.suffice.labels.LabelPart;
import dev.suffice.labels.LabelPlan;
import dev.suffice.labels.LabelTable;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.jspecify.annotations.Nullable;

/**
 * Measures step counts on Spark. Each part is a task that writes a file of its own, so what is finished stays whatever becomes of the
 * rest: an executor that is lost costs the parts that it was at, a job that is killed goes on where it was, and the table is the same in
 * the end.
 *
 * @param master Spark's: {@code local[*]}, {@code local[2]}, {@code local-cluster[2,1,2048]}, or a cluster's address
 * @param folder of the model, at the same path on every machine
 * @param engine name of the inference engine
 * @param threads that each task computes with
 * @param table where the files go; on a cluster, a folder that all machines share
 */
public record LabelJob(String master, Path folder, String engine, int threads, Path table) {
    /**
     * What became of a job.
     *
     * @param parts that were computed
     * @param kept that were there before
     */
    public record Outcome(int parts, int kept) {}

    /**
     * Computes what is missing.
     *
     * @param damaged told of files that are damaged and will be made anew
     * @throws dev.suffice.core.CancelledException if cancelled; finished parts stay
     * @throws SufficeException if a part fails, or the folder cannot be written
     */
    public Outcome run(LabelPlan plan, Cancellation cancellation, Consumer<String> damaged, LabelProgress progress) {
        try {
            Files.createDirectories(table);
        } catch (IOException e) {
            throw new SufficeException("%s: cannot be made (%s)".formatted(table, e), e);
        }
        var missing = new LabelTable(table).missing(plan, damaged);
        int kept = plan.parts().size() - missing.size();
        if (!missing.isEmpty()) {
            compute(missing, plan.model(), cancellation, progress);
        }
        return new Outcome(missing.size(), kept);
    }

    private void compute(List<LabelPart> missing, String model, Cancellation cancellation, LabelProgress progress) {
        var configuration =
                new SparkConf().setMaster(master).setAppName("suffice label").set("spark.ui.enabled", "false");
        if (master.startsWith("local")) {
            // Nobody but this machine's own executors need to reach it.
            configuration.set("spark.driver.bindAddress", "127.0.0.1").set("spark.driver.host", "127.0.0.1");
        }
        if (!master.startsWith("local") && !configuration.contains("spark.jars")) {
            configuration.set("spark.jars", jars());
        }
        try (var spark = new JavaSparkContext(configuration);
                // closed first, and waits for tasks of this process that are still at work
                var opened = new ExecutorModel(folder, model, engine, threads)) {
            var finished = new AtomicInteger();
            spark.sc().addSparkListener(new SparkListener() {
                @Override
                public void onTaskEnd(SparkListenerTaskEnd end) {
                    if (end.taskInfo().successful()) {
                        progress.finished(finished.incrementAndGet(), missing.size());
                    }
                }
            });
            var task =
                    new PartTask(spark.broadcast(opened), table.toAbsolutePath().toString());
            var job = spark.parallelize(missing, missing.size()).foreachAsync(task);
            await(job, cancellation);
        }
    }

    /** What executors of a cluster need besides their own Spark: the jars of this class path that are not Spark's. */
    private static String jars() {
        return Arrays.stream(System.getProperty("java.class.path", "").split(File.pathSeparator))
                .flatMap(
                        entry -> entry.endsWith("*") ? inFolder(Path.of(entry).getParent()) : Stream.of(Path.of(entry)))
                .map(Path::toString)
                .filter(jar -> jar.endsWith(".jar"))
                .filter(jar -> !Path.of(jar).getFileName().toString().matches("(spark|scala|hadoop)-.*"))
                .collect(Collectors.joining(","));
    }

    private static Stream<Path> inFolder(@Nullable Path folder) {
        try (var files = Files.list(folder == null ? Path.of("") : folder)) {
            return files.toList().stream();
        } catch (IOException e) {
            throw new SufficeException("%s: cannot be listed (%s)".formatted(folder, e), e);
        }
    }

    private static void await(JavaFutureAction<Void> job, Cancellation cancellation) {
        try {
            while (!job.isDone()) {
                if (cancellation.requested()) {
                    job.cancel(true);
                    cancellation.check();
                }
                Thread.sleep(50);
            }
            job.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            job.cancel(true);
            throw new SufficeException("interrupted while labelling", e);
        } catch (ExecutionException e) {
            throw new SufficeException("labelling failed: %s".formatted(reason(e)), e);
        }
    }

    /** What a task said, out of Spark's report of it. */
    private static String reason(Throwable failure) {
        var cause = failure;
        while (cause.getCause() != null && !(cause instanceof SufficeException)) {
            cause = cause.getCause();
        }
        var message = String.valueOf(cause.getMessage());
        return cause instanceof SparkException
                ? message.lines().limit(2).reduce((a, b) -> a + " " + b).orElse(message)
                : message;
    }
}
