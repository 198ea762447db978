"""Dutch, with the readings of the Netherlands; spellings before 1995 and stress accents count as the same."""

from __future__ import annotations

import re
from functools import cache

from voxeval.text.language import Currency, Language, Noun, Number, Time

MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip
SHORT_MONTHS = {
    "jan": "januari", "feb": "februari", "febr": "februari", "mrt": "maart", "apr": "april", "jun": "juni",
    "jul": "juli", "aug": "augustus", "sep": "september", "sept": "september", "okt": "oktober", "nov": "november",
    "dec": "december",
}  # fmt: skip

# --- number words as they are written: official is a space behind "duizend" only, people write all kinds
UNIT = "een|twee|drie|vier|vijf|zes|zeven|acht|negen"
TEEN = "tien|elf|twaalf|dertien|veertien|vijftien|zestien|zeventien|achttien|negentien"
TENS = "twintig|dertig|veertig|vijftig|zestig|zeventig|tachtig|negentig"
FROM_TWO = rf"(?:(?:{UNIT})[eë]n(?:{TENS})|{TENS}|{TEEN}|twee|drie|vier|vijf|zes|zeven|acht|negen)"  # to 99
BELOW_100 = rf"(?:{FROM_TWO}|een)"
ORDINAL = (
    rf"(?:(?:(?:{UNIT})[eë]n)?(?:{TENS})ste|(?:{TEEN})de|eerste|tweede|derde|vierde|vijfde|zesde|zevende|achtste|"
    "negende)"
)
HUNDREDS = f"{FROM_TWO}?honderd"
NUMBER = rf"(?:(?:{HUNDREDS})?{BELOW_100}|{HUNDREDS})"  # to 999
BEGIN, STOP = r"(?<!\S)", r"(?!\S)"

# --- what is counted rather than dated: 1250 mensen
COUNTED_THINGS = (
    "euro|dollar|pond|cent|meter|kilometer|centimeter|millimeter|kilo|kilogram|gram|ton|liter|graden|procent|watt|"
    "mensen|personen|inwoners|leden|gasten|bezoekers|deelnemers|kinderen|leerlingen|studenten|soldaten|mannen|vrouwen|"
    "werknemers|medewerkers|vrijwilligers|slachtoffers|doden|gewonden|huizen|woningen|bomen|boeken|stoelen|stuks|"
    "soorten|woorden|tekens|punten|stemmen|vierkante|kubieke|jaar|dagen|uur|minuten|keer|maal|hectare|banen|dieren|"
    "vogels|koeien|schapen|bedrijven|auto's|fietsen|treden|stappen|pagina's|bladzijden|exemplaren|kaartjes"
)
# --- who has a number behind the name, and what
RULERS = (
    "Albert|Alexander|Alfons|Amenhotep|Beatrix|Benedictus|Bonifatius|Boudewijn|Calixtus|Catharina|Christiaan|Clemens|"
    "Constantijn|Darius|Dirk|Edward|Elizabeth|Elisabeth|Eugenius|Ferdinand|Filip|Filips|Floris|Frans|Frederik|George|"
    "Gregorius|Gustaaf|Haakon|Harald|Hendrik|Innocentius|Isabella|Ivan|Jacobus|Jan|Johannes|Jozef|Julius|Justinianus|"
    "Karel|Kosmas|Lodewijk|Leo|Leopold|Margaretha|Maria|Maximiliaan|Mehmed|Mohammed|Napoleon|Nicolaas|Olaf|Otto|Paulus|"
    "Pedro|Peter|Philips|Pius|Ptolemaeus|Ramses|Reinoud|Richard|Rudolf|Sixtus|Theodosius|Thoetmosis|Umberto|Urbanus|"
    "Victor|Wilhelm|Willem|Xerxes"
)
CHAPTERS = r"Vaticanum|[Hh]oofdstuk|[Dd]eel|[Bb]and|[Bb]oek|[Ww]ereldoorlog|[Aa]kte|[Bb]edrijf"
NUMBERED = (
    r"[Bb]ijlage|[Aa]rtikel|[Ff]ase|[Nn]iveau|[Tt]ype|[Kk]lasse|[Gg]roep|[Cc]ategorie|[Tt]itel|[Ss]cène|[Pp]aragraaf|"
    r"[Aa]fdeling|[Tt]abel|[Ff]iguur"
)

