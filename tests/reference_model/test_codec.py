"""The codec: the public one's tensors, each part against the specification, what sees what, pieces and whole."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import l1_loss

from reference_model import codec as codec_module
from reference_model.codec import (
    STFT_SIZES,
    CausalConv1d,
    CausalConvTranspose1d,
    Codec,
    Past,
    Quantizer,
    SemanticCodebook,
    WindowedAttention,
    alibi_slopes,
    levels_of,
    values_of,
)
from reference_model.config import CodecConfig, tiny, voxtral_4b
from tests.reference_model.codec_by_hand import (
    attention_by_hand,
    conv_by_hand,
    latents_by_hand,
    sound_by_hand,
    upsampled_by_hand,
)

PUBLIC = voxtral_4b().codec
# All stages of the public one, as narrow as can be.
NARROW = dataclasses.replace(
    PUBLIC,
    dim=16,
    hidden_dim=16,
    n_heads=2,
    head_dim=8,
    semantic_dim=4,
    acoustic_dim=2,
    semantic_codebook_size=8,
    patch_size=4,
)
NARROW_SLOPES = (1, 1 / 16)  # of two heads
TINY = tiny().codec


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def drawn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=seeded(seed), dtype=torch.float64)


def lively(kind: Callable[..., Any], *sizes: object, seed: int = 0) -> Any:
    """A part in float64 whose layer scales, norms and magnitudes are about 1 and all differ."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        part = kind(*sizes).double()
    generator = seeded(seed)
    with torch.no_grad():
        for name, parameter in part.named_parameters():
            if parameter.ndim == 1:
                parameter.uniform_(0.8, 1.2, generator=generator)
            elif name.endswith("original0"):
                parameter.mul_(torch.empty_like(parameter).uniform_(0.5, 1.5, generator=generator))
    return part


def random_codes(config: CodecConfig, batch: int, n_frames: int, seed: int = 0) -> Tensor:
    generator = seeded(seed)
    semantic = torch.randint(config.semantic_codebook_size, (batch, 1, n_frames), generator=generator)
    levels = torch.randint(config.acoustic_codebook_size, (batch, config.acoustic_dim, n_frames), generator=generator)
    return torch.cat([semantic, levels], dim=1)


@pytest.fixture(scope="module")
def narrow() -> Codec:
    return lively(Codec, NARROW).requires_grad_(False)


# --- the public codec's tensors --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def public() -> Codec:
    with torch.device("meta"):
        return Codec(PUBLIC)


def convolution(name: str, first: int, second: int, kernel: int) -> dict[str, tuple[int, ...]]:
    return {
        f"{name}.conv.parametrizations.weight.original0": (first, 1, 1),
        f"{name}.conv.parametrizations.weight.original1": (first, second, kernel),
    }


def two_layers(name: str) -> dict[str, tuple[int, ...]]:
    return {
        f"{name}.layers.{index}.{part}": shape
        for index in (0, 1)
        for part, shape in {
            "attention.wq.weight": (1024, 1024),
            "attention.wk.weight": (1024, 1024),
            "attention.wv.weight": (1024, 1024),
            "attention.wo.weight": (1024, 1024),
            "attention.q_norm.weight": (1024,),
            "attention.k_norm.weight": (1024,),
            "attention_norm.weight": (1024,),
            "attention_scale": (1024,),
            "ffn_norm.weight": (1024,),
            "ffn_scale": (1024,),
            "feed_forward.w1.weight": (4096, 1024),
            "feed_forward.w2.weight": (1024, 4096),
            "feed_forward.w3.weight": (4096, 1024),
        }.items()
    }


RELEASED = {
    "quantizer.semantic_codebook.embedding_sum": (8192, 256),
    "quantizer.semantic_codebook.cluster_usage": (8192,),
    **convolution("decoder_blocks.0", 1024, 292, 3),
    **two_layers("decoder_blocks.1"),
    **convolution("decoder_blocks.2", 1024, 1024, 4),
    **two_layers("decoder_blocks.3"),
    **convolution("decoder_blocks.4", 1024, 1024, 4),
    **two_layers("decoder_blocks.5"),
    **convolution("decoder_blocks.6", 1024, 1024, 4),
    **two_layers("decoder_blocks.7"),
    **convolution("output_proj", 240, 1024, 7),
}
WITHHELD = {  # the encoder's
    **convolution("input_proj", 1024, 240, 7),
    **two_layers("encoder_blocks.0"),
    **convolution("encoder_blocks.1", 1024, 1024, 4),
    **two_layers("encoder_blocks.2"),
    **convolution("encoder_blocks.3", 1024, 1024, 4),
    **two_layers("encoder_blocks.4"),
    **convolution("encoder_blocks.5", 1024, 1024, 4),
    **two_layers("encoder_blocks.6"),
    **convolution("encoder_blocks.7", 292, 1024, 3),
}


