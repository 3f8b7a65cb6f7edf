"""Records tiny random models with Python's diffusers and transformers, in the form that PartsGoldenTest replays.

    python bench/peers/record_parts.py OUT [--tokenizer FOLDER] [--only NAME ...]

Each folder under OUT has unet/, vae/ and, with --tokenizer, text_encoder/ and tokenizer/ in the diffusers layout, and
expected/parts.json. The configurations cover what published models use and the test folders do not: Stable Diffusion 2.x,
super-resolution, panoramas, every kind of class label, odd sizes, half precision, sharded files, old tensor names.
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL, UNet2DConditionModel
from diffusers.models.downsampling import Downsample2D
from safetensors.torch import load_file, save_file
from transformers import CLIPTextConfig, CLIPTextModel

PROMPTS = ["a red sofa in a bright living room", "Über-große CAFÉ, 2 dogs & 10 cats!! it's   fine", ""]

UNET = dict(
    sample_size=8,
    block_out_channels=(16, 32),
    down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
    up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
    layers_per_block=1,
    cross_attention_dim=24,
    attention_head_dim=2,
    norm_num_groups=8,
)
VAE = dict(
    block_out_channels=(16, 32),
    down_block_types=("DownEncoderBlock2D",) * 2,
    up_block_types=("UpDecoderBlock2D",) * 2,
    norm_num_groups=8,
    sample_size=16,
)

CASES = {
    "sd2": dict(
        unet=dict(
            UNET,
            block_out_channels=(16, 32, 64),
            down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
            up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
            attention_head_dim=[2, 4, 8],
            use_linear_projection=True,
            upcast_attention=True,
        ),
        vae=dict(VAE, layers_per_block=2),
        text=dict(hidden_size=24, intermediate_size=48, num_hidden_layers=3, num_attention_heads=4, hidden_act="gelu"),
        batch=2,
        skipped=1,
    ),
    "superres": dict(
        unet=dict(
            UNET,
            in_channels=8,
            out_channels=4,
            num_class_embeds=1000,
            only_cross_attention=[True, False],
            down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
            use_linear_projection=True,
        ),
        vae=dict(VAE, in_channels=6, out_channels=6),
        labels=[20, 900],
        batch=2,
    ),
    "panorama": dict(
        unet=dict(
            UNET,
            block_out_channels=(16, 16, 32),
            down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
            up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
        ),
        vae=dict(VAE, in_channels=4, out_channels=4, block_out_channels=(16, 16, 32),
                 down_block_types=("DownEncoderBlock2D",) * 3, up_block_types=("UpDecoderBlock2D",) * 3),
        size=(4, 8),
        wrap=True,
    ),
    "odd-size": dict(
        unet=dict(
            UNET,
            block_out_channels=(16, 16, 32),
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
            layers_per_block=(1, 2, 1),
            transformer_layers_per_block=(1, 2, 3),
            mid_block_scale_factor=1.5,
        ),
        vae=dict(VAE, latent_channels=8, use_quant_conv=False, use_post_quant_conv=False),
        size=(7, 10),
    ),
    "class-timestep": dict(
        unet=dict(UNET, class_embed_type="timestep", resnet_time_scale_shift="scale_shift", freq_shift=1,
                  flip_sin_to_cos=False, mid_block_type=None),
        vae=dict(VAE, mid_block_add_attention=False),
        labels=[3.0],
    ),
    "class-projection": dict(
        unet=dict(UNET, class_embed_type="projection", projection_class_embeddings_input_dim=10, act_fn="gelu",
                  mid_block_type="UNetMidBlock2D", class_embeddings_concat=True),
        vae=dict(VAE, latent_channels=16),
        labels=(10,),
    ),
    "class-identity": dict(
        unet=dict(UNET, class_embed_type="identity", act_fn="mish", time_embedding_act_fn="silu", downsample_padding=0),
        vae=dict(VAE, act_fn="relu"),
        labels=(64,),
    ),
    "class-simple": dict(
        unet=dict(UNET, class_embed_type="simple_projection", projection_class_embeddings_input_dim=6, conv_in_kernel=5,
                  conv_out_kernel=1, center_input_sample=True, timestep_post_act="silu", time_embedding_dim=40),
        vae=VAE,
        labels=(6,),
    ),
    "guidance-distilled": dict(
        unet=dict(UNET, time_cond_proj_dim=12, encoder_hid_dim=20, encoder_hid_dim_type="text_proj"),
        vae=VAE,
        text_size=20,
        condition=12,
    ),
    "text-pooling": dict(
        unet=dict(UNET, addition_embed_type="text", addition_embed_type_num_heads=5, encoder_hid_dim=20,
                  encoder_hid_dim_type="text_proj"),
        vae=VAE,
        text_size=20,
        batch=2,
    ),
    "nested-layers": dict(
        unet=dict(
            UNET,
            layers_per_block=2,
            down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
            transformer_layers_per_block=[[1, 2], [2, 1]],
            reverse_transformer_layers_per_block=[[1, 2, 1], [1, 1, 2]],
        ),
        vae=VAE,
    ),
    # Small enough to lie in the repository, and many things at once.
    "mixed": dict(
        unet=dict(
            UNET,
            in_channels=8,
            out_channels=4,
            block_out_channels=(8, 16),
            norm_num_groups=4,
            num_class_embeds=30,
            only_cross_attention=[True, False],
            attention_head_dim=[1, 2],
            cross_attention_dim=8,
            use_linear_projection=True,
            addition_embed_type="text",
            addition_embed_type_num_heads=2,
        ),
        vae=dict(VAE, in_channels=6, out_channels=6, block_out_channels=(8, 8), norm_num_groups=4),
        labels=[20, 3],
        batch=2,
        size=(5, 6),
        wrap=True,
        stored=torch.bfloat16,
        old_names=True,
    ),
    "half": dict(unet=UNET, vae=VAE, stored=torch.float16),
    "bfloat16": dict(unet=UNET, vae=VAE, stored=torch.bfloat16),
    "float64": dict(unet=UNET, vae=VAE, stored=torch.float64),
    "float8": dict(unet=UNET, vae=VAE, stored=torch.float8_e4m3fn),
    "float8-e5m2": dict(unet=UNET, vae=VAE, stored=torch.float8_e5m2),
    "sharded": dict(unet=UNET, vae=VAE, sharded=True),
    "old-names": dict(unet=UNET, vae=VAE, old_names=True),
}


def tensor(x):
    x = x.detach().float().contiguous()
    return {"shape": list(x.shape), "data": [float(v) for v in x.flatten()]}


def wrap_width(module):
    """Convolutions of the module continue around the left and right edge."""
    for layer in module.modules():
        if isinstance(layer, torch.nn.Conv2d) and (layer.padding[1] > 0):
            def forward(x, layer=layer):
                top, side = layer.padding
                x = F.pad(x, (side, side, 0, 0), mode="circular")
                return F.conv2d(F.pad(x, (0, 0, top, top)), layer.weight, layer.bias, layer.stride)
            layer.forward = forward
        if isinstance(layer, Downsample2D) and layer.padding == 0:
            def forward(x, layer=layer):
                x = F.pad(torch.cat([x, x[..., :1]], dim=-1), (0, 0, 0, 1))
                return layer.conv(x)
            layer.forward = forward


def randomised(model):
    """Weights as trained ones are: normalisations away from 1 and 0."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() == 1:
                parameter.add_(0.1 * torch.randn_like(parameter))
    return model.eval()


