"""Stand-ins for what a test can't have, each named for what it fakes, and small makers of values."""

from __future__ import annotations

import json
import os
import time
import zlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from voxeval import plugins
from voxeval.errors import PluginError
from voxeval.metrics.scoring import failed, feature, scored, unheard
from voxeval.plugins import Listed
from voxeval.text.align import align
from voxeval.text.normalize import normalizer
from voxeval.types import (
    AnalyzedTake,
    AnalyzerInfo,
    Audio,
    Clip,
    Clock,
    Feature,
    Heard,
    Item,
    MetricInfo,
    Request,
    Score,
    Status,
    SystemInfo,
    Take,
    Transcript,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pytest

    from voxeval.types import FloatArray

RECOGNIZER = AnalyzerInfo(name="fake-recognizer", feature="transcript", fingerprint="f" * 16, identifies_language=True)


def make_item(text: str = "one two three four", **fields: object) -> Item:
    values: dict[str, object] = {"id": "item-1", "language": "en", "text": text}
    values |= fields
    values.setdefault("cluster", values["id"])
    values.setdefault("locale", values["language"])
    return Item(**values)  # type: ignore[arg-type]


def make_take(
    item: Item | None = None,
    *,
    status: Status = "ok",
    detail: str = "",
    duration_s: float | None = 2.0,
    clock: Clock | None = None,
    voice: str = "default",
    seed: int = 0,
    system: str = "fake",
    reference_audio: str | None = None,
) -> Take:
    spoken = status == "ok"
    return Take(
        suite="fake-suite",
        suite_version="1",
        item=item or make_item(),
        system=system,
        system_key="k",
        voice=voice,
        seed=seed,
        request_key="r",
        text_given="",
        status=status,
        detail=detail,
        audio_sha256="a" * 64 if spoken else None,
        audio_path="audio/a.flac" if spoken else None,
        sample_rate=16_000 if spoken else None,
        duration_s=duration_s if spoken else None,
        reference_audio=reference_audio,
        clock=clock or Clock(timing="exclusive"),
    )


def made_up_word(number: int) -> str:
    """A word that no rule of a normalizer is about; another one for each number, all of one length."""
    syllables = [consonant + vowel for consonant in "bdgkmnprtv" for vowel in "au"]
    return "x" + "".join(syllables[number // 20**place % 20] for place in (2, 1, 0))


def make_analyzed(
    take: Take | None = None,
    *,
    heard: Sequence[tuple[AnalyzerInfo, Heard]] = (),
    reference: Sequence[tuple[AnalyzerInfo, Heard]] = (),
    analyzers: Sequence[AnalyzerInfo] = (),
) -> AnalyzedTake:
    """A take with what was heard; transcripts are aligned as the runner does it."""
    take = take or make_take()
    answers = list(heard)
    infos = list(dict.fromkeys([info.id for info, _ in answers] + [info.id for info in analyzers]))
    by_id = {info.id: info for info in [info for info, _ in answers] + list(analyzers)}
    rule = normalizer()
    words = rule.words(take.item.readings[0], take.item.language)
    return AnalyzedTake(
        take=take,
        heard={info.id: answer for info, answer in answers},
        reference={info.id: answer for info, answer in reference},
        alignments=tuple(
            align(take.item, answer, recognizer=info.id, normalizer=rule)
            for info, answer in answers
            if isinstance(answer, Transcript)
        ),
        normalizers=(rule.name,),
        analyzers={key: by_id[key] for key in infos},
        reference_words=len(words),
        reference_characters=len(" ".join(words)),
    )


def fake_voice(duration_s: float, *, sample_rate: int = 16_000) -> FloatArray:
    """Syllables of four vowels from pulses through resonators: voice to an activity detector, words to nobody."""
    import numpy as np
    from scipy.signal import lfilter

    syllable = sample_rate // 5
    time_s = np.arange(round(duration_s * sample_rate)) / sample_rate
    pitch_hz = 90 * (1 + 0.1 * np.sin(2 * np.pi * 2.1 * time_s))
    pulses = np.diff(np.floor(np.cumsum(pitch_hz / sample_rate)), prepend=0.0)
    formants_hz = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480))
    sound = np.zeros_like(time_s)
    for number, begin in enumerate(range(0, len(sound), syllable)):
        vowel = pulses[begin : begin + syllable]
        radius = np.exp(-np.pi * 80 / sample_rate)
        for formant_hz in formants_hz[number % 4]:
            resonance = [1.0, -2 * radius * np.cos(2 * np.pi * formant_hz / sample_rate), radius**2]
            vowel = lfilter([1 - radius], resonance, vowel)
        sound[begin : begin + syllable] = vowel * np.hanning(len(vowel))
    return (0.5 * sound / np.abs(sound).max()).astype(np.float32)


ACTIVITY = AnalyzerInfo(name="fake-activity", feature="activity", fingerprint="a" * 16)
SPEAKER = AnalyzerInfo(name="fake-speaker", feature="speaker", fingerprint="5" * 16)


def voice_at(*stretches: tuple[float, float]) -> Feature:
    """Voice from start to end of each stretch, in seconds."""
    import numpy as np

    starts, ends = np.array([list(stretch) for stretch in stretches]).reshape(-1, 2).T
    return Feature(kind="activity", values={"start_s": starts, "end_s": ends})


def said(text: str, *, word_s: float = 0.5, start_s: float = 0.0, language: str | None = "en") -> Transcript:
    """A transcript whose words follow each other, each of the same length."""
    words = tuple(
        Word(text=word, start_s=start_s + index * word_s, end_s=start_s + (index + 1) * word_s)
        for index, word in enumerate(text.split())
    )
    return Transcript(text=text, words=words, language=language)


def speaker_at(*angle_degrees: float) -> Feature:
    """A voice in two dimensions: the first angle is the whole recording, the others its windows of 5 s, end to end."""
    import numpy as np

    angles = np.radians(angle_degrees)
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1)  # (1+W, 2)
    starts = 5.0 * np.arange(len(vectors) - 1)
    values = {"embedding": vectors[0], "windows": vectors[1:].reshape(-1), "start_s": starts, "end_s": starts + 5.0}
    return Feature(kind="speaker", values=values)