def test_tensors_are_those_of_the_public_checkpoint_and_of_the_encoder_it_withholds(public):
    assert (len(RELEASED), len(WITHHELD)) == (116, 114)
    assert {name: tuple(tensor.shape) for name, tensor in public.state_dict().items()} == RELEASED | WITHHELD


def test_each_side_has_as_many_numbers_as_the_public_one(public):
    def count(*names: str) -> int:
        return sum(tensor.numel() for name, tensor in public.state_dict().items() if name.startswith(names))

    assert count("input_proj.", "encoder_blocks.") == 149_471_524
    assert count("decoder_blocks.", "output_proj.") == 149_471_472
    assert count("quantizer.") == 2_105_344
    assert sum(parameter.numel() for parameter in public.parameters()) == 149_471_524 + 149_471_472


def test_without_the_encoder_the_released_tensors_are_left():
    codec = Codec(NARROW)
    codes = random_codes(NARROW, 1, 2)
    before = codec.decode(codes)
    codec.drop_encoder()
    assert set(codec.state_dict()) == set(RELEASED)
    assert not codec.has_encoder
    assert torch.equal(codec.decode(codes), before)


# --- convolutions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "sizes"), [(CausalConv1d, (3, 5, 4)), (CausalConvTranspose1d, (3, 5, 4, 2))], ids=["plain", "transposed"]
)
def test_weights_are_magnitudes_times_directions_along_the_first_axis(kind, sizes):
    conv = lively(kind, *sizes).conv
    g, v = conv.parametrizations.weight.original0, conv.parametrizations.weight.original1
    assert tuple(g.shape) == (v.shape[0], 1, 1)
    length = v.square().sum(dim=(1, 2), keepdim=True).sqrt()
    torch.testing.assert_close(conv.weight, g * v / length, atol=1e-14, rtol=1e-14)
    assert not torch.allclose(g, length)


@pytest.mark.parametrize(
    ("pad", "stride", "kernel", "steps", "windows"),
    [
        ("reflect", 1, 7, [1, 2, 3, 4, 5, 6, 7, 8], [7654321, 6543212]),
        ("reflect", 1, 7, [1, 2, 3, 4, 5, 6, 7], [7654321, 6543212]),
        ("reflect", 1, 7, [1, 2, 3, 4, 5, 6], [654321, 6543212]),
        ("reflect", 1, 7, [1, 2, 3], [321, 3212, 32123]),
        ("reflect", 1, 7, [1], [1]),
        ("replicate", 1, 3, [1, 2, 3], [111, 112, 123]),
        ("replicate", 1, 3, [1], [111]),
        ("replicate", 2, 4, [1, 2, 3, 4], [1112, 1234]),
        ("replicate", 2, 4, [1, 2, 3], [1112, 1233]),
        ("replicate", 2, 4, [1], [1111]),
    ],
)
def test_the_beginning_is_padded_with_what_was_not_there(pad, stride, kernel, steps, windows):
    """Taps are powers of ten, so that an output spells the steps that it sees."""
    conv = CausalConv1d(1, 1, kernel, stride, pad).double()
    conv.conv.weight = 10.0 ** torch.arange(kernel - 1, -1, -1, dtype=torch.float64)[None, None]
    out = conv(torch.tensor([[steps]], dtype=torch.float64), Past(None))
    assert out.shape[-1] == math.ceil(len(steps) / stride)
    assert out[0, 0, : len(windows)].tolist() == pytest.approx(windows, rel=1e-12)


@pytest.mark.parametrize("n_steps", [1, 2, 5, 6, 7, 12])
@pytest.mark.parametrize(
    ("pad", "kernel", "stride"), [("reflect", 7, 1), ("replicate", 3, 1), ("replicate", 4, 2), ("replicate", 5, 3)]
)
def test_a_causal_convolution_is_a_plain_one_of_padded_steps(pad, kernel, stride, n_steps):
    conv = lively(CausalConv1d, 3, 5, kernel, stride, pad)
    x = drawn(2, 3, n_steps)
    torch.testing.assert_close(conv(x, Past(None)), conv_by_hand(conv.state_dict(), x, stride, pad))


