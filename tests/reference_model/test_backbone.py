"""The backbone against a naive one, its cache against reading all at once, and the public model's names and shapes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from reference_model.backbone import Backbone, offsets
from reference_model.checkpoint import random_model
from reference_model.config import tiny, voxtral_4b
from tests.reference_model.naive_transformer import layered, normed, with_uneven_norms

DIM = tiny().backbone.dim


def backbone(seed: int = 0) -> Backbone:
    made = random_model(tiny(), seed).double().backbone
    with_uneven_norms(made)
    return made.requires_grad_(False)


def inputs(batch: int, positions: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(batch, positions, DIM, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def close(found: torch.Tensor, expected: torch.Tensor) -> None:
    np.testing.assert_allclose(found, expected, atol=2e-6, rtol=0)  # rotations are in float32


# --- all at once -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1.0, 1e-3], ids=["usual", "small"])  # of small ones the norm's epsilon is a part
def test_hidden_states_are_those_of_a_naive_transformer(scale):
    model, x = backbone(), inputs(2, 12) * scale
    found = model(x)
    for row in range(2):
        y = x[row]
        for layer in model.layers:
            y = layered(layer, y, theta=1e6, eps=1e-5)
        close(found[row], normed(model.norm, y, eps=1e-5))


def test_a_hidden_state_does_not_see_what_follows():
    model, x = backbone(), inputs(1, 9)
    before = model(x)
    x[:, 5:] = inputs(1, 4, seed=1)
    after = model(x)
    close(after[:, :5], before[:, :5])
    assert (after[:, 5:] - before[:, 5:]).abs().amax(-1).min() > 1e-3


# --- in steps --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("room", [None, 12, 40], ids=["growing", "just enough", "more than enough"])
@pytest.mark.parametrize("pieces", [[12], [1] * 12, [5, 1, 1, 5], [1, 11], [4, 8]], ids=str)
def test_reading_in_pieces_equals_reading_all_at_once(pieces, room):
    model, x = backbone(), inputs(2, 12)
    cache = model.cache(2, room)
    read = [model.read(piece, cache) for piece in x.split(pieces, dim=1)]
    close(torch.cat(read, dim=1), model(x))
    assert cache.lengths.tolist() == [12, 12]


def test_a_cache_grows_over_what_it_began_with():
    model, x = backbone(), inputs(1, 150)
    cache = model.cache(1)
    first = cache.room
    read = [model.read(piece, cache) for piece in x.split([first - 1, 1, 1, 150 - first - 1], dim=1)]
    assert first < 150 <= cache.room
    close(torch.cat(read, dim=1), model(x))


def test_the_first_position_is_zero():
    """Its keys are not turned, the next ones' are."""
    model, x = backbone(), inputs(1, 3)
    cache = model.cache(1, 3)
    model.read(x, cache)
    first = model.layers[0]
    _, plain, _ = first.attention.project(first.attention_norm(x))
    assert torch.equal(cache.keys[0][:, 0], plain[:, 0])
    assert not torch.isclose(cache.keys[0][:, 1:], plain[:, 1:], atol=1e-3).all()


@pytest.mark.parametrize("room", [None, 12], ids=["growing", "just enough"])
def test_rows_of_different_lengths_are_read_as_each_alone(room):
    """Two prefills of rows padded with what must not be seen, then three steps."""
    model, rows = backbone(), inputs(3, 12, seed=3)
    prefills = [torch.tensor([5, 1, 3]), torch.tensor([2, 4, 1])]
    cache, read = model.cache(3, room), [[], [], []]
    begins = torch.zeros(3, dtype=torch.long)
    for lengths in (*prefills, *[torch.ones(3, dtype=torch.long)] * 3):
        piece = torch.full((3, int(lengths.max()), DIM), 1e3, dtype=torch.float64)
        for row, (begin, length) in enumerate(zip(begins.tolist(), lengths.tolist(), strict=True)):
            piece[row, :length] = rows[row, begin : begin + length]
        hidden = model.read(piece, cache, lengths)
        for row, length in enumerate(lengths.tolist()):
            read[row].append(hidden[row, :length])
        begins = begins + lengths
    assert cache.lengths.tolist() == begins.tolist() == [10, 8, 7]
    for row, length in enumerate(begins.tolist()):
        close(torch.cat(read[row]), model(rows[row : row + 1, :length])[0])


