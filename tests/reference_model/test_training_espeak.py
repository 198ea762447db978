"""espeak-ng as the voice of the training: who has which variant, and a program that is started again."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace

import numpy as np
import pytest

from reference_model.alphabet import LANGUAGES
from reference_model.train.espeak import OWNERS, Prompt, Speaker, installed, nine_voices, share, variants_of

HELLO = Prompt(text="the quick brown fox jumps over the dog.", voice="gmw/en-US", rate=165, pitch=50, range=50)


@pytest.fixture
def speaker():
    speaker = Speaker()
    yield speaker
    speaker.close()


def test_no_variant_belongs_to_two():
    held = {owner: set(variants_of(owner)) - {""} for owner in OWNERS}
    for one, two in itertools.combinations(OWNERS, 2):
        assert not held[one] & held[two]
    assert set().union(*held.values()) == set(installed().variants)
    assert all(len(variants) >= 5 for variants in held.values())


def test_the_plain_voice_is_everybodys_but_not_held_out():
    assert [owner for owner in OWNERS if "" in variants_of(owner)] == ["a", "b"]


@pytest.mark.parametrize("owner", ["", "c", "A"])
def test_an_owner_without_variants_is_refused(owner):
    with pytest.raises(ValueError, match=rf"nothing belongs to '{owner}'; expected one of a, b, held-out"):
        variants_of(owner)


def test_a_tenth_is_held_out_and_the_rest_shared_evenly():
    owners = [share(f"text {number}") for number in range(5000)]
    counted = {owner: owners.count(owner) / len(owners) for owner in OWNERS}
    assert counted == pytest.approx({"a": 0.5, "b": 0.4, "held-out": 0.1}, abs=0.03)


def test_every_language_has_voices():
    voices = nine_voices()
    assert set(voices) == set(LANGUAGES)
    assert all(voices.values())
    assert len({voice for names in voices.values() for voice in names}) == sum(map(len, voices.values()))


def test_events_are_in_order_and_within_the_sound(speaker):
    said = speaker.speak(HELLO)
    assert said.samples.dtype == np.float32
    assert 0.05 < np.abs(said.samples).max() <= 1
    duration_s = len(said.samples) / said.sample_rate
    assert 1.5 < duration_s < 5
    assert [HELLO.text[at : at + n] for at, n, _ in said.words] == HELLO.text.rstrip(".").split()
    for times in ([time_s for _, _, time_s in said.words], [time_s for _, time_s in said.phonemes]):
        assert times == sorted(times)
        assert times[0] >= 0
        assert times[-1] <= duration_s
    assert len(said.phonemes) > len(said.words)


def test_positions_count_characters_and_not_bytes(speaker):
    text = "où l'été naïf déçoit."
    said = speaker.speak(replace(HELLO, text=text, voice="roa/fr"))
    assert {at for at, _, _ in said.words} <= {0, 3, 9, 14}


@pytest.mark.parametrize("change", [{"voice": "roa/es"}, {"rate": 250}, {"pitch": 99}, {"voice": "gmw/en-US+f3"}])
def test_the_prompt_is_followed(change, speaker):
    plain, other = speaker.speak(HELLO), speaker.speak(replace(HELLO, **change))
    assert len(plain.samples) != len(other.samples) or not np.array_equal(plain.samples, other.samples)
    if change == {"rate": 250}:
        assert len(other.samples) < 0.8 * len(plain.samples)


def test_an_unknown_voice_is_answered_with_none_and_the_next_prompt_is_spoken(speaker):
    assert speaker.speak(replace(HELLO, voice="gmw/klingon")) is None
    assert len(speaker.speak(HELLO).samples) > 10_000


def test_a_program_that_died_is_started_again(speaker):
    before = speaker.speak(HELLO)
    speaker._process.kill()
    speaker._process.wait()
    after = speaker.speak(HELLO)
    np.testing.assert_array_equal(after.samples, before.samples)


def test_a_program_started_anew_says_the_same_again(speaker):
    """What batches rely on: their speech follows from their number."""
    whispered = replace(HELLO, text="qualcos'altro, prima.", voice="roa/it+whisper")
    first = [speaker.speak(prompt) for prompt in (HELLO, whispered, HELLO)]
    speaker.close()
    time.sleep(1.1)  # the engine would take its random state from the time of day, in seconds
    second = [speaker.speak(prompt) for prompt in (HELLO, whispered, HELLO)]
    for one, two in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.samples, two.samples)
        assert (one.words, one.phonemes) == (two.words, two.phonemes)


def test_words_are_pronounced_one_by_one(speaker):
    sounds = speaker.pronounce(["right", "write", "left"], "gmw/en-US")
    assert sounds[0] == sounds[1] != sounds[2]
    assert all(sounds)


def test_pronouncing_with_an_unknown_voice_says_so(speaker):
    with pytest.raises(RuntimeError, match=r"espeak-ng pronounced nothing with the voice 'gmw/klingon'"):
        speaker.pronounce(["word"], "gmw/klingon")
