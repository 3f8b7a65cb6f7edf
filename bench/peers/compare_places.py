"""Opens the bundled model in diffusers and compares its images with those of ./suffice, from the same noise.

    python compare_places.py [MODEL_FOLDER]        default: ../../bundled/places

The text encoder is not in the folder: its ONNX file comes with the library that suffice.json names, from the local Maven
repository, and its weights become a transformers BertModel here. Prints the largest difference of RGB (of 255) and of depth
(of 65535) per prompt, and fails when RGB differs by more than 2 anywhere.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import onnx
import torch
from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from diffusers.pipelines.deprecated.stable_diffusion_ldm3d import StableDiffusionLDM3DPipeline
from onnx import numpy_helper
from PIL import Image
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

ROOT = Path(__file__).resolve().parents[2]
RUNS = [
    ("a red sofa in a bright living room", 7, 128, 128),
    ("a snowy valley with a lake", 11, 128, 128),
    ("a blue armchair next to a cactus in a room with white walls and a wooden floor", 23, 128, 128),
]


def library(entry):
    group, artifact = entry["maven"].split(":")
    folder = Path.home() / ".m2/repository" / group.replace(".", "/") / artifact / entry["version"]
    return zipfile.ZipFile(folder / f"{artifact}-{entry['version']}.jar")


def text_encoder(entry, jar, folder):
    """The exported graph's weights under transformers' names; its matrices are anonymous and come in order of use."""
    with jar.open(entry["file"]) as file:
        graph = onnx.load_model_from_string(file.read()).graph
    arrays = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()) for i in graph.initializer}
    model = BertModel(BertConfig(hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536), add_pooling_layer=False)
    state = model.state_dict()
    used = [name for node in graph.node if node.op_type == "MatMul" for name in node.input if name.startswith("onnx::MatMul")]
    parts = ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense", "intermediate.dense", "output.dense")
    expected = [f"encoder.layer.{layer}.{part}.weight" for layer in range(6) for part in parts]
    # within a layer query, key and value may be listed in another order: the bias added after each tells which it is
    after = {node.input[i]: node.output[0] for node in graph.node if node.op_type == "MatMul" for i in range(2)}
    biases = {node.input[1 - i]: node.input[i] for node in graph.node if node.op_type == "Add" for i in range(2) if node.input[i].endswith(".bias")}
    for name in used:
        target = biases[after[name]].removesuffix(".bias") + ".weight"
        assert target in expected, target
        arrays[target] = arrays.pop(name).T.contiguous()
    for key in state:
        state[key] = arrays[key].reshape(state[key].shape)
    model.load_state_dict(state)
    model.config.use_attention_mask = True  # what makes diffusers hand the mask to the encoder
    with jar.open(entry["tokenizer_file"]) as file:
        (folder / "tokenizer.json").write_bytes(file.read())
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"), model_max_length=entry["max_length"], pad_token="[PAD]",
                                        cls_token="[CLS]", sep_token="[SEP]", unk_token="[UNK]")
    return model.eval(), tokenizer


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "bundled/places"
    card = json.loads((folder / "suffice.json").read_text())
    out = Path(tempfile.mkdtemp())
    encoder, tokenizer = text_encoder(card["text_encoder"], library(card["text_encoder"]), out)
    pipeline = StableDiffusionLDM3DPipeline(
        vae=AutoencoderKL.from_pretrained(folder / "vae", torch_dtype=torch.float32), text_encoder=encoder, tokenizer=tokenizer,
        unet=UNet2DConditionModel.from_pretrained(folder / "unet", torch_dtype=torch.float32), scheduler=DDIMScheduler.from_pretrained(folder / "scheduler"),
        safety_checker=None, feature_extractor=None, image_encoder=None, requires_safety_checker=False)
    pipeline.set_progress_bar_config(disable=True)
    defaults, worst = card["defaults"], 0
    for prompt, seed, width, height in RUNS:
        command = [str(ROOT / "suffice"), "imagine", prompt, "--model", str(folder), "--seed", str(seed), "--out", str(out), "--size", f"{width}x{height}", "--policy", "none", "--json"]
        ours = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["images"][0]
        theirs = pipeline(prompt, width=width, height=height, num_inference_steps=defaults["steps"], guidance_scale=defaults["guidance_scale"],
                          guidance_rescale=defaults.get("guidance_rescale", 0), negative_prompt="", output_type="np",
                          generator=torch.Generator("cpu").manual_seed(seed))  # as numbers: diffusers' depth pictures of 4-channel models fail with current Pillow
        rgb = np.abs(np.array(Image.open(ours["rgb"])).astype(int) - (theirs.rgb[0] * 255).round().astype(int))
        depth = np.abs(np.array(Image.open(ours["depth"])).astype(int) - (theirs.depth[0][..., 0] * 65535).astype(int))
        print(f"RGB at most {rgb.max()}/255, mean {rgb.mean():.4f}; depth at most {depth.max()}/65535, mean {depth.mean():.2f}: {prompt}")
        worst = max(worst, rgb.max())
    shutil.rmtree(out)
    if worst > 2:
        sys.exit(f"RGB differs by up to {worst}")


if __name__ == "__main__":
    with torch.no_grad():
        main()