UNITS = {
    "km": Noun(one="kilometer", many="kilometer"),
    "hm": Noun(one="hectometer", many="hectometer"),
    "m": Noun(one="meter", many="meter"),
    "dm": Noun(one="decimeter", many="decimeter"),
    "cm": Noun(one="centimeter", many="centimeter"),
    "mm": Noun(one="millimeter", many="millimeter"),
    "nm": Noun(one="nanometer", many="nanometer"),
    "km/u": Noun(one="kilometer per uur", many="kilometer per uur"),
    "km/h": Noun(one="kilometer per uur", many="kilometer per uur"),
    "m/s": Noun(one="meter per seconde", many="meter per seconde"),
    "kg": Noun(one="kilo", many="kilo"),
    "g": Noun(one="gram", many="gram"),
    "gr": Noun(one="gram", many="gram"),
    "mg": Noun(one="milligram", many="milligram"),
    "μg": Noun(one="microgram", many="microgram"),
    "l": Noun(one="liter", many="liter"),
    "L": Noun(one="liter", many="liter"),
    "dl": Noun(one="deciliter", many="deciliter"),
    "cl": Noun(one="centiliter", many="centiliter"),
    "ml": Noun(one="milliliter", many="milliliter"),
    "mL": Noun(one="milliliter", many="milliliter"),
    "ha": Noun(one="hectare", many="hectare"),
    "°": Noun(one="graad", many="graden"),
    "°C": Noun(one="graad Celsius", many="graden Celsius"),
    "° C": Noun(one="graad Celsius", many="graden Celsius"),
    "°F": Noun(one="graad Fahrenheit", many="graden Fahrenheit"),
    "kB": Noun(one="kilobyte", many="kilobyte"),
    "KB": Noun(one="kilobyte", many="kilobyte"),
    "MB": Noun(one="megabyte", many="megabyte"),
    "GB": Noun(one="gigabyte", many="gigabyte"),
    "TB": Noun(one="terabyte", many="terabyte"),
    "Mbps": Noun(one="megabit per seconde", many="megabit per seconde"),
    "Mb/s": Noun(one="megabit per seconde", many="megabit per seconde"),
    "MB/s": Noun(one="megabyte per seconde", many="megabyte per seconde"),
    "GB/s": Noun(one="gigabyte per seconde", many="gigabyte per seconde"),
    "Gbps": Noun(one="gigabit per seconde", many="gigabit per seconde"),
    "Hz": Noun(one="hertz", many="hertz"),
    "kHz": Noun(one="kilohertz", many="kilohertz"),
    "MHz": Noun(one="megahertz", many="megahertz"),
    "GHz": Noun(one="gigahertz", many="gigahertz"),
    "W": Noun(one="watt", many="watt"),
    "kW": Noun(one="kilowatt", many="kilowatt"),
    "MW": Noun(one="megawatt", many="megawatt"),
    "GW": Noun(one="gigawatt", many="gigawatt"),
    "Wh": Noun(one="wattuur", many="wattuur"),
    "kWh": Noun(one="kilowattuur", many="kilowattuur"),
    "MWh": Noun(one="megawattuur", many="megawattuur"),
    "V": Noun(one="volt", many="volt"),
    "mAh": Noun(one="milliampère-uur", many="milliampère-uur"),
    "hPa": Noun(one="hectopascal", many="hectopascal"),
    "kJ": Noun(one="kilojoule", many="kilojoule"),
    "kcal": Noun(one="kilocalorie", many="kilocalorieën"),
    "pk": Noun(one="paardenkracht", many="paardenkracht"),
    "dB": Noun(one="decibel", many="decibel"),
    "px": Noun(one="pixel", many="pixels"),
    "u": Noun(one="uur", many="uur"),
    "h": Noun(one="uur", many="uur"),
    "min": Noun(one="minuut", many="minuten"),
    "s": Noun(one="seconde", many="seconden"),
    "sec": Noun(one="seconde", many="seconden"),
    "ms": Noun(one="milliseconde", many="milliseconden"),
}
CENT = Noun(one="cent", many="cent")
DOLLAR = Currency(unit=Noun(one="dollar", many="dollar"), cent=CENT)
EURO = Currency(unit=Noun(one="euro", many="euro"), cent=CENT)
POUND = Currency(unit=Noun(one="pond", many="pond"), cent=Noun(one="penny", many="pence"))
FRANC = Currency(unit=Noun(one="Zwitserse frank", many="Zwitserse frank"), cent=Noun(one="rappen", many="rappen"))
GUILDER = Currency(unit=Noun(one="gulden", many="gulden"), cent=CENT)
YEN = Currency(unit=Noun(one="yen", many="yen"))
RUPEE = Currency(unit=Noun(one="roepie", many="roepie"))

