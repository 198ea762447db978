"""Products of few rows on a processor: the same numbers, of the weights as they are now."""

from __future__ import annotations

import copy
import gc

import pytest
import torch

from reference_model import matrices
from reference_model.matrices import FEW, Matrix, side_by_side

HERE = sorted(matrices.TYPES, key=str)


def drawn(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(dtype)


def matrix(inner: int = 48, outer: int = 80, seed: int = 1) -> Matrix:
    made = Matrix(inner, outer)
    made.load_state_dict({"weight": drawn(outer, inner, seed=seed)})
    return made


def copied(weight: torch.Tensor) -> bool:
    return weight in matrices._COPIES


def expected(x: torch.Tensor, each: Matrix) -> torch.Tensor:
    """By the definition, in double precision."""
    return torch.einsum("...i,oi->...o", x.double(), each.weight.double())


@pytest.mark.parametrize("dtype", [*HERE, torch.float64], ids=str)
@pytest.mark.parametrize("shape", [(1,), (1, 1), (2, 3), (FEW,), (FEW + 1,), (3, 40), (0,)], ids=str)
@torch.inference_mode()
def test_a_product_is_its_definition_for_any_number_of_rows(shape, dtype):
    each, x = matrix().to(dtype), drawn(*shape, 48, dtype=dtype)
    found = each(x)
    assert found.dtype == dtype
    exact = expected(x, each)
    precision = 2 ** {torch.bfloat16: -7, torch.float16: -10}.get(dtype, -18)
    torch.testing.assert_close(found.double(), exact, rtol=precision, atol=precision * 48**0.5)


@torch.inference_mode()
def test_rows_may_lie_apart_in_memory():
    each, wide = matrix(), drawn(6, 100)
    torch.testing.assert_close(each(wide[:, 7:55]).double(), expected(wide[:, 7:55], each), rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("n_rows", [1, 6, FEW + 1])
@torch.inference_mode()
def test_matrices_side_by_side_are_each_alone(n_rows):
    several, x = [matrix(outer=outer, seed=outer) for outer in (80, 16, 16)], drawn(n_rows, 48)
    found = side_by_side(x, *several)
    assert [each.shape for each in found] == [(n_rows, 80), (n_rows, 16), (n_rows, 16)]
    for one, each in zip(found, several, strict=True):
        torch.testing.assert_close(one.double(), expected(x, each), rtol=1e-5, atol=1e-4)


# --- the copy --------------------------------------------------------------------------------------------------------

needs_onednn = pytest.mark.skipif(torch.float32 not in HERE, reason="torch has no oneDNN here")


@needs_onednn
def test_few_rows_are_met_by_a_copy_and_many_by_the_weight_itself():
    each = matrix()
    with torch.inference_mode():
        each(drawn(FEW + 1, 48))
        assert not copied(each.weight)
        each(drawn(FEW, 48))
        assert copied(each.weight)


@needs_onednn
def test_what_the_weights_learned_is_heard():
    """By an optimizer's step, by loading, and in another type."""
    first, second, x = matrix(seed=1), matrix(seed=2), drawn(2, 48)

    def now() -> list[torch.Tensor]:
        with torch.inference_mode():
            return [each.clone() for each in side_by_side(x.to(first.weight.dtype), first, second)]

    def check() -> None:
        for found, each in zip(now(), (first, second), strict=True):
            torch.testing.assert_close(found.double(), expected(x, each), rtol=1e-2, atol=0.2)

    before = now()
    optimizer = torch.optim.SGD(second.parameters(), 1.0)
    second(x).square().sum().backward()
    optimizer.step()
    assert torch.equal(now()[0], before[0])
    assert not torch.allclose(now()[1], before[1], atol=1.0)
    check()
    first.load_state_dict({"weight": drawn(80, 48, seed=7)})
    check()
    for each in (first, second):
        each.to(torch.bfloat16)
    check()


@needs_onednn
def test_a_copy_goes_with_its_weight():
    gc.collect()
    before = len(matrices._COPIES)
    each = matrix()
    with torch.inference_mode():
        each(drawn(1, 48))
    assert len(matrices._COPIES) == before + 1
    del each
    gc.collect()
    assert len(matrices._COPIES) == before


def test_a_model_that_has_spoken_can_be_copied():
    each, x = matrix(), drawn(1, 48)
    with torch.inference_mode():
        said = each(x)
        assert torch.equal(copy.deepcopy(each)(x), said)


def test_gradients_reach_weight_and_rows():
    each, x = matrix(), drawn(2, 48).requires_grad_()
    sum(out.sum() for out in side_by_side(x, each)).backward()
    torch.testing.assert_close(each.weight.grad, x.detach().sum(0).expand(80, 48))
    torch.testing.assert_close(x.grad, each.weight.detach().sum(0).expand(2, 48))
    assert not copied(each.weight)
