"""Where a torch model runs."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from voxeval.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep torch to one CPU thread while a network runs that is too small for more, and set it back afterwards."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
