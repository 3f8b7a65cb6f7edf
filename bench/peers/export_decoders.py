"""Exports small language models as Optimum and Optimum-Intel do, for the tests of exported folders.

    python export_decoders.py onnx ../../language/src/test/resources/dev/suffice/language/models ../../language/src/test/resources/dev/suffice/language/exported
    python export_decoders.py openvino ...

Needs torch, transformers 4, and optimum-onnx[onnxruntime] or optimum-intel[openvino], which want different versions of optimum: one environment for each. An installed diffusers has to fit to that transformers, for both import it.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

# Of each model: the layouts that are exported.
ONNX = {
    "llama-tied": ("onnx", "onnx-whole", "onnx-half"),
    "gemma3": ("onnx",),
}
OPENVINO = {
    "llama-tied": ("openvino", "openvino-stateful", "openvino-whole", "openvino-int8"),
    "gemma3": ("openvino-stateful",),
}


def for_version_4(folder, target):
    """Configurations of transformers 5 in the words of version 4, which Optimum wants."""
    shutil.copytree(folder, target)
    target.chmod(0o755)
    for file in target.iterdir():
        file.chmod(0o644)
    path = target / "config.json"
    config = json.loads(path.read_text())
    ropes = config.pop("rope_parameters", None) or {}
    if "rope_theta" in ropes or "rope_type" in ropes:
        rope = dict(ropes)
        config["rope_theta"] = rope.pop("rope_theta", 10000.0)
        if rope.get("rope_type", "default") != "default":
            config["rope_scaling"] = rope
    elif ropes:
        config["rope_theta"] = ropes["full_attention"]["rope_theta"]
        config["rope_local_base_freq"] = ropes["sliding_attention"]["rope_theta"]
    if "dtype" in config:
        config["torch_dtype"] = config.pop("dtype")
    path.write_text(json.dumps(config))


def export_onnx(folder, target, layout):
    from optimum.exporters.onnx import main_export

    half = layout == "onnx-half"
    main_export(
        str(folder),
        output=target,
        task="text-generation" if layout == "onnx-whole" else "text-generation-with-past",
        dtype="fp16" if half else "fp32",
        do_validation=False,
    )


def export_openvino(folder, target, layout):
    from optimum.intel import OVModelForCausalLM

    model = OVModelForCausalLM.from_pretrained(
        folder,
        export=True,
        compile=False,
        use_cache=layout != "openvino-whole",
        stateful=layout in ("openvino-stateful", "openvino-int8"),
        load_in_8bit=layout == "openvino-int8",
    )
    model.save_pretrained(target)


def tidy(folder, target):
    """What the folder came from is of no use to others; tokenizer, template and expectations are those of the model."""
    for path in target.iterdir():
        if path.suffix == ".json" and path.name not in ("config.json", "generation_config.json"):
            path.unlink()
        elif path.suffix in (".jinja", ".py", ".txt") or path.name.startswith("openvino_tokenizer") or path.name.startswith("openvino_detokenizer"):
            path.unlink()
    for path in target.glob("*.json"):
        content = json.loads(path.read_text())
        content.pop("_name_or_path", None)
        path.write_text(json.dumps(content, indent=2) + "\n")


def main(kind, models, out):
    layouts, export = (ONNX, export_onnx) if kind == "onnx" else (OPENVINO, export_openvino)
    for name, wanted in layouts.items():
        for layout in wanted:
            target = out / f"{name}-{layout}"
            shutil.rmtree(target, ignore_errors=True)
            with tempfile.TemporaryDirectory() as temporary:
                folder = Path(temporary) / name
                for_version_4(models / name, folder)
                export(folder, target, layout)
            tidy(models / name, target)
            print(target.name, sum(file.stat().st_size for file in target.iterdir()))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
