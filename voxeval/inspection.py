"""What a suite holds: items, words, categories, minutes of speech, and which sounds of its languages."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from voxeval.errors import VoxevalError
from voxeval.systems.espeak_engine import phonemes
from voxeval.types import Item, Suite

# Characters that a calm reader says in a minute: measured on espeak-ng at 140 words a minute, over `core`.
CHARACTERS_PER_MINUTE = {
    "ar": 477, "de": 935, "en": 914, "es": 903, "fr": 1110, "hi": 718, "it": 898, "nl": 887, "pt": 827,
}  # fmt: skip
OFTEN_ENOUGH = 2  # times that a sound occurs before it counts as covered


@dataclass(frozen=True, slots=True, kw_only=True)
class Sounds:
    """Which of a language's sounds texts have, as espeak-ng would say them."""

    known: int  # sounds of the language
    rare: Mapping[str, int]  # those that occur less than twice, with how often they do

    @property
    def covered(self) -> int:
        """Sounds that occur often enough."""
        return self.known - len(self.rare)


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageOfSuite:
    """What a suite has in one language."""

    language: str
    items: int
    clusters: int
    words: int  # of the first readings
    minutes: float | None  # of speech, estimated; None for a language that voxeval knows nothing of
    categories: Mapping[str, int]  # items of each
    locales: Mapping[str, int]
    sounds: Sounds | str  # or why they can't be told


def inspected(suite: Suite) -> tuple[LanguageOfSuite, ...]:
    """What the suite has in each of its languages."""
    return tuple(
        _inspected(language, [item for item in suite.items if item.language == language])
        for language in suite.languages
    )


def _inspected(language: str, items: list[Item]) -> LanguageOfSuite:
    pace = CHARACTERS_PER_MINUTE.get(language)
    return LanguageOfSuite(
        language=language,
        items=len(items),
        clusters=len({item.cluster for item in items}),
        words=sum(len(item.readings[0].split()) for item in items),
        minutes=None if pace is None else sum(len(item.readings[0]) for item in items) / pace,
        categories=dict(sorted(Counter(item.category for item in items).items())),
        locales=dict(sorted(Counter(item.locale for item in items).items())),
        sounds=sounds_of(items, language),
    )


def inventory() -> Mapping[str, tuple[str, ...]]:
    """The sounds of each language; the file's `benchmarks/phoneme_inventory.py` says what counts as one."""
    found = json.loads(Path(__file__).with_name("phonemes.json").read_text(encoding="utf-8"))
    return {language: tuple(sounds) for language, sounds in found.items()}


def sounds_of(items: Iterable[Item], language: str) -> Sounds | str:
    """How often the texts have each sound of the language; in words why, where that can't be told."""
    known = inventory().get(language)
    if known is None:
        return "the sounds of this language are not listed"
    try:
        said = phonemes([item.speech_text or item.readings[0] for item in items], language)
    except VoxevalError as error:
        return str(error)
    counts = Counter(sound for sounds in said for sound in sounds)
    return Sounds(known=len(known), rare={sound: counts[sound] for sound in known if counts[sound] < OFTEN_ENOUGH})