def rounded(model, dtype):
    if dtype is not None:
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.copy_(parameter.to(dtype).float())


def restore(folder, case):
    """Rewrites saved weights in the case's form."""
    file = folder / "diffusion_pytorch_model.safetensors"
    weights = load_file(file)
    if case.get("stored"):
        weights = {k: v.to(case["stored"]) for k, v in weights.items()}
        half = case["stored"] == torch.float16
        save_file(weights, folder / ("diffusion_pytorch_model.fp16.safetensors" if half else file.name))
        if half:
            file.unlink()
    if case.get("old_names"):
        names = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}
        renamed = {}
        for k, v in weights.items():
            for new, old in names.items():
                if ".mid_block.attentions.0." in k and folder.name == "vae":
                    k = k.replace(new, old)
            renamed[k] = v
        save_file(renamed, file)
    if case.get("sharded"):
        names = list(weights)
        half = len(names) // 2
        shards = [names[:half], names[half:]]
        index = {}
        for i, part in enumerate(shards, 1):
            shard = f"diffusion_pytorch_model-{i:05d}-of-00002.safetensors"
            save_file({k: weights[k] for k in part}, folder / shard)
            index.update({k: shard for k in part})
        (folder / (file.name + ".index.json")).write_text(json.dumps({"metadata": {}, "weight_map": index}))
        file.unlink()


