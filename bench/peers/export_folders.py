"""Exports a small LDM3D folder as Optimum does: ONNX for ONNX Runtime, and OpenVINO's own format.

    python export_folders.py ../../models/src/test/resources/goldens/ldm3d/tiny-ldm3d ../../diffusion/src/test/resources/exported

Needs torch, diffusers, and optimum-onnx or optimum-intel[openvino], which want different versions of optimum: name one of the formats as a third argument, onnx or openvino. Optimum knows LDM3D as Stable Diffusion with other channels, so the folder is saved as that first.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

from diffusers import StableDiffusionLDM3DPipeline, StableDiffusionPipeline
from safetensors.torch import load_file
from transformers import CLIPTextConfig, CLIPTextModel


def text_encoder(folder):
    """Its weights have names of transformers 5; version 4, which Optimum wants, would leave them out without an error."""
    encoder = CLIPTextModel(CLIPTextConfig.from_pretrained(folder))
    wanted = encoder.state_dict().keys()
    stored = load_file(folder / "model.safetensors")
    prefix = "" if set(stored) & set(wanted) else "text_model."
    encoder.load_state_dict({prefix + name: tensor for name, tensor in stored.items()})
    return encoder.eval()


def plain(folder, target):
    pipeline = StableDiffusionLDM3DPipeline.from_pretrained(folder, safety_checker=None, text_encoder=text_encoder(folder / "text_encoder"))
    StableDiffusionPipeline(
        vae=pipeline.vae,
        text_encoder=pipeline.text_encoder,
        tokenizer=pipeline.tokenizer,
        unet=pipeline.unet,
        scheduler=pipeline.scheduler,
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(target)


def without_paths(folder):
    """The name of the folder it came from is of no use to others."""
    for path in folder.rglob("*.json"):
        content = json.loads(path.read_text())
        if content.pop("_name_or_path", None) is not None:
            path.write_text(json.dumps(content, indent=2) + "\n")


def main(folder, out):
    with tempfile.TemporaryDirectory() as temporary:
        plain(folder, temporary)
        for name in sys.argv[3:] or ("onnx", "openvino"):
            target = out / f"{folder.name}-{name}"
            shutil.rmtree(target, ignore_errors=True)
            if name == "onnx":
                from optimum.onnxruntime import ORTStableDiffusionPipeline

                ORTStableDiffusionPipeline.from_pretrained(temporary, export=True).save_pretrained(target)
            else:
                from optimum.intel import OVStableDiffusionPipeline

                pipeline = OVStableDiffusionPipeline.from_pretrained(temporary, export=True, compile=False, load_in_8bit=False)
                pipeline.save_pretrained(target)
            without_paths(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
