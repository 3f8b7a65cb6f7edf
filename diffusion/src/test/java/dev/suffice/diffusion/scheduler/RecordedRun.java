package dev.suffice.diffusion.scheduler;

import dev.suffice.diffusion.noise.NoiseSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A trajectory recorded from the reference implementation: what the model answered, what noise was drawn, what came of it. */
record RecordedRun(String name, JsonNode json) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    /** Every run in the folder of the system property, or in the module's own resources. */
    static List<RecordedRun> all() {
        var folder = Path.of(System.getProperty("suffice.goldens.schedulers", "src/test/resources/goldens/schedulers"));
        try (var files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(".json"))
                    .sorted()
                    .map(RecordedRun::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RecordedRun read(Path file) {
        var name = file.getFileName().toString();
        return new RecordedRun(name.substring(0, name.length() - ".json".length()), JSON.readTree(file));
    }

    Scheduler scheduler() {
        var settings = JSON.convertValue(json.get("config"), Map.class);
        return Schedulers.create(json.get("scheduler").asString(), SchedulerConfig.of(settings));
    }

    /** The request, with the options that the steps were recorded with. */
    SamplingPlan plan() {
        var schedule = json.path("schedule_args");
        SamplingPlan plan;
        if (schedule.has("timesteps") && schedule.has("sigmas")) {
            plan = SamplingPlan.sigmasAndTimesteps(doubles(schedule.get("sigmas")), doubles(schedule.get("timesteps")));
        } else if (schedule.has("timesteps")) {
            plan = SamplingPlan.timesteps(doubles(schedule.get("timesteps")));
        } else if (schedule.has("sigmas")) {
            plan = SamplingPlan.sigmas(doubles(schedule.get("sigmas")));
        } else {
            plan = SamplingPlan.steps(json.get("num_inference_steps").asInt());
        }
        if (schedule.has("mu")) {
            plan = plan.withMu(schedule.get("mu").asDouble());
        }
        if (json.has("strength")) {
            plan = plan.withStrength(json.get("strength").asDouble());
        }
        var args = json.path("step_args");
        if (args.has("eta")) {
            plan = plan.withEta(args.get("eta").asDouble());
        }
        if (args.has("use_clipped_model_output")) {
            plan = plan.withClippedModelOutput(
                    args.get("use_clipped_model_output").asBoolean());
        }
        if (args.has("s_churn")) {
            plan = plan.withChurn(
                    args.get("s_churn").asDouble(),
                    args.path("s_tmin").asDouble(0),
                    args.path("s_tmax").asDouble(Double.POSITIVE_INFINITY),
                    args.path("s_noise").asDouble(1));
        }
        if (args.has("order")) {
            plan = plan.withOrder(args.get("order").asInt());
        }
        return plan.withImages(json.get("shape").get(0).asInt());
    }

    double[] timesteps() {
        return doubles(json.get("timesteps"));
    }

    float[] sigmas() {
        return json.hasNonNull("sigmas") ? floats(json.get("sigmas")) : new float[0];
    }

    double initNoiseSigma() {
        return json.get("init_noise_sigma").asDouble();
    }

    float[] initialSample() {
        return floats(json.get("initial_sample"));
    }

    List<RecordedStep> steps() {
        return StreamSupport.stream(json.get("steps").spliterator(), false)
                .map(RecordedStep::new)
                .toList();
    }

    /** One model call. */
    record RecordedStep(JsonNode json) {
        float[] modelInput() {
            return floats(json.get("model_input"));
        }

        float[] modelOutput() {
            return floats(json.get("model_output"));
        }

        float[] next() {
            return floats(json.get("prev_sample"));
        }

        float[] clean() {
            return json.hasNonNull("pred_original_sample") ? floats(json.get("pred_original_sample")) : new float[0];
        }

        /** Gives the recorded draws in order. */
        ReplayedNoise noise() {
            var draws = new ArrayList<float[]>();
            for (var draw : json.get("noise")) {
                draws.add(floats(draw));
            }
            return new ReplayedNoise(draws);
        }
    }

    /** Draws from a list; knows whether all of it was used. */
    static final class ReplayedNoise implements NoiseSource {
        private final List<float[]> draws;
        private int next;

        ReplayedNoise(List<float[]> draws) {
            this.draws = draws;
        }

        @Override
        public void fill(float[] noise) {
            var draw = draws.get(next++);
            if (draw.length != noise.length) {
                throw new IllegalStateException(
                        "recorded %d values, asked for %d".formatted(draw.length, noise.length));
            }
            System.arraycopy(draw, 0, noise, 0, noise.length);
        }

        int unused() {
            return draws.size() - next;
        }
    }

    static float[] floats(JsonNode array) {
        var values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) array.get(i).asDouble();
        }
        return values;
    }

    static double[] doubles(JsonNode array) {
        var values = new double[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asDouble();
        }
        return values;
    }
}
