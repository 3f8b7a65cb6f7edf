#!/usr/bin/env python3
"""Records what transformers makes of small encoders with random weights and heads for classification, as fixtures of module models.

    pip install torch transformers safetensors
    python bench/peers/record_encoders.py models/src/test/resources/goldens/encoders

A folder gets config.json, model.safetensors and expected.json: a batch of three texts of different lengths, padded, the scores of the model's own head, and, where
the head can be put behind another layer, its scores there.
"""
import json
import pathlib
import sys

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


if __name__ == "__main__":
    for name, model in models():
        record(pathlib.Path(sys.argv[1]) / name, model)