ABBREVIATIONS = {
    "a.d.h.v.": "aan de hand van", "a.g.v.": "als gevolg van", "a.s.": "aanstaande", "a.u.b.": "alstublieft",
    "afb.": "afbeelding", "afd.": "afdeling", "bijv.": "bijvoorbeeld", "blz.": "bladzijde", "bv.": "bijvoorbeeld",
    "b.v.": "bijvoorbeeld", "c.q.": "casu quo", "c.s.": "cum suis", "ca.": "circa", "d.d.": "de dato",
    "d.m.v.": "door middel van", "d.w.z.": "dat wil zeggen", "dhr.": "de heer", "dr.": "doctor",
    "drs.": "doctorandus", "ds.": "dominee", "e.d.": "en dergelijke", "e.e.a.": "een en ander", "enz.": "enzovoort",
    "etc.": "et cetera", "evt.": "eventueel", "excl.": "exclusief", "fam.": "familie", "hfst.": "hoofdstuk",
    "i.h.a.": "in het algemeen", "i.h.b.": "in het bijzonder", "i.o.m.": "in overleg met",
    "i.o.v.": "in opdracht van", "i.p.v.": "in plaats van", "i.s.m.": "in samenwerking met",
    "i.t.t.": "in tegenstelling tot", "i.v.m.": "in verband met", "i.z.g.st.": "in zeer goede staat",
    "incl.": "inclusief", "ing.": "ingenieur", "ir.": "ingenieur", "jhr.": "jonkheer", "jl.": "jongstleden",
    "jr.": "junior", "m.a.w.": "met andere woorden", "m.b.t.": "met betrekking tot", "m.b.v.": "met behulp van",
    "m.i.": "mijns inziens", "m.i.v.": "met ingang van", "m.m.v.": "met medewerking van", "m.n.": "met name",
    "m.u.v.": "met uitzondering van", "max.": "maximaal", "mevr.": "mevrouw", "mld.": "miljard", "mln.": "miljoen",
    "mld": "miljard", "mln": "miljoen", "mr.": "meester", "mw.": "mevrouw", "n.a.v.": "naar aanleiding van",
    "n. Chr.": "na Christus", "n.l.": "namelijk", "n.v.t.": "niet van toepassing", "nr.": "nummer",
    "nrs.": "nummers", "o.a.": "onder andere", "o.b.v.": "op basis van", "o.i.": "onzes inziens",
    "o.i.d.": "of iets dergelijks", "o.l.v.": "onder leiding van", "o.m.": "onder meer", "ong.": "ongeveer",
    "p.p.": "per persoon", "pag.": "pagina", "prof.": "professor", "resp.": "respectievelijk",
    "s.v.p.": "alstublieft", "sr.": "senior", "t.b.v.": "ten behoeve van", "t.n.v.": "ten name van",
    "t.o.v.": "ten opzichte van", "t.w.": "te weten", "t.w.v.": "ter waarde van", "t.z.t.": "te zijner tijd",
    "t/m": "tot en met", "tel.": "telefoon", "v. Chr.": "voor Christus", "v.a.": "vanaf",
    "v.w.b.": "voor wat betreft", "vgl.": "vergelijk", "vnl.": "voornamelijk", "vs.": "versus",
    "w.o.": "waaronder", "z.g.a.n.": "zo goed als nieuw", "z.o.z.": "zie ommezijde", "z.s.m.": "zo snel mogelijk",
    "zgn.": "zogenaamd",
}  # fmt: skip

