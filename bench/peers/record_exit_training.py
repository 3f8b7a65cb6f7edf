"""Records a tiny BERT, its states, and a few steps of its training with exits, which the trainer is tested against; checks its results.

    python bench/peers/record_exit_training.py record train/src/test/resources/dev/suffice/train/exits/tiny
    python bench/peers/record_exit_training.py check train/src/test/resources/dev/suffice/train/exits/tiny RESULTS

The encoder is transformers' BertModel, adapters are PEFT's; losses are written here as the papers have them. `check` opens what the
trainer's test wrote (mvn ... -Dsuffice.exits.results=RESULTS) with transformers and PEFT, and compares logits.
Recorded with torch 2.11.0, transformers 5.24.0, PEFT 0.21.2.
"""

import argparse
from pathlib import Path

import torch
import torch.nn.functional as F
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import BertConfig, BertForSequenceClassification, BertModel
from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification

WIDTH, LAYERS, LABELS, RAMP, RANK, ALPHA = 16, 3, 3, 8, 2, 4
TARGETS = ["query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense"]
STEPS, RATE, DECAY = 3, 0.01, 0.01


def encoder():
    config = BertConfig(
        vocab_size=40,
        hidden_size=WIDTH,
        num_hidden_layers=LAYERS,
        num_attention_heads=2,
        intermediate_size=24,
        max_position_embeddings=12,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    model = BertModel(config, add_pooling_layer=False)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            norm = "LayerNorm.weight" in name
            parameter.copy_((1 if norm else 0) + torch.randn(parameter.shape) * (0.1 if parameter.ndim == 1 else 0.3))
    return model.eval()


def inputs():
    lengths = [3, 7, 10, 5]
    ids = torch.zeros(len(lengths), max(lengths), dtype=torch.long)
    mask = torch.zeros_like(ids)
    for row, length in enumerate(lengths):
        ids[row, :length] = torch.randint(1, 40, (length,))
        mask[row, :length] = 1
    return ids, mask, torch.tensor([0, 2, 1, 2])


def heads():
    made = {}
    for layer in range(1, LAYERS):
        made |= {f"exits.{layer}.dense.weight": (RAMP, WIDTH), f"exits.{layer}.dense.bias": (RAMP,)}
        made |= {f"exits.{layer}.out_proj.weight": (LABELS, RAMP), f"exits.{layer}.out_proj.bias": (LABELS,)}
    made |= {"pooler.dense.weight": (WIDTH, WIDTH), "pooler.dense.bias": (WIDTH,)}
    made |= {"classifier.weight": (LABELS, WIDTH), "classifier.bias": (LABELS,)}
    return {name: torch.nn.Parameter(torch.randn(shape) / 4) for name, shape in made.items()}


def logits(model, weights, ids, mask, pooling):
    states = model(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states[1:]
    result = []
    for layer, state in enumerate(states, 1):
        if pooling == "cls":
            read = state[:, 0]
        else:
            read = (state * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        first, second = ("pooler.dense", "classifier") if layer == LAYERS else (f"exits.{layer}.dense", f"exits.{layer}.out_proj")
        hidden = torch.tanh(F.linear(read, weights[first + ".weight"], weights[first + ".bias"]))
        result.append(F.linear(hidden, weights[second + ".weight"], weights[second + ".bias"]))
    return result


def loss(all_logits, labels, distilled):
    """PABEE's weights j / sum j; with distillation KL(last || earlier) with the same weights."""
    total = sum(range(1, LAYERS + 1))
    value = sum(j / total * F.cross_entropy(l, labels) for j, l in enumerate(all_logits, 1))
    if distilled:
        teacher = F.log_softmax(all_logits[-1].detach(), -1)
        for j, l in enumerate(all_logits[:-1], 1):
            value = value + j / total * F.kl_div(F.log_softmax(l, -1), teacher, reduction="batchmean", log_target=True)
    return value


def adapters(model):
    tuned = get_peft_model(model, LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=TARGETS, lora_dropout=0.0))
    with torch.no_grad():
        for name, parameter in tuned.named_parameters():
            if "lora_" in name:
                parameter.copy_(torch.randn(parameter.shape) / 8)
    return tuned


def plain(name):
    return name.removeprefix("base_model.model.").replace(".default", "")


def train(model, trained, weights, batch, distilled, pooling):
    ids, mask, labels = batch
    matrices = [p for p in trained if p.ndim > 1]
    others = [p for p in trained if p.ndim == 1]
    groups = [{"params": matrices, "weight_decay": DECAY}, {"params": others, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.98))
    losses = []
    for _ in range(STEPS):
        value = loss(logits(model, weights, ids, mask, pooling), labels, distilled)
        optimiser.zero_grad()
        value.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        losses.append(value.item())
    with torch.no_grad():
        return torch.tensor(losses), torch.stack(logits(model, weights, ids, mask, pooling))


def record(folder):
    torch.manual_seed(0)
    torch.set_num_threads(1)
    model = encoder()
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    base = {name: value.clone() for name, value in model.state_dict().items()}
    batch = ids, mask, labels = inputs()
    io = {"ids": ids.float(), "mask": mask.float(), "labels": labels.float()}
    with torch.no_grad():
        for layer, state in enumerate(model(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states[1:], 1):
            io[f"states.{layer}"] = state * mask[..., None]
    start = heads()
    io |= {"heads." + name: value.detach().clone() for name, value in start.items()}
    tuned = adapters(model)
    trained = {plain(n): p for n, p in tuned.named_parameters() if "lora_" in n}
    io |= {"adapters." + name: value.detach().clone() for name, value in trained.items()}
    io["lora.before"] = torch.stack(logits(tuned, start, ids, mask, "cls")).detach()
    losses, after = train(tuned, [*trained.values(), *start.values()], start, batch, True, "cls")
    io |= {"lora.losses": losses, "lora.after": after}
    fresh = encoder()
    fresh.load_state_dict(base)
    again = {name: torch.nn.Parameter(io["heads." + name].clone()) for name in start}
    losses, after = train(fresh, [*fresh.parameters(), *again.values()], again, batch, False, "mean")
    io |= {"full.losses": losses, "full.after": after}
    save_file({name: value.contiguous() for name, value in io.items()}, folder / "io.safetensors")


def check(folder, results):
    io = load_file(folder / "io.safetensors")
    batch = {"input_ids": io["ids"].long(), "attention_mask": io["mask"].long()}
    base = BertForSequenceClassification.from_pretrained(folder, num_labels=LABELS)
    tuned = PeftModel.from_pretrained(base, results / "lora").eval()
    compare("adapters in PEFT", tuned(**batch).logits, io["lora.after"][-1])
    full = AutoModelForSequenceClassification.from_pretrained(results / "full")
    names = full.config.id2label
    with torch.no_grad():
        wanted = load_file(results / "full-logits.safetensors")["cls"]
        compare(f"all weights in transformers, labels {names}", full.eval()(**batch).logits, wanted)
        tokens = AutoModelForTokenClassification.from_pretrained(results / "tokens")
        wanted = load_file(results / "tokens-logits.safetensors")["tokens"]
        compare("token labels in transformers", tokens.eval()(**batch).logits[io["mask"] > 0], wanted)


def compare(what, got, wanted):
    difference = (got - wanted).abs().max().item()
    print(f"{what}: largest difference of the logits {difference:.2g}")
    if difference > 1e-4:
        raise SystemExit("too large")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["record", "check"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("results", type=Path, nargs="?")
    options = parser.parse_args()
    if options.what == "record":
        options.folder.mkdir(parents=True, exist_ok=True)
        record(options.folder)
    else:
        check(options.folder, options.results)


if __name__ == "__main__":
    main()
