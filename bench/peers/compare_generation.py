#!/usr/bin/env python3
"""Compares plain decoding with other programs on the same model, alternating, in one run.

    pip install numpy gguf tokenizers torch xllamacpp        (and openvino-genai, transformers for --openvino, --transformers)
    ./suffice models pull smollm2                            (any command builds cli/target)
    python bench/peers/compare_generation.py MODEL.gguf QUESTIONS.jsonl [--repeats 5] [--threads 2] [--out FILE]

MODEL.gguf is read by all of them; QUESTIONS.jsonl is data/spec_bench/question.jsonl of Spec-Bench, whose passages are the
long prompts. For prompts of 32, 256 and 1,000 tokens: tokens a second of the prompt and of 64 tokens after it, the median over
repeats, and the ratio of each repeat with its interval. Then the perplexity of passages: ours, llama.cpp's, and that of the file's
weights in single precision (PyTorch). llama.cpp's server does not tell the probabilities of a prompt's tokens, so each is made the
answer to those before it by a bias, which the probability that is told does not have.

--transformers runs transformers on the same file, in single precision. --openvino FOLDER runs OpenVINO GenAI on a folder
that optimum-cli has exported (int8 or int4 weights, not the same file).
"""
import argparse
import json
import math
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench/peers"))


class Suffice:
    name = "suffice"

    def __init__(self, model, threads, java):
        self.cache = tempfile.TemporaryDirectory()
        classes = f"{ROOT}/cli/target/*:{ROOT}/cli/target/app/*"
        self.process = subprocess.Popen(
            [java, "-Xms16m", "-Xmx256m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
             "-cp", classes, f"{ROOT}/bench/peers/DecodeTimes.java", model, self.cache.name, str(threads)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline().strip() == "ready"

    def ask(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().split()

    def decode(self, prompt, count):
        answer = self.ask("decode", count, *prompt)
        return float(answer[0]), float(answer[1]), [int(t) for t in answer[2:]]

    def score(self, ids):
        total, count = self.ask("score", *ids)
        return float(total), int(count)

    def resident(self):
        """Resident megabytes: all, and what is not a file's pages."""
        values = dict(line.split(":", 1) for line in open(f"/proc/{self.process.pid}/status") if line.startswith("Rss") or line.startswith("VmRSS"))
        return tuple(int(values[k].split()[0]) / 1024 for k in ("VmRSS", "RssAnon"))


class LlamaCpp:
    name = "llama.cpp"

    def __init__(self, model, threads):
        import xllamacpp
        params = xllamacpp.CommonParams()
        params.model.path = model
        params.n_ctx, params.n_parallel, params.warmup = 2048, 1, True
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
        self.server = xllamacpp.Server(params)

    def decode(self, prompt, count):
        answer = self.server.handle_completions(dict(prompt=prompt, n_predict=count, temperature=0, cache_prompt=False, ignore_eos=True, return_tokens=True))
        answer = json.loads(answer) if isinstance(answer, (str, bytes)) else answer
        times = answer["timings"]
        return times["prompt_ms"] / 1e3, times["predicted_ms"] / 1e3 * (count - 1) / times["predicted_n"], answer.get("tokens", [])

    def score(self, ids):
        """Minus the sum of the logarithms of the tokens' probabilities, each after those before it, and how many."""
        total = 0.0
        for i in range(1, len(ids)):
            answer = self.server.handle_completions(dict(prompt=ids[:i], n_predict=1, temperature=0, cache_prompt=True, n_probs=1,
                                                         return_tokens=True, logit_bias=[[ids[i], 1000.0]]))
            answer = json.loads(answer) if isinstance(answer, (str, bytes)) else answer
            told = answer["choices"][0]["logprobs"]["content"][0]
            assert told["id"] == ids[i], (told, ids[i])
            total -= told["logprob"]
        return total, len(ids) - 1


class Transformers:
    name = "transformers"

    def __init__(self, model, threads):
        import torch
        from transformers import AutoModelForCausalLM
        torch.set_num_threads(threads)
        path = pathlib.Path(model)
        self.torch, self.model = torch, AutoModelForCausalLM.from_pretrained(str(path.parent), gguf_file=path.name, dtype=torch.float32)

    def decode(self, prompt, count):
        with self.torch.no_grad():
            began, tokens = time.perf_counter(), []
            result = self.model(self.torch.tensor([prompt]), use_cache=True)
            tokens.append(int(result.logits[0, -1].argmax()))
            read = time.perf_counter()
            while len(tokens) < count:
                result = self.model(self.torch.tensor([[tokens[-1]]]), past_key_values=result.past_key_values, use_cache=True)
                tokens.append(int(result.logits[0, -1].argmax()))
            return read - began, time.perf_counter() - read, tokens


class OpenVino:
    name = "OpenVINO GenAI"

    def __init__(self, folder, threads):
        import numpy
        import openvino
        import openvino_genai
        self.numpy, self.openvino, self.genai = numpy, openvino, openvino_genai
        self.pipeline = openvino_genai.LLMPipeline(folder, "CPU", INFERENCE_NUM_THREADS=threads)

    def decode(self, prompt, count):
        config = self.genai.GenerationConfig(max_new_tokens=count, ignore_eos=True, do_sample=False)
        result = self.pipeline.generate(self.openvino.Tensor(self.numpy.array([prompt], dtype=self.numpy.int64)), config)
        times = result.perf_metrics
        return times.get_ttft().mean / 1e3, times.get_tpot().mean / 1e3 * (count - 1), list(result.tokens[0])


def perplexities(scores):
    """Of (minus the logarithms of ours, of llama.cpp, of single precision, tokens) of each passage."""
    tokens = sum(s[3] for s in scores)
    return [math.exp(sum(s[k] for s in scores) / tokens) for k in range(3)]


def interval(values):
    """Median, and the range of the middle nine tenths."""
    ordered = sorted(values)
    cut = max(0, round(0.05 * len(ordered)))
    return statistics.median(ordered), ordered[cut], ordered[-1 - cut]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("questions")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--java", default="java", help="of a JDK 25")
    parser.add_argument("--openvino")
    parser.add_argument("--transformers", action="store_true")
    parser.add_argument("--no-perplexity", action="store_true")
    parser.add_argument("--out")
    options = parser.parse_args()

    import gguf
    import train_draft_head
    text = train_draft_head.Text(gguf.GGUFReader(options.model).fields)
    questions = [json.loads(line) for line in open(options.questions)]
    passages = [text.ids("<|im_start|>user\n" + q["turns"][0]) for q in questions if q["category"] in ("summarization", "rag")]
    long = next(p for p in passages if len(p) >= 1000)

    ours = Suffice(options.model, options.threads, options.java)
    programs = [ours, LlamaCpp(options.model, options.threads)]
    if options.transformers:
        programs.append(Transformers(options.model, options.threads))
    if options.openvino:
        programs.append(OpenVino(options.openvino, options.threads))
    lines = [f"{pathlib.Path(options.model).name}, {options.threads} threads, {options.repeats} repeats, one after the other in turn; tokens a second (ratio to suffice's peer: ours / theirs, and the middle nine tenths of repeats)", "",
             "| prompt | " + " | ".join(f"{p.name} {what}" for what in ("reads", "writes") for p in programs) + " | ours / llama.cpp, reads | writes |",
             "|---" * (2 * len(programs) + 3) + "|"]
    for program in programs:
        program.decode(long[:64], 96)  # compiled, threads awake, weights in memory
    for length in (32, 256, 1000):
        prompt = long[:length]
        speeds = {p.name: ([], []) for p in programs}
        for repeat in range(options.repeats):
            for k in range(len(programs)):
                program = programs[(k + repeat) % len(programs)]
                read, written, _ = program.decode(prompt, options.tokens)
                speeds[program.name][0].append(length / read)
                speeds[program.name][1].append((options.tokens - 1) / written)
        cells = [f"{statistics.median(speeds[p.name][what]):.1f}" for what in (0, 1) for p in programs]
        for what in (0, 1):
            ratio = interval([a / b for a, b in zip(speeds["suffice"][what], speeds["llama.cpp"][what])])
            cells.append("%.2f (%.2f to %.2f)" % ratio)
        lines.append(f"| {length} | " + " | ".join(cells) + " |")
        print(lines[-1], flush=True)
    lines += ["", "resident memory of suffice's process: %.0f MB, of these %.0f MB not pages of files (Java heap at most 256 MB)" % ours.resident()]

    if not options.no_perplexity:
        import torch
        import torch.nn.functional as F
        target, _ = train_draft_head.load(options.model, torch.device("cpu"))
        scores = []
        for ids in passages:
            ids = ids[:1024]
            total, count = ours.score(ids)
            _, last = target.read(torch.tensor([ids]), [0])
            exact = -float(F.cross_entropy(F.linear(last[0, :-1].float(), target.embedding), torch.tensor(ids[1:]), reduction="sum"))
            theirs, _ = programs[1].score(ids)
            scores.append((-total, theirs, -exact, count))
        ours_, theirs_, exact_ = perplexities(scores)
        lines.append("perplexity of %d tokens of passages: %.3f, llama.cpp's %.3f, with the file's weights in single precision %.3f"
                     % (sum(s[3] for s in scores), ours_, theirs_, exact_))
        draws = random.Random(0)
        ratios = sorted(a / b for a, b, _ in (perplexities(draws.choices(scores, k=len(scores))) for _ in range(10_000)))
        lines.append("ours / llama.cpp's, of the same passages: %.4f (95%% of 10,000 draws of %d passages: %.4f to %.4f)"
                     % (ours_ / theirs_, len(scores), ratios[250], ratios[-251]))
    print("\n".join(lines))
    if options.out:
        pathlib.Path(options.out).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
