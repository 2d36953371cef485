"""ONNX Runtime, told not to report to its maker. Since 1.29 its builds for Linux do by default, and leave a number for the machine in
the home folder; the program sends nothing to anybody. It is imported here, and nowhere else before."""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # read when the library is loaded

import onnxruntime

__all__ = ["onnxruntime"]
