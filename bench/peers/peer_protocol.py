"""What a peer of ./suffice bench peers speaks: a JSON object a line on stdin, one back on stdout, one after the other.

    {"op": "hello"}                                   {"ok": true, "versions": {"torch": "2.15.0"}}
    {"op": "load", "capability": "images", ...}       {"ok": true, "seconds": 1.2}
    {"op": "run", ...}                                {"ok": true, "seconds": 0.9, ...}

What fails is answered with {"ok": false, "error": TEXT}; what is not installed with {"ok": false, "missing": TEXT, "install": TEXT}.
The process ends when its input does. Libraries may print what they like: standard output is theirs, and is joined with standard error.

load has: model (a folder or file), threads, mode, and more by capability.
run has, for images: prompt, steps, guidance, rescale, width, height, latents (a file of float32 in native byte order, of the shape latents_shape), picture
(where to write width * height * 3 bytes); seconds are from the prompt to the pixels in memory.
For text: ids, max_tokens, ends; the answer has first_seconds, seconds (of the tokens after the first), tokens, and timed, how many tokens
seconds are for, where that is not one less than there are.
For classify: texts; the answer has seconds and labels, the numbers of the classes.
"""

import importlib.metadata
import json
import os
import sys
import time


class Missing(Exception):
    def __init__(self, what, install):
        super().__init__(what)
        self.install = install


def versions(*packages):
    """Versions of installed packages; raises Missing, with all that have to be installed."""
    found = {}
    for package in packages:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            raise Missing(f"package {package}", "pip install " + " ".join(packages)) from None
    return found


def serve(packages, load, run):
    """load(message) gives an opened model; run(model, message) a dictionary with the answer."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    model = None
    for line in sys.stdin:
        try:
            message = json.loads(line)
            if message["op"] == "hello":
                answer = {"versions": versions(*packages)}
            elif message["op"] == "load":
                began = time.perf_counter()
                model = load(message)
                answer = {"seconds": time.perf_counter() - began}
            elif message["op"] == "run":
                answer = run(model, message)
            else:
                raise ValueError(f"op {message['op']}: unknown")
            answer["ok"] = True
        except Missing as e:
            answer = {"ok": False, "missing": str(e), "install": e.install}
        except Exception as e:  # goes to the other side, which decides
            import traceback

            traceback.print_exc()
            answer = {"ok": False, "error": f"{type(e).__name__}: {e}"}
        out.write(json.dumps(answer) + "\n")
        out.flush()


def latents(message):
    import numpy

    return numpy.fromfile(message["latents"], dtype=numpy.float32).reshape(message["latents_shape"])


def keep(picture, message):
    """Writes the first three channels of (height, width, channels), bytes."""
    import numpy

    with open(message["picture"], "wb") as file:
        file.write(numpy.ascontiguousarray(picture[..., :3]).tobytes())


def ended(tokens, message):
    """An answer that is shorter than it may be has ended, with a token that some programs keep to themselves."""
    return tokens if len(tokens) >= message["max_tokens"] or tokens[-1:] and tokens[-1] in message["ends"] else tokens + message["ends"][:1]