@pytest.mark.parametrize("n_steps", [1, 2, 9])
def test_a_transposed_convolution_doubles_the_steps(n_steps):
    conv = lively(CausalConvTranspose1d, 3, 5, 4, 2)
    x = drawn(2, 3, n_steps)
    out = conv(x, Past(None))
    assert out.shape == (2, 5, 2 * n_steps)
    torch.testing.assert_close(out, upsampled_by_hand(conv.state_dict(), x))


def test_a_transposed_convolution_sees_its_own_step_and_the_one_before():
    x = drawn(1, 3, 6).requires_grad_()
    out = lively(CausalConvTranspose1d, 3, 5, 4, 2)(x, Past(None))
    for step in range(out.shape[-1]):
        (gradient,) = torch.autograd.grad(out[..., step].sum(), x, retain_graph=True)
        assert seen(gradient) == [each for each in (step // 2 - 1, step // 2) if each >= 0]


def seen(gradient: Tensor) -> list[int]:
    """Steps of the last axis that have a gradient."""
    return gradient.flatten(0, -2).any(0).nonzero().flatten().tolist()


# --- attention -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n_heads", "exponents"),
    [
        (8, [0, 1, 2, 3, 4, 5, 6, 7]),
        (2, [0, 4]),
        (1, [0]),
        (4, [0, 2, 4, 6]),
        (16, [head / 2 for head in range(16)]),
        (12, [0, 1, 2, 3, 4, 5, 6, 7, 0.5, 1.5, 2.5, 3.5]),
        (3, [0, 4, 2]),
    ],
)
def test_slopes_begin_at_one_and_fall_by_powers(n_heads, exponents):
    assert alibi_slopes(n_heads) == pytest.approx([2.0**-exponent for exponent in exponents], rel=1e-12)


@pytest.mark.parametrize("n_heads", [2, 8])
@pytest.mark.parametrize("window", [1, 3, 16])
def test_attention_is_a_softmax_over_the_window_and_the_own_step(window, n_heads):
    config = dataclasses.replace(NARROW, n_heads=n_heads, head_dim=4)
    attention = lively(WindowedAttention, config, window)
    x = drawn(2, 20, NARROW.dim)
    slopes = [2.0 ** (-8 * head / n_heads) for head in range(n_heads)]
    expected = attention_by_hand(attention.state_dict(), x, slopes, window, eps=1e-6)
    out = attention(x, attention.biases(20, x.device), Past(None))
    torch.testing.assert_close(out, expected, atol=1e-12, rtol=1e-12)


def test_biases_are_minus_the_slope_for_each_step_of_distance():
    bias = lively(WindowedAttention, NARROW, 2).biases(3, torch.device("cpu"))
    never = -math.inf
    assert bias[0].tolist() == [
        # before the beginning | steps 0, 1, 2
        [-2, -1, 0, never, never],
        [never, -2, -1, 0, never],
        [never, never, -2, -1, 0],
    ]
    torch.testing.assert_close(bias[1], bias[0] / 16)


@pytest.mark.parametrize("name", ["wq", "wk"])
def test_queries_and_keys_are_normalized_over_all_heads_together(name):
    attention = lively(WindowedAttention, NARROW, 4).requires_grad_(False)
    attention.wo.weight.copy_(torch.eye(16))  # channels 8 to 15 are the second head's
    x = drawn(1, 9, NARROW.dim)
    bias = attention.biases(9, x.device)
    before = attention(x, bias, Past(None))
    weight = getattr(attention, name).weight
    weight *= 50
    together = attention(x, bias, Past(None))
    weight[:8] *= 50
    first_louder = attention(x, bias, Past(None))
    torch.testing.assert_close(together, before, atol=1e-5, rtol=0)
    assert (first_louder[..., 8:] - before[..., 8:]).abs().max() > 1e-3


# --- the whole, step by step -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("n_frames", [1, 3])
def test_decoding_is_what_the_specification_writes_out(narrow, n_frames):
    latents = drawn(2, NARROW.latent_dim, n_frames)
    sound, _ = narrow.sound(latents, None)
    assert sound.shape == (2, 1, 32 * n_frames)
    expected = sound_by_hand(narrow.state_dict(), latents, NARROW_SLOPES)
    torch.testing.assert_close(sound, expected, atol=1e-10, rtol=1e-10)


@pytest.mark.parametrize("n_samples", [3, 22, 32, 75])
def test_encoding_is_what_the_specification_writes_out(narrow, n_samples):
    sound = drawn(2, 1, n_samples)
    latents, _ = narrow.latents(sound, None)
    expected = latents_by_hand(narrow.state_dict(), sound, NARROW_SLOPES, NARROW.patch_size)
    torch.testing.assert_close(latents, expected, atol=1e-10, rtol=1e-10)


def test_codes_are_decoded_by_way_of_their_latents(narrow):
    codes = random_codes(NARROW, 2, 3)
    rows = narrow.quantizer.semantic_codebook.rows[codes[:, 0]]  # (B, F, D)
    latents = torch.cat([rows.transpose(1, 2), codes[:, 1:] / 10.0 - 1], dim=1)
    torch.testing.assert_close(narrow.decode(codes), narrow.sound(latents, None)[0], atol=1e-6, rtol=1e-6)


# --- what sees what --------------------------------------------------------------------------------------------------


def test_sound_sees_21_frames_back_and_none_ahead(narrow):
    """Of a frame's eight patches the first four see 21 frames back, the last four 20."""
    latents = drawn(1, NARROW.latent_dim, 27).requires_grad_()
    patches = narrow.sound(latents, None)[0].unflatten(-1, (27, 8, NARROW.patch_size))  # (1, 1, F, 8, patch)
    for frame in (22, 24):
        for patch in range(8):
            (gradient,) = torch.autograd.grad(patches[:, :, frame, patch].sum(), latents, retain_graph=True)
            assert seen(gradient) == list(range(frame - (21 if patch < 4 else 20), frame + 1))


def test_codes_see_164_patches_back_and_none_beyond_their_frame(narrow):
    sound = drawn(1, 1, 24 * NARROW.frame_size).requires_grad_()
    latents, _ = narrow.latents(sound, None)
    for frame in (21, 22):
        (gradient,) = torch.autograd.grad(latents[:, :, frame].sum(), sound, retain_graph=True)
        by_patch = gradient.unflatten(-1, (-1, NARROW.patch_size)).transpose(2, 3)  # (1, 1, patch, P)
        assert seen(by_patch) == list(range(8 * frame - 164, 8 * frame + 8))


def test_21_frames_of_context_decode_as_everything_does_and_20_do_not_quite(narrow):
    codes = random_codes(NARROW, 1, 40)
    last = narrow.decode(codes)[0, 0, -32:]

    def error(context: int) -> Tensor:
        return (narrow.decode(codes[..., -context - 1 :])[0, 0, -32:] - last).abs()

    assert error(21).max() < 1e-14
    assert error(20)[:16].max() > 1e-12
    assert error(20)[16:].max() < 1e-14


# --- pieces and whole ------------------------------------------------------------------------------------------------


def pieces_of(x: Tensor, sizes: list[int]) -> tuple[Tensor, ...]:
    return x.split([*sizes, x.shape[-1] - sum(sizes)], dim=-1)


CHUNKINGS = [[1] * 8, [2, 3], [5], [8], [1, 1, 6]]  # frames of the pieces but the last, of 9


@pytest.mark.parametrize("sizes", CHUNKINGS, ids=str)
@pytest.mark.parametrize("longest", [1, 7, 512])
def test_decoding_in_pieces_equals_decoding_in_one_go(narrow, monkeypatch, sizes, longest):
    codes = random_codes(NARROW, 2, 9)
    whole, end = narrow.decode_piece(codes, None)
    monkeypatch.setattr(codec_module, "LONGEST", longest)
    state, sounds = None, []
    for piece in pieces_of(codes, sizes):
        sound, state = narrow.decode_piece(piece, state)
        sounds.append(sound)
    torch.testing.assert_close(torch.cat(sounds, -1), whole, atol=1e-10, rtol=0)
    torch.testing.assert_close(state, end, atol=1e-10, rtol=0)


@pytest.mark.parametrize("sizes", CHUNKINGS, ids=str)
@pytest.mark.parametrize("longest", [1, 7, 512])
def test_encoding_in_pieces_equals_encoding_in_one_go(narrow, monkeypatch, sizes, longest):
    sound = drawn(2, 1, 9 * NARROW.frame_size - 13)
    whole, _ = narrow.latents(sound, None)
    codes = narrow.encode(sound)
    monkeypatch.setattr(codec_module, "LONGEST", longest)
    of_latents = of_codes = None
    latents, found = [], []
    for piece in pieces_of(sound, [size * NARROW.frame_size for size in sizes]):
        some, of_latents = narrow.latents(piece, of_latents)
        latents.append(some)
        some, of_codes = narrow.encode_piece(piece, of_codes)
        found.append(some)
    torch.testing.assert_close(torch.cat(latents, -1), whole, atol=1e-10, rtol=0)
    assert torch.equal(torch.cat(found, -1), codes)


def test_what_is_longer_than_attention_takes_at_once_is_one_piece_to_the_caller(narrow, monkeypatch):
    codes, sound = random_codes(NARROW, 1, 12), drawn(1, 1, 12 * NARROW.frame_size)
    decoded, encoded = narrow.decode(codes), narrow.latents(sound, None)[0]
    monkeypatch.setattr(codec_module, "LONGEST", 5)
    torch.testing.assert_close(narrow.decode(codes), decoded, atol=1e-10, rtol=0)
    torch.testing.assert_close(narrow.latents(sound, None)[0], encoded, atol=1e-10, rtol=0)


def test_a_row_does_not_depend_on_its_batch(narrow):
    codes, sound = random_codes(NARROW, 3, 4), drawn(3, 1, 100)
    torch.testing.assert_close(narrow.decode(codes)[1:2], narrow.decode(codes[1:2]), atol=1e-10, rtol=0)
    assert torch.equal(narrow.encode(sound)[1:2], narrow.encode(sound[1:2]))


@pytest.mark.parametrize("n_samples", [1, 31, 32, 33, 64, 103])
def test_sound_has_a_frame_for_each_one_begun(narrow, n_samples):
    sound = drawn(2, 1, n_samples)
    codes = narrow.encode(sound)
    assert codes.shape == (2, NARROW.n_codebooks, math.ceil(n_samples / 32))
    assert codes.dtype == torch.long
    assert codes.min() >= 0
    assert codes[:, 0].max() < NARROW.semantic_codebook_size
    assert codes[:, 1:].max() < NARROW.acoustic_codebook_size
    assert narrow.decode(codes).shape == (2, 1, 32 * codes.shape[-1])


# --- quantization ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n_levels", [21, 5])
def test_levels_become_values_and_the_same_levels_again(n_levels):
    levels = torch.arange(n_levels)
    values = values_of(levels, n_levels)
    assert values.tolist() == pytest.approx([-1 + 2 * level / (n_levels - 1) for level in range(n_levels)], abs=1e-6)
    assert torch.equal(levels_of(values, n_levels), levels)
    nudge = 0.99 / (n_levels - 1)
    assert torch.equal(levels_of(values + nudge, n_levels), levels)
    assert torch.equal(levels_of(values - nudge, n_levels), levels)


@pytest.mark.parametrize(
    ("n_levels", "values", "levels"),
    [
        (5, [-0.75, -0.25, 0.25, 0.75], [0, 2, 2, 4]),
        (21, [-0.75, -0.25, 0.25, 0.75], [2, 8, 12, 18]),
        (5, [-3.0, 3.0], [0, 4]),
        (21, [-math.inf, math.inf], [0, 20]),
    ],
)
def test_halves_go_to_the_even_level_and_what_is_outside_to_the_last(n_levels, values, levels):
    assert levels_of(torch.tensor(values), n_levels).tolist() == levels


@pytest.mark.parametrize("config", [NARROW, TINY], ids=["21 levels", "5 levels"])
def test_codes_become_latents_and_the_same_codes_again(config):
    quantizer = lively(Quantizer, config)
    n_levels, size = config.acoustic_codebook_size, config.semantic_codebook_size
    n_frames = max(n_levels, size)
    codes = torch.arange(n_frames).remainder(n_levels).repeat(1, config.n_codebooks, 1)
    codes[:, 0] = torch.arange(n_frames).remainder(size)
    latents = quantizer.decode(codes)
    latents[:, config.semantic_dim :] = latents[:, config.semantic_dim :].clamp(-1 + 1e-6, 1 - 1e-6).atanh()
    assert torch.equal(quantizer.encode(latents), codes)


def test_acoustic_values_pass_through_tanh_before_their_levels():
    latents = torch.zeros(1, NARROW.latent_dim, 3)
    latents[0, -1] = torch.tensor([-10, 0.5, 10])  # tanh 0.5 = 0.4621, of which level 14.6
    assert Quantizer(NARROW).encode(latents)[0, -1].tolist() == [0, 15, 20]


def test_the_semantic_code_is_the_nearest_row():
    codebook = SemanticCodebook(40, 6).double()
    codebook.embedding_sum.copy_(drawn(40, 6))
    codebook.cluster_usage.uniform_(0.5, 2, generator=seeded())
    z = drawn(2, 6, 60, seed=1)
    codes = codebook.encode(z)
    for batch in range(2):
        for frame in range(60):
            distances = [
                (z[batch, :, frame] - total / usage).square().sum().item()
                for total, usage in zip(codebook.embedding_sum, codebook.cluster_usage, strict=True)
            ]
            assert codes[batch, frame] == np.argmin(distances)
    assert len(codes.unique()) > 20


def test_rows_are_sums_over_usage_divided_in_the_buffers_own_precision():
    codebook = SemanticCodebook(4, 3)
    codebook.embedding_sum.copy_(drawn(4, 3))
    codebook.cluster_usage.copy_(torch.tensor([1.0, 3.0, 7.0, 0.0]))
    divisor = torch.tensor([[1.0], [3.0], [7.0], [1e-5]])
    torch.testing.assert_close(codebook.rows, codebook.embedding_sum / divisor)
    stored = codebook.bfloat16()
    assert stored.rows.dtype == torch.bfloat16
    assert torch.equal(stored.rows, stored.embedding_sum / divisor.bfloat16())
    torch.testing.assert_close(stored.decode(torch.tensor([[2, 1]])), stored.rows[[2, 1]].T[None])


# --- quantization in training ----------------------------------------------------------------------------------------


def dithered(batch: int = 400, seed: int = 3) -> tuple[Quantizer, Tensor, Tensor, Tensor]:
    quantizer = lively(Quantizer, NARROW)
    z = drawn(batch, NARROW.latent_dim, 5).requires_grad_()
    return quantizer, z, *quantizer.dithered(z, seeded(seed))


def same(one: Tensor, other: Tensor) -> Tensor:
    """Which rows of a batch are the same."""
    return (one - other).abs().amax(dim=(1, 2)) < 1e-7


def test_semantic_channels_are_quantized_in_half_of_the_rows():
    quantizer, z, out, _ = dithered()
    before, after = z[:, :4], out[:, :4]
    nearest = quantizer.semantic_codebook.decode(quantizer.semantic_codebook.encode(before))
    quantized, kept = same(after, nearest), same(after, before)
    assert (quantized ^ kept).all()
    assert 150 < quantized.sum() < 250  # five standard deviations


def test_acoustic_channels_are_quantized_in_half_and_noisy_in_a_quarter_of_the_rows():
    _, z, out, _ = dithered()
    y, after = z[:, 4:].tanh(), out[:, 4:]
    quantized, kept = same(after, (y * 10).round() / 10), same(after, y)
    noisy = ~(quantized | kept)
    assert not (quantized & kept).any()
    assert 150 < quantized.sum() < 250
    assert 57 < kept.sum() < 143
    assert 57 < noisy.sum() < 143
    noise = (after - y)[noisy].abs()
    assert 0.9 / 21 < noise.max() <= 1 / 21


def test_gradients_pass_straight_through_to_the_latents():
    _, z, out, _ = dithered()
    weight = drawn(*out.shape, seed=1)
    (gradient,) = torch.autograd.grad((weight * out).sum(), z)
    torch.testing.assert_close(gradient[:, :4], weight[:, :4])
    torch.testing.assert_close(gradient[:, 4:], weight[:, 4:] * (1 - z[:, 4:].tanh().square()))


def test_commitment_is_the_squared_distance_to_the_nearest_rows():
    quantizer, z, _, commitment = dithered()
    nearest = quantizer.semantic_codebook.decode(quantizer.semantic_codebook.encode(z[:, :4]))
    torch.testing.assert_close(commitment, (z[:, :4] - nearest).square().mean())
    (gradient,) = torch.autograd.grad(commitment, z)
    torch.testing.assert_close(gradient[:, :4], 2 * (z[:, :4] - nearest) / nearest.numel())
    assert not gradient[:, 4:].any()


def test_the_same_seed_dithers_in_the_same_way():
    assert torch.equal(dithered(20, seed=5)[2], dithered(20, seed=5)[2])
    assert not torch.equal(dithered(20, seed=5)[2], dithered(20, seed=6)[2])


CORNERS = torch.tensor([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0], [90.0, 90.0]], dtype=torch.float64)
AROUND = torch.tensor([[1.0, 0.0], [0.0, 1.0], [11.0, 2.0], [1.0, 9.0], [-1.0, 8.0], [0.0, 10.0]], dtype=torch.float64)
MEANS = torch.tensor([[0.5, 0.5], [11.0, 2.0], [0.0, 9.0]], dtype=torch.float64)  # of what is nearest to each corner


