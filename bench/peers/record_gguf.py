#!/usr/bin/env python3
"""Records what GGUF files are compared with, as fixtures of module models.

    pip install numpy gguf sentencepiece xllamacpp
    python bench/peers/record_gguf.py models/src/test/resources/goldens/gguf [--only blocks|sentencepiece|words]

blocks.json         random blocks of every type and the numbers that the package gguf makes of them, in base64
sentencepiece.json  two small vocabularies that SentencePiece learns from this project's own pages, and its token numbers
words.json          a made-up byte-level vocabulary in which nearly any two letters merge, so that the numbers show where
                    words were cut, and the numbers that llama.cpp gives for each name of a pre-tokenizer
"""
import argparse
import base64
import io
import json
import pathlib
import random
import tempfile
import urllib.request

import gguf
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]

HALVES = dict(Q4_0=[0], Q4_1=[0, 2], Q5_0=[0], Q5_1=[0, 2], Q8_0=[0], Q2_K=[80, 82], Q3_K=[108], Q4_K=[0, 2], Q5_K=[0, 2],
              Q6_K=[208])

TEXTS = [
    "", "hello", "hello world", " hello", "hello ", "  two  blanks  ", "one\ntwo\n\nthree\r\n four", "\ttab\t\ttabs",
    "It's we're I'LL DON'T o'clock 's 'S 'tis", "1 12 123 1234 12345 123456789 3.14 1,000,000", "x86_64 a1b2c3 v2.0-rc1",
    "CamelCase HTTPServer iPhone XMLHttpRequest", "def f(x):\n    return x + 1  # why?\n", "a+b=c; !!! ... ??? -- __init__",
    "na\u00efve caf\u00e9 \u00c5ngstr\u00f6m \u00df", "cafe\u0301 e\u0301", "\u65e5\u672c\u8a9e\u306e\u6587 \u4e2d\u6587",
    "\ud55c\uad6d\uc5b4", "\u041f\u0440\u0438\u0432\u0435\u0442 \u043c\u0438\u0440", "\u0645\u0631\u062d\u0628\u0627 \u0661\u0662\u0663",
    "\U0001f600 \U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f", "end. Start (paren) [bracket] {brace} \"quote\"",
    "path/to/file.txt http://a.bc/d?e=f&g=h", "   \n   \n", " \n", "a \n b", "tail   ", "\u00a0nbsp\u00a0", "\u2026\u2014\u201cq\u201d",
    "2\u00b2 \u00bd \u2167", "\u01c5 \u01c8 \u02b0", "\U0001d400\U0001d401 \uff21\uff22 \u10d0\u10d1", "don\u2019t", "$5 <a> ~x ^y |z `w`",
]


def text64(data):
    return base64.b64encode(data).decode()


def blocks():
    result = {}
    generator = np.random.default_rng(7)
    for name in ["F32", "F16", "BF16", *HALVES]:
        kind = gguf.GGMLQuantizationType[name]
        size, length = gguf.GGML_QUANT_SIZES[kind]
        count = {1: 40, 32: 6, 256: 3}[size]
        if name in HALVES:
            raw = generator.integers(0, 256, (count, length), dtype=np.uint8)
            for at in HALVES[name]:
                scales = (generator.standard_normal(count) * 10.0 ** generator.uniform(-6, 2, count)).astype(np.float16)
                raw[:, at : at + 2] = scales.reshape(-1, 1).view(np.uint8)
        else:
            values = generator.standard_normal(count * size).astype(np.float32) * 3
            values[:4] = [0, 1, -1, 65504]
            raw = gguf.quants.quantize(values, kind).view(np.uint8).reshape(count, length)
        numbers = gguf.quants.dequantize(raw.reshape(1, -1) if size > 1 else raw.reshape(-1).view(
            {"F32": np.float32, "F16": np.float16, "BF16": np.uint8}[name]), kind).reshape(-1).astype("<f4")
        assert numbers.size == count * size
        result[name] = {"blocks": count, "bytes": text64(raw.tobytes()), "numbers": text64(numbers.tobytes())}
    return result


