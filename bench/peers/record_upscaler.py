"""Records a tiny upscaler written in PyTorch, which the inference graph and the trainer are tested against.

    python bench/peers/record_upscaler.py models/src/test/resources/goldens/ldm3d \\
        train/src/test/resources/dev/suffice/train/nn/upscaler

The first folder receives model folders in the form that PartsGoldenTest replays, the second one weights and io.safetensors.
"""

import argparse
import json
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

CONFIG = {"_class_name": "RgbdUpscaler", "channels": 4, "hidden_channels": 6, "num_blocks": 2, "scale": 3}


def convolve(x, weights, name, wrap):
    x = F.pad(x, (1, 1, 0, 0), mode="circular") if wrap else F.pad(x, (1, 1, 0, 0))
    return F.conv2d(x, weights[name + ".weight"], weights[name + ".bias"], padding=(1, 0))


def upscale(sample, weights, wrap):
    x = convolve(sample, weights, "conv_in", wrap)
    for block in range(CONFIG["num_blocks"]):
        branch = F.relu(convolve(x, weights, f"blocks.{block}.conv1", wrap))
        x = x + convolve(branch, weights, f"blocks.{block}.conv2", wrap)
    detail = F.pixel_shuffle(convolve(F.relu(x), weights, "conv_out", wrap), CONFIG["scale"])
    return enlarge(sample, wrap) + detail


def enlarge(sample, wrap):
    scale = CONFIG["scale"]
    wider = F.pad(sample, (1, 1, 0, 0), mode="circular") if wrap else sample
    enlarged = F.interpolate(wider, scale_factor=scale, mode="bilinear", align_corners=False)
    return enlarged[..., scale:-scale] if wrap else enlarged


def recorded(tensor):
    return {"shape": list(tensor.shape), "data": [round(x, 6) for x in tensor.flatten().tolist()]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graphs", type=Path)
    parser.add_argument("trainer", type=Path)
    options = parser.parse_args()
    torch.manual_seed(0)
    hidden, channels, scale = CONFIG["hidden_channels"], CONFIG["channels"], CONFIG["scale"]
    sizes = {"conv_in": (hidden, channels), "conv_out": (channels * scale * scale, hidden)}
    for block in range(CONFIG["num_blocks"]):
        sizes |= {f"blocks.{block}.conv1": (hidden, hidden), f"blocks.{block}.conv2": (hidden, hidden)}
    weights = {}
    for name, (out, into) in sizes.items():
        weights[name + ".weight"] = torch.randn(out, into, 3, 3) / (9 * into) ** 0.5
        weights[name + ".bias"] = torch.randn(out) / 4
    sample = torch.rand(2, channels, 5, 7) * 2 - 1
    enlarged = {wrap: upscale(sample, weights, wrap) for wrap in (False, True)}
    for wrap, name in ((False, "upscaler"), (True, "upscaler-panorama")):
        write(options.graphs / name / "upscaler", weights)
        parts = {"upscaler": [{"sample": recorded(sample), "enlarged": recorded(enlarged[wrap])}]}
        expected = options.graphs / name / "expected"
        expected.mkdir(parents=True, exist_ok=True)
        (expected / "parts.json").write_text(json.dumps({"padding": "WRAP" if wrap else "ZERO"} | parts) + "\n")
    write(options.trainer, weights)
    save_file(
        {"sample": sample, "enlarged": enlarged[False], "enlarged_wrapped": enlarged[True]},
        options.trainer / "io.safetensors",
    )


def write(folder, weights):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(CONFIG, indent=2) + "\n")
    save_file(weights, folder / "diffusion_pytorch_model.safetensors", metadata={"format": "pt"})


if __name__ == "__main__":
    main()
