"""llama.cpp (by xllamacpp, which brings it compiled), as a peer of ./suffice bench peers: text. mode is plain or one of its drafts without a model."""

import json

from peer_protocol import serve

MODES = {"ngram-simple": "NGRAM_SIMPLE", "ngram-map-k": "NGRAM_MAP_K", "ngram-map-k4v": "NGRAM_MAP_K4V", "ngram-mod": "NGRAM_MOD", "ngram-cache": "NGRAM_CACHE"}


def load(message):
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = message["model"]
    parameters.n_ctx, parameters.n_parallel, parameters.warmup = 4096, 1, True
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = message["threads"]
    if message["mode"] != "plain":
        kind = getattr(xllamacpp.common_speculative_type, "COMMON_SPECULATIVE_TYPE_" + MODES[message["mode"]])
        parameters.speculative.types = [kind]
    return xllamacpp.Server(parameters)


def run(server, message):
    answer = server.handle_completions({"prompt": message["ids"], "n_predict": message["max_tokens"], "temperature": 0, "cache_prompt": False, "return_tokens": True})
    answer = json.loads(answer) if isinstance(answer, (str, bytes)) else answer
    if "timings" not in answer:
        raise RuntimeError(str(answer)[:500])
    tokens, times = answer["tokens"], answer["timings"]
    # its tokens are without the one that ends an answer
    if times["predicted_n"] == len(tokens) + 1 and len(tokens) < message["max_tokens"]:
        tokens = tokens + [message["ends"][0]]
    # predicted_ms begins with the first token's end
    return {"first_seconds": times["prompt_ms"] / 1e3, "seconds": times["predicted_ms"] / 1e3, "tokens": tokens}


if __name__ == "__main__":
    serve(("xllamacpp",), load, run)