def corners() -> SemanticCodebook:
    codebook = SemanticCodebook(4, 2).double()
    codebook.embedding_sum.copy_(CORNERS)
    return codebook


def test_rows_learn_the_mean_of_what_is_nearest_and_idle_ones_begin_anew():
    codebook = corners()
    codebook.learn(AROUND.T[None], decay=0.0)
    torch.testing.assert_close(codebook.rows[:3], MEANS)
    assert codebook.cluster_usage.tolist() == [2, 1, 3, 1]
    assert any(torch.equal(codebook.rows[3], each) for each in AROUND)


def test_means_run_with_the_decay_and_a_row_lately_used_stays():
    codebook = corners()
    codebook.learn(AROUND.T[None], decay=0.9)
    n_nearest = torch.tensor([[2.0], [1.0], [3.0]], dtype=torch.float64)
    expected = (0.9 * CORNERS[:3] + 0.1 * n_nearest * MEANS) / (0.9 + 0.1 * n_nearest)
    torch.testing.assert_close(codebook.rows[:3], expected)
    torch.testing.assert_close(codebook.rows[3], CORNERS[3])


def test_rows_that_learn_for_long_arrive_at_the_means_and_none_stays_idle():
    codebook = corners()
    for _ in range(300):
        codebook.learn(AROUND.T[None], decay=0.9)
    distances = torch.cdist(AROUND, codebook.rows)
    nearest = distances.argmin(1)
    assert set(nearest.tolist()) == {0, 1, 2, 3}
    for row in range(4):
        torch.testing.assert_close(codebook.rows[row], AROUND[nearest == row].mean(0), atol=1e-6, rtol=0)


