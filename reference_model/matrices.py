"""Products with matrices, of few rows above all, for which a processor does little but read the matrices.

A frame of speech is one row in the backbone and six in the flow. torch's own product of float32 reads at a fifth to
four fifths of the memory's bandwidth, by processor; oneDNN's at nearly all of it, from a copy in the order in which it
reads. Matrices that meet the same rows are copied as one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar, Token

import torch
from torch import Tensor, nn
from torch.nn import functional as F

ROWS = 64  # that the order is chosen for; it is the same for fewer


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
    # Compiled, there are no copies: asked for first, since torch.compile can't read what is entered.
    copies = None if torch.compiler.is_compiling() else _ENTERED.get()
    if copies is None or not x.numel() or x.dtype != weights[0].dtype:
        return [F.linear(x, weight) for weight in weights]
    whole: Tensor = torch.ops.mkldnn._linear_pointwise(x, copies.of(weights), None, "none", [], "")
    return [whole] if len(weights) == 1 else torch.split(whole, [len(weight) for weight in weights], dim=-1)


class Copies:
    """Copies of matrices, made when they are first met, that products read while this is entered.

    They take as much memory as the matrices, and go when this goes. As long as it lives, no weight may change or move,
    and no gradient is asked for.
    """

    def __init__(self) -> None:
        self._of: dict[int, Tensor] = {}  # by the first weight
        self._token: Token[Copies | None] | None = None

    def of(self, weights: Sequence[Tensor]) -> Tensor:
        """The weights below each other, in oneDNN's order."""
        copy = self._of.get(id(weights[0]))
        if copy is None:
            whole = torch.cat([weight.detach() for weight in weights])
            copy = self._of[id(weights[0])] = torch.ops.mkldnn._reorder_linear_weight(whole, ROWS)
        return copy

    def __enter__(self) -> None:
        self._token = _ENTERED.set(self)

    def __exit__(self, *_: object) -> None:
        assert self._token is not None
        _ENTERED.reset(self._token)


_ENTERED: ContextVar[Copies | None] = ContextVar("_ENTERED", default=None)


def helped_by_copies(device: torch.device, dtype: torch.dtype) -> bool:
    """Whether oneDNN makes products of this type here."""
    if device.type != "cpu" or not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return False
    supported: dict[torch.dtype, Callable[[], bool]] = {
        torch.float32: lambda: True,
        torch.bfloat16: torch.ops.mkldnn._is_mkldnn_bf16_supported,
        torch.float16: torch.ops.mkldnn._is_mkldnn_fp16_supported,
    }
    return dtype in supported and supported[dtype]()
