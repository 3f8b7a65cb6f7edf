"""Records whole runs that diffusers' own LDM3D pipeline does not offer: image to image and super-resolution.

    python record_runs.py ../../models/src/test/resources/goldens/ldm3d/tiny-ldm3d-4c OUT

Image to image follows StableDiffusionImg2ImgPipeline with RGB and depth encoded together: encode and sample with the
generator, draw noise, add it at the first timestep that is run. Super-resolution: encode the resized image and sample, draw
the noise, concatenate the encoding to the scaled latents at every step, class label = noise level. Everything is drawn from
one torch CPU generator with the seed of the case, so a test needs no recorded noise. Writes OUT/image-to-image.json for the
given model, and OUT/tiny-upscale, the U-Net and index of a super-resolution model whose other parts are the given one's.
"""

import json
import shutil
import sys
from pathlib import Path

import torch
from diffusers import AutoencoderKL, DDIMScheduler, EulerAncestralDiscreteScheduler, UNet2DConditionModel, UniPCMultistepScheduler
from transformers import CLIPTextModel, CLIPTokenizer


def tensor(t):
    return {"shape": list(t.shape), "data": [float(v) for v in t.flatten()]}


class Model:
    def __init__(self, folder):
        self.tokenizer = CLIPTokenizer.from_pretrained(folder / "tokenizer")
        self.text = CLIPTextModel.from_pretrained(folder / "text_encoder")
        self.vae = AutoencoderKL.from_pretrained(folder / "vae")
        self.unet = UNet2DConditionModel.from_pretrained(folder / "unet")
        self.scheduler = DDIMScheduler.from_pretrained(folder / "scheduler")

    def encode_text(self, prompt):
        ids = self.tokenizer(prompt, padding="max_length", max_length=77, truncation=True, return_tensors="pt").input_ids
        return self.text(ids)[0]

    def encode_image(self, image, generator):
        return self.vae.encode(image).latent_dist.sample(generator) * self.vae.config.scaling_factor

    def denoise(self, scheduler, timesteps, latents, prompt, guidance, generator, shown=None, label=None):
        states = torch.cat([self.encode_text(""), self.encode_text(prompt)])
        for t in timesteps:
            scaled = scheduler.scale_model_input(torch.cat([latents] * 2), t)
            if shown is not None:
                scaled = torch.cat([scaled, torch.cat([shown] * 2)], dim=1)
            labels = None if label is None else torch.tensor([label] * 2)
            without, with_text = self.unet(scaled, t, encoder_hidden_states=states, class_labels=labels)[0].chunk(2)
            noise = without + guidance * (with_text - without)
            extra = {} if isinstance(scheduler, (DDIMScheduler, UniPCMultistepScheduler)) else {"generator": generator}
            latents = scheduler.step(noise, t, latents, **extra, return_dict=False)[0]
        return latents, self.vae.decode(latents / self.vae.config.scaling_factor)[0]


def picture(height, width):
    """Smooth RGB bytes and 16-bit depth that a test can recompute."""
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    rgb = torch.stack([(x * 8) % 256, (y * 8) % 256, ((x + y) * 4) % 256])
    depth = (x * 1000 + y * 900) % 65536
    return torch.cat([rgb.float() / 255, depth.float()[None] / 65535])[None] * 2 - 1


def image_to_image(folder, out):
    model, cases = Model(folder), []
    for name, kind in (("DDIMScheduler", DDIMScheduler), ("EulerAncestralDiscreteScheduler", EulerAncestralDiscreteScheduler),
                       ("UniPCMultistepScheduler", UniPCMultistepScheduler)):
        for strength in (0.5, 1.0):
            seed, steps, guidance, prompt = 11, 6, 4.0, "a blue chair"
            scheduler = kind.from_config(model.scheduler.config)
            scheduler.set_timesteps(steps)
            first = max(steps - min(int(steps * strength), steps), 0)
            timesteps = scheduler.timesteps[first * scheduler.order:]
            if hasattr(scheduler, "set_begin_index"):
                scheduler.set_begin_index(first * scheduler.order)
            generator = torch.Generator("cpu").manual_seed(seed)
            clean = model.encode_image(picture(16, 32), generator)
            noise = torch.randn(clean.shape, generator=generator)
            latents = scheduler.add_noise(clean, noise, timesteps[:1])
            latents, decoded = model.denoise(scheduler, timesteps, latents, prompt, guidance, generator)
            cases.append({"prompt": prompt, "scheduler": name, "steps": steps, "strength": strength, "guidance_scale": guidance,
                          "seed": seed, "height": 16, "width": 32, "latents": tensor(latents), "decoded": tensor(decoded)})
    (out / "image-to-image.json").write_text(json.dumps(cases))


def upscale(folder, out):
    target = out / "tiny-upscale"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder, target, ignore=shutil.ignore_patterns("expected"))
    index = json.loads((target / "model_index.json").read_text())
    index["_class_name"] = "StableDiffusionUpscaleLDM3DPipeline"
    (target / "model_index.json").write_text(json.dumps(index, indent=1))
    torch.manual_seed(5)
    config = UNet2DConditionModel.load_config(folder / "unet")
    latents = AutoencoderKL.load_config(folder / "vae")["latent_channels"]
    unet = UNet2DConditionModel.from_config(config, in_channels=2 * latents, num_class_embeds=40)
    unet.save_pretrained(target / "unet")
    model, cases = Model(target), []
    for seed, level in ((3, 20), (4, 0)):
        steps, guidance, prompt = 5, 9.0, "a blue chair"
        scheduler = DDIMScheduler.from_config(model.scheduler.config)
        scheduler.set_timesteps(steps)
        generator = torch.Generator("cpu").manual_seed(seed)
        shown = model.encode_image(picture(16, 32), generator)
        noise = torch.randn(shown.shape, generator=generator) * scheduler.init_noise_sigma
        latents, decoded = model.denoise(scheduler, scheduler.timesteps, noise, prompt, guidance, generator, shown, level)
        cases.append({"prompt": prompt, "scheduler": "DDIMScheduler", "steps": steps, "guidance_scale": guidance, "noise_level": level,
                      "seed": seed, "height": 16, "width": 32, "latents": tensor(latents), "decoded": tensor(decoded)})
    for same in ("text_encoder", "tokenizer", "vae", "scheduler"):  # the test takes these from the source folder
        shutil.rmtree(target / same)
    (target / "expected").mkdir()
    (target / "expected" / "upscale.json").write_text(json.dumps(cases))


if __name__ == "__main__":
    source, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    with torch.no_grad():
        image_to_image(source, out)
        upscale(source, out)
