"""Text to token ids, behind one interface: Mistral's tekken, or the characters of nine languages."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from reference_model.alphabet import LANGUAGES, LETTERS

FIRST_LANGUAGE = 40  # ids of the languages' tokens, in front of the characters'
FIRST_CHARACTER = 64
PUNCTUATION = " \n.,;:!?…-–—'’\"“”„«»‹›()[]/%&+=@#*°€$£¥₹§¿¡،؛؟٪।॥\u00a0\u202f‘‚_−×ªº²³½¼¾٫٬\u2011\u200c\u200d"
FIGURES = "0123456789٠١٢٣٤٥٦٧٨٩०१२३४५६७८९"
ARABIC_MARKS = "".join(map(chr, range(0x64B, 0x653))) + "\u0670\u0640"
NEIGHBOURS = "åćčłńøřśšźžő"  # letters of names that are none of the nine languages'


class Tokenizer(Protocol):
    """Text to ids."""

    def encode(self, text: str, language: str | None = None) -> list[int]:
        """Ids of a text, without those of the prompt around it. Raises ValueError for what it can't write."""
        ...


class Tekken:
    """The byte-level BPE of the public checkpoint. It needs no language."""

    def __init__(self, path: Path) -> None:
        """Raises ImportError without mistral-common, ValueError where the file holds no such vocabulary."""
        try:
            from mistral_common.tokens.tokenizers.tekken import Tekkenizer
        except ImportError as error:
            raise ImportError("the tekken tokenizer needs mistral-common: pip install 'voxeval[voxtral]'") from error
        try:
            self._inner: Any = Tekkenizer.from_file(path)
        except (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError) as error:
            reason = textwrap.shorten(f"{type(error).__name__}: {error}", 160)
            raise ValueError(
                f"{path} holds no tekken vocabulary ({reason}); expected that of Voxtral-4B-TTS"
            ) from error

    @property
    def size(self) -> int:
        """Ids that there are, special ones counted."""
        return int(self._inner.n_words)

    def special(self, name: str) -> int | None:
        """Id of a special token; None where the vocabulary does not name it, as those of text models do not."""
        try:
            return int(self._inner.get_special_token(name))
        except (LookupError, ValueError):
            return None

    def encode(self, text: str, language: str | None = None) -> list[int]:
        """Ids of the raw text."""
        del language
        return list(self._inner.encode(text, bos=False, eos=False))


def characters() -> tuple[str, ...]:
    """The NFC code points that nine languages are written with, in both cases, with figures and punctuation."""
    letters = {letter for language in LANGUAGES for letter in LETTERS[language]}
    letters |= set(NEIGHBOURS)
    upper = {letter.upper() for letter in letters if len(letter.upper()) == 1}
    return (*PUNCTUATION, *FIGURES, *sorted((letters | upper | set(ARABIC_MARKS)) - set(PUNCTUATION)))


class Characters:
    """One id a character, after one for the language. Not bytes: Hindi would cost three positions a character."""

    def __init__(self, known: Sequence[str], languages: Sequence[str] = LANGUAGES) -> None:
        self.known, self.languages = tuple(known), tuple(languages)
        self._ids = {character: FIRST_CHARACTER + index for index, character in enumerate(self.known)}

    @property
    def size(self) -> int:
        """Ids that there are, those of the prompt's own tokens counted."""
        return FIRST_CHARACTER + len(self.known)

    def encode(self, text: str, language: str | None = None) -> list[int]:
        """The language's token and the text's characters. Raises ValueError for an unknown language or character."""
        if language not in self.languages:
            raise ValueError(f"got the language {language!r}; expected one of {', '.join(self.languages)}")
        composed = unicodedata.normalize("NFC", text)
        unknown = sorted({character for character in composed if character not in self._ids})
        if unknown:
            named = ", ".join(f"{each!r} ({unicodedata.name(each, 'no name')})" for each in unknown[:5])
            raise ValueError(f"the text has {named}, which this model can't read; spell them out")
        return [FIRST_LANGUAGE + self.languages.index(language), *(self._ids[character] for character in composed)]
