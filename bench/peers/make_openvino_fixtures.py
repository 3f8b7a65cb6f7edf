"""Writes the engine contract's matmul.onnx in OpenVINO's own format.

    python make_openvino_fixtures.py ../../engine/src/test/resources/dev/suffice/engine/contract \\
        ../../engine-openvino/src/test/resources/dev/suffice/engine/openvino

Needs the package openvino. matmul.xml and matmul.bin, weights in 32-bit floats.
"""

import sys
from pathlib import Path

import openvino


def main(contract, folder):
    folder.mkdir(parents=True, exist_ok=True)
    model = openvino.Core().read_model(contract / "matmul.onnx")
    openvino.save_model(model, folder / "matmul.xml", compress_to_fp16=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
