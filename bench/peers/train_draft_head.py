#!/usr/bin/env python3
"""Trains a small draft head for a llama-like model in a GGUF file, so that the model can draft its own next tokens.

    pip install numpy torch gguf tokenizers safetensors
    python bench/peers/train_draft_head.py train MODEL.gguf OUT [--prompts prompts.jsonl] [--seconds-generate 90] [--seconds-train 420]
    python bench/peers/train_draft_head.py check MODEL.gguf GOLDENS.json
    python bench/peers/train_draft_head.py sample MODEL.gguf
    python bench/peers/train_draft_head.py fixture MODEL.gguf OUT

train    writes conversations with the model itself, trains the head on them and measures how many drafts are accepted
check    compares this script's reading of the model with recorded greedy tokens of llama.cpp
sample   prints a few of the conversations that the model writes with itself
fixture  joins the parts in OUT to draft_head.safetensors and records what the head drafts for a fixed sequence

A user's turn is sampled after the chat template's opening of such a turn, under system prompts that steer to a topic; the
assistant's answer is decoded greedily. With --prompts a part of the conversations begins with a prompt from a file
(make_prompts.py), most of which are about texts that the model has not written. The head (see Head) reads hidden
states of three layers of the model and the embedding of the next token, and guesses the token after that. It is trained on
its own guesses, too: in step 2 and later it reads its own output in place of the model's hidden states. The loss compares
with the model's probabilities over the head's vocabulary, which is the most frequent tokens of the assistant's answers.

On a GPU the model runs in half precision with a residual stream in single precision, and the head trains in bfloat16 with
weights in single precision. On a CPU everything is in single precision, which only suits small sizes:

    python bench/peers/train_draft_head.py train MODEL.gguf OUT --batch 4 --length 96 --rounds 1 --held-out 2 --steps 3
"""
import argparse
import csv
import json
import lzma
import math
import pathlib
import random
import threading
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel

BACKENDS = [SDPBackend.FLASH_ATTENTION, SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH]
TEMPLATE, USER, ASSISTANT = 0, 1, 2
START = time.time()

# ---------------------------------------------------------------------------------------------------------------- the prompts

DEFAULT_SYSTEM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"

TOPICS = """the history of bread|a small town's new library|electric buses|how bees find flowers|the water cycle|a football
final|a new phone|sleep and health|volcanoes|the Roman roads|a trip to Japan|learning the piano|coral reefs|remote work|a
bicycle repair shop|the price of coffee|the moon landing|a school play|growing tomatoes|the stock market|wolves in
Europe|online privacy|a lighthouse keeper|solar panels|the human heart|chess openings|traffic in big cities|a museum of
clocks|wild mushrooms|the invention of paper|a flood in the valley|running a marathon|renewable energy|the Silk Road|a bakery
on Main Street|machine learning|antibiotics|the Great Wall of China|time zones|a lost dog|recycling plastic|the opera|snow in
April|a hospital's new wing|the speed of light|a cooking contest|public parks|the French Revolution|earthquakes|a family
reunion|space telescopes|video games|the English language|a job interview|vitamins|the Amazon rainforest|an old bridge|credit
cards|penguins|a poetry reading|the printing press|data centers|a hiking trail|the immune system|a summer camp|housing
costs|jazz music|the Nile|artificial intelligence in schools|a car accident|the olive harvest|whales|a new vaccine|ancient
Egypt|city gardens|a power outage|the violin|black holes|a chocolate factory|immigration|the Olympic Games|a fishing
village|dreams|robots in factories|a wedding|the deep sea|inflation|a local election|butterflies|the steam engine|a train
strike|meditation|the Renaissance|airplanes|a science fair|cheese making|dinosaurs|a charity run|wind farms|the desert""".replace(
    "\n", " ").split("|")

# the name of the kind, its system prompts (none: the default), openings of a user's turn ("{}" stands for a topic)
KINDS = [
    ("general", [None] * 6 + ["You are a helpful assistant.", "You are a friendly assistant who answers questions clearly."], [
        "", "", "", "", "", "What is", "How do", "Can you", "Why", "I", "Explain", "Tell me about {}", "What are the main facts about {}?",
        "Give me five tips about {}", "I'm thinking about {}", "What is the difference between"]),
    ("summary", [None, None, "You summarize articles that the user pastes.",
                 "You are an assistant who writes short and faithful summaries of news articles and documents."], [
        "Summarize the following article:\n\n", "Please summarize this text in three sentences:\n\n",
        "Write a short summary of this article about {}:\n\n", "Summarize this news report on {}.\n\n",
        "Here is an article about {}. What are its key points?\n\n", "TL;DR of the following:\n\n",
        "Summarize the passage below in one paragraph.\n\nPassage: ", "Shorten this text about {} to two sentences:\n\n",
        "Make a list of the main points of this meeting about {}:\n\n", "Concisely summarize the text you're given. ", ""]),
    ("translation", [None, "You are a translator.", "You translate between English and other languages."], [
        "Translate the following sentence to French: ", "Translate into Spanish: \"", "Translate this German text into English: ",
        "How do you say \"", "Translate this paragraph about {} into Italian:\n\n", "What does this French sentence mean in English? ",
        "Translate to English: ", "Please translate the following from English to German:\n\n", ""]),
    ("maths", [None, "You solve maths word problems step by step.", "You are a maths tutor."], [
        "", "If", "A train", "Solve this problem step by step: ", "A shop sells", "How many", "What is the value of",
        "There are", "Sarah has", "A problem about {}: ", "Calculate", "The sum of", "Find the area of", "Solve for x: "]),
    ("passages", [None, "You answer questions from the given passage only.",
                  "You are given passages and a question. Answer the question with the passages."], [
        "Passage: ", "Read the text about {} and answer the question.\n\nText: ", "Context: ",
        "Answer the question using the context below.\n\nContext: ", "Here is some text about {}:\n\n", "Document 1: ",
        "Given the following paragraph on {}, answer the question at the end.\n\n", ""]),
    ("writing", [None, None, "You are a creative writer.", "You rewrite and improve texts."], [
        "Write a short story about {}.", "Write a poem about {}.", "Write an email", "Write a blog post about {}", "Write a",
        "Rewrite this text to be more friendly:\n\n", "Draft a letter", "Write a dialogue between two people about {}.",
        "Compose", "Improve the grammar of this paragraph: ", "Describe {} in the style of", "Make this text shorter: ", ""]),
    ("code", [None, "You are a coding assistant.", "You are an expert programmer in Python, Java and JavaScript."], [
        "Write a Python function", "Write a function", "Write a program", "How do I", "Write a SQL query", "Explain this code:\n\n",
        "Fix the bug in this code:\n\n```python\n", "Write a Java class", "Write a JavaScript function", "Implement", ""]),
    ("role", ["You are a pirate who answers every question.", "You are a wise old teacher.", "You are a travel guide.",
              "You are a doctor who explains things simply.", "You are a chef.", "You are a detective in a story.",
              "You are a customer service agent of a shop.", None], [
        "", "", "Pretend that you are a", "Imagine that you are", "Act as a", "You are a", "Tell me about {}.", "Let's talk about {}."]),
    ("reasoning", [None, None, "You are a careful assistant who thinks before answering."], [
        "Is it true that", "Which of these", "Extract the names from this text:\n\n", "Classify the sentiment of this review: ",
        "List the", "Compare", "What would happen if", "Who", "When did", "Where is", "Give an example of", "Create a JSON object",
        "Make a table of", "What are the advantages and disadvantages of {}?", ""]),
]


