"""OpenVINO GenAI, as a peer of ./suffice bench peers: images, text."""

import time

from peer_protocol import ended, keep, latents, serve


def load(message):
    import openvino_genai

    settings = {"INFERENCE_NUM_THREADS": message["threads"]}
    if message.get("mode") != "default":  # on processors that know bfloat16 the precision is that unless another is asked for
        settings["INFERENCE_PRECISION_HINT"] = "f32"
    if message["capability"] == "images":
        pipeline = openvino_genai.Text2ImagePipeline(message["model"])
        pipeline.reshape(1, message["height"], message["width"], message["guidance"])
        pipeline.compile("CPU", **settings)
        return pipeline
    # What leaves the text as it is: keys and values in single precision, no quantised activations.
    settings.update(KV_CACHE_PRECISION="f32", DYNAMIC_QUANTIZATION_GROUP_SIZE=0)
    if message["mode"] == "lookup":
        settings["prompt_lookup"] = True
    return openvino_genai.LLMPipeline(message["model"], "CPU", **settings), message


def run(opened, message):
    return image(opened, message) if "prompt" in message else text(*opened, message)


def image(pipeline, message):
    import numpy
    import openvino
    import openvino_genai

    noise = latents(message)

    class Noise(openvino_genai.Generator):
        def next(self):
            raise RuntimeError("one number is asked for: only the first latents are random")

        def randn_tensor(self, shape):
            return openvino.Tensor(noise.reshape(list(shape)))

    began = time.perf_counter()
    result = pipeline.generate(message["prompt"], negative_prompt="", width=message["width"], height=message["height"], num_inference_steps=message["steps"],
                               guidance_scale=message["guidance"], generator=Noise())
    picture = numpy.array(result.data[0])
    seconds = time.perf_counter() - began
    keep(picture, message)
    return {"seconds": seconds}


def text(pipeline, loaded, message):
    import numpy
    import openvino
    import openvino_genai

    config = openvino_genai.GenerationConfig(max_new_tokens=message["max_tokens"], do_sample=False)
    config.stop_token_ids = set(message["ends"])
    if loaded["mode"] == "lookup":
        config.num_assistant_tokens = 5
        config.max_ngram_size = 3
    ids = openvino.Tensor(numpy.array([message["ids"]], dtype=numpy.int64))
    began = time.perf_counter()
    result = pipeline.generate(ids, config)
    seconds = time.perf_counter() - began
    first = result.perf_metrics.get_ttft().mean / 1e3
    return {"first_seconds": first, "seconds": max(0.0, seconds - first), "tokens": ended([int(token) for token in result.tokens[0]], message)}


if __name__ == "__main__":
    serve(("openvino-genai", "openvino", "openvino-tokenizers"), load, run)
