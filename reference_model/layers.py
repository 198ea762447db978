"""Layers that backbone and flow share: grouped-query attention with an interleaved rotary embedding, and SwiGLU.

Rotary embedding: Su et al., RoFormer (2021), pairs side by side as in Mistral's own code. Grouped queries: Ainslie et
al. (2023). SwiGLU: Shazeer, GLU Variants (2020).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from reference_model.matrices import Matrix, side_by_side

# Shapes:  B batch   T positions   S keys   H heads   K heads of keys and values   G heads of a group, H/K
#          E width of a head   D width


def rotations(positions: Tensor, head_dim: int, theta: float) -> Tensor:
    """Angles' cosines and sines for positions (...,), as (..., E/2, 2), in float32."""
    pairs = torch.arange(0, head_dim, 2, device=positions.device, dtype=torch.float32)
    angles = positions.float()[..., None] * theta ** (-pairs / head_dim)  # (..., E/2)
    return torch.stack([angles.cos(), angles.sin()], dim=-1)


def rotated(x: Tensor, turns: Tensor) -> Tensor:
    """Each pair (x[2d], x[2d+1]) of x (B, T, H, E) turned by its angle; turns (B, T, E/2, 2) or (T, E/2, 2)."""
    even, odd = _at_least_single(x).reshape(*x.shape[:-1], -1, 2).unbind(-1)  # (B, T, H, E/2)
    cos, sin = turns.unsqueeze(-3).unbind(-1)  # (B, T, 1, E/2)
    pairs = torch.stack([even * cos - odd * sin, even * sin + odd * cos], dim=-1)  # (B, T, H, E/2, 2)
    return pairs.flatten(-2).type_as(x)


def _at_least_single(x: Tensor) -> Tensor:
    """The tensor in float32, or finer where it is."""
    return x.to(torch.promote_types(x.dtype, torch.float32))


class Attention(nn.Module):
    """Attention whose queries share heads of keys and values in groups of neighbours."""

    def __init__(self, dim: int, n_heads: int, n_kv_heads: int, head_dim: int) -> None:
        super().__init__()
        self.n_heads, self.n_kv_heads, self.head_dim = n_heads, n_kv_heads, head_dim
        self.wq = Matrix(dim, n_heads * head_dim)
        self.wk = Matrix(dim, n_kv_heads * head_dim)
        self.wv = Matrix(dim, n_kv_heads * head_dim)
        self.wo = Matrix(n_heads * head_dim, dim)

    def project(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Map (B, T, D) to queries (B, T, H, E), keys and values (B, T, K, E)."""
        q, k, v = (each.view(*x.shape[:2], -1, self.head_dim) for each in side_by_side(x, self.wq, self.wk, self.wv))
        return q, k, v

    def turned(self, x: Tensor, turns: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The same, with queries and keys turned to their positions, all heads in one go; turns as in `rotated`."""
        q, k, v = self.project(x)
        q, k = torch.split(rotated(torch.cat([q, k], dim=2), turns), [self.n_heads, self.n_kv_heads], dim=2)
        return q, k, v

    def attend(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None, *, causal: bool = False) -> Tensor:
        """Queries (B, T, H, E) on keys and values (B, S, K, E) to (B, T, D); mask (B, 1, T, S) or None."""
        k, v = k.transpose(1, 2), v.transpose(1, 2)  # (B, K, S, E)
        if causal:
            out = F.scaled_dot_product_attention(
                q.transpose(1, 2), k, v, is_causal=True, enable_gqa=self.n_heads != self.n_kv_heads
            ).transpose(1, 2)  # (B, T, H, E)
        else:  # the heads of a group are more queries of one head, so that no keys are repeated for them
            batch, length, _, width = q.shape
            groups = self.n_heads // self.n_kv_heads
            folded = q.reshape(batch, length, -1, groups, width).permute(0, 2, 3, 1, 4).flatten(2, 3)  # (B, K, G*T, E)
            seen = mask  # (B, 1, G*T, S)
            if mask is not None and groups > 1:
                seen = mask.expand(-1, -1, groups, -1) if length == 1 else mask.repeat(1, 1, groups, 1)
            out = F.scaled_dot_product_attention(folded, k, v, attn_mask=seen)
            out = out.reshape(batch, -1, groups, length, width).permute(0, 3, 1, 2, 4)  # (B, T, K, G, E)
        projected: Tensor = self.wo(out.flatten(2))  # (B, T, D)
        return projected


class FeedForward(nn.Module):
    """SwiGLU."""

    def __init__(self, dim: int, hidden_dim: int) -> None:
        super().__init__()
        self.w1 = Matrix(dim, hidden_dim)  # the gate
        self.w2 = Matrix(hidden_dim, dim)
        self.w3 = Matrix(dim, hidden_dim)

    def forward(self, x: Tensor) -> Tensor:
        """Map (..., D) to the same shape."""
        gate, value = side_by_side(x, self.w1, self.w3)
        out: Tensor = self.w2(F.silu(gate) * value)
        return out
