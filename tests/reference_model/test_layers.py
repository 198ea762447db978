"""The rotary embedding, grouped queries and SwiGLU, each against its formula."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from reference_model.layers import Attention, FeedForward, rotated, rotations
from tests.reference_model.naive_transformer import attended, turned
from tests.strategies import quick


def drawn(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def close(found: torch.Tensor, expected: torch.Tensor, atol: float = 1e-6) -> None:
    np.testing.assert_allclose(found.detach(), expected.detach(), atol=atol, rtol=0)


def attention(n_heads: int, n_kv_heads: int, head_dim: int = 4, dim: int = 10) -> Attention:
    made = Attention(dim, n_heads, n_kv_heads, head_dim).double()
    for seed, weight in enumerate(made.parameters()):
        weight.data = drawn(*weight.shape, seed=seed) / math.sqrt(dim)
    return made


# --- rotary embedding ------------------------------------------------------------------------------------------------


def test_angles_are_known():
    turns = rotations(torch.tensor([0, 3]), head_dim=4, theta=100.0)
    expected = [[[1, 0], [1, 0]], [[math.cos(3), math.sin(3)], [math.cos(0.3), math.sin(0.3)]]]
    close(turns, torch.tensor(expected))


def test_neighbours_are_a_pair():
    x = torch.tensor([1.0, 0, 0, 0, 0, 10]).reshape(1, 1, 1, 6)
    turns = torch.tensor([[[math.cos(0.1), math.sin(0.1)], [0, 1], [math.cos(0.2), math.sin(0.2)]]])  # (1, 3, 2)
    expected = [math.cos(0.1), math.sin(0.1), 0, 0, -10 * math.sin(0.2), 10 * math.cos(0.2)]
    close(rotated(x, turns).flatten(), torch.tensor(expected))


@pytest.mark.parametrize("theta", [1_000_000.0, 10_000.0, 3.0])
@pytest.mark.parametrize("head_dim", [2, 8, 128])
def test_turning_is_multiplying_complex_numbers(head_dim, theta):
    x = drawn(2, 20, 3, head_dim)
    found = rotated(x, rotations(torch.arange(20), head_dim, theta))
    for row in range(2):
        for head in range(3):
            close(found[row, :, head], turned(x[row, :, head], theta), atol=2e-5)


def test_the_first_position_is_not_turned():
    x = drawn(1, 4, 2, 8).float()
    found = rotated(x, rotations(torch.arange(4), 8, 10_000.0))
    assert torch.equal(found[:, 0], x[:, 0])
    assert not torch.isclose(found[:, 1:], x[:, 1:]).all(-1).any()


@quick
@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 3_000))
def test_scores_depend_on_the_distance_alone(query, key, shift):
    q, k = drawn(1, 1, 1, 16, seed=1), drawn(1, 1, 1, 16, seed=2)

    def score(query: int, key: int) -> float:
        turns = [rotations(torch.tensor([place]), 16, 1_000_000.0) for place in (query, key)]
        return float((rotated(q, turns[0]) * rotated(k, turns[1])).sum())

    assert score(query + shift, key + shift) == pytest.approx(score(query, key), abs=5e-3)


def test_scores_depend_on_the_distance():
    q, k = drawn(1, 1, 1, 16, seed=1), drawn(1, 1, 1, 16, seed=2)
    scores = (rotated(q.expand(1, 50, 1, 16), rotations(torch.arange(50), 16, 1_000_000.0)) * k).sum((0, 2, 3))
    assert len(scores.round(decimals=4).unique()) == 50


def test_each_row_of_a_batch_has_positions_of_its_own():
    x, positions = drawn(2, 3, 2, 8), torch.tensor([[0, 1, 2], [7, 8, 9]])
    together = rotated(x, rotations(positions, 8, 100.0))
    for row in range(2):
        assert torch.equal(together[row], rotated(x[row : row + 1], rotations(positions[row], 8, 100.0))[0])


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float32])
def test_turning_keeps_length_and_type(dtype):
    x = drawn(2, 5, 3, 8).to(dtype)
    found = rotated(x, rotations(torch.arange(5), 8, 100.0))
    assert found.dtype == dtype
    close(found.float().norm(dim=-1), x.float().norm(dim=-1), atol=5e-2)


# --- attention -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n_heads", "n_kv_heads"), [(4, 4), (4, 2), (6, 2), (6, 3), (3, 1), (1, 1)])
@pytest.mark.parametrize("theta", [None, 50.0], ids=["plain", "causal"])
def test_attention_is_that_of_each_head_alone(n_heads, n_kv_heads, theta):
    module, x = attention(n_heads, n_kv_heads), drawn(2, 7, 10)
    q, k, v = module.project(x)
    if theta is not None:
        q, k = (rotated(part, rotations(torch.arange(7), module.head_dim, theta)) for part in (q, k))
    found = module.attend(q, k, v, causal=theta is not None)
    for row in range(2):
        close(found[row], attended(module, x[row], theta), atol=1e-5)


def test_groups_of_neighbouring_queries_share_keys_and_values():
    module = Attention(64, n_heads=32, n_kv_heads=8, head_dim=2).double()
    module.wo.weight.data = torch.eye(64, dtype=torch.float64)
    values = torch.arange(8.0, dtype=torch.float64)[:, None].expand(1, 5, 8, 2)  # each head's are its number
    found = module.attend(drawn(1, 3, 32, 2), drawn(1, 5, 8, 2), values)
    expected = torch.tensor([head // 4 for head in range(32)], dtype=torch.float64)
    close(found.unflatten(-1, (32, 2)), expected[:, None].expand(1, 3, 32, 2))


def test_what_the_mask_leaves_out_is_not_seen():
    module = attention(4, 2)
    q, k, v = drawn(2, 3, 4, 4, seed=1), drawn(2, 6, 2, 4, seed=2), drawn(2, 6, 2, 4, seed=3)
    mask = torch.ones(2, 1, 3, 6, dtype=torch.bool)
    mask[0, ..., 4:] = False
    found = module.attend(q, k, v, mask)
    close(found[:1], module.attend(q[:1], k[:1, :4], v[:1, :4]))
    close(found[1:], module.attend(q[1:], k[1:], v[1:]))


# --- feed forward ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("x", [-1.5, 0.0, 0.25, 2.0])
def test_the_first_weight_gates_the_third(x):
    module = FeedForward(1, 1)
    for weight, value in ((module.w1.weight, 2.0), (module.w3.weight, 3.0), (module.w2.weight, 5.0)):
        weight.data.fill_(value)
    gate = 2 * x / (1 + math.exp(-2 * x))
    assert module(torch.tensor([x])).item() == pytest.approx(5 * gate * 3 * x, rel=1e-5)
