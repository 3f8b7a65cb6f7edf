#!/usr/bin/env python3
"""Records sampler trajectories with diffusers, one JSON file each, for SchedulerGoldenTest.

    python bench/peers/record_schedulers.py OUT_FOLDER [--only SUBSTRING] [--cover]

A smooth function of its input and the timestep stands for the model. Each file has the config (without nulls), the timesteps
and sigmas, and for every model call its input and output, the noise drawn, and the sample after it. A test replays model
outputs and noise, so that it needs neither the function nor the generator. Keys that only some files have:
`schedule_args` (custom timesteps or sigmas, mu), `step_args` (eta, churn, order), `strength` (image to image),
`pred_original_sample`. With --cover only a selection is recorded, of smaller samples, in which every option of every sampler
occurs once with each value: the one that the tests carry.
"""
import argparse
import contextlib
import inspect
import itertools
import json
import pathlib
import sys
import warnings

import diffusers
import numpy as np
import torch

warnings.filterwarnings("ignore")
diffusers.utils.logging.set_verbosity_error()

STABLE_DIFFUSION = dict(num_train_timesteps=1000, beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")
SIGMA_KINDS = ["use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas"]
SPACINGS = ["leading", "trailing", "linspace"]
PREDICTIONS = ["epsilon", "v_prediction", "sample"]


def model(sample, timestep):
    phase = float(timestep) / 1000
    turned = torch.roll(sample, 1, dims=-1)
    return torch.tanh(0.55 * sample + 0.2 * turned - 0.3 * phase) * (1.1 - 0.3 * phase)


def numbers(tensor):
    """The shortest decimals that round to the same single-precision values."""
    return [float(str(x)) for x in tensor.detach().to(torch.float32).flatten().numpy()]


@contextlib.contextmanager
def recorded_noise(draws):
    """Every module has its own reference to randn_tensor; all are replaced while a step runs."""
    modules = [m for n, m in list(sys.modules.items()) if n.startswith("diffusers.schedulers") and hasattr(m, "randn_tensor")]
    originals = [m.randn_tensor for m in modules]

    def draw(shape, generator=None, device=None, dtype=None, layout=None):
        noise = torch.randn(shape, generator=generator, dtype=dtype)
        draws.append(numbers(noise))
        return noise

    try:
        for m in modules:
            m.randn_tensor = draw
        yield
    finally:
        for m, original in zip(modules, originals):
            m.randn_tensor = original


def record(class_name, overrides, steps, step_args, schedule_args, strength, shape):
    cls = getattr(diffusers, class_name)
    overrides = dict(overrides)
    origin = overrides.pop("from", None)
    config = (getattr(diffusers, origin + "Scheduler") if origin else cls)(**overrides).config
    scheduler = cls.from_config(config)
    count = {} if any(k in schedule_args for k in ("timesteps", "sigmas")) else {"num_inference_steps": steps}
    # numpy arrays, as the flow samplers compute with them
    scheduler.set_timesteps(**count, **{k: np.array(v) if k == "sigmas" else v for k, v in schedule_args.items()})
    timesteps = scheduler.timesteps
    sigmas = getattr(scheduler, "sigmas", None)
    generator = torch.Generator().manual_seed(11)
    start = torch.randn(shape, generator=generator)
    init_sigma = float(getattr(scheduler, "init_noise_sigma", 1.0))
    if strength is None:
        sample = start * init_sigma
    else:
        first = max(steps - min(int(steps * strength), steps), 0) * scheduler.order
        timesteps = timesteps[first:]
        if hasattr(scheduler, "set_begin_index"):
            scheduler.set_begin_index(first)
        sigmas = None if sigmas is None else sigmas[first:]
        image = torch.linspace(-1, 1, start.numel()).reshape(shape)
        sample = scheduler.add_noise(image, start, timesteps[:1])
    run = {
        "source": f"diffusers {diffusers.__version__}",
        "scheduler": class_name,
        "config": {k: v for k, v in config.items() if v is not None and (origin or not k.startswith("_"))},
        "num_inference_steps": steps,
        "step_args": step_args,
        "timesteps": numbers(timesteps),
        "init_noise_sigma": init_sigma,
        "sigmas": None if sigmas is None else numbers(sigmas),
        "shape": list(shape),
        "initial_sample": numbers(sample),
        "steps": [],
    }
    if schedule_args:
        run["schedule_args"] = schedule_args
    if strength is not None:
        run["strength"] = strength
    accepts_generator = "generator" in inspect.signature(scheduler.step).parameters
    learned = str(overrides.get("variance_type", "")).startswith("learned")
    for t in timesteps:
        scaled = scheduler.scale_model_input(sample, t) if hasattr(scheduler, "scale_model_input") else sample
        output = model(scaled, t)
        if learned:
            variance = torch.sigmoid(scaled) * (0.01 if overrides["variance_type"] == "learned" else 1)
            output = torch.cat([output, variance], dim=1)
        draws = []
        with recorded_noise(draws):
            args = dict(step_args, generator=generator) if accepts_generator else step_args
            result = scheduler.step(output, t, sample, **args)
        sample = result.prev_sample
        call = {
            "timestep": float(t),
            "model_input": numbers(scaled),
            "model_output": numbers(output),
            "noise": draws,
            "prev_sample": numbers(sample),
        }
        clean = getattr(result, "pred_original_sample", None)
        clean = getattr(result, "denoised", clean)
        if clean is not None:
            call["pred_original_sample"] = numbers(clean)
        run["steps"].append(call)
    if not torch.isfinite(sample).all():
        raise ValueError("the reference itself does not end finite")
    return run


def name_of(class_name, overrides, steps, step_args, schedule_args, strength, shape):
    def text(value):
        if isinstance(value, list):
            return f"list{len(value)}"
        return str(value).replace("++", "pp").replace(".", "_").replace("-", "m" if isinstance(value, (int, float)) else "-")

    parts = [class_name.removesuffix("Scheduler")]
    plain = {k: v for k, v in overrides.items() if STABLE_DIFFUSION.get(k) != v}
    for key, value in itertools.chain(plain.items(), step_args.items(), schedule_args.items()):
        parts.append(f"{key}_{text(value)}")
    if strength is not None:
        parts.append(f"strength_{text(strength)}")
    if shape[0] > 1:
        parts.append(f"batch_{shape[0]}")
    return "-".join(parts + [str(steps)])


def cases():
    """(class, overrides, steps, step_args, schedule_args, strength, batch)"""

    def case(name, steps, step_args=None, schedule_args=None, strength=None, batch=1, sd=True, **overrides):
        config = dict(STABLE_DIFFUSION if sd else {}, **overrides)
        return name + "Scheduler", config, steps, step_args or {}, schedule_args or {}, strength, (batch, 2, 4, 4)

    for spacing, prediction in itertools.product(SPACINGS, PREDICTIONS):
        for name in ["DDIM", "DDPM", "LMSDiscrete", "EulerDiscrete", "HeunDiscrete", "DPMSolverMultistep", "UniPCMultistep", "DEISMultistep"]:
            yield case(name, 9, prediction_type=prediction, timestep_spacing=spacing)
        if prediction != "sample":
            for name in ["PNDM", "EulerAncestralDiscrete", "KDPM2Discrete", "KDPM2AncestralDiscrete"]:
                yield case(name, 9, prediction_type=prediction, timestep_spacing=spacing)
        if spacing == "linspace":
            yield case("DPMSolverSinglestep", 9, prediction_type=prediction)
            yield case("LCM", 5, prediction_type=prediction)

    for kind in SIGMA_KINDS:
        for name in ["LMSDiscrete", "EulerDiscrete", "HeunDiscrete", "KDPM2Discrete", "KDPM2AncestralDiscrete", "DPMSolverMultistep",
                     "DPMSolverSinglestep", "UniPCMultistep", "DEISMultistep", "FlowMatchEulerDiscrete"]:
            sd = name != "FlowMatchEulerDiscrete"
            for steps in [1, 2, 7, 20, 50]:
                yield case(name, steps, sd=sd, **{kind: True})
        for name in ["EulerDiscrete", "HeunDiscrete", "DPMSolverMultistep", "UniPCMultistep", "KDPM2Discrete"]:
            yield case(name, 8, timestep_spacing="leading", steps_offset=1, **{kind: True})
            yield case(name, 11, timestep_spacing="trailing", prediction_type="v_prediction", **{kind: True})
            yield case(name, 10, beta_schedule="squaredcos_cap_v2", **{kind: True})
            yield case(name, 10, sd=False, **{kind: True})
        for name in ["EulerDiscrete", "UniPCMultistep"]:
            yield case(name, 8, sigma_min=0.05, sigma_max=12.0, **{kind: True})
        yield case("FlowMatchEulerDiscrete", 8, sd=False, shift=3.0, **{kind: True})

    every = ["DDIM", "DDPM", "PNDM", "LMSDiscrete", "EulerDiscrete", "EulerAncestralDiscrete", "HeunDiscrete", "KDPM2Discrete",
             "KDPM2AncestralDiscrete", "DPMSolverMultistep", "DPMSolverSinglestep", "UniPCMultistep", "DEISMultistep", "LCM"]
    for name in every:
        skip = {"skip_prk_steps": True} if name == "PNDM" else {}
        for schedule in ["linear", "squaredcos_cap_v2"]:
            yield case(name, 10, beta_schedule=schedule, **skip)
        yield case(name, 10, sd=False, **skip)
        for steps in [1, 2, 3, 4, 6, 15, 16, 25, 33, 49, 50]:
            yield case(name, steps, **skip)
        yield case(name, 6, trained_betas=[0.0001 + 0.00002 * i for i in range(100)], num_train_timesteps=100,
                   **({"original_inference_steps": 20} if name == "LCM" else {}), **skip)
        yield case(name, 10, batch=2, **skip)
        for strength in [0.5, 0.75]:
            if name != "LMSDiscrete":
                yield case(name, 8, strength=strength, **skip)
    yield case("DDIM", 100)
    yield case("DDIM", 1000)
    yield case("EulerDiscrete", 100)
    yield case("DPMSolverMultistep", 100)
    yield case("UniPCMultistep", 100)
    for schedule in ["sigmoid", "laplace"]:
        yield case("DDPM", 10, beta_schedule=schedule)
    yield case("HeunDiscrete", 6, beta_schedule="exp")

    for rescaled in ["DDIM", "DDPM", "LCM"]:
        yield case(rescaled, 4, rescale_betas_zero_snr=True, prediction_type="v_prediction",
                   **({} if rescaled == "LCM" else {"timestep_spacing": "trailing"}))
    for rescaled, spacing in itertools.product(["EulerDiscrete", "EulerAncestralDiscrete", "DPMSolverMultistep", "UniPCMultistep"], SPACINGS):
        yield case(rescaled, 10, rescale_betas_zero_snr=True, prediction_type="v_prediction", timestep_spacing=spacing)

    for eta, clipped in [(0.3, False), (1.0, False), (0.0, True), (0.5, True)]:
        yield case("DDIM", 7, {"eta": eta, "use_clipped_model_output": clipped}, clip_sample=True)
    yield case("DDIM", 7, set_alpha_to_one=True, clip_sample=False, timestep_spacing="trailing")
    yield case("DDIM", 7, clip_sample=True, clip_sample_range=2.0)
    for name in ["DDIM", "DDPM", "LCM", "DPMSolverMultistep", "DPMSolverSinglestep", "UniPCMultistep", "DEISMultistep"]:
        steps = 4 if name == "LCM" else 8
        for ratio, top in [(0.995, 1.0), (0.9, 3.0), (0.5, 1.5)]:
            yield case(name, steps, thresholding=True, dynamic_thresholding_ratio=ratio, sample_max_value=top, batch=2)
    yield case("HeunDiscrete", 6, clip_sample=True)
    yield case("HeunDiscrete", 6, clip_sample=True, clip_sample_range=2.5)
    yield case("LCM", 4, clip_sample=True)

    for variance in ["fixed_small", "fixed_small_log", "fixed_large", "learned", "learned_range"]:
        yield case("DDPM", 8, variance_type=variance)
        yield case("DDPM", 8, variance_type=variance, clip_sample=False, prediction_type="v_prediction", batch=2)
    yield case("DDPM", 5, {}, {"timesteps": [900, 700, 301, 99, 5]}, clip_sample=False)

    for prk, spacing in itertools.product([False, True], SPACINGS):
        for steps in [4, 5, 12]:
            yield case("PNDM", steps, skip_prk_steps=prk, timestep_spacing=spacing, set_alpha_to_one=not prk)
            yield case("PNDM", steps, skip_prk_steps=prk, timestep_spacing=spacing, prediction_type="v_prediction", steps_offset=1)

    for order in [1, 2, 3, 6]:
        yield case("LMSDiscrete", 12, {"order": order})
        yield case("LMSDiscrete", 12, {"order": order}, use_karras_sigmas=True)

    for churn in [{"s_churn": 2.0}, {"s_churn": 30.0, "s_tmin": 0.1, "s_tmax": 10.0, "s_noise": 1.01}]:
        for prediction in PREDICTIONS:
            yield case("EulerDiscrete", 7, churn, prediction_type=prediction)
    yield case("EulerDiscrete", 7, interpolation_type="log_linear")
    yield case("EulerDiscrete", 7, interpolation_type="log_linear", use_karras_sigmas=True)
    yield case("EulerDiscrete", 7, final_sigmas_type="sigma_min")
    yield case("EulerDiscrete", 7, timestep_type="continuous", prediction_type="v_prediction", use_karras_sigmas=True)
    yield case("EulerDiscrete", 7, prediction_type="sample", timestep_spacing="trailing", final_sigmas_type="sigma_min")
    yield case("EulerDiscrete", 5, {}, {"timesteps": [999, 812, 500, 211, 20]})
    yield case("EulerDiscrete", 5, {}, {"sigmas": [14.6, 6.0, 2.5, 1.0, 0.3, 0.0]})
    yield case("HeunDiscrete", 5, {}, {"timesteps": [999, 812, 500, 211, 20]})
    yield case("LCM", 4, {}, {"timesteps": [999, 759, 339, 119]})
    yield case("LCM", 6, original_inference_steps=100, set_alpha_to_one=True)
    yield case("LCM", 3, timestep_scaling=4.0)

    for algorithm, order, solver in itertools.product(
            ["dpmsolver", "dpmsolver++", "sde-dpmsolver", "sde-dpmsolver++"], [1, 2, 3], ["midpoint", "heun"]):
        plain = "++" not in algorithm
        final = "sigma_min" if plain else "zero"
        for steps in [6, 9, 20]:
            if not (algorithm == "sde-dpmsolver" and order == 3):
                yield case("DPMSolverMultistep", steps, algorithm_type=algorithm, solver_order=order, solver_type=solver, final_sigmas_type=final)
            if algorithm != "sde-dpmsolver":
                yield case("DPMSolverSinglestep", steps, algorithm_type=algorithm, solver_order=order, solver_type=solver,
                           final_sigmas_type=final, lower_order_final=steps != 6)
    for prediction in PREDICTIONS:
        yield case("DPMSolverMultistep", 8, algorithm_type="dpmsolver", final_sigmas_type="sigma_min", prediction_type=prediction, use_karras_sigmas=True)
    yield case("DPMSolverMultistep", 8, algorithm_type="dpmsolver", final_sigmas_type="sigma_min", thresholding=True)
    for final, euler, lower in itertools.product(["zero", "sigma_min"], [True, False], [True, False]):
        yield case("DPMSolverMultistep", 8, final_sigmas_type=final, euler_at_final=euler, lower_order_final=lower, solver_order=3)
        yield case("DPMSolverMultistep", 18, final_sigmas_type=final, euler_at_final=euler, lower_order_final=lower)
    for steps in [5, 20]:
        yield case("DPMSolverMultistep", steps, use_lu_lambdas=True)
        yield case("DPMSolverMultistep", steps, use_lu_lambdas=True, algorithm_type="sde-dpmsolver++", beta_schedule="squaredcos_cap_v2")
    for spacing in SPACINGS:
        yield case("DPMSolverMultistep", 9, lambda_min_clipped=-5.1, beta_schedule="squaredcos_cap_v2", timestep_spacing=spacing)
        yield case("DPMSolverMultistep", 9, timestep_spacing=spacing, steps_offset=1)
    yield case("DPMSolverSinglestep", 9, lambda_min_clipped=-5.1, beta_schedule="squaredcos_cap_v2")
    for name in ["DPMSolverMultistep", "DPMSolverSinglestep", "DEISMultistep", "UniPCMultistep"]:
        for shift in [1.0, 3.0]:
            for steps in [6, 20]:
                yield case(name, steps, use_flow_sigmas=True, flow_shift=shift, prediction_type="flow_prediction")
    for name in ["DPMSolverMultistep", "DPMSolverSinglestep", "DEISMultistep", "UniPCMultistep"]:
        yield case(name, 7, {}, {"mu": 0.8}, use_flow_sigmas=True, use_dynamic_shifting=True, prediction_type="flow_prediction")
    for name in ["DPMSolverMultistep", "DPMSolverSinglestep"]:
        yield case(name, 6, {}, {"timesteps": [999, 850, 600, 401, 199, 30]})

    for order, solver, clean in itertools.product([1, 2, 3, 4], ["bh1", "bh2"], [True, False]):
        for steps in [6, 20]:
            final = "zero" if clean and solver == "bh2" else "sigma_min"
            yield case("UniPCMultistep", steps, solver_order=order, solver_type=solver, predict_x0=clean, final_sigmas_type=final)
    for prediction in PREDICTIONS:
        yield case("UniPCMultistep", 8, predict_x0=False, prediction_type=prediction, solver_order=3, final_sigmas_type="sigma_min")
    yield case("UniPCMultistep", 10, disable_corrector=[0, 1, 4])
    yield case("UniPCMultistep", 10, final_sigmas_type="sigma_min")
    yield case("UniPCMultistep", 10, final_sigmas_type="sigma_min", use_karras_sigmas=True)
    yield case("UniPCMultistep", 10, final_sigmas_type="sigma_min", lower_order_final=False, solver_order=3)
    yield case("UniPCMultistep", 8, use_flow_sigmas=True, use_karras_sigmas=True, prediction_type="flow_prediction")
    yield case("UniPCMultistep", 8, use_flow_sigmas=True, shift_terminal=0.1, prediction_type="flow_prediction")
    yield case("UniPCMultistep", 4, {}, {"sigmas": [1.0, 0.8, 0.5, 0.2]}, use_flow_sigmas=True, flow_shift=2.0, prediction_type="flow_prediction")
    yield case("UniPCMultistep", 7, {}, {"mu": 0.8}, use_flow_sigmas=True, use_dynamic_shifting=True, time_shift_type="linear", prediction_type="flow_prediction")

    for order in [1, 2, 3]:
        for steps in [6, 20, 50]:
            yield case("DEISMultistep", steps, solver_order=order)
            yield case("DEISMultistep", steps, solver_order=order, lower_order_final=False, use_karras_sigmas=True)

    for origin, name in itertools.permutations(every, 2):
        yield case(name, 5, **{"from": origin})
    for name in every:
        yield case(name, 5, **{"from": "PNDM"}, skip_prk_steps=True, steps_offset=1, set_alpha_to_one=False)
        yield case(name, 5, **{"from": "DDIM"}, clip_sample=False, timestep_spacing="trailing", prediction_type="v_prediction",
                   rescale_betas_zero_snr=True, steps_offset=1)
    for steps in [1, 2, 4, 28, 50]:
        yield case("FlowMatchEulerDiscrete", steps, sd=False)
        yield case("FlowMatchEulerDiscrete", steps, sd=False, shift=3.0)
    yield case("FlowMatchEulerDiscrete", 6, sd=False, stochastic_sampling=True)
    yield case("FlowMatchEulerDiscrete", 6, sd=False, invert_sigmas=True, shift=2.0)
    yield case("FlowMatchEulerDiscrete", 6, sd=False, shift_terminal=0.1)
    for kind in ["exponential", "linear"]:
        yield case("FlowMatchEulerDiscrete", 6, {}, {"mu": 0.9}, sd=False, use_dynamic_shifting=True, time_shift_type=kind)
        yield case("FlowMatchEulerDiscrete", 6, {}, {"mu": 0.9}, sd=False, use_dynamic_shifting=True, time_shift_type=kind, shift_terminal=0.02, use_karras_sigmas=True)
    yield case("FlowMatchEulerDiscrete", 4, {}, {"sigmas": [1.0, 0.75, 0.5, 0.25]}, sd=False, shift=3.0)
    yield case("FlowMatchEulerDiscrete", 4, {}, {"timesteps": [1000.0, 750.0, 400.0, 100.0]}, sd=False, shift=3.0)
    yield case("FlowMatchEulerDiscrete", 4, {}, {"sigmas": [1.0, 0.75, 0.5, 0.25], "timesteps": [990.0, 700.0, 450.0, 200.0]}, sd=False)


def selection():
    """Greedy: a case is taken when it has an option with a value that no earlier one of its class had."""
    seen = set()
    for name, overrides, steps, step_args, schedule_args, strength, shape in sorted(cases(), key=lambda c: (-len(c[1]), str(c))):
        if steps > 8:
            continue
        options = [(k, str(v) if k != "from" else "") for k, v in overrides.items() if STABLE_DIFFUSION.get(k) != v]
        options += [(k, "") for k in (*step_args, *schedule_args)] + [("strength", strength), ("batch", shape[0])]
        new = {(name, *option) for option in options} - seen
        if new:
            seen |= new
            yield name, overrides, steps, step_args, schedule_args, strength, (shape[0], 2, 2, 2)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--cover", action="store_true", help="only as many cases as it takes to see every option once")
    parser.add_argument("--only", default="", help="record the cases whose name contains this")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    written = refused = 0
    for case in selection() if args.cover else cases():
        name = name_of(*case)
        if args.only not in name:
            continue
        try:
            run = record(*case)
        except Exception as error:
            refused += 1
            print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
            continue
        (args.out / f"{name}.json").write_text(json.dumps(run, separators=(",", ":")))
        written += 1
    print(f"{written} runs recorded in {args.out}, {refused} refused by the reference")


if __name__ == "__main__":
    main()
