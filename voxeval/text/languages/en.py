"""English, with the readings of the United States; British spelling and "and" in numbers count as the same."""

from __future__ import annotations

import re
from functools import cache

from voxeval.text.language import Currency, Language, Noun, Number, Time

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
SHORT_MONTHS = {name[:3]: name for name in MONTHS} | {"Sept": "September"}
MONTH = "(?P<month>" + "|".join([*MONTHS, *(rf"{short}(?:\.|\b)" for short in SHORT_MONTHS)]) + ")"
FRACTIONS = {2: ("half", "halves"), 4: ("quarter", "quarters")}


@cache
def _cardinal(number: int) -> str:
    from num2words import num2words

    return str(num2words(number, lang="en")).replace(",", "").replace(" and ", " ")


def _ordinal(number: int, suffix: str = "") -> str:
    from num2words import num2words

    del suffix
    return str(num2words(number, to="ordinal", lang="en")).replace(",", "").replace(" and ", " ")


def _read_year(year: int) -> str:
    """In two halves, but 2000 to 2009 as a number."""
    century, rest = divmod(year, 100)
    if 2000 <= year < 2010:
        return _cardinal(year)
    if rest == 0:
        return f"{_cardinal(century)} hundred"
    return f"{_cardinal(century)} {'oh ' if rest < 10 else ''}{_cardinal(rest)}"


def _read_decimals(figures: str) -> str:
    return " ".join(_cardinal(int(figure)) for figure in figures)


def _fraction(top: int, bottom: int) -> str:
    one, many = FRACTIONS.get(bottom) or (_ordinal(bottom), _ordinal(bottom) + "s")
    return f"{_cardinal(top)} {one if top == 1 else many}"


def _counted(words: str, number: Number, noun: Noun) -> str:
    return f"{words} {noun.one if number.is_one else noun.many}"


def _money(units: str, cents: str) -> str:
    return f"{units} and {cents}"


def _phone(groups: tuple[str, ...]) -> str:
    digits = "".join(groups)
    plus = "plus " if digits.startswith("+") else ""
    return plus + " ".join(_cardinal(int(digit)) for digit in digits.lstrip("+"))


def _read_time(time: Time) -> str:
    """As in "two thirty p m", "fourteen thirty", "three o'clock" and "nine oh five"."""
    hour = _cardinal(time.hour)
    if time.minute == 0:
        words = hour if time.suffix else f"{hour} o'clock" if time.hour <= 12 else f"{hour} hundred"
    else:
        words = f"{hour} {'oh ' if time.minute < 10 else ''}{_cardinal(time.minute)}"
    if time.second:
        words += f" and {_cardinal(time.second)} seconds"
    return f"{words} {' '.join(time.suffix)}" if time.suffix else words


def _read_date(day: int, month: int, year: int | None) -> str:
    words = f"{MONTHS[month - 1]} {_ordinal(day)}"
    return words if year is None else f"{words} {_read_year(year)}"


def _month_date(found: re.Match[str]) -> str:
    written = found["month"].rstrip(".").capitalize()
    month = MONTHS.index(SHORT_MONTHS.get(written, written)) + 1
    year = found.groupdict().get("year")
    return _read_date(int(found["day"]), month, int(year) if year else None)


def _decade(found: re.Match[str]) -> str:
    """The nineteen eighties; the two thousands are no decade."""
    century, tens = int(found[1]), int(found[2])
    decade = "hundreds" if tens == 0 else _cardinal(10 * tens)[:-1] + "ies" if tens > 1 else "tens"
    return f"{'two thousands' if (century, tens) == (20, 0) else f'{_cardinal(century)} {decade}'}"


NUMBERED = (
    "[Cc]hapter|[Pp]art|[Vv]olume|[Aa]ct|[Ss]cene|[Bb]ook|[Ss]ection|[Aa]ppendix|[Pp]hase|[Ll]evel|War|Bowl|[Tt]ype"
)


def _roman_number(found: re.Match[str], value: int) -> str:
    return f"{found['before']} {_cardinal(value)}"


def _roman_ordinal(found: re.Match[str], value: int) -> str:
    return f"{found['before']} the {_ordinal(value)}"


