"""What every analyzer answers to clips that hold nothing to hear, and when its fingerprint changes."""

import importlib
from pathlib import Path

import numpy as np
import pytest
import soxr

from voxeval.analyzers.activity import SileroActivity
from voxeval.analyzers.ecapa import FILES, Ecapa
from voxeval.analyzers.ge2e import Ge2e
from voxeval.analyzers.identity import RESAMPLING
from voxeval.analyzers.loudness import Loudness
from voxeval.analyzers.pocketsphinx import PocketSphinxRecognizer
from voxeval.analyzers.prosody import SwiftPitch
from voxeval.analyzers.quality import Dnsmos
from voxeval.analyzers.reference import ctc_synthetic_a
from voxeval.analyzers.signal import Signal
from voxeval.analyzers.whisper import WhisperRecognizer
from voxeval.audio import resample
from voxeval.types import Analyzer, Audio, Clip, Failure, Transcript

# analyzer, what it answers to digital silence of 2 s, and to 50 ms of sound
OFFLINE = [
    pytest.param(SileroActivity, "feature", "feature", id="silero"),
    pytest.param(PocketSphinxRecognizer, "no words", "no words", id="pocketsphinx"),
    pytest.param(ctc_synthetic_a, "no words", "no words", id="ctc-synthetic-a"),
    pytest.param(SwiftPitch, "feature", "skipped", id="swift-f0"),
    pytest.param(Loudness, "feature", "skipped", id="loudness"),
    pytest.param(Signal, "skipped", "skipped", id="signal"),
    pytest.param(Dnsmos, "skipped", "skipped", id="dnsmos"),
    pytest.param(Ge2e, "skipped", "skipped", id="ge2e"),
]


def clip(samples: np.ndarray) -> Clip:
    return Clip(audio=Audio(np.asarray(samples, dtype=np.float32), 16_000), language="en")


def kind_of(answer: object) -> str:
    if isinstance(answer, Failure):
        assert answer.reason
        return "skipped" if answer.skipped else "failed"
    if isinstance(answer, Transcript):
        return "words" if answer.text else "no words"
    return "feature"


@pytest.mark.parametrize(("make", "silence", "short"), OFFLINE)
def test_clips_with_nothing_to_hear_are_answered_as_documented(make, silence, short):
    analyzer = make()
    if (problem := getattr(analyzer, "problem", lambda: None)()) is not None:
        pytest.skip(problem)
    noise = np.random.default_rng(0).normal(0, 0.1, 800)
    broken = np.full(32_000, 0.1)
    broken[7] = np.nan

    answers = analyzer.analyze([clip([]), clip(broken), clip(np.zeros(32_000)), clip(noise)])

    assert [kind_of(answer) for answer in answers] == ["failed", "failed", silence, short]
    assert "0 samples" in answers[0].reason
    assert "NaN" in answers[1].reason


def weights(folder: Path, content: bytes = b"weights") -> Path:
    """A folder with the files of an ECAPA model, as far as a fingerprint looks at them."""
    folder.mkdir()
    for name in FILES:
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("make", [*(pytest.param(one.values[0], id=one.id) for one in OFFLINE)])
def test_fingerprints_are_the_same_in_every_construction(make):
    first, second = make().info, make().info
    assert first == second
    assert int(first.fingerprint, 16) > 0
    assert len(first.fingerprint) >= 6


def test_analyzers_with_options_have_one_fingerprint_an_option(tmp_path):
    source = str(weights(tmp_path / "ecapa"))
    other = str(weights(tmp_path / "other", b"others"))
    options: list[dict[str, object]] = [{}, {"window_s": 6.0}, {"hop_s": 2.0}, {"source": other}]
    made = [Ecapa(**{"source": source, **one}).info.fingerprint for one in options]
    assert len(set(made)) == len(options)
    assert Ecapa(source=source, device="cpu").info.fingerprint == made[0]
    assert Ge2e(device="cpu").info.fingerprint == Ge2e().info.fingerprint


@pytest.mark.parametrize(
    ("module", "make"),
    [
        ("activity", SileroActivity),
        ("prosody", SwiftPitch),
        ("quality", Dnsmos),
        ("ge2e", Ge2e),
        ("ecapa", lambda: Ecapa(source="nobody/has-this")),
        ("reference", ctc_synthetic_a),
        ("activity", PocketSphinxRecognizer),
        ("activity", lambda: WhisperRecognizer(model="tiny")),
    ],
)
def test_how_recordings_are_resampled_is_in_the_fingerprint_of_all_that_resample(module, make, monkeypatch):
    before = make().info.fingerprint
    monkeypatch.setattr(importlib.import_module(f"voxeval.analyzers.{module}"), "RESAMPLING", "linear")
    assert make().info.fingerprint != before


def test_recordings_are_resampled_as_the_fingerprints_say(monkeypatch):
    used = []
    original = soxr.resample
    monkeypatch.setattr(
        soxr, "resample", lambda *args, quality: used.append(f"soxr {quality}") or original(*args, quality=quality)
    )
    resample(clip(np.zeros(160)).audio, 8_000)
    assert used == [RESAMPLING]


@pytest.mark.parametrize("make", [SileroActivity, PocketSphinxRecognizer])
def test_another_package_around_the_same_voice_activity_weights_is_the_same_analyzer(make, monkeypatch):
    def fingerprint(version: str) -> str:
        monkeypatch.setattr("voxeval.analyzers.activity.installed", lambda _package: version)
        analyzer: Analyzer = make()
        return analyzer.info.fingerprint

    assert fingerprint("6.2.3") == fingerprint("6.9.0")
