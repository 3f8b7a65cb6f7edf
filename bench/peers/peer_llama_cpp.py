"""llama.cpp (by xllamacpp, which brings it compiled), as a peer of ./suffice bench peers: text. mode is plain or one of its drafts without a model."""

import json
import urllib.request

from peer_protocol import ended, serve

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
    body = {"prompt": message["ids"], "n_predict": message["max_tokens"], "temperature": 0, "cache_prompt": False, "return_tokens": True}
    # over HTTP, for the call in Python answers in OpenAI's form, which has no tokens; times are the server's own
    request = urllib.request.Request(server.listening_address.rstrip("/") + "/completion", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as response:
        answer = json.load(response)
    times = answer["timings"]
    # predicted_ms begins with the first token's end
    return {"first_seconds": times["prompt_ms"] / 1e3, "seconds": times["predicted_ms"] / 1e3, "tokens": ended(answer["tokens"], message)}


if __name__ == "__main__":
    serve(("xllamacpp",), load, run)
