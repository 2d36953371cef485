"""ONNX Runtime, told not to report to its maker. Since 1.29 its builds for Linux do by default, and leave a number for the machine in
the home folder; the program sends nothing to anybody. It is imported here, and nowhere else before; and how many threads it is given."""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # read when the library is loaded

import onnxruntime

__all__ = ["cores", "onnxruntime"]


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