# One word in two spellings. Families go by pattern, in `FOLDS`. What stands here without its full stops is no word.
SPELLINGS = {
    "agv": "als gevolg van", "aub": "alstublieft", "bijv": "bijvoorbeeld", "blz": "bladzijde", "dhr": "de heer",
    "dmv": "door middel van", "dwz": "dat wil zeggen", "enz": "enzovoort", "etc": "et cetera", "evt": "eventueel",
    "excl": "exclusief", "incl": "inclusief", "ipv": "in plaats van", "itt": "in tegenstelling tot",
    "ivm": "in verband met", "mbt": "met betrekking tot", "mbv": "met behulp van", "mevr": "mevrouw",
    "mld": "miljard", "mln": "miljoen", "nr": "nummer", "nrs": "nummers", "obv": "op basis van",
    "tov": "ten opzichte van", "zgn": "zogenaamd",
    "cm": "centimeter", "kg": "kilo", "km": "kilometer", "kwh": "kilowattuur", "ml": "milliliter",
    "enzovoorts": "enzovoort", "etcetera": "et cetera", "ok": "oké", "oke": "oké", "okee": "oké", "okay": "oké",
    "eh": "uh", "euh": "uh", "ehm": "uhm", "euhm": "uhm", "hmm": "hm", "hmmm": "hm", "mn": "m'n", "zn": "z'n",
    "tsja": "tja", "shawl": "sjaal", "joghurt": "yoghurt",
    "kado": "cadeau", "kados": "cadeaus", "kado's": "cadeaus", "cadeau's": "cadeaus", "kadootje": "cadeautje",
    "kadootjes": "cadeautjes", "buro": "bureau", "buro's": "bureaus", "bureau's": "bureaus", "nivo": "niveau",
    "nivo's": "niveaus", "niveau's": "niveaus", "vacantie": "vakantie", "vacanties": "vakanties",
    "practijk": "praktijk", "practisch": "praktisch", "practische": "praktische", "lokatie": "locatie",
    "lokaties": "locaties", "lektuur": "lectuur", "vakature": "vacature", "vakatures": "vacatures",
}  # fmt: skip


@cache
def _cardinal(number: int) -> str:
    from num2words import num2words

    if 1100 <= number <= 1999:
        hundreds, rest = divmod(number, 100)
        return f"{_cardinal(hundreds)}honderd{_cardinal(rest) if rest else ''}"
    return str(num2words(number, lang="nl")).replace("é", "e")


@cache
def _ordinal(number: int, suffix: str = "") -> str:
    from num2words import num2words

    del suffix
    if 1100 <= number <= 1999:
        hundreds, rest = divmod(number, 100)
        return f"{_cardinal(hundreds)}honderd{_ordinal(rest) if rest else 'ste'}"
    return str(num2words(number, lang="nl", to="ordinal")).replace("é", "e").removeprefix("een ")


def _read_year(year: int) -> str:
    """In two halves, but 1900 and 1905 with "honderd", and 2000 on as a number."""
    century, rest = divmod(year, 100)
    if year >= 2000 or rest < 10:
        return _cardinal(year)
    return f"{_cardinal(century)} {_cardinal(rest)}"


def _read_decimals(figures: str) -> str:
    """Two figures as a number, others one by one."""
    if len(figures) == 2 and figures[0] != "0":
        return _cardinal(int(figures))
    return " ".join(_cardinal(int(figure)) for figure in figures)


def _fraction(top: int, bottom: int) -> str:
    if bottom == 2:
        return "een half"
    if bottom == 4:
        return "een kwart" if top == 1 else "driekwart" if top == 3 else "twee kwart"
    return f"{_cardinal(top)} {_ordinal(bottom)}"


def _counted(words: str, number: Number, noun: Noun) -> str:
    return f"{words} {noun.one if number.is_one else noun.many}"


def _money(units: str, cents: str) -> str:
    """Both in a row: drie euro vijftig."""
    return f"{units} {cents.rsplit(' ', 1)[0]}"


def _phone(groups: tuple[str, ...]) -> str:
    digits = "".join(groups)
    plus = "plus " if digits.startswith("+") else ""
    return plus + " ".join(_cardinal(int(digit)) for digit in digits.lstrip("+"))


