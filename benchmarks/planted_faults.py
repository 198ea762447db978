"""Plant known faults into human readings and show which measure finds which.

    python benchmarks/planted_faults.py FOLDER

FOLDER holds recordings in English and `transcripts.csv` with the columns file and text, such as clips of LJ Speech.
Every recording is heard as it is and with six faults, by PocketSphinx and Silero, and scored by voxeval's own metrics:

- end cut: the last third is cut off, at least two words;
- middle cut: the middle third is cut out;
- tail appended: the last third of the next recording follows, at least two words;
- doubled: the recording is said twice;
- silence: as long as the recording;
- reversed: played backwards.

Word borders are where their share of the letters puts them in time, moved to the quietest 20 ms within 0.15 s. Prints
Markdown; leaves with 1 where a requirement is not met.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from voxeval.analyzers.activity import SileroActivity
from voxeval.analyzers.pocketsphinx import PocketSphinxRecognizer
from voxeval.audio import read_audio
from voxeval.metrics.intelligibility import Intelligibility
from voxeval.text.align import align
from voxeval.text.normalize import normalizer
from voxeval.types import AnalyzedTake, Audio, Clip, Clock, Item, Take, Transcript

if TYPE_CHECKING:
    from voxeval.types import FloatArray

FLAGS = ("silent", "repetition", "trailing_words", "early_end")
RATES = ("wer", "deletion_rate", "insertion_rate")
FLAG_OF = {"end cut": "early_end", "tail appended": "trailing_words", "doubled": "repetition", "silence": "silent"}
RATE_OF = {"middle cut": "deletion_rate", "doubled": "insertion_rate", "reversed": "wer"}
FOUND, FALSE_ALARMS, SEPARATED, UNRECOGNIZABLE = 0.85, 0.05, 0.9, 0.9


@dataclass(frozen=True, slots=True)
class Reading:
    """A recording and what is said in it."""

    name: str
    text: str
    audio: Audio

    def border(self, share: float, *, after: int = 1, before: int = 1) -> int:
        """Find the sample at the word border next to this share of the letters, with so many words on either side."""
        ends = np.cumsum([len(word) + 1 for word in self.text.split()]) / (len(self.text) + 1)
        inside = ends[after - 1 : len(ends) - before]
        share = float(inside[np.argmin(np.abs(inside - share))])
        return quietest(self.audio, share * self.audio.duration_s)


Plant = Callable[[Reading, Reading], "FloatArray"]  # the reading and the next one -> samples with the fault


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("folder", type=Path, help="recordings and transcripts.csv (file,text)")
    readings = read(parser.parse_args().folder)
    heard = {name: list(scores(readings, plant)) for name, plant in FAULTS.items()}
    seconds = sum(reading.audio.duration_s for reading in readings)
    print(f"{len(readings)} recordings, {seconds:.0f} s\n")
    print("\n".join(flag_table(heard)), "\n")
    print("\n".join(rate_table(heard)), "\n")
    unmet = list(shortcomings(heard))
    print("\n".join(f"Not met: {line}" for line in unmet) or "All requirements are met.")
    return 1 if unmet else 0


def read(folder: Path) -> list[Reading]:
    with (folder / "transcripts.csv").open(encoding="utf-8", newline="") as file:
        return [Reading(row["file"], row["text"], read_audio(folder / row["file"])) for row in csv.DictReader(file)]


# --- faults ----------------------------------------------------------------------------------------------------------


def quietest(audio: Audio, time_s: float, *, reach_s: float = 0.15, frame_s: float = 0.02) -> int:
    """Find the middle sample of the quietest frame near a time."""
    frame = round(frame_s * audio.sample_rate)
    first = max(0, round((time_s - reach_s) * audio.sample_rate))
    last = min(len(audio.samples) - frame, round((time_s + reach_s) * audio.sample_rate))
    starts = range(first, last, frame // 2)
    energies = [float(np.sum(np.square(audio.samples[start : start + frame]))) for start in starts]
    return starts[int(np.argmin(energies))] + frame // 2


def end_cut(reading: Reading, following: Reading) -> FloatArray:
    del following
    return reading.audio.samples[: reading.border(2 / 3, before=2)]


def middle_cut(reading: Reading, following: Reading) -> FloatArray:
    del following
    samples = reading.audio.samples
    return np.concatenate([samples[: reading.border(1 / 3, before=2)], samples[reading.border(2 / 3, after=2) :]])


def tail_appended(reading: Reading, following: Reading) -> FloatArray:
    tail = following.audio.samples[following.border(2 / 3, before=2) :]
    return np.concatenate([reading.audio.samples, tail])


FAULTS: Mapping[str, Plant] = {
    "intact": lambda reading, _: reading.audio.samples,
    "end cut": end_cut,
    "middle cut": middle_cut,
    "tail appended": tail_appended,
    "doubled": lambda reading, _: np.concatenate([reading.audio.samples, reading.audio.samples]),
    "silence": lambda reading, _: np.zeros_like(reading.audio.samples),
    "reversed": lambda reading, _: np.ascontiguousarray(reading.audio.samples[::-1]),
}


# --- listening -------------------------------------------------------------------------------------------------------


def scores(readings: Sequence[Reading], plant: Plant) -> Iterator[Mapping[str, float | None]]:
    """Metric name -> value of each reading with the fault; None where the metric has none."""
    recognizer, activity, rule = PocketSphinxRecognizer(), SileroActivity(), normalizer()
    for index, reading in enumerate(readings):
        following = readings[(index + 1) % len(readings)]
        audio = dataclasses.replace(reading.audio, samples=plant(reading, following))
        clip = Clip(audio=audio, language="en")
        item = Item(id=reading.name, language="en", text=reading.text, cluster=reading.name, locale="en")
        transcript, voice = recognizer.analyze([clip])[0], activity.analyze([clip])[0]
        assert isinstance(transcript, Transcript), f"{reading.name}: {transcript}"
        alignment = align(item, transcript, recognizer=recognizer.info.id, normalizer=rule)
        take = AnalyzedTake(
            take=take_of(item, audio),
            heard={recognizer.info.id: transcript, activity.info.id: voice},
            reference={},
            alignments=(alignment,),
            normalizers=(rule.name,),
            analyzers={recognizer.info.id: recognizer.info, activity.info.id: activity.info},
            reference_words=len(alignment.reference),
            reference_characters=len(" ".join(alignment.reference)),
        )
        yield {score.metric: score.value for score in Intelligibility().score([take])}


def take_of(item: Item, audio: Audio) -> Take:
    return Take(
        suite="planted", suite_version="1", item=item, system="human", system_key="human", voice="human", seed=0,
        request_key=item.id, text_given=item.text, status="ok", sample_rate=audio.sample_rate,
        duration_s=audio.duration_s, clock=Clock(timing="shared"),
    )  # fmt: skip


# --- what was found --------------------------------------------------------------------------------------------------

Heard = Mapping[str, Sequence[Mapping[str, float | None]]]  # fault -> values of each recording


def raised(values: Sequence[Mapping[str, float | None]], flag: str) -> float:
    """Give the share of the recordings that the flag is raised on; one that can't be told is not raised."""
    return float(np.mean([value[flag] == 1.0 for value in values]))


