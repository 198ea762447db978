"""German, with the readings of Germany.

Two things go beyond spelling: "hundert" and "einhundert" count as one, and so do "fünfzehnhundert" and
"eintausendfünfhundert", since a transcript has the same figures, 1500, for both.
"""

from __future__ import annotations

import re
from functools import cache

from voxeval.text.language import Currency, Language, Noun, Number, Time
from voxeval.text.reading import roman_value

GAP = "[ \u00a0\u202f]"
# What may not stand before figures that are read here: they would be a part of other figures.
ALONE = rf"(?<![\w.,:/-])(?<!\d{GAP})"
MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
    "Dezember",
)  # fmt: skip
SHORT_MONTHS = {name[:3]: name for name in MONTHS if name != "Mai"} | {"Sept": "September", "Jän": "Jänner"}
WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag", "Sonnabend")
SHORT_WEEKDAYS = {name[:2]: name for name in WEEKDAYS[:7]}

# --- numbers ---------------------------------------------------------------------------------------------------------


@cache
def _cardinal(number: int) -> str:
    from num2words import num2words

    return str(num2words(number, lang="de")).replace("einstausend", "eintausend").lower()


@cache
def _ordinal_stem(number: int) -> str:
    """An ordinal without its ending: "dritt", "zwanzigst"."""
    from num2words import num2words

    return str(num2words(number, to="ordinal", lang="de")).replace("einstausend", "eintausend").lower()[:-1]


def _ordinal(number: int, suffix: str = "") -> str:
    """Of figures with letters behind them: "3te", "1ster"."""
    return _ordinal_stem(number) + re.sub(r"^-?s?t", "", suffix)


def _read_year(year: int) -> str:
    """In hundreds before 2000."""
    century, rest = divmod(year, 100)
    if not 11 <= century <= 19:
        return _cardinal(year)
    return f"{_cardinal(century)}hundert{_cardinal(rest) if rest else ''}"


def _read_decimals(figures: str) -> str:
    return " ".join(_cardinal(int(figure)) for figure in figures)


def _part(bottom: int) -> str:
    return "halb" if bottom == 2 else f"{_ordinal_stem(bottom)}el"


def _one_before(words: str) -> str:
    """The number as it is before a noun or in a word: "ein", not "eins"."""
    return re.sub(r"eins$", "ein", words)


def _fraction(top: int, bottom: int) -> str:
    return f"{_one_before(_cardinal(top))} {_part(bottom)}"


def _mixed(found: re.Match[str]) -> str:
    """Such as "zweieinhalb", "dreidreiviertel"."""
    whole, top, bottom = int(found["whole"]), int(found["top"]), int(found["bottom"])
    if not 0 < top < bottom:
        return found[0]
    return f" {_one_before(_cardinal(whole))}{_one_before(_cardinal(top))}{_part(bottom)}{(found['rest'] or '')[1:]} "


def _counted(words: str, number: Number, noun: Noun) -> str:
    if not number.is_one:
        return f"{words} {noun.many}"
    return f"{_one_before(words)}{'e' if noun.gender == 'f' else ''} {noun.one}"


def _money(units: str, cents: str) -> str:
    """Units and hundredths without the name of these: "drei Euro fünfzig"."""
    words = cents.rsplit(" ", 1)[0]
    return f"{units} {'eins' if words == 'ein' else words}"


def _phone(groups: tuple[str, ...]) -> str:
    digits = "".join(groups)
    plus = "plus " if digits.startswith("+") else ""
    return plus + " ".join(_cardinal(int(digit)) for digit in digits.lstrip("+"))