def _read_time(time: Time) -> str:
    """Hours, then minutes: veertien uur dertig."""
    words = f"{_cardinal(time.hour)} uur"
    if time.minute:
        words += f" {_cardinal(time.minute)}"
    if time.second:
        words += f" en {_cardinal(time.second)} {'seconde' if time.second == 1 else 'seconden'}"
    return words


def _read_date(day: int, month: int, year: int | None) -> str:
    words = f"{_cardinal(day)} {MONTHS[month - 1]}"
    return words if year is None else f"{words} {_read_year(year)}"


def _ruler(found: re.Match[str], value: int) -> str:
    """Filips II is Filips de Tweede."""
    return f"{found['before']} de {_ordinal(value)}"


def _numbered(found: re.Match[str], value: int) -> str:
    """Hoofdstuk IV is hoofdstuk vier."""
    return f"{found['before']} {_cardinal(value)}"


def _century(found: re.Match[str], value: int) -> str:
    del found
    return f"{_ordinal(value)} eeuw"


def _and_a_half(found: re.Match[str]) -> str:
    """The words of 2 1/2 km: tweeënhalf kilometer; 1 1/2 is anderhalf."""
    whole = int(found["whole"])
    number = _cardinal(whole)
    words = {0: "een half", 1: "anderhalf"}.get(whole) or f"{number}{'ën' if number.endswith('e') else 'en'}half"
    unit = found["unit"]
    name = "procent" if unit == "%" else UNITS[unit].many if unit else ""
    return f" {words} {name} "


def _number_in_word(found: re.Match[str]) -> str:
    """One word, as zestienjarige."""
    return _cardinal(int(found["number"])) + found["rest"]


def _number_of_things(found: re.Match[str]) -> str:
    return _cardinal(int(found[0]))


def _full_month(found: re.Match[str]) -> str:
    return SHORT_MONTHS[found["month"].lower()] + " "


def _joined(found: re.Match[str]) -> str:
    return found[0].replace(" ", "")


def _file_name(found: re.Match[str]) -> str:
    return found[0].replace(".", " punt ").replace("_", " underscore ").replace("-", " streepje ")


def _capitals_too(abbreviations: dict[str, str]) -> dict[str, str]:
    """With those that begin a sentence; "Mr." is left out, which is English."""
    first = {key[0].upper() + key[1:]: words for key, words in abbreviations.items() if key not in ("mr.", "b.v.")}
    return first | abbreviations


