"""The flow against a naive one, its sampler against closed forms, and its loss on fields that are known."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from reference_model.checkpoint import random_model
from reference_model.config import END_AUDIO, TTSConfig, tiny, voxtral_4b
from reference_model.flow import Flow, TimeEmbedding, frequencies
from tests.reference_model.naive_transformer import layered, normed, with_uneven_norms

TINY = tiny()
A, D, D_BACKBONE = TINY.codec.acoustic_dim, TINY.flow.dim, TINY.backbone.dim


def flow(config: TTSConfig = TINY, seed: int = 0) -> Flow:
    made = random_model(config, seed).double().flow
    with_uneven_norms(made)
    return made.requires_grad_(False)


def with_flow(**fields: float) -> TTSConfig:
    return replace(TINY, flow=replace(TINY.flow, **fields))


def drawn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def close(found: Tensor, expected: Tensor, atol: float = 1e-9) -> None:
    np.testing.assert_allclose(found, expected, atol=atol, rtol=0)


def spied(monkeypatch: pytest.MonkeyPatch, model: Flow) -> list[tuple[Tensor, Tensor, Tensor]]:
    """The arguments of each call of the velocity."""
    calls, velocity = [], model.velocity

    def watched(x: Tensor, time: Tensor, condition: Tensor) -> Tensor:
        calls.append((x, time, condition))
        return velocity(x, time, condition)

    monkeypatch.setattr(model, "velocity", watched)
    return calls


# --- semantic head ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pad_rows_to", [1, 20])
def test_what_is_no_semantic_id_is_never_likely(pad_rows_to):
    model, hidden = flow(replace(TINY, pad_rows_to=pad_rows_to)), drawn(2, 5, D_BACKBONE)
    logits = model.semantic_logits(hidden)
    assert logits.dtype == torch.float32
    assert logits.shape == (2, 5, 32 if pad_rows_to == 1 else 40)
    assert (logits[..., 0] == -math.inf).all()
    assert (logits[..., 32:] == -math.inf).all()
    close(logits[..., 1:32], hidden @ model.semantic_codebook_output.weight[1:32].T, atol=1e-5)


def test_semantic_logits_of_small_floats_are_float32():
    model = random_model(TINY, 0).bfloat16().flow
    assert model.semantic_logits(torch.ones(1, D_BACKBONE, dtype=torch.bfloat16)).dtype == torch.float32


# --- time ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dim", [24, 3072])
def test_frequencies_fall_exponentially(dim):
    half = dim // 2
    expected = [math.exp(-math.log(10_000) * k / half) for k in range(half)]
    close(frequencies(dim), torch.tensor(expected), atol=1e-6)


def test_a_time_is_its_cosines_and_then_its_sines():
    found = TimeEmbedding(4)(torch.tensor([0.0, 0.5, 1.0]))
    angles = [(t, t * 0.01) for t in (0.0, 0.5, 1.0)]  # in radians: not times 1,000
    close(found, torch.tensor([[math.cos(a), math.cos(b), math.sin(a), math.sin(b)] for a, b in angles]), atol=1e-6)


def test_times_are_embedded_in_float32_and_projected_in_the_weights_type():
    model = random_model(TINY, 0).bfloat16().flow
    times = torch.tensor([0.25], dtype=torch.bfloat16)
    assert model.time_embedding(times).dtype == torch.float32
    assert model.time_tokens(times).dtype == torch.bfloat16


def test_time_tokens_are_projections_of_embedded_times():
    model, times = flow(), torch.tensor([0.0, 0.3, 1.0])
    close(model.time_tokens(times), model.time_embedding(times).double() @ model.time_projection.weight.T)


# --- velocity --------------------------------------------------------------------------------------------------------


def test_the_velocity_is_read_from_the_first_of_three_tokens():
    model, x, condition = flow(), drawn(4, A, seed=1), drawn(4, D, seed=2)
    times = model.time_tokens(torch.tensor([0.0, 0.2, 0.7, 1.0]))
    found = model.velocity(x, times, condition)
    for row in range(4):
        tokens = torch.stack([x[row] @ model.input_projection.weight.T, times[row], condition[row]])
        for layer in model.layers:
            tokens = layered(layer, tokens, theta=None, eps=1e-5)
        close(found[row], normed(model.norm, tokens[0], eps=1e-5) @ model.acoustic_codebook_output.weight.T)


def test_one_time_serves_a_whole_batch():
    model, x, condition = flow(), drawn(3, A, seed=1), drawn(3, D, seed=2)
    time = model.time_tokens(torch.tensor(0.4))
    close(model.velocity(x, time, condition), model.velocity(x, time.expand(3, D), condition))


# --- sampler ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("guidance", [1.0, 1.2, 3.0])
@pytest.mark.parametrize("steps", [1, 7, 8])
def test_a_linear_field_is_followed_as_eulers_method_does(monkeypatch, steps, guidance):
    a, b = -0.8, 0.3
    model, noise = flow(), drawn(4, A)
    monkeypatch.setattr(model, "velocity", lambda x, time, condition: a * x + b)
    found = model.sample(drawn(4, D_BACKBONE), noise, steps, guidance)
    grown = (1 + a / steps) ** steps
    close(found, grown * noise + (grown - 1) * b / a, atol=1e-12)


@pytest.mark.parametrize("steps", [1, 7, 8])
def test_the_velocity_is_taken_at_the_left_end_of_each_step(monkeypatch, steps):
    """For the field v = t the sum of left ends is (S - 1) / 2S; with right ends it would be (S + 1) / 2S."""
    model, noise = flow(), drawn(2, A)
    monkeypatch.setattr(model, "time_tokens", lambda times: times[:, None].expand(-1, D))
    monkeypatch.setattr(model, "velocity", lambda x, time, condition: time[:A].expand_as(x))
    found = model.sample(drawn(2, D_BACKBONE), noise, steps, guidance=1.0)
    close(found, noise + (steps - 1) / (2 * steps), atol=1e-12)


def test_guidance_one_is_the_conditional_field(monkeypatch):
    model, hidden, noise = flow(), drawn(3, D_BACKBONE, seed=1), drawn(3, A, seed=2)
    condition = hidden @ model.llm_projection.weight.T
    x = noise
    for index in range(4):
        x = x + model.velocity(x, model.time_tokens(torch.tensor(index / 4)), condition) / 4
    close(model.sample(hidden, noise, 4, guidance=1.0), x)
    close(model.sample(hidden, noise, 4, guidance=1.0 + 1e-12), x)
    calls = spied(monkeypatch, model)
    model.sample(hidden, noise, 4, guidance=1.0)
    assert [len(x) for x, _, _ in calls] == [3] * 4


@pytest.mark.parametrize("guidance", [0.0, 0.5, 1.2, 3.0])
def test_guidance_combines_two_fields(guidance):
    model, hidden, noise = flow(), drawn(3, D_BACKBONE, seed=1), drawn(3, A, seed=2)
    condition = hidden @ model.llm_projection.weight.T
    x = noise
    for index in range(5):
        time = model.time_tokens(torch.tensor(index / 5))
        with_it = model.velocity(x, time, condition)
        without = model.velocity(x, time, torch.zeros(3, D, dtype=torch.float64))
        assert (with_it - without).abs().min() > 1e-4
        x = x + (guidance * with_it + (1 - guidance) * without) / 5
    close(model.sample(hidden, noise, 5, guidance), x, atol=1e-7)  # the times are rounded to float32


def test_without_a_hidden_state_the_third_token_is_zero(monkeypatch):
    model = flow()
    calls = spied(monkeypatch, model)
    model.sample(torch.zeros(2, D_BACKBONE, dtype=torch.float64), drawn(2, A))
    assert len(calls) == TINY.flow.steps
    assert all(torch.equal(condition, torch.zeros(4, D, dtype=torch.float64)) for _, _, condition in calls)


def test_half_of_a_guided_batch_is_without_condition(monkeypatch):
    model, hidden = flow(), drawn(2, D_BACKBONE)
    calls = spied(monkeypatch, model)
    model.sample(hidden, drawn(2, A), steps=3, guidance=1.2)
    for x, _, condition in calls:
        assert torch.equal(x[:2], x[2:])
        close(condition[:2], hidden @ model.llm_projection.weight.T)
        assert not condition[2:].any()


def test_the_configuration_says_how_many_steps_and_how_much_guidance():
    model, hidden, noise = flow(with_flow(steps=3, guidance=2.0)), drawn(2, D_BACKBONE), drawn(2, A)
    assert torch.equal(model.sample(hidden, noise), model.sample(hidden, noise, steps=3, guidance=2.0))
    assert (voxtral_4b().flow.steps, voxtral_4b().flow.guidance, voxtral_4b().flow.noise_scale) == (7, 1.2, 1.0)


def test_the_configuration_scales_the_noise():
    hidden, noise = drawn(2, D_BACKBONE), drawn(2, A)
    assert torch.equal(flow(with_flow(noise_scale=0.5)).sample(hidden, noise), flow().sample(hidden, noise / 2))


def test_the_same_noise_gives_the_same_values_whatever_the_batch():
    model, hidden, noise = flow(), drawn(3, D_BACKBONE), drawn(3, A, seed=1)
    found = model.sample(hidden, noise)
    assert torch.equal(model.sample(hidden, noise), found)
    for row in range(3):
        close(model.sample(hidden[row : row + 1], noise[row : row + 1])[0], found[row])
    assert (model.sample(hidden, drawn(3, A, seed=2)) - found).abs().min() > 1e-4


# --- frames ----------------------------------------------------------------------------------------------------------


def test_values_are_clamped_and_rounded_to_levels(monkeypatch):
    model, semantic = flow(), torch.tensor([2, 31, 17, END_AUDIO])
    values = torch.tensor([[-3.0, -1.0, -0.76], [-0.74, -0.2, 0.26], [0.7, 0.8, 5.0], [0.7, 0.8, 5.0]])
    monkeypatch.setattr(model, "sample", lambda hidden, noise, steps, guidance: values.double())
    found = model.filled(drawn(4, D_BACKBONE), drawn(4, A), semantic)
    assert found.dtype == torch.long
    assert found.tolist() == [[2, 2, 2, 2], [31, 3, 4, 5], [17, 5, 6, 6], [END_AUDIO, 2, 2, 2]]


def test_the_public_model_has_21_levels(monkeypatch):
    config = replace(TINY, codec=replace(TINY.codec, acoustic_codebook_size=21))
    model, values = flow(config), torch.tensor([[-1.0, 0.04, 1.0], [-0.94, 0.06, 0.94]])
    monkeypatch.setattr(model, "sample", lambda hidden, noise, steps, guidance: values)
    found = model.filled(drawn(2, D_BACKBONE), drawn(2, A), torch.tensor([2, 3]))
    assert found[:, 1:].tolist() == [[2, 12, 22], [3, 13, 21]]


def test_a_frame_takes_its_values_from_the_sampler():
    model, hidden, noise = flow(), drawn(5, D_BACKBONE), drawn(5, A, seed=1)
    found = model.filled(hidden, noise, torch.arange(2, 7), steps=2, guidance=1.5)
    levels = ((model.sample(hidden, noise, 2, 1.5).clamp(-1, 1) + 1) * 2).round()
    assert found[:, 0].tolist() == [2, 3, 4, 5, 6]
    assert torch.equal(found[:, 1:], levels.long() + 2)


# --- loss ------------------------------------------------------------------------------------------------------------


def told(model: Flow, ids: Tensor, errors: Tensor, monkeypatch: pytest.MonkeyPatch) -> Tensor:
    """Hidden states (N, D) from which a patched velocity reads where its frame's path leads, and how far to miss it."""
    hidden = torch.zeros(len(ids), D_BACKBONE, dtype=torch.float64)
    hidden[:, :A] = (ids - 2) / 2.0 - 1  # five levels from -1 to 1
    hidden[:, A] = errors
    model.llm_projection.weight.data = torch.eye(D, D_BACKBONE, dtype=torch.float64)
    monkeypatch.setattr(model, "time_tokens", lambda times: times.double()[:, None].expand(-1, D))

    def velocity(x: Tensor, time: Tensor, condition: Tensor) -> Tensor:
        return (condition[:, :A] - x) / (1 - time[:, :A]) + condition[:, A : A + 1]

    monkeypatch.setattr(model, "velocity", velocity)
    return hidden


