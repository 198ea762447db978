"""How well a speaker encoder tells speakers apart: halves of one recording against halves of other speakers'.

    python benchmarks/speaker_error_rate.py FOLDER [--encoder ge2e|ecapa|ecapa:SOURCE]

FOLDER holds one recording or more of each speaker, named SPEAKER-CHAPTER-UTTERANCE as in LibriSpeech; the first one
whose halves have at least 3 s each is used. The equal-error rate is where as many halves of one speaker are refused
as halves of two speakers are accepted.

The halves of a recording share its session, microphone and room, so the rate is a lower bound on what the encoder
gets wrong, good for comparing encoders and checking that one works; it is never a figure of a verification benchmark.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from voxeval.analyzers.ecapa import Ecapa
from voxeval.analyzers.ge2e import Ge2e
from voxeval.audio import EXTENSIONS, read_audio
from voxeval.types import Audio, Clip, Feature

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from voxeval.types import Analyzer

MIN_HALF_S = 3.0
RESAMPLES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Halves:
    """Cosines between the first halves and the second halves of N speakers' recordings."""

    cosines: NDArray[np.float64]  # (N, N); the diagonal is the same speaker
    speech_s: float
    cpu_s: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--encoder", default="ge2e", help="ge2e, ecapa, or ecapa:SOURCE")
    parser.add_argument("--limit", type=int, default=None, help="the first so many speakers")
    arguments = parser.parse_args()
    halves = compare_halves(arguments.folder, make_encoder(arguments.encoder), arguments.limit)
    cosines = halves.cosines
    speakers = len(cosines)
    rate, threshold = equal_error_rate(cosines)
    low, high = interval(cosines, np.random.default_rng(0))
    same, different = split(cosines)
    print(f"{arguments.encoder}: {speakers} speakers, {len(same)} same pairs, {len(different)} different pairs")
    print(f"equal-error rate   {rate:.1%} (95 % over speakers: {low:.1%} to {high:.1%}) at cosine {threshold:.3f}")
    print(f"same speaker       {same.mean():.3f} (sd {same.std():.3f})")
    print(f"different speakers {different.mean():.3f} (sd {different.std():.3f})")
    print(f"CPU                {halves.cpu_s / halves.speech_s * 60:.2f} s a minute of speech")
    print("Halves of one recording share its session: a lower bound, not a benchmark figure.")


def make_encoder(spec: str) -> Analyzer:
    name, _, source = spec.partition(":")
    if name == "ge2e" and not source:
        return Ge2e()
    if name == "ecapa":
        return Ecapa(source=source) if source else Ecapa()
    raise SystemExit(f"encoder {spec!r} is not known; expected ge2e, ecapa or ecapa:SOURCE")


def compare_halves(folder: Path, encoder: Analyzer, limit: int | None = None) -> Halves:
    """Embed both halves of one recording a speaker. Raises SystemExit where the folder has under two speakers."""
    recordings: dict[str, Audio] = {}
    for path in sorted(path for path in folder.rglob("*") if path.suffix in EXTENSIONS):
        speaker = path.name.split("-")[0]
        if speaker not in recordings and (limit is None or len(recordings) < limit):
            audio = read_audio(path)
            if audio.duration_s >= 2 * MIN_HALF_S:
                recordings[speaker] = audio
    if len(recordings) < 2:
        raise SystemExit(
            f"{folder} has recordings of {len(recordings)} speakers; expected at least 2, named SPEAKER-..."
        )
    begin = time.process_time()
    first = embed(
        [Audio(one.samples[: len(one.samples) // 2], one.sample_rate) for one in recordings.values()], encoder
    )
    second = embed(
        [Audio(one.samples[len(one.samples) // 2 :], one.sample_rate) for one in recordings.values()], encoder
    )
    cpu_s = time.process_time() - begin
    speech_s = sum(audio.duration_s for audio in recordings.values())
    return Halves(cosines=first @ second.T, speech_s=speech_s, cpu_s=cpu_s)


def embed(recordings: list[Audio], encoder: Analyzer) -> NDArray[np.float64]:
    answers = encoder.analyze([Clip(audio=audio, language="en") for audio in recordings])
    embeddings = []
    for answer in answers:
        if not isinstance(answer, Feature):
            raise SystemExit(f"a recording could not be embedded: {answer}")
        embeddings.append(answer.values["embedding"])
    return np.stack(embeddings).astype(np.float64)  # (N, D)


def split(cosines: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cosines of the same and of different speakers."""
    same = np.eye(len(cosines), dtype=bool)
    return cosines[same], cosines[~same]


def equal_error_rate(cosines: NDArray[np.float64]) -> tuple[float, float]:
    """Find the rate and the threshold at which both kinds of error come closest to each other."""
    return crossing(*split(cosines))


def crossing(same: NDArray[np.float64], different: NDArray[np.float64]) -> tuple[float, float]:
    """Find the rate, as the mean of both error rates at the threshold where they are nearest to each other."""
    same, different = np.sort(same), np.sort(different)
    thresholds = np.unique(np.concatenate([same, different]))
    refused = np.searchsorted(same, thresholds, side="left") / len(same)
    accepted = 1.0 - np.searchsorted(different, thresholds, side="left") / len(different)
    best = int(np.argmin(np.abs(refused - accepted)))
    return float((refused[best] + accepted[best]) / 2), float(thresholds[best])


def interval(cosines: NDArray[np.float64], generator: np.random.Generator) -> tuple[float, float]:
    """95 % by resampling speakers; a speaker drawn twice is not a pair of different speakers."""
    rates = []
    for _ in range(RESAMPLES):
        drawn = generator.integers(0, len(cosines), len(cosines))
        pairs = cosines[np.ix_(drawn, drawn)]
        different = pairs[drawn[:, None] != drawn[None, :]]
        rates.append(crossing(pairs.diagonal(), different)[0])
    low, high = np.percentile(rates, [2.5, 97.5])
    return float(low), float(high)


if __name__ == "__main__":
    main()
