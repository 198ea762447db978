"""What is asked of a head: hidden state in, one frame of codes out, and a loss to learn it by.

The flow (`flow.py`) is the one that was released. The other heads of the paper's ablation can stand in its place: what
speaks and what learns know nothing of how a head draws a frame.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

# Shapes:  B requests   N frames   Q rows of ids   D width of the backbone


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How codes are drawn. As released: the likeliest semantic code, 7 steps, guidance 1.2."""

    temperature: float = 0.0  # of the semantic code; 0: the likeliest
    top_p: float = 1.0  # smallest set of semantic codes with this probability
    steps: int | None = None  # None: the configuration's
    guidance: float | None = None

    def __post_init__(self) -> None:
        """Refuse what nothing can be drawn from."""
        if not 0 <= self.temperature < math.inf or not 0 < self.top_p <= 1:
            raise ValueError(f"temperature {self.temperature}, top_p {self.top_p}; expected from 0, and in (0, 1]")
        if self.steps is not None and self.steps < 1:
            raise ValueError(f"got {self.steps} steps; expected at least 1")
        if self.guidance is not None and not math.isfinite(self.guidance):
            raise ValueError(f"got the guidance {self.guidance}; expected a finite number")


RELEASED = Sampling()


class FrameHead(Protocol):
    """What makes frames of hidden states."""

    def constants(self, sampling: Sampling) -> tuple[Tensor, ...]:
        """What is the same for every frame, where the weights are and of the same shapes each time."""
        ...

    def chances(self, generators: Sequence[torch.Generator], sampling: Sampling) -> tuple[Tensor, ...]:
        """What is random in the next frame, where the weights are and of the same shapes each time.

        Each request draws from its own generator, one of the CPU.
        """
        ...

    def frame(
        self, hidden: Tensor, chances: Sequence[Tensor], sampling: Sampling, constants: Sequence[Tensor]
    ) -> Tensor:
        """Ids (B, Q) of a frame, special codes counted, from hidden states (B, D): tensors alone, nothing is asked."""
        ...

    def loss(
        self, hidden: Tensor, ids: Tensor, weight: Tensor, generator: torch.Generator | None = None
    ) -> dict[str, Tensor]:
        """Losses to be added up, means by weight (N,) over frames' ids (N, Q) under hidden states (N, D).

        A row whose semantic id is END_AUDIO is the end of a speech, and its other ids are nothing.
        """
        ...
