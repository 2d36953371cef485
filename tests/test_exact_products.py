"""Sums of 8-bit products are exact on whichever processor this is: tried, and stored as it needs them."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper

from assistant.reading.exact_products import is_exact, probe
from assistant.reading.graph import Graph
from index.encoders.onnx_runtime import session_options

SIGNED = is_exact(probe())  # on this processor


def product(states: np.ndarray, weight: np.ndarray, signed: bool) -> np.ndarray:
    """What ONNX Runtime makes of one layer without a bias."""
    graph = Graph(signed)
    name = graph.linear("states", weight, np.zeros(len(weight), dtype=np.float32))
    given = helper.make_tensor_value_info("states", TensorProto.FLOAT, list(states.shape))
    told = helper.make_tensor_value_info(name, TensorProto.FLOAT, [len(states), len(weight)])
    model = graph.model([given], [told]).SerializeToString()
    network = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    (found,) = network.run([name], {"states": states})
    return np.asarray(found)


@pytest.mark.parametrize("kind", ["largest", "drawn"])
def test_products_are_right_as_the_reader_is_compiled_here_and_without_a_sign_anywhere(kind):
    drawn = np.random.default_rng(0)
    if kind == "largest":  # every product as large as it can be
        states = weight = np.ones((64, 64), dtype=np.float32)
    else:
        states, weight = (drawn.standard_normal((64, 64)).astype(np.float32) for _ in range(2))
    exact = states @ weight.T
    for signed in {False, SIGNED}:
        found = product(states, weight, signed)
        assert np.abs(found - exact).max() < 0.03 * np.abs(exact).max()  # 8 bits


def test_with_and_without_a_sign_weights_are_the_same_numbers():
    if not SIGNED:
        pytest.skip("this processor cuts off sums of signed weights, so there is nothing to compare")
    drawn = np.random.default_rng(1)
    states, weight = (drawn.standard_normal((40, 96)).astype(np.float32) for _ in range(2))
    np.testing.assert_allclose(product(states, weight, True), product(states, weight, False), rtol=0, atol=1e-4)


def test_threads_of_a_network_sleep_when_they_have_nothing_to_do():
    options = session_options(2)
    assert options.intra_op_num_threads == 2
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"
