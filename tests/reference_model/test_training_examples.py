"""A batch is a function of its number, and what it says can be learned."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
import soundfile

from reference_model.alphabet import ALPHABET, LANGUAGES, writable
from reference_model.log_mel import FRAME_RATE, N_MELS
from reference_model.train.espeak import Prompt, Speaker
from reference_model.train.examples import BATCH_S, NO_LANGUAGE, NO_PHONEME, Batch, Maker, Mix
from reference_model.train.recordings import usable
from reference_model.train.told import PHONEME_CLASSES
from reference_model.train.told import phoneme_class as class_of

TEXTS = ("the first recording", "another one of them", "and a third one that is longer")


def assert_same(one: Batch, two: Batch) -> None:
    assert one.number == two.number
    np.testing.assert_array_equal(one.features, two.features)
    np.testing.assert_array_equal(one.phonemes, two.phonemes)
    np.testing.assert_array_equal(one.languages, two.languages)
    assert [row.tolist() for row in one.letters] == [row.tolist() for row in two.letters]


@pytest.fixture(scope="module")
def maker():
    maker = Maker(Mix(owner="a", seed=1))
    yield maker
    maker.speaker.close()


@pytest.fixture(scope="module")
def recordings(tmp_path_factory):
    """A folder in the layout of LJ Speech, as espeak-ng would have made it."""
    folder = tmp_path_factory.mktemp("recordings")
    (folder / "wavs").mkdir()
    speaker = Speaker()
    lines = []
    for index, text in enumerate(TEXTS):
        said = speaker.speak(Prompt(text=text, voice="gmw/en-US", rate=200, pitch=50, range=50))
        soundfile.write(folder / "wavs" / f"R-{index}.wav", said.samples, said.sample_rate)
        lines.append(f"R-{index}|{text.title()}|{text.capitalize()}.")
    speaker.close()
    lines += ["R-0|Chapter 7|Chapter 7", "R-9|no such file|no such file", "R-1|!|!"]
    (folder / "metadata.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder


# --- batches ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_batch_follows_from_its_number_alone():
    """Of owner "b", who has the variants with breath, which is random."""
    one, other = (Maker(Mix(owner="b", seed=3)) for _ in range(2))
    first = [one.batch(number, 0.5) for number in range(3)]
    assert_same(one.batch(1, 0.5), first[1])
    time.sleep(1.1)  # the engine would take its random state from the time of day, in seconds
    for number in (2, 0):
        assert_same(other.batch(number, 0.5), first[number])
    one.speaker.close()
    other.speaker.close()


@pytest.mark.slow
def test_another_number_seed_or_owner_makes_another_batch(maker):
    here = maker.batch(0, 0.0)
    assert maker.batch(1, 0.0).features.tobytes() != here.features.tobytes()
    for mix in (Mix(owner="a", seed=2), Mix(owner="b", seed=1)):
        other = Maker(mix)
        assert other.batch(0, 0.0).features.tobytes() != here.features.tobytes()
        other.speaker.close()


@pytest.mark.slow
@pytest.mark.parametrize("progress", [0.0, 1.0])
def test_rows_have_one_length_and_targets_that_fit(maker, progress):
    longest = 0.0
    for number in range(6):
        batch = maker.batch(number, progress)
        n_rows, n_frames, n_mels = batch.features.shape
        longest = max(longest, n_frames / FRAME_RATE)
        assert n_mels == N_MELS
        assert n_frames % 8 == 0
        assert batch.seconds == pytest.approx(BATCH_S, rel=0.05)
        assert np.isfinite(batch.features).all()
        assert len(batch.letters) == len(batch.languages) == len(batch.phonemes) == n_rows
        assert batch.phonemes.shape == (n_rows, n_frames // 2)
        assert ((batch.phonemes >= 0) & (batch.phonemes < PHONEME_CLASSES)).all()
        for row, (letters, language) in enumerate(zip(batch.letters, batch.languages, strict=True)):
            doubled = sum(a == b for a, b in itertools.pairwise(letters.tolist()))
            assert len(letters) + doubled <= n_frames // 2
            text = "".join(ALPHABET[index] for index in letters)
            if 0 <= language < len(LANGUAGES):
                assert text.strip() == text != ""
                assert writable(text, LANGUAGES[language])
                assert batch.phonemes[row].any()
            else:
                assert language in {NO_LANGUAGE, len(LANGUAGES)}
                assert text == ""
    assert longest < 3 if progress == 0 else longest > 3


@pytest.mark.slow
def test_a_further_training_goes_on_with_the_numbers_of_the_former():
    former, further = Maker(Mix(owner="a", seed=1)), Maker(Mix(owner="a", seed=1, first=3))
    one, other = former.batch(3, 0.0), further.batch(0, 0.0)
    former.speaker.close()
    further.speaker.close()
    np.testing.assert_array_equal(one.features, other.features)


@pytest.mark.slow
def test_rows_that_no_recording_is_short_enough_for_are_spoken(recordings):
    maker = Maker(Mix(owner="a", seed=1, recordings=recordings, share=1.0))
    assert maker.durations_s == sorted(one.duration_s for one in usable(recordings, "en"))
    maker.durations_s = [99.0 for _ in maker.durations_s]
    batch = maker.batch(0, 0.0)
    maker.speaker.close()
    assert not (batch.phonemes == NO_PHONEME).all(1).any()


@pytest.mark.slow
def test_recordings_are_mixed_in(recordings):
    maker = Maker(Mix(owner="a", seed=1, recordings=recordings, share=0.5))
    batches = [maker.batch(number, 0.5) for number in range(2)]
    maker.speaker.close()
    recorded = [
        ("".join(ALPHABET[index] for index in batch.letters[row]), batch.languages[row])
        for batch in batches
        for row in range(len(batch.letters))
        if (batch.phonemes[row] == NO_PHONEME).all()
    ]
    rows = sum(len(batch.letters) for batch in batches)
    assert 0.2 < len(recorded) / rows < 0.8
    assert {text for text, _ in recorded} <= set(TEXTS)
    assert {language for _, language in recorded} == {LANGUAGES.index("en")}


def test_an_owner_without_voices_is_refused_at_once():
    with pytest.raises(ValueError, match="nothing belongs to 'nobody'"):
        Maker(Mix(owner="nobody", seed=1))


# --- phonemes and recordings -----------------------------------------------------------------------------------------


def test_pauses_are_no_phonemes_and_stress_is_left_out():
    assert {class_of(name) for name in ("", "_:", "_", "'")} == {0}
    assert class_of("'a") == class_of(",a") == class_of("a") != class_of("e")
    assert all(0 < class_of(chr(code)) < PHONEME_CLASSES for code in range(ord("a"), ord("z")))


def test_recordings_without_digits_and_with_a_file_are_used(recordings):
    found = usable(recordings, "en")
    assert [one.written for one in found] == list(TEXTS)
    samples, rate = found[0].read()
    assert (samples.dtype, samples.ndim, rate) == (np.float32, 1, 22_050)


def test_two_channels_are_read_as_their_mean(tmp_path):
    (tmp_path / "wavs").mkdir()
    soundfile.write(tmp_path / "wavs" / "x.wav", np.tile([[0.5, -0.25]], (100, 1)), 8_000)
    (tmp_path / "metadata.csv").write_text("x|word", encoding="utf-8")
    samples, rate = usable(tmp_path, "en")[0].read()
    assert rate == 8_000
    np.testing.assert_allclose(samples, 0.125, atol=1e-3)


def test_a_folder_without_metadata_or_usable_lines_says_so(tmp_path):
    with pytest.raises(FileNotFoundError):
        usable(tmp_path, "en")
    (tmp_path / "metadata.csv").write_text("x|chapter 7\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"has no usable recording; expected metadata\.csv \(id\|text\) and wavs/ID"):
        usable(tmp_path, "en")
