package dev.suffice.diffusion;

import dev.suffice.core.Cancellation;
import dev.suffice.diffusion.StageClock.Stage;
import dev.suffice.image.RgbdImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Takes the images of a batch from noise to their ends, each as far as its rules say; those that are finished leave the batch. Not
 * thread-safe.
 */
final class DenoisingLoop {
    private final Denoiser denoiser;
    private final Guidance guidance;
    private final List<Trajectory> images;
    private final List<float[]> shown;
    private final StageClock clock;
    private final String scheduler;

    /**
     * Takes over a batch.
     *
     * @param shown latents that a super-resolution model sees beside the noisy ones, one per image; empty for other models
     * @param scheduler for events
     */
    DenoisingLoop(
            Denoiser denoiser,
            Guidance guidance,
            List<Trajectory> images,
            List<float[]> shown,
            StageClock clock,
            String scheduler) {
        this.denoiser = denoiser;
        this.guidance = guidance;
        this.images = images;
        this.shown = shown;
        this.clock = clock;
        this.scheduler = scheduler;
    }

    void run(double[] timesteps, Cancellation cancellation, RunListener listener, Supplier<List<RgbdImage>> previews) {
        for (int call = 0; call < timesteps.length; call++) {
            cancellation.check();
            var event = new DenoisingStepEvent();
            event.begin();
            int passes = call(call, timesteps[call]);
            event.call = call + 1;
            event.calls = timesteps.length;
            event.timestep = timesteps[call];
            event.passes = passes;
            event.scheduler = scheduler;
            event.commit();
            listener.step(call + 1, timesteps.length, previews);
            if (images.stream().allMatch(Trajectory::finished)) {
                break;
            }
        }
    }

    /** What one image takes part with. */
    @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
    private record Asked(int image, Trajectory trajectory, float[] input, boolean guided) {}

    /** One call of all images that are under way. @return rows that the U-Net was given */
    private int call(int call, double time) {
        var asked = new ArrayList<Asked>();
        clock.time(Stage.SAMPLER, () -> {
            for (int k = 0; k < images.size(); k++) {
                var image = images.get(k);
                if (image.finished()) {
                    continue;
                }
                var input = new float[image.latents().length];
                if (image.asks(call, input)) {
                    asked.add(new Asked(k, image, input, guidance.active() && image.guides(call)));
                } else {
                    image.stepUnasked(call);
                }
            }
        });
        if (asked.isEmpty()) {
            return 0;
        }
        var guided = asked.stream().filter(Asked::guided).toList();
        int rows = guided.size() + asked.size();
        int length = asked.getFirst().input().length;
        int inputLength = length + (shown.isEmpty() ? 0 : shown.getFirst().length);
        var slots = new int[rows];
        var scaled = new float[rows * inputLength];
        var predicted = new float[rows * length];
        for (int row = 0; row < rows; row++) {
            boolean unconditional = row < guided.size();
            var one = unconditional ? guided.get(row) : asked.get(row - guided.size());
            slots[row] = unconditional || !guidance.active() ? one.image() : images.size() + one.image();
            System.arraycopy(one.input(), 0, scaled, row * inputLength, length);
            if (!shown.isEmpty()) {
                var beside = shown.get(one.image());
                System.arraycopy(beside, 0, scaled, row * inputLength + length, beside.length);
            }
        }
        var deepRows = new int[images.size()];
        Arrays.fill(deepRows, -1);
        clock.time(
                Stage.DENOISE,
                () -> denoiser.predict(
                        guided.size(),
                        slots,
                        scaled,
                        time,
                        changes -> deep(call, slots, changes, deepRows),
                        predicted));
        clock.time(Stage.SAMPLER, () -> {
            int unconditional = 0;
            for (int i = 0; i < asked.size(); i++) {
                var one = asked.get(i);
                int mine = one.guided() ? 2 : 1;
                one.trajectory().ran(one.guided(), deepRows[one.image()] < 0 ? mine : deepRows[one.image()]);
                var conditioned = row(predicted, guided.size() + i, length);
                var output = conditioned;
                if (one.guided()) {
                    output = new float[length];
                    var unconditioned = row(predicted, unconditional++, length);
                    one.trajectory().guide(call, guidance, conditioned, unconditioned, output);
                } else if (guidance.active()) {
                    output = new float[length];
                    one.trajectory().guideAsBefore(guidance, conditioned, output);
                }
                one.trajectory().step(call, output);
            }
        });
        return rows;
    }

    private static float[] row(float[] values, int row, int length) {
        return Arrays.copyOfRange(values, row * length, (row + 1) * length);
    }

    /** Rows of one image go the same way, by the mean of their changes. */
    private boolean[] deep(int call, int[] slots, double[] changes, int[] deepRows) {
        var deep = new boolean[slots.length];
        for (int k = 0; k < images.size(); k++) {
            double sum = 0;
            int count = 0;
            for (int row = 0; row < slots.length; row++) {
                if (slots[row] % images.size() == k) {
                    sum += changes[row];
                    count++;
                }
            }
            if (count == 0) {
                continue;
            }
            boolean chosen = images.get(k).deepens(call, sum / count);
            deepRows[k] = chosen ? count : 0;
            for (int row = 0; row < slots.length; row++) {
                deep[row] |= chosen && slots[row] % images.size() == k;
            }
        }
        return deep;
    }
}
