#!/usr/bin/env python3
"""Records what transformers makes of small language models with random weights, as fixtures of module language.

    pip install torch transformers safetensors
    python bench/peers/record_decoders.py language/src/test/resources/dev/suffice/language/models [--only mistral]

Tokenizer, chat template and texts are those of the folder qwen2 that lies there already. A folder gets config.json,
model.safetensors and expected.json: the logits of the last four tokens of each prompt, 24 greedy tokens, the least
distance between the two best scores on the way, and the logits behind them. Nothing is cached: every token is computed
from the whole text. Of several seeds the first is taken whose answers are not a repetition and not close to call.
"""
import argparse
import itertools
import json
import pathlib
import shutil

import torch
import transformers

LAST, GREEDY, MARGIN, DISTINCT = 4, 24, 0.03, 5
SIZES = dict(vocab_size=600, hidden_size=32, intermediate_size=64, num_hidden_layers=4, num_attention_heads=4,
             num_key_value_heads=2, max_position_embeddings=512, tie_word_embeddings=False, bos_token_id=0,
             eos_token_id=2, pad_token_id=0)
THREE = {**SIZES, "num_hidden_layers": 3}


def longrope(original):
    """The lists differ, so that it shows which was taken."""
    return dict(rope_type="longrope", rope_theta=10000.0, original_max_position_embeddings=original,
                short_factor=[1.0, 1.1, 1.3, 1.6], long_factor=[1.5, 2.0, 3.0, 5.0])


MODELS = {
    "mistral": lambda: transformers.MistralConfig(**THREE, head_dim=16, sliding_window=8),
    "phi3": lambda: transformers.Phi3Config(**THREE, sliding_window=10,
                                            rope_parameters=dict(rope_type="default", rope_theta=10000.0)),
    "phi3-partial": lambda: transformers.Phi3Config(
        **THREE, sliding_window=None,
        rope_parameters=dict(rope_type="default", rope_theta=10000.0, partial_rotary_factor=0.75)),
    # Every prompt has more than 8 tokens: the long factors.
    "phi3-longrope": lambda: transformers.Phi3Config(**THREE, original_max_position_embeddings=8,
                                                     rope_parameters=longrope(8)),
    # None has more than 128 with its answer: the short ones, if the context is not longer.
    "phi3-shortrope": lambda: transformers.Phi3Config(**THREE, original_max_position_embeddings=128,
                                                      rope_parameters=longrope(128)),
    "smollm3": lambda: transformers.SmolLM3Config(**{**SIZES, "num_hidden_layers": 5, "intermediate_size": 32},
                                                  rope_parameters=dict(rope_type="default", rope_theta=50000.0)),
}
CONTEXT = {"phi3-shortrope": 128}


def weights(model, seed):
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if parameter.dim() == 1:
            parameter.data = (0 if name.endswith("bias") else 1) + 0.1 * noise
        else:
            parameter.data = noise * (0.5 if "embed" in name or "lm_head" in name else 1 / parameter.shape[1] ** 0.5)


def rounded(row):
    return [round(float(value), 5) for value in row]


@torch.no_grad()
def run(model, text, ids):
    """What a model makes of a text; nothing if two scores come too close to each other."""
    logits = model(torch.tensor([ids]), use_cache=False).logits[0]
    result = dict(prompt=text, input_ids=ids, last_logits=[rounded(row) for row in logits[-LAST:]])
    greedy, margin = [], float("inf")
    for _ in range(GREEDY):
        best = torch.topk(logits[-1], 2)
        margin = min(margin, float(best.values[0] - best.values[1]))
        if margin < MARGIN:
            return None
        greedy.append(int(best.indices[0]))
        logits = model(torch.tensor([ids + greedy]), use_cache=False).logits[0]
    return dict(result, greedy=greedy, min_margin=margin, final_logits=rounded(logits[-1]))


def record(name, source, folder):
    known = json.loads((source / "expected.json").read_text())
    config = MODELS[name]()
    config._attn_implementation = "eager"
    model = transformers.AutoModelForCausalLM.from_config(config).float().eval()
    for seed in range(200):
        weights(model, seed)
        runs = list(itertools.takewhile(bool, (run(model, one["prompt"], one["input_ids"]) for one in known["runs"])))
        if len(runs) == len(known["runs"]) and all(len(set(one["greedy"])) >= DISTINCT for one in runs):
            break
    else:
        raise SystemExit(f"{name}: no seed gives answers that are worth recording")
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    for file in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        shutil.copyfile(source / file, folder / file)
    expected = dict(tokenize=known["tokenize"], runs=runs, chat=known["chat"])
    if name in CONTEXT:
        expected["context"] = CONTEXT[name]
    (folder / "expected.json").write_text(json.dumps(expected))
    print(name, "seed", seed, [(round(one["min_margin"], 3), len(set(one["greedy"]))) for one in runs])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", type=pathlib.Path)
    parser.add_argument("--only", choices=sorted(MODELS))
    options = parser.parse_args()
    torch.set_num_threads(1)
    for name in MODELS:
        if options.only in (None, name):
            record(name, options.models / "qwen2", options.models / name)


if __name__ == "__main__":
    main()
