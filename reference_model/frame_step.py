"""A frame of speech from the one before it, at fixed shapes and places in memory.

Between two frames of a large model there are some thousand small kernels, and launching them one by one from Python
costs several times what they do. At fixed places all of it, the backbone's step, the flow's steps with guidance and
the embedding between them, is one CUDA graph that is replayed; compiled first, where that was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor

from reference_model.backbone import Cache

if TYPE_CHECKING:
    from reference_model.head import Sampling
    from reference_model.tts import TTS

# Shapes:  B requests   Q rows of codes

_CAPTURING = Lock()  # torch captures on one stream of its own
WARM_UPS = 3  # runs before a capture, in which libraries choose their kernels and take their memory


class FrameStep(Protocol):
    """What makes ids of the next frame (B, Q) of those of the last, and keeps the cache that it reads."""

    cache: Cache
    constants: tuple[Tensor, ...]  # the head's

    def __call__(self, ids: Tensor, chances: Sequence[Tensor]) -> Tensor:
        """Ids (B, Q) of the frame after `ids` (B, Q)."""
        ...


class EagerStep:
    """Kernel by kernel, looking at no more of the cache than is filled: the fastest on a processor."""

    def __init__(self, tts: TTS, batch: int, room: int, sampling: Sampling) -> None:
        self.tts, self.sampling = tts, sampling
        self.cache = tts.backbone.cache(batch, room)
        self.constants = tts.head.constants(sampling)

    def __call__(self, ids: Tensor, chances: Sequence[Tensor]) -> Tensor:
        """Ids (B, Q) of the frame after `ids` (B, Q)."""
        inputs = self.tts.backbone.embed_frames(ids[:, :, None])
        hidden = self.tts.backbone.read(inputs, self.cache)[:, 0]
        return self.tts.head.frame(hidden, chances, self.sampling, self.constants)


class FixedStep:
    """The same work on tensors that stay where they are: a CUDA graph on a GPU, and compiled if asked."""

    def __init__(self, tts: TTS, batch: int, room: int, sampling: Sampling, *, compiled: bool) -> None:
        config, self.device = tts.config, tts.device
        self.cache = tts.backbone.cache(batch, room)
        self._new_constants = partial(tts.head.constants, sampling)
        self.constants = self._new_constants()
        self.ids = torch.zeros(batch, config.codec.n_codebooks, dtype=torch.long, device=self.device)
        self.chances = tts.head.chances([torch.Generator() for _ in range(batch)], sampling)

        def work() -> Tensor:
            inputs = tts.backbone.embed_frames(self.ids[:, :, None])
            hidden = tts.backbone.read(inputs, self.cache, everywhere=True)[:, 0]
            return tts.head.frame(hidden, self.chances, sampling, self.constants)

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
        for mine, made in zip(self.constants, self._new_constants(), strict=True):
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

    def __call__(self, ids: Tensor, chances: Sequence[Tensor]) -> Tensor:
        """Ids (B, Q) of the frame after `ids` (B, Q); on a GPU they are overwritten by the next call."""
        self.ids.copy_(ids)
        for mine, drawn in zip(self.chances, chances, strict=True):
            mine.copy_(drawn)
        if self._graph is None:
            return self._work()
        with torch.cuda.device(self.device):
            self._graph.replay()
        return self._next
