"""Writes the small graphs that every engine's contract test runs.

    python make_engine_fixtures.py ../../engine/src/test/resources/dev/suffice/engine/contract
    python make_engine_fixtures.py ../../engine-onnxruntime/src/main/resources/dev/suffice/engine/onnxruntime --products

matmul.onnx        y = x @ w + b, x [batch, 3], weights inside
external.onnx      the same with w and b in weights.bin, at offsets, as external data
types.onnx         one input of every common type, each passed to an output of the same type
two_outputs.onnx   sum = a + b, product = a * b, [2, 2]

With --products only byte_products.onnx, y = x @ w, x UINT8 [1, 64], w INT8 [64, 16] of 127: what the engine itself asks of the processor.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

W = np.array([[1, 2], [3, 4], [5, 6]], dtype=np.float32)
B = np.array([0.5, -0.5], dtype=np.float32)


def save(path, nodes, inputs, outputs, initializers=()):
    graph = helper.make_graph(nodes, path.stem, inputs, outputs, list(initializers))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
    model.ir_version = 9
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())


def external(name, array, offset):
    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=array.shape)
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in (("location", "weights.bin"), ("offset", offset), ("length", array.nbytes)):
        tensor.external_data.add(key=key, value=str(value))
    return tensor


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    value = helper.make_tensor_value_info
    nodes = [helper.make_node("Gemm", ["x", "w", "b"], ["y"])]
    x, y = value("x", TensorProto.FLOAT, ["batch", 3]), value("y", TensorProto.FLOAT, ["batch", 2])
    save(folder / "matmul.onnx", nodes, [x], [y], [numpy_helper.from_array(W, "w"), numpy_helper.from_array(B, "b")])

    (folder / "weights.bin").write_bytes(b"\0" * 64 + W.tobytes() + b"\0" * 40 + B.tobytes())
    graph = helper.make_graph(nodes, "external", [x], [y], [external("w", W, 64), external("b", B, 128)])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
    model.ir_version = 9
    (folder / "external.onnx").write_bytes(model.SerializeToString())

    types = ["DOUBLE", "FLOAT", "FLOAT16", "INT64", "INT32", "INT16", "INT8", "UINT8", "BOOL"]
    save(
        folder / "types.onnx",
        [helper.make_node("Identity", [t.lower()], [t.lower() + "_out"]) for t in types],
        [value(t.lower(), getattr(TensorProto, t), [2]) for t in types],
        [value(t.lower() + "_out", getattr(TensorProto, t), [2]) for t in types],
    )
    ab = [value(n, TensorProto.FLOAT, [2, 2]) for n in ("a", "b")]
    save(
        folder / "two_outputs.onnx",
        [helper.make_node("Add", ["a", "b"], ["sum"]), helper.make_node("Mul", ["a", "b"], ["product"])],
        ab,
        [value(n, TensorProto.FLOAT, [2, 2]) for n in ("sum", "product")],
    )


def products(folder):
    folder.mkdir(parents=True, exist_ok=True)
    save(
        folder / "byte_products.onnx",
        [helper.make_node("MatMulInteger", ["x", "w"], ["y"])],
        [helper.make_tensor_value_info("x", TensorProto.UINT8, [1, 64])],
        [helper.make_tensor_value_info("y", TensorProto.INT32, [1, 16])],
        [numpy_helper.from_array(np.full((64, 16), 127, dtype=np.int8), "w")],
    )


if __name__ == "__main__":
    (products if "--products" in sys.argv else main)(Path(sys.argv[1]))