# --- training --------------------------------------------------------------------------------------------------------


def tiny_codec() -> Codec:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return Codec(TINY)


def tones(batch: int = 2, n_samples: int = 6 * TINY.frame_size - 5) -> Tensor:
    """Sound (B, 1, S): tones that die away."""
    time_s = torch.arange(n_samples) / TINY.sample_rate
    return torch.stack(
        [0.5 * torch.sin(2 * math.pi * 40 * (row + 1) * time_s) * torch.exp(-3 * row * time_s) for row in range(batch)]
    )[:, None]


@pytest.mark.parametrize("in_bfloat16", [False, True], ids=["float32", "bfloat16"])
def test_the_loss_has_a_gradient_for_every_parameter(in_bfloat16):
    codec = tiny_codec()
    with torch.autocast("cpu", torch.bfloat16, enabled=in_bfloat16):
        losses = codec.loss(tones(), generator=seeded())
    losses["total"].backward()
    assert losses["total"].dtype == torch.float32
    assert losses["latents"].shape == (2, TINY.latent_dim, 6)
    for name, parameter in codec.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
        assert parameter.grad.any(), name


def test_the_loss_in_bfloat16_is_nearly_that_in_float32():
    codec = tiny_codec()
    with torch.no_grad():
        exact = codec.loss(tones(), generator=seeded())["total"]
        with torch.autocast("cpu", torch.bfloat16):
            near = codec.loss(tones(), generator=seeded())["total"]
    assert near.item() == pytest.approx(exact.item(), rel=0.02)
    assert near != exact


