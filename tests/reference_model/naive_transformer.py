"""A transformer layer written pair by pair and head by head, in float64, to compare the model's with."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from reference_model.layers import Attention, FeedForward


def turned(x: Tensor, theta: float) -> Tensor:
    """Row p of x (T, E) taken as E/2 complex numbers side by side, each times e^(i p theta^(-2d/E))."""
    n_rows, width = x.shape
    numbers = torch.view_as_complex(x.double().reshape(n_rows, width // 2, 2))
    angles = torch.tensor([[p * theta ** (-2 * d / width) for d in range(width // 2)] for p in range(n_rows)])
    return torch.view_as_real(numbers * torch.exp(1j * angles.double())).flatten(1)


def attended(attention: Attention, x: Tensor, theta: float | None) -> Tensor:
    """Map (T, D) to the same shape: causal and turned by `theta`, or, without one, neither."""
    width, group = attention.head_dim, attention.n_heads // attention.n_kv_heads
    heads = []
    for head in range(attention.n_heads):
        mine = slice(head * width, (head + 1) * width)
        shared = slice(head // group * width, (head // group + 1) * width)
        q = x @ attention.wq.weight[mine].T
        k = x @ attention.wk.weight[shared].T
        v = x @ attention.wv.weight[shared].T
        if theta is not None:
            q, k = turned(q, theta), turned(k, theta)
        scores = q @ k.T / math.sqrt(width)
        if theta is not None:
            scores = scores.masked_fill(torch.ones_like(scores, dtype=torch.bool).triu(1), -math.inf)
        heads.append(scores.softmax(-1) @ v)
    return torch.cat(heads, -1) @ attention.wo.weight.T


def fed_forward(feed_forward: FeedForward, x: Tensor) -> Tensor:
    gate = x @ feed_forward.w1.weight.T
    return (gate * gate.sigmoid() * (x @ feed_forward.w3.weight.T)) @ feed_forward.w2.weight.T


def normed(norm: nn.RMSNorm, x: Tensor, eps: float) -> Tensor:
    return x / (x.square().mean(-1, keepdim=True) + eps).sqrt() * norm.weight


def layered(layer: nn.Module, x: Tensor, theta: float | None, eps: float) -> Tensor:
    """Map (T, D) to the same shape by a layer of backbone or flow."""
    x = x + attended(layer.attention, normed(layer.attention_norm, x, eps), theta)
    return x + fed_forward(layer.feed_forward, normed(layer.ffn_norm, x, eps))


def with_uneven_norms(module: nn.Module, seed: int = 0) -> None:
    """Give the norms, which begin with ones, weights that tell them apart."""
    generator = torch.Generator().manual_seed(seed)
    for part in module.modules():
        if isinstance(part, nn.RMSNorm):
            part.weight.data.uniform_(0.5, 2, generator=generator)