GIVEN = ["question", "passages", "maths", "summary"]
NAMES = [kind[0] for kind in KINDS] + ["given " + name for name in GIVEN]


class Text:
    """The tokenizer in the GGUF file, and beginnings of conversations in its tokens."""

    def __init__(self, fields, given=(), share=0.0):
        self.given, self.share = given, share  # prompts [kind, text], and how many of the conversations begin with one
        self.short = [prompt for _, prompt in given if len(prompt) < 1200]
        from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
        words = fields["tokenizer.ggml.tokens"].contents()
        merges = [tuple(m.split(" ")) for m in fields["tokenizer.ggml.merges"].contents()]
        kinds = fields["tokenizer.ggml.token_type"].contents()
        assert fields["tokenizer.ggml.model"].contents() == "gpt2" and fields["tokenizer.ggml.pre"].contents() == "smollm"
        self.tokenizer = Tokenizer(models.BPE(vocab={w: i for i, w in enumerate(words)}, merges=merges))
        self.tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])
        self.tokenizer.decoder = decoders.ByteLevel()
        self.specials = [i for i, k in enumerate(kinds) if k == 3]
        self.tokenizer.add_special_tokens([AddedToken(words[i], special=True, normalized=False) for i in self.specials])
        self.end = words.index("<|im_end|>")
        self.to_assistant = self.ids("<|im_end|>\n<|im_start|>assistant\n")
        self.to_user = self.ids("<|im_end|>\n<|im_start|>user\n")

    def ids(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def text(self, ids):
        return self.tokenizer.decode([int(i) for i in ids], skip_special_tokens=False)

    def beginning(self, dice, room):
        """The tokens up to the user's turn and a little of it or all, the longest length of such a turn, the kind of the prompt,
        and the tokens of the user's later turns, each with its end; none where the model writes them. At most `room` tokens."""
        while self.given and dice.random() < self.share:
            name, prompt = dice.choice(self.given)
            ids = self.ids(f"<|im_start|>system\n{DEFAULT_SYSTEM}<|im_end|>\n<|im_start|>user\n{prompt}<|im_end|>\n<|im_start|>assistant\n")
            if len(ids) <= room:
                later = [t for _ in range(8) for t in [*self.ids(dice.choice(self.short)), self.end]]
                return ids, room, len(KINDS) + GIVEN.index(name), later
        kind = dice.choices(range(len(KINDS)), [3, 2, 1, 2, 2, 2, 2, 1, 2])[0]
        name, systems, openings = KINDS[kind]
        system = dice.choice(systems) or DEFAULT_SYSTEM
        opening = dice.choice(openings).format(dice.choice(TOPICS))
        limit = dice.randint(96, 256) if name in ("summary", "passages") else dice.randint(32, 128)
        return self.ids(f"<|im_start|>system\n{system}<|im_end|>\n<|im_start|>user\n{opening}"), limit, kind, []


# ------------------------------------------------------------------------------------------------------------------ the model


def rms(x, weight, eps=1e-5):
    return F.rms_norm(x.float(), (x.shape[-1],), None if weight is None else weight.float(), eps)


def turns(positions, theta, size=64):
    """Cosines and sines [position, size] of rotary positions; element i turns with element i + size / 2."""
    angles = positions.float()[:, None] * theta ** (-torch.arange(0, size, 2, device=positions.device).float() / size)
    angles = torch.cat((angles, angles), -1)
    return angles.cos(), angles.sin()


def rotate(x, cos, sin):
    half = x.shape[-1] // 2
    return x * cos + torch.cat((-x[..., half:], x[..., :half]), -1) * sin


class Target:
    """The model whose tokens are drafted."""

    def __init__(self, reader, device):
        import gguf
        get = lambda key: reader.fields["llama." + key].contents()
        self.layers, self.width, self.heads = get("block_count"), get("embedding_length"), get("attention.head_count")
        self.kv, self.theta, self.eps = get("attention.head_count_kv"), get("rope.freq_base"), get("attention.layer_norm_rms_epsilon")
        self.size, self.device = self.width // self.heads, device
        self.type = torch.float16 if device.type == "cuda" else torch.float32
        tensors = {t.name: torch.from_numpy(np.array(gguf.quants.dequantize(t.data, t.tensor_type))).reshape(tuple(int(n) for n in t.shape[::-1]))
                   for t in reader.tensors}

        def unpaired(w, heads):  # llama.cpp keeps elements that turn together side by side
            return w.reshape(heads, self.size // 2, 2, w.shape[1]).transpose(1, 2).reshape(w.shape)

        def half(*parts):
            return torch.cat(parts).to(device, self.type)

        self.embedding = tensors["token_embd.weight"].to(device)
        self.last_norm = tensors["output_norm.weight"].to(device)
        assert "output.weight" not in tensors
        self.blocks = []
        for i in range(self.layers):
            w = {k.split(".", 2)[2].removesuffix(".weight"): v for k, v in tensors.items() if k.startswith(f"blk.{i}.")}
            self.blocks.append(dict(
                attn_norm=w["attn_norm"].to(device), ffn_norm=w["ffn_norm"].to(device),
                qkv=half(unpaired(w["attn_q"], self.heads), unpaired(w["attn_k"], self.kv), w["attn_v"]), out=half(w["attn_output"]),
                up=half(w["ffn_gate"], w["ffn_up"]), down=half(w["ffn_down"])))

    def block(self, i, x, cos, sin, attend):
        w, shape = self.blocks[i], x.shape[:-1]
        q, k, v = (rms(x, w["attn_norm"], self.eps).to(self.type) @ w["qkv"].T).split(
            [self.width, self.kv * self.size, self.kv * self.size], -1)
        split = lambda t: t.view(*shape, -1, self.size).transpose(-2, -3)
        q, k = (rotate(split(t), cos, sin) for t in (q, k))
        x = x + attend(q, k, split(v)).transpose(-2, -3).reshape(*shape, self.width) @ w["out"].T
        gate, up = (rms(x, w["ffn_norm"], self.eps).to(self.type) @ w["up"].T).chunk(2, -1)
        return x + (F.silu(gate) * up) @ w["down"].T

    @torch.no_grad()
    def read(self, ids, layers):
        """The outputs of the given layers [batch, time, layers, width], each divided by its root mean square, and the last
        norm's output, of whole sequences."""
        cos, sin = (t.to(self.type) for t in turns(torch.arange(ids.shape[1], device=self.device), self.theta, self.size))
        x, kept = self.embedding[ids], []
        group = self.heads // self.kv
        attend = lambda q, k, v: F.scaled_dot_product_attention(
            q, k.repeat_interleave(group, 1), v.repeat_interleave(group, 1), is_causal=True)
        with sdpa_kernel(BACKENDS):
            for i in range(self.layers):
                x = self.block(i, x, cos, sin, attend)
                if i in layers:
                    kept.append(rms(x, None, self.eps))
        return torch.stack(kept, 2), rms(x, self.last_norm, self.eps)

    def cache(self, batch, length):
        return torch.zeros(self.layers, 2, batch, self.kv, length, self.size, device=self.device, dtype=self.type)

    @torch.no_grad()
    def step(self, ids, at, cache):
        """Logits after the token at position `at` of every sequence."""
        cos, sin = (t.to(self.type) for t in turns(torch.tensor([at], device=self.device), self.theta, self.size))
        x, batch = self.embedding[ids][:, None], len(ids)
        for i in range(self.layers):
            def attend(q, k, v):
                cache[i, 0, :, :, at], cache[i, 1, :, :, at] = k[:, :, 0], v[:, :, 0]
                grouped = q.reshape(batch, self.kv, self.heads // self.kv, self.size)  # the heads of a group as if queries
                return F.scaled_dot_product_attention(grouped, cache[i, 0, :, :, : at + 1], cache[i, 1, :, :, : at + 1]).reshape(
                    batch, self.heads, 1, self.size)
            x = self.block(i, x, cos, sin, attend)
        return rms(x[:, 0], self.last_norm, self.eps) @ self.embedding.T


def load(path, device, given=(), share=0.0):
    import gguf
    reader = gguf.GGUFReader(path)
    return Target(reader, device), Text(reader.fields, given, share)


# ---------------------------------------------------------------------------------------------------------- the conversations


@torch.no_grad()
def converse(target, text, batch, length, seed, answer_limit=192, top_k=64, top_p=0.95):
    """Conversations of the model with itself: tokens and roles [batch, length], and the kind of each prompt.

    Every sequence begins at position 0 with the tokens of its own beginning. After an answer the user's next turn is sampled."""
    device, dice = target.device, random.Random(seed)
    noise = torch.Generator(device=device).manual_seed(seed)
    begun = [text.beginning(dice, length - answer_limit // 2) for _ in range(batch)]
    tensor = lambda values: torch.tensor(values, device=device)
    lengths, limits, kinds = tensor([len(b[0]) for b in begun]), tensor([b[1] for b in begun]), [b[2] for b in begun]
    ids = torch.zeros(batch, length + 1, dtype=torch.long, device=device)
    longest = min(length, int(lengths.max()))
    for row, (start, _, _, _) in enumerate(begun):
        ids[row, : min(len(start), length)] = tensor(start[:length])
    roles = torch.zeros(batch, length + 1, dtype=torch.uint8, device=device)
    # 0: in the beginning, 1: a user's turn, 2: on the way to the assistant, 3: an answer, 4: on the way to the user
    state, count, after = torch.zeros_like(lengths), torch.zeros_like(lengths), tensor([3 if b[3] else 1 for b in begun])
    later, said = torch.zeros(batch, max(1, *(len(b[3]) for b in begun)), dtype=torch.long, device=device), torch.zeros_like(lengths)
    for row, (_, _, _, turns_) in enumerate(begun):
        later[row, : len(turns_)] = tensor(turns_)
    told = after == 3
    to_assistant, to_user = tensor(text.to_assistant), tensor(text.to_user)
    special = torch.zeros(len(target.embedding), dtype=torch.bool, device=device)
    special[text.specials] = True
    cache = target.cache(batch, length)
    with sdpa_kernel(BACKENDS):
        for at in range(length):
            state = torch.where((state == 0) & (at + 1 >= lengths), after, state)
            logits = target.step(ids[:, at], at, cache)
            best, order = logits.topk(top_k, -1)
            share = torch.softmax(best, -1)
            allowed = share.cumsum(-1) - share < top_p
            gumbel = -torch.empty_like(best).exponential_(generator=noise).log()
            drawn = order.gather(1, torch.where(allowed, best + gumbel, -torch.inf).argmax(-1, keepdim=True))[:, 0]
            drawn = torch.where(told, later.gather(1, said.clamp(max=later.shape[1] - 1)[:, None])[:, 0], drawn)
            said = said + (state == 1)
            greedy = order[:, 0]
            # the user's turn ends with any special token or at its limit, the answer likewise
            user, answer = state == 1, state == 3
            user_ends = user & (special[drawn] | (count >= limits))
            answer_ends = answer & (special[greedy] | (count >= answer_limit))
            on_way = torch.where(state == 2, to_assistant[count.clamp(max=len(to_assistant) - 1)],
                                 to_user[count.clamp(max=len(to_user) - 1)])
            token = torch.where(user, drawn, torch.where(answer, greedy, on_way))
            token = torch.where(user_ends | answer_ends, text.end, token)
            role = torch.where(user & ~user_ends, USER, TEMPLATE)
            role = torch.where(answer & (token == greedy), ASSISTANT, role)
            if at + 1 < longest:
                inside = at + 1 < lengths
                token, role = torch.where(inside, ids[:, at + 1], token), torch.where(inside, TEMPLATE, role)
            ids[:, at + 1], roles[:, at + 1] = token, role.to(torch.uint8)
            count = torch.where(state == 0, 0, count + 1)
            done = ((state == 2) & (count >= len(to_assistant))) | ((state == 4) & (count >= len(to_user)))
            state, count = (torch.where(user_ends, 2, torch.where(answer_ends, 4, torch.where(done, state % 4 + 1, state))),
                            torch.where(user_ends | answer_ends, 1, torch.where(done, 0, count)))
    return ids[:, :length].to(torch.int32), roles[:, :length], torch.tensor(kinds, dtype=torch.uint8)


# ------------------------------------------------------------------------------------------------------------------- the head


class Head(torch.nn.Module):
    """One decoder layer that reads the model's hidden states. With N(x; w) = w * x / sqrt(mean(x * x) + eps):

    first step     g = F concat(N(a; w1), N(b; w2), N(c; w3))     the outputs of three layers at position t
    later steps    g = y of the step before
    every step     u = concat(N(g; v1), N(e; v2))                  e: the model's embedding of token t + 1
                   h = g + O attention(Q u, K u, V u)              rotary positions t, then t + 1, ...
                   y = h + D (silu(G n) * (U n))  with n = N(h; v3)
                   logits = L N(y; v4)                             of token t + 2 in the head's own vocabulary
    """

    def __init__(self, width, heads, kv, inner, words, features, theta, eps):
        super().__init__()
        self.width, self.heads, self.kv, self.size = width, heads, kv, width // heads
        self.theta, self.eps = theta, eps
        linear = lambda rows, columns: torch.nn.Parameter(torch.randn(rows, columns) * 0.02)
        ones = lambda *shape: torch.nn.Parameter(torch.ones(*shape))
        self.feature_norm, self.fuse = ones(features, width), linear(width, features * width)
        self.input_norm, self.embedding_norm = ones(width), ones(width)
        self.q, self.k, self.v = linear(width, 2 * width), linear(kv * self.size, 2 * width), linear(kv * self.size, 2 * width)
        self.o, self.mlp_norm = linear(width, width), ones(width)
        self.gate, self.up, self.down = linear(inner, width), linear(inner, width), linear(width, inner)
        self.output_norm, self.output = ones(width), linear(words, width)
        with torch.no_grad():
            self.o.mul_(0.5)
            self.down.mul_(0.5)

    def fused(self, features):
        normed = torch.cat([rms(f, w, self.eps) for f, w in zip(features.unbind(-2), self.feature_norm)], -1)
        return F.linear(normed, self.fuse)

    def split(self, x):
        return x.view(*x.shape[:-1], -1, self.size).transpose(-2, -3)

    def inputs(self, g, e, positions):
        """Queries, keys and values [batch, heads, time, size]."""
        u = torch.cat((rms(g, self.input_norm, self.eps), rms(e, self.embedding_norm, self.eps)), -1)
        cos, sin = turns(positions, self.theta, self.size)
        q, k, v = (self.split(F.linear(u, w)) for w in (self.q, self.k, self.v))
        return rotate(q, cos.to(q.dtype), sin.to(q.dtype)), rotate(k, cos.to(q.dtype), sin.to(q.dtype)), v

    def outputs(self, g, attended):
        h = g + F.linear(attended.transpose(-2, -3).flatten(-2), self.o)
        n = rms(h, self.mlp_norm, self.eps)
        return h + F.linear(F.silu(F.linear(n, self.gate)) * F.linear(n, self.up), self.down)

    def unroll(self, features, embeddings, steps):
        """For each step the normed output [batch, time, width] from which token t + 1 + step is guessed.

        features [batch, time, features, width] are of token t, embeddings [batch, time, width] of token t + 1. In step s
        position t stands for token t + s - 1; its query sees the keys of step 1 of all positions up to t and those of
        steps 2 to s of position t alone, as it is when drafts follow token t."""
        batch, time = features.shape[:2]
        group, at = self.heads // self.kv, torch.arange(time, device=features.device)
        hidden = (at[:, None] < at).repeat(group, 1)  # [group * time, time]
        g, first, later, result = self.fused(features), None, [], []
        for step in range(steps):
            e = F.pad(embeddings[:, step:], (0, 0, 0, step))
            q, k, v = self.inputs(g, e, at + step)
            q = q.reshape(batch, self.kv, group * time, self.size) * self.size ** -0.5
            if step == 0:
                first = k.transpose(-1, -2), v
            else:
                later.append((k, v))
            scores = (q @ first[0]).float().masked_fill_(hidden, -torch.inf)
            if later:
                own = [(q.view(batch, self.kv, group, time, self.size) * k[:, :, None]).sum(-1).reshape(batch, self.kv, -1, 1) for k, _ in later]
                scores = torch.cat([scores] + [o.float() for o in own], -1)
            shares = torch.softmax(scores, -1).to(v.dtype)
            attended = (shares[..., :time] @ first[1]).view(batch, self.kv, group, time, self.size)
            for i, (_, v) in enumerate(later):
                attended = attended + shares[..., time + i].view(batch, self.kv, group, time, 1) * v[:, :, None]
            g = self.outputs(g, attended.reshape(batch, self.heads, time, self.size))
            result.append(rms(g, self.output_norm, self.eps))
        return result

    @torch.no_grad()
    def chain(self, features, embedding, ids, at, steps, table):
        """The plain way to draft after token `at` of one sequence: a cache of keys and values, one token at a time.
        Yields logits and the output y. ids[at + 1] is known, further tokens are the drafts."""
        known = embedding[torch.as_tensor(ids[1 : at + 2], device=embedding.device)]
        q, keys, values = self.inputs(self.fused(features[: at + 1]), known, torch.arange(at + 1, device=known.device))
        g, q = self.fused(features[at : at + 1]), q[:, -1:]
        for step in range(steps):
            if step:
                q, k, v = self.inputs(g, embedding[draft][None], torch.tensor([at + step], device=known.device))
                keys, values = torch.cat((keys, k), 1), torch.cat((values, v), 1)
            group = self.heads // self.kv
            scores = q @ keys.repeat_interleave(group, 0).transpose(-1, -2) * self.size ** -0.5
            g = self.outputs(g, torch.softmax(scores, -1) @ values.repeat_interleave(group, 0))
            logits = F.linear(rms(g, self.output_norm, self.eps), self.output)[0]
            draft = table[logits.argmax()]
            yield logits, g[0]


class SoftLoss(torch.autograd.Function):
    """sum(weight * cross entropy(x @ w.T, wanted)), its gradient made on the way, a few rows at a time."""

    @staticmethod
    def forward(ctx, x, w, wanted, weight, rows=16384):
        kind = torch.bfloat16 if x.is_cuda else torch.float32
        x2, w2 = x.to(kind), w.to(kind)
        dx, dw = torch.empty_like(x2), torch.zeros_like(w)
        loss, best = torch.zeros((), device=x.device), torch.empty(len(x), dtype=torch.long, device=x.device)
        for i in range(0, len(x), rows):
            part = slice(i, i + rows)
            logits = x2[part] @ w2.T
            best[part] = logits.argmax(-1)
            logs = torch.log_softmax(logits.float(), -1)
            loss -= (torch.linalg.vecdot(wanted[part].float(), logs) * weight[part]).sum()
            gradient = (logs.exp_().sub_(wanted[part]).mul_(weight[part, None])).to(kind)
            dx[part] = gradient @ w2
            dw += gradient.T @ x2[part]
        ctx.save_for_backward(dx, dw)
        ctx.kind = x.dtype
        ctx.mark_non_differentiable(best)
        return loss, best

    @staticmethod
    def backward(ctx, scale, _):
        dx, dw = ctx.saved_tensors
        return (dx * scale).to(ctx.kind), dw * scale, None, None, None


def shifted(x, by):
    return torch.cat((x[:, by:], torch.zeros_like(x[:, :by])), 1)


class Data:
    """Sequences with what the head reads of them."""

    def __init__(self, target, ids, roles, layers, rows=32):
        shape, kind = ids.shape, target.type
        self.ids, self.roles = ids, roles
        self.features = torch.empty(*shape, len(layers), target.width, dtype=kind, device=target.device)
        self.last = torch.empty(*shape, target.width, dtype=kind, device=target.device)
        for i in range(0, len(ids), rows):
            self.features[i : i + rows], self.last[i : i + rows] = target.read(ids[i : i + rows].long(), layers)


def wanted(last, ids, roles, output, to_draft, hard):
    """What the head should say where the model has read token t, [batch, time, words], and how much that counts."""
    batch, time, width = last.shape
    kind = torch.bfloat16 if last.is_cuda else torch.float32
    shares = torch.softmax((last.view(-1, width).to(kind) @ output.to(kind).T).float(), -1).view(batch, time, -1)
    follows, role = shifted(ids, 1), shifted(roles, 1)
    word, sure = to_draft[follows.long()], role == ASSISTANT
    part = torch.where(sure & (word >= 0), hard, 0.0)
    shares.mul_(1 - part[..., None]).scatter_add_(-1, word.clamp(min=0)[..., None], part[..., None])
    return shares.to(kind), torch.where(sure, (word >= 0).float(), 0.1)


def train(head, target, data, to_draft, table, held, options, report):
    device = target.device
    generator, own = torch.Generator().manual_seed(1), target.embedding[table]
    decayed = [p for p in head.parameters() if p.dim() == 2 and min(p.shape) > 8]
    rest = [p for p in head.parameters() if not any(p is d for d in decayed)]
    optimizer = torch.optim.AdamW([dict(params=decayed, weight_decay=0.05), dict(params=rest, weight_decay=0.0)],
                                  lr=options.rate, betas=(0.9, 0.95), fused=device.type == "cuda")
    embedding = target.embedding.to(target.type)
    batch, order, step, began, told, saved = options.train_batch, [], 0, time.time(), time.time(), time.time()
    count = max(1, len(data.ids) // batch)
    sums = torch.zeros(2 * options.unroll + 2, device=device)
    while True:
        gone = (time.time() - began) / options.seconds_train if options.steps is None else step / options.steps
        if gone >= 1:
            break
        rate = options.rate * min(1, (step + 1) / options.warm_up) * (0.5 + 0.5 * math.cos(math.pi * gone))
        for group in optimizer.param_groups:
            group["lr"] = rate
        if not order:
            order = list(torch.randperm(len(data.ids), generator=generator)[: count * batch].view(count, -1) if len(data.ids) >= batch
                         else torch.arange(len(data.ids))[None])
        rows = order.pop().to(device)
        ids, roles = data.ids[rows], data.roles[rows]
        want, weight = wanted(data.last[rows], ids, roles, own, to_draft, options.hard)
        with torch.autocast("cuda", torch.bfloat16, enabled=device.type == "cuda"):
            outputs = head.unroll(data.features[rows], embedding[shifted(ids, 1).long()], options.unroll)
        loss, total, marks = 0, 0, []
        for s, x in enumerate(outputs, 1):
            n = ids.shape[1] - s
            w = weight[:, s:].reshape(-1)
            part, best = SoftLoss.apply(x[:, :n].reshape(-1, x.shape[-1]), head.output, want[:, s:].reshape(-1, want.shape[-1]), w)
            part = part / w.sum().clamp(min=1)
            loss, total = loss + part * options.decay ** (s - 1), total + options.decay ** (s - 1)
            follows, sure = shifted(ids, 1)[:, s:].reshape(-1), shifted(roles, 1)[:, s:].reshape(-1) == ASSISTANT
            marks += [part.detach(), ((table[best] == follows) & sure).sum() / sure.sum().clamp(min=1)]
        optimizer.zero_grad(set_to_none=True)
        (loss / total).backward()
        norm = torch.nn.utils.clip_grad_norm_(head.parameters(), 1.0)
        optimizer.step()
        sums += torch.stack([*marks, norm.detach(), torch.ones((), device=device)])
        step += 1
        if step % 50 == 0 or step == options.steps:
            values = sums.tolist()
            sums.zero_()
            means = [v / values[-1] for v in values[:-1]]
            report(dict(step=step, seconds=round(time.time() - began, 1), epoch=round(step / count, 2), rate=round(rate, 7),
                        **{f"loss{i + 1}": round(means[2 * i], 4) for i in range(options.unroll)},
                        **{f"right{i + 1}": round(means[2 * i + 1], 4) for i in range(options.unroll)}, norm=round(means[-1], 3)),
                   show=time.time() - told > 15 or step < 200)
            told = time.time() if time.time() - told > 15 else told
            if not math.isfinite(values[0]):
                raise ArithmeticError("the loss is not finite")
        if step % 50 == 0 and time.time() - saved > options.save_every:
            measured = measure(head, target, held, table, options.train_batch)
            report(dict(step=step, seconds=round(time.time() - began, 1),
                        held=" ".join(f"{v:.4f}" for v in measured["alone"]), chain4=round(measured["simulated"]["4"]["tokens_per_pass"], 4)), show=True)
            save(head, table, options)
            saved = time.time()
    return step, time.time() - began


# ------------------------------------------------------------------------------------------------------------ the measurement


@torch.no_grad()
def measure(head, target, data, table, batch, steps=5, kinds=None):
    """How many drafts equal the tokens of greedy answers. A token outside the head's vocabulary is a miss."""
    embedding, hits = target.embedding.to(target.type), []
    for i in range(0, len(data.ids), batch):
        ids = data.ids[i : i + batch].long()
        with torch.autocast("cuda", torch.bfloat16, enabled=target.device.type == "cuda"):
            outputs = head.unroll(data.features[i : i + batch], embedding[shifted(ids, 1)], steps)
            drafts = torch.stack([table[F.linear(x, head.output).argmax(-1)] for x in outputs], -1)
        hits.append(drafts == torch.stack([shifted(ids, 1 + s) for s in range(1, steps + 1)], -1))
    hits, roles = torch.cat(hits).cpu().numpy(), data.roles.cpu().numpy()
    return tally(hits, roles, steps, kinds)


def tally(hits, roles, steps, kinds):
    """hits [sequence, time, steps]: after token t, token t + 1 known, was token t + 1 + step guessed."""
    rows, time_ = roles.shape
    alone, given, right, tried, reached = (np.zeros(steps) for _ in range(5))
    chains = {n: [0, 0] for n in (3, 4, 5) if n <= steps}
    simulated = {n: [0, 0, 0] for n in range(1, steps + 1)}  # tokens, passes, accepted
    by_kind = {}
    for row in range(rows):
        answer, at = roles[row] == ASSISTANT, 0
        while at < time_:
            if not answer[at]:
                at += 1
                continue
            end = at
            while end < time_ and answer[end]:
                end += 1
            # tokens at .. end - 1 are an answer; the first comes of reading the prompt
            for t in range(at - 1, end - 2):
                room = min(steps, end - 2 - t)
                row_hits = hits[row, t, :room]
                run = room if row_hits.all() else int(np.argmin(row_hits))
                tried[:room] += 1
                alone[:room] += row_hits
                reached[: min(room, run + 1)] += 1
                right[:run] += 1
                if room == steps:
                    for n, sums in chains.items():
                        sums[0] += min(run, n)
                        sums[1] += 1
            for n, sums in simulated.items():
                t = at - 1
                before = list(sums)
                while t < end - 2:
                    room = min(n, end - 2 - t)
                    row_hits = hits[row, t, :room]
                    run = room if row_hits.all() else int(np.argmin(row_hits))
                    sums[0] += min(run + 1, end - 2 - t)
                    sums[1] += 1
                    sums[2] += run
                    t += run + 1
                if kinds is not None and n == 4:
                    entry = by_kind.setdefault(NAMES[int(kinds[row])], [0, 0])
                    entry[0] += sums[0] - before[0]
                    entry[1] += sums[1] - before[1]
            at = end
    ratio = lambda a, b: float(a) / max(1.0, float(b))
    result = dict(
        positions=int(tried[0]),
        alone=[ratio(a, b) for a, b in zip(alone, tried)],                # is draft k right, whatever the drafts before it
        after_accepted=[ratio(a, b) for a, b in zip(right, reached)],     # is draft k right, those before it right
        all_up_to=[ratio(a, b) for a, b in zip(right, tried)],            # are drafts 1 to k right
        mean_accepted_everywhere={str(n): ratio(*sums) for n, sums in chains.items()},
        simulated={str(n): dict(tokens_per_pass=ratio(a, b), accepted_per_chain=ratio(c, b)) for n, (a, b, c) in simulated.items()})
    if by_kind:
        result["tokens_per_pass_of_chain_4_by_kind"] = {k: ratio(*v) for k, v in sorted(by_kind.items())}
    return result


# ------------------------------------------------------------------------------------------------------------------ the files


def save(head, table, options):
    """Two files, so that each stays small: the output's rows and the rest."""
    from safetensors.torch import save_file
    state = {k: v.detach().to("cpu", torch.float16).contiguous() for k, v in head.state_dict().items()}
    out = pathlib.Path(options.out)
    save_file({"output": state.pop("output"), "draft_to_target": table.to("cpu", torch.int32)}, str(out / "draft_head_output.safetensors"))
    save_file(state, str(out / "draft_head_layer.safetensors"))


def read_parts(out):
    from safetensors.torch import load_file
    return {**load_file(out / "draft_head_layer.safetensors"), **load_file(out / "draft_head_output.safetensors")}


def run_train(options):
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    out = pathlib.Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    rows = []

    def report(row, show=True):
        rows.append(row)
        if show:
            print(f"[{time.time() - START:6.1f}]", json.dumps(row), flush=True)

    def write_log():
        names = list(dict.fromkeys(k for row in rows for k in row))
        with open(out / "log.csv", "w", newline="") as file:
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows(rows)

    torch.manual_seed(0)
    torch.backends.cuda.matmul.allow_tf32 = True
    given = [(line["kind"], line["prompt"]) for line in map(json.loads, open(options.prompts))] if options.prompts else []
    target, text = load(options.model, device, given, options.share)
    report(dict(note="loaded", device=torch.cuda.get_device_name() if device.type == "cuda" else "cpu"))

    began, parts = time.time(), []
    while len(parts) < options.rounds and (not parts or (time.time() - began) * (1 + 1 / len(parts)) < options.seconds_generate):
        parts.append(converse(target, text, options.batch, options.length, seed=options.seed + len(parts)))
        if device.type == "cuda":
            torch.cuda.synchronize()
        report(dict(note="round", round=len(parts), tokens=len(parts) * options.batch * options.length,
                    answers=round(float((parts[-1][1] == ASSISTANT).float().mean()), 3), seconds=round(time.time() - began, 1)))
    ids, roles, kinds = (torch.cat([p[i] for p in parts]) for i in range(3))
    del parts
    if device.type == "cuda":
        torch.cuda.empty_cache()
    held, rest = slice(0, options.held_out), slice(options.held_out, None)

    # the head's vocabulary: the most frequent tokens of answers, then of users' turns
    tally_of = lambda role: torch.bincount(ids[rest][roles[rest] == role].long(), minlength=len(target.embedding))
    frequency, others = tally_of(ASSISTANT), tally_of(USER)
    table = torch.argsort(frequency.double() * 1e6 + others, descending=True, stable=True)[: options.words]
    earlier = read_parts(pathlib.Path(options.start)) if options.start else None
    if earlier:
        table = earlier.pop("draft_to_target").to(device, torch.long)
    to_draft = torch.full((len(target.embedding),), -1, dtype=torch.long, device=device)
    to_draft[table] = torch.arange(len(table), device=device)
    covered = lambda part: float((to_draft[ids[part][roles[part] == ASSISTANT].long()] >= 0).float().mean())
    coverage = dict(training=covered(rest), held_out=covered(held))
    sizes = {n: float(frequency[table[:n]].sum() / frequency.sum().clamp(min=1)) for n in (1024, 2048, 4096, 8192, 16384) if n <= len(table)}
    report(dict(note="vocabulary", **{k: round(v, 5) for k, v in coverage.items()}))
    np.savetxt(out / "frequency.csv", torch.stack((torch.arange(len(frequency), device=device), frequency, others), 1).cpu().numpy(),
               "%d", ",", header="token,in_answers,in_users_turns", comments="")

    def keep():
        """The conversations as they were made: tokens, roles, kinds; as many as fit a file of moderate size."""
        most = options.keep_tokens // options.length
        with lzma.open(out / "conversations.npz.xz", "wb", preset=2) as file:
            np.savez(file, tokens=ids[:most].cpu().numpy().astype(np.uint16), roles=roles[:most].cpu().numpy(), kinds=kinds[:most].numpy())

    keeper = threading.Thread(target=keep)
    keeper.start()

    began = time.time()
    most = options.most_tokens // options.length
    ids, roles, kinds = ids[: most + options.held_out], roles[: most + options.held_out], kinds[: most + options.held_out]
    data = Data(target, ids, roles, options.layers)
    part = lambda s: type("Part", (), dict(ids=data.ids[s], roles=data.roles[s], features=data.features[s], last=data.last[s]))
    if device.type == "cuda":
        torch.cuda.synchronize()
    agree = [(F.linear(data.last[i].float(), target.embedding).argmax(-1) == shifted(ids[i : i + 1].long(), 1)[0])[shifted(roles[i : i + 1], 1)[0] == ASSISTANT]
             for i in range(min(16, len(ids)))]
    report(dict(note="features", seconds=round(time.time() - began, 1), agree=round(float(torch.cat(agree).float().mean()), 4),
                gigabytes=round(torch.cuda.memory_allocated() / 1e9, 1) if device.type == "cuda" else 0))

    head = Head(target.width, target.heads, target.kv, options.inner, len(table), len(options.layers), target.theta, target.eps).to(device)
    with torch.no_grad():  # begin with the model's own output, and with the last of the layers read
        head.output.copy_(target.embedding[table])
        head.output_norm.copy_(target.last_norm)
        head.fuse[:, -target.width :] += torch.eye(target.width, device=device)
    if earlier:
        head.load_state_dict({name: value.float() for name, value in earlier.items()})
    steps, seconds = train(head, target, part(rest), to_draft, table, part(held), options, report)
    save(head, table, options)
    report(dict(note="trained", step=steps, seconds=round(seconds, 1),
                gigabytes=round(torch.cuda.max_memory_allocated() / 1e9, 1) if device.type == "cuda" else 0))
    write_log()
    measured = measure(head, target, part(held), table, options.train_batch, kinds=kinds[held])
    runs = [dict(tokens=int(ids[rest].numel()), generated_tokens=int(ids.numel()), length=options.length, steps=steps, seconds=round(seconds, 1),
                 sequences_per_step=options.train_batch, unrolled=options.unroll, loss_decay=options.decay, hard=options.hard, rate=options.rate,
                 given_prompts=options.share if given else 0.0)]
    if options.start:
        before = json.loads(pathlib.Path(options.start, "config.json").read_text())["trained"]
        runs = (before if isinstance(before, list) else [before]) + runs
    config = dict(
        kind="feature-level draft head", model=pathlib.Path(options.model).name, width=target.width, heads=target.heads, kv_heads=target.kv,
        head_size=target.size, inner=options.inner, words=len(table), vocabulary=len(target.embedding), layers_read=options.layers,
        rope_theta=target.theta, rope="element i turns with element i + size / 2", rms_eps=target.eps,
        trained=runs,
        coverage=dict(**coverage, by_size=sizes), held_out=dict(sequences=options.held_out, **measured))
    (out / "config.json").write_text(json.dumps(config, indent=1))
    print(json.dumps(config["held_out"], indent=1), flush=True)
    keeper.join()
    write_log()
    print(f"[{time.time() - START:6.1f}] done", flush=True)


def run_check(options):
    target, text = load(options.model, torch.device("cpu"))
    for run in json.loads(pathlib.Path(options.goldens).read_text())["runs"]:
        if options.count == 0:
            break
        options.count -= 1
        given, want = run["input_ids"], run["llamacpp"]["greedy"][: options.tokens]
        assert text.ids(run["prompt"]) == given, (text.ids(run["prompt"]), given)
        cache, made = target.cache(1, len(given) + len(want)), []
        for at in range(len(given) + len(want) - 1):
            logits = target.step(torch.tensor([given[at] if at < len(given) else made[-1]]), at, cache)
            if at >= len(given) - 1:
                made.append(int(logits.argmax()))
            if at == len(given) - 1:
                top = run["llamacpp"]["top10_after_prompt"]
                print("logits differ by", max(abs(float(logits[0, t]) - v) for t, v in top))
        same = next((i for i, (a, b) in enumerate(zip(made, want)) if a != b), len(want))
        print(repr(run["prompt"][:40]), "same greedy tokens:", same, "of", len(want), repr(text.text(made)[:80]))


def run_sample(options):
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    target, text = load(options.model, device)
    ids, roles, _ = converse(target, text, options.batch, options.length, seed=options.seed)
    for row in range(len(ids)):
        print("=" * 100)
        print(text.text(ids[row]))
        print("roles:", "".join("-ua"[r] for r in roles[row].tolist()))


def run_fixture(options):
    from safetensors.torch import save_file
    out, device = pathlib.Path(options.out), torch.device("cpu")
    state = read_parts(out)
    save_file(state, str(out / "draft_head.safetensors"))
    config = json.loads((out / "config.json").read_text())
    target, text = load(options.model, device)
    head = Head(config["width"], config["heads"], config["kv_heads"], config["inner"], config["words"], len(config["layers_read"]),
                config["rope_theta"], config["rms_eps"])
    table = state.pop("draft_to_target").long()
    head.load_state_dict({k: v.float() for k, v in state.items()})
    table = table[: options.words]
    head.output = torch.nn.Parameter(head.output[: options.words])
    ids = text.ids("<|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\n")
    cache, begun = target.cache(1, options.length), len(ids)
    for at in range(options.length - 1):
        logits = target.step(torch.tensor([ids[at]]), at, cache)
        if at == len(ids) - 1:
            ids.append(int(logits[0, : len(target.embedding)].argmax()))
    # features as they are, not divided by their root mean square: the head's norms see to that
    kept, x = [], target.embedding[torch.tensor([ids])]
    cos, sin = turns(torch.arange(len(ids)), target.theta, target.size)
    group = target.heads // target.kv
    for i in range(target.layers):
        x = target.block(i, x, cos, sin, lambda q, k, v: F.scaled_dot_product_attention(
            q, k.repeat_interleave(group, 1), v.repeat_interleave(group, 1), is_causal=True))
        if i in config["layers_read"]:
            kept.append(x[0].detach())
    features = torch.stack(kept, 1)
    rounded = lambda t, n=6: [float(f"{v:.{n}g}") for v in t.tolist()]
    positions = []
    for at in range(len(ids) - 1):
        steps = []
        for logits, y in head.chain(features, target.embedding, ids, at, 4, table):
            best = logits.topk(5)
            steps.append(dict(draft_id=int(best.indices[0]), token=int(table[best.indices[0]]), top5_draft_ids=best.indices.tolist(),
                              top5_logits=rounded(best.values), output_first8=rounded(y[:8])))
        positions.append(dict(at=at, known_next=ids[at + 1], steps=steps))
    # the unrolled form that training uses says the same as the plain one
    outputs = head.unroll(features[None], shifted(target.embedding[torch.tensor([ids])], 1), 1)
    drafts = F.linear(outputs[0][0], head.output).argmax(-1).tolist()
    assert drafts[:-1] == [p["steps"][0]["draft_id"] for p in positions]
    fixture = dict(
        model=pathlib.Path(options.model).name, ids=ids, prompt_tokens=begun, text=text.text(ids),
        note="single precision; weights of draft_head.safetensors (half precision) widened; drafts feed their own tokens to the next step",
        features_first8=[dict(layer=l, rows=[rounded(r[:8]) for r in f]) for l, f in zip(config["layers_read"], features.unbind(1))],
        features_rms=[dict(layer=l, rows=rounded(f.pow(2).mean(-1).sqrt())) for l, f in zip(config["layers_read"], features.unbind(1))],
        fused_first8=[rounded(r[:8]) for r in head.fused(features).detach()], positions=positions)
    (out / "fixture.json").write_text(json.dumps(fixture))
    right = [np.mean([p["steps"][k]["token"] == ids[p["at"] + 2 + k] for p in positions if p["at"] + 1 >= begun and p["at"] + 2 + k < len(ids)])
             for k in range(4)]
    print("fixture of", len(ids), "tokens, right:", right)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("train")
    command.set_defaults(run=run_train)
    command.add_argument("model")
    command.add_argument("out")
    command.add_argument("--prompts", help="prompts to begin conversations with, as make_prompts.py writes them")
    command.add_argument("--share", type=float, default=0.6, help="part of the conversations that begin with one of these")
    command.add_argument("--start", help="the result of an earlier run, to go on from with other conversations")
    command.add_argument("--seed", type=int, default=0, help="of the first conversations")
    command.add_argument("--seconds-generate", type=float, default=90)
    command.add_argument("--seconds-train", type=float, default=420)
    command.add_argument("--steps", type=int, help="train so many steps, whatever the time")
    command.add_argument("--rounds", type=int, default=1000, help="the most rounds of generation")
    command.add_argument("--batch", type=int, default=2048, help="sequences generated at once")
    command.add_argument("--length", type=int, default=768, help="tokens of a sequence")
    command.add_argument("--held-out", type=int, default=256, help="sequences kept for the measurement")
    command.add_argument("--most-tokens", type=int, default=20_000_000, help="the most tokens trained on; each takes 4.6 kB")
    command.add_argument("--keep-tokens", type=int, default=8_000_000, help="the most tokens written to conversations.npz.xz")
    command.add_argument("--train-batch", type=int, default=48, help="sequences of a training step")
    command.add_argument("--layers", type=int, nargs="+", default=[2, 15, 29], help="layers whose outputs are read, from 0")
    command.add_argument("--inner", type=int, default=1536)
    command.add_argument("--words", type=int, default=8192)
    command.add_argument("--unroll", type=int, default=4)
    command.add_argument("--decay", type=float, default=0.8)
    command.add_argument("--hard", type=float, default=0.3, help="share of the loss that asks for the greedy token alone")
    command.add_argument("--rate", type=float, default=1e-3)
    command.add_argument("--warm-up", type=int, default=200, help="steps")
    command.add_argument("--save-every", type=float, default=90)
    command = commands.add_parser("check")
    command.set_defaults(run=run_check)
    command.add_argument("model")
    command.add_argument("goldens")
    command.add_argument("--count", type=int, default=-1)
    command.add_argument("--tokens", type=int, default=48)
    command = commands.add_parser("sample")
    command.set_defaults(run=run_sample)
    command.add_argument("model")
    command.add_argument("--batch", type=int, default=4)
    command.add_argument("--length", type=int, default=192)
    command.add_argument("--seed", type=int, default=0)
    command = commands.add_parser("fixture")
    command.set_defaults(run=run_fixture)
    command.add_argument("model")
    command.add_argument("out")
    command.add_argument("--length", type=int, default=48)
    command.add_argument("--words", type=int, default=4096, help="words of the head, as many as the product keeps")
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
