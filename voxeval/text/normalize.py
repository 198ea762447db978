"""What counts as the same words: the normalizer of voxeval, rule by rule.

`voxeval-1` reads figures, signs and abbreviations as the language does, then folds what is written in several ways and
spoken in one. It is applied to reference and transcript alike. The rules stand in the order in which they work, and
each can be left out, so that what it does to a number can be told.
"""

from __future__ import annotations

import importlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from voxeval.text import reading
from voxeval.text.language import Language
from voxeval.types import LANGUAGES

NAME = "voxeval-1"
MOST_ROUNDS = 6  # two are usual: one that changes the text, and one that finds nothing left to change

APOSTROPHES = dict.fromkeys(map(ord, "’ʼ‘ʻ`´＇′"), "'")
DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-")
APOSTROPHE_AT_AN_EDGE = re.compile(r"(?<![^\W_])'|'(?![^\W_])")
NUMERO = re.compile(r"(?<![^\W_])([Nn])[º°](?=[\s\d])")
FIGURE = re.compile("[0-9]")
VULGAR = re.compile(r"(\d?)([¼-¾⅐-⅞↉])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalizer:
    """A rule for what is the same, applied to reference and transcript alike."""

    name: str  # with its version, as it stands in metric ids
    words: Callable[[str, str], tuple[str, ...]]  # text, language -> its words


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that the normalizer does."""

    name: str
    what: str  # for people
    apply: Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a rule made of a text."""

    rule: str
    before: str
    after: str


@cache
def language_of(code: str) -> Language | None:
    """What is known of a language; None for one that voxeval knows nothing of."""
    if code not in LANGUAGES:
        return None
    found: Language = importlib.import_module(f"voxeval.text.languages.{code}").LANGUAGE
    return found


@cache
def rules(code: str) -> tuple[Rule, ...]:
    """The rules of a language, in order."""
    language = language_of(code)
    first = [
        Rule(name="unicode", what="one form of each character; digits 0 to 9", apply=unicode),
        Rule(name="quotes", what="one apostrophe and one dash", apply=quotes),
    ]
    last = [
        Rule(name="case", what="lower case", apply=lower),
        Rule(name="punctuation", what="no punctuation and no signs; hyphens part words", apply=punctuation),
    ]
    if language is None:
        return (*first, *last)
    numbers = reading.Numbers(language)
    read = [
        Rule(name="forms", what="ways of writing that are the language's own", apply=rewriting(language.rewrites)),
        Rule(name="abbreviations", what="abbreviations in full", apply=reading.abbreviations(language)),
        Rule(name="addresses", what="web and mail addresses, signs by name", apply=reading.addresses(language)),
        Rule(name="dates", what="dates in words", apply=_figures(reading.dates(language))),
        Rule(name="times", what="times of day in words", apply=_figures(reading.times(language))),
        Rule(name="phones", what="telephone numbers in words", apply=_figures(reading.phones(language))),
        Rule(name="ranges", what="10-15 as from ten to fifteen", apply=_figures(reading.ranges(language, numbers))),
        Rule(name="currency", what="amounts of money in words", apply=_figures(reading.currency(language, numbers))),
        Rule(name="percent", what="percent in words", apply=_figures(reading.percent(language, numbers))),
        Rule(name="units", what="units in words", apply=_figures(reading.units(language, numbers))),
        Rule(name="fractions", what="fractions in words", apply=_figures(reading.fractions(language))),
        Rule(name="ordinals", what="ordinals in words", apply=_figures(reading.ordinals(language))),
        Rule(name="roman", what="Roman numerals in words", apply=reading.roman(language)),
        Rule(name="years", what="years in words", apply=_figures(reading.years(language))),
        Rule(
            name="numbers", what="all other figures in words", apply=_figures(reading.plain_numbers(language, numbers))
        ),
        Rule(name="symbols", what="signs that are words", apply=reading.symbols(language)),
    ]
    folded = []
    if language.script is not None:
        folded.append(Rule(name="script", what="letters that are the same", apply=_by_word(language.script)))
    if language.elisions:
        folded.append(Rule(name="elision", what="elided words stand apart", apply=elision(language.elisions)))
    if language.one_letter_words is not None:
        folded.append(
            Rule(
                name="acronyms", what="letters that are spelled are one word", apply=spelled(language.one_letter_words)
            )
        )
    folded.append(
        Rule(name="spelling", what="spellings of one word", apply=spelling(language.spellings, language.folds))
    )
    return (*first, *read, *last, *folded)


def all_rules() -> dict[str, str]:
    """What each rule of any language does, by name, in an order that holds in all of them."""
    what = {rule.name: rule.what for code in LANGUAGES for rule in rules(code)}
    order = [[rule.name for rule in rules(code)] for code in LANGUAGES]

    def place(name: str) -> float:
        """Its place among the rules, those counted that stand before it in some language."""
        return len({before for names in order if name in names for before in names[: names.index(name)]})

    return {name: what[name] for name in sorted(what, key=place)}


@lru_cache(maxsize=10_000)  # a reference is met again with every system and seed
def normalize(text: str, code: str, without: frozenset[str] = frozenset()) -> str:
    """The text's words, single spaces between them; `without` leaves rules out.

    Until nothing changes any more: what one rule made may be what an earlier one is about.
    """
    for step in steps(text, code, without):
        text = step.after
    return " ".join(text.split())


@cache
def normalizer(without: frozenset[str] = frozenset()) -> Normalizer:
    """The normalizer of voxeval, whole or without some of its rules."""
    name = "-without-".join([NAME, *sorted(without)])
    return Normalizer(name=name, words=lambda text, code: tuple(normalize(text, code, without).split()))


def steps(text: str, code: str, without: frozenset[str] = frozenset()) -> Iterator[Step]:
    """What each rule makes of the text, in order; those that change nothing too, but in later rounds."""
    for number in range(MOST_ROUNDS):
        begun = text
        for rule in rules(code):
            if rule.name not in without:
                after = unicodedata.normalize("NFC", rule.apply(text))
                if number == 0 or after != text:
                    yield Step(rule=rule.name, before=text, after=after)
                text = after
        if text == begun:
            return


# --- rules of all languages ------------------------------------------------------------------------------------------


def unicode(text: str) -> str:
    """NFKC, without joiners and other invisible characters, decimal digits as ASCII, 5½ as 5 1/2.

    An accent that stands alone becomes a space, and not, as NFKC has it, a space and a combining mark.
    """
    text = NUMERO.sub(r"\1.º", text)  # which NFKC would make the word "no"
    text = VULGAR.sub(lambda found: f"{found[1]} {found[2]}" if found[1] else found[2], text)
    text = "".join(_unless_spacing_mark(character) for character in text.translate(APOSTROPHES))
    folded = unicodedata.normalize("NFKC", text).replace("\u2044", "/")
    return unicodedata.normalize("NFC", "".join(_visible(character) for character in folded))


def quotes(text: str) -> str:
    """One apostrophe and one dash."""
    return text.translate(APOSTROPHES).translate(DASHES)


def lower(text: str) -> str:
    """Lower case; composed again, since İ and its like fall apart."""
    return unicodedata.normalize("NFC", text.lower())


def punctuation(text: str) -> str:
    """Every character of the categories P, S, Z and C is a space, but an apostrophe between two word characters.

    Marks stay (category M): Hindi vowel signs are letters to a reader.
    """
    kept = "".join(" " if unicodedata.category(sign)[0] in "PSZC" and sign != "'" else sign for sign in text)
    return " ".join(APOSTROPHE_AT_AN_EDGE.sub(" ", kept).split())


def elision(pattern: str) -> Callable[[str], str]:
    """The elided word stands by itself, without its apostrophe."""
    bound = re.compile(rf"\b({pattern})'(?=\w)")
    return lambda text: bound.sub(r"\1 ", text)


def spelled(one_letter_words: str) -> Callable[[str], str]:
    """Letters in a row become one word, as "f b i": two that are no words, or three of which one at most is."""
    row = re.compile(r"(?<!\S)[^\W\d_](?: [^\W\d_])+(?='s|(?!\S))")

    def join(found: re.Match[str]) -> str:
        letters = found[0].split(" ")
        n_words = sum(letter in one_letter_words for letter in letters)
        if len(letters) == 3 and letters[1] in one_letter_words:
            return found[0]  # "C and D"
        return (
            unicodedata.normalize("NFC", "".join(letters))
            if n_words == 0 or (n_words == 1 and len(letters) > 2)
            else found[0]
        )

    return lambda text: row.sub(join, text)


def rewriting(rewrites: Sequence[tuple[str, str | Callable[[re.Match[str]], str]]]) -> Callable[[str], str]:
    """Each pattern replaced in turn."""
    patterns = [(re.compile(pattern), replacement) for pattern, replacement in rewrites]

    def rewrite(text: str) -> str:
        for pattern, replacement in patterns:
            text = pattern.sub(replacement, text)
        return text

    return rewrite


def spelling(spellings: Mapping[str, str], folds: Sequence[tuple[str, str]]) -> Callable[[str], str]:
    """One spelling for each word, then the folds."""
    fold = rewriting(folds)
    return lambda text: fold(" ".join(spellings.get(word, word) for word in text.split()))


def _figures(read: Callable[[str], str]) -> Callable[[str], str]:
    """A rule about figures, which has nothing to look for where there are none."""
    return lambda text: read(text) if FIGURE.search(text) else text


def _by_word(fold: Callable[[str], str]) -> Callable[[str], str]:
    """A fold of letters that leaves a word as it is where nothing would be left of it."""
    return lambda text: " ".join(fold(word) or word for word in text.split())


def _unless_spacing_mark(character: str) -> str:
    spacing = unicodedata.normalize("NFKC", character).startswith(" ")
    return " " if spacing and unicodedata.category(character)[0] in "PSZ" else character


def _visible(character: str) -> str:
    if unicodedata.category(character) == "Cf":
        return ""
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)
