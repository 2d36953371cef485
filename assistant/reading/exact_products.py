"""Whether a processor adds up products of signed 8-bit weights exactly.

Where it has no instruction for it (VNNI), ONNX Runtime takes one that adds two products in 16 bits and cuts off what does not fit:
most sums are right, those of large weights too small. Weights without a sign are added up in 32 bits, for a fifth more time. What
tries it is kept beside a compiled reader, which may serve on another machine, where nothing can be compiled."""

from __future__ import annotations

import numpy as np

from index.encoders.onnx_runtime import onnxruntime

PROBE = "probe.onnx"
_WIDTH = 64


def probe() -> bytes:
    """A network that adds up the largest sums there can be of signed weights: `states` and `sums`, (64, 64) of float32."""
    from onnx import TensorProto, helper

    from assistant.reading.graph import Graph

    graph = Graph(signed=True)
    ones = np.ones((_WIDTH, _WIDTH), dtype=np.float32)
    sums = graph.linear("states", ones, np.zeros(_WIDTH, dtype=np.float32))
    given, told = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [_WIDTH, _WIDTH]) for name in ("states", sums)
    )
    return bytes(graph.model([given], [told]).SerializeToString())


def is_exact(network: bytes) -> bool:
    """Whether this machine's processor computes what `probe` gave as it should."""
    session = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
    (sums,) = session.run(None, {"states": np.ones((_WIDTH, _WIDTH), dtype=np.float32)})
    return bool(np.allclose(sums, _WIDTH, rtol=0.01))
