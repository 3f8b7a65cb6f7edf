package dev.suffice.diffusion.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.SufficeException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulersTest {
    private static final SchedulerConfig EMPTY = SchedulerConfig.of(Map.of());

    @Test
    void theConfigNamesTheClass() {
        for (var name : Schedulers.classNames()) {
            assertThat(Schedulers.create(EMPTY.withClassName(name)).className()).isEqualTo(name);
        }
    }

    @Test
    void everyClassHasAShortName() {
        var reached = Schedulers.names().stream()
                .map(name -> Schedulers.create(name, EMPTY).className())
                .distinct();
        assertThat(reached).containsExactlyInAnyOrderElementsOf(Schedulers.classNames());
    }

    @Test
    void anotherSamplerTakesTheConfigAndKeepsWhatItDoesNotKnow() {
        var config = SchedulerConfig.parse("""
                {"_class_name": "PNDMScheduler", "beta_end": 0.012, "skip_prk_steps": true, "a_key_of_the_future": [1, 2]}
                """);
        var euler = Schedulers.create("euler", config);
        assertThat(euler.className()).isEqualTo("EulerDiscreteScheduler");
        assertThat(euler.config().settings())
                .containsEntry("_class_name", "EulerDiscreteScheduler")
                .containsEntry("skip_prk_steps", true)
                .containsKey("a_key_of_the_future");
        var back = Schedulers.create("PNDMScheduler", euler.config());
        assertThat(back.config()).isEqualTo(config);
        assertThat(back.start(SamplingPlan.steps(3)).calls()).isEqualTo(4);
    }

    @Test
    void absentSettingsTakeTheOwnDefaultOfTheSampler() {
        // beta_end is 0.02 for Euler and 0.012 for Heun, the spacing leading for DDIM and linspace for Euler.
        assertThat(Schedulers.create("euler", EMPTY)
                        .start(SamplingPlan.steps(2))
                        .sigmas()[0])
                .isNotEqualTo(Schedulers.create("heun", EMPTY)
                        .start(SamplingPlan.steps(2))
                        .sigmas()[0]);
        assertThat(Schedulers.create("ddim", EMPTY).start(SamplingPlan.steps(2)).timesteps())
                .containsExactly(500, 0);
        assertThat(Schedulers.create("euler", EMPTY)
                        .start(SamplingPlan.steps(2))
                        .timesteps())
                .containsExactly(999, 0);
    }

    @Test
    void shortNamesImplySettings() {
        assertThat(Schedulers.create("DPM++2M-SDE-karras", EMPTY.with("use_beta_sigmas", true))
                        .config()
                        .settings())
                .containsEntry("algorithm_type", "sde-dpmsolver++")
                .containsEntry("solver_order", 2)
                .containsEntry("use_karras_sigmas", true)
                .containsEntry("use_beta_sigmas", false);
        assertThat(Schedulers.create("dpm2", EMPTY.with("use_karras_sigmas", true))
                        .config()
                        .settings())
                .containsEntry("use_karras_sigmas", true);
    }

    @Test
    void unknownNamesAreAnsweredWithTheKnownOnes() {
        assertThatThrownBy(() -> Schedulers.create("eular", EMPTY))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith(
                        "scheduler \"eular\": unknown; must be one of ddim, ddpm, pndm, lms, lms-karras, euler,");
        assertThatThrownBy(() -> Schedulers.create(EMPTY.withClassName("IPNDMScheduler")))
                .isInstanceOf(SufficeException.class)
                .hasMessageStartingWith(
                        "scheduler class \"IPNDMScheduler\": unknown; must be one of DDIMScheduler, DDPMScheduler,");
        assertThatThrownBy(() -> Schedulers.create(EMPTY))
                .isInstanceOf(SufficeException.class)
                .hasMessageStartingWith("scheduler config: has no _class_name; it must be one of DDIMScheduler,");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ddim    | 0    | steps 0: must be between 1 and 1000 (the model's training timesteps)
                    euler   | -3   | steps -3: must be between 1 and 1000 (the model's training timesteps)
                    dpm++2m | 1001 | steps 1001: must be between 1 and 1000 (the model's training timesteps)
                    lcm     | 51   | steps 51: must be between 1 and 50 (original_inference_steps, which the model was distilled on)
                    pndm    | 3    | steps 3: PNDM starts with Runge-Kutta over 4 timesteps; take at least that many, or set skip_prk_steps to true
                    """)
    void stepsBeyondTheModelAreRefused(String name, int steps, String message) {
        var scheduler = Schedulers.create(name, EMPTY);
        assertThatThrownBy(() -> scheduler.start(SamplingPlan.steps(steps)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(message);
    }

    @Test
    void anOffsetBeyondTrainingIsRefused() {
        var ddim = Schedulers.create("ddim", EMPTY.with("steps_offset", 1));
        assertThatThrownBy(() -> ddim.start(SamplingPlan.steps(1000)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "timestep 1000.0: beyond the last training timestep 999, where steps_offset puts it; use fewer steps");
    }

    @Test
    void customTimestepsAreRefusedWhereTheyCannotBeHonoured() {
        assertThatThrownBy(() -> Schedulers.create("ddim", EMPTY).start(SamplingPlan.timesteps(900, 100)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("DDIMScheduler: cannot take custom timesteps, only a number of steps");
        assertThatThrownBy(() -> Schedulers.create("heun", EMPTY).start(SamplingPlan.sigmas(9, 1)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("HeunDiscreteScheduler: cannot take custom sigmas");
        assertThatThrownBy(() -> Schedulers.create("euler-karras", EMPTY).start(SamplingPlan.timesteps(900, 100)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("EulerDiscreteScheduler: custom timesteps do not go with use_karras_sigmas");
        assertThatThrownBy(() -> Schedulers.create("ddpm", EMPTY).start(SamplingPlan.timesteps(100, 900)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("timesteps 100.0, 900.0: must descend");
        assertThatThrownBy(() -> Schedulers.create("ddpm", EMPTY).start(SamplingPlan.timesteps(1000, 3)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("timestep 1000.0: must be between 0 and 999 (the model's training timesteps)");
        assertThatThrownBy(() -> Schedulers.create("ddpm", EMPTY).start(SamplingPlan.timesteps(10.5)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("timestep 10.5: must be a whole number for this sampler");
    }

    @Test
    void plansCheckTheirNumbers() {
        var plan = SamplingPlan.steps(20);
        assertThatThrownBy(() -> plan.withStrength(0))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("strength 0.0: must be above 0 and at most 1 (1 = nothing left of the image)");
        assertThatThrownBy(() -> plan.withStrength(Double.NaN))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("strength NaN: must be above 0 and at most 1 (1 = nothing left of the image)");
        assertThatThrownBy(() -> Schedulers.create("ddim", EMPTY).start(plan.withStrength(0.01)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("strength 0.01 with 20 steps: leaves no step to run, must be at least 0.05");
        assertThatThrownBy(() -> plan.withEta(Double.NaN))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("eta NaN: must be between 0 and 1 (0 = deterministic)");
        assertThatThrownBy(() -> plan.withChurn(-1, 0, 1, 1))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("churn -1.0: must be at least 0 (0 = none)");
        assertThatThrownBy(() -> plan.withOrder(9))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("order 9: must be between 1 and 8");
        assertThatThrownBy(() -> plan.withImages(0))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("images 0: must be at least 1");
        assertThatThrownBy(() -> plan.withMu(Double.POSITIVE_INFINITY))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("mu Infinity: must be a finite number");
        assertThatThrownBy(() -> SamplingPlan.timesteps(1, Double.NaN))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("timesteps NaN: must be a finite number");
        assertThatThrownBy(SamplingPlan::sigmas)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("sigmas: must be at least one");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ddim       | {"beta_start": NaN}                    | scheduler setting beta_start NaN: must be a finite number
                    ddim       | {"beta_end": 2}                        | scheduler setting beta_end 2.0: must be at least 0 and below 1 (a variance)
                    ddim       | {"beta_start": "small"}                | scheduler setting beta_start "small": must be a finite number
                    euler      | {"prediction_type": "noise"}           | scheduler setting prediction_type "noise": must be one of epsilon, v_prediction, sample
                    unipc      | {"prediction_type": "noise"}           | scheduler setting prediction_type "noise": must be one of epsilon, v_prediction, sample, flow_prediction
                    euler      | {"timestep_spacing": "wide"}           | scheduler setting timestep_spacing "wide": must be one of leading, trailing, linspace
                    pndm       | {"beta_schedule": 5}                   | scheduler setting beta_schedule 5: must be one of linear, scaled_linear, squaredcos_cap_v2, sigmoid, laplace, exp
                    ddpm       | {"variance_type": "big"}               | scheduler setting variance_type "big": must be one of fixed_small, fixed_small_log, fixed_large, fixed_large_log, learned, learned_range
                    ddim       | {"clip_sample": "yes"}                 | scheduler setting clip_sample "yes": must be true or false
                    ddim       | {"num_train_timesteps": 2147483647}    | scheduler setting num_train_timesteps 2147483647: must be a whole number between 1 and 1048576
                    ddim       | {"num_train_timesteps": 10.5}          | scheduler setting num_train_timesteps 10.5: must be a whole number between 1 and 1048576
                    ddim       | {"trained_betas": [0.1, 0.2]}          | scheduler setting trained_betas: 2 values, must be num_train_timesteps = 1000
                    ddim       | {"trained_betas": 3}                   | scheduler setting trained_betas 3: must be a list of numbers
                    ddim       | {"thresholding": true, "dynamic_thresholding_ratio": 7} | scheduler setting dynamic_thresholding_ratio 7.0: must be between 0 and 1 (a quantile)
                    lcm        | {"original_inference_steps": 2000}     | scheduler setting original_inference_steps 2000: must be at most num_train_timesteps = 1000
                    unipc      | {"shift_terminal": 0.1}                | scheduler setting shift_terminal: only with use_flow_sigmas true
                    flow-euler | {"shift": -1}                          | scheduler setting shift -1.0: must be above 0
                    deis       | {"algorithm_type": "sde-dpmsolver++"}  | scheduler setting algorithm_type "sde-dpmsolver++": must be one of deis, dpmsolver, dpmsolver++
                    lms        | {"use_karras_sigmas": true, "use_beta_sigmas": true} | scheduler settings use_karras_sigmas true, use_exponential_sigmas false, use_beta_sigmas true: at most one of them can be true
                    DPMSolverMultistepScheduler  | {"algorithm_type": "dpmsolver"} | scheduler setting final_sigmas_type "zero": does not go with algorithm_type dpmsolver, whose last step would divide by zero; set it to sigma_min
                    DPMSolverMultistepScheduler  | {"solver_order": 4} | scheduler setting solver_order 4: must be a whole number between 1 and 3
                    DPMSolverSinglestepScheduler | {"algorithm_type": "sde-dpmsolver", "final_sigmas_type": "sigma_min"} | scheduler setting algorithm_type "sde-dpmsolver": DPMSolverSinglestepScheduler has dpmsolver, dpmsolver++ and sde-dpmsolver++
                    DPMSolverMultistepScheduler  | {"algorithm_type": "sde-dpmsolver", "final_sigmas_type": "sigma_min", "solver_order": 3} | scheduler setting solver_order 3: algorithm_type sde-dpmsolver has orders 1 and 2; use sde-dpmsolver++ for 3
                    """)
    void settingsThatCannotBeAreRefused(String name, String json, String message) {
        var config = SchedulerConfig.parse(json);
        assertThatThrownBy(() -> Schedulers.create(name, config))
                .isInstanceOf(SufficeException.class)
                .hasMessage(message);
    }

    @Test
    void learnedVarianceNeedsAModelThatPredictsIt() {
        var sampling = Schedulers.create("ddpm", EMPTY.with("variance_type", "learned_range"))
                .start(SamplingPlan.steps(2));
        assertThatThrownBy(() -> sampling.step(0, new float[4], new float[4], noise -> {}, new float[4]))
                .isInstanceOf(SufficeException.class)
                .hasMessageStartingWith("variance_type learned_range: the model must predict the variance too");
    }

    @Test
    void aDynamicShiftNeedsItsMu() {
        var flow = Schedulers.create("flow-euler", EMPTY.with("use_dynamic_shifting", true));
        assertThatThrownBy(() -> flow.start(SamplingPlan.steps(2)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "FlowMatchEulerDiscreteScheduler: use_dynamic_shifting needs mu, or the length of the image's token sequence");
        // base_shift at base_image_seq_len, max_shift at max_image_seq_len
        assertThat(flow.start(SamplingPlan.steps(5).withImageTokens(256)).sigmas())
                .containsExactly(flow.start(SamplingPlan.steps(5).withMu(0.5)).sigmas());
        assertThat(flow.start(SamplingPlan.steps(5).withImageTokens(4096)).sigmas())
                .containsExactly(flow.start(SamplingPlan.steps(5).withMu(1.15)).sigmas());
    }
}
