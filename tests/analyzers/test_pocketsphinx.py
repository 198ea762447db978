import csv
import os
from pathlib import Path
from unittest.mock import Mock

import jiwer
import numpy as np
import pytest

from tests.fakes import fake_voice
from voxeval.analyzers.pocketsphinx import PocketSphinxRecognizer
from voxeval.audio import read_audio, resample
from voxeval.errors import MissingDependencyError
from voxeval.types import Audio, Clip, Failure, Transcript

SPEECH = Path(os.environ.get("VOXEVAL_TEST_SPEECH", Path(__file__).parents[3] / "shared" / "data")) / "ljspeech"


def clip(samples: np.ndarray, language: str = "en", sample_rate: int = 16_000) -> Clip:
    return Clip(audio=Audio(samples.astype(np.float32), sample_rate), language=language)


@pytest.fixture(scope="module")
def recognizer() -> PocketSphinxRecognizer:
    return PocketSphinxRecognizer()


@pytest.fixture(scope="module")
def real_speech() -> list[tuple[Audio, str]]:
    if not SPEECH.is_dir():
        pytest.skip(f"no recordings of speech at {SPEECH}; set VOXEVAL_TEST_SPEECH to a folder that has ljspeech/")
    with (SPEECH / "transcripts.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [(read_audio(SPEECH / row["file"]), row["text"].lower().replace(",", "")) for row in rows]


def test_a_clip_is_heard_the_same_whatever_was_heard_before(recognizer):
    voice = clip(fake_voice(1.2))
    noisy = clip(fake_voice(3) + np.random.default_rng(0).normal(0, 0.02, 48_000))  # moves a decoder's noise statistics

    alone = PocketSphinxRecognizer().analyze([voice])
    after = recognizer.analyze([noisy, voice])

    assert after[1] == alone[0]
    assert alone[0].words, "the check would say nothing about a clip without words"
    assert after[0].words, "nor after a clip that was not decoded"


def test_words_have_times_inside_the_clip_and_no_marks(recognizer):
    heard = recognizer.analyze([clip(fake_voice(2))])[0]

    assert heard.text == " ".join(word.text for word in heard.words)
    assert heard.words
    for word in heard.words:
        assert 0 <= word.start_s < word.end_s <= 2.02
        assert not set(word.text) & set("<>[]()")
    assert heard.confidence is None
    assert heard.language is None
    assert not recognizer.info.identifies_language


def test_silence_noise_and_the_shortest_audio_give_no_words(recognizer):
    noise = np.random.default_rng(0).normal(0, 0.1, 16_000)
    for samples in (np.zeros(16_000), noise, np.full(1, 0.5)):
        assert recognizer.analyze([clip(samples)]) == [Transcript(text="", words=())]


def test_the_decoder_hears_the_integers_that_are_in_the_file(monkeypatch):
    integers = (fake_voice(1) * 32768).round().clip(-32768, 32767).astype(np.int16)
    decoder = Mock()
    decoder.hyp.return_value = None
    recognizer = PocketSphinxRecognizer()
    monkeypatch.setattr(recognizer, "_load", lambda: decoder)

    recognizer.analyze([clip(integers / np.float32(32768))])

    assert decoder.process_raw.call_args.args[0] == integers.tobytes()


def test_what_it_cannot_hear_is_refused_and_leaves_others_alone(recognizer):
    broken = fake_voice(1)
    broken[0] = np.inf

    heard = recognizer.analyze([clip(np.zeros(0)), clip(broken), clip(fake_voice(1), "de"), clip(fake_voice(1))])

    assert [type(answer) for answer in heard] == [Failure, Failure, Failure, Transcript]
    assert [answer.skipped for answer in heard[:3]] == [False, False, True]
    assert "'de'" in heard[2].reason


def test_info_says_what_it_is_and_floors_are_of_its_language():
    info = PocketSphinxRecognizer().info

    assert (info.feature, info.languages) == ("transcript", ("en",))
    assert info.fingerprint == PocketSphinxRecognizer().info.fingerprint
    assert any(floor.human for floor in info.floors)
    assert all(0 < floor.cer < floor.wer < 1 and floor.language == "en" for floor in info.floors)


def test_a_missing_package_is_named_before_and_when_used(monkeypatch):
    monkeypatch.setattr("voxeval.analyzers.pocketsphinx.package_folder", lambda module: None)
    recognizer = PocketSphinxRecognizer()

    assert "pip install 'pocketsphinx" in recognizer.problem()
    with pytest.raises(MissingDependencyError, match="pip install"):
        recognizer.analyze([clip(fake_voice(1))])


@pytest.mark.slow
def test_real_speech_is_recognized_as_well_as_was_measured(recognizer, real_speech):
    chosen = real_speech[:8]

    heard = recognizer.analyze([Clip(audio=audio, language="en") for audio, _ in chosen])

    assert jiwer.wer([text for _, text in chosen], [answer.text for answer in heard]) < 0.35


@pytest.mark.slow
def test_long_audio_is_cut_and_its_words_keep_their_times(recognizer, real_speech):
    chosen = real_speech[:6]
    parts = [resample(audio, 16_000) for audio, _ in chosen]
    joined = np.concatenate(parts)
    assert len(joined) > 30 * 16_000

    heard = recognizer.analyze([clip(joined)])[0]

    assert jiwer.wer(" ".join(text for _, text in chosen), heard.text) < 0.35
    starts = [word.start_s for word in heard.words]
    assert starts == sorted(starts)
    begin = sum(len(part) for part in parts[:5]) / 16_000
    last = recognizer.analyze([clip(parts[5])])[0].words
    found = [word for word in heard.words if word.start_s > begin - 0.3]
    same = [(a, b) for a in last for b in found if a.text == b.text and abs(begin + a.start_s - b.start_s) < 0.1]
    assert len(same) >= len(last) / 2
