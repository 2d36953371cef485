"""In what numbers a network is quickest to train on a device."""

import torch


def quickest(device: torch.device) -> torch.dtype:
    """bfloat16; but float32 on processors without instructions for it, where products in bfloat16 take seven times as long."""
    if device.type != "cpu":
        return torch.bfloat16
    able = torch.cpu.get_capabilities()
    return torch.bfloat16 if able.get("avx512_bf16") or able.get("amx_bf16") else torch.float32
