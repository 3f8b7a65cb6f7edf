#!/usr/bin/env python3
"""Records what transformers makes of small encoders with random weights and heads for classification, as fixtures of module models.

    pip install torch transformers safetensors peft onnx
    python bench/peers/record_encoders.py models/src/test/resources/goldens/encoders
    python bench/peers/record_encoders.py models/src/test/resources/goldens/encoders pairs    # what is said of pairs only

A folder gets config.json, model.safetensors and expected.json: a batch of three texts of different lengths, padded, the scores of the model's own head, and, where
the head can be put behind another layer, its scores there. Beside them: the folder bert as ONNX, without its head (encoders-onnx), and with an adapter of PEFT and
another head (encoders-adapter). Pairs of texts (encoders-pairs): what tokenizers with the processors of BERT and RoBERTa and with a template make of them at several
lengths, cut off or not, and what the models bert and roberta say of them, each alone.
"""
import json
import pathlib
import random
import sys

import tokenizers as k
import torch
import transformers as t

SIZES = dict(vocab_size=60, hidden_size=32, intermediate_size=48, num_hidden_layers=3, num_attention_heads=4, max_position_embeddings=24,
             hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
LENGTHS = (9, 4, 6)


def models():
    yield "bert", t.BertForSequenceClassification(t.BertConfig(**SIZES, num_labels=3))
    yield "bert-regression", t.BertForSequenceClassification(t.BertConfig(**SIZES, num_labels=1, problem_type="regression"))
    yield "bert-tokens", t.BertForTokenClassification(t.BertConfig(**SIZES, num_labels=5))
    yield "roberta", t.RobertaForSequenceClassification(t.RobertaConfig(**SIZES, type_vocab_size=1, num_labels=2))
    yield "electra", t.ElectraForSequenceClassification(t.ElectraConfig(**SIZES, embedding_size=16, num_labels=2))
    yield "distilbert", t.DistilBertForSequenceClassification(t.DistilBertConfig(
        vocab_size=60, dim=32, hidden_dim=48, n_layers=3, n_heads=4, max_position_embeddings=24, num_labels=4, dropout=0.0,
        attention_dropout=0.0, seq_classif_dropout=0.0))


def weights(model):
    generator = torch.Generator().manual_seed(5)
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if parameter.dim() == 1:
            parameter.data = (0 if name.endswith("bias") else 1) + 0.1 * noise
        else:
            parameter.data = noise * (0.5 if "embeddings" in name else 1.5 / parameter.shape[1] ** 0.5)


def head(model, states):
    """The scores that the model's own head makes of any layer's states."""
    name = type(model).__name__
    if name == "BertForSequenceClassification":
        return model.classifier(model.bert.pooler(states))
    if name == "DistilBertForSequenceClassification":
        return model.classifier(torch.relu(model.pre_classifier(states[:, 0])))
    return model.classifier(states)


@torch.no_grad()
def record(folder, model):
    model.eval()
    weights(model)
    generator = torch.Generator().manual_seed(3)
    width = max(LENGTHS)
    ids = torch.randint(5, 60, (len(LENGTHS), width), generator=generator)
    mask = torch.tensor([[int(i < n) for i in range(width)] for n in LENGTHS])
    pad = model.config.pad_token_id
    ids = torch.where(mask == 1, ids, pad)
    asked = dict(input_ids=ids, attention_mask=mask, output_hidden_states=True)
    if getattr(model.config, "type_vocab_size", 0) > 1:
        types = torch.tensor([[int(3 <= i < n) for i in range(width)] for n in LENGTHS])
        asked["token_type_ids"] = types
    result = model(**asked)
    scores = [head(model, states) for states in result.hidden_states[1:]]
    assert torch.allclose(scores[-1], result.logits, atol=1e-5)
    model.save_pretrained(folder)
    expected = dict(lengths=LENGTHS, ids=ids.tolist(), types=asked.get("token_type_ids", torch.zeros_like(ids)).tolist(),
                    scores=[s.tolist() for s in scores], transformers=t.__version__)
    (folder / "expected.json").write_text(json.dumps(expected))
    for extra in folder.glob("generation_config.json"):
        extra.unlink()


def export(folder, model):
    """As Optimum's exports are: matrices lose their names, everything else keeps them."""
    folder.mkdir(parents=True, exist_ok=True)
    ids = torch.ones(2, 5, dtype=torch.long)
    bert, forward = model.bert, model.bert.forward
    # The exporter calls by position.
    bert.forward = lambda ids, mask, types: forward(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state
    torch.onnx.export(bert, (ids, ids, ids * 0), folder / "model.onnx", dynamo=False, opset_version=14,
                      input_names=["input_ids", "attention_mask", "token_type_ids"], output_names=["last_hidden_state"],
                      dynamic_axes={n: {0: "batch", 1: "tokens"} for n in ("input_ids", "attention_mask", "token_type_ids")})
    bert.forward = forward


@torch.no_grad()
def adapt(folder, model, expected):
    import peft

    config = peft.LoraConfig(task_type="SEQ_CLS", r=4, lora_alpha=6, modules_to_save=["pooler", "classifier"],
                             target_modules=["query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense"])
    adapted = peft.get_peft_model(model, config)
    generator = torch.Generator().manual_seed(9)
    for name, parameter in adapted.named_parameters():
        if parameter.requires_grad:
            parameter.data = 0.2 * torch.randn(parameter.shape, generator=generator)
    adapted.eval()
    mask = torch.tensor([[int(i < n) for i in range(max(LENGTHS))] for n in LENGTHS])
    result = adapted(input_ids=torch.tensor(expected["ids"]), attention_mask=mask, token_type_ids=torch.tensor(expected["types"]))
    adapted.save_pretrained(folder)
    (folder / "README.md").unlink()
    (folder / "expected.json").write_text(json.dumps(dict(expected, scores=[result.logits.tolist()])))


def tokenizer(kind):
    """Words w5 to w59 and what stands around texts."""
    special = dict(roberta=["<s>", "<pad>", "</s>", "<unk>"]).get(kind, ["[PAD]", "[UNK]", "[CLS]", "[SEP]"])
    vocabulary = {token: i for i, token in enumerate(special + [f"w{i}" for i in range(4, 60)])}
    made = k.Tokenizer(k.models.WordLevel(vocabulary, unk_token=special[3 if kind == "roberta" else 1]))
    made.pre_tokenizer = k.pre_tokenizers.WhitespaceSplit()
    made.add_special_tokens(special)
    if kind == "bert":
        made.post_processor = k.processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    elif kind == "roberta":
        made.post_processor = k.processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    else:
        made.post_processor = k.processors.TemplateProcessing(
            single="[CLS] $A [SEP]", pair="[CLS]:0 $A:0 [SEP]:0 [SEP]:1 $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return made


@torch.no_grad()
def record_pairs(root, kind):
    folder = root.parent / "encoders-pairs" / kind
    folder.mkdir(parents=True, exist_ok=True)
    own = tokenizer(kind)
    own.save(str(folder / "tokenizer.json"))
    names = ["input_ids", "attention_mask"] + ["token_type_ids"] * (kind != "roberta")
    wrapped = t.PreTrainedTokenizerFast(tokenizer_object=own, model_input_names=names)
    model = None if kind == "template" else t.AutoModelForSequenceClassification.from_pretrained(root / kind).eval()
    draw = random.Random(11)
    longest = 22 if kind == "roberta" else 24
    cases = []
    for first, second, room in [(3, 4, longest), (1, 1, longest), (9, 8, longest), (30, 2, longest), (2, 30, longest), (30, 30, longest), (30, 31, longest),
                                (15, 15, longest - 1), (31, 30, longest - 1), (30, 31, longest - 1), (10, 11, 17), (12, 5, 16), (5, 12, 16), (9, 8, 6)]:
        texts = [" ".join(f"w{draw.randrange(5, 60)}" for _ in range(n)) for n in (first, second)]
        if len(cases) == 2:
            texts[0] = texts[0].replace(" ", " </s> " if kind == "roberta" else " [SEP] ", 1)
        asked = wrapped(*texts, truncation="longest_first", max_length=room, return_tensors="pt")
        case = dict(texts=texts, room=room, whole=len(wrapped(*texts)["input_ids"]), ids=asked["input_ids"][0].tolist())
        case["types"] = asked["token_type_ids"][0].tolist() if kind != "roberta" else [0] * len(case["ids"])
        if model is not None:
            case["scores"] = model(**asked).logits[0].tolist()
        cases.append(case)
    (folder / "expected.json").write_text(json.dumps(dict(cases=cases, transformers=t.__version__, tokenizers=k.__version__)))


def record_all(root):
    for name, model in models():
        record(root / name, model)
        if name == "bert":
            export(root.parent / "encoders-onnx", model)
            adapt(root.parent / "encoders-adapter", model, json.loads((root / name / "expected.json").read_text()))


if __name__ == "__main__":
    goldens = pathlib.Path(sys.argv[1])
    if sys.argv[2:] != ["pairs"]:
        record_all(goldens)
    for processor in ("bert", "roberta", "template"):
        record_pairs(goldens, processor)
