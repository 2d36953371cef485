"""The reader's network as an ONNX graph, written from its weights by numpy alone: products in 8 bits, everything else in
float32. `benchmarks/training/reader/network.py` is the same network as it is trained; a test holds the two together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Floats = NDArray[np.float32]

HEADS, BUCKETS, FAR, FIRST_POSITION, EPSILON = 12, 32, 128, 2, 1e-5
LONGEST = 272  # tokens of a pair; what `cross_encoder` reads of question, context and clause is less
_MICROSOFT = "com.microsoft"  # ONNX Runtime's own operators


class Graph:
    """Nodes and weights, written one after the other.

    Args:
        signed: as of `write`.
    """

    def __init__(self, signed: bool) -> None:
        self._signed = signed
        self.nodes: list[Any] = []
        self.weights: list[Any] = []
        self._count = 0

    def put(self, array: NDArray[Any]) -> str:
        """Keep an array as a weight; its name."""
        self._count += 1
        name = f"w{self._count}"
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def run(self, operator: str, inputs: Sequence[str], *, domain: str = "", **attributes: Any) -> str:
        """Add an operator with one result; the result's name."""
        self._count += 1
        name = f"r{self._count}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], domain=domain, **attributes))
        return name

    def linear(self, states: str, weight: Floats, bias: Floats) -> str:
        """states @ weight.T + bias, in 8 bits; weight (out, in). Each token has a scale of its own: a few have far more than the
        others."""
        scale = np.maximum(np.abs(weight).max(axis=1), 1e-8) / 127
        quantized = np.clip(np.rint(weight / scale[:, None]), -127, 127).astype(np.int8).T
        largest = self.run("ReduceMax", [self.run("Abs", [states]), self.put(np.array([1]))], keepdims=1)
        largest = self.run("Max", [largest, self.put(np.array(1e-6, dtype=np.float32))])
        even = self.run("Div", [states, largest])
        weights = [self.put(quantized), self.put(scale.astype(np.float32))]
        if not self._signed:
            moved = (quantized.astype(np.int16) + 128).astype(np.uint8)
            weights = [self.put(moved), weights[1], self.put(np.full(len(scale), 128, dtype=np.uint8))]
        product = self.run("DynamicQuantizeMatMul", [even, *weights], domain=_MICROSOFT)
        return self.run("Add", [self.run("Mul", [product, largest]), self.put(bias)])

    def smoothed(self, states: str, weight: Floats, bias: Floats, norm: tuple[Floats, Floats]) -> str:
        """As `linear`, for states that a norm (weight, bias) has made. It makes a few columns fifty times as large as the others,
        which would be left no digits: that goes into the weights (Xiao et al., "SmoothQuant", 2022)."""
        largest = np.maximum(3 * np.abs(norm[0]) + np.abs(norm[1]), 1e-3)
        smooth = np.sqrt(largest / np.maximum(np.abs(weight).max(axis=0), 1e-4)).astype(np.float32)
        return self.linear(self.run("Mul", [states, self.put((1 / smooth).astype(np.float32))]), weight * smooth, bias)

    def model(self, inputs: Sequence[Any], outputs: Sequence[Any]) -> Any:
        """All that was added as a model of ONNX, with these inputs and outputs."""
        return helper.make_model(
            helper.make_graph(self.nodes, "reader", inputs, outputs, self.weights),
            opset_imports=[helper.make_opsetid("", 20), helper.make_opsetid(_MICROSOFT, 1)],
            ir_version=10,
        )

    def norm(self, states: str, weight: Floats, bias: Floats) -> str:
        """The states, each of mean 0 and variance 1, scaled and moved."""
        return self.run("LayerNormalization", [states, self.put(weight), self.put(bias)], axis=-1, epsilon=EPSILON)


def write(weights: Mapping[str, Floats], path: Path, signed: bool) -> None:
    """Write the graph: `ids` (tokens,) int64 of one pair -> `probabilities` (5,) of none, yes, no, depends, stated; and `meaning`
    (width,), the mean of the last states, from which the probabilities are told.

    Args:
        weights: by the names that `network` gives them, float32.
        signed: whether the 8 bits of a weight have a sign. The products are the same, and quicker with one, but not every processor
            adds them up exactly then (`exact_products`).
    """
    graph = Graph(signed)
    layers = 1 + max(int(name.split(".")[1]) for name in weights if name.startswith("layers."))
    count = graph.run("Shape", ["ids"])
    states, bias = _embedded(graph, count, weights), _bias(graph, count, weights)
    for number in range(layers):
        of = {name.split(".", 2)[2]: array for name, array in weights.items() if name.startswith(f"layers.{number}.")}
        states = _layer(graph, states, bias, of)
    _judged(graph, states, weights)
    inputs = [helper.make_tensor_value_info("ids", TensorProto.INT64, ["tokens"])]
    outputs = [
        helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [5]),
        helper.make_tensor_value_info("meaning", TensorProto.FLOAT, ["width"]),
    ]
    onnx.save_model(
        graph.model(inputs, outputs),
        path,
        save_as_external_data=True,
        location=f"{path.stem}.weights",
        size_threshold=1024,
        all_tensors_to_one_file=True,
    )


