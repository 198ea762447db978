"""One human reading, and the same reading with faults planted in it: what the long-form metrics say of each.

    python benchmarks/planted_drift.py FOLDER [--cache FOLDER] [--orders 20]

FOLDER holds `ljspeech/` (transcripts.csv with file,text, and the recordings, which joined in order are one reading) and
`librispeech/` (recordings of other speakers). Prints Markdown; exits with 1 where the reading as it is shows a drift or
a flag, or a planted fault is not found where it was planted.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import librosa
import numpy as np

from voxeval.analyzers.activity import SileroActivity
from voxeval.analyzers.ge2e import Ge2e
from voxeval.analyzers.loudness import Loudness
from voxeval.analyzers.pocketsphinx import PocketSphinxRecognizer
from voxeval.analyzers.prosody import SwiftPitch
from voxeval.audio import joined, pcm_hash, read_audio, resample
from voxeval.metrics.drift import read_detail
from voxeval.metrics.long_form_coherence import LongFormCoherence
from voxeval.runner.cache import AnalysisCache
from voxeval.text.align import align
from voxeval.text.normalize import normalizer
from voxeval.types import AnalyzedTake, Analyzer, Audio, Clip, Failure, Heard, Item, Score, Take, Transcript

if TYPE_CHECKING:
    from voxeval.types import FloatArray

NEAR_S = 5.0  # how far from its place a fault may be reported: one window
# A human rate swells by an eighth for half a minute at a time: the largest change is not where a quarter is added.
NEAR_IN_RATE_S = 30.0
SPEAKER_AT_S = 120.0
CROSSFADE_S = 0.05
SILENCE_S = 4.0
OTHER_TEXT_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A recording made of clips, with its text. S samples."""

    clips: tuple[FloatArray, ...]  # float32 (S,) each
    sample_rate: int
    sentences: tuple[tuple[int, int], ...]  # [start, end) clips of each sentence
    text: str

    @property
    def samples(self) -> FloatArray:
        """The whole recording, float32 (S,)."""
        return np.concatenate(self.clips)

    def starts_at(self, clip: int) -> int:
        """The sample at which a clip starts."""
        return sum(len(samples) for samples in self.clips[:clip])


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something wrong with a reading, and the metric that should say so."""

    name: str
    metric: str
    samples: FloatArray  # float32 (S,)
    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ears:
    """The analyzers, and what they heard before."""

    analyzers: Sequence[Analyzer]
    cache: AnalysisCache | None

    def listen(self, audio: Audio) -> dict[str, Heard]:
        """What each analyzer hears, by its id."""
        return {analyzer.info.id: self._answer(analyzer, audio) for analyzer in self.analyzers}

    def _answer(self, analyzer: Analyzer, audio: Audio) -> Heard:
        key = (pcm_hash(audio), "en")
        name = f"{analyzer.info.name}@{analyzer.info.fingerprint}"
        known = self.cache.get(name, [key]) if self.cache else {}
        if key in known:
            return known[key]
        (answer,) = analyzer.analyze([Clip(audio=audio, language="en")])
        if self.cache and not isinstance(answer, Failure):
            self.cache.put(name, {key: answer})
        return answer


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cache", type=Path, help="keep what the analyzers heard here")
    parser.add_argument("--orders", type=int, default=0, help="also in random orders of the clips")
    options = parser.parse_args()
    reading = load_reading(options.folder / "ljspeech")
    cache = AnalysisCache(options.cache) if options.cache else None
    listeners: list[Analyzer] = [SileroActivity(), Ge2e(device="cpu"), SwiftPitch(), Loudness()]
    ears = Ears(analyzers=[PocketSphinxRecognizer(), *listeners], cache=cache)

    intact = score(reading, reading.samples, ears)
    ok = print_intact(intact, len(reading.samples) / reading.sample_rate)
    print("\n| planted | at s | metric | intact | planted | interval a minute | found at s | found |")
    print("|---|---|---|---|---|---|---|---|")
    for fault in faults(reading, options.folder / "librispeech"):
        ok &= print_fault(fault, intact, score(reading, fault.samples, ears))
        sys.stdout.flush()
    if options.orders:
        print_orders(reading, Ears(analyzers=listeners, cache=cache), options.orders)
    return 0 if ok else 1


def load_reading(folder: Path) -> Reading:
    """The clips of a reading in order; a sentence ends with the clip whose text ends with a full stop."""
    with (folder / "transcripts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    audios = [read_audio(folder / row["file"]) for row in rows]
    ends = [index + 1 for index, row in enumerate(rows) if row["text"].endswith(".") or index == len(rows) - 1]
    return Reading(
        clips=tuple(audio.samples for audio in audios),
        sample_rate=joined(audios).sample_rate,
        sentences=tuple(zip([0, *ends[:-1]], ends, strict=True)),
        text=" ".join(row["text"] for row in rows),
    )


def faults(reading: Reading, others: Path) -> Iterator[Fault]:
    """The reading with one thing wrong each time."""
    rate = reading.sample_rate
    whole = reading.samples
    half = len(whole) // 2
    first, second = whole[:half], whole[half:]
    shifted = librosa.effects.pitch_shift(second, sr=rate, n_steps=3)
    faster = in_less_time(second, 1.25, rate)
    for name, metric, changed in (
        ("-6 dB over the second half", "level_drift", second * np.float32(10 ** (-6 / 20))),
        ("+3 semitones over the second half", "pitch_drift", shifted),
        ("tempo +25 % over the second half", "rate_drift", faster),
    ):
        yield Fault(name=name, metric=metric, samples=np.concatenate([first, changed]), at_s=half / rate)

    at = round(SPEAKER_AT_S * rate)
    stranger = np.resize(next(speech_of_others(others, rate)), len(whole) - at)
    yield Fault(
        name="another speaker cross-faded in",
        metric="speaker_drift",
        samples=crossfaded(whole[:at], alike_in_level(stranger, whole), round(CROSSFADE_S * rate)),
        at_s=SPEAKER_AT_S,
    )

    start, end = (reading.starts_at(clip) for clip in reading.sentences[len(reading.sentences) // 2])
    without = np.concatenate([whole[:start], whole[end:]])
    yield Fault(name="one sentence skipped", metric="sentences_skipped", samples=without, at_s=start / rate)
    twice = np.concatenate([whole[:end], whole[start:]])
    yield Fault(name="one sentence repeated", metric="sentences_repeated", samples=twice, at_s=end / rate)

    pause = np.zeros(round(SILENCE_S * rate), dtype=np.float32)
    paused = np.concatenate([whole[:start], pause, whole[start:]])
    yield Fault(name="4 s of silence put in", metric="longest_silence_s", samples=paused, at_s=start / rate)

    other = alike_in_level(np.concatenate(list(speech_of_others(others, rate))), whole)[: round(OTHER_TEXT_S * rate)]
    yield Fault(
        name="20 s of another text at the end",
        metric="tail_error",
        samples=np.concatenate([whole, other]),
        at_s=len(whole) / rate,
    )


def in_less_time(samples: FloatArray, times_faster: float, sample_rate: int) -> FloatArray:
    """The same speech so many times faster at the same pitch, (S,).

    Overlapping pieces of 60 ms are put closer together, each taken where it goes on best (WSOLA, W. Verhelst and
    M. Roelands 1993). A phase vocoder smears speech so that the recognizer errs on half of the words.
    """
    hop, reach = round(0.03 * sample_rate), round(0.01 * sample_rate)
    length = int(len(samples) / times_faster)
    padded = np.concatenate([np.zeros(reach), samples, np.zeros(4 * hop + reach)])
    window = np.hanning(2 * hop + 1)[:-1]
    faster = np.zeros(length + 2 * hop)
    start = reach
    for begin in range(0, length, hop):
        wanted = padded[start + hop : start + 3 * hop] if begin else padded[reach : reach + 2 * hop]
        first = int(begin * times_faster)
        searched = padded[first : first + 2 * reach + 2 * hop]
        start = first + int(np.correlate(searched, wanted, "valid").argmax())
        faster[begin : begin + 2 * hop] += window * padded[start : start + 2 * hop]
    return faster[:length].astype(np.float32)


def speech_of_others(folder: Path, sample_rate: int) -> Iterator[FloatArray]:
    """Three recordings, each of another speaker, (S,) at this rate."""
    for path in sorted(folder.glob("*.flac"))[:3]:
        yield resample(read_audio(path), sample_rate)


def alike_in_level(samples: FloatArray, model: FloatArray) -> FloatArray:
    """The samples at the level of the model, so that the level does not give them away."""
    gain = np.sqrt(np.mean(np.square(model)) / np.mean(np.square(samples)))
    scaled: FloatArray = np.clip(samples * gain, -1.0, 1.0).astype(np.float32)
    return scaled


def crossfaded(before: FloatArray, after: FloatArray, length: int) -> FloatArray:
    """One recording after the other, the last and first `length` samples overlapping."""
    ramp = np.linspace(0.0, 1.0, length, dtype=np.float32)
    middle = before[-length:] * (1 - ramp) + after[:length] * ramp
    return np.concatenate([before[:-length], middle, after[length:]])


def score(reading: Reading, samples: FloatArray, ears: Ears) -> Mapping[str, Score]:
    """What the metrics say of a recording that should be this reading, by metric."""
    audio = Audio(np.asarray(samples, dtype=np.float32), reading.sample_rate)
    heard = ears.listen(audio)
    item = Item(id="reading", language="en", text=reading.text, cluster="reading", locale="en")
    rule = normalizer()
    words = rule.words(item.text, "en")
    take = AnalyzedTake(
        take=Take(
            suite="planted", suite_version="1", item=item, system="reading", system_key="", voice="human", seed=0,
            request_key="", text_given=item.text, status="ok", duration_s=audio.duration_s,
        ),
        heard=heard,
        reference={},
        alignments=tuple(
            align(item, answer, recognizer=name, normalizer=rule)
            for name, answer in heard.items()
            if isinstance(answer, Transcript)
        ),
        normalizers=(rule.name,),
        analyzers={analyzer.info.id: analyzer.info for analyzer in ears.analyzers},
        reference_words=len(words),
        reference_characters=len(" ".join(words)),
    )  # fmt: skip
    return {row.metric: row for row in LongFormCoherence().score([take])}


def print_intact(rows: Mapping[str, Score], duration_s: float) -> bool:
    """Print what is said of the reading as it is; whether that is nothing bad."""
    print(f"The reading as it is, {duration_s:.1f} s:\n\n| metric | value | detail |\n|---|---|---|")
    ok = True
    for name, row in rows.items():
        drift = read_detail(row.detail)
        ok &= row.status == "ok" and not (drift and drift.is_sure)
        print(f"| `{name}` | {shown(row)} | {row.detail} |")
    for name in ("sentences_skipped", "sentences_repeated"):
        ok &= rows[name].value == 0
    return ok


def print_fault(fault: Fault, intact: Mapping[str, Score], rows: Mapping[str, Score]) -> bool:
    """Print one planted fault next to the reading as it is; whether it was found, where it was planted."""
    row, before = rows[fault.metric], intact[fault.metric]
    drift = read_detail(row.detail)
    at_s = place(row)
    raised = row.value is not None and before.value is not None and row.value > before.value
    near_s = NEAR_IN_RATE_S if fault.metric == "rate_drift" else NEAR_S
    near = at_s is not None and abs(at_s - fault.at_s) <= near_s
    found = raised and near and (drift is None or drift.is_sure)
    interval = f"[{drift.low:.3f}, {drift.high:.3f}]" if drift else ""
    print(
        f"| {fault.name} | {fault.at_s:.1f} | `{fault.metric}` | {shown(before)} | {shown(row)} | {interval} "
        f"| {'' if at_s is None else f'{at_s:.1f}'} | {'yes' if found else 'NO'} |"
    )
    return found


def place(row: Score) -> float | None:
    """The time that a row's detail names."""
    drift = read_detail(row.detail)
    if drift is not None:
        return drift.change_s
    found = re.search(r"\bat (\d+\.\d+) s", row.detail)
    return float(found[1]) if found else None


def shown(row: Score) -> str:
    """The value of a row, or why it has none."""
    return row.status if row.value is None else f"{row.value:.3f}"


def print_orders(reading: Reading, ears: Ears, n_orders: int) -> None:
    """Print how often a drift is called sure in random orders of the clips, where there is none to find."""
    rng = np.random.default_rng(0)
    sure: dict[str, int] = {}
    for _ in range(n_orders):
        clips = [reading.clips[index] for index in rng.permutation(len(reading.clips))]
        for name, row in score(reading, np.concatenate(clips), ears).items():
            drift = read_detail(row.detail)
            if drift is not None:
                sure[name] = sure.get(name, 0) + drift.is_sure
    print(f"\n| metric | share of {n_orders} random orders whose interval excludes 0 |\n|---|---|")
    for name, count in sure.items():
        print(f"| `{name}` | {count / n_orders:.2f} |")


if __name__ == "__main__":
    sys.exit(main())
