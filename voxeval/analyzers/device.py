"""Where a torch model runs."""

from __future__ import annotations

from typing import Literal

from voxeval.errors import UsageError

Device = Literal["auto", "cpu", "cuda"]


def torch_device(device: Device) -> str:
    """Name the torch device to use: `auto` is the first GPU where there is one, else the CPU.

    Raises UsageError where `cuda` is asked for and torch sees no GPU.
    """
    import torch

    if device == "cpu":
        return "cpu"
    if torch.cuda.is_available():
        return "cuda"
    if device == "cuda":
        raise UsageError("device=cuda was asked for, but torch sees no CUDA GPU; use device=auto or device=cpu")
    return "cpu"
