"""Whether errors rise with the strength of a degradation, for each kind of degradation and each engine by itself.

    python benchmarks/recognizer_degradation.py [--human FOLDER] [--weights FILE] [--clips N]

Five kinds at four strengths: white noise, words cut out, speed, low-pass and clipping. The mean CER of each strength,
and Spearman's rho between strength (0 to 4, 0 is the speech as it is) and the clips' CER with its interval (95 %, clips
resampled). Nothing is ranked across kinds. FOLDER holds recordings of people in English and transcripts.csv (file,
text); flite and festival speak where they are installed; PocketSphinx hears the English ones too.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import jiwer
import numpy as np
import scipy.signal
import scipy.stats
import soxr

from reference_model.recognizer import Recognizer, spoken_words
from reference_model.train.engines import Engine, engines
from reference_model.train.held_out import HeldOut
from reference_model.train.measure import recordings
from voxeval.analyzers.pocketsphinx import PocketSphinxRecognizer
from voxeval.types import Audio, Clip, Transcript

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]
    Degradation = Callable[[Samples, float], Samples]

RATE = 16_000
RESAMPLES = 1000
OTHERS = {
    ("flite", "slt"),
    ("festival", "cmu_us_slt_arctic_hts"),
    ("festival", "pc_diphone"),
    ("festival", "hindi_NSK_diphone"),
}


def noise(samples: Samples, snr_db: float) -> Samples:
    """White noise at a ratio to the clip's mean power."""
    power = np.sqrt(np.mean(samples**2))
    hiss = np.random.default_rng(0).standard_normal(len(samples), np.float32)
    noisy: Samples = samples + hiss * np.float32(power * 10 ** (-snr_db / 20))
    return noisy


def cut(samples: Samples, share: float) -> Samples:
    """Pieces of 0.4 s removed, evenly spread, of so great a share in all."""
    piece = int(0.4 * RATE)
    starts = np.linspace(0, max(0, len(samples) - piece), max(1, round(share * len(samples) / piece))).astype(int)
    keep = np.ones(len(samples), bool)
    for start in starts:
        keep[start : start + piece] = False
    kept: Samples = samples[keep]
    return kept


def speed(samples: Samples, factor: float) -> Samples:
    """Faster and higher by a factor."""
    return np.asarray(soxr.resample(samples, RATE * factor, RATE), np.float32)


def low_pass(samples: Samples, hz: float) -> Samples:
    """Butterworth of order 8."""
    return np.asarray(scipy.signal.sosfilt(scipy.signal.butter(8, hz, fs=RATE, output="sos"), samples), np.float32)


def clipped(samples: Samples, quantile: float) -> Samples:
    """Cut off at the level under which so great a share of the samples lies."""
    limit = np.quantile(np.abs(samples), quantile)
    return np.clip(samples, -limit, limit)


KINDS: Mapping[str, tuple[Degradation, tuple[float, ...]]] = {
    "noise, dB": (noise, (20, 10, 5, 0)),
    "cut, share": (cut, (0.1, 0.2, 0.35, 0.5)),
    "speed, times": (speed, (1.15, 1.35, 1.6, 1.9)),
    "low-pass, Hz": (low_pass, (3000, 1500, 800, 400)),
    "clipping, quantile": (clipped, (0.9, 0.75, 0.5, 0.25)),
}


def rho(errors: NDArray[np.float64]) -> str:
    """Spearman's rho of strength and error (strengths, clips), its interval, and whether the means rise."""
    strengths = np.repeat(np.arange(len(errors)), errors.shape[1])
    value = scipy.stats.spearmanr(strengths, errors.ravel()).statistic
    draws = np.random.default_rng(0).integers(errors.shape[1], size=(RESAMPLES, errors.shape[1]))
    drawn = [scipy.stats.spearmanr(strengths, errors[:, draw].ravel()).statistic for draw in draws]
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    means = errors.mean(1)
    steps = sum(before <= after for before, after in itertools.pairwise(means))
    return f"{value:.2f} [{low:.2f}, {high:.2f}] | {steps} of {len(means) - 1}"


def sources(human: Path | None, clips: int) -> Iterator[tuple[str, str, list[tuple[str, Samples]]]]:
    """Name, language, and texts with their speech."""
    spoken = HeldOut.spoken(clips)
    for language in ("en", "it", "hi"):
        mine = [(s.written, s.samples) for s in spoken.sentences if s.language == language]
        yield f"espeak-ng {language}", language, mine
    for engine in engines():
        if (engine.name, engine.voice) in OTHERS:
            yield f"{engine.name} {engine.voice}", engine.language, _said(engine, spoken, clips)
    if human is not None:
        yield f"people, {human.name}", "en", list(itertools.islice(recordings(human), clips))


def _said(engine: Engine, spoken: HeldOut, clips: int) -> list[tuple[str, Samples]]:
    texts = [s.written for s in spoken.sentences if s.language == engine.language][:clips]
    return [(text, engine.speak(text)) for text in texts]


def listeners(recognizer: Recognizer, language: str) -> Iterator[tuple[str, Callable[[Samples], str]]]:
    """Who hears this language."""
    yield recognizer.about.name, lambda samples: recognizer.recognize([samples], [language])[0].text
    if language == "en":
        pocket = PocketSphinxRecognizer()

        def hear(samples: Samples) -> str:
            (heard,) = pocket.analyze([Clip(audio=Audio(samples, RATE), language="en")])
            return heard.text if isinstance(heard, Transcript) else ""

        yield "pocketsphinx", hear


def errors_of(hear: Callable[[Samples], str], written: Sequence[str], speech: Sequence[Samples]) -> list[float]:
    """CER of each clip."""
    return [jiwer.cer(text, hear(samples)) for text, samples in zip(written, speech, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--human", type=Path)
    parser.add_argument("--weights", type=Path, help="default: those that come with the package")
    parser.add_argument("--clips", type=int, default=16)
    arguments = parser.parse_args()
    recognizer = Recognizer.load(arguments.weights)
    print("| speech | heard by | degradation | mean CER % at strengths 0 to 4 | Spearman's rho | means that rise |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, language, pairs in sources(arguments.human, arguments.clips):
        written = [" ".join(spoken_words(text, language)) for text, _ in pairs]
        clean = [samples for _, samples in pairs]
        for listener, hear in listeners(recognizer, language):
            intact = errors_of(hear, written, clean)
            for kind, (degrade, strengths) in KINDS.items():
                rows = [intact, *(errors_of(hear, written, [degrade(s, x) for s in clean]) for x in strengths)]
                errors = np.array(rows)
                means = " ".join(f"{100 * mean:.0f}" for mean in errors.mean(1))
                print(f"| {name} | {listener} | {kind} | {means} | {rho(errors)} |", flush=True)


if __name__ == "__main__":
    main()