# --- plugins ---------------------------------------------------------------------------------------------------------


class FakeSystem:
    """Speaks 50 ms of a tone for each letter, whose pitch comes from text, voice and seed; notes what it was asked."""

    recorded = False
    info: SystemInfo  # as FAKE_SYSTEM, but for the options

    def __init__(self, *, deterministic: bool = False, rate: int = 16_000, **capabilities: object) -> None:
        self.info = replace(FAKE_SYSTEM, deterministic=deterministic, **capabilities)  # type: ignore[arg-type]
        self.rate = rate
        self.asked: list[Request] = []
        self.raises: dict[str, Exception] = {}  # by item id
        self.chunks: dict[str, list[object]] = {}  # by item id: what is given in place of a tone

    def speak(self, request: Request) -> Iterator[Audio]:
        import numpy as np

        self.asked.append(request)
        if request.item.id in self.raises:
            raise self.raises[request.item.id]
        if request.item.id in self.chunks:
            yield from self.chunks[request.item.id]  # type: ignore[misc]
            return
        voice = request.voice.name if request.voice else ""
        hertz = 200 + zlib.crc32(f"{request.text}|{voice}|{request.seed}".encode()) % 2000
        time_s = np.arange(round(0.05 * self.rate * len(request.text))) / self.rate
        yield Audio((0.5 * np.sin(2 * np.pi * hertz * time_s)).astype(np.float32), self.rate)


FAKE_SYSTEM = SystemInfo(name="fake", version="1", fingerprint="fake-1")


class FakeAnalyzer:
    """Hears how long a clip is, and notes which it listened to."""

    def __init__(self, *, languages: tuple[str, ...] | None = None) -> None:
        self.info = AnalyzerInfo(name="fakelength", feature="fakelength", fingerprint="c" * 16, languages=languages)
        self.clips: list[Clip] = []
        self.raises_at: set[int] = set()  # lengths of clips, in samples
        self.answers: dict[int, object] = {}  # by the length of the clip: what is given in place of its length

    def analyze(self, clips: Sequence[Clip]) -> list[Heard]:
        import numpy as np

        lengths = [len(clip.audio.samples) for clip in clips]
        if self.raises_at & set(lengths):
            raise RuntimeError("a clip that this analyzer can't bear")
        self.clips += clips
        return [
            self.answers.get(count, Feature(kind="fakelength", values={"samples": np.array([float(count)])}))  # type: ignore[misc]
            for count in lengths
        ]


