"""A frame of speech from the one before it, at fixed shapes and places in memory.

Between two frames of a large model there are some thousand small kernels, and launching them one by one from Python
costs several times what they do. At fixed places all of it, the backbone's step, the flow's steps with guidance and
the embedding between them, is one CUDA graph that is replayed; compiled first, where that was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from threading import Lock
from typing import Protocol

import torch
from torch import Tensor

from reference_model.backbone import Backbone
from reference_model.head import FrameHead, Sampling
from reference_model.matrices import Copies, helped_by_copies

# Shapes:  B requests   Q rows of codes

_CAPTURING = Lock()  # torch captures on one stream of its own
KEPT_STEPS = 2  # captured or compiled frames that wait for another request of their shape
WARM_UPS = 3  # runs before a capture, in which libraries choose their kernels and take their memory


class FrameStep(Protocol):
    """What makes frames of a batch, one after the other."""

    def first(self, prompts: Tensor, lengths: Tensor, chances: Sequence[Tensor]) -> Tensor:
        """Ids (B, Q) of the first frame after prompts (B, T, D) of lengths (B,), which are read into an empty cache."""
        ...

    def __call__(self, ids: Tensor, chances: Sequence[Tensor]) -> Tensor:
        """Ids (B, Q) of the frame after `ids` (B, Q)."""
        ...


class EagerStep:
    """Kernel by kernel, looking at no more of the cache than is filled: the fastest on a processor."""

    def __init__(self, backbone: Backbone, head: FrameHead, batch: int, room: int, sampling: Sampling) -> None:
        self.backbone, self.head, self.sampling = backbone, head, sampling
        self.cache = backbone.cache(batch, room)
        self.constants = head.constants(sampling)
        weight = backbone.norm.weight
        self.copies = Copies() if helped_by_copies(weight.device, weight.dtype) else nullcontext()

    def first(self, prompts: Tensor, lengths: Tensor, chances: Sequence[Tensor]) -> Tensor:
        """Ids (B, Q) of the first frame after prompts (B, T, D) of lengths (B,)."""
        with self.copies:
            hidden = _last(self.backbone.read(prompts, self.cache, lengths), lengths)
            return self.head.frame(hidden, chances, self.sampling, self.constants)

    def __call__(self, ids: Tensor, chances: Sequence[Tensor]) -> Tensor:
        """Ids (B, Q) of the frame after `ids` (B, Q)."""
        with self.copies:
            inputs = self.backbone.embed_frames(ids[:, :, None])
            hidden = self.backbone.read(inputs, self.cache)[:, 0]
            return self.head.frame(hidden, chances, self.sampling, self.constants)


class FixedStep:
    """The same work on tensors that stay where they are: a CUDA graph on a GPU, and compiled if asked."""

    def __init__(
        self, backbone: Backbone, head: FrameHead, batch: int, room: int, sampling: Sampling, *, compiled: bool
    ) -> None:
        self.backbone, self.head, self.sampling = backbone, head, sampling
        self.cache = cache = backbone.cache(batch, room)
        self.device = cache.lengths.device
        self.constants = constants = head.constants(sampling)
        self.ids = last = torch.zeros(batch, len(backbone.offsets), dtype=torch.long, device=self.device)
        self.chances = chances = head.chances([torch.Generator() for _ in range(batch)], sampling)

        def work() -> Tensor:  # of tensors, not of this object, which must go, and its cache with it, when it is let go
            inputs = backbone.embed_frames(last[:, :, None])
            hidden = backbone.read(inputs, cache, everywhere=True)[:, 0]
            return head.frame(hidden, chances, sampling, constants)

        self._work: Callable[[], Tensor] = work
        if compiled:
            # One graph or none: a part that only Python could run could not be replayed. Each step is compiled for
            # itself, since torch compiles one function eight times and then no more.
            self._work = torch.compile(  # type: ignore[call-overload]
                work, fullgraph=True, dynamic=False, isolate_recompiles=True
            )
        self._graph: torch.cuda.CUDAGraph | None = None
        if self.device.type == "cuda":
            self._graph, self._next = captured(self._work, self.device)

    def begin(self) -> None:
        """Make ready for other requests: nothing is read yet, and the weights may have learned."""
        self.cache.lengths.zero_()
        for mine, made in zip(self.constants, self.head.constants(self.sampling), strict=True):
            mine.copy_(made)

    def first(self, prompts: Tensor, lengths: Tensor, chances: Sequence[Tensor]) -> Tensor:
        """Ids (B, Q) of the first frame after prompts (B, T, D) of lengths (B,), kernel by kernel."""
        hidden = _last(self.backbone.read(prompts, self.cache, lengths), lengths)
        return self.head.frame(hidden, chances, self.sampling, self.constants)

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


def captured(work: Callable[[], Tensor], device: torch.device) -> tuple[torch.cuda.CUDAGraph, Tensor]:
    """A graph of the work on this GPU, and the tensor in which each replay leaves its result."""
    graph = torch.cuda.CUDAGraph()
    with _CAPTURING, torch.cuda.device(device):
        beside = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        beside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(beside):
            for _ in range(WARM_UPS):
                work()
        torch.cuda.current_stream().wait_stream(beside)
        with torch.cuda.graph(graph, capture_error_mode="thread_local"):  # other threads may speak meanwhile
            result = work()
    return graph, result


def _last(hidden: Tensor, lengths: Tensor) -> Tensor:
    """Each row's last hidden state (B, D) of (B, T, D)."""
    return hidden[torch.arange(len(hidden), device=hidden.device), lengths - 1]


Key = tuple[int, int, Sampling, bool]  # batch, room, sampling, whether compiled


class KeptSteps:
    """Steps at fixed places that wait for other requests of their shape, a few of them, since each holds a cache.

    Several threads may take and give. A model's copy, and what is written of it, begins without any.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[tuple[Key, int], FixedStep] = {}

    def __reduce__(self) -> tuple[type[KeptSteps], tuple[()]]:
        return KeptSteps, ()

    def __len__(self) -> int:
        return len(self._kept)

    def take(self, key: Key, weights: int, make: Callable[[], FixedStep]) -> FixedStep:
        """A step that waits for this, ready to begin, or a new one; those of weights that moved are forgotten."""
        with self._lock:
            # What was captured of weights where they no longer are would be read from memory that is another's.
            self._kept = {each: step for each, step in self._kept.items() if each[1] == weights}
            step = self._kept.pop((key, weights), None)
            if step is None:
                self._trim(KEPT_STEPS - 1)  # first, to have the room
        step = make() if step is None else step
        step.begin()
        return step

    def give(self, key: Key, weights: int, step: FixedStep) -> None:
        """Let it wait; it is let go where there are too many, the longest unused first."""
        with self._lock:
            self._kept[key, weights] = step
            self._trim(KEPT_STEPS)

    def _trim(self, most: int) -> None:
        while len(self._kept) > most:
            self._kept.pop(next(iter(self._kept)))
