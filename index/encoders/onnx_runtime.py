"""ONNX Runtime, told not to report to its maker. Since 1.29 its builds for Linux do by default, and leave a number for the machine in
the home folder; the program sends nothing to anybody. It is imported here, and nowhere else before; and how many threads it is given."""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # read when the library is loaded

import onnxruntime

__all__ = ["cores", "onnxruntime", "session_options", "share_cores"]

_shared = {"among": 1}


def cores() -> int:
    """How many cores this process may use: those of the machine that it was given, or its share of them."""
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, there // _shared["among"])


def share_cores(among: int) -> None:
    """From now on take no more than this process's share of the cores, where several do the same work; to be called before
    anything is opened. Threads of more than one pass on the same core only wait for each other."""
    _shared["among"] = among


def session_options(threads: int) -> onnxruntime.SessionOptions:
    """How a compiled network is run: with so many threads, as it was optimised when it was compiled. Threads that have nothing to do
    sleep instead of trying again and again: what they would take is what the rest of the program, and other processes, compute with."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options
