"""What is to be spoken: every item by every system, in each voice and from each seed."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from voxeval.audio import find_recording
from voxeval.errors import UsageError
from voxeval.systems.content import file_hash
from voxeval.text.sentences import split_sentences
from voxeval.types import Item, Request, Suite, SystemInfo, Take, Voice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from voxeval.plugins import Spec

CHARACTERS_PER_S = 12.0  # of slow reading; only to tell beforehand what a system can't hold in one go
HUMAN = "human"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSystem:
    """A system of this run."""

    label: str
    spec: Spec | None  # None: the human recordings of the suites
    info: SystemInfo
    recorded: bool = False  # its audio was made before; there is no clock to stop

    @property
    def key(self) -> str:
        """Hash of what it is: takes are reused while it stays the same."""
        return _hash([self.info.name, self.info.version, self.info.fingerprint])[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One planned take: a request, or the reason why it will not be made."""

    suite: Suite
    system: PlannedSystem
    request: Request  # of the whole text
    pieces: tuple[str, ...] = ()  # sentences of the text that are asked for one after the other; empty: the whole
    skip: str = ""
    reference_audio: Path | None = None  # what the voice should sound like

    @property
    def requests(self) -> tuple[Request, ...]:
        """What the system is asked for: the request, or one for each piece."""
        return tuple(replace(self.request, text=piece) for piece in self.pieces) or (self.request,)

    def take(self, **made: object) -> Take:
        """The take of this entry, with what came of it."""
        voice, item = self.request.voice, self.request.item
        reference = self.reference_audio
        return Take(
            suite=self.suite.name,
            suite_version=self.suite.version,
            item=item,
            system=self.system.label,
            system_key=self.system.key,
            voice=voice.name if voice else "default",
            seed=self.request.seed,
            request_key=self.request.key,
            text_given=self.request.text,
            reference_audio=str(reference.resolve()) if reference else None,
            reference_sha256=file_hash(reference) if reference else None,
            pieces=len(self.requests),
            **made,  # type: ignore[arg-type]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Entries in the order in which they are made and stored."""

    suites: tuple[Suite, ...]
    systems: tuple[PlannedSystem, ...]
    entries: tuple[Entry, ...]
    notes: tuple[str, ...] = ()


def make_plan(
    suites: Sequence[Suite],
    systems: Sequence[PlannedSystem],
    *,
    voices: Sequence[Voice],
    seeds: int,
    pieces: bool = False,
) -> Plan:
    """Every item by every system. The recordings of the suites run as the system `human`, first of all.

    With `pieces`, a text that a system does not hold whole is asked for in pieces of whole sentences.
    """
    human = human_system(suites)
    everyone = (human, *systems) if human else tuple(systems)
    entries = tuple(
        entry
        for system in everyone
        for suite in suites
        for item in suite.items
        for entry in _entries(suite, item, system, voices, seeds, pieces)
    )
    return Plan(suites=tuple(suites), systems=everyone, entries=entries, notes=tuple(_notes(entries, everyone)))


def _entries(
    suite: Suite, item: Item, system: PlannedSystem, voices: Sequence[Voice], seeds: int, pieces: bool
) -> Iterator[Entry]:
    if system.spec is None:
        if is_human_reading(item):
            yield _entry(suite, item, system, None, 0)
        return
    for voice in _voices(item, system, voices):
        for seed in range(1 if system.info.deterministic else seeds):
            yield _entry(suite, item, system, voice, seed, pieces)


def _entry(
    suite: Suite, item: Item, system: PlannedSystem, voice: Voice | None, seed: int, pieces: bool = False
) -> Entry:
    info = system.info
    text = item.speech_text if info.needs_diacritics and item.speech_text else item.text
    parts = in_pieces(text, info.max_duration_s) if pieces and info.max_duration_s is not None else ()
    key = request_key(item, text, voice, seed, parts)
    request = Request(item=item, text=text, voice=voice, seed=seed, key=key)
    cloned = voice.audio if voice else None
    made_elsewhere = item.reference_audio if system.recorded and system.spec is not None else None
    return Entry(
        suite=suite,
        system=system,
        request=request,
        pieces=parts,
        skip=""
        if parts and not _reason_to_skip(item, parts[0], voice, system)
        else _reason_to_skip(item, text, voice, system),
        reference_audio=cloned or made_elsewhere,
    )


def in_pieces(text: str, max_duration_s: float) -> tuple[str, ...]:
    """The text in as few pieces of whole sentences as hold; empty where it holds whole, or a sentence does not."""
    room = max_duration_s * CHARACTERS_PER_S
    sentences = split_sentences(text)
    if len(text) <= room or any(len(sentence) > room for sentence in sentences):
        return ()
    pieces: list[str] = []
    for sentence in sentences:
        if pieces and len(pieces[-1]) + 1 + len(sentence) <= room:
            pieces[-1] += f" {sentence}"
        else:
            pieces.append(sentence)
    return tuple(pieces)


def _voices(item: Item, system: PlannedSystem, voices: Sequence[Voice]) -> Sequence[Voice | None]:
    """The item's voice, else those of the command, else the system's own for the item's locale and language.

    A recording of the item's very text is nobody's prompt: cloning it, a system would be handed what it is to say.
    """
    named = {voice.name: voice for voice in voices}
    prompt = None if is_human_reading(item) else item.reference_audio
    if system.info.cloning and prompt is not None and item.voice not in named:
        return [Voice(name=item.voice or prompt.stem, audio=prompt, text=item.reference_text)]
    if item.voice is not None:
        return [named.get(item.voice, Voice(name=item.voice))]
    if voices:
        return voices
    presets = (system.info.voices or {}).get(item.language, ())
    if not presets:
        return [None]
    locale = item.locale.lower()
    fitting = [name for name in presets if name.split("+")[0].lower() == locale]
    return [Voice(name=(fitting or list(presets))[0])]


def _reason_to_skip(item: Item, text: str, voice: Voice | None, system: PlannedSystem) -> str:
    info = system.info
    if info.languages is not None and item.language not in info.languages:
        return f"{info.name} does not speak {item.language}; it speaks: {', '.join(info.languages)}"
    if voice and voice.audio and not info.cloning and not system.recorded:
        return f"{info.name} does not clone voices; {voice.name!r} is a recording"
    if voice and voice.audio is None and info.voices is not None:
        known = info.voices.get(item.language, ())
        if voice.name not in known:
            return f"{info.name} has no voice {voice.name!r} in {item.language}; it has: {', '.join(known) or 'none'}"
    if voice is None and info.cloning and info.voices is not None:
        return f"{info.name} has no voice of its own in {item.language}; give it some to clone with --voices FOLDER"
    if info.max_duration_s is not None and len(text) / CHARACTERS_PER_S > info.max_duration_s:
        return f"about {len(text) / CHARACTERS_PER_S:.0f} s of speech; {info.name} holds {info.max_duration_s:.0f} s"
    return ""


def is_human_reading(item: Item) -> bool:
    """Whether the item's recording is a person saying the item's very text."""
    if item.reference_audio is None or item.reference_text is None:
        return False
    return item.reference_text.split() == item.text.split() or item.reference_text in item.spoken


def human_system(suites: Sequence[Suite]) -> PlannedSystem | None:
    """The recordings of the suites as a system; None where there are none."""
    if not any(is_human_reading(item) for suite in suites for item in suite.items):
        return None
    # A recording is one take's input: its hash stands in the request key, and the system is the same whatever is added.
    info = SystemInfo(name=HUMAN, version="recordings", fingerprint=HUMAN, deterministic=True)
    return PlannedSystem(label=HUMAN, spec=None, info=info, recorded=True)


def request_key(item: Item, text: str, voice: Voice | None, seed: int, pieces: Sequence[str] = ()) -> str:
    """Hash of all that a system is told."""
    recording = voice.audio if voice and voice.audio else item.reference_audio
    sound = file_hash(recording) if recording else None
    return _hash(
        [
            text,
            item.language,
            item.locale,
            voice.name if voice else None,
            voice.text if voice else None,
            sound,
            seed,
            *pieces,
        ]
    )


def parse_voices(text: str | None) -> tuple[Voice, ...]:
    """The voices of `--voices`: names between commas, or a folder of NAME.wav with NAME.txt where known.

    Raises UsageError where a folder is not there, has no recordings, or a transcript is not UTF-8.
    """
    if not text:
        return ()
    folder = Path(text)
    if not folder.is_dir():
        if os.sep in text:
            raise UsageError(f"--voices {text}: there is no such folder; expected names between commas, or a folder")
        return tuple(Voice(name=name) for name in dict.fromkeys(part.strip() for part in text.split(",")) if name)
    stems = sorted({path.stem for path in folder.iterdir() if find_recording(folder / path.stem)})
    if not stems:
        raise UsageError(
            f"the voices folder {folder} holds no recordings; expected NAME.wav and, where known, NAME.txt"
        )
    return tuple(_recorded_voice(folder / stem) for stem in stems)


def _recorded_voice(stem: Path) -> Voice:
    transcript = stem.with_name(stem.name + ".txt")
    try:
        text = transcript.read_text(encoding="utf-8-sig").strip() if transcript.is_file() else None
    except UnicodeDecodeError as error:
        raise UsageError(f"{transcript} is not UTF-8 (byte {error.start}); save it as UTF-8") from error
    return Voice(name=stem.name, audio=find_recording(stem), text=text)


def _notes(entries: Sequence[Entry], systems: Sequence[PlannedSystem]) -> Iterator[str]:
    """What a reader of the report must know of how the takes were made."""
    if all(system.spec for system in systems):
        yield "No human recordings of these texts: what the recognizers get wrong when people read them is unknown."
    for system in systems:
        mine = [entry for entry in entries if entry.system.label == system.label]
        vowelled = sum(entry.request.text != entry.request.item.text for entry in mine)
        if vowelled:
            yield f"{system.label} was given the vowelled text of {vowelled} takes, since it reads bare consonants."
        in_parts = sum(bool(entry.pieces) for entry in mine)
        if in_parts:
            yield (
                f"{system.label} spoke {in_parts} takes in pieces, since it holds {system.info.max_duration_s:.0f} s: "
                "what it does over a whole passage is not known."
            )
        if system.info.note:
            yield f"{system.label}: {system.info.note}"


def _hash(parts: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