def magnitudes(sound: np.ndarray, size: int) -> np.ndarray:
    """Magnitudes (frames, bins) of a sound between zeros, a quarter of a window apart."""
    padded = np.pad(sound, size // 2)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)
    starts = range(0, len(padded) - size + 1, size // 4)
    return np.abs(np.fft.rfft([padded[start : start + size] * window for start in starts]))


def test_losses_are_distances_of_sound_and_spectra_which_fade_and_the_commitment():
    codec, sound = tiny_codec().requires_grad_(False), tones()
    losses = codec.loss(sound, step=2000, generator=seeded(4))
    latents, _ = codec.latents(sound, None)
    quantized, commitment = codec.quantizer.dithered(latents, seeded(4))
    decoded = codec.sound(quantized, None)[0][..., : sound.shape[-1]]
    pairs = [(one.numpy(), other.numpy()) for one, other in zip(decoded[:, 0], sound[:, 0], strict=True)]
    spectrum = np.mean(
        [np.abs(magnitudes(one, size) - magnitudes(other, size)).mean() for size in STFT_SIZES for one, other in pairs]
    )
    waveform = np.mean([np.abs(one - other).mean() for one, other in pairs])
    assert losses["waveform"].item() == pytest.approx(waveform, rel=1e-5)
    assert losses["spectrum"].item() == pytest.approx(spectrum, rel=1e-5)
    assert losses["commitment"].item() == pytest.approx(commitment.item(), rel=1e-5)
    total = 0.9999**2000 * (waveform + spectrum) + 0.1 * commitment.item()
    assert losses["total"].item() == pytest.approx(total, rel=1e-5)
    assert torch.equal(losses["latents"], latents)


@pytest.mark.slow
def test_the_codec_learns_a_sound_by_heart():
    codec, sound, generator = tiny_codec(), tones(), seeded()
    optimizer = torch.optim.Adam(codec.parameters(), 5e-3)
    before = l1_loss(codec.decode(codec.encode(sound))[..., : sound.shape[-1]], sound).item()
    totals = []
    for _ in range(120):
        losses = codec.loss(sound, generator=generator)
        optimizer.zero_grad()
        losses["total"].backward()
        optimizer.step()
        codec.quantizer.semantic_codebook.learn(losses["latents"][:, : TINY.semantic_dim])
        totals.append(losses["total"].item())
    after = l1_loss(codec.decode(codec.encode(sound))[..., : sound.shape[-1]], sound).item()
    assert np.mean(totals[-10:]) < totals[0] / 4
    assert after < before / 4


# --- in half precision -----------------------------------------------------------------------------------------------


def test_a_codec_stored_in_bfloat16_sounds_nearly_as_the_same_in_float64():
    codec = lively(Codec, TINY).requires_grad_(False).bfloat16()
    codes = random_codes(TINY, 2, 6)
    stored = codec.decode(codes)
    exact = codec.double().decode(codes)
    assert stored.dtype == torch.bfloat16
    assert (stored - exact).square().mean() < 1e-3 * exact.square().mean()


@pytest.mark.parametrize("sound", [torch.float32, torch.float64, torch.bfloat16], ids=str)
def test_sound_of_any_type_is_encoded_in_that_of_the_weights(sound):
    codec = lively(Codec, TINY).requires_grad_(False).bfloat16()
    waveform = (0.3 * torch.randn(1, 1, 3 * TINY.frame_size, generator=seeded(2))).bfloat16()
    assert torch.equal(codec.encode(waveform.to(sound)), codec.encode(waveform))


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(100,), (1, 100), (1, 2, 100), (1, 1, 0)], ids=str)
def test_what_is_no_batch_of_mono_sound_is_refused(narrow, shape):
    message = rf"got sound of the shape \({', '.join(map(str, shape))},?\); expected \(batch, 1, samples\)"
    with pytest.raises(ValueError, match=message):
        narrow.encode(torch.zeros(shape, dtype=torch.float64))