def sentencepiece_models():
    import sentencepiece as sp

    lines = [line.strip() for page in ["ARCHITECTURE.md", "docs/imagine.md", "docs/viewer.md"]
             for line in (ROOT / page).read_text().splitlines() if line.strip()]
    result = []
    for prefix in (True, False):
        model = io.BytesIO()
        sp.SentencePieceTrainer.train(
            sentence_iterator=iter(lines), model_writer=model, vocab_size=700, model_type="bpe", byte_fallback=True,
            add_dummy_prefix=prefix, normalization_rule_name="identity", remove_extra_whitespaces=False,
            allow_whitespace_only_pieces=True, split_digits=True, character_coverage=0.9995, num_threads=1,
            user_defined_symbols=[] if prefix else ["<sep>", "<|tool|>"], minloglevel=2)
        processor = sp.SentencePieceProcessor(model_proto=model.getvalue())
        count = processor.vocab_size()
        kinds = [2 if processor.is_unknown(i) else 3 if processor.is_control(i) else 6 if processor.is_byte(i) else
                 5 if processor.is_unused(i) else 4 if not prefix and 3 <= i < 5 else 1 for i in range(count)]
        texts = TEXTS + ["Suffice turns prompts into pictures with depth, and says what that saved."]
        texts += [] if prefix else ["one<sep>two <|tool|> three", "<sep>"]
        cases = [dict(text=text, ids=processor.encode(text), decoded=processor.decode(processor.encode(text)))
                 for text in texts]
        result.append(dict(add_space_prefix=prefix, tokens=[processor.id_to_piece(i) for i in range(count)],
                           scores=[processor.get_score(i) for i in range(count)], types=kinds, cases=cases))
    return result


def byte_letters():
    prints = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in prints]
    return {**{b: chr(b) for b in prints}, **{b: chr(256 + n) for n, b in enumerate(others)}}


def word_vocabulary():
    letters = byte_letters()
    tokens = ["<|start|>", "<|end|>", *(letters[b] for b in range(256))]
    pairs = sorted({(a, b) for text in TEXTS for a, b in zip(text.encode(), text.encode()[1:])})
    random.Random(3).shuffle(pairs)
    tokens += [letters[a] + letters[b] for a, b in pairs]
    return tokens, [letters[a] + " " + letters[b] for a, b in pairs]


def tiny_model(path, fill):
    """A llama with one layer of noise, so that llama.cpp loads the vocabulary."""
    writer = gguf.GGUFWriter(str(path), "llama")
    tokens = fill(writer)
    for add, value in ((writer.add_block_count, 1), (writer.add_context_length, 512), (writer.add_embedding_length, 32),
                       (writer.add_feed_forward_length, 32), (writer.add_head_count, 2), (writer.add_head_count_kv, 2),
                       (writer.add_layer_norm_rms_eps, 1e-5), (writer.add_rope_dimension_count, 16)):
        add(value)
    noise = np.random.default_rng(1)
    shapes = {"token_embd": (tokens, 32), "output_norm": (32,), "blk.0.attn_norm": (32,), "blk.0.ffn_norm": (32,),
              **{f"blk.0.attn_{x}": (32, 32) for x in ["q", "k", "v", "output"]},
              **{f"blk.0.ffn_{x}": (32, 32) for x in ["gate", "up", "down"]}}
    for name, shape in shapes.items():
        writer.add_tensor(name + ".weight", noise.standard_normal(shape).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def llamacpp(path, texts, special):
    """What llama.cpp's server says of the texts."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx = 128
    params.warmup = False
    params.verbosity = 0
    params.port = 0
    server = xllamacpp.Server(params)
    address = server.listening_address
    result = []
    for text in texts:
        body = json.dumps(dict(content=text, add_special=special, parse_special=True)).encode()
        request = urllib.request.Request(address + "/tokenize", body, {"Content-Type": "application/json"})
        result.append(json.load(urllib.request.urlopen(request))["tokens"])
    return result


def words(names):
    tokens, merges = word_vocabulary()

    def fill(name):
        def vocabulary(writer):
            writer.add_tokenizer_model("gpt2")
            writer.add_tokenizer_pre(name)
            writer.add_token_list(tokens)
            writer.add_token_types([3, 3] + [1] * (len(tokens) - 2))
            writer.add_token_merges(merges)
            writer.add_bos_token_id(0)
            writer.add_eos_token_id(1)
            return len(tokens)

        return vocabulary

    result = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            path = pathlib.Path(folder) / f"{name}.gguf"
            tiny_model(path, fill(name))
            result[name] = llamacpp(path, TEXTS, False)
    return dict(tokens=tokens, merges=merges, texts=TEXTS, ids=result)


NAMES = ["default", "gpt-2", "smollm", "llama-bpe", "glm4", "qwen2", "deepseek-llm", "deepseek-coder", "deepseek-v3", "tekken",
         "gpt-4o"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--only")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name, record in (("blocks", blocks), ("sentencepiece", sentencepiece_models), ("words", lambda: words(NAMES))):
        if arguments.only in (None, name):
            file = arguments.folder / f"{name}.json"
            file.write_text(json.dumps(record(), ensure_ascii=True, separators=(",", ":")) + "\n")
            print(file, file.stat().st_size)


if __name__ == "__main__":
    main()
