"""Trains the demonstration language model on this project's own prose, and writes what is kept of it.

Corpus: the Markdown files and the doc comments of the Rust sources at CORPUS_COMMIT, cut into
paragraphs, each under the heading or item that it belongs to. Hexadecimal, tables, code blocks and
everything that is not ASCII are left out. A twentieth of the paragraphs, drawn by their hash, is held
out: no weight ever saw it.

Model: the last 24 bytes in, the scores of the next byte out. Byte 0 is the end of a text, and fills
the context before its beginning.

    pip install -r requirements.txt
    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python train.py    # tiny-lm-demo.onnx, golden.json
"""

import hashlib
import json
import pathlib
import re
import subprocess

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = pathlib.Path(__file__).resolve().parent
CORPUS_COMMIT = "62ea35f478a39a9e33694f6e46fa08b6c02d1900"
SEED = 20261122
CONTEXT, EMBEDDING, HIDDEN, VOCABULARY = 24, 24, 320, 128
BATCH, EPOCHS, RATE = 512, 4, 2.5e-3
GOLDEN_PROMPT = "user: What does a receipt say?\nassistant: "
GOLDEN_BYTES = 64


def git(*arguments):
    command = ["git", "-C", str(HERE), *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout


def plain(text):
    """One line of ASCII prose, without links' targets, hexadecimal and marks of emphasis."""
    text = re.sub(r"\[([^\]]*)\](\([^)]*\)|\[[^\]]*\])?", r"\1", text)
    text = re.sub(r"\b0x\S+|\b[0-9a-fA-F]{12,}\b|https?://\S+", "", text)
    text = text.replace("`", "").replace("**", "")
    text = text.encode("ascii", "ignore").decode()
    return " ".join("".join(c for c in text if c >= " ").split())


def paragraphs(lines, heading):
    """(heading, paragraph) of each paragraph of prose in lines of Markdown."""
    found, current, fenced = [], [], False
    for line in [*lines, ""]:
        stripped = line.strip()
        if stripped.startswith("```"):
            fenced = not fenced
            stripped = ""
        title = re.match(r"#+ +(.*)", stripped)
        item = re.match(r"(?:[-*]|\d+\.) +(.*)", stripped)
        if fenced or not stripped or title or item or stripped.startswith("|"):
            if current:
                found.append((heading, plain(" ".join(current))))
            current = [item.group(1)] if item and not fenced else []
            if title and not fenced:
                heading = plain(title.group(1))
        else:
            current.append(stripped)
    return found


def corpus():
    """(heading, paragraph) of all prose of the commit, without repetitions."""
    texts = []
    names = git("ls-tree", "-r", "--name-only", "--full-tree", CORPUS_COMMIT).decode().split("\n")
    for name in sorted(names):
        if not name.endswith((".md", ".rs")):
            continue
        lines = git("cat-file", "blob", f"{CORPUS_COMMIT}:{name}").decode().split("\n")
        if name.endswith(".md"):
            texts += paragraphs(lines, name)
            continue
        block = []
        for line in [*lines, ""]:
            comment = re.match(r"\s*//[/!] ?(.*)", line)
            if comment:
                block.append(comment.group(1))
                continue
            if block:
                thing = re.search(r"\b(?:fn|struct|enum|trait|const|type|mod|static) (\w+)", line)
                texts += paragraphs(block, thing.group(1) if thing else name)
            block = []
    seen, unique = set(), []
    for heading, text in texts:
        if len(text) >= 20 and text not in seen:
            seen.add(text)
            unique.append((heading.replace("_", " "), text))
    return unique


def examples(texts):
    """Contexts and next bytes: each paragraph by itself, and its beginning as an answer."""
    contexts, targets = [], []

    def add(before, text):
        padded = np.frombuffer(bytes(CONTEXT) + before + text, dtype=np.uint8)
        windows = np.lib.stride_tricks.sliding_window_view(padded, CONTEXT)[len(before) :]
        contexts.append(windows[: len(text)])
        targets.append(np.frombuffer(text, dtype=np.uint8))

    for heading, text in texts:
        body = text.encode() + b"\0"
        add(b"", body)
        # Further on, nothing of the question is in the context.
        add(f"user: {heading}\nassistant: ".encode(), body[:CONTEXT])
    return np.concatenate(contexts), np.concatenate(targets)


def forward(weights, contexts):
    embedding, w0, b0, w1, b1 = weights
    vectors = embedding[contexts].reshape(len(contexts), -1)
    hidden = np.maximum(vectors @ w0 + b0, 0)
    return vectors, hidden, hidden @ w1 + b1


def bits(weights, contexts, targets):
    """The mean of -log2 of what the model gives the byte that came."""
    total = 0.0
    for at in range(0, len(targets), 4096):
        scores = forward(weights, contexts[at : at + 4096])[2].astype(np.float64)
        scores -= scores.max(axis=1, keepdims=True)
        right = scores[np.arange(len(scores)), targets[at : at + 4096]]
        total += (np.log(np.exp(scores).sum(axis=1)) - right).sum()
    return total / len(targets) / np.log(2)


def gradients(weights, contexts, targets):
    embedding, w0, _, w1, _ = weights
    vectors, hidden, scores = forward(weights, contexts)
    scores -= scores.max(axis=1, keepdims=True)
    grad = np.exp(scores)
    grad /= grad.sum(axis=1, keepdims=True)
    grad[np.arange(len(targets)), targets] -= 1
    grad /= len(targets)
    back = (grad @ w1.T) * (hidden > 0)
    # Rows of the embedding are used many times: sums by sorted byte instead of a scattered addition.
    flat = contexts.ravel()
    order = np.argsort(flat, kind="stable")
    used, starts = np.unique(flat[order], return_index=True)
    into = np.zeros_like(embedding)
    rows = (back @ w0.T).reshape(-1, EMBEDDING)
    into[used] = np.add.reduceat(rows[order], starts, axis=0)
    return [into, vectors.T @ back, back.sum(axis=0), hidden.T @ grad, grad.sum(axis=0)]


def train(contexts, targets):
    """Adam with a learning rate that falls to nothing along half a cosine."""
    random = np.random.default_rng(SEED)

    def normal(rows, columns, scale):
        return (random.standard_normal((rows, columns)) * scale).astype(np.float32)

    inputs = CONTEXT * EMBEDDING
    weights = [
        normal(VOCABULARY, EMBEDDING, 0.3),
        normal(inputs, HIDDEN, (2 / inputs) ** 0.5),
        np.zeros(HIDDEN, np.float32),
        normal(HIDDEN, VOCABULARY, (1 / HIDDEN) ** 0.5),
        np.zeros(VOCABULARY, np.float32),
    ]
    first = [np.zeros_like(w) for w in weights]
    second = [np.zeros_like(w) for w in weights]
    steps, step = EPOCHS * (len(targets) // BATCH), 0
    for epoch in range(EPOCHS):
        order = random.permutation(len(targets))
        for at in range(0, len(targets) - BATCH + 1, BATCH):
            chosen, step = order[at : at + BATCH], step + 1
            rate = RATE * 0.5 * (1 + np.cos(np.pi * step / steps))
            found = gradients(weights, contexts[chosen], targets[chosen])
            for w, m, v, g in zip(weights, first, second, found):
                m += 0.1 * (g - m)
                v += 0.01 * (g * g - v)
                w -= (rate / (1 - 0.9**step)) * m / (np.sqrt(v / (1 - 0.99**step)) + 1e-8)
        print(f"pass {epoch + 1}: {bits(weights, contexts[::50], targets[::50]):.3f} bits, trained on")
    return weights


def network(weights):
    """Bytes in, scores out: Gather, Reshape, Gemm, Relu, Gemm."""

    def constant(name, array):
        return numpy_helper.from_array(np.ascontiguousarray(array), name)

    nodes = [
        helper.make_node("Gather", ["embedding", "context"], ["vectors"], axis=0),
        helper.make_node("Reshape", ["vectors", "row"], ["joined"]),
        helper.make_node("Gemm", ["joined", "W0", "b0"], ["sum0"]),
        helper.make_node("Relu", ["sum0"], ["hidden"]),
        helper.make_node("Gemm", ["hidden", "W1", "b1"], ["scores"]),
    ]
    names = ["embedding", "W0", "b0", "W1", "b1"]
    row = np.array([-1, CONTEXT * EMBEDDING], dtype=np.int64)
    graph = helper.make_graph(
        nodes,
        "tiny-lm-demo",
        [helper.make_tensor_value_info("context", TensorProto.INT32, ["batch", CONTEXT])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", VOCABULARY])],
        [*map(constant, names, weights), constant("row", row)],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="tiny-lm/train.py"
    )
    model.ir_version = 8
    onnx.checker.check_model(model, full_check=True)
    return model


def golden(file):
    """What the written model says, computed here in 64 bits without any engine."""
    constants = {t.name: numpy_helper.to_array(t) for t in onnx.load(file).graph.initializer}
    weights = [constants[n].astype(np.float64) for n in ("embedding", "W0", "b0", "W1", "b1")]
    text, scores, margin = GOLDEN_PROMPT.encode(), None, np.inf
    for _ in range(GOLDEN_BYTES):
        context = (bytes(CONTEXT) + text)[-CONTEXT:]
        row = forward(weights, np.frombuffer(context, np.uint8)[None])[2][0]
        scores = row if scores is None else scores
        best, next_best = np.sort(row)[::-1][:2]
        margin = min(margin, best - next_best)
        if row.argmax() == 0:
            raise SystemExit("the answer ends early: take a longer prompt")
        text += bytes([int(row.argmax())])
    answer = text[len(GOLDEN_PROMPT) :].decode()
    print(f"golden answer, first choices at least {margin:.4f} ahead: {answer!r}")
    return {
        "prompt": GOLDEN_PROMPT,
        "greedy": answer,
        "scores_after_prompt": [round(float(score), 6) for score in scores],
    }


def main():
    texts = corpus()
    held = [hashlib.sha256(text.encode()).digest()[0] % 20 == 0 for _, text in texts]
    known = [text for text, out in zip(texts, held) if not out]
    unknown = [text for text, out in zip(texts, held) if out]
    size = sum(len(text) for _, text in texts)
    print(f"{len(texts)} paragraphs, {size} bytes; held out {len(unknown)} paragraphs")
    weights = train(*examples(known))
    contexts, targets = examples(unknown)
    print(f"held out: {bits(weights, contexts, targets):.3f} bits per byte")
    file = HERE / "tiny-lm-demo.onnx"
    file.write_bytes(network(weights).SerializeToString())
    print(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}, {file.stat().st_size} bytes")
    (HERE / "golden.json").write_text(json.dumps(golden(file), indent=1) + "\n")


if __name__ == "__main__":
    main()