class SleepyAnalyzer(FakeAnalyzer):
    """Takes 30 ms for each clip, and notes in the file $FAKE_LISTENING when it begins: for tests that kill."""

    def analyze(self, clips: Sequence[Clip]) -> list[Heard]:
        if path := os.environ.get("FAKE_LISTENING"):
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(f"{len(clips)}\n")
        time.sleep(0.03 * len(clips))
        return super().analyze(clips)


class FakeMetric:
    """The length that FakeAnalyzer heard, in samples."""

    needs = ("fakelength",)

    def __init__(self) -> None:
        self.infos = tuple(
            MetricInfo(name=name, unit="samples", better="none", formula="samples of the take", source="a fake")
            for name in ("fake_length", "fake_half")
        )
        self.gives: Callable[[Score], Score | None] = lambda row: row  # what becomes of each row
        self.raises: Exception | None = None

    def score(self, takes: Sequence[AnalyzedTake]) -> Iterator[Score]:
        if self.raises is not None:
            raise self.raises
        for take in takes:
            for name, share in (("fake_length", 1.0), ("fake_half", 0.5)):
                row = self._row(take, name, share)
                if (given := self.gives(row)) is not None:
                    yield given

    def _row(self, take: AnalyzedTake, name: str, share: float) -> Score:
        (info,) = take.analyzers_of("fakelength")
        metric_id = f"{name}/{info.id}"
        row = unheard(take, metric_id, info)
        heard = feature(take, info)
        if row is not None or heard is None:
            return row or failed(take, metric_id, "no feature")
        return scored(take, metric_id, share * float(heard.values["samples"][0]))


def use_fakes(monkeypatch: pytest.MonkeyPatch, **makers: Mapping[str, Callable[..., object]]) -> None:
    """Put these in place of all installed plugins: kind -> name -> what makes one."""
    shelves: dict[str, Mapping[str, Callable[..., object]]] = {"systems": {}, "analyzers": {}, "metrics": {}, **makers}

    def load(kind: str, name: str) -> Callable[..., object]:
        if name not in shelves[kind]:
            raise PluginError(f"there is no fake {kind.removesuffix('s')} {name!r}")
        return shelves[kind][name]

    def listed(kind: str) -> list[Listed]:
        return [Listed(name, "tests.fakes", "fakes") for name in sorted(shelves[kind])]

    from voxeval.runner import preflight  # before anything is replaced: it keeps a name of its own

    monkeypatch.setattr(plugins, "load", load)
    for module in (plugins, preflight):
        monkeypatch.setattr(module, "listed", listed)


def install_fakes(folder: Path) -> dict[str, str]:
    """Install SleepyAnalyzer and FakeMetric for other processes, as a package would; gives their environment."""
    package = folder / "fakes-1.0.dist-info"
    package.mkdir(parents=True)
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: fakes\nVersion: 1.0\n", encoding="utf-8")
    (package / "entry_points.txt").write_text(
        "[voxeval.systems]\nfake = tests.fakes:FakeSystem\n"
        "[voxeval.analyzers]\nfakelength = tests.fakes:SleepyAnalyzer\n"
        "[voxeval.metrics]\nfake = tests.fakes:FakeMetric\n",
        encoding="utf-8",
    )
    root = Path(__file__).parents[1]
    paths = [str(folder), str(root), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "VOXEVAL_CACHE": str(folder / "cache"),
        "OMP_NUM_THREADS": "1",
    }


def write_suite(folder: Path, items: Mapping[str, Sequence[Mapping[str, object]]], **header: object) -> Path:
    """A suite folder with these items by language; an item without an id is called a, b, c ... in its order."""
    (folder / "items").mkdir(parents=True, exist_ok=True)
    content = {"name": folder.name, "version": "1", "license": "CC0-1.0", "description": "Made by a test.", **header}
    (folder / "suite.yaml").write_text(json.dumps(content), encoding="utf-8")
    for language, lines in items.items():
        rows = [{"id": chr(ord("a") + index), **line} for index, line in enumerate(lines)]
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / "items" / f"{language}.jsonl").write_text(text, encoding="utf-8")
    return folder


class FakeRecognizer:
    """Says of itself what it is told to, and hears nothing."""

    def __init__(self, **claims: object) -> None:
        self.info = replace(RECOGNIZER, **claims)  # type: ignore[arg-type]

    def analyze(self, clips: Sequence[Clip]) -> list[Heard]:
        return [Transcript(text="") for _ in clips]
