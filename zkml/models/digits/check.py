"""Runs digits.onnx in onnxruntime and compares every logit with the integer rule written in numpy.

    pip install -r requirements.txt
    python check.py
"""

import pathlib

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

HERE = pathlib.Path(__file__).resolve().parent


def by_hand(constants, pixels):
    """min(max(sum, 0) >> shift, max) and a last layer, in 64-bit integers."""
    values = pixels.reshape(len(pixels), -1).astype(np.int64)
    layer = 0
    while f"weights{layer}" in constants:
        sums = values @ constants[f"weights{layer}"].astype(np.int64) + constants[f"bias{layer}"]
        assert np.abs(sums).max() < 2**31
        if f"max{layer}" in constants:
            shift = int(constants.get(f"divisor{layer}", np.int32(1))).bit_length() - 1
            sums = np.minimum(np.maximum(sums, 0) >> shift, constants[f"max{layer}"])
        values = sums
        layer += 1
    return values


def ties():
    """Whether ArgMax names the lowest index among equals, as the standard says."""
    graph = helper.make_graph(
        [helper.make_node("ArgMax", ["scores"], ["class"], axis=1, keepdims=0)],
        "ties",
        [helper.make_tensor_value_info("scores", TensorProto.INT32, ["batch", 3])],
        [helper.make_tensor_value_info("class", TensorProto.INT64, ["batch"])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 7
    session = onnxruntime.InferenceSession(model.SerializeToString())
    scores = np.array([[1, 1, 1], [0, 2, 2], [3, 0, 3]], dtype=np.int32)
    return session.run(None, {"scores": scores})[0].tolist()


def main():
    model = onnx.load(HERE / "digits.onnx")
    onnx.checker.check_model(model, full_check=True)
    constants = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    session = onnxruntime.InferenceSession(str(HERE / "digits.onnx"))
    floats = onnxruntime.InferenceSession(str(HERE / "float.onnx"))

    records = np.fromfile(HERE / "held_out.bin", dtype=np.uint8).reshape(-1, 65)
    images, labels = records[:, :64].reshape(-1, 8, 8), records[:, 64]
    random = np.random.default_rng(1).integers(0, 32, (10_000, 8, 8), dtype=np.uint8)
    extremes = []
    for base in (images[0], np.zeros((8, 8), np.uint8), np.full((8, 8), 31, np.uint8)):
        for feature in range(64):
            for value in (0, 31):
                image = base.copy()
                image[feature // 8, feature % 8] = value
                extremes.append(image)
    for name, inputs in (
        ("held out", images),
        ("random", random),
        ("extremes", np.array(extremes)),
    ):
        got = session.run(None, {"input": inputs})[0]
        assert got.dtype == np.int32 and (got == by_hand(constants, inputs)).all(), name
        print(f"{name}: {len(inputs)} inputs, every logit equal")
    integer = (session.run(None, {"input": images})[0].argmax(1) == labels).mean()
    before = (floats.run(None, {"image": images.astype(np.float32)})[0].argmax(1) == labels).mean()
    print(f"right on held-out images: float {before:.4f}, integer {integer:.4f}")
    assert ties() == [0, 1, 0]


if __name__ == "__main__":
    main()