def ids_of(n_frames: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(2, 2 + TINY.codec.acoustic_codebook_size, (n_frames, A), generator=generator)


def test_the_velocity_of_straight_paths_has_no_loss(monkeypatch):
    model, ids = flow(with_flow(condition_dropout=0.0)), ids_of(50)
    hidden = told(model, ids, torch.zeros(50), monkeypatch)
    found = model.acoustic_loss(hidden, ids, torch.Generator().manual_seed(1))
    close(found, torch.zeros(50), atol=1e-9)


def test_each_frame_has_the_square_of_its_own_error(monkeypatch):
    model, ids, errors = flow(with_flow(condition_dropout=0.0)), ids_of(6), torch.arange(6.0)
    hidden = told(model, ids, errors, monkeypatch)
    found = model.acoustic_loss(hidden, ids, torch.Generator().manual_seed(1))
    assert found.dtype == torch.float32
    close(found, errors.square(), atol=1e-4)


def test_the_loss_of_standing_still_is_the_mean_square_of_the_way(monkeypatch):
    """From noise of variance 1 to a value y it is 1 + y^2."""
    model, ids = flow(), torch.tensor([4, 5, 6]).expand(5_000, A)
    monkeypatch.setattr(model, "velocity", lambda x, time, condition: torch.zeros_like(x))
    found = model.acoustic_loss(torch.zeros(5_000, D_BACKBONE).double(), ids, torch.Generator().manual_seed(0))
    assert float(found.mean()) == pytest.approx(1 + (0 + 0.5**2 + 1) / 3, rel=0.02)


def test_times_are_uniform(monkeypatch):
    model, seen, time_tokens = flow(), [], flow().time_tokens
    monkeypatch.setattr(model, "time_tokens", lambda times: seen.append(times) or time_tokens(times))
    model.acoustic_loss(drawn(1_000, D_BACKBONE), ids_of(1_000), torch.Generator().manual_seed(0), draws=2)
    ordered = torch.cat(seen).sort().values
    assert len(ordered) == 2_000
    close(ordered, torch.linspace(0, 1, 2_000), atol=0.04)


def test_a_generator_repeats_a_loss():
    model, hidden, ids = flow(), drawn(5, D_BACKBONE), ids_of(5)
    found = [model.acoustic_loss(hidden, ids, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2)]
    assert torch.equal(found[0], found[1])
    assert not torch.isclose(found[0], found[2]).any()


@pytest.mark.parametrize("share", [0.0, 0.1, 1.0])
def test_a_share_of_frames_goes_without_condition(monkeypatch, share):
    model, hidden = flow(with_flow(condition_dropout=share)), drawn(2_000, D_BACKBONE)
    calls = spied(monkeypatch, model)
    model.acoustic_loss(hidden, ids_of(2_000), torch.Generator().manual_seed(0), draws=1)
    ((_, _, condition),) = calls
    left = condition.any(-1)
    assert float((~left).double().mean()) == pytest.approx(share, abs=0.02)
    close(condition[left], hidden[left] @ model.llm_projection.weight.T)


def test_the_grid_in_bfloat16_is_the_public_codes():
    """Its numbers as the public code has them: rounded from float32, not counted up in bfloat16."""
    times = [0, 0.142578125, 0.28515625, 0.427734375, 0.5703125, 0.71484375, 0.85546875, 1]
    assert flow(TINY).bfloat16().grid(7).times.tolist() == times


def test_time_embeddings_stay_exact_in_a_smaller_type():
    embedding = TimeEmbedding(16)
    time = torch.rand(5, generator=torch.Generator().manual_seed(1))
    assert torch.equal(embedding.bfloat16()(time), TimeEmbedding(16)(time))


def test_a_grid_is_made_once_for_many_frames(monkeypatch):
    model, hidden, noise = flow(TINY), drawn(2, D_BACKBONE), drawn(2, A)
    grid = model.grid(3)
    expected = model.sample(hidden, noise, 3)
    monkeypatch.setattr(model, "time_tokens", None)
    assert torch.equal(model.sample(hidden, noise, grid), expected)


# --- names -----------------------------------------------------------------------------------------------------------


def test_names_and_shapes_are_those_of_the_public_model():
    with torch.device("meta"):
        model = Flow(voxtral_4b())
    expected = {
        "input_projection.weight": (3072, 36),
        "time_projection.weight": (3072, 3072),
        "llm_projection.weight": (3072, 3072),
        "semantic_codebook_output.weight": (8320, 3072),
        "acoustic_codebook_output.weight": (36, 3072),
        "norm.weight": (3072,),
    }
    for index in range(3):
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
    assert len(expected) == 33
    assert {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()} == expected
    assert sum(parameter.numel() for parameter in model.parameters()) == 393_851_904
