"""A frame of speech from the one before it, at fixed shapes and places in memory.

Between two frames of a large model there are some thousand small kernels, and launching them one by one from Python
costs several times what they do. At fixed places all of it, the backbone's step, the flow's steps with guidance and
the embedding between them, is one CUDA graph that is replayed; compiled first, where that was asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor

from reference_model.backbone import Cache
from reference_model.flow import Grid

if TYPE_CHECKING:
    from reference_model.tts import TTS, Sampling

# Shapes:  B requests   Q rows of codes   A acoustic values   V semantic ids

_CAPTURING = Lock()  # torch captures on one stream of its own
WARM_UPS = 3  # runs before a capture, in which libraries choose their kernels and take their memory


@dataclass(frozen=True, slots=True, eq=False)
class Chances:
    """What is random in a frame, drawn outside of it from each request's own generator."""

    noise: Tensor  # (B, A), where the flow begins
    semantic: Tensor | None  # (B, V), Gumbel's; None: the likeliest code


class FrameStep(Protocol):
    """What makes ids of the next frame (B, Q) of those of the last, and keeps the cache that it reads."""

    cache: Cache
    grid: Grid

    def __call__(self, ids: Tensor, chances: Chances) -> Tensor:
        """Ids (B, Q) of the frame after `ids` (B, Q)."""
        ...


class EagerStep:
    """Kernel by kernel, looking at no more of the cache than is filled: the fastest on a processor."""

    def __init__(self, tts: TTS, batch: int, room: int, sampling: Sampling) -> None:
        self.tts, self.sampling = tts, sampling
        self.cache = tts.backbone.cache(batch, room)
        self.grid = tts.flow.grid(sampling.steps)

    def __call__(self, ids: Tensor, chances: Chances) -> Tensor:
        """Ids (B, Q) of the frame after `ids` (B, Q)."""
        inputs = self.tts.backbone.embed_frames(ids[:, :, None])
        hidden = self.tts.backbone.read(inputs, self.cache)[:, 0]
        return self.tts.draw(hidden, chances, self.sampling, self.grid)


class FixedStep:
    """The same work on tensors that stay where they are: a CUDA graph on a GPU, and compiled if asked."""

    def __init__(self, tts: TTS, batch: int, room: int, sampling: Sampling, *, compiled: bool) -> None:
        config, self.device = tts.config, tts.device
        self.cache = tts.backbone.cache(batch, room)
        self._new_grid: Callable[[], Grid] = partial(tts.flow.grid, sampling.steps)
        self.grid = self._new_grid()
        self.ids = torch.zeros(batch, config.codec.n_codebooks, dtype=torch.long, device=self.device)
        self.chances = Chances(
            torch.zeros(batch, config.codec.acoustic_dim, device=self.device),
            torch.zeros(batch, config.semantic_rows, device=self.device) if sampling.temperature else None,
        )

        def work() -> Tensor:
            inputs = tts.backbone.embed_frames(self.ids[:, :, None])
            hidden = tts.backbone.read(inputs, self.cache, everywhere=True)[:, 0]
            return tts.draw(hidden, self.chances, sampling, self.grid)

        self._work: Callable[[], Tensor] = work
        if compiled:
            # One graph or none: a part that only Python could run could not be replayed. Each step is compiled for
            # itself, since torch compiles one function eight times and then no more.
            self._work = torch.compile(  # type: ignore[call-overload]
                work, fullgraph=True, dynamic=False, isolate_recompiles=True
            )
        self._graph: torch.cuda.CUDAGraph | None = None
        if self.device.type == "cuda":
            with _CAPTURING, torch.cuda.device(self.device):
                self._capture()

    def begin(self) -> None:
        """Make ready for other requests: nothing is read yet, and the weights may have learned."""
        self.cache.lengths.zero_()
        for mine, made in zip(self.grid, self._new_grid(), strict=True):
            mine.copy_(made)

    def _capture(self) -> None:
        beside = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        beside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(beside):
            for _ in range(WARM_UPS):
                self._work()
        torch.cuda.current_stream().wait_stream(beside)
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph, capture_error_mode="thread_local"):  # other threads may speak meanwhile
            self._next = self._work()

    def __call__(self, ids: Tensor, chances: Chances) -> Tensor:
        """Ids (B, Q) of the frame after `ids` (B, Q); on a GPU they are overwritten by the next call."""
        self.ids.copy_(ids)
        self.chances.noise.copy_(chances.noise)
        if self.chances.semantic is not None and chances.semantic is not None:
            self.chances.semantic.copy_(chances.semantic)
        if self._graph is None:
            return self._work()
        with torch.cuda.device(self.device):
            self._graph.replay()
        return self._next
