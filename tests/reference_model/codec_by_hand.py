"""The codec written out by hand from the specification: plain functions of tensors by name, one step at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn.functional import conv1d

Tensors = Mapping[str, Tensor]


def of(tensors: Tensors, prefix: str) -> dict[str, Tensor]:
    """What begins with a prefix, without it."""
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def norm_by_hand(x: Tensor, weight: Tensor, eps: float) -> Tensor:
    return x / (x.square().mean(-1, keepdim=True) + eps).sqrt() * weight


def weight_by_hand(tensors: Tensors) -> Tensor:
    """Magnitude times direction, row by row of the first axis."""
    magnitude = tensors["conv.parametrizations.weight.original0"]
    direction = tensors["conv.parametrizations.weight.original1"]
    return torch.stack([g * v / v.square().sum().sqrt() for g, v in zip(magnitude.flatten(), direction, strict=True)])


def padded_by_hand(x: Tensor, left: int, right: int, mode: str) -> Tensor:
    """Steps before and after x (B, D, P), one by one."""
    n_steps = x.shape[-1]
    if mode == "replicate":
        before = [x[..., 0]] * left
    else:
        before = [x[..., step] if step < n_steps else torch.zeros_like(x[..., 0]) for step in range(left, 0, -1)]
    return torch.stack([*before, *x.unbind(-1), *([x[..., -1]] * right)], dim=-1)


def conv_by_hand(tensors: Tensors, x: Tensor, stride: int = 1, mode: str = "replicate") -> Tensor:
    weight = weight_by_hand(tensors)
    whole = padded_by_hand(x, weight.shape[-1] - stride, -x.shape[-1] % stride, mode)
    return conv1d(whole, weight, stride=stride)


def upsampled_by_hand(tensors: Tensors, x: Tensor) -> Tensor:
    """Kernel 4, stride 2: each input is spread over four outputs; the last two of all are dropped."""
    weight = weight_by_hand(tensors)  # (D_in, D_out, 4)
    batch, _, n_steps = x.shape
    out = x.new_zeros(batch, weight.shape[1], 2 * n_steps + 2)
    for step in range(n_steps):
        for tap in range(4):
            out[..., 2 * step + tap] += x[..., step] @ weight[..., tap]
    return out[..., : 2 * n_steps]


def attention_by_hand(tensors: Tensors, x: Tensor, slopes: Sequence[float], window: int, eps: float) -> Tensor:
    """Map (B, P, D) to the same shape, a softmax for each row, head and query."""
    q = norm_by_hand(x @ tensors["wq.weight"].T, tensors["q_norm.weight"], eps)
    k = norm_by_hand(x @ tensors["wk.weight"].T, tensors["k_norm.weight"], eps)
    v = x @ tensors["wv.weight"].T
    width = q.shape[-1] // len(slopes)
    out = torch.zeros_like(q)
    for row in range(len(x)):
        for head, slope in enumerate(slopes):
            mine = slice(head * width, (head + 1) * width)
            for query in range(x.shape[1]):
                keys = range(max(0, query - window), query + 1)
                scores = [
                    q[row, query, mine] @ k[row, key, mine] / math.sqrt(width) + slope * (key - query) for key in keys
                ]
                shares = torch.stack(scores).softmax(0)
                out[row, query, mine] = sum(share * v[row, key, mine] for share, key in zip(shares, keys, strict=True))
    return out @ tensors["wo.weight"].T


def layer_by_hand(tensors: Tensors, x: Tensor, slopes: Sequence[float], window: int) -> Tensor:
    """Map (B, P, D) to the same shape: norms of epsilon 0.01 before, learned scales after."""
    u = norm_by_hand(x, tensors["attention_norm.weight"], 1e-2)
    x = x + tensors["attention_scale"] * attention_by_hand(of(tensors, "attention."), u, slopes, window, 1e-6)
    u = norm_by_hand(x, tensors["ffn_norm.weight"], 1e-2)
    gate = u @ tensors["feed_forward.w1.weight"].T
    hidden = gate * gate.sigmoid() * (u @ tensors["feed_forward.w3.weight"].T)
    return x + tensors["ffn_scale"] * (hidden @ tensors["feed_forward.w2.weight"].T)


def stage_by_hand(tensors: Tensors, x: Tensor, slopes: Sequence[float], window: int) -> Tensor:
    """Two layers on (B, D, P)."""
    x = x.transpose(1, 2)
    for index in range(2):
        x = layer_by_hand(of(tensors, f"layers.{index}."), x, slopes, window)
    return x.transpose(1, 2)


def sound_by_hand(tensors: Tensors, latents: Tensor, slopes: Sequence[float]) -> Tensor:
    """Sound (B, 1, S) of latents (B, D, F)."""
    x = conv_by_hand(of(tensors, "decoder_blocks.0."), latents)
    x = stage_by_hand(of(tensors, "decoder_blocks.1."), x, slopes, window=2)
    x = upsampled_by_hand(of(tensors, "decoder_blocks.2."), x)
    x = stage_by_hand(of(tensors, "decoder_blocks.3."), x, slopes, window=4)
    x = upsampled_by_hand(of(tensors, "decoder_blocks.4."), x)
    x = stage_by_hand(of(tensors, "decoder_blocks.5."), x, slopes, window=8)
    x = upsampled_by_hand(of(tensors, "decoder_blocks.6."), x)
    x = stage_by_hand(of(tensors, "decoder_blocks.7."), x, slopes, window=16)
    x = conv_by_hand(of(tensors, "output_proj."), x, mode="reflect")
    return torch.cat(x.unbind(-1), dim=-1)[:, None]  # channels of a step are neighbours in time


def latents_by_hand(tensors: Tensors, waveform: Tensor, slopes: Sequence[float], patch: int) -> Tensor:
    """Latents (B, D, F) of sound (B, 1, S)."""
    silence = waveform.new_zeros(len(waveform), -waveform.shape[-1] % patch)
    samples = torch.cat([waveform[:, 0], silence], dim=-1)
    x = torch.stack(samples.split(patch, dim=-1), dim=-1)  # (B, patch, P)
    x = conv_by_hand(of(tensors, "input_proj."), x, mode="reflect")
    x = stage_by_hand(of(tensors, "encoder_blocks.0."), x, slopes, window=16)
    x = conv_by_hand(of(tensors, "encoder_blocks.1."), x, stride=2)
    x = stage_by_hand(of(tensors, "encoder_blocks.2."), x, slopes, window=8)
    x = conv_by_hand(of(tensors, "encoder_blocks.3."), x, stride=2)
    x = stage_by_hand(of(tensors, "encoder_blocks.4."), x, slopes, window=4)
    x = conv_by_hand(of(tensors, "encoder_blocks.5."), x, stride=2)
    x = stage_by_hand(of(tensors, "encoder_blocks.6."), x, slopes, window=2)
    return conv_by_hand(of(tensors, "encoder_blocks.7."), x)
