"""Rules that turn what is not words into words: numbers, money, units, dates, times, telephone numbers, fractions.

Each takes a text and gives a text, and knows one thing. They work on text after `unicode` and `quotes`: digits are
ASCII, apostrophes are ', dashes are -. What a rule reads it sets between spaces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from voxeval.text.language import Currency, Language, Noun, Number, Time

Rewrite = Callable[[str], str]

ROMAN = (
    r"(?P<roman>(?=[IVXLCDM]+(?![^\W_]))M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
    r"(?<=[IVXLCDM])(?![^\W_]))"
)
ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
# Behind figures: no digit, nor a mark that goes on to one.
YEARS = re.compile(r"(?:1\d|20)\d\d-(?:1\d|20)\d\d")  # from one year to another: no telephone number
ADDRESS = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # somebody@example.org
    r"|(?:https?://|www\.)[\w./#?=&%+~:-]*[\w/]"
    r"|(?<![\w.@])[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|edu|gov|io|ai|eu|example|test|invalid|de|fr|es|it|nl|pt|br|in|uk)"
    r"(?![\w-])(?:/[\w./#?=&%+~-]*\w)?"
    r"|(?<![\w.@])[\w-]+\.(?:docx?|xlsx?|pptx?|pdf|txt|csv|json|html?|jpe?g|png|mp3|mp4|wav|zip|py)(?![\w-])",
    re.IGNORECASE,
)
END = r"(?!\d|[.,:]\d)"
START = r"(?<!\d)(?<!\d[.,:])"


class Numbers:
    """The numbers of a language: their pattern, and how they are read."""

    def __init__(self, language: Language) -> None:
        self.language = language
        between = "[" + re.escape(language.thousands) + r" \u00a0\u202f]"
        grouped = rf"\d{{1,3}}(?:{between}\d{{3}})+(?!\d)"
        if language.code == "hi":  # lakh and crore: 12,34,567
            grouped = rf"{grouped}|\d{{1,2}}(?:,\d{{2}})*,\d{{3}}(?!\d)"
        marks = "".join(re.escape(mark) for mark in language.marks)
        self.unsigned = rf"(?:{grouped}|\d+)(?:[{marks}]\d+)?"
        self.signed = rf"(?:(?<![\w)])[-+])?{self.unsigned}"
        self._parts = re.compile(rf"(?P<sign>[-+]?)(?P<whole>{grouped}|\d+)(?:(?P<mark>[{marks}])(?P<decimals>\d+))?")

    def parse(self, figures: str) -> Number:
        """The number that figures stand for. Raises ValueError where they stand for none."""
        found = self._parts.fullmatch(figures)
        if found is None:
            raise ValueError(f"{figures!r} is no number in {self.language.code!r}")
        digits = re.sub(r"\D", "", found["whole"])
        return Number(
            whole=int(digits),
            figures=digits,
            decimals=found["decimals"] or "",
            mark=found["mark"] or "",
            negative=found["sign"] == "-",
        )

    def read(self, number: Number) -> str:
        """The number in words."""
        language = self.language
        long = len(number.figures) > 1 and (number.figures[0] == "0" or len(number.figures) > 15)
        words = self.digits(number.figures) if long else language.cardinal(number.whole)
        if number.decimals:
            words = f"{words} {language.marks[number.mark]} {language.read_decimals(number.decimals)}"
        return f"{language.minus} {words}" if number.negative else words

    def digits(self, figures: str) -> str:
        """Digit by digit."""
        return " ".join(self.language.cardinal(int(digit)) for digit in figures)

    def counted(self, figures: str, noun: Noun) -> str:
        """A number of something."""
        number = self.parse(figures)
        return self.language.counted(self.read(number), number, noun)


def spaced(words: str) -> str:
    """Words that stand for themselves, whatever they are next to."""
    return f" {words} "


def dates(language: Language) -> Rewrite:
    """Numeric dates, in the language's order and as ISO 8601; then those with a month's name."""
    year = r"(?P<y>\d{4}|\d{2})"
    first, second = ("d", "m") if language.date_order == "dmy" else ("m", "d")
    numeric = re.compile(rf"{START}(?P<{first}>\d{{1,2}})(?P<mark>[./-])(?P<{second}>\d{{1,2}})(?P=mark){year}{END}")
    iso = re.compile(rf"{START}(?P<y>\d{{4}})-(?P<m>\d{{2}})-(?P<d>\d{{2}}){END}")
    named = [(re.compile(pattern, re.IGNORECASE), read) for pattern, read in language.month_dates]

    def read(found: re.Match[str]) -> str:
        day, month, written = int(found["d"]), int(found["m"]), found["y"]
        if not (1 <= day <= 31 and 1 <= month <= 12):
            return found[0]
        number = int(written)
        if len(written) == 2:
            number += 2000 if number < 50 else 1900
        return spaced(language.read_date(day, month, number))

    def rewrite(text: str) -> str:
        text = numeric.sub(read, iso.sub(read, text))
        for pattern, words in named:
            text = pattern.sub(_reading(words), text)
        return text

    return rewrite


def times(language: Language) -> Rewrite:
    """Times of day, as the language writes them."""
    patterns = [re.compile(rf"{START}{pattern}", re.IGNORECASE) for pattern in language.times]

    def read(found: re.Match[str]) -> str:
        groups = found.groupdict()
        hour, minute = int(groups["h"]), int(groups.get("m") or 0)
        second = int(groups["s"]) if groups.get("s") else None
        if hour > 24 or minute > 59 or (second or 0) > 59:
            return found[0]
        suffix = re.sub(r"[.\s]", "", (groups.get("suffix") or "").lower())
        return spaced(language.read_time(Time(hour=hour, minute=minute, second=second, suffix=suffix)))

    def rewrite(text: str) -> str:
        for pattern in patterns:
            text = pattern.sub(read, text)
        return text

    return rewrite


def phones(language: Language) -> Rewrite:
    """Telephone numbers: at least 7 digits in groups that are no thousands, or a + with 8 digits and more."""
    pattern = re.compile(
        r"(?<![\w.,+-])(?P<number>\+\d{1,3}(?:[ /-]?\(?\d{1,4}\)?)+|\(?\d{2,5}\)?(?:[ /-]\d{2,6}){1,5})"
        r"(?![\w-]|[.,:]\d)"
    )

    def read(found: re.Match[str]) -> str:
        if YEARS.fullmatch(found["number"]):
            return found[0]
        groups = tuple(re.findall(r"\+?\d+", found["number"]))
        n_digits = sum(len(group.lstrip("+")) for group in groups)
        thousands = " " in found[0] and all(len(group) == 3 for group in groups[1:]) and len(groups[0]) <= 3
        zero = groups[0].startswith(("0", "+")) or found[0].startswith("(")
        rising = len(groups) == 2 and len(groups[0]) == len(groups[1]) and groups[0] < groups[1]  # more like a range
        if (
            not 7 <= n_digits <= 15
            or (thousands and not zero)
            or (len(groups) == 2 and not zero and (n_digits > 8 or rising))
        ):
            return found[0]
        return spaced(language.phone(groups))

    return lambda text: pattern.sub(read, text)


def currency(language: Language, numbers: Numbers) -> Rewrite:
    """Amounts of money, the sign before or behind them, with hundredths."""
    signs = "|".join(_longest_first(language.currencies))
    scales = "|".join(_longest_first(language.scales))
    scale = rf"(?:[ \u00a0\u202f-]?(?P<scale>{scales})(?!\w))?" if scales else "(?P<scale>)"
    # A letter at the sign's end may not go on, as in "EURO"; a sign like $ may stand against a figure.
    sign = rf"(?P<sign>(?<![^\W\d_])(?:{signs})(?![^\W\d_]))"
    gap = r"[ \u00a0\u202f]?"
    before = re.compile(rf"(?P<minus>(?<![\w)])-)?{sign}{gap}{START}(?P<amount>{numbers.unsigned}){END}{scale}")
    behind = re.compile(rf"{START}(?P<amount>{numbers.signed}){scale}{gap}{sign}")

    def read(found: re.Match[str]) -> str:
        amount = numbers.parse(found["amount"])
        known = language.currencies[found["sign"]]
        words = money(amount, known, found["scale"])
        minus = found.groupdict().get("minus") and not amount.negative
        return spaced(f"{language.minus} {words}" if minus else words)

    def money(amount: Number, known: Currency, scale: str | None) -> str:
        if scale:
            plain = numbers.read(amount)
            return f"{plain} {language.scales[scale]} {known.unit.many}"
        if known.cent is None or len(amount.decimals) != 2 or amount.mark != language.decimal:
            return language.counted(numbers.read(amount), amount, known.unit)
        whole = Number(whole=amount.whole, figures=amount.figures, negative=amount.negative)
        cents = Number(whole=int(amount.decimals), figures=str(int(amount.decimals)))
        units = language.counted(numbers.read(whole), whole, known.unit)
        hundredths = language.counted(numbers.read(cents), cents, known.cent)
        if not cents.whole:
            return units
        return hundredths if not whole.whole else language.money(units, hundredths)

    return lambda text: behind.sub(read, before.sub(read, text)) if signs else text


def percent(language: Language, numbers: Numbers) -> Rewrite:
    """Numbers of hundredths and thousandths."""
    pattern = re.compile(rf"{START}(?P<number>{numbers.signed})[ \u00a0\u202f]?(?P<sign>[%‰])")
    names = {"%": language.percent, "‰": language.per_mille}

    def read(found: re.Match[str]) -> str:
        return spaced(f"{numbers.read(numbers.parse(found['number']))} {names[found['sign']]}")

    return lambda text: pattern.sub(read, text)


def units(language: Language, numbers: Numbers) -> Rewrite:
    """Numbers with a unit behind them."""
    signs = "|".join(_longest_first(language.units))
    pattern = re.compile(
        rf"{START}(?<!\d/)(?P<number>{numbers.signed})[ \u00a0\u202f-]?(?P<unit>{signs})(?![\w/^]|['-]\w)"
    )

    def read(found: re.Match[str]) -> str:
        return spaced(numbers.counted(found["number"], language.units[found["unit"]]))

    return lambda text: pattern.sub(read, text) if signs else text


def ranges(language: Language, numbers: Numbers) -> Rewrite:
    """Two numbers with a dash between them: from the smaller to the larger. The numbers stay as they are."""
    pattern = re.compile(
        rf"(?<![\w.,:/-]){START}(?P<low>{numbers.unsigned}) ?- ?(?P<high>{numbers.unsigned})(?![-/\w])(?![.,:]\d)"
        rf"|(?<![\w.,:/-]){START}(?P<low_>{numbers.unsigned}) ?- ?(?P<high_>{numbers.unsigned})"
        rf"(?=[ \u00a0\u202f]?(?:%|‰|[^\W\d_]+(?![\w-]))|[€$£°])"
    )

    def read(found: re.Match[str]) -> str:
        low, high = found["low"] or found["low_"], found["high"] or found["high_"]
        small, large = numbers.parse(low), numbers.parse(high)
        if small.figures[0] == "0" and len(small.figures) > 1:
            return found[0]  # an area code
        if (small.whole, small.decimals) >= (large.whole, large.decimals):
            return found[0]
        return f"{low} {language.to} {high}"

    return lambda text: pattern.sub(read, text)


def fractions(language: Language) -> Rewrite:
    """Fractions, alone and behind a whole number; not more than three digits on a side."""
    pattern = re.compile(
        r"(?<![\w.,/-])(?:(?P<whole>\d{1,3}) )?(?P<top>\d{1,3})/(?P<bottom>\d{1,3})(?![\w/])(?![.,]\d)"
    )

    def read(found: re.Match[str]) -> str:
        top, bottom = int(found["top"]), int(found["bottom"])
        if not 0 < top < bottom:
            return found[0]
        part = language.fraction(top, bottom)
        if found["whole"] is None:
            return spaced(part)
        return spaced(language.mixed.format(whole=language.cardinal(int(found["whole"])), part=part))

    return lambda text: pattern.sub(read, text)


def ordinals(language: Language) -> Rewrite:
    """Figures with the suffix of an ordinal."""
    if not language.ordinal_suffix:
        return lambda text: text
    pattern = re.compile(
        rf"(?<![\w.,-]){START}(?P<number>\d{{1,6}})(?P<suffix>{language.ordinal_suffix})", re.IGNORECASE
    )

    def read(found: re.Match[str]) -> str:
        return spaced(language.ordinal(int(found["number"]), found["suffix"].lower()))

    return lambda text: pattern.sub(read, text)


def roman(language: Language) -> Rewrite:
    """Roman numerals where the language uses them: its patterns say next to what."""
    patterns = [(re.compile(pattern.replace("ROMAN", ROMAN)), read) for pattern, read in language.roman]

    def rewrite(text: str) -> str:
        for pattern, words in patterns:
            text = pattern.sub(_roman_reading(words), text)
        return text

    return rewrite


def roman_value(numeral: str) -> int:
    """The value of a Roman numeral."""
    values = [ROMAN_VALUES[letter] for letter in numeral]
    return sum(-value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True))


def years(language: Language) -> Rewrite:
    """Bare numbers of four digits that are read as years."""
    pattern = re.compile(r"(?<![\w.,:/+-])(?P<year>\d{4})(?![\w/:]|[.,]\d|-\d)")

    def read(found: re.Match[str]) -> str:
        number = int(found["year"])
        return spaced(language.read_year(number)) if number in language.years else found[0]

    return lambda text: pattern.sub(read, text)


def plain_numbers(language: Language, numbers: Numbers) -> Rewrite:
    """Whatever figures are left: each number as it is read, and what is no number digit group by digit group."""
    pattern = re.compile(rf"{START}{numbers.signed}{END}")
    group = re.compile(r"\d+")

    def read(found: re.Match[str]) -> str:
        words = numbers.read(numbers.parse(found[0].lstrip("+")))
        plus = f"{language.symbols['+']} " if found[0].startswith("+") and "+" in language.symbols else ""
        return spaced(plus + words)

    def read_group(found: re.Match[str]) -> str:
        figures = found[0]
        whole = Number(whole=int(figures), figures=figures)
        return spaced(numbers.read(whole))

    return lambda text: group.sub(read_group, pattern.sub(read, text))


def abbreviations(language: Language) -> Rewrite:
    """Abbreviations with one reading, as they are written."""
    if not language.abbreviations:
        return lambda text: text
    known = {_squeezed(key): value for key, value in language.abbreviations.items()}
    pattern = re.compile(
        r"(?<![\w'])(?:" + "|".join(_with_spaces(key) for key in _sorted(language.abbreviations)) + r")(?![\w'])"
    )

    def read(found: re.Match[str]) -> str:
        words = known[_squeezed(found[0])]
        return words + " " if found[0].endswith(".") else words

    return lambda text: pattern.sub(read, text)


def addresses(language: Language) -> Rewrite:
    """Web and mail addresses, each sign by its name; figures in them stay for other rules."""
    parts = language.letters_of_addresses

    def spell(found: re.Match[str]) -> str:
        return spaced("".join(spaced(parts[sign]) if sign in parts else sign for sign in found[0]))

    return lambda text: ADDRESS.sub(spell, text) if parts else text


def symbols(language: Language) -> Rewrite:
    """Signs that are read as words."""
    if not language.symbols:
        return lambda text: text
    pattern = re.compile("[" + "".join(re.escape(sign) for sign in language.symbols) + "]")
    return lambda text: pattern.sub(lambda found: spaced(language.symbols[found[0]]), text)


def _longest_first(names: Mapping[str, object]) -> Iterable[str]:
    return (re.escape(name) for name in _sorted(names))


def _sorted(names: Mapping[str, object]) -> list[str]:
    return sorted(names, key=lambda name: (-len(name), name))


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def _with_spaces(name: str) -> str:
    """A pattern of an abbreviation in which each space may be missing or a no-break one."""
    return r"[ \u00a0\u202f]?".join(re.escape(part) for part in name.split(" "))


def _reading(words: Callable[[re.Match[str]], str]) -> Callable[[re.Match[str]], str]:
    return lambda found: spaced(words(found))


def _roman_reading(words: Callable[[re.Match[str], int], str | None]) -> Callable[[re.Match[str]], str]:
    def read(found: re.Match[str]) -> str:
        said = words(found, roman_value(found["roman"]))
        return found[0] if said is None else spaced(said)

    return read
