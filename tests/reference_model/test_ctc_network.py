"""The network's shapes, and that a clip's answer is its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from reference_model.alphabet import ALPHABET, LANGUAGES
from reference_model.ctc_network import FRAMES_PER_STEP, CtcNetwork, Gate, Heard
from reference_model.train.recognizer import SHIPPED
from tests.reference_model.tiny_recognizer import TINY, tiny_network


def features(n_rows: int, n_frames: int, seed: int = 1) -> torch.Tensor:
    return torch.randn(n_rows, n_frames, TINY.n_mels, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("n_frames", [8, 16, 200])
def test_letters_come_at_50_hz_and_hidden_states_at_25(n_frames):
    heard = tiny_network()(features(3, n_frames))
    assert heard.letters.shape == (3, n_frames // 2, len(ALPHABET))
    assert heard.language.shape == (3, len(LANGUAGES) + 1)
    assert heard.hidden.shape == (3, TINY.width, n_frames // 4)
    assert heard.phonemes is None


def test_the_helper_head_is_there_in_training_alone():
    heard = tiny_network(replace(TINY, n_phonemes=7))(features(2, 40))
    assert heard.phonemes.shape == (2, 20, 7)


@pytest.mark.parametrize("n_frames", [1, 7, 9, 100])
def test_a_length_that_is_no_multiple_of_a_step_is_refused(n_frames):
    with pytest.raises(ValueError, match=rf"got {n_frames} frames; expected a multiple of {FRAMES_PER_STEP}"):
        tiny_network()(features(1, n_frames))


def alone_and_together(padding: float) -> list[tuple[Heard, Heard, int, int]]:
    """Clips of several lengths heard one by one, and in a batch that is padded with some value."""
    lengths = [8, 64, 40, 160]
    clips = [features(1, length, seed=length) for length in lengths]
    longest = max(lengths)
    padded = torch.full((len(clips), longest, TINY.n_mels), padding)
    for row, clip in enumerate(clips):
        padded[row, : clip.shape[1]] = clip[0]
    steps = torch.tensor(lengths)[:, None] // FRAMES_PER_STEP
    mask = (torch.arange(longest // FRAMES_PER_STEP) < steps).float()
    network = tiny_network()
    with torch.inference_mode():
        together = network(padded, mask)
        return [(network(clip), together, row, clip.shape[1]) for row, clip in enumerate(clips)]


@pytest.mark.parametrize("padding", [0.0, 3.0])
def test_with_a_mask_an_answer_is_free_of_padding_and_of_neighbours(padding):
    for alone, together, row, n_frames in alone_and_together(padding):
        close = {"atol": 1e-4, "rtol": 1e-4}
        np.testing.assert_allclose(together.letters[row, : n_frames // 2], alone.letters[0], **close)
        np.testing.assert_allclose(together.hidden[row, :, : n_frames // 4], alone.hidden[0], **close)
        np.testing.assert_allclose(together.language[row], alone.language[0], **close)


def test_without_a_mask_padding_is_heard():
    """So that the test above can fail."""
    network = tiny_network()
    clip = features(1, 64)
    with torch.inference_mode():
        longer = network(torch.cat([clip, torch.zeros_like(clip)], 1))
        assert not torch.allclose(longer.language, network(clip).language, atol=1e-3)


def test_a_gate_is_open_alike_for_all_channels_until_it_learns():
    """So a network without gates goes on learning with them from where it is."""
    x = torch.randn(2, 6, 10)
    np.testing.assert_array_equal(Gate(6, 3)(x).detach(), x)


def test_a_gate_weighs_a_clip_s_channels_by_their_mean_where_it_is_loud():
    gate = Gate(2, 2)
    with torch.no_grad():
        gate.squeeze.weight.copy_(torch.eye(2))
        gate.squeeze.bias.zero_()
        gate.excite.weight.copy_(torch.tensor([[1.0, 0.0], [0.0, -1.0]]))
    x = torch.tensor([[[3.0, 1.0, 99.0], [1.0, 1.0, 99.0]]])
    shares = torch.tensor([[[0.5], [0.5], [0.0]]])
    silu = [mean / (1 + np.exp(-mean)) for mean in (2.0, 1.0)]
    gates = [2 / (1 + np.exp(-silu[0])), 2 / (1 + np.exp(silu[1]))]
    expected = x[0].numpy() * np.array(gates)[:, None]
    np.testing.assert_allclose(gate(x, shares)[0].detach(), expected, rtol=1e-6)


def test_gates_are_set_by_what_is_loud_and_not_by_pauses():
    """A pause adds frames at its place and changes no answer farther from it than the convolutions reach."""
    network = tiny_network()
    speech, pause = features(1, 400), torch.full((1, 800, TINY.n_mels), -3.0)
    with torch.inference_mode():
        alone = network(torch.cat([speech, pause[:, :400]], 1)).letters[0, :100]
        longer = network(torch.cat([speech, pause], 1)).letters[0, :100]
        louder = network(torch.cat([speech, pause[:, :400], speech + 2], 1)).letters[0, :100]
    np.testing.assert_allclose(longer, alone, atol=1e-5)
    assert not np.allclose(louder, alone, atol=1e-2)


def test_of_a_silent_clip_all_frames_count_alike():
    silent = torch.full((2, 16, TINY.n_mels), -3.0)
    with torch.inference_mode():
        assert torch.isfinite(tiny_network()(silent, torch.tensor([[1.0, 0.0], [1.0, 1.0]])).letters).all()


def test_a_network_may_have_no_gates():
    network = tiny_network(replace(TINY, n_gates=0))
    assert not [name for name, _ in network.named_parameters() if "gate" in name]
    assert network(features(1, 16)).letters.shape == (1, 8, len(ALPHABET))


def test_every_parameter_learns():
    network = tiny_network(replace(TINY, n_phonemes=7)).train()
    heard = network(features(3, 64))
    loss = sum((x * torch.randn_like(x)).sum() for x in (heard.letters, heard.language, heard.phonemes))
    loss.backward()
    silent = [name for name, p in network.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
    # the score's bias shifts all frames alike, which their softmax takes out
    assert set(silent) <= {"attend.bias"}


def test_what_is_shipped_is_under_12_mb_in_half_precision():
    state = CtcNetwork(SHIPPED).state_dict()
    assert sum(value.numel() for value in state.values()) * 2 <= 12_000_000