@pytest.mark.parametrize(("room", "pieces"), [(4, [5]), (4, [4, 1]), (4, [1, 2, 2])], ids=str)
def test_a_cache_that_is_too_small_is_refused(room, pieces):
    model, x = backbone(), inputs(2, 5)
    cache = model.cache(2, room)
    *fitting, last = x.split(pieces, dim=1)
    for piece in fitting:
        model.read(piece, cache)
    with pytest.raises(ValueError, match=r"the cache holds 4 positions and 5 are needed; make it larger"):
        model.read(last, cache)
    assert cache.lengths.tolist() == [sum(pieces[:-1])] * 2


def test_a_cache_has_the_type_of_the_weights():
    cache = random_model(tiny(), 0).bfloat16().backbone.cache(3, 7)
    for kept in (cache.keys, cache.values):
        assert [(each.dtype, tuple(each.shape)) for each in kept] == 2 * [(torch.bfloat16, (3, 7, 2, 8))]


# --- embeddings ------------------------------------------------------------------------------------------------------


def test_codebooks_lie_one_behind_the_other_in_the_table():
    found = offsets(voxtral_4b()).tolist()
    assert found == [0, *(8194 + 23 * index for index in range(36))]
    assert found[:4] == [0, 8194, 8217, 8240]
    assert found[-1] == 8999
    assert offsets(tiny()).tolist() == [0, 32, 39, 46]


def test_a_frame_is_embedded_as_the_sum_of_a_row_of_each_codebook():
    model = backbone()
    table = model.mm_audio_embeddings.audio_codebook_embeddings.embeddings.weight
    ids = torch.tensor([[[1, 31], [0, 6], [0, 3], [0, 2]], [[2, 17], [2, 3], [6, 4], [5, 5]]])  # (B, Q, T)
    found = model.embed_frames(ids)
    rows = [[(1, 32, 39, 46), (31, 38, 42, 48)], [(2, 34, 45, 51), (17, 35, 43, 51)]]
    expected = torch.stack([torch.stack([sum(table[row] for row in frame) for frame in each]) for each in rows])
    close(found, expected)


def test_a_token_is_embedded_as_its_row():
    model = backbone()
    found = model.embed_text(torch.tensor([[1, 25], [511, 0]]))
    table = model.mm_audio_embeddings.tok_embeddings.weight
    assert torch.equal(found, torch.stack([table[[1, 25]], table[[511, 0]]]))


# --- names -----------------------------------------------------------------------------------------------------------


def test_names_and_shapes_are_those_of_the_public_model(monkeypatch):
    # on the meta device these two would import a compiler, which takes seconds; neither is a part of the names
    monkeypatch.setattr(torch.nn.Embedding, "reset_parameters", lambda self: None)
    monkeypatch.setattr("reference_model.backbone.offsets", lambda config: torch.empty(37))
    with torch.device("meta"):
        model = Backbone(voxtral_4b())
    expected = {
        "mm_audio_embeddings.tok_embeddings.weight": (131072, 3072),
        "mm_audio_embeddings.audio_codebook_embeddings.embeddings.weight": (9088, 3072),
        "norm.weight": (3072,),
    }
    for index in range(26):
        expected |= {
            f"layers.{index}.attention.wq.weight": (4096, 3072),
            f"layers.{index}.attention.wk.weight": (1024, 3072),
            f"layers.{index}.attention.wv.weight": (1024, 3072),
            f"layers.{index}.attention.wo.weight": (3072, 4096),
            f"layers.{index}.attention_norm.weight": (3072,),
            f"layers.{index}.ffn_norm.weight": (3072,),
            f"layers.{index}.feed_forward.w1.weight": (9216, 3072),
            f"layers.{index}.feed_forward.w2.weight": (3072, 9216),
            f"layers.{index}.feed_forward.w3.weight": (9216, 3072),
        }
    assert len(expected) == 237
    assert {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()} == expected
    assert sum(parameter.numel() for parameter in model.parameters()) == 3_456_924_672


def test_padding_of_the_table_is_not_used():
    """The table's length is a multiple; rows behind the last codebook stay without a gradient."""
    config = replace(tiny(), pad_rows_to=50)
    model = random_model(config, 0).backbone
    table = model.mm_audio_embeddings.audio_codebook_embeddings.embeddings.weight
    assert len(table) == 100
    highest = torch.tensor(config.codebook_sizes)[None, :, None] - 1
    model.embed_frames(highest).sum().backward()
    assert table.grad.abs().sum(-1).nonzero().flatten().tolist() == [31, 38, 45, 52]