UNITS = {
    "km": Noun(one="kilometer", many="kilometers"),
    "m": Noun(one="meter", many="meters"),
    "cm": Noun(one="centimeter", many="centimeters"),
    "mm": Noun(one="millimeter", many="millimeters"),
    "km/h": Noun(one="kilometer per hour", many="kilometers per hour"),
    "mph": Noun(one="mile per hour", many="miles per hour"),
    "m/s": Noun(one="meter per second", many="meters per second"),
    "mi": Noun(one="mile", many="miles"),
    "ft": Noun(one="foot", many="feet"),
    "in": Noun(one="inch", many="inches"),
    "yd": Noun(one="yard", many="yards"),
    "lb": Noun(one="pound", many="pounds"),
    "gal": Noun(one="gallon", many="gallons"),
    "MB/s": Noun(one="megabyte per second", many="megabytes per second"),
    "lbs": Noun(one="pound", many="pounds"),
    "oz": Noun(one="ounce", many="ounces"),
    "kg": Noun(one="kilogram", many="kilograms"),
    "g": Noun(one="gram", many="grams"),
    "mg": Noun(one="milligram", many="milligrams"),
    "t": Noun(one="ton", many="tons"),
    "l": Noun(one="liter", many="liters"),
    "L": Noun(one="liter", many="liters"),
    "ml": Noun(one="milliliter", many="milliliters"),
    "mL": Noun(one="milliliter", many="milliliters"),
    "cl": Noun(one="centiliter", many="centiliters"),
    "m2": Noun(one="square meter", many="square meters"),
    "km2": Noun(one="square kilometer", many="square kilometers"),
    "m3": Noun(one="cubic meter", many="cubic meters"),
    "°": Noun(one="degree", many="degrees"),
    "°C": Noun(one="degree Celsius", many="degrees Celsius"),
    "°F": Noun(one="degree Fahrenheit", many="degrees Fahrenheit"),
    "KB": Noun(one="kilobyte", many="kilobytes"),
    "kB": Noun(one="kilobyte", many="kilobytes"),
    "MB": Noun(one="megabyte", many="megabytes"),
    "GB": Noun(one="gigabyte", many="gigabytes"),
    "TB": Noun(one="terabyte", many="terabytes"),
    "Mbps": Noun(one="megabit per second", many="megabits per second"),
    "Hz": Noun(one="hertz", many="hertz"),
    "kHz": Noun(one="kilohertz", many="kilohertz"),
    "MHz": Noun(one="megahertz", many="megahertz"),
    "GHz": Noun(one="gigahertz", many="gigahertz"),
    "W": Noun(one="watt", many="watts"),
    "kW": Noun(one="kilowatt", many="kilowatts"),
    "kWh": Noun(one="kilowatt hour", many="kilowatt hours"),
    "V": Noun(one="volt", many="volts"),
    "min": Noun(one="minute", many="minutes"),
    "h": Noun(one="hour", many="hours"),
    "hr": Noun(one="hour", many="hours"),
    "hrs": Noun(one="hour", many="hours"),
    "ms": Noun(one="millisecond", many="milliseconds"),
    "s": Noun(one="second", many="seconds"),
    "sec": Noun(one="second", many="seconds"),
    "dB": Noun(one="decibel", many="decibels"),
    "px": Noun(one="pixel", many="pixels"),
}
DOLLAR = Currency(unit=Noun(one="dollar", many="dollars"), cent=Noun(one="cent", many="cents"))
EURO = Currency(unit=Noun(one="euro", many="euros"), cent=Noun(one="cent", many="cents"))
POUND = Currency(unit=Noun(one="pound", many="pounds"), cent=Noun(one="penny", many="pence"))
RUPEE = Currency(unit=Noun(one="rupee", many="rupees"), cent=Noun(one="paisa", many="paise"))
YEN = Currency(unit=Noun(one="yen", many="yen"))

