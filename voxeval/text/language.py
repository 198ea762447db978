"""What a normalizer must know of a language: how its numbers, dates, money and abbreviations are written and read.

A language is data and a few functions; the rules that use them are in `reading.py`, the nine in `languages/`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number as it stood in a text."""

    whole: int
    figures: str  # the whole part's digits, without marks: "007"
    decimals: str = ""  # digits behind the mark
    mark: str = ""  # the decimal mark that was written
    negative: bool = False

    @property
    def is_one(self) -> bool:
        """Whether it is exactly one, and not 1.0."""
        return self.whole == 1 and not self.decimals


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """Something that is counted: a currency, its hundredth, a unit. Names that one word won't do for go by language."""

    one: str
    many: str
    gender: str = ""  # "f", "m", "n": where the number agrees with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency:
    """Money and its hundredth; `cent` None where it has none in use."""

    unit: Noun
    cent: Noun | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """A time of day as it stood in a text."""

    hour: int
    minute: int
    second: int | None = None
    suffix: str = ""  # "am" or "pm", lower case without dots and spaces


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language's writing of what is not words. Functions give words, without punctuation where they can."""

    code: str
    # --- numbers
    cardinal: Callable[[int], str]  # 0 and up
    thousands: str  # characters that may stand between groups of three digits; spaces always may
    decimal: str  # the decimal mark
    marks: Mapping[str, str]  # how a mark inside a number is read, as {",": "Komma", ".": "Punkt"}
    minus: str
    read_decimals: Callable[[str], str]  # the digits behind the mark
    ordinal: Callable[[int, str], str]  # number, suffix as written in lower case
    ordinal_suffix: str  # a regular expression of what makes an ordinal of the figures before it
    read_year: Callable[[int], str]
    years: range = range(1100, 2100)  # bare four-digit numbers that are read as years
    fraction: Callable[[int, int], str]  # numerator, denominator
    mixed: str = "{whole} {part}"  # a whole number and a fraction
    counted: Callable[[str, Number, Noun], str]  # the number in words, the number, what is counted
    to: str  # between the ends of a range, as in "ten to fifteen"
    # --- what goes with numbers
    percent: str
    per_mille: str
    currencies: Mapping[str, Currency] = field(default_factory=dict)  # sign or code, as "€" and "EUR"
    money: Callable[[str, str], str]  # units in words, hundredths in words
    scales: Mapping[str, str] = field(default_factory=dict)  # between amount and currency: "$3 million", "3 Mio. €"
    units: Mapping[str, Noun] = field(default_factory=dict)  # sign, in the case that it is written in
    phone: Callable[[tuple[str, ...]], str]  # groups of digits, the first may begin with +
    # --- clock and calendar
    times: tuple[str, ...] = ()  # regular expressions with the groups h, m, and s and suffix where there are such
    read_time: Callable[[Time], str]
    date_order: str = "dmy"  # of numeric dates
    read_date: Callable[[int, int, int | None], str]  # day, month, year
    month_dates: tuple[
        tuple[str, Callable[[re.Match[str]], str]], ...
    ] = ()  # patterns with a month's name; function of the match
    # --- words
    one_letter_words: str | None  # letters that are words, lower case; others in a row are spelled. None: not told
    rewrites: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = ()  # first of all, on what is written
    roman: tuple[tuple[str, Callable[[re.Match[str], int], str | None]], ...] = ()  # patterns with ROMAN in them
    abbreviations: Mapping[str, str] = field(default_factory=dict)  # as written, dots included; case counts
    symbols: Mapping[str, str] = field(default_factory=dict)  # "&": "and"
    letters_of_addresses: Mapping[str, str] = field(default_factory=dict)  # in web and mail addresses: ".", "/", "@"
    spellings: Mapping[str, str] = field(
        default_factory=dict
    )  # one word in lower case -> the form that stands for both
    folds: tuple[tuple[str, str], ...] = ()  # last of all, on words in lower case: pattern, replacement
    script: Callable[[str], str] | None = None  # letters that are the same: Arabic alef, Hindi nukta
    elisions: str = ""  # a regular expression of what an apostrophe binds to the next word
    compounds: bool = False  # whether a second score folds compounds
