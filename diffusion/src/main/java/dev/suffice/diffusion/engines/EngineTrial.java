package dev.suffice.diffusion.engines;

import dev.suffice.core.Cancellation;
import dev.suffice.core.StepCount;
import dev.suffice.diffusion.ImageRequest;
import dev.suffice.diffusion.Ldm3dPipeline;
import dev.suffice.diffusion.RunListener;
import dev.suffice.diffusion.policy.StepPolicy;
import dev.suffice.engine.Engine;
import dev.suffice.engine.SessionOptions;
import java.nio.file.Path;

/**
 * Measures an engine with a model, by images of few steps: one when everything has to be opened, then some that differ in their number of steps only, the fastest of each.
 *
 * @param cache folder for files that are unpacked once
 * @param options what the model runs with
 */
record EngineTrial(Path cache, SessionOptions options) implements FastestEngine.Trial {
    private static final int MORE_STEPS = 5;
    private static final int REPETITIONS = 2;
    private static final double NANOS = 1e9;

    /** Loads classes and lets them be compiled, unpacks files. */
    @Override
    public void warmUp(Engine engine, Path folder, String name) {
        try (var pipeline = Ldm3dPipeline.open(folder, name, cache, engine, options)) {
            run(pipeline, 1);
        }
    }

    /**
     * Measures; takes some seconds with a small model.
     *
     * @throws dev.suffice.core.SufficeException if the engine or the model fails, or the model does not make images from text alone
     */
    @Override
    public EngineTimes measure(Engine engine, String version, Path folder, String name) {
        long started = System.nanoTime();
        try (var pipeline = Ldm3dPipeline.open(folder, name, cache, engine, options)) {
            run(pipeline, 1);
            double cold = (System.nanoTime() - started) / NANOS;
            double one = Double.MAX_VALUE;
            double more = Double.MAX_VALUE;
            for (int i = 0; i < REPETITIONS; i++) {
                one = Math.min(one, run(pipeline, 1));
                more = Math.min(more, run(pipeline, MORE_STEPS));
            }
            double step = Math.max(0, (more - one) / (MORE_STEPS - 1));
            return new EngineTimes(engine.name(), version, Math.max(0, cold - one), Math.max(0, one - step), step);
        }
    }

    private static double run(Ldm3dPipeline pipeline, int steps) {
        var request = ImageRequest.of("a room")
                .steps(StepCount.fixed(steps))
                .policy(StepPolicy.none())
                .seed(0)
                .build();
        long started = System.nanoTime();
        pipeline.run(request, new Cancellation(), RunListener.silent());
        return (System.nanoTime() - started) / NANOS;
    }
}
