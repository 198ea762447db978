"""Layers that backbone and flow share: grouped-query attention with an interleaved rotary embedding, and SwiGLU.

Rotary embedding: Su et al., RoFormer (2021), pairs side by side as in Mistral's own code. Grouped queries: Ainslie et
al. (2023). SwiGLU: Shazeer, GLU Variants (2020).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

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
        self.wq = nn.Linear(dim, n_heads * head_dim, bias=False)
        self.wk = nn.Linear(dim, n_kv_heads * head_dim, bias=False)
        self.wv = nn.Linear(dim, n_kv_heads * head_dim, bias=False)
        self.wo = nn.Linear(n_heads * head_dim, dim, bias=False)

    def queries(self, x: Tensor) -> Tensor:
        """Map (B, T, D) to (B, T, H, E)."""
        out: Tensor = self.wq(x)
        return out.view(*x.shape[:2], self.n_heads, self.head_dim)

    def keys(self, x: Tensor) -> Tensor:
        """Map (B, T, D) to (B, T, K, E)."""
        out: Tensor = self.wk(x)
        return out.view(*x.shape[:2], self.n_kv_heads, self.head_dim)

    def values(self, x: Tensor) -> Tensor:
        """Map (B, T, D) to (B, T, K, E)."""
        out: Tensor = self.wv(x)
        return out.view(*x.shape[:2], self.n_kv_heads, self.head_dim)

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
        self.w1 = nn.Linear(dim, hidden_dim, bias=False)  # the gate
        self.w2 = nn.Linear(hidden_dim, dim, bias=False)
        self.w3 = nn.Linear(dim, hidden_dim, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map (..., D) to the same shape."""
        out: Tensor = self.w2(F.silu(self.w1(x)) * self.w3(x))
        return out
