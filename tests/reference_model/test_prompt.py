"""How a request is laid out: whole prompts that are known, and the places that a reference takes."""

from __future__ import annotations

from pathlib import Path

import mistral_common
import pytest
import torch

from reference_model.checkpoint import random_model
from reference_model.config import SpecialTokens, tiny, voxtral_4b
from reference_model.prompt import lay_out, n_reference, reference_ids
from reference_model.tokenizer import Tekken

VOCABULARY = Path(mistral_common.__file__).parent / "data" / "tekken_240911.json"  # its text ids are the checkpoint's

# the rows of the preset's reference, a text, and its ids
GOLDEN = [
    (147, "Paris is a beautiful city!", [42572, 1395, 1261, 15568, 5970, 1033]),
    (67, "Hello.", [22177, 1046]),
    (
        97,
        "Bonjour, je m'appelle Claude. Ça va très bien, merci!",
        [48227, 47010, 1044, 2310, 1283, 21868, 2755, 28006, 1046, 31441, 3834, 8638, 5593, 1044, 92503, 1033],
    ),
    (
        163,
        "Grüße aus München — die Straße ist schön.",
        [20560, 1671, 9755, 3558, 28943, 2251, 1828, 27277, 3444, 63844, 1046],
    ),
    (
        138,
        "El niño comió 42 manzanas; ¿verdad?",
        [4168, 56496, 1437, 1788, 1032, 1052, 1050, 1894, 1122, 16008, 1059, 12615, 1465, 40886, 1063],
    ),
    (
        168,
        "Ciao! Però... non è così, vero?",
        [1067, 37477, 1033, 105315, 2880, 2767, 4847, 20063, 1044, 46712, 1063],
    ),
    (
        144,
        "Olá, tudo bem? Ação, coração, não.",
        [43574, 1502, 1044, 34584, 15556, 1063, 1349, 3335, 1044, 82573, 1044, 5808, 1046],
    ),
    (86, "नमस्ते, आप कैसे हैं?", [2485, 3525, 22475, 1803, 1044, 23167, 83112, 10688, 1063]),
    (67, "مرحبا كيف حالك؟", [4341, 1708, 26986, 24675, 17086, 1559, 6944]),
    (138, "Tab\tand\nnewline handling.", [16256, 1009, 1421, 1010, 3080, 2839, 21490, 1046]),
]


@pytest.fixture(scope="module")
def tekken():
    return Tekken(VOCABULARY)


@pytest.mark.parametrize(("rows", "text", "ids"), GOLDEN, ids=[text.split()[0] for _, text, _ in GOLDEN])
def test_a_prompt_is_the_known_one(rows, text, ids, tekken):
    prompt = lay_out(SpecialTokens(), tekken.encode(text), rows)
    assert prompt == [1, 25, *[24] * rows, 36, *ids, 35, 25]


def test_the_vocabulary_is_as_large_as_the_text_embedding(tekken):
    assert tekken.size == voxtral_4b().backbone.vocab_size


def test_a_prompt_is_laid_out_with_the_tokens_given():
    tokens = SpecialTokens(bos=7, audio=8, begin_audio=9, repeat_audio_text=10, next_audio_text=11)
    assert lay_out(tokens, [20, 21], 2) == [7, 9, 8, 8, 11, 20, 21, 10, 9]


# --- references ------------------------------------------------------------------------------------------------------


def test_a_reference_ends_with_the_end_of_audio_frame():
    codes = torch.tensor([[[0, 29], [4, 0], [0, 4]]])  # (1, Q, F)
    assert reference_ids(codes).tolist() == [[[2, 31, 1], [6, 2, 0], [2, 6, 0]]]


@pytest.mark.parametrize(
    ("duration_s", "places"),
    [(0.08, 2), (0.0801, 3), (0.24, 4), (0.56, 8), (1, 14), (5.28, 67), (10, 126), (25, 314), (180, 2251)],
)
def test_a_reference_takes_a_place_a_frame_begun_and_one_for_its_end(duration_s, places):
    assert n_reference(voxtral_4b(), duration_s) == places


def test_every_whole_number_of_frames_is_counted_exactly():
    config = voxtral_4b()
    assert [n_reference(config, frames * 0.08) for frames in range(2_250)] == list(range(1, 2_251))


@pytest.mark.parametrize("samples", [1, 31, 32, 33, 320, 801])
def test_a_clone_has_the_places_that_are_counted(samples):
    config = tiny()
    codes = random_model(config, seed=0).codec.encode(torch.zeros(1, 1, samples))
    assert reference_ids(codes).shape == (1, 4, n_reference(config, samples / config.codec.sample_rate))