def record(name, case, out, tokenizer):
    torch.manual_seed(sum(map(ord, name)))
    folder = out / name
    shutil.rmtree(folder, ignore_errors=True)
    unet = randomised(UNet2DConditionModel(**case["unet"]))
    vae = randomised(AutoencoderKL(**case["vae"]))
    rounded(unet, case.get("stored"))
    rounded(vae, case.get("stored"))
    unet.save_pretrained(folder / "unet")
    vae.save_pretrained(folder / "vae")
    for part in ("unet", "vae"):
        restore(folder / part, case)
    parts = {"padding": "WRAP" if case.get("wrap") else "ZERO", "prompts": [], "unet": [], "vae": []}
    if case.get("wrap"):
        wrap_width(unet)
        wrap_width(vae)
    with torch.no_grad():
        if tokenizer and "text" in case:
            parts["prompts"] = record_text(case, folder, tokenizer)
        height, width = case.get("size", (8, 8))
        batch = case.get("batch", 1)
        text_size = case.get("text_size", case["unet"]["cross_attention_dim"])
        for timestep in (999, 1):
            sample = torch.randn(batch, unet.config.in_channels, height, width)
            text = torch.randn(batch, 5, text_size)
            call = {"sample": tensor(sample), "timestep": timestep, "encoder_hidden_states": tensor(text)}
            more = {}
            if "labels" in case:
                labels = case["labels"]
                if isinstance(labels, tuple):
                    labels = torch.randn(batch, *labels)
                    call["class_labels"] = tensor(labels)
                else:
                    labels = torch.tensor(labels)
                    call["class_labels"] = tensor(labels) if labels.is_floating_point() else labels.tolist()
                more["class_labels"] = labels
            if "condition" in case:
                more["timestep_cond"] = torch.randn(batch, case["condition"])
                call["timestep_cond"] = tensor(more["timestep_cond"])
            call["noise_pred"] = tensor(unet(sample, timestep, text, **more).sample)
            parts["unet"].append(call)
        latents = torch.randn(batch, vae.config.latent_channels, height, width)
        factor = 2 ** (len(vae.config.block_out_channels) - 1)
        image = torch.rand(batch, vae.config.in_channels, height * factor, width * factor) * 2 - 1
        posterior = vae.encode(image).latent_dist
        parts["vae"].append({
            "latents": tensor(latents),
            "decoded": tensor(vae.decode(latents).sample),
            "image": tensor(image),
            "encoded_mean": tensor(posterior.mean),
            "encoded_logvar": tensor(posterior.logvar),
        })
    (folder / "expected").mkdir()
    (folder / "expected" / "parts.json").write_text(json.dumps(parts))


def record_text(case, folder, tokenizer):
    from transformers import CLIPTokenizer

    shutil.copytree(tokenizer, folder / "tokenizer")
    tokens = CLIPTokenizer.from_pretrained(tokenizer)
    config = CLIPTextConfig(
        vocab_size=len(tokens), bos_token_id=tokens.bos_token_id, eos_token_id=tokens.eos_token_id, **case["text"]
    )
    model = randomised(CLIPTextModel(config))
    model.save_pretrained(folder / "text_encoder")
    recorded = []
    for skipped in range(case.get("skipped", 0) + 1):
        for prompt in PROMPTS:
            ids = tokens(prompt, padding="max_length", max_length=77, truncation=True, return_tensors="pt").input_ids
            output = model(ids, output_hidden_states=True)
            states = output.hidden_states[-1 - skipped]
            entry = {
                "prompt": prompt,
                "skipped_layers": skipped,
                "input_ids": ids[0].tolist(),
                "last_hidden_state": tensor(model.final_layer_norm(states) if skipped else output.last_hidden_state),
            }
            if skipped == 0:
                entry["pooled_output"] = tensor(output.pooler_output)
            recorded.append(entry)
    return recorded


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--tokenizer", type=Path)
    parser.add_argument("--only", nargs="*")
    options = parser.parse_args()
    torch.set_num_threads(1)
    for name, case in CASES.items():
        if not options.only or name in options.only:
            record(name, case, options.out, options.tokenizer)
            print("recorded", name)


if __name__ == "__main__":
    main()
