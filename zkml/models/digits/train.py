"""Trains the digits model and writes what the repository keeps of it.

Data: the 1,797 images of the UCI optical digits that scikit-learn ships, 8x8 pixels of 0 to 16.
A quarter, drawn with a fixed seed and stratified by class, is held out: no weight, no scale and no
choice below ever saw it.

    pip install -r requirements.txt
    python train.py            # float.onnx, calibration.bin, held_out.bin

Both .bin files: one record per image, 64 pixels row by row and then the label, one byte each.
"""

import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

HERE = pathlib.Path(__file__).resolve().parent
SEED = 20261122
HIDDEN = 32
CALIBRATION_IMAGES = 300


def network(weights, biases):
    """Raw pixels in, scores out: Flatten, Mul by 1/16, Gemm, Relu, Gemm."""

    def constant(name, array):
        return numpy_helper.from_array(np.ascontiguousarray(array, dtype=np.float32), name)

    nodes = [
        helper.make_node("Flatten", ["image"], ["pixels"], axis=1),
        helper.make_node("Mul", ["pixels", "step"], ["scaled"]),
        helper.make_node("Gemm", ["scaled", "W0", "b0"], ["sum0"]),
        helper.make_node("Relu", ["sum0"], ["hidden"]),
        helper.make_node("Gemm", ["hidden", "W1", "b1"], ["scores"]),
    ]
    graph = helper.make_graph(
        nodes,
        "digits",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 8, 8])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", 10])],
        [
            constant("step", np.array(1.0 / 16.0)),
            constant("W0", weights[0]),
            constant("b0", biases[0]),
            constant("W1", weights[1]),
            constant("b1", biases[1]),
        ],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="digits/train.py"
    )
    model.ir_version = 8
    onnx.checker.check_model(model, full_check=True)
    return model


def records(images, labels):
    """64 pixels and the label of each image, one byte each."""
    return np.column_stack([images, labels]).astype(np.uint8).tobytes()


def main():
    images, labels = load_digits(return_X_y=True)
    train_x, test_x, train_y, test_y = train_test_split(
        images, labels, test_size=0.25, stratify=labels, random_state=SEED
    )
    classifier = MLPClassifier(
        (HIDDEN,), alpha=0.3, max_iter=1000, tol=1e-6, random_state=SEED
    ).fit(train_x / 16.0, train_y)
    print(f"training images {len(train_x)}, held out {len(test_x)}")
    print(f"float accuracy on the held-out images: {classifier.score(test_x / 16.0, test_y):.4f}")
    model = network(classifier.coefs_, classifier.intercepts_)
    (HERE / "float.onnx").write_bytes(model.SerializeToString())
    (HERE / "calibration.bin").write_bytes(
        records(train_x[:CALIBRATION_IMAGES], train_y[:CALIBRATION_IMAGES])
    )
    (HERE / "held_out.bin").write_bytes(records(test_x, test_y))


if __name__ == "__main__":
    main()