SQUARES = {"2": "vierkante", "3": "kubieke"}
UNIT_SIGN = "|".join(map(re.escape, sorted(UNITS, key=len, reverse=True)))
LETTER = r"[^\W\d_]"
CONSONANT = "[bcdfghjklmnpqrstvwxz]"
CLOCK = r"\d{1,2}[.:][0-5]\d"
OCLOCK = r" ?(?:uur|u)\b"
PART_OF_DAY = (
    "avonds|morgens|ochtends|middags|nachts|zomers|winters|maandags|woensdags|zaterdags|zondags|hertogenbosch|"
    "gravenhage|gravenzande|gravendeel|heerenberg"
)
REWRITES = (
    # Stress accents: hélemaal, dát, híj, één. An é that is a sound stays: café, privé, coupé.
    ("j\u0301", "j"),
    ("J\u0301", "J"),
    ("[áÁ]", "a"),
    ("[íÍ]", "i"),
    ("[óÓ]", "o"),
    ("[úÚ]", "u"),
    ("(?i)é(?=é)|(?<=[eé])é", "e"),
    (rf"(?<!{LETTER})[éÉèÈ](?!{LETTER})", "e"),
    ("(?i)é(?=[iu])", "e"),
    ("(?i)(?<=i)é(?=[bcdfgklmnprtz])", "e"),
    (rf"(?i)(?<!{LETTER})({CONSONANT}{{0,3}})é(?={CONSONANT})", r"\1e"),
    (rf"(?i)(?<!{LETTER})({CONSONANT}{{0,3}})è(?={CONSONANT}+(?!{LETTER}))", r"\1e"),
    (rf"(?<!{LETTER})([dtDT])[éÉ](?!{LETTER})", r"\1e"),
    # 't, 'n and 's
    (r"(?<![\w'])'[tT](?![\w'])", "het"),
    (r"(?<![\w'])(?<![Rr]ock[ -])'[nN](?![\w'])", "een"),
    (r"(?<![\w'])'[sS][ -](?=[A-Za-z])", "s"),
    # E U is EU, though u is a word
    (r"(?<![\w'])[A-Z](?: [A-Z])+(?![\w'])", _joined),
    # files
    (r"(?i)(?<![\w.@/-])[\w-]+\.(?:zip|pdf|docx?|xlsx?|pptx?|jpe?g|png|gif|mp3|mp4|wav|txt|csv|exe|be)(?![\w@-])",
     _file_name),
    # telephone numbers of ten figures in two groups: 06-39200547, 020-5550138
    (r"(?<![\w.,+/-])(?=[\d-]{11}(?![\w-]|[.,]\d))(0\d{1,3})-(\d{3,4})(\d{3,4})", r"\1 \2 \3"),
    (r"(?i)\b(bel|belt|belde|bellen|alarmnummer) 112(?![\w.,]\d|\w)", r"\1 1 1 2"),
    (r"(?i)(?<![\w.,])112(?= (?:ge)?bel(?:t|de|d|len)?\b)", "1 1 2"),
    # money
    (r"(?<=\d),(?:-{1,2}|=)(?!\w)", ""),
    (r"(?<![\d.,])((?:\d{1,3}(?:\.\d{3})+|\d+),\d\d) euro(?!\w)", r"€ \1"),
    (r"(?<!\w)([€$£] ?)(\d[\d.,]*) ?- ?(?=\d)", r"\2 tot \1"),
    # ranges that look like something else
    (r"(?<![\w.,:/+-])((?:1[1-9]|20)\d\d) ?- ?(?=(?:1[1-9]|20)\d\d(?![\w/-]|[.,:]\d))", r"\1 tot "),
    (r"(?<=\d)( ?%) ?- ?(?=\d)", r"\1 tot "),
    # numbers with something behind them
    (rf"(?<![\w.,/-])(?P<whole>\d{{1,3}}) 1/2(?![\w/])(?: ?(?P<unit>%|(?:{UNIT_SIGN})(?![\w/])))?",
     _and_a_half),
    (r"(?<![\w.,-])(?P<number>\d{1,3})[- ]?(?P<rest>(?:jarig|daags|delig|voudig|persoons|sterren|koppig|hoekig)\w*)",
     _number_in_word),
    (rf"(?<![\w.,:/+-])1[1-9]\d\d(?= (?:{COUNTED_THINGS})(?![\w'-]))", _number_of_things),
    (r"(?<=[\dmg€$£]) ?/ ?(kg|kilo|kWh|uur|dag|week|maand|jaar|stuk|persoon|minuut)(?!\w)", r" per \1"),
    (r"(?<!\w)([kcd]?m)([23])(?!\w)", lambda found: SQUARES[found[2]] + " " + UNITS[found[1]].one),
    (r"(?<=\d)([kcd]?m)([23])(?!\w)", lambda found: f" {SQUARES[found[2]]} {UNITS[found[1]].one}"),
    (r"(\d) ?[×x] ?(?=\d[\d.,]*(?: ?[×x] ?\d[\d.,]*)* ?(?:[cdm]?m|px|meter|centimeter|millimeter)(?!\w))", r"\1 bij "),
    (r"(?<=\d) ?[×x](?![\w×])", " keer "),
    (r"(?<!\w)N[or]\.? ?(?=\d)", "nummer "),
    (r"(?<![\w.])[pP]\. ?(?=\d)", "pagina "),
    (r"(?<![\w.])[aA]rt\. ?(?=\d)", "artikel "),
    # months and hours
    (rf"(?i)(?<=\d )(?P<month>{'|'.join(sorted(SHORT_MONTHS, key=len, reverse=True))})(?:\.|(?!\w))(?!\w)",
     _full_month),
    (rf"(?<![\d.:])({CLOCK}) ?- ?(?={CLOCK}{OCLOCK})", r"\1 tot "),
    (r"(?<![\d.:])(\d{1,2}:[0-5]\d) ?- ?(?=\d{1,2}:[0-5]\d(?![\d:]))", r"\1 tot "),
    (rf"(?<![\d.:,])(\d{{1,2}})[.:]00(?= (?:tot|tot en met|t/m|en|of|à) {CLOCK}{OCLOCK})", r"\1"),
    (r"(?<![\w'])([IVXLCDM]+)(?:e|de|ste)(?= eeuw)", r"\1"),
)  # fmt: skip
FOLDS = (
    # number words: vijf en twintig and vijfentwintig, tweeentwintig, twee honderd vijftig, tweeduizendvijf, tweederde
    (rf"{BEGIN}(?<!tussen )(?<!tussen de )({UNIT}) en (?=(?:{TENS})(?:ste|duizend|honderd)?{STOP})", r"\1en"),
    (rf"(twee|drie)en(?=(?:{TENS})|half|halve)", r"\1ën"),
    (rf"{BEGIN}({NUMBER}?duizend)(?=(?:(?:{HUNDREDS})?(?:{BELOW_100}|{ORDINAL})|{HUNDREDS}(?:ste)?){STOP})", r"\1 "),
    (rf"{BEGIN}({HUNDREDS})(?=(?:(?:{BELOW_100})?duizend(?:ste)?|{BELOW_100}|{ORDINAL}){STOP})", r"\1 "),
    (rf"{BEGIN}({NUMBER}|duizend)(?=(?:miljoen|miljard|biljoen){STOP})", r"\1 "),
    (rf"{BEGIN}een(?=(?:honderd|duizend){STOP})", "een "),
    (rf"{BEGIN}((?:{HUNDREDS})|duizend)en(?={BELOW_100}{STOP})", r"\1 en "),
    (rf"{BEGIN}(een|twee|drie|vier|vijf|zes|zeven|acht|negen)(?=(?:derde|vierde|vijfde|zesde|achtste){STOP})",
     r"\1 "),
    (rf"{BEGIN}(elf|twaalf|dertien|veertien|vijftien|zestien|zeventien|achttien|negentien)(?={BELOW_100}{STOP})",
     r"\1 "),
    (rf"{BEGIN}({FROM_TWO}) (?=(?:honderd|duizend){STOP})", r"\1"),
    (rf"{BEGIN}drie kwart{STOP}", "driekwart"),
    # 's avonds is one word here, e-mail too; so is EU
    (rf"{BEGIN}s[ '](?={PART_OF_DAY})", "s"),
    (rf"{BEGIN}e mail", "email"),
    (rf"{BEGIN}t shirt", "tshirt"),
    (rf"{BEGIN}(?<!^\S )(?<! \S )([ev]) u{STOP}(?! \S{STOP})", r"\1u"),
    # foto's and fotos
    (rf"{BEGIN}(\w*[aeiouy]\w*[^\Waeiouy]\w*[aiouy])'s{STOP}", r"\1s"),
    # k for c, before 1995
    (rf"{BEGIN}((?:re|inter|trans)?)akt(?=ie|io|eu|ue|ua|ivi|rice)", r"\1act"),
    ("(ob|sub|pro|tra)jekt", r"\1ject"),
    ("(pro|via|aqua)dukt", r"\1duct"),
    ("(dir|ins|eff|perf|asp|resp|dial|archit|def|koll|korr)ekt", r"\1ect"),
    ("(sel|inf)ekt(?=i|e)", r"\1ect"),
    (r"\bko(?=ntakt|ntrol|mmissie|mmunik|mpleet|mplete|mpliment|mputer|nflikt|ncert|llega|mmentaar|llect|rrect)", "co"),
    ("conta[k]t", "contact"),
    ("conflikt", "conflict"),
    ("communika", "communica"),
    ("publikatie", "publicatie"),
    (r"\bkultu(?=ur|re)", "cultu"),
    (r"\bsekreta(?=r)", "secreta"),
    (r"klub(?=s?\b|huis|lid|leden)", "club"),
    ("electr(?=i|o)", "elektr"),
    (r"\b(foto)?copi(?=e|ë)", r"\1kopi"),
    # a mute n between the parts, after 1995
    (r"\b(pann)e(?=koek)|\b(paard)e(?=bloem|staart)|\b(rugg)e(?=graat|steun)|\b(hond|katt)e(?=hok|bak|voer|mand)|"
     r"\b(kipp)e(?=soep|hok|vel)|\b(bess)e(?=sap|struik)|\b(boer)e(?=kool|dochter|zoon)|\b(per|eik|beuk)e(?=boom)|"
     r"\b(padd)e(?=stoel)|\b(spinn)e(?=web)|\b(kers)e(?=bloesem|boom)|\b(krant)e(?=kop|jongen)|"
     r"\b(hart)e(?=wens|dief)|\b(dronk)e(?=lap)|\b(ziel)e(?=piet)|\b(fless)e(?=hals|opener)",
     "".join(rf"\{group}" for group in range(1, 17)) + "en"),
)  # fmt: skip

