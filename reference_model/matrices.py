"""Products of few rows with matrices, at the speed at which a processor reads them.

A frame of speech is one row in the backbone and six in the flow, so that what a product costs is the reading of its
matrix. torch's own product of float32 reads at a fifth to four fifths of the memory's bandwidth, by processor; oneDNN's
at nearly all of it, from a copy in the order in which it reads. Matrices that meet the same rows are copied as one. The
copies take as much memory as the matrices do, once more, and last as long.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.weak import WeakTensorKeyDictionary

# Shapes:  N rows   D width

FEW = 64  # rows; with more of them, arithmetic is what costs


class Matrix(nn.Linear):
    """A linear map without bias."""

    def __init__(self, inner: int, outer: int) -> None:
        super().__init__(inner, outer, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map (..., D_in) to (..., D_out)."""
        return side_by_side(x, self)[0]


def side_by_side(x: Tensor, *matrices: Matrix) -> Sequence[Tensor]:
    """What each of several matrices makes of x (..., D_in)."""
    weights = [matrix.weight for matrix in matrices]
    few = x.is_cpu and 0 < x.numel() <= FEW * x.shape[-1] and x.dtype in TYPES
    # oneDNN's product has no gradient, and a graph of torch.compile no copy that is kept.
    if not few or torch.is_grad_enabled() or torch.compiler.is_compiling():
        return [F.linear(x, weight) for weight in weights]
    whole: Tensor = torch.ops.mkldnn._linear_pointwise(x, _copy(weights), None, "none", [], "")
    return [whole] if len(weights) == 1 else torch.split(whole, [len(weight) for weight in weights], dim=-1)


_COPIES = WeakTensorKeyDictionary()  # the first weight -> the state of all, and their copy


def _copy(weights: list[Tensor]) -> Tensor:
    """The weights below each other in oneDNN's order, copied anew when one has moved or learned."""
    state = [(weight.data_ptr(), 0 if weight.is_inference() else weight._version) for weight in weights]
    kept: tuple[list[tuple[int, int]], Tensor] | None = _COPIES.get(weights[0])  # type: ignore[no-untyped-call]
    if kept is None or kept[0] != state:
        whole = torch.cat([weight.detach() for weight in weights])
        kept = _COPIES[weights[0]] = state, torch.ops.mkldnn._reorder_linear_weight(whole, FEW)
    return kept[1]


def _types() -> frozenset[torch.dtype]:
    """The types whose products oneDNN makes on this processor."""
    if not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return frozenset()
    halves = {
        torch.bfloat16: torch.ops.mkldnn._is_mkldnn_bf16_supported,
        torch.float16: torch.ops.mkldnn._is_mkldnn_fp16_supported,
    }
    return frozenset({torch.float32, *(dtype for dtype, supported in halves.items() if supported())})


TYPES = _types()
