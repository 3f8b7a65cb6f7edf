"""Optimum-Intel (OpenVINO), as a peer of ./suffice bench peers: images."""

import time

from peer_protocol import keep, latents, serve


def load(message):
    import torch
    from optimum.intel import OVStableDiffusionPipeline

    torch.set_num_threads(message["threads"])  # its schedulers are diffusers'
    # on processors that know bfloat16 the precision is that unless another is asked for
    precision = {} if message.get("mode") == "default" else {"INFERENCE_PRECISION_HINT": "f32"}
    pipeline = OVStableDiffusionPipeline.from_pretrained(
        message["model"], compile=False, safety_checker=None, ov_config={"INFERENCE_NUM_THREADS": message["threads"], "PERFORMANCE_HINT": "LATENCY", **precision})
    pipeline.reshape(batch_size=1, height=message["height"], width=message["width"], num_images_per_prompt=1)
    pipeline.compile()
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def run(pipeline, message):
    import torch

    noise = torch.from_numpy(latents(message))
    began = time.perf_counter()
    images = pipeline(message["prompt"], negative_prompt="", width=message["width"], height=message["height"], num_inference_steps=message["steps"],
                      guidance_scale=message["guidance"], guidance_rescale=message["rescale"], latents=noise, output_type="np").images
    picture = (images[0] * 255).round().astype("uint8")
    seconds = time.perf_counter() - began
    keep(picture, message)
    return {"seconds": seconds}


if __name__ == "__main__":
    serve(("optimum-intel", "openvino", "diffusers", "transformers", "torch"), load, run)