LANGUAGE = Language(
    code="nl",
    cardinal=_cardinal,
    thousands=".",
    decimal=",",
    marks={",": "komma", ".": "punt"},
    minus="min",
    read_decimals=_read_decimals,
    ordinal=_ordinal,
    ordinal_suffix=r"(?:ste|de|e)(?![\w'])",
    read_year=_read_year,
    fraction=_fraction,
    mixed="{whole} en {part}",
    counted=_counted,
    to="tot",
    percent="procent",
    per_mille="promille",
    currencies={
        "€": EURO, "EUR": EURO, "$": DOLLAR, "US$": DOLLAR, "USD": DOLLAR, "£": POUND, "GBP": POUND, "CHF": FRANC,
        "ƒ": GUILDER, "NLG": GUILDER, "¥": YEN, "JPY": YEN, "₹": RUPEE, "INR": RUPEE,
    },
    money=_money,
    scales={
        "duizend": "duizend", "miljoen": "miljoen", "miljard": "miljard", "biljoen": "biljoen", "mln": "miljoen",
        "mld": "miljard", "k": "duizend", "K": "duizend", "M": "miljoen",
    },
    units=UNITS,
    phone=_phone,
    times=(
        rf"(?P<h>\d{{1,2}})[:.](?P<m>\d{{2}})(?= (?:tot|tot en met|t/m|en|of|à) {CLOCK}{OCLOCK})",
        r"(?P<h>\d{1,2})[:.](?P<m>\d{2})(?:[:.](?P<s>\d{2}))? ?(?:uur|u|h)\b",
        r"(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2}))?(?![\w:])",
        r"(?P<h>\d{1,2}) ?[uh] ?(?P<m>\d{2})(?![\w:.,])",
        r"(?<=\bom )(?P<h>\d{1,2})\.(?P<m>[0-5]\d)(?![\w:]|[.,]\d| ?[%€]| euro)",
    ),
    read_time=_read_time,
    read_date=_read_date,
    one_letter_words="uà",
    rewrites=REWRITES,
    # Peter M. and Jan V. are suspects in the news, group C is a letter.
    roman=(
        (rf"(?<![\w-])(?P<before>{RULERS}) (?=[IVX]+(?!\w))(?![IVX]\. ?[a-z])ROMAN(?!['.]?\w)", _ruler),
        (rf"(?<!\w)(?P<before>{CHAPTERS}) (?=[IVX]+(?!\w))ROMAN(?!['.]?\w)", _numbered),
        (rf"(?<!\w)(?P<before>{NUMBERED}) (?=[IVX]{{2,}}(?!\w))ROMAN(?!['.]?\w)", _numbered),
        (r"(?<![\w'])ROMAN eeuw(?!\w)", _century),
        (r"(?<!\w)(?P<before>[A-Z][a-z]{2,}) (?=[IVX]{2,}(?!\w))(?!XX)ROMAN(?!['.]?\w)", _ruler),
    ),
    abbreviations=_capitals_too(ABBREVIATIONS) | {"St.": "Sint"},
    symbols={
        "&": "en", "+": "plus", "=": "is", "@": "at", "%": "procent", "‰": "promille", "°": "graden", "§": "paragraaf",
        "×": "keer", "÷": "gedeeld door", "±": "plusminus", "#": "hashtag", "€": "euro", "$": "dollar", "£": "pond",
        "©": "copyright",
    },
    letters_of_addresses={
        ".": "punt", "/": "slash", "@": "at", "-": "streepje", "_": "underscore", ":": "dubbele punt",
    },
    spellings=SPELLINGS,
    folds=FOLDS,
    compounds=True,
)  # fmt: skip
