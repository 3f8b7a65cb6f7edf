package dev.suffice.spark;

import dev.suffice.core.Cancellation;
import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.stepsaver.SamplerSetting;
import dev.suffice.diffusion.stepsaver.StepCurve;
import dev.suffice.diffusion.stepsaver.StepLabeller;
import dev.suffice.labels.LabelPart;
import dev.suffice.labels.LabelledCurve;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.broadcast.Broadcast;

/** Computes a part and writes its file, in an executor. Stops between two U-Net calls when Spark asks it to. */
final class PartTask implements VoidFunction<LabelPart> {
    private static final long serialVersionUID = 1L;

    private final Broadcast<ExecutorModel> model;
    private final String folder;

    PartTask(Broadcast<ExecutorModel> model, String folder) {
        this.model = model;
        this.folder = folder;
    }

    @Override
    public void call(LabelPart part) throws IOException {
        var task = TaskContext.get();
        var cancellation = new Cancellation();
        var finished = new CountDownLatch(1);
        var watcher = Thread.startVirtualThread(() -> watch(task, cancellation, finished));
        try {
            var curves =
                    model.value().use(pipeline -> measure(part, new StepLabeller(pipeline, part.grid()), cancellation));
            LabelWriter.write(folder, part, curves);
        } finally {
            finished.countDown();
            watcher.interrupt();
        }
    }

    /** Passes on that Spark wants the task to end. */
    private static void watch(TaskContext task, Cancellation cancellation, CountDownLatch finished) {
        try {
            while (!finished.await(100, TimeUnit.MILLISECONDS)) {
                if (task.isInterrupted()) {
                    cancellation.cancel();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<LabelledCurve> measure(LabelPart part, StepLabeller labeller, Cancellation cancellation) {
        var labelled = new ArrayList<LabelledCurve>();
        for (var prompt : part.prompts()) {
            long seed = LabelPart.seed(prompt);
            var measured = curves(labeller, part, prompt, seed, cancellation);
            for (int k = 0; k < measured.size(); k++) {
                labelled.add(new LabelledCurve(part.model(), prompt, seed + k, part.scheduler(), measured.get(k)));
            }
        }
        return labelled;
    }

    private static List<StepCurve> curves(
            StepLabeller labeller, LabelPart part, String prompt, long seed, Cancellation cancellation) {
        try {
            return labeller.curves(prompt, SamplerSetting.parse(part.scheduler()), seed, part.seeds(), cancellation);
        } catch (IllegalArgumentException e) {
            throw new SufficeException(
                    "prompt \"%s\", seed %d, %s: %s".formatted(prompt, seed, part.scheduler(), e.getMessage()), e);
        }
    }
}
