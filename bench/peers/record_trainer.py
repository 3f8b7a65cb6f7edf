"""Records a tiny U-Net and a tiny autoencoder with Python's diffusers, in the form that the trainer's DiffusersParityTest replays.

    python bench/peers/record_trainer.py train/src/test/resources/dev/suffice/train/nn/tiny
"""

import argparse
from pathlib import Path

import torch
from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from record_parts import randomised, wrap_width
from safetensors.torch import save_file

UNET = dict(
    sample_size=8,
    in_channels=8,
    out_channels=8,
    block_out_channels=(8, 16, 16),
    down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    attention_head_dim=(1, 2, 4),
    layers_per_block=1,
    cross_attention_dim=12,
    norm_num_groups=4,
    use_linear_projection=True,
    addition_embed_type="text",
    addition_embed_type_num_heads=3,
)
VAE = dict(
    in_channels=4,
    out_channels=4,
    latent_channels=8,
    block_out_channels=(8, 8, 16, 16),
    down_block_types=("DownEncoderBlock2D",) * 4,
    up_block_types=("UpDecoderBlock2D",) * 4,
    layers_per_block=1,
    norm_num_groups=4,
    mid_block_add_attention=False,
    sample_size=32,
)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    unet = randomised(UNet2DConditionModel(**UNET))
    vae = randomised(AutoencoderKL(**VAE))
    schedule = DDIMScheduler(beta_schedule="squaredcos_cap_v2", rescale_betas_zero_snr=True)
    latents, text, timesteps = torch.randn(2, 8, 8, 16), torch.randn(2, 7, 12), torch.tensor([999.0, 3.0])
    images, z = torch.rand(2, 4, 32, 64) * 2 - 1, torch.randn(2, 8, 4, 8)
    with torch.no_grad():
        posterior = vae.encode(images).latent_dist
        io = dict(
            latents=latents,
            text=text,
            timesteps=timesteps,
            predicted=unet(latents, timesteps, text).sample,
            images=images,
            mean=posterior.mean,
            logvar=posterior.logvar,
            z=z,
            decoded=vae.decode(z).sample,
            alphas_cumprod=schedule.alphas_cumprod,
        )
        wrap_width(unet)
        wrap_width(vae.decoder)
        io["predicted_wrapped"] = unet(latents, timesteps, text).sample
        io["decoded_wrapped"] = vae.decode(z).sample
    save_file({k: v.contiguous() for k, v in io.items()}, options.out / "io.safetensors")
    save_file(unet.state_dict(), options.out / "unet.safetensors")
    save_file(vae.state_dict(), options.out / "vae.safetensors")


if __name__ == "__main__":
    main()