# British spelling and what else is written in two ways, to the American form. Word families go by pattern, in `folds`.
SPELLINGS = {
    "grey": "gray", "theatre": "theater", "theatres": "theaters", "centre": "center", "centres": "centers",
    "metre": "meter", "metres": "meters", "litre": "liter", "litres": "liters", "kilometre": "kilometer",
    "kilometres": "kilometers", "centimetre": "centimeter", "centimetres": "centimeters", "millimetre": "millimeter",
    "millimetres": "millimeters", "fibre": "fiber", "calibre": "caliber", "defence": "defense", "offence": "offense",
    "licence": "license", "pretence": "pretense", "programme": "program", "programmes": "programs",
    "catalogue": "catalog", "dialogue": "dialog", "analogue": "analog", "travelled": "traveled",
    "travelling": "traveling", "traveller": "traveler", "travellers": "travelers", "cancelled": "canceled",
    "cancelling": "canceling", "modelling": "modeling", "modelled": "modeled", "labelled": "labeled",
    "labelling": "labeling", "jewellery": "jewelry", "cheque": "check", "cheques": "checks",
    "tyre": "tire", "tyres": "tires", "kerb": "curb", "plough": "plow", "sceptical": "skeptical", "mould": "mold",
    "storey": "story", "storeys": "stories", "pyjamas": "pajamas", "cosy": "cozy",
    "naïve": "naive", "café": "cafe", "cafés": "cafes", "doughnut": "donut", "doughnuts": "donuts",
    "ageing": "aging", "judgement": "judgment", "fulfil": "fulfill", "enrol": "enroll", "skilful": "skillful",
    "okay": "ok", "alright": "all right", "anaesthetic": "anesthetic", "paediatric": "pediatric",
    "encyclopaedia": "encyclopedia", "manoeuvre": "maneuver", "oestrogen": "estrogen", "diarrhoea": "diarrhea",
    "draught": "draft", "draughts": "drafts", "artefact": "artifact", "artefacts": "artifacts", "practise": "practice",
    "practised": "practiced", "practising": "practicing", }  # fmt: skip
NUMBER_WORD = (
    "(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    "seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|"
    "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|\\w+teenth|\\w+tieth)"
)
FOLDS = (
    (
        rf"\b(hundred|thousand|million|billion|trillion) and "
        rf"(?={NUMBER_WORD}\b)(?!{NUMBER_WORD} (?:{NUMBER_WORD} )?(?:hundred|thousand|million))",
        r"\1 ",
    ),
    (r"\band one (half|third|quarter)\b", r"and a \1"),
    (r"\bper cent\b", "percent"),
    (r"\b([ap]) m\b", r"\1m"),
    # colour, favourite, neighbourhood: "our" becomes "or", where it is no word of its own
    (
        r"\b(behavi|col|fav|flav|harb|hon|hum|lab|neighb|od|rum|sav|splend|vap|vig|glam|rig|val|endeav|parl|arm|cand|"
        r"clam|tum)our",
        r"\1or",
    ),
    # organise, organisation, analyse
    (
        r"\b(\w*(?:organ|real|recogn|apolog|critic|emphas|energ|final|general|memor|minim|maxim|normal|optim|prior|"
        r"standard|summar|symbol|special|social|modern|material|central|category|character|civil|colon|commercial|"
        r"equal|familiar|global|harmon|hospital|industrial|legal|local|mobil|monopol|national|neutral|personal|"
        r"popular|public|revolution|stabil|steril|subsid|synchron|synthes|tranquil|urban|util|visual|computer|custom|"
        r"author|capital))is(e|ed|es|er|ers|ing|ation|ations)\b",
        r"\1iz\2",
    ),
    (r"\b(anal|paral|catal)ys(e|ed|es|ing)\b", r"\1yz\2"),
)  # fmt: skip

