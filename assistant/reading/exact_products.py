"""Whether this machine's processor adds up products of signed 8-bit weights exactly.

Where it has no instruction for it (VNNI), ONNX Runtime takes one that adds two products in 16 bits and cuts off what does not fit:
most sums are right, those of large weights too small. Weights without a sign are added up in 32 bits, for a fifth more time."""

from __future__ import annotations

import numpy as np
from onnx import TensorProto, helper

from assistant.reading.graph import Graph
from index.encoders.onnx_runtime import onnxruntime

_WIDTH = 64


def signed_are_exact() -> bool:
    """Tried on the largest sum that there can be."""
    graph = Graph(signed=True)
    ones = np.ones((_WIDTH, _WIDTH), dtype=np.float32)
    product = graph.linear("states", ones, np.zeros(_WIDTH, dtype=np.float32))
    given, told = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [_WIDTH, _WIDTH]) for name in ("states", product)
    )
    network = onnxruntime.InferenceSession(
        graph.model([given], [told]).SerializeToString(), providers=["CPUExecutionProvider"]
    )
    (sums,) = network.run([product], {"states": ones})
    return bool(np.allclose(sums, _WIDTH, rtol=0.01))
