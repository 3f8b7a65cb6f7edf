"""transformers on PyTorch, as a peer of ./suffice bench peers: text (mode plain or lookup), classify."""

import time

from peer_protocol import serve


def load(message):
    import torch
    import transformers

    torch.set_num_threads(message["threads"])
    if message["capability"] == "classify":
        tokenizer = transformers.AutoTokenizer.from_pretrained(message["model"])
        model = transformers.AutoModelForSequenceClassification.from_pretrained(message["model"], dtype=torch.float32).eval()
        return lambda task: classify(tokenizer, model, task)
    model = transformers.AutoModelForCausalLM.from_pretrained(message["model"], dtype=torch.float32).eval()
    return lambda task: text(model, message["mode"], task)


def run(model, message):
    return model(message)


def text(model, mode, message):
    import torch
    from transformers.generation.streamers import BaseStreamer

    class Watch(BaseStreamer):
        """Hears of the prompt, and then of tokens."""

        def __init__(self):
            self.calls, self.first, self.tokens = 0, None, 0

        def put(self, value):
            self.calls += 1
            if self.calls == 2:
                self.first, self.tokens = time.perf_counter(), value.numel()

        def end(self):
            pass

    ids = torch.tensor([message["ids"]])
    watch = Watch()
    more = {"prompt_lookup_num_tokens": 5, "max_matching_ngram_size": 3} if mode == "lookup" else {}
    began = time.perf_counter()
    with torch.inference_mode():
        result = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=message["max_tokens"], do_sample=False, eos_token_id=message["ends"],
                                pad_token_id=message["ends"][0], streamer=watch, **more)
    ended = time.perf_counter()
    tokens = result[0, ids.shape[1]:].tolist()
    return {"first_seconds": watch.first - began, "seconds": ended - watch.first, "timed": len(tokens) - watch.tokens, "tokens": tokens}


def classify(tokenizer, model, message):
    import torch

    labels = []
    began = time.perf_counter()
    with torch.inference_mode():
        for one in message["texts"]:
            labels.append(int(model(**tokenizer(one, truncation=True, return_tensors="pt")).logits.argmax()))
    return {"seconds": time.perf_counter() - began, "labels": labels}


if __name__ == "__main__":
    serve(("torch", "transformers"), load, run)