LANGUAGE = Language(
    code="en",
    cardinal=_cardinal,
    thousands=",",
    decimal=".",
    marks={".": "point"},
    minus="minus",
    read_decimals=_read_decimals,
    ordinal=_ordinal,
    ordinal_suffix=r"(?:st|nd|rd|th)\b",
    read_year=_read_year,
    fraction=_fraction,
    mixed="{whole} and {part}",
    counted=_counted,
    to="to",
    percent="percent",
    per_mille="per mille",
    currencies={
        "¢": Currency(unit=Noun(one="cent", many="cents")),
        "$": DOLLAR, "US$": DOLLAR, "USD": DOLLAR, "€": EURO, "EUR": EURO, "£": POUND, "GBP": POUND, "¥": YEN,
        "JPY": YEN, "₹": RUPEE, "INR": RUPEE,
    },
    money=_money,
    scales={
        "thousand": "thousand", "million": "million", "billion": "billion", "trillion": "trillion", "k": "thousand",
        "K": "thousand", "m": "million", "M": "million", "bn": "billion", "B": "billion",
    },
    units=UNITS,
    phone=_phone,
    times=(
        r"(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2}))?(?:\s?(?P<suffix>[ap]\.?\s?m)\b\.?)?(?![\w:])",
        r"(?P<h>\d{1,2})\s?(?P<suffix>[ap]\.?\s?m)\b\.?",
    ),
    read_time=_read_time,
    date_order="mdy",
    read_date=_read_date,
    month_dates=(
        (rf"\b{MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<year>\d{{4}}))?(?!\w|[.:,]\d)", _month_date),
        (
            rf"(?<![\w.,])(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {MONTH}(?:,? (?P<year>\d{{4}}))?"
            r"(?!\w|[.:,]\d)",
            _month_date,
        ),
    ),
    one_letter_words="aio",
    rewrites=(
        (r"(?<![\w.,])(\d{2})(\d)0['’]?s\b", _decade),
        (r"(\d{1,2}(?::\d{2})?) ?- ?(?=\d{1,2}(?::\d{2})? ?[ap]\.?m\b)", r"\1 to "),
        (r"\bJan\.(?= \d{4})", "January"),
        (r"\bFeb\.(?= \d{4})", "February"),
        (r"\bAug\.(?= \d{4})", "August"),
        (r"\bSept?\.(?= \d{4})", "September"),
        (r"\bOct\.(?= \d{4})", "October"),
        (r"\bNov\.(?= \d{4})", "November"),
        (r"\bDec\.(?= \d{4})", "December"),
        (r"#(?=\d)", "number "),
        (r"#(?=\w)", "hashtag "),
        (r"\b([Ee])-(?=mail)", r"\1"),
        (r"\bSt\.(?= [A-Z])", "Saint"),
        (r"\bMt\.(?= [A-Z])", "Mount"),
    ),
    roman=(
        (rf"\b(?P<before>{NUMBERED}) ROMAN\b", _roman_number),
        # Henry VIII; one letter alone is none, as in "Vitamin C"
        (r"\b(?P<before>[A-Z][a-z]{2,}) (?=[IVX]{2,}\b)ROMAN\b(?!['.]\w)", _roman_ordinal),
    ),
    abbreviations={
        "Dr.": "Doctor", "Mr.": "Mister", "Mrs.": "Missus", "Ms.": "Miz", "Prof.": "Professor", "Jr.": "Junior",
        "Sr.": "Senior", "Mr": "Mister", "Mrs": "Missus", "Dr": "Doctor", "vs.": "versus", "vs": "versus",
        "etc.": "et cetera", "etc": "et cetera", "e.g.": "for example", "i.e.": "that is", "approx.": "approximately",
        "Ave.": "Avenue", "Blvd.": "Boulevard", "Apt.": "Apartment", "Gov.": "Governor", "Gen.": "General",
        "Capt.": "Captain", "Sgt.": "Sergeant", "Inc.": "Incorporated", "Ltd.": "Limited", "Corp.": "Corporation",
        "dept.": "department", "Dept.": "Department", "a.m.": "a m", "p.m.": "p m", "No.": "number", "Ph.D.": "PhD",
    },
    symbols={
        "&": "and", "+": "plus", "=": "equals", "@": "at", "%": "percent", "°": "degrees", "©": "copyright",
        "×": "times", "÷": "divided by", "#": "hash", "$": "dollars", "€": "euros", "£": "pounds",
    },
    letters_of_addresses={
        ".": "dot", "/": "slash", "@": "at", "-": "dash", "_": "underscore", ":": "colon", "?": "question mark",
        "=": "equals", "&": "and", "#": "hash",
    },
    spellings=SPELLINGS,
    folds=FOLDS,
)  # fmt: skip