def test_without_an_encoder_nothing_is_encoded():
    codec = Codec(NARROW)
    codec.drop_encoder()
    with pytest.raises(ValueError, match="this codec has no encoder: its checkpoint holds the decoder alone"):
        codec.encode(torch.zeros(1, 1, 32))


@pytest.mark.parametrize("n_rows", [2, 4])
def test_another_number_of_rows_of_codes_is_refused(narrow, n_rows):
    with pytest.raises(ValueError, match=rf"got codes of the shape \(1, {n_rows}, 5\); expected \(batch, 3, frames\)"):
        narrow.decode(torch.zeros(1, n_rows, 5, dtype=torch.long))


@pytest.mark.parametrize("shape", [(1, 3, 0), (1, 3)], ids=["no frames", "no batch"])
def test_codes_of_another_shape_are_refused(narrow, shape):
    with pytest.raises(ValueError, match=r"got codes of the shape \(1, 3.*\); expected \(batch, 3, frames\)"):
        narrow.decode(torch.zeros(shape, dtype=torch.long))


@pytest.mark.parametrize(
    ("row", "code", "message"),
    [
        (0, 8, "semantic codes from 0 to 8; expected 0 to 7"),
        (0, -1, "semantic codes from -1 to 0; expected 0 to 7"),
        (1, 21, "acoustic codes from 0 to 21; expected 0 to 20"),
        (2, -1, "acoustic codes from -1 to 0; expected 0 to 20"),
    ],
)
def test_codes_that_there_are_not_are_refused(narrow, row, code, message):
    codes = torch.zeros(2, 3, 5, dtype=torch.long)
    codes[1, row, 4] = code
    with pytest.raises(ValueError, match=message):
        narrow.decode(codes)
