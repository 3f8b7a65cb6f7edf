"""Trains a classifier with exits as ./suffice train exits does (distilled, adapters), with PyTorch, where there is a GPU.

    pip install torch safetensors
    python bench/peers/train_exits.py ENCODER DATA OUT [--mean] [--epochs 3] [--seed 7]

ENCODER  folder of a BERT in transformers' layout: config.json, model.safetensors
DATA     folder with training.txt and held.txt: a text a line, the number of its label and then those of its tokens, between spaces
OUT      gets adapter_model.safetensors and exits.safetensors in half precision, and held-out.csv: step, then the accuracy behind each layer

What else a classifier's folder has, its calibration above all, is made by ./suffice train exits from texts. --mean: the last head reads the mean
of the states, as those behind earlier layers do, and not the first token's.
"""

import argparse
import json
import math
import random
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

LINEAR = ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense", "intermediate.dense", "output.dense"]
RANK, SCALE, WIDTH = 16, 2.0, 128
BATCH, POOL, RATE, WARM_UP, DROPOUT, DECAY = 32, 20, 6e-4, 200, 0.1, 0.01


class Network(torch.nn.Module):
    """A BERT with adapters and a head behind every layer."""

    def __init__(self, folder, labels, mean):
        super().__init__()
        config = json.loads((folder / "config.json").read_text())
        self.heads, self.layers, self.epsilon, self.mean = config["num_attention_heads"], config["num_hidden_layers"], config["layer_norm_eps"], mean
        self.kept = {name.removeprefix("bert."): value.float() for name, value in load_file(folder / "model.safetensors").items()}
        self.own = torch.nn.ParameterDict()
        width = config["hidden_size"]
        for i in range(self.layers):
            for part in LINEAR:
                rows, columns = self.kept[f"encoder.layer.{i}.{part}.weight"].shape
                self.declare(f"encoder.layer.{i}.{part}.lora_A.weight", 1 / columns, RANK, columns, gain=3)
                self.declare(f"encoder.layer.{i}.{part}.lora_B.weight", 0, rows, RANK)
        for i in range(1, self.layers):
            self.linear(f"exits.{i}.dense", width, WIDTH)
            self.linear(f"exits.{i}.out_proj", WIDTH, labels)
        self.linear("pooler.dense", width, width)
        self.linear("classifier", width, labels)

    def declare(self, name, variance, *shape, gain=1):
        bound = math.sqrt(gain * variance)
        self.own[name.replace(".", "/")] = torch.nn.Parameter(torch.empty(*shape).uniform_(-bound, bound))

    def linear(self, name, columns, rows):
        self.declare(name + ".weight", 1 / columns, rows, columns)
        self.declare(name + ".bias", 0, rows)

    def get(self, name):
        return self.own[name.replace(".", "/")]

    def norm(self, x, name):
        return F.layer_norm(x, x.shape[-1:], self.kept[name + ".weight"], self.kept[name + ".bias"], self.epsilon)

    def tuned(self, x, name):
        beside = F.linear(F.linear(x, self.get(name + ".lora_A.weight")), self.get(name + ".lora_B.weight"))
        return F.linear(x, self.kept[name + ".weight"], self.kept[name + ".bias"]) + SCALE * beside

    def head(self, x, dense, out):
        hidden = torch.tanh(F.linear(x, self.get(dense + ".weight"), self.get(dense + ".bias")))
        return F.linear(hidden, self.get(out + ".weight"), self.get(out + ".bias"))

    def forward(self, ids, mask, dropout):
        """Logits [layers, texts, labels] of texts [texts, tokens]."""
        drop = lambda t: F.dropout(t, dropout, training=dropout > 0)
        split = lambda t: t.unflatten(-1, (self.heads, -1)).transpose(1, 2)
        shares = mask.float() / mask.sum(1, keepdim=True)
        bias = torch.zeros(mask.shape, device=ids.device).masked_fill(~mask, -torch.inf)[:, None, None]
        x = self.kept["embeddings.word_embeddings.weight"][ids] + self.kept["embeddings.position_embeddings.weight"][: ids.shape[1]]
        x = drop(self.norm(x + self.kept["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm"))
        logits = []
        for i in range(self.layers):
            name = f"encoder.layer.{i}."
            q, k, v = (split(self.tuned(x, name + part)) for part in LINEAR[:3])
            heard = F.scaled_dot_product_attention(q, k, v, bias.expand(-1, self.heads, ids.shape[1], -1)).transpose(1, 2).flatten(2)
            h = self.norm(drop(self.tuned(heard, name + LINEAR[3])) + x, name + "attention.output.LayerNorm")
            x = self.norm(drop(self.tuned(F.gelu(self.tuned(h, name + LINEAR[4])), name + LINEAR[5])) + h, name + "output.LayerNorm")
            last = i + 1 == self.layers
            state = x[:, 0] if last and not self.mean else (shares[:, :, None] * x).sum(1)
            logits.append(self.head(state, "pooler.dense", "classifier") if last else self.head(state, f"exits.{i + 1}.dense", f"exits.{i + 1}.out_proj"))
        return torch.stack(logits)


def batch(rows, device):
    longest = max(len(tokens) for _, tokens in rows)
    ids = torch.tensor([tokens + [0] * (longest - len(tokens)) for _, tokens in rows])
    mask = torch.arange(longest)[None] < torch.tensor([len(tokens) for _, tokens in rows])[:, None]
    return ids.to(device), mask.to(device), torch.tensor([label for label, _ in rows], device=device)


def loss_of(logits, labels):
    """Cross entropy of all heads, weighted by their layers, and the distance of earlier ones from the last."""
    logs = F.log_softmax(logits, -1)
    weights = torch.arange(1, len(logits) + 1, device=logits.device).float()
    weights = weights / weights.sum()
    entropy = -logs.gather(2, labels[None, :, None].expand(len(logits), -1, 1))[..., 0].mean(1)
    taught = logs[-1].detach()
    distance = (taught.exp() * (taught - logs[:-1])).sum(-1).mean(1)
    return (weights * entropy).sum() + (weights[:-1] * distance).sum()


@torch.no_grad()
def accuracy(network, held, device):
    held, right = sorted(held, key=lambda row: len(row[1])), 0
    for i in range(0, len(held), 256):
        ids, mask, labels = batch(held[i : i + 256], device)
        right = right + (network(ids, mask, 0).argmax(-1) == labels).sum(1)
    return (right / len(held)).tolist()


def epoch(rows, dice):
    """Batches of texts of like lengths."""
    rows = dice.sample(rows, len(rows))
    batches = []
    for start in range(0, len(rows), POOL * BATCH):
        pool = sorted(rows[start : start + POOL * BATCH], key=lambda row: len(row[1]))
        batches += [pool[i : i + BATCH] for i in range(0, len(pool), BATCH)]
    dice.shuffle(batches)
    return batches


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("encoder", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--mean", action="store_true")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--steps", type=int, help="stop after so many, for a trial")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(options.seed)
    dice = random.Random(options.seed)
    read = lambda name: [(int(label), [int(t) for t in tokens]) for label, *tokens in map(str.split, open(options.data / name))]
    training, held = read("training.txt"), read("held.txt")
    network = Network(options.encoder, 1 + max(label for label, _ in training), options.mean)
    network.kept = {name: value.to(device) for name, value in network.kept.items()}
    network.to(device)
    trained = list(network.own.parameters())
    decayed = [p for p in trained if p.dim() > 1]
    groups = [dict(params=decayed, weight_decay=DECAY), dict(params=[p for p in trained if p.dim() == 1], weight_decay=0.0)]
    optimiser = torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.98), fused=device.type == "cuda")
    count = options.epochs * len(epoch(training, random.Random(0)))
    step, began, batches = 0, time.time(), []
    log = open(options.out / "held-out.csv", "w")
    while step < (options.steps or count):
        batches = batches or epoch(training, dice)
        for group in optimiser.param_groups:
            group["lr"] = RATE * max(0.02, 1 - step / count) * min(1, (step + 1) / WARM_UP)
        ids, mask, labels = batch(batches.pop(), device)
        loss = loss_of(network(ids, mask, DROPOUT), labels)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        step += 1
        if step % 900 == 0 or step == (options.steps or count):
            measured = accuracy(network, held, device)
            print(f"[{time.time() - began:6.1f}] step {step} of {count}, held out:", " ".join(f"{a:.4f}" for a in measured), flush=True)
            print(step, *(f"{a:.5f}" for a in measured), sep=",", file=log, flush=True)
    state = {name.replace("/", "."): value.detach().cpu().half().contiguous() for name, value in network.own.items()}
    save_file({name: value for name, value in state.items() if name.startswith("exits.")}, options.out / "exits.safetensors", {"format": "pt"})
    prefix = lambda name: "base_model.model." + (name if name.startswith("classifier.") else "bert." + name)
    save_file({prefix(name): value for name, value in state.items() if not name.startswith("exits.")}, options.out / "adapter_model.safetensors", {"format": "pt"})


if __name__ == "__main__":
    main()
