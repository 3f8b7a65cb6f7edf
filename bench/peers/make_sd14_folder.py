"""Writes a model folder with the architecture of Stable Diffusion 1.4 and LDM3D and random weights, in fp32 (4.3 GB).

    python bench/peers/make_sd14_folder.py OUT [--channels 4|6] [--export]

The weights are drawn so that activations stay in range. --export also writes the U-Net as torch.onnx exports it, at 64x64
latents with a dynamic batch, to OUT/exported/unet.onnx: the peer that the project's own graph is measured against.
"""

import argparse
import json
from pathlib import Path

import torch
from diffusers import AutoencoderKL, PNDMScheduler, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel


def make_unet():
    return UNet2DConditionModel(
        sample_size=64,
        in_channels=4,
        out_channels=4,
        block_out_channels=(320, 640, 1280, 1280),
        layers_per_block=2,
        cross_attention_dim=768,
        attention_head_dim=8,
        down_block_types=("CrossAttnDownBlock2D",) * 3 + ("DownBlock2D",),
        up_block_types=("UpBlock2D",) + ("CrossAttnUpBlock2D",) * 3,
    )


def make_vae(channels):
    return AutoencoderKL(
        in_channels=channels,
        out_channels=channels,
        block_out_channels=(128, 256, 512, 512),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=2,
        latent_channels=4,
        sample_size=512,
    )


def make_text_encoder():
    config = CLIPTextConfig(
        vocab_size=49408, hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12
    )
    return CLIPTextModel(config)


def write_tokenizer(folder):
    """A byte-level vocabulary as large as CLIP's: every byte is a token, the rest is never used."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in printable]
    bytes_as_text = [chr(b) for b in printable] + [chr(256 + i) for i in range(len(others))]
    words = bytes_as_text + [c + "</w>" for c in bytes_as_text]
    words += [f"<unused-{i}>" for i in range(49406 - len(words))] + ["<|startoftext|>", "<|endoftext|>"]
    folder.mkdir(exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps({word: i for i, word in enumerate(words)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    special = dict(bos_token="<|startoftext|>", eos_token="<|endoftext|>", unk_token="<|endoftext|>", pad_token="<|endoftext|>")
    (folder / "special_tokens_map.json").write_text(json.dumps(special))
    (folder / "tokenizer_config.json").write_text(
        json.dumps(dict(special, tokenizer_class="CLIPTokenizer", model_max_length=77, do_lower_case=True))
    )


class Call(torch.nn.Module):
    """The U-Net as a pipeline calls it."""

    def __init__(self, unet):
        super().__init__()
        self.unet = unet

    def forward(self, sample, timestep, encoder_hidden_states):
        return self.unet(sample, timestep, encoder_hidden_states, return_dict=False)[0]


def export(unet, folder, dynamo):
    folder.mkdir(exist_ok=True)
    inputs = (torch.randn(2, 4, 64, 64), torch.tensor([500.0, 500.0]), torch.randn(2, 77, 768))
    names = ["sample", "timestep", "encoder_hidden_states"]
    with torch.no_grad():
        if dynamo:
            batch = torch.export.Dim("batch", min=1, max=16)
            torch.onnx.export(
                Call(unet), inputs, folder / "unet.onnx", input_names=names, output_names=["noise_pred"],
                dynamic_shapes=({0: batch},) * 3, dynamo=True, external_data=True,
            )
        else:
            torch.onnx.export(
                Call(unet), inputs, folder / "unet.onnx", input_names=names, output_names=["noise_pred"],
                dynamic_axes={name: {0: "batch"} for name in names}, dynamo=False, opset_version=18,
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--channels", type=int, default=4)
    parser.add_argument("--export", action="store_true")
    parser.add_argument("--exporter", choices=["dynamo", "torchscript"], default="dynamo")
    options = parser.parse_args()
    torch.manual_seed(0)
    out = options.out
    out.mkdir(parents=True, exist_ok=True)
    if (out / "unet" / "config.json").exists():
        unet = UNet2DConditionModel.from_pretrained(out / "unet").eval()
    else:
        unet = make_unet().eval()
        unet.save_pretrained(out / "unet", max_shard_size="10GB")
        make_vae(options.channels).save_pretrained(out / "vae")
        make_text_encoder().save_pretrained(out / "text_encoder")
        write_tokenizer(out / "tokenizer")
        PNDMScheduler(
            beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", skip_prk_steps=True, steps_offset=1
        ).save_pretrained(out / "scheduler")
        index = {
            "_class_name": "StableDiffusionLDM3DPipeline",
            "scheduler": ["diffusers", "PNDMScheduler"],
            "text_encoder": ["transformers", "CLIPTextModel"],
            "tokenizer": ["transformers", "CLIPTokenizer"],
            "unet": ["diffusers", "UNet2DConditionModel"],
            "vae": ["diffusers", "AutoencoderKL"],
        }
        (out / "model_index.json").write_text(json.dumps(index, indent=2))
    if options.export:
        export(unet, out / ("exported" if options.exporter == "dynamo" else "exported-torchscript"),
               options.exporter == "dynamo")


if __name__ == "__main__":
    main()
