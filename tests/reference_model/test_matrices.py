"""Products from copies: the same numbers, of the weights as they are now."""

from __future__ import annotations

import pytest
import torch

from reference_model.checkpoint import random_model
from reference_model.config import tiny
from reference_model.matrices import ROWS, Copies, Matrix, helped_by_copies, side_by_side
from reference_model.tts import TTS, Example, Request

CPU = torch.device("cpu")
HERE = [dtype for dtype in (torch.float32, torch.bfloat16, torch.float16) if helped_by_copies(CPU, dtype)]
needs_onednn = pytest.mark.skipif(torch.float32 not in HERE, reason="torch has no oneDNN here")


def drawn(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(dtype)


def matrix(inner: int = 48, outer: int = 80, seed: int = 1) -> Matrix:
    made = Matrix(inner, outer)
    made.load_state_dict({"weight": drawn(outer, inner, seed=seed)})
    return made


def expected(x: torch.Tensor, each: Matrix) -> torch.Tensor:
    """By the definition, in double precision."""
    return torch.einsum("...i,oi->...o", x.double(), each.weight.double())


@pytest.mark.parametrize("dtype", HERE, ids=str)
@pytest.mark.parametrize("shape", [(1,), (1, 1), (2, 3), (ROWS,), (ROWS + 1,), (3, 40), (0,)], ids=str)
@torch.inference_mode()
def test_a_product_is_its_definition_for_any_number_of_rows(shape, dtype):
    each, x = matrix().to(dtype), drawn(*shape, 48, dtype=dtype)
    with Copies():
        found = each(x)
    assert found.dtype == dtype
    precision = 2 ** {torch.bfloat16: -7, torch.float16: -10}.get(dtype, -18)
    torch.testing.assert_close(found.double(), expected(x, each), rtol=precision, atol=precision * 48**0.5)


@needs_onednn
@torch.inference_mode()
def test_rows_may_lie_apart_in_memory():
    each, wide = matrix(), drawn(6, 100)
    with Copies():
        found = each(wide[:, 7:55])
    torch.testing.assert_close(found.double(), expected(wide[:, 7:55], each), rtol=1e-5, atol=1e-4)


@needs_onednn
@pytest.mark.parametrize("n_rows", [1, 6, ROWS + 1])
@torch.inference_mode()
def test_matrices_side_by_side_are_each_alone(n_rows):
    several, x = [matrix(outer=outer, seed=outer) for outer in (80, 16, 16)], drawn(n_rows, 48)
    with Copies():
        found = side_by_side(x, *several)
    assert [each.shape for each in found] == [(n_rows, 80), (n_rows, 16), (n_rows, 16)]
    for one, each in zip(found, several, strict=True):
        torch.testing.assert_close(one.double(), expected(x, each), rtol=1e-5, atol=1e-4)


@needs_onednn
@torch.inference_mode()
def test_copies_are_read_where_they_are_entered():
    """The weight is changed behind the copy's back, which it must not be, to see which of the two is read."""
    each, x, copies = matrix(), drawn(3, 48), Copies()
    with copies:
        before = each(x)
    each.weight.zero_()
    with copies:
        assert torch.equal(each(x), before)
    assert not each(x).any()
    with Copies():
        assert not each(x).any()


def test_without_copies_gradients_reach_weight_and_rows():
    each, x = matrix(), drawn(2, 48).requires_grad_()
    sum(out.sum() for out in side_by_side(x, each)).backward()
    torch.testing.assert_close(each.weight.grad, x.detach().sum(0).expand(80, 48))
    torch.testing.assert_close(x.grad, each.weight.detach().sum(0).expand(2, 48))


@needs_onednn
@torch.no_grad()
def test_rows_of_another_type_are_met_as_autocast_says():
    each = matrix()
    with Copies(), torch.autocast("cpu", torch.bfloat16):
        found = each(drawn(2, 48).bfloat16())
    assert found.dtype == torch.bfloat16
    torch.testing.assert_close(found.double(), expected(drawn(2, 48), each), rtol=0.05, atol=0.2)


# --- in a model ------------------------------------------------------------------------------------------------------


def said(tts: TTS) -> torch.Tensor:
    voice = drawn(5, tts.config.backbone.dim, seed=4)
    return tts.generate([Request(text="One.", voice=voice, language="en", max_frames=4)])[0]


@needs_onednn
@pytest.mark.parametrize(
    "change",
    [
        lambda tts: torch.optim.AdamW(tts.parameters(), 0.1, fused=True).step(),
        lambda tts: [each.data.mul_(-1) for each in tts.flow.parameters()],
        lambda tts: [setattr(each, "data", each.data * -1) for each in tts.flow.parameters()],
    ],
    ids=["fused optimizer", "data", "other memory"],
)
def test_speech_is_that_of_the_weights_as_they_are_now(change):
    """However they changed since the model last spoke."""
    tts = random_model(tiny(), 2)
    before = said(tts)
    for each in tts.parameters():
        each.grad = torch.ones_like(each)
    change(tts)
    fresh = random_model(tiny(), 0)
    fresh.load_state_dict(tts.state_dict())
    assert torch.equal(said(tts), said(fresh))
    assert before.shape != said(tts).shape or not torch.equal(before, said(tts))


@torch.no_grad()
def test_a_loss_of_few_rows_is_measured_under_autocast():
    tts = random_model(tiny(), 2)
    ids = torch.tensor([40, 41, tts.config.tokens.audio, 42])
    codes = torch.full((tts.config.codec.n_codebooks, 1), 3)
    with torch.autocast("cpu", torch.bfloat16):
        assert tts.loss([Example(ids=ids, reference=codes, target=codes)])["total"].isfinite()
