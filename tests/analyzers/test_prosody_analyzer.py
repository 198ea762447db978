"""F0 on sounds whose F0 is known."""

import sys

import numpy as np
import pytest

from voxeval.analyzers import prosody
from voxeval.analyzers.prosody import HOP_S, SwiftPitch
from voxeval.errors import MissingDependencyError
from voxeval.types import Audio, Clip, Failure

RATE = 24_000


@pytest.fixture(scope="module")
def tracker():
    return SwiftPitch()


def harmonics(f0_hz: np.ndarray) -> np.ndarray:
    phase = 2 * np.pi * np.cumsum(f0_hz) / RATE
    return (0.1 * sum(np.sin(k * phase) / k for k in range(1, 11))).astype(np.float32)


def clip(samples: np.ndarray, sample_rate: int = RATE) -> Clip:
    return Clip(audio=Audio(np.asarray(samples, dtype=np.float32), sample_rate), language="en")


def test_a_glide_is_followed_in_frequency_and_time(tracker):
    seconds = np.arange(3 * RATE) / RATE
    f0_hz = 80 * 5 ** (seconds / 3)
    (answer,) = tracker.analyze([clip(harmonics(f0_hz))])
    heard = answer.values["f0_hz"]
    assert answer.hop_s == HOP_S
    assert len(heard) == pytest.approx(3 / HOP_S, abs=2)
    truth = f0_hz[np.minimum(np.arange(len(heard)) * round(HOP_S * RATE), len(f0_hz) - 1)]
    inner = slice(4, -4)
    assert not np.isnan(heard[inner]).any()
    assert np.abs(1200 * np.log2(heard[inner] / truth[inner])).max() < 30


def test_noise_and_silence_are_unvoiced(tracker):
    noise = np.random.default_rng(0).standard_normal(2 * RATE) * 0.1
    for answer in tracker.analyze([clip(noise), clip(np.zeros(RATE))]):
        assert np.isnan(answer.values["f0_hz"]).mean() > 0.97


def test_a_pause_is_unvoiced_and_what_surrounds_it_is_not(tracker):
    sound = harmonics(np.full(3 * RATE, 150.0))
    sound[RATE : 2 * RATE] = 0
    (answer,) = tracker.analyze([clip(sound)])
    voiced = ~np.isnan(answer.values["f0_hz"])
    second = round(1 / HOP_S)
    assert voiced[4 : second - 4].all()
    assert not voiced[second + 8 : 2 * second - 8].any()
    assert voiced[2 * second + 4 : 3 * second - 4].all()


def test_what_cannot_be_heard_is_a_failure_and_takes_no_other_with_it(tracker):
    good = clip(harmonics(np.full(RATE, 200.0)))
    empty, short, broken, fine = tracker.analyze([clip([]), clip(np.ones(100)), clip(np.full(RATE, np.inf)), good])
    assert isinstance(empty, Failure)
    assert isinstance(broken, Failure)
    assert "0.128 s" in short.reason
    np.testing.assert_array_equal(fine.values["f0_hz"], tracker.analyze([good])[0].values["f0_hz"])


def test_the_library_is_asked_for_where_it_is_missing(monkeypatch):
    monkeypatch.setattr(prosody, "installed", lambda _package: None)
    monkeypatch.setitem(sys.modules, "swift_f0", None)
    tracker = SwiftPitch()
    assert "pip install swift-f0" in (tracker.problem() or "")
    with pytest.raises(MissingDependencyError, match="swift-f0"):
        tracker.analyze([clip(np.ones(RATE))])
