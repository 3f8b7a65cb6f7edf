"""Times training of a classifier with early exits beside transformers with PEFT, alternating, in one run.

    pip install torch transformers peft safetensors
    python bench/peers/compare_exit_training.py --classpath 'cli-train/target/*:cli-train/target/app/*' [--repeats 3] [--full]

Both train 50 steps, after 10 that are not counted, on a random encoder of bge-small's shape (12 layers of width 384) with a head after every
layer, distilled, batches of 32 texts of 5 to 40 tokens, on one thread: adapters of rank 16, or all weights with --full. Printed are seconds of a step,
elapsed and of the processor, and the ratio of each repeat.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
LAYERS, WIDTH, BATCH, FIRST, LAST = 12, 384, 32, 10, 60


def prepare(folder):
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    sizes = dict(hidden_size=WIDTH, num_hidden_layers=LAYERS, num_attention_heads=12, intermediate_size=1536)
    BertModel(BertConfig(**sizes), add_pooling_layer=False).save_pretrained(folder)
    chance = random.Random(0)
    with open(folder / "examples.txt", "w") as file:
        for _ in range(4000):
            length = min(40, 5 + int(chance.expovariate(1 / 9)))
            print(chance.randrange(2), *[chance.randrange(1000, 30000) for _ in range(length)], file=file)


def peer(folder, full):
    import torch
    import torch.nn.functional as F
    from peft import LoraConfig, get_peft_model
    from transformers import BertModel

    torch.set_num_threads(1)
    model = BertModel.from_pretrained(folder, add_pooling_layer=False)
    if not full:
        targets = ["query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense"]
        model = get_peft_model(model, LoraConfig(r=16, lora_alpha=32, target_modules=targets))
    model.train()
    widths = [128] * (LAYERS - 1) + [WIDTH]
    heads = [torch.nn.Sequential(torch.nn.Linear(WIDTH, w), torch.nn.Tanh(), torch.nn.Linear(w, 2)) for w in widths]
    trained = [p for p in model.parameters() if p.requires_grad] + [p for head in heads for p in head.parameters()]
    optimiser = torch.optim.AdamW(trained, lr=1e-4, betas=(0.9, 0.98), weight_decay=0.01)
    weights = torch.arange(1, LAYERS + 1).float()
    weights = weights / weights.sum()
    examples = [[int(word) for word in line.split()] for line in open(folder / "examples.txt")]
    chance = random.Random(1)
    batches = []
    for start in range(0, len(examples), 20 * BATCH):
        pool = sorted(examples[start : start + 20 * BATCH], key=len)
        batches += [pool[i : i + BATCH] for i in range(0, len(pool), BATCH)]
    chance.shuffle(batches)
    for step in range(1, LAST + 1):
        batch = batches[step]
        longest = max(map(len, batch)) - 1
        ids = torch.tensor([row[1:] + [0] * (longest + 1 - len(row)) for row in batch])
        labels = torch.tensor([row[0] for row in batch])
        states = model(input_ids=ids, attention_mask=(ids > 0).long(), output_hidden_states=True).hidden_states[1:]
        logits = torch.stack([head(state[:, 0]) for head, state in zip(heads, states)])
        entropy = torch.stack([F.cross_entropy(l, labels) for l in logits])
        taught = F.log_softmax(logits[-1].detach(), -1)
        distance = (taught.exp() * (taught - F.log_softmax(logits[:-1], -1))).sum(-1).mean(1)
        loss = (weights * entropy).sum() + (weights[:-1] * distance).sum()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        if step == FIRST:
            elapsed, processor = time.time(), time.process_time()
    count = LAST - FIRST
    print(json.dumps({"elapsed": (time.time() - elapsed) / count, "processor": (time.process_time() - processor) / count}))


def measured(command):
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    lines = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    return json.loads(lines.strip().splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--classpath")
    parser.add_argument("--java", default="java")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--peer", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer:
        peer(options.peer, options.full)
        return
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        tuning = ["--full"] if options.full else []
        ours = [options.java, "--enable-native-access=ALL-UNNAMED", "-Xmx2g", "-cp", options.classpath]
        ours += [str(HERE / "ExitTrainingTimes.java"), folder, str(FIRST), str(LAST), *tuning]
        theirs = [sys.executable, __file__, "--peer", folder, *tuning]
        ratios = []
        for repeat in range(options.repeats):
            own, other = measured(ours), measured(theirs)
            ratios.append(own["processor"] / other["processor"])
            print(
                f"suffice {own['elapsed']:.3f} s a step, {own['processor']:.3f} of the processor; "
                f"transformers and PEFT {other['elapsed']:.3f}, {other['processor']:.3f}; ratio of the processor {ratios[-1]:.2f}",
                flush=True,
            )
        print(f"ratio: median {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