def known(values: Sequence[Mapping[str, float | None]], rate: str) -> FloatArray:
    return np.array([value[rate] for value in values if value[rate] is not None], dtype=np.float64)


def area_under_curve(faulty: FloatArray, intact: FloatArray) -> float:
    """How often a faulty recording's rate is above an intact one's; a tie counts half."""
    difference = faulty[:, None] - intact[None, :]
    return float(np.mean((difference > 0) + 0.5 * (difference == 0)))


def flag_table(heard: Heard) -> Iterator[str]:
    yield "| share of takes with | " + " | ".join(f"`{flag}`" for flag in FLAGS) + " |"
    yield "| --- |" + " ---: |" * len(FLAGS)
    for fault, values in heard.items():
        cells = (f"{raised(values, flag):.3f}" for flag in FLAGS)
        marked = (
            f"**{cell}**" if FLAG_OF.get(fault) == flag else cell for flag, cell in zip(FLAGS, cells, strict=True)
        )
        yield f"| {fault} | " + " | ".join(marked) + " |"


def rate_table(heard: Heard) -> Iterator[str]:
    yield "| mean (AUC against intact) | " + " | ".join(f"`{rate}`" for rate in RATES) + " |"
    yield "| --- |" + " ---: |" * len(RATES)
    for fault, values in heard.items():
        cells = []
        for rate in RATES:
            area = area_under_curve(known(values, rate), known(heard["intact"], rate))
            cell = f"{known(values, rate).mean():.3f}" + ("" if fault == "intact" else f" ({area:.3f})")
            cells.append(f"**{cell}**" if RATE_OF.get(fault) == rate else cell)
        yield f"| {fault} | " + " | ".join(cells) + " |"


def shortcomings(heard: Heard) -> Iterator[str]:
    """Each requirement that is not met, in words."""
    for fault, flag in FLAG_OF.items():
        share, false = raised(heard[fault], flag), raised(heard["intact"], flag)
        if share < FOUND:
            yield f"`{flag}` is raised on {share:.3f} of {fault}, at least {FOUND} is required"
        if false > FALSE_ALARMS:
            yield f"`{flag}` is raised on {false:.3f} of intact recordings, at most {FALSE_ALARMS} is allowed"
    for fault, rate in RATE_OF.items():
        area = area_under_curve(known(heard[fault], rate), known(heard["intact"], rate))
        if area < SEPARATED:
            yield f"`{rate}` tells {fault} from intact with an AUC of {area:.3f}, at least {SEPARATED} is required"
    wer = known(heard["reversed"], "wer").mean()
    if wer < UNRECOGNIZABLE:
        yield f"`wer` of reversed recordings is {wer:.3f}, at least {UNRECOGNIZABLE} is required"
    for flag in FLAGS:
        if raised(heard["reversed"], flag) > FALSE_ALARMS:
            yield f"`{flag}` is raised on {raised(heard['reversed'], flag):.3f} of reversed recordings"


if __name__ == "__main__":
    sys.exit(main())