def _embedded(graph: Graph, count: str, weights: Mapping[str, Floats]) -> str:
    """States (tokens, width)."""
    words = graph.run("Gather", [graph.put(weights["words.weight"].astype(np.float16)), "ids"])
    words = graph.run("Cast", [words], to=TensorProto.FLOAT)
    positions = graph.put(weights["positions.weight"][FIRST_POSITION : FIRST_POSITION + LONGEST])
    positions = graph.run("Slice", [positions, graph.put(np.array([0])), count, graph.put(np.array([0]))])
    return graph.norm(graph.run("Add", [words, positions]), weights["norm.weight"], weights["norm.bias"])


def _bias(graph: Graph, count: str, weights: Mapping[str, Floats]) -> str:
    """The bias of attention by distance: (1, heads, tokens, tokens)."""
    table = graph.put(weights["distance.weight"][_buckets()].transpose(2, 0, 1)[None])
    both = graph.run("Concat", [count, count], axis=0)
    return graph.run("Slice", [table, graph.put(np.array([0, 0])), both, graph.put(np.array([2, 3]))])


def _layer(graph: Graph, states: str, bias: str, of: Mapping[str, Floats]) -> str:
    width = of["out.weight"].shape[0]
    size, first = width // HEADS, graph.put(np.array([0]))
    qkv = graph.run("Unsqueeze", [graph.linear(states, of["qkv.weight"], of["qkv.bias"]), first])
    query, key, value = (
        graph.run("Slice", [qkv, *(graph.put(np.array([at])) for at in (part * width, (part + 1) * width, 2))])
        for part in range(3)
    )
    mixed = graph.run(
        "MultiHeadAttention",
        [query, key, value, "", "", bias],
        domain=_MICROSOFT,
        num_heads=HEADS,
        scale=1 / math.sqrt(size),
    )
    mixed = graph.run("Squeeze", [mixed, first])
    out = graph.run("Add", [graph.linear(mixed, of["out.weight"], of["out.bias"]), states])
    states = graph.norm(out, of["norm.weight"], of["norm.bias"])
    norm = (of["norm.weight"], of["norm.bias"])
    inner = graph.run("Gelu", [graph.smoothed(states, of["inner.weight"], of["inner.bias"], norm)])
    out = graph.run("Add", [graph.linear(inner, of["outer.weight"], of["outer.bias"]), states])
    return graph.norm(out, of["last_norm.weight"], of["last_norm.bias"])


def _judged(graph: Graph, states: str, weights: Mapping[str, Floats]) -> None:
    first = graph.put(np.array([0]))
    mean = graph.run("ReduceMean", [states, first], keepdims=1)
    hidden = graph.run("Tanh", [_exact(graph, mean, weights, "hidden")])
    answers = graph.run("Sigmoid", [_exact(graph, hidden, weights, "answers")])
    outcome = graph.run("Softmax", [_exact(graph, hidden, weights, "outcome")], axis=1)
    none = graph.run("Sub", [graph.put(np.array(1, dtype=np.float32)), answers])
    whole = graph.run("Concat", [none, graph.run("Mul", [answers, outcome])], axis=1)
    graph.nodes += [
        helper.make_node("Squeeze", [whole, first], ["probabilities"]),
        helper.make_node("Squeeze", [mean, first], ["meaning"]),
    ]


def _exact(graph: Graph, states: str, weights: Mapping[str, Floats], name: str) -> str:
    weight, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
    return graph.run(
        "Gemm", [states, graph.put(weight.astype(np.float32)), graph.put(bias.astype(np.float32))], transB=1
    )


def _buckets() -> NDArray[np.int64]:
    """The bucket of the distance of each token (columns) from each (rows): exact near by, logarithmic further off."""
    at = np.arange(LONGEST)
    distance = at[None, :] - at[:, None]
    half, exact = BUCKETS // 2, BUCKETS // 4
    far = np.abs(distance)
    logarithm = exact + (np.log(np.maximum(far, 1) / exact) / math.log(FAR / exact) * (half - exact)).astype(np.int64)
    bucket: NDArray[np.int64] = (distance > 0) * half + np.where(far < exact, far, np.minimum(logarithm, half - 1))
    return bucket
