"""F0 trackers against sounds whose F0 is known, and against each other on real speech.

    python benchmarks/pitch_trackers.py [--speech FOLDER] [--clips N]

Trackers: swift-f0, the one that voxeval uses; and librosa's pYIN, the usual one from signal processing (needs librosa,
which comes with voxeval[ge2e]). Both are asked for 60 to 500 Hz.

Columns: gross = share of frames voiced in both whose F0 is over 20 % off; cents = median absolute error of the other
frames; missed = share of voiced frames called unvoiced; false = share of unvoiced frames called voiced; CPU = seconds a
minute of sound, loading apart. On speech there is no truth: swift-f0 is measured against pYIN, which shows where they
differ and not which is right. Octave errors of a tracker would show as gross.
"""

from __future__ import annotations

import argparse
import importlib
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.signal import lfilter

from voxeval.analyzers.prosody import F0_MAX_HZ, F0_MIN_HZ, HOP_S, SwiftPitch
from voxeval.audio import EXTENSIONS, read_audio, resample
from voxeval.types import Audio, Clip, Feature

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Track = NDArray[np.float64]  # (T,) Hz, NaN where unvoiced, frames HOP_S apart from 0 on

RATE = 16_000
EDGE_S = 0.05  # around changes of voicing nothing is judged: trackers look at windows, not at samples


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A sound and its F0 at every sample, NaN where it has none."""

    name: str
    samples: NDArray[np.float64]  # (S,) at 16 kHz
    f0_hz: NDArray[np.float64]  # (S,)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speech", type=Path, default=None, help="a folder of real recordings")
    parser.add_argument("--clips", type=int, default=8, help="how many of them")
    arguments = parser.parse_args()
    trackers: dict[str, Callable[[NDArray[np.float64]], Track]] = {"swift-f0": swift(), "pyin": pyin()}
    print(f"{'sound':<24}{'tracker':<10}{'gross':>8}{'cents':>8}{'missed':>8}{'false':>8}{'CPU':>8}")
    for sound in known_sounds(np.random.default_rng(0)):
        for name, track in trackers.items():
            track(sound.samples[:RATE])  # loads
            begin = time.process_time()
            heard = track(sound.samples)
            cpu_s = time.process_time() - begin
            print_row(sound.name, name, heard, truth_of(sound, len(heard)), cpu_s / len(sound.samples) * RATE * 60)
    if shutil.which("espeak-ng"):
        compare("espeak-ng, 9 languages", list(espeak()), trackers)
    if arguments.speech is not None:
        paths = sorted(path for path in arguments.speech.rglob("*") if path.suffix in EXTENSIONS)
        recordings = [read_audio(path) for path in paths[: arguments.clips]]
        compare(arguments.speech.name, recordings, trackers)


def known_sounds(generator: np.random.Generator) -> list[Sound]:
    """Glides, vowels at men's, women's and children's F0, in noise and with pauses, and sounds without F0."""
    seconds = np.arange(10 * RATE) / RATE
    glide = 80.0 * (400.0 / 80.0) ** (seconds / seconds[-1])
    man = 110.0 * 2 ** (3.0 / 12 * np.sin(2 * np.pi * 0.7 * seconds))
    woman = 210.0 * 2 ** (4.0 / 12 * np.sin(2 * np.pi * 0.9 * seconds))
    child = 330.0 * 2 ** (3.0 / 12 * np.sin(2 * np.pi * 1.1 * seconds))
    paused = np.where((seconds % 1.0) < 0.6, woman, np.nan)
    nothing = np.full(len(seconds), np.nan)
    noise = generator.standard_normal(len(seconds))
    return [
        Sound(name="harmonic glide 80-400", samples=harmonics(glide), f0_hz=glide),
        Sound(name="vowels, man", samples=vowels(man), f0_hz=man),
        Sound(name="vowels, woman", samples=vowels(woman), f0_hz=woman),
        Sound(name="vowels, child", samples=vowels(child), f0_hz=child),
        Sound(name="vowels and pauses", samples=vowels(paused), f0_hz=paused),
        Sound(name="the same, hiss 20 dB", samples=vowels(paused) + 0.01 * noise, f0_hz=paused),
        Sound(name="the same, hiss 10 dB", samples=vowels(paused) + 0.0316 * noise, f0_hz=paused),
        Sound(name="white noise", samples=0.1 * noise, f0_hz=nothing),
        Sound(name="fricatives", samples=0.1 * lfilter([1, -0.95], [1], noise), f0_hz=nothing),
        Sound(name="digital silence", samples=np.zeros(len(seconds)), f0_hz=nothing),
    ]