def _telephone(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    return f" {_phone((digits,))} " if 7 <= len(digits) <= 13 else found[0]


def _range(found: re.Match[str]) -> str:
    """A range of numbers that would pass for a telephone number: "1939-1945"."""
    low, high = found["low"], found["high"]
    return f"{low} bis {high}" if int(low) < int(high) else found[0]


def _joined(found: re.Match[str]) -> str:
    """One word for "18-jährig"."""
    return f" {_one_before(_cardinal(int(found['number'])))}{found['rest'].replace('%', 'prozent').lower()}"


TENS_AND_SUCH = {1: "einser", 7: "siebener", 100: "hunderter", 1000: "tausender", 0: "nuller"}


def _times(found: re.Match[str]) -> str:
    return f" {_one_before(_cardinal(int(found['number'])))}mal"


def _er(found: re.Match[str]) -> str:
    """The word for "80er"."""
    number = int(found["number"].replace(".", ""))
    if number in TENS_AND_SUCH:
        return f" {TENS_AND_SUCH[number]}"
    return f" {_read_year(number) if 1100 <= number < 2100 else _cardinal(number)}er"


# --- nouns, their gender, and what stands before them ----------------------------------------------------------------


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


FEMININE = re.compile(
    r"(?:ung|heit|keit|schaft|ion|tät|ik|ie|enz|liga|person|nacht|hand|welt|kraft|zeit|staffel|tür|frau|wahl|kammer|"
    r"(?<!^nam)(?<!^jung)(?<!kund)(?<!zeug)(?<!gedank)(?<!end)(?<!aug)(?<!buchstab)(?<!kolleg)(?<!deutsch)(?<!käs)"
    r"(?<!interess)(?<!gebirg)(?<!vorsitzend)(?<!freiwillig)(?<!abgeordnet)(?<!gebäud)(?<!ergebniss)e)$",
    re.IGNORECASE,
)
NEUTER = re.compile(
    r"(?:mal|jahr|kind|tor|buch|haus|spiel|kapitel|semester|quartal|jahrhundert|jahrtausend|jh|gebot|leben|zimmer|"
    r"geschoss|stockwerk|bein|auge|ende|treffen|konzert|mitglied|land|gesetz|paar|rennen|viertel|drittel|heft|regiment|"
    r"bataillon|reich|programm|gleis|modell|foto|konzil|werk|bier|glas|fenster|gebäude|auto|ziel|opfer|album|kreuz|ohr|"
    r"baby|date|gericht|schiff|pferd|chen|lein|ment|(?<!a)um)$",
    re.IGNORECASE,
)
MASCULINE = re.compile(
    r"(?:platz|stock|tag|teil|akt|krieg|satz|rang|advent|gang|versuch|anlauf|bezirk|senat|gesang|aufzug|auftritt|fc|"
    r"bürgermeister|vorsitzender|band|schritt|preis|abschnitt|monat|januar|februar|märz|april|mai|juni|juli|august|"
    r"september|oktober|november|dezember)$",
    re.IGNORECASE,
)
POSSESSIVES = ("ein", "kein", "mein", "dein", "sein", "ihr", "unser", "euer", "eur")
DEMONSTRATIVES = ("dies", "jed", "jen", "welch", "manch")
STRONG = _set(
    "den dem des im am zum zur beim vom bis ab seit überm unterm hinterm vorm nach vor diesem diesen jedem jeden jenem "
    "jenen welchem welchen manchem manchen beiden"
) | {stem + ending for stem in POSSESSIVES for ending in ("em", "en", "es")}  # fmt: skip
WEAK = _set(
    "die das ins ans aufs fürs durchs ums"
) | {
    stem + "e" for stem in (*POSSESSIVES, *DEMONSTRATIVES)
} | {stem + "es" for stem in DEMONSTRATIVES}  # fmt: skip
WITH_ER = frozenset({"der"} | {stem + "er" for stem in (*DEMONSTRATIVES, *POSSESSIVES)})
DATIVE = _set(
    "in an auf aus bei mit nach seit von zu vor hinter neben über unter zwischen während wegen trotz ab außer"
)
ACCUSATIVE = _set("für ohne durch gegen um bis")
DETERMINERS = (STRONG - {"bis", "ab", "seit", "nach", "vor", "beiden"}) | WEAK | WITH_ER | set(POSSESSIVES)
# Words that begin sentences: no nouns that an ordinal may go with.
BEGINNINGS = _set(
    "Aber Alle Alles Als Also Am An Auch Auf Aus Bei Beim Bis Da Damit Dann Darum Das Dass Dazu Dem Den Denn Der Des "
    "Deshalb Die Dies Diese Dieser Dieses Doch Dort Durch Ein Eine Einen Einer Er Erst Es Für Ganz Hier Ich Ihr Ihre "
    "Im In Ist Ja Jede Jeder Jetzt Kein Keine Mal Man Mein Meine Mit Nach Nein Nicht Noch Nun Nur Ob Oder Ohne Schon "
    "Sehr Sein Seine Seit Sie So Später Trotzdem Über Um Und Uns Unser Unter Vielleicht Vom Von Vor Wann War Warum Was "
    "Weil Wenn Wer Wie Wir Wo Zu Zum Zur Zwar Zwischen"
)  # fmt: skip
CHAIN = re.compile(
    rf"(?:\d{{1,4}}\.{GAP}?(?:(?:{'|'.join(MONTHS)}|\d{{1,2}}\.){GAP}?)?(?:\d{{4}}{GAP})?(?:und|oder|bis|sowie|,){GAP})+$"
)
WEEKDAY_BEFORE = re.compile(rf"(?:{'|'.join(WEEKDAYS)}),?{GAP}$")
SHORT_DATE_AFTER = re.compile(rf"{GAP}?(?:bis|-){GAP}?(?:zum{GAP})?\d{{1,2}}\.{GAP}?\d{{1,2}}\.")
SHORT_DATE_BEFORE = re.compile(rf"\d{{1,2}}\.{GAP}?\d{{1,2}}\.{GAP}?(?:bis|-){GAP}?$")
LAST_WORD = re.compile(rf"([^\W\d_]+){GAP}+$")


def _words_before(text: str) -> tuple[str, str]:
    """The last word and the one before it, lower case; nothing beyond a punctuation mark."""
    last = LAST_WORD.search(text)
    if last is None:
        return "", ""
    other = LAST_WORD.search(text[: last.start()])
    return last[1].lower(), other[1].lower() if other else ""


def _gender(noun: str) -> str:
    return "n" if NEUTER.search(noun) else "f" if FEMININE.search(noun) else "m"


def _ending(text: str, noun: str) -> str:
    """How an ordinal ends behind this text and before this word."""
    text = CHAIN.sub("", text)
    weekday = WEEKDAY_BEFORE.search(text)
    if weekday:
        before = _words_before(text[: weekday.start()])[0]
        return "en" if before in STRONG else "er"
    last, other = _words_before(text)
    gender = _gender(noun)
    if last in STRONG:
        return "en"
    if last in WEAK:
        return "e"
    if last in WITH_ER and last != "unser":
        dative = other in DATIVE or (noun[:1].isupper() and gender == "f")
        return "en" if dative else "e"
    if last == "als":
        return "e" if re.search(r"\b[Ss]ie\b(?!.*\b[Ee]r\b)", text[-60:]) else "er"
    if last in DATIVE:
        return "er" if gender == "f" else "em"
    return {"m": "er", "f": "e", "n": "es"}[gender]


def _of(number: str, ending: str) -> str:
    return f" {_ordinal_stem(int(number))}{ending} "


def _ordinal_in_text(found: re.Match[str]) -> str:
    """An ordinal where its full stop ends no sentence."""
    text, noun = found.string[: found.start()], found["noun"] or ""
    last = _words_before(CHAIN.sub("", text))[0]
    if not noun:  # "am 3."
        is_ordinal = last in {"am", "vom", "zum", "den", "dem", "der"} and int(found["number"]) <= 31
    elif noun[0].islower():
        is_ordinal = True
    elif last in DETERMINERS:
        is_ordinal = noun not in BEGINNINGS or noun == "Mal" or last in {"am", "vom", "zum", "beim", "im"}
    elif last in DATIVE:
        is_ordinal = noun not in BEGINNINGS and bool(FEMININE.search(noun))
    else:
        known = NEUTER.search(noun) or FEMININE.search(noun) or MASCULINE.search(noun)
        is_ordinal = not last and noun not in BEGINNINGS and bool(known)
    return _of(found["number"], _ending(text, noun)) if is_ordinal else found[0]


def _day_of_month(found: re.Match[str]) -> str:
    """The day before a month's name; what follows is left to other rules."""
    month = found["month"]
    return _of(found["day"], _ending(found.string[: found.start()], "Mai")) + SHORT_MONTHS.get(month, month)


def _numeric_date(found: re.Match[str]) -> str:
    groups = found.groupdict()
    day, month, year = int(groups["d"]), int(groups["m"]), groups.get("y")
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return found[0]
    words = _of(str(day), _ending(found.string[: found.start()], "Mai")) + MONTHS[month - 1]
    if year is None:
        return words + " "
    number = int(year) + (0 if len(year) == 4 else 2000 if int(year) < 50 else 1900)
    return f"{words} {_read_year(number)} "


def _short_date(found: re.Match[str]) -> str:
    """Day and month, behind a word that goes with dates."""
    text = found.string[: found.start()]
    last = _words_before(CHAIN.sub("", text))[0]
    certain = "0" in (found["d"][0], found["m"][0]) or SHORT_DATE_AFTER.match(found.string[found.end() :])
    certain = certain or SHORT_DATE_BEFORE.search(text)
    return (
        _numeric_date(found)
        if certain or last in {"am", "vom", "zum", "bis", "ab", "seit", "den", "dem", "der"}
        else found[0]
    )


def _read_date(day: int, month: int, year: int | None) -> str:
    words = f"{_ordinal_stem(day)}er {MONTHS[month - 1]}"
    return words if year is None else f"{words} {_read_year(year)}"


def _read_time(time: Time) -> str:
    """Such as "vierzehn Uhr dreißig"."""
    words = f"{_one_before(_cardinal(time.hour))} Uhr"
    if time.minute:
        words += f" {_cardinal(time.minute)}"
    if time.second:
        seconds = "eine Sekunde" if time.second == 1 else f"{_cardinal(time.second)} Sekunden"
        words += f" und {seconds}"
    return words


def _score(found: re.Match[str]) -> str:
    """A score or ratio, "3 zu 1" for "3:1", unless it is a time."""
    left, right = found["left"], found["right"]
    if len(right) == 2 and int(left) <= 24 and int(right) <= 59:
        return found[0]
    return f" {left} zu {right}"


def _one_of(found: re.Match[str]) -> str:
    """One of something, as in "1 Stunde": the article agrees with the noun and with what stands before it."""
    noun = ONES[found["noun"]]
    before = _words_before(found.string[: found.start()])[0]
    if before in DATIVE:
        article = "einer" if noun.gender == "f" else "einem"
    else:
        accusative = noun.gender == "m" and before in ACCUSATIVE
        article = "eine" if noun.gender == "f" else "einen" if accusative else "ein"
    minus = "minus " if found["minus"] else ""
    return f" {minus}{article} {noun.one} "


def _half_of(found: re.Match[str]) -> str:
    """Half of something, as in "½ TL": within a sentence such a measure is rarely the subject."""
    noun = ONES[found["noun"]]
    text = found.string[: found.start()]
    if _words_before(text)[0] in DATIVE:
        article = "einer halben" if noun.gender == "f" else "einem halben"
    else:
        masculine = "einen halben" if text.strip() else "ein halber"
        article = {"f": "eine halbe", "n": "ein halbes"}.get(noun.gender, masculine)
    return f" {article} {noun.one} "


# --- Roman numerals --------------------------------------------------------------------------------------------------

RULERS = (
    "Adolf|Albert|Albrecht|Alexander|Alfons|Amenophis|Antiochos|Artaxerxes|August|Benedikt|Bonifatius|Calixtus|Charles|"
    "Christian|Clemens|Cölestin|Dareios|David|Eduard|Erich|Erik|Ernst|Eugen|Felipe|Ferdinand|Franz|Friedrich|Georg|"
    "Gregor|Gustav|Haakon|Hadrian|Harald|Heinrich|Innozenz|Iwan|Jakob|James|Johann|Johannes|Joseph|Josef|Julius|Karl|"
    "Konrad|Konstantin|Leo|Leopold|Lothar|Ludwig|Maximilian|Mehmed|Murad|Napoleon|Nikolaus|Olaf|Otto|Paul|Pedro|Peter|"
    "Philipp|Pius|Ptolemaios|Ramses|Richard|Robert|Rudolf|Selim|Sigismund|Silvester|Sixtus|Stephan|Thutmosis|Urban|"
    "Viktor|Wenzel|Wilhelm|William|Xerxes|Emanuel|Carlos"
)
QUEENS = "Anna|Beatrix|Christina|Elisabeth|Elizabeth|Isabella|Johanna|Katharina|Margarethe|Margrethe|Maria|Viktoria"
TITLES = "Papst|König|Kaiser|Zar|Herzog|Fürst|Graf|Sultan|Pharao|Prinz"
NUMBERED = (
    "Kapitel|Teil|Band|Akt|Szene|Abschnitt|Artikel|Stufe|Phase|Klasse|Typ|Anhang|Buch|Variante|Gruppe|Kategorie|Tafel|"
    "Formel|Weltkrieg|Lektion|Anlage|Abteilung|Nummer|Zone|Modul|Block"
)
IVX = r"(?=[IVX]+(?![^\W_]))ROMAN(?<=[IVX])(?![^\W_])"
SEVERAL = r"(?=[IVX]{2,}(?![^\W_]))ROMAN(?<=[IVX])(?![^\W_])"


def _roman_ruler(found: re.Match[str], value: int) -> str:
    """Such as "Ludwig der Vierzehnte", in the case of what stands before him."""
    name, is_queen = found["name"], re.fullmatch(f"(?:{QUEENS})s?", found["name"]) is not None
    before = re.sub(rf"(?:(?:{TITLES}|Königin|Kaiserin|Zarin|{RULERS}){GAP})+$", "", found.string[: found.start()])
    last = _words_before(before)[0]
    genitive = name.endswith("s") and re.fullmatch(f"(?:{RULERS}|{QUEENS})s", name) is not None
    if genitive:
        article, ending = "der" if is_queen else "des", "en"
    elif last in DATIVE or last in {"vom", "zum", "beim", "dem"}:
        article, ending = "der" if is_queen else "dem", "en"
    elif last in ACCUSATIVE:
        article, ending = ("die", "e") if is_queen else ("den", "en")
    else:
        article, ending = "die" if is_queen else "der", "e"
    return f"{name} {article} {_ordinal_stem(value)}{ending}"


def _roman_number(found: re.Match[str], value: int) -> str:
    return f"{found['name']} {_cardinal(value)}"


def _roman_ordinal(found: re.Match[str]) -> str:
    return f" {roman_value(found['roman'])}."


# --- units, money ----------------------------------------------------------------------------------------------------


def _same(name: str, gender: str = "m") -> Noun:
    return Noun(one=name, many=name, gender=gender)


def _with_n(name: str) -> Noun:
    return Noun(one=name, many=name + ("n" if name.endswith("e") else "en"), gender="f")


HOUR, MINUTE, SECOND, TON = _with_n("Stunde"), _with_n("Minute"), _with_n("Sekunde"), _with_n("Tonne")
UNITS = {
    "km": _same("Kilometer"), "m": _same("Meter"), "dm": _same("Dezimeter"), "cm": _same("Zentimeter"),
    "mm": _same("Millimeter"), "μm": _same("Mikrometer"), "nm": _same("Nanometer"), "sm": _with_n("Seemeile"),
    "km/h": _same("Kilometer pro Stunde"), "km/s": _same("Kilometer pro Sekunde"),
    "m/s": _same("Meter pro Sekunde"), "m/s2": _same("Meter pro Quadratsekunde"),
    "l/min": _same("Liter pro Minute"), "g/l": _same("Gramm pro Liter", "n"),
    "mg/l": _same("Milligramm pro Liter", "n"),
    "g/km": _same("Gramm pro Kilometer", "n"), "g/cm3": _same("Gramm pro Kubikzentimeter", "n"),
    "kg": _same("Kilogramm", "n"), "g": _same("Gramm", "n"), "mg": _same("Milligramm", "n"),
    "μg": _same("Mikrogramm", "n"), "t": TON, "kt": _with_n("Kilotonne"), "Ztr.": _same("Zentner"),
    "l": _same("Liter"), "L": _same("Liter"), "ml": _same("Milliliter"), "mL": _same("Milliliter"),
    "cl": _same("Zentiliter"), "dl": _same("Deziliter"), "hl": _same("Hektoliter"),
    "mm2": _same("Quadratmillimeter"), "cm2": _same("Quadratzentimeter"), "m2": _same("Quadratmeter"),
    "qm": _same("Quadratmeter"), "km2": _same("Quadratkilometer"), "qkm": _same("Quadratkilometer"),
    "cm3": _same("Kubikzentimeter"), "ccm": _same("Kubikzentimeter"), "m3": _same("Kubikmeter"),
    "cbm": _same("Kubikmeter"), "ha": _same("Hektar"),
    "°": _same("Grad"), "°C": _same("Grad Celsius"), "°F": _same("Grad Fahrenheit"),
    "Bit": _same("Bit", "n"), "kB": _same("Kilobyte", "n"), "KB": _same("Kilobyte", "n"), "MB": _same("Megabyte", "n"),
    "GB": _same("Gigabyte", "n"), "TB": _same("Terabyte", "n"), "kbit/s": _same("Kilobit pro Sekunde", "n"),
    "Mbit/s": _same("Megabit pro Sekunde", "n"), "MBit/s": _same("Megabit pro Sekunde", "n"),
    "Gbit/s": _same("Gigabit pro Sekunde", "n"), "MB/s": _same("Megabyte pro Sekunde", "n"),
    "Hz": _same("Hertz", "n"), "kHz": _same("Kilohertz", "n"), "MHz": _same("Megahertz", "n"),
    "GHz": _same("Gigahertz", "n"), "W": _same("Watt", "n"), "kW": _same("Kilowatt", "n"), "MW": _same("Megawatt", "n"),
    "GW": _same("Gigawatt", "n"), "Wh": _with_n("Wattstunde"), "kWh": _with_n("Kilowattstunde"),
    "MWh": _with_n("Megawattstunde"), "TWh": _with_n("Terawattstunde"), "V": _same("Volt", "n"),
    "kV": _same("Kilovolt", "n"), "mV": _same("Millivolt", "n"), "A": _same("Ampere", "n"),
    "mA": _same("Milliampere", "n"), "mAh": _with_n("Milliamperestunde"), "Ω": _same("Ohm", "n"),
    "N": _same("Newton", "n"), "Nm": _same("Newtonmeter"), "kN": _same("Kilonewton", "n"), "J": _same("Joule", "n"),
    "kJ": _same("Kilojoule", "n"), "kcal": _with_n("Kilokalorie"), "PS": _same("PS", "n"),
    "Pa": _same("Pascal", "n"), "hPa": _same("Hektopascal", "n"), "kPa": _same("Kilopascal", "n"),
    "bar": _same("Bar", "n"), "mbar": _same("Millibar", "n"), "dB": _same("Dezibel", "n"),
    "h": HOUR, "Std.": HOUR, "Std": HOUR, "min": MINUTE, "Min.": MINUTE, "Min": MINUTE, "s": SECOND, "Sek.": SECOND,
    "sek": SECOND, "Sek": SECOND, "ms": _with_n("Millisekunde"),
    "TL": _same("Teelöffel"), "EL": _same("Esslöffel"),
    "Msp.": Noun(one="Messerspitze", many="Messerspitzen", gender="f"),
    "Pfd.": _same("Pfund", "n"), "Stk.": _same("Stück", "n"), "Stck.": _same("Stück", "n"), "ct": _same("Cent"),
    "px": _same("Pixel", "n"), "MP": _same("Megapixel", "n"),
    "Pkt.": Noun(one="Punkt", many="Punkte"),
}  # fmt: skip
PER = {
    "km": "Kilometer", "m": "Meter", "m2": "Quadratmeter", "qm": "Quadratmeter", "m3": "Kubikmeter", "kg": "Kilogramm",
    "g": "Gramm", "t": "Tonne", "l": "Liter", "h": "Stunde", "Std.": "Stunde", "min": "Minute", "s": "Sekunde",
    "kWh": "Kilowattstunde", "ha": "Hektar", "Stk.": "Stück",
} | {
    word: word
    for word in ("Stück", "Stunde", "Tag", "Woche", "Monat", "Jahr", "Person", "Kopf", "Liter", "Kilo", "Nacht")
}  # fmt: skip
CENT = _same("Cent")
EURO = Currency(unit=_same("Euro"), cent=CENT)
DOLLAR = Currency(unit=_same("Dollar"), cent=CENT)
POUND = Currency(unit=_same("Pfund", "n"), cent=Noun(one="Penny", many="Pence", gender="m"))
FRANC = Currency(unit=_same("Schweizer Franken"), cent=_same("Rappen"))
YEN = Currency(unit=_same("Yen"))
RUPEE = Currency(unit=Noun(one="Rupie", many="Rupien", gender="f"), cent=Noun(one="Paisa", many="Paise", gender="m"))
CURRENCIES = {
    "€": EURO, "EUR": EURO, "Euro": EURO, "Euros": EURO, "$": DOLLAR,
    "US$": Currency(unit=_same("US-Dollar"), cent=CENT), "US-$": Currency(unit=_same("US-Dollar"), cent=CENT),
    "USD": Currency(unit=_same("US-Dollar"), cent=CENT), "Dollar": DOLLAR, "£": POUND, "GBP": POUND, "CHF": FRANC,
    "SFr.": FRANC, "sFr.": FRANC, "Franken": Currency(unit=_same("Franken"), cent=_same("Rappen")),
    "¥": YEN, "JPY": YEN, "Yen": YEN, "₹": RUPEE, "INR": RUPEE, "DM": Currency(unit=_same("D-Mark", "f")),
    "₽": Currency(unit=_same("Rubel")), "₺": Currency(unit=_same("Lira", "f")), "zł": Currency(unit=_same("Zloty")),
    "PLN": Currency(unit=_same("Zloty")), "Kč": Currency(unit=Noun(one="Krone", many="Kronen", gender="f")),
    "SEK": Currency(unit=Noun(one="schwedische Krone", many="schwedische Kronen", gender="f")),
    "DKK": Currency(unit=Noun(one="dänische Krone", many="dänische Kronen", gender="f")),
    "NOK": Currency(unit=Noun(one="norwegische Krone", many="norwegische Kronen", gender="f")),
    "₿": Currency(unit=_same("Bitcoin")), "¢": Currency(unit=CENT),
}  # fmt: skip
FEMININE_ONES = _set(
    "Stunde Minute Sekunde Woche Million Milliarde Billion Tonne Meile Unze Flasche Tasse Person Seite Nacht Dose "
    "Packung Portion Prise Scheibe Zehe Kugel Kilowattstunde Krone Mark Frau Stimme Kalorie Rupie"
)
MASCULINE_ONES = _set(
    "Tag Monat Meter Kilometer Zentimeter Millimeter Liter Teelöffel Esslöffel Cent Quadratmeter Kubikmeter "
    "Hektar Zentner Punkt Becher Würfel Bund Mann Platz Sieg Rappen"
)
NEUTER_ONES = _set(
    "Jahr Kilo Kilogramm Gramm Pfund Prozent Promille Stück Kind Glas Volt Watt Byte Gigabyte Megabyte Ei Blatt "
    "Zimmer Tor Mal Päckchen Jahrhundert Jahrzehnt"
)
# What "1" may stand before, by what is written.
ONES = (
    {sign: Noun(one=noun.one, many=noun.many, gender=noun.gender or "m") for sign, noun in UNITS.items()}
    | {sign: known.unit for sign, known in CURRENCIES.items()}
    | {word: _same(word, "f") for word in FEMININE_ONES}
    | {word: _same(word, "m") for word in MASCULINE_ONES}
    | {word: _same(word, "n") for word in NEUTER_ONES}
    | {"Mio.": _same("Million", "f"), "Mio": _same("Million", "f"), "Mrd.": _same("Milliarde", "f")}
    | {"Mrd": _same("Milliarde", "f"), "%": _same("Prozent", "n"), "‰": _same("Promille", "n")}
)
ONES_PATTERN = "|".join(re.escape(sign) for sign in sorted(ONES, key=lambda sign: (-len(sign), sign)))
UNITS_PATTERN = "|".join(re.escape(sign) for sign in sorted(UNITS, key=lambda sign: (-len(sign), sign)))

# --- ways of writing -------------------------------------------------------------------------------------------------

MONTH = "(?P<month>" + "|".join([*(rf"{name}\b" for name in MONTHS), *(rf"{name}\b\.?" for name in SHORT_MONTHS)]) + ")"
SHORT_WEEKDAY = "(?:" + "|".join(SHORT_WEEKDAYS) + ")"
ROMAN_ORDINAL = r"(?=[IVX])(?P<roman>X{0,3}(?:IX|IV|V?I{0,3}))(?<=[IVX])\."
ORDINAL_NOUN = (
    r"(?:Weltkrieg|Quartal|Jahrhundert|Jh\.|Internationale|Akt\b|Kapitel|Satz\b|Senat|Liga|Vatikan|Reich\b|Korps|"
    r"Teil\b)"
)
ARTICLE_BEFORE = r"(?i:(?<=\b(?:der|die|das|des|dem|den)\b)|(?<=\b(?:im|am)\b)|(?<=\b(?:vom|zum|zur)\b))"
PER_PATTERN = "|".join(re.escape(sign) for sign in sorted(PER, key=lambda sign: (-len(sign), sign)))
FILES = "pdf|docx?|xlsx?|pptx?|txt|csv|jpe?g|png|gif|mp3|mp4|wav|zip|html?|json|xml|exe|py"


def _file_name(found: re.Match[str]) -> str:
    signs = {".": " Punkt ", "_": " Unterstrich ", "-": " Bindestrich "}
    return "".join(signs.get(sign, sign) for sign in found[0])


def _version(found: re.Match[str]) -> str:
    return found[0].replace(".", " Punkt ")


def _month(found: re.Match[str]) -> str:
    return f"{SHORT_MONTHS[found['month']]} "


def _weekday(found: re.Match[str]) -> str:
    name = SHORT_WEEKDAYS[found["name"]]
    return f"{name} bis " if found["to"] else name


def _per(found: re.Match[str]) -> str:
    return f"{found['sign']} pro {PER[found['unit']]}"


REWRITES = (
    # weekdays, next to another or to a date or time
    (rf"\b(?P<name>{SHORT_WEEKDAY})\b\.?(?P<to>{GAP}?-{GAP}?)(?={SHORT_WEEKDAY}\b)", _weekday),
    (
        rf"\b(?P<name>{SHORT_WEEKDAY})\.(?P<to>)(?=,?{GAP}(?:\d|von\b|ab\b)|"
        rf",?{GAP}?/?(?:und|oder|bis|{GAP})?{GAP}?{SHORT_WEEKDAY}\.)",
        _weekday,
    ),
    (rf"(?<=tag und )(?P<name>{SHORT_WEEKDAY})\.(?P<to>)", _weekday),
    (rf"(?<=tag bis )(?P<name>{SHORT_WEEKDAY})\b\.?(?P<to>)", _weekday),
    # telephone numbers with a stroke, amounts without hundredths, degrees, plus
    (rf"(?<![\w.,/+-])\(?0\d{{2,5}}\)?(?:(?:{GAP}?[/-]{GAP}?|{GAP})\d{{2,8}}){{1,5}}(?![\w-]|[.,:/]\d)", _telephone),
    (r"(?<![\w.,:/+-])(?P<low>[1-9]\d{2,4})-(?P<high>[1-9]\d{2,4})(?![\w/-]|[.,:]\d|[ \u00a0\u202f]\d)", _range),
    (r"(?<=\d),-{1,2}(?![\w-])", ""),
    (rf"°{GAP}(?=[CF]\b)", "°"),
    (r"(?<![\w)])\+(?=\d{1,4}(?:[.,]\d+)?(?![\d(]|[ /-]\(?\d|[.,]\d))", "plus "),
    (rf"(?<=\d){GAP}?[x×·*]{GAP}?(?=\d)", " mal "),
    (rf"{ALONE}(?P<number>\d{{1,4}}){GAP}?x(?={GAP}[a-zäöüß])", _times),
    (rf"(?<=\d){GAP}-{GAP}(?=[\d.,]+{GAP}?=)", " minus "),
    (r"(?<![\w.,/-])0(\d)/(?=\d{2}(?![\w/]))", r" null \1 "),
    (rf"(\bAbs\.{GAP}?\d+,?{GAP})S\.{GAP}?(?=\d)", r"\1Satz "),
    (r"(?<=\d)\^(?=\d)", " hoch "),
    (r"#(?=\d)", "Nummer "),
    (r"§§", "Paragrafen"),
    (rf"(?<![\w.@/])[\w-]+(?:\.[\w-]+)*\.(?:{FILES})\b(?![/.@]\w)", _file_name),
    # Roman ordinals as figures
    (rf"{ARTICLE_BEFORE}{GAP}(?=[IVX]{{2}}){ROMAN_ORDINAL}(?={GAP}[A-ZÄÖÜ])", _roman_ordinal),
    (rf"(?<![\w.]){ROMAN_ORDINAL}(?={GAP}{ORDINAL_NOUN})", _roman_ordinal),
    # dates
    (rf"{ALONE}(\d{{1,2}}\.(?:\d{{1,2}}\.(?:\d{{4}}|\d{{2}})?)?){GAP}?-{GAP}?(?=\d{{1,2}}\.)", r"\1 bis "),
    (rf"{ALONE}(?P<y>\d{{4}})-(?P<m>\d{{2}})-(?P<d>\d{{2}})(?!\d|[.,:-]\d)", _numeric_date),
    (rf"{ALONE}(?P<d>\d{{1,2}})\.(?P<m>\d{{1,2}})\.(?P<y>\d{{4}}|\d{{2}})(?!\d|[.,:]\d)", _numeric_date),
    (rf"{ALONE}(?P<d>\d{{1,2}})\.{GAP}(?P<m>\d{{1,2}})\.{GAP}(?P<y>\d{{4}})(?!\d|[.,:]\d)", _numeric_date),
    (rf"{ALONE}(?P<d>\d{{1,2}})(?P<mark>[/-])(?P<m>\d{{1,2}})(?P=mark)(?P<y>\d{{4}})(?!\d|[.,:]\d)", _numeric_date),
    (rf"{ALONE}(?P<d>\d{{1,2}})\.{GAP}?(?P<m>\d{{1,2}})\.(?!\d|{GAP}\d{{1,2}}\.)", _short_date),
    (rf"{ALONE}(?P<day>\d{{1,2}})\.{GAP}?{MONTH}", _day_of_month),
    (rf"\b(?P<month>{'|'.join(SHORT_MONTHS)})\.{GAP}?(?=\d{{4}}\b)", _month),
    # times
    (rf"{ALONE}(\d{{1,2}})\.(\d{{2}})(?={GAP}?(?:-|bis|und|oder){GAP}?\d{{1,2}}(?:[.:]\d{{2}})?{GAP}?Uhr\b)", r"\1:\2"),
    (rf"{ALONE}(\d{{1,2}}(?::\d{{2}})?){GAP}?-{GAP}?(?=\d{{1,2}}(?:[.:]\d{{2}})?{GAP}?Uhr\b)", r"\1 bis "),
    (rf"{ALONE}(\d{{1,2}}:\d{{2}}){GAP}?-{GAP}?(?=\d{{1,2}}:\d{{2}}(?![\w:]))", r"\1 bis "),
    (rf"{ALONE}1{GAP}?(?=Uhr\b)", "ein "),
    (rf"{ALONE}(?P<left>\d{{1,3}}):(?P<right>\d{{1,6}})(?![\w:]|[.,]\d)", _score),
    # half of something, one of something; two and a half
    (rf"(?<![\w.,:/-])(?P<whole>\d{{1,3}}){GAP}(?P<top>\d{{1,2}})/(?P<bottom>\d{{1,2}})"
     r"(?P<rest>-[a-zäöüß]+)?(?![\w/]|[.,]\d)", _mixed),
    (rf"{ALONE}1/2{GAP}?(?P<noun>{ONES_PATTERN})(?![\w/^]|['-]\w)", _half_of),
    (rf"(?:(?P<minus>(?<![\w)])-)|{ALONE})1{GAP}?(?P<noun>{ONES_PATTERN})(?![\w/^]|['-]\w)", _one_of),
    (rf"(?<=\d){GAP}?(?:Mio|Mill)\b\.?", " Millionen "),
    (rf"(?<=\d){GAP}?(?:Mrd|Md)\b\.?", " Milliarden "),
    (rf"(?<=\d){GAP}?Tsd\b\.?", " Tausend "),
    # numbers in compounds
    (rf"(?<![\w.,])(?P<number>\d{{1,4}})(?:-|{GAP}?(?=%))"
     r"(?P<rest>(?:%|[Jj]ähr|[a-zäöüß]+)-?(?:ig|lich)(?:st)?(?:e[nrms]?)?)\b", _joined),
    (r"(?<![\w.,])(?P<number>\d{1,4})-?(?P<rest>fach(?:e[nrms]?)?|mal(?:ig\w*)?)\b", _joined),
    (r"(?<![\w.,])(?P<number>\d{1,4}|\d{1,3}\.000)er(?![a-zäöüß])", _er),
    (rf"(?<=\d)-({UNITS_PATTERN}|€|\$|£)-(?=[A-ZÄÖÜ])", r" \1 "),
    (rf"(?<=\d){GAP}(km|m|cm|mm|kg|l)-(?=[A-ZÄÖÜ])", r" \1 "),
    (rf"(?P<sign>€|EUR|Euro|\$|£|Cent|ct){GAP}?/{GAP}?(?P<unit>{PER_PATTERN})(?!\w)", _per),
    # numbers with several full stops, that are no thousands: versions
    (r"(?<![\w.,])(?!\d{1,3}(?:\.\d{3})+(?![\w.]))\d+(?:\.\d+){2,}(?![\w]|[.,]\d)", _version),
    # ordinals
    (rf"{ALONE}(?P<number>\d{{1,4}})\.(?:(?={GAP}+(?P<noun>[^\W\d_][\w-]*))|(?=\W*$))", _ordinal_in_text),
    # abbreviations that need what follows them
    (rf"\bSt\.{GAP}?(?=[A-ZÄÖÜ])", "Sankt "),
    (rf"\bFr\.{GAP}(?=[A-ZÄÖÜ])", "Frau "),
    (rf"\bArt\.{GAP}?(?=\d)", "Artikel "),
    (rf"\bNo\.{GAP}?(?=\d)", "Nummer "),
    (rf"\bTab\.{GAP}?(?=\d)", "Tabelle "),
    (rf"\bAbt\.{GAP}?(?=\d|[IVX])", "Abteilung "),
    (rf"\bS\.{GAP}?(?=\d)", "Seite "),
    (rf"\bBd\.{GAP}?(?=\d|[IVX])", "Band "),
    (rf"\bKap\.{GAP}?(?=\d|[IVX])", "Kapitel "),
    (rf"\bKl\.{GAP}?(?=\d)", "Klasse "),
    (rf"(?<=\d){GAP}?ff?\.", " folgende "),
    (r"(?<=[a-zäöüß])str\.", "straße "),
    (r"(?<=[a-zäöüß]-)Str\.", "Straße "),
)  # fmt: skip

# Both in full with a full stop at the end; the first letter may be a capital where the text begins with it.
ABBREVIATIONS = {
    "z. B.": "zum Beispiel", "d. h.": "das heißt", "u. a.": "unter anderem", "v. a.": "vor allem", "z. T.": "zum Teil",
    "u. U.": "unter Umständen", "i. d. R.": "in der Regel", "m. E.": "meines Erachtens", "o. g.": "oben genannten",
    "o. a.": "oben angegeben", "s. o.": "siehe oben", "s. u.": "siehe unten", "i. e. S.": "im engeren Sinne",
    "i. Allg.": "im Allgemeinen", "z. Zt.": "zur Zeit", "u. d. T.": "unter dem Titel", "d. i.": "das ist",
    "ca.": "circa", "ggf.": "gegebenenfalls", "evtl.": "eventuell", "vgl.": "vergleiche", "bspw.": "beispielsweise",
    "inkl.": "inklusive", "exkl.": "exklusive", "einschl.": "einschließlich", "zzgl.": "zuzüglich",
    "abzgl.": "abzüglich", "bzgl.": "bezüglich", "sog.": "sogenannte", "mind.": "mindestens", "tgl.": "täglich",
    "insb.": "insbesondere", "insbes.": "insbesondere", "zzt.": "zurzeit", "allg.": "allgemein",
    "urspr.": "ursprünglich",
    "wg.": "wegen", "rd.": "rund", "lt.": "laut", "gem.": "gemäß",
}  # fmt: skip
MORE_ABBREVIATIONS = {
    "usw.": "und so weiter", "usf.": "und so fort", "etc.": "et cetera", "bzw.": "beziehungsweise",
    "u. Ä.": "und Ähnliches", "o. Ä.": "oder Ähnliches", "u. ä.": "und ähnliche", "u. v. m.": "und vieles mehr",
    "u. v. a.": "und viele andere", "u. dgl.": "und dergleichen", "u. a. m.": "und anderes mehr", "dgl.": "dergleichen",
    "v. Chr.": "vor Christus", "n. Chr.": "nach Christus", "p. a.": "pro anno", "a. M.": "am Main", "a. d.": "an der",
    "a. D.": "außer Dienst", "d. Ä.": "der Ältere", "z. Hd.": "zu Händen",
    "v. l. n. r.": "von links nach rechts", "max.": "maximal", "vs.": "versus",
    "Dr.": "Doktor", "Prof.": "Professor", "Hr.": "Herr", "Hrn.": "Herrn", "Frl.": "Fräulein", "Dipl.": "Diplom",
    "Ing.": "Ingenieur", "jun.": "junior", "jr.": "junior", "sen.": "senior", "geb.": "geboren", "gest.": "gestorben",
    "Nr.": "Nummer", "Nrn.": "Nummern", "Tel.": "Telefon", "Abs.": "Absatz", "Abb.": "Abbildung",
    "Aufl.": "Auflage", "Hrsg.": "Herausgeber", "Jh.": "Jahrhundert",
    "Jhs.": "Jahrhunderts", "Jg.": "Jahrgang", "Str.": "Straße", "Hbf.": "Hauptbahnhof", "Bhf.": "Bahnhof",
    "Mio.": "Millionen", "Mrd.": "Milliarden", "Tsd.": "Tausend", "Std.": "Stunden", "Gebr.": "Gebrüder",
    "Fa.": "Firma", "Fam.": "Familie", "MwSt.": "Mehrwertsteuer", "MwSt": "Mehrwertsteuer", "Skt.": "Sankt",
    "verh.": "verheiratet", "kath.": "katholisch", "röm.": "römisch", "Anm.": "Anmerkung", "Bem.": "Bemerkung",
    "Mr.": "Mister", "Mrs.": "Missis", "Ztr.": "Zentner", "Pfd.": "Pfund", "Stk.": "Stück",
}  # fmt: skip

# --- spelling --------------------------------------------------------------------------------------------------------

# The form that stands for both is the one of the present spelling or the one that is more usual.
SPELLINGS = {
    # abbreviations without a full stop that are no words
    "usw": "und so weiter", "usf": "und so fort", "bzw": "beziehungsweise", "ggf": "gegebenenfalls",
    "evtl": "eventuell", "bspw": "beispielsweise", "inkl": "inklusive", "zzgl": "zuzüglich", "abzgl": "abzüglich",
    "vgl": "vergleiche", "bzgl": "bezüglich", "hbf": "hauptbahnhof", "nr": "nummer", "dr": "doktor", "ca": "circa",
    "etc": "et cetera", "tsd": "tausend", "zirka": "circa",
    # words of two spellings
    "daß": "dass", "rauh": "rau", "rauhe": "raue", "rauher": "rauer", "rauhes": "raues", "rauhen": "rauen",
    "rauhem": "rauem", "känguruh": "känguru", "tip": "tipp", "tips": "tipps", "stop": "stopp",
    "tolpatsch": "tollpatsch", "tolpatschig": "tollpatschig", "stukkateur": "stuckateur", "karamel": "karamell",
    "mop": "mopp", "stengel": "stängel", "gemse": "gämse", "gemsen": "gämsen", "quentchen": "quäntchen",
    "greuel": "gräuel", "greulich": "gräulich", "roheit": "rohheit", "zierat": "zierrat", "belemmert": "belämmert",
    "behende": "behände", "überschwenglich": "überschwänglich", "spagetti": "spaghetti", "jogurt": "joghurt",
    "yoghurt": "joghurt", "ketschup": "ketchup", "portmonee": "portemonnaie", "majonäse": "mayonnaise",
    "schikoree": "chicorée", "chicoree": "chicorée", "exposee": "exposé", "varietee": "varieté",
    "dekolletee": "dekolleté", "kommunikee": "kommuniqué", "cafe": "café", "tunfisch": "thunfisch", "panter": "panther",
    "katarr": "katarrh", "myrre": "myrrhe", "krem": "creme", "crème": "creme", "kreme": "creme", "klub": "club",
    "klubs": "clubs", "kode": "code", "kodes": "codes", "kusine": "cousine", "kusinen": "cousinen", "sosse": "soße",
    "sauce": "soße", "saucen": "soßen", "frisör": "friseur", "frisöre": "friseure", "frisörin": "friseurin",
    "nugat": "nougat", "getto": "ghetto", "gettos": "ghettos", "yacht": "jacht",
    "yachten": "jachten", "disco": "disko", "discos": "diskos", "scharmant": "charmant", "scharm": "charme",
    "ok": "okay", "o'key": "okay", "okey": "okay", "alptraum": "albtraum", "alpträume": "albträume", "fön": "föhn",
    "fönen": "föhnen", "tschüß": "tschüss", "tschüs": "tschüss", "waggon": "wagon", "waggons": "wagons",
    "gehts": "geht's", "gibts": "gibt's",
    "hmm": "hm", "hmmm": "hm", "ähmm": "ähm", "ääh": "äh", "orthographie": "orthografie",
    "zuviel": "zu viel", "zuwenig": "zu wenig", "wieviel": "wie viel", "wieviele": "wie viele", "soviele": "so viele",
    "jedesmal": "jedes mal", "bißchen": "bisschen", "paragraph": "paragraf",
    "aufwändig": "aufwendig", "aufwändige": "aufwendige", "aufwändigen": "aufwendigen", "aufwändiger": "aufwendiger",
    "aufwändiges": "aufwendiges", "aufwändigem": "aufwendigem", "schneuzen": "schnäuzen", "placieren": "platzieren",
    "justitiar": "justiziar", "justitiabel": "justiziabel", "phantasie": "fantasie", "delphin": "delfin",
    "delphine": "delfine", "delphinen": "delfinen", "strasse": "straße", "strassen": "straßen",
    "gross": "groß", "grosse": "große", "grossen": "großen", "grosser": "großer", "grosses": "großes",
    "grossem": "großem", "grösse": "größe", "grösser": "größer", "grösste": "größte", "grössten": "größten",
    "heiss": "heiß", "heisse": "heiße", "heissen": "heißen", "heisst": "heißt", "weiss": "weiß", "weisst": "weißt",
    "weisse": "weiße", "weissen": "weißen", "weisser": "weißer", "weisses": "weißes", "ausser": "außer",
    "ausserdem": "außerdem", "ausserhalb": "außerhalb", "draussen": "draußen",
    "süss": "süß", "süsse": "süße", "süssen": "süßen", "fuss": "fuß", "füsse": "füße", "füssen": "füßen",
    "fussball": "fußball", "gruss": "gruß", "grüsse": "grüße", "grüssen": "grüßen", "spass": "spaß", "bloss": "bloß",
    "fleiss": "fleiß", "fleissig": "fleißig", "schliesslich": "schließlich", "schliessen": "schließen",
    "schliesst": "schließt", "regelmässig": "regelmäßig", "gemäss": "gemäß", "mässig": "mäßig", "begrüssen": "begrüßen",
    "schweiss": "schweiß", "strassenbahn": "straßenbahn", "hauptstrasse": "hauptstraße", "liess": "ließ",
    "liessen": "ließen", "hiess": "hieß", "hiessen": "hießen", "stiess": "stieß", "giessen": "gießen",
    "geniessen": "genießen", "anschliessend": "anschließend", "einschliesslich": "einschließlich",
    "ausschliesslich": "ausschließlich", "äussern": "äußern", "äusserst": "äußerst", "äussere": "äußere",
}  # fmt: skip

UNITS_OF_NUMBERS = ("ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
TEENS = ("zehn", "elf", "zwölf", "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn")
TENS = ("zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig")
MORPHEMES = "(?:" + "|".join([*TEENS, *TENS, "eins", *UNITS_OF_NUMBERS, "und", "hundert", "tausend"]) + ")"
# What may follow in a number word up to its end: cardinal, ordinal, a part, "-er".
NUMBER_END = (
    rf"{MORPHEMES}*(?:(?:erst|dritt|siebt|acht|s?t)e[nrms]?|s?tel|er|eine[nrms]?|"
    r"(?:prozent|jähr|täg|mal)ig\w*|mal|fach\w*)?\b"
)
NO_NUMBER_BEFORE = "".join(
    rf"(?<!\b{word} )" for word in ("eins", *UNITS_OF_NUMBERS, *TEENS)
) + "(?<!zig )(?<!ßig )"  # fmt: skip
# Endings of stems with a short vowel before ß. Floß, Schoß, Maß, Muße, müßig, Spaß, groß keep theirs.
OLD_SS = (
    r"(?<!s)pa|fa|ha|la|na|ba|kra|(?<!g)ro|bo|go|no|schlo|nu|ku|gu|schu|lu|stu|wu|verdru|überdru|\bru(?=ßl)|mu(?!ße)|"
    r"mü(?!ßig)|kü|nü|wü|flü|\bi(?=ßt?\b)|\bmi|vermi(?=ßt)|ri|bi|wi|gi|fri|schi|\be(?=ß[bzltk])|\bme|me(?=ß[bl])|pre|"
    r"gre|ze|stre|dre|lä|hä|pä|nä|grä(?=ßl)|sprö"
)
FOLDS = (
    (rf"({OLD_SS})ß", r"\1ss"),
    # words of Greek origin, -tial
    (r"photo(?!n)", "foto"),
    (r"graph(?!it)", "graf"),
    (r"(mikro|tele|mega|saxo|xylo|grammo)phon", r"\1fon"),
    (r"\bphantas", "fantas"),
    (r"(poten|differen|existen|substan|essen|sequen|tenden)ti(?=al|ell)", r"\1zi"),
    (r"selbständig", "selbstständig"),
    (r"numerier", "nummerier"),
    (r"plazier", "platzier"),
    (r"schiffahrt", "schifffahrt"),
    (r"brennessel", "brennnessel"),
    (r"\bstilleg(?=en|t|ung)", "stillleg"),
    (r"\brolladen", "rollladen"),
    (r"\bbettuch", "betttuch"),
    (r"balletttänzer|ballettänzer", "balletttänzer"),
    (r"dreissig", "dreißig"),
    # numbers: hundertundeins, hundert, tausendhundert, neunzehnhundert
    (rf"((?:hundert|tausend))(?:und)+(?=(?!und){MORPHEMES}|erst)", r"\1"),
    *(
        (rf"\b{teen} ?hundert(?={NUMBER_END}|\w+er\b)", f"eintausend{unit}hundert")
        for teen, unit in zip(TEENS[1:], UNITS_OF_NUMBERS, strict=True)
    ),
    (rf"{NO_NUMBER_BEFORE}\bhundert(?!er)(?={NUMBER_END})", "einhundert"),
    (rf"{NO_NUMBER_BEFORE}(?<!hundert )\btausend(?!er)(?={NUMBER_END})", "eintausend"),
    (r"(?<=tausend)hundert", "einhundert"),
    # die achtziger Jahre, die 80er-Jahre, die Achtzigerjahre
    (r"\b(nuller|zehner|\w+zwanziger|zwanziger|\w*(?:zig|ßig)er|\w+hunderter|zweitausender) (jahren?)\b", r"\1\2"),
    # pro km
    *(
        (rf"\b(pro|je|per) {sign.lower()}\b", rf"\1 {word.lower()}")
        for sign, word in PER.items()
        if re.fullmatch(r"\w+", sign) and sign.lower() != word.lower() and len(sign) > 1
    ),
)  # fmt: skip

LANGUAGE = Language(
    code="de",
    cardinal=_cardinal,
    thousands=".",
    decimal=",",
    marks={",": "Komma", ".": "Punkt"},
    minus="minus",
    read_decimals=_read_decimals,
    ordinal=_ordinal,
    ordinal_suffix=r"-?s?te[nrms]?\b",
    read_year=_read_year,
    fraction=_fraction,
    counted=_counted,
    to="bis",
    percent="Prozent",
    per_mille="Promille",
    currencies=CURRENCIES,
    money=_money,
    scales={
        word: word
        for word in ("Tausend", "Million", "Millionen", "Milliarde", "Milliarden", "Billion", "Billionen")
    },
    units=UNITS,
    phone=_phone,
    times=(
        r"(?P<h>\d{1,2})[:.](?P<m>\d{2})(?::(?P<s>\d{2}))?[ \u00a0\u202f]?Uhr\b",
        r"(?P<h>\d{1,2}):(?P<m>\d{2})[ \u00a0\u202f]?h\b",
        r"(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2}))?(?![\w:]|[.,]\d)",
    ),
    read_time=_read_time,
    read_date=_read_date,
    one_letter_words="",
    rewrites=REWRITES,
    roman=(
        (rf"\b(?P<name>(?:{RULERS}|{QUEENS})s?) {IVX}(?:\.|\b)", _roman_ruler),
        (rf"\b(?P<name>(?:{TITLES}) [A-ZÄÖÜ]\w+) {IVX}(?:\.|\b)", _roman_ruler),
        (rf"\b(?P<name>{NUMBERED}) {IVX}\b", _roman_number),
        (rf"\b(?P<name>[A-ZÄÖÜ][a-zäöüß]{{2,}}) {SEVERAL}\b", _roman_number),
    ),
    abbreviations=ABBREVIATIONS
    | MORE_ABBREVIATIONS
    | {short[0].upper() + short[1:]: words for short, words in ABBREVIATIONS.items() if short != "lt."},
    symbols={
        "&": "und", "+": "plus", "=": "gleich", "@": "at", "%": "Prozent", "‰": "Promille", "°": "Grad", "×": "mal",
        "÷": "geteilt durch", "#": "Hashtag", "§": "Paragraf", "€": "Euro", "$": "Dollar", "£": "Pfund",
        "<": "kleiner als",
        ">": "größer als", "±": "plus minus", "≈": "ungefähr", "©": "Copyright", "√": "Wurzel aus", "∞": "unendlich",
        "≤": "kleiner gleich", "≥": "größer gleich",
    },
    letters_of_addresses={
        ".": "Punkt", "/": "Schrägstrich", "@": "at", "-": "Bindestrich", "_": "Unterstrich", ":": "Doppelpunkt",
        "?": "Fragezeichen", "=": "gleich", "&": "und", "#": "Raute", "+": "plus", "%": "Prozent",
    },
    spellings=SPELLINGS,
    folds=FOLDS,
    compounds=True,
)  # fmt: skip
