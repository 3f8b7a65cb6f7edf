"""ONNX Runtime on a model that torch.onnx has exported, as a peer of ./suffice bench peers: classify."""

import os
import time

from peer_protocol import serve


def load(message):
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = message["threads"]
    tokenizer = Tokenizer.from_file(os.path.join(message["model"], "tokenizer.json"))
    tokenizer.enable_truncation(512)
    return tokenizer, onnxruntime.InferenceSession(os.path.join(message["model"], "model.onnx"), options, providers=["CPUExecutionProvider"])


def run(opened, message):
    import numpy

    tokenizer, session = opened
    labels = []
    began = time.perf_counter()
    for one in message["texts"]:
        encoding = tokenizer.encode(one)
        inputs = {"input_ids": encoding.ids, "attention_mask": encoding.attention_mask, "token_type_ids": encoding.type_ids}
        logits = session.run(None, {name: numpy.array([values], dtype=numpy.int64) for name, values in inputs.items()})[0]
        labels.append(int(logits[0].argmax()))
    return {"seconds": time.perf_counter() - began, "labels": labels}


if __name__ == "__main__":
    serve(("onnxruntime", "tokenizers", "numpy"), load, run)
