"""Phonemes without sound: those that the engine would speak, spelled by the network as if it had heard them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from reference_model.alphabet import LANGUAGES, LETTERS, spell
from reference_model.train.espeak import Prompt, Speaker, nine_voices
from reference_model.train.examples import TOLD_ROWS
from reference_model.train.measure import told_h
from reference_model.train.recognizer import Earlier, weights_of
from reference_model.train.told import LENGTH_S, Mimic, phoneme_class, roughened, told
from reference_model.train.words import draw_text
from tests.reference_model.tiny_recognizer import TINY, tiny_recognizer
from tests.reference_model.tiny_training import batch_of, batches, held_out, plan_of, trainer_of


@pytest.fixture(scope="module")
def speaker():
    made = Speaker()
    yield made
    made.close()


def rows(speaker, language: str, n: int = 6):
    return told(n, np.array([language]), nine_voices(), "a", speaker, np.random.default_rng(1))


@pytest.mark.parametrize("language", LANGUAGES)
def test_rows_are_full_of_phonemes_and_spelled_in_the_language(language, speaker):
    made = rows(speaker, language)
    assert made.phonemes.shape == (6, round(LENGTH_S * 50))
    assert (made.phonemes > 0).mean() > 0.6
    letters = set(spell(LETTERS[language] + " "))
    for row in made.letters:
        assert len(row) > 20
        assert set(row.tolist()) <= letters


def test_the_same_generator_gives_the_same_rows(speaker):
    one, other = rows(speaker, "en"), rows(speaker, "en")
    np.testing.assert_array_equal(one.phonemes, other.phonemes)


@pytest.mark.parametrize("language", ["de", "en", "es", "fr"])
def test_what_is_told_is_what_would_be_heard(language, speaker):
    """The mnemonics of a text that is pronounced are those of the events while it is spoken."""
    rng = np.random.default_rng(3)
    voice = nine_voices()[language][0]
    alike = 0
    for _ in range(10):
        text = draw_text(language, 8, "a", rng)
        spoken = speaker.speak(Prompt(text=text.given, voice=voice, rate=165, pitch=50, range=50))
        said = speaker.pronounce([text.given], voice)[0].replace("\n", "\t").replace(" ", "\t").split("\t")
        heard = [found for name, _ in spoken.phonemes if (found := phoneme_class(name))]
        alike += heard == [found for name in said if (found := phoneme_class(name))]
    assert alike >= 9


def test_the_mimic_learns_what_the_network_hears(tmp_path):
    trainer = trainer_of(tmp_path, plan_of(40))
    trainer.train(batches(0), held_out())
    losses = [row["mimic"] for row in trainer.log]
    assert losses[-1] < losses[0]
    assert "mimic.embed.weight" in torch_keys(tmp_path / "last.safetensors")
    assert not [name for name in weights_of(tmp_path / "last.safetensors") if "mimic" in name]


def torch_keys(path):
    from safetensors import safe_open

    with safe_open(path, "pt") as file:
        return set(file.keys())


def test_a_mimic_has_a_frame_for_two_of_phonemes():
    assert Mimic(32)(torch.zeros(3, 40, dtype=torch.long)).shape == (3, 32, 20)


def test_roughness_is_what_the_mimic_misses_and_no_more():
    sounds = torch.randn(4, 8, 50)
    nothing = roughened(sounds, torch.zeros(8, 20), torch.Generator().manual_seed(1))
    assert torch.equal(nothing, sounds)
    missed = torch.randn(8, 20)
    rough = roughened(sounds, missed, torch.Generator().manual_seed(1)) - sounds
    assert 0 < float(rough.abs().max()) <= float(missed.abs().max())


def test_what_is_told_moves_the_spelling_and_not_the_norms_that_are_used_later(tmp_path):
    trainer = trainer_of(tmp_path, plan_of(4))
    trainer.network.train()
    before = trainer.network.deepen.norm.running_mean.clone()
    batch = batch_of(0)
    loss = trainer._told(batch.told, torch.zeros(TINY.width, 10), torch.Generator())
    loss.backward()
    assert torch.equal(trainer.network.deepen.norm.running_mean, before)
    assert float(trainer.network.spell.weight.grad.abs().max()) > 0
    assert trainer.network.front.weight.grad is None


def test_before_its_time_nothing_is_told(tmp_path):
    trainer = trainer_of(tmp_path, replace(plan_of(4), told_from=2))
    trainer.train(batches(0), held_out())
    assert [row["told"] > 0 for row in trainer.log] == [False, True]


# --- going on from finished weights ----------------------------------------------------------------------------------


def finished(path, owner: str):
    recognizer = tiny_recognizer()
    curve = [{"hours": 0.5, "heard_h": 2.0, **dict.fromkeys(LANGUAGES, 0.5)}]
    training = {"variants_and_texts": owner, "heard_h": 3.0, "told_h": 5.0, "hours": 1.0, "curve": curve, "batches": 60}
    recognizer.about = replace(recognizer.about, training=training)
    recognizer.save(path)
    return recognizer


def test_a_training_goes_on_from_finished_weights_and_their_hours(tmp_path):
    recognizer = finished(tmp_path / "w.safetensors", "a")
    trainer = trainer_of(tmp_path, plan_of(4))
    trainer.begin_with(tmp_path / "w.safetensors")
    torch.testing.assert_close(trainer.network.spell.weight, recognizer.network.spell.weight.half().float())
    assert (trainer.heard_s, trainer.spent_s) == (3 * 3600, 3600)
    trainer.train(batches(0), held_out())
    assert trainer.log[0]["cer"]["en"] == 0.5
    assert trainer.log[-1]["heard_h"] > 3
    steps = len([row for row in trainer.log if row.get("told")])
    assert trainer.earlier == Earlier(batches=60, told_h=5.0)
    assert told_h(tmp_path, 2) == pytest.approx(steps * 2 * TOLD_ROWS * LENGTH_S / 3600)
    assert steps == 2


def test_weights_that_learned_from_what_is_the_others_are_refused(tmp_path):
    finished(tmp_path / "w.safetensors", "b")
    with pytest.raises(ValueError, match="learned from texts of 'b'; tiny learns from those of 'a' alone"):
        trainer_of(tmp_path, plan_of(4)).begin_with(tmp_path / "w.safetensors")
