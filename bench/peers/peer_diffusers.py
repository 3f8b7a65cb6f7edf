"""diffusers on PyTorch, as a peer of ./suffice bench peers: images."""

import os
import time

from peer_protocol import keep, latents, serve


def load(message):
    import torch
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from diffusers import schedulers as every
    from diffusers.pipelines.deprecated.stable_diffusion_ldm3d import StableDiffusionLDM3DPipeline
    from transformers import AutoModel, AutoTokenizer, CLIPTextModel
    import json

    torch.set_num_threads(message["threads"])
    folder = message["model"]
    with open(os.path.join(folder, "scheduler/scheduler_config.json")) as file:
        scheduler = getattr(every, json.load(file)["_class_name"])
    with open(os.path.join(folder, "text_encoder/config.json")) as file:
        clip = "clip" in json.load(file).get("model_type", "")
    encoder = (CLIPTextModel if clip else AutoModel).from_pretrained(os.path.join(folder, "text_encoder"), dtype=torch.float32).eval()
    encoder.config.use_attention_mask = not clip  # what makes diffusers hand the mask to the encoder
    pipeline = StableDiffusionLDM3DPipeline(
        vae=AutoencoderKL.from_pretrained(os.path.join(folder, "vae"), torch_dtype=torch.float32), text_encoder=encoder,
        tokenizer=AutoTokenizer.from_pretrained(os.path.join(folder, "tokenizer")),
        unet=UNet2DConditionModel.from_pretrained(os.path.join(folder, "unet"), torch_dtype=torch.float32),
        scheduler=scheduler.from_pretrained(os.path.join(folder, "scheduler")),
        safety_checker=None, feature_extractor=None, image_encoder=None, requires_safety_checker=False)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def run(pipeline, message):
    import torch

    noise = torch.from_numpy(latents(message))
    began = time.perf_counter()
    with torch.inference_mode():
        result = pipeline(message["prompt"], negative_prompt="", width=message["width"], height=message["height"], num_inference_steps=message["steps"],
                          guidance_scale=message["guidance"], guidance_rescale=message["rescale"], latents=noise, output_type="np")
        picture = (result.rgb[0] * 255).round().astype("uint8")
    seconds = time.perf_counter() - began
    keep(picture, message)
    return {"seconds": seconds}


if __name__ == "__main__":
    serve(("torch", "diffusers", "transformers"), load, run)