def harmonics(f0_hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ten harmonics with amplitudes 1 / k."""
    phase = 2 * np.pi * np.cumsum(f0_hz) / RATE
    sound: NDArray[np.float64] = sum(np.sin(k * phase) / k for k in range(1, 11)) * np.ones(len(phase))
    return np.asarray(0.1 * sound / sound.std())


def vowels(f0_hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Send a pulse for each period through the formants of five vowels in turn; 0.1 RMS."""
    phase = np.cumsum(np.nan_to_num(f0_hz)) / RATE
    pulses = np.diff(np.floor(phase), prepend=0.0) * ~np.isnan(f0_hz)
    source = lfilter([1], [1, -0.95], pulses)  # the slope of a glottal pulse
    sound = np.zeros(len(source))
    formants_hz = ((730, 1090, 2440), (530, 1840, 2480), (270, 2290, 3010), (570, 840, 2410), (300, 870, 2240))
    length = RATE // 5
    for number, start in enumerate(range(0, len(source), length)):
        part = source.copy()
        part[:start] = part[start + length :] = 0.0
        for formant_hz in formants_hz[number % len(formants_hz)]:
            radius = np.exp(-np.pi * 80 / RATE)
            part = lfilter([1 - radius], [1, -2 * radius * np.cos(2 * np.pi * formant_hz / RATE), radius**2], part)
        sound += part
    return np.asarray(0.1 * sound / sound.std())


def espeak() -> list[Audio]:
    """Speak ten words in each language with the espeak-ng program."""
    languages = ("ar", "de", "en", "es", "fr", "hi", "it", "nl", "pt")
    recordings = []
    with tempfile.TemporaryDirectory() as folder:
        for language in languages:
            path = Path(folder) / f"{language}.wav"
            text = "one two three four five six seven eight nine ten"
            subprocess.run(["espeak-ng", "-v", language, "-w", str(path), text], check=True)
            recordings.append(read_audio(path))
    return recordings


def swift() -> Callable[[NDArray[np.float64]], Track]:
    analyzer = SwiftPitch()

    def track(samples: NDArray[np.float64]) -> Track:
        (heard,) = analyzer.analyze([Clip(audio=Audio(samples.astype(np.float32), RATE), language="en")])
        assert isinstance(heard, Feature), heard
        return np.asarray(heard.values["f0_hz"], dtype=np.float64)

    return track


def pyin() -> Callable[[NDArray[np.float64]], Track]:
    librosa: Any = importlib.import_module("librosa")

    def track(samples: NDArray[np.float64]) -> Track:
        f0_hz, _, _ = librosa.pyin(
            samples, fmin=F0_MIN_HZ, fmax=F0_MAX_HZ, sr=RATE, frame_length=1024, hop_length=round(HOP_S * RATE)
        )
        return np.asarray(f0_hz, dtype=np.float64)

    return track


def truth_of(sound: Sound, frames: int) -> Track:
    """Take the F0 at each frame; -1 near changes of voicing, where nothing is judged."""
    hop, edge = round(HOP_S * RATE), round(EDGE_S * RATE)
    centres = np.minimum(np.arange(frames) * hop, len(sound.f0_hz) - 1)
    voiced = ~np.isnan(sound.f0_hz)
    changes = np.flatnonzero(np.diff(voiced))
    truth: Track = sound.f0_hz[centres].copy()
    for change in changes:
        truth[np.abs(centres - change) <= edge] = -1.0
    return truth


def print_row(sound: str, tracker: str, heard: Track, truth: Track, cpu_s: float) -> None:
    judged = truth != -1.0
    heard, truth = heard[judged], truth[judged]
    voiced, said = ~np.isnan(truth), ~np.isnan(heard)
    both = voiced & said
    off = np.abs(heard[both] / truth[both] - 1)
    fine = off <= 0.2
    cents = 1200 * np.abs(np.log2(heard[both] / truth[both]))[fine]
    columns = (
        shown(1 - fine.mean() if both.any() else None, "8.1%"),
        shown(float(np.median(cents)) if len(cents) else None, "8.1f"),
        shown((voiced & ~said).sum() / voiced.sum() if voiced.any() else None, "8.1%"),
        shown((~voiced & said).sum() / (~voiced).sum() if (~voiced).any() else None, "8.1%"),
    )
    print(f"{sound:<24}{tracker:<10}{''.join(columns)}{cpu_s:8.2f}")


def shown(value: float | None, form: str) -> str:
    return f"{'-':>8}" if value is None else format(value, form)


def compare(name: str, recordings: list[Audio], trackers: dict[str, Callable[[NDArray[np.float64]], Track]]) -> None:
    """Print a row that takes pYIN for the truth, and one with the time that pYIN takes."""
    tracks: dict[str, list[Track]] = {tracker: [] for tracker in trackers}
    cpu_s = dict.fromkeys(trackers, 0.0)
    for recording in recordings:
        samples = np.asarray(resample(recording, RATE), dtype=np.float64)
        for tracker, track in trackers.items():
            begin = time.process_time()
            tracks[tracker].append(track(samples))
            cpu_s[tracker] += time.process_time() - begin
    minutes = sum(recording.duration_s for recording in recordings) / 60
    lengths = [min(len(one), len(other)) for one, other in zip(*tracks.values(), strict=True)]
    joined = {
        tracker: np.concatenate([track[:length] for track, length in zip(found, lengths, strict=True)])
        for tracker, found in tracks.items()
    }
    print_row(name, "swift-f0", joined["swift-f0"], joined["pyin"], cpu_s["swift-f0"] / minutes)
    print(f"{name:<24}{'pyin':<10}{'the reference of the row above':>32}{cpu_s['pyin'] / minutes:8.2f}")


if __name__ == "__main__":
    main()
