"""French, with the readings of France; the spellings before and after the reform of 1990 count as the same."""

from __future__ import annotations

import re
from functools import cache

from voxeval.text.language import Currency, Language, Noun, Number, Time
from voxeval.text.reading import roman_value

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
SHORT_MONTHS = {
    "janv": "janvier", "févr": "février", "fév": "février", "avr": "avril", "juil": "juillet", "sept": "septembre",
    "oct": "octobre", "nov": "novembre", "déc": "décembre", "fevrier": "février", "aout": "août",
    "decembre": "décembre",
}  # fmt: skip
MONTH = "(?P<month>" + "|".join([*(rf"{name}\b" for name in MONTHS), *(rf"{s}\b\.?" for s in SHORT_MONTHS)]) + ")"
FRACTIONS = {2: ("demi", "demis"), 3: ("tiers", "tiers"), 4: ("quart", "quarts")}
UPPER = "A-ZÀ-ÖØ-ÞŒ"

# Feminine words that are counted: "1 page" is "une page". Endings that are feminine go by pattern.
FEMININE = {
    "heure", "minute", "seconde", "journée", "semaine", "année", "fois", "personne", "page", "tonne", "once", "calorie",
    "place", "pièce", "voix", "goutte", "cuillère", "cuiller", "cuillerée", "cuil", "tasse", "tranche", "pincée",
    "gousse", "boîte", "boite", "femme", "fille", "victime", "étoile", "chambre", "nuit", "réponse", "ligne", "partie",
    "porte", "rue", "ville", "école", "voiture", "bouteille", "pomme", "poignée", "feuille", "branche", "noix", "botte",
    "carotte", "tomate", "orange", "poire", "banane", "gorgée", "dose", "table", "chaise", "maison", "famille",
    "lettre", "carte", "clé", "clef", "demande", "image", "œuvre", "équipe", "entreprise", "commune", "lieue",
    "brasse", "main",
    "tablette", "assiette", "cigarette", "étape", "épreuve", "tête", "vache", "poule", "brebis", "finale",
    "voie", "saison", "série", "livraison", "offre", "vidéo", "photo", "chanson", "fleur", "couleur", "erreur", "pile",
    "roue", "marche", "couche", "piste", "cloison", "leçon", "façon", "seule", "grande", "petite", "bonne", "nouvelle",
    "belle", "grosse", "gare", "station-service", "usine", "demie", "cuisine", "douche", "salle",
}  # fmt: skip
FEMININE_ENDING = re.compile(r"(?!bastion)\w+(?:tion|ssion|[eu]sion|aison)", re.IGNORECASE)
# Words before a 1 that is a name and no amount: "chapitre 1 page 3".
NUMBERED = {
    "chapitre", "tome", "page", "numéro", "ligne", "article", "partie", "version", "volume", "acte", "scène", "route",
    "sortie", "voie", "salle", "chambre", "étape", "phase", "niveau", "section", "question", "exercice", "figure",
    "type", "groupe", "quai", "ligue", "formule", "place", "virgule", "point", "plus", "moins",
}  # fmt: skip


@cache
def _cardinal(number: int) -> str:
    from num2words import num2words

    return str(num2words(number, lang="fr"))


@cache
def _ordinal_word(number: int) -> str:
    """From the second on: the cardinal without its plural s or mute e, and "ième"."""
    words = re.sub(r"(?<=vingt)s$|(?<=cent)s$|(?<=million)s$|(?<=illiard)s$", "", _cardinal(number))
    words = re.sub(r"^un (?=million$|milliard$)", "", words)
    if words.endswith("cinq"):
        words += "u"
    return re.sub(r"f$", "v", words.removesuffix("e")) + "ième"


def _ordinal(number: int, suffix: str = "") -> str:
    """The word for "1er" premier, "1re" première, "2e" deuxième, "2de" seconde."""
    plural = "s" if suffix.endswith("s") else ""
    if number == 1:
        return ("première" if suffix.rstrip("s") in {"re", "ère"} else "premier") + plural
    if number == 2 and suffix.rstrip("s") in {"d", "nd", "de", "nde"}:
        return ("seconde" if suffix.rstrip("s").endswith("e") else "second") + plural
    return _ordinal_word(number) + plural


def _read_decimals(figures: str) -> str:
    """As a number of up to three digits, with its zeros in front; longer ones digit by digit."""
    rest = figures.lstrip("0")
    if not rest or len(rest) > 3:
        return " ".join(_cardinal(int(figure)) for figure in figures)
    return " ".join([*(["zéro"] * (len(figures) - len(rest))), _cardinal(int(rest))])


def _fraction(top: int, bottom: int) -> str:
    one, many = FRACTIONS.get(bottom) or (_ordinal_word(bottom), _ordinal_word(bottom) + "s")
    return f"{_cardinal(top)} {one if top == 1 else many}"


def _counted(words: str, number: Number, noun: Noun) -> str:
    """The noun is in the singular under two: "1,5 litre"."""
    if noun.gender == "f" and not number.decimals:
        words = re.sub(r"\bun$", "une", words)
    return f"{words} {noun.one if number.whole < 2 else noun.many}"


def _money(units: str, cents: str) -> str:
    """As in "douze euros cinquante"."""
    return f"{units} {cents.rsplit(' ', 1)[0]}"


def _phone(groups: tuple[str, ...]) -> str:
    """Group by group, long ones by two digits; each zero in front by itself."""
    words = []
    for group in groups:
        digits = group.lstrip("+")
        if group.startswith("+"):
            words.append("plus")
        whole = len(digits) <= 3
        parts = [digits] if whole else [digits[at : at + 2] for at in range(len(digits) % 2, len(digits), 2)]
        if not whole and len(digits) % 2:
            parts.insert(0, digits[0])
        for part in parts:
            rest = part.lstrip("0")
            words += ["zéro"] * (len(part) - len(rest))
            if rest:
                words.append(_cardinal(int(rest)))
    return " ".join(words)


def _some(number: int, noun: str) -> str:
    """So many hours, minutes or seconds."""
    words = re.sub(r"\bun$", "une", _cardinal(number))
    return f"{words} {noun}{'s' if number > 1 else ''}"


def _read_time(time: Time) -> str:
    """As in "quatorze heures trente", "neuf heures cinq", "zéro heure"."""
    words = _some(time.hour, "heure")
    if time.second is not None:
        return f"{words} {_some(time.minute, 'minute')} {_some(time.second, 'seconde')}"
    return words if time.minute == 0 else f"{words} {re.sub(r'un$', 'une', _cardinal(time.minute))}"


def _read_date(day: int, month: int, year: int | None) -> str:
    words = f"{'premier' if day == 1 else _cardinal(day)} {MONTHS[month - 1]}"
    return words if year is None else f"{words} {_cardinal(year)}"


def _month_date(found: re.Match[str]) -> str:
    written = found["month"].rstrip(".").lower()
    month = MONTHS.index(SHORT_MONTHS.get(written, written)) + 1
    return _read_date(int(found["day"]), month, int(found["year"]) if found["year"] else None)


# --- Roman numerals --------------------------------------------------------------------------------------------------

NUMERAL = r"(?=[IVXLCDM])M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
PARTS = (
    "chapitre|tome|acte|scène|livre|volume|partie|article|titre|section|paragraphe|psaume|chant|épisode|an|strophe|"
    "annexe|appendice"
)
KINDS = "type|phase|niveau|classe|groupe|stade|factor|facteur|bowl|album|catégorie|cycle|série|ligue"
QUEENS = "Élisabeth|Elisabeth|Elizabeth|Catherine|Marguerite|Jeanne|Marie|Isabelle|Anne|Victoria"
RULERS = (
    "Louis|Charles|Henri|Philippe|Georges?|Jacques|Édouard|Edouard|Pie|Paul|Benoît|Jean|Alphonse|Ferdinand|Léopold|"
    "Guillaume|Frédéric|Christian|Gustave|Mohammed|Ramsès|Ptolémée|Clément|Grégoire|Léon|Innocent|Alexandre|Richard|"
    "Robert|Rodolphe|Sixte|Urbain|Boniface|Albert|Amédée|Pierre|Ivan|Nicolas|Constantin|Napoléon|François|Clotaire|"
    f"Childéric|Thierry|Manuel|Sanche|Darius|Antiochus|Baudouin|Mehmed|Sélim|Soliman|Vatican|{QUEENS}"
)


def _part(found: re.Match[str], value: int) -> str | None:
    """As in "chapitre IV"; the letters C, D, L, M alone are letters, as in "annexe C"."""
    numeral = found["roman"]
    if numeral in {"C", "D", "L", "M", "CV"} or value > 150:
        return None
    return f"{found['before']} {_cardinal(value)}"


def _kind(found: re.Match[str], value: int) -> str | None:
    """As in "type II", but "groupe C", "classe X"."""
    limit = 100 if found["before"].lower() == "bowl" else 40
    return f"{found['before']} {_cardinal(value)}" if len(found["roman"]) > 1 and value < limit else None


def _ruler(found: re.Match[str], value: int) -> str | None:
    """As in "Louis XIV", "Charles X", "Charles I"."""
    before = found["before"]
    if value >= 40:
        return None
    if value == 1:
        return f"{before} {'première' if re.fullmatch(QUEENS, before) else 'premier'}"
    return f"{before} {_cardinal(value)}"


def _name(found: re.Match[str], value: int) -> str | None:
    """As in "Paris VI", "Rocky II": numerals of I, V and X, of two letters at least."""
    numeral = found["roman"]
    return f"{found['before']} {_cardinal(value)}" if len(numeral) > 1 and value < 40 else None


def _roman_ordinal(found: re.Match[str]) -> str:
    """Figures: "XIXe" as 19e, "Ier" as 1er."""
    return f"{roman_value(found['numeral'])}{found['suffix'].lower()}"


def _roman_row(found: re.Match[str]) -> str:
    """As in "chapitres IV et V"."""
    return re.sub(r"\b[IVXLCDM]+\b", lambda numeral: str(roman_value(numeral[0])), found[0])


# --- what is rewritten first -----------------------------------------------------------------------------------------


def _letters(found: re.Match[str]) -> str:
    """Capitals in a row are one word, but "IL Y A" is three."""
    letters = re.findall(rf"[{UPPER}]", found[0])
    n_words = sum(letter in "AYÀÔ" for letter in letters)
    return "".join(letters) if n_words == 0 or (n_words == 1 and len(letters) > 2) else found[0]


def _file(found: re.Match[str]) -> str:
    return f" {found['stem'].replace('_', ' tiret bas ').replace('.', ' point ')} point {found['ending']} "


def _hashtag(found: re.Match[str]) -> str:
    """The words of "#JardinsOuverts"."""
    words = re.sub(rf"(?<=[^\W\d_{UPPER}])(?=[{UPPER}\d])|_", " ", found["words"])
    return f" hashtag {words} "


def _short_date(found: re.Match[str]) -> str:
    """As in "le 14/03"."""
    day, month = int(found["day"]), int(found["m"])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return found[0]
    return f"{found['before']} {_read_date(day, month, None)} "


def _scale(found: re.Match[str]) -> str:
    """As in "au 1/25 000", which is "au vingt-cinq millième"."""
    return f"{_ordinal_word(int(found['number'].replace(' ', '')))} "


def _large_range(found: re.Match[str]) -> str:
    """Of "10 000-15 000", which is no telephone number."""
    low, high = (int(re.sub(r"\D", "", found[name])) for name in ("low", "high"))
    return f"{found['low']} à {found['high']}" if low < high else found[0]


def _year_pair(found: re.Match[str]) -> str:
    """Of years: "1914-1918" is a range, "2025/2026" is two years."""
    first, second = int(found["first"]), int(found["second"])
    if first >= second:
        return found[0]
    return f" {_cardinal(first)} {'à ' if found['mark'] == '-' else ''}{_cardinal(second)} "


def _is_feminine(word: str) -> bool:
    word = word.lower()
    return word in FEMININE or FEMININE_ENDING.fullmatch(word) is not None


def _one_of_her(found: re.Match[str]) -> str:
    """Gender: "1 page" is "une page"."""
    before = (found["before"] or "").lower()
    return f"{found['lead']}une {found['noun']}" if before not in NUMBERED and _is_feminine(found["noun"]) else found[0]


def _half(found: re.Match[str]) -> str:
    """Halves: "1/2 cuillerée" is "une demi-cuillerée", "2 1/2 heures" is "2 heures et demie"."""
    noun, whole = found["noun"], found["whole"]
    if noun in {"de", "du", "des", "et", "ou", "à", "au", "aux", "en", "est", "sur", "par", "pour", "dans", "la", "le"}:
        return found[0]
    if whole is not None:
        return f"{whole} {noun} et demi"
    return f"{'une' if _is_feminine(noun) else 'un'} demi {noun}"


def _part_of_unit(found: re.Match[str]) -> str:
    """Parts: "1/2 l" is "un demi litre", "3/4 l" is "trois quarts de litre"."""
    top, bottom, noun = int(found["top"]), int(found["bottom"]), UNITS[found["unit"]]
    if not 0 < top < bottom:
        return found[0]
    if found["whole"]:
        whole = int(found["whole"])
        number = Number(whole=whole, figures=found["whole"])
        part = "demi" if bottom == 2 else _fraction(top, bottom)
        return f" {_counted(_cardinal(whole), number, noun)} et {part} "
    if bottom == 2:
        return f" {'une' if noun.gender == 'f' else 'un'} demi {noun.one} "
    return f" {_fraction(top, bottom)} {'d' if noun.one[0] in 'aehiou' else 'de'} {noun.one} "


def _toll_free(found: re.Match[str]) -> str:
    return f" {_phone(tuple(re.findall(r'[0-9]+', found[0])))} "


def _pairs_of_digits(found: re.Match[str]) -> str:
    """A telephone number in pairs with spaces between them."""
    return " ".join(re.findall(r"\d\d", found[0]))


def _per(found: re.Match[str]) -> str:
    """As in "18 €/nuit", "3 €/kg"."""
    unit = found["unit"]
    return f"{found['sign']} par {UNITS[unit].one if unit in UNITS else unit}"


# --- units and currencies --------------------------------------------------------------------------------------------


def _noun(one: str, gender: str = "m") -> Noun:
    """A noun whose words all take an s, up to a preposition."""
    head, *tail = re.split(r"(?= (?:par|à|au) )", one, maxsplit=1)
    return Noun(one=one, many=" ".join(word + "s" for word in head.split()) + "".join(tail), gender=gender)


UNITS = {
    "km": _noun("kilomètre"), "hm": _noun("hectomètre"), "m": _noun("mètre"), "dm": _noun("décimètre"),
    "cm": _noun("centimètre"), "mm": _noun("millimètre"), "μm": _noun("micromètre"), "nm": _noun("nanomètre"),
    "km2": _noun("kilomètre carré"), "m2": _noun("mètre carré"), "cm2": _noun("centimètre carré"),
    "mm2": _noun("millimètre carré"), "m3": _noun("mètre cube"), "cm3": _noun("centimètre cube"),
    "km3": _noun("kilomètre cube"), "dm3": _noun("décimètre cube"), "ha": _noun("hectare"),
    "km/h": _noun("kilomètre à l'heure"), "km/s": _noun("kilomètre par seconde"), "m/s": _noun("mètre par seconde"),
    "m/s2": Noun(one="mètre par seconde carrée", many="mètres par seconde carrée"), "m/min": _noun("mètre par minute"),
    "t": _noun("tonne", "f"), "kg": _noun("kilogramme"), "hg": _noun("hectogramme"), "g": _noun("gramme"),
    "dg": _noun("décigramme"), "cg": _noun("centigramme"), "mg": _noun("milligramme"), "μg": _noun("microgramme"),
    "kt": _noun("kilotonne", "f"), "Mt": _noun("mégatonne", "f"),
    "hl": _noun("hectolitre"), "hL": _noun("hectolitre"), "l": _noun("litre"), "L": _noun("litre"),
    "dl": _noun("décilitre"), "dL": _noun("décilitre"), "cl": _noun("centilitre"), "cL": _noun("centilitre"),
    "ml": _noun("millilitre"), "mL": _noun("millilitre"), "l/min": _noun("litre par minute"),
    "L/min": _noun("litre par minute"), "l/h": _noun("litre par heure"), "l/s": _noun("litre par seconde"),
    "l/j": _noun("litre par jour"), "m3/s": _noun("mètre cube par seconde"), "m3/h": _noun("mètre cube par heure"),
    "g/l": _noun("gramme par litre"), "g/L": _noun("gramme par litre"), "mg/l": _noun("milligramme par litre"),
    "mg/L": _noun("milligramme par litre"), "g/km": _noun("gramme par kilomètre"), "g/cm3":
    _noun("gramme par centimètre cube"), "kg/m3": _noun("kilogramme par mètre cube"), "mg/kg":
    _noun("milligramme par kilogramme"), "tr/min": _noun("tour par minute"),
    "μg/m3": _noun("microgramme par mètre cube"), "hab./km2": _noun("habitant au kilomètre carré"),
    "hab/km2": _noun("habitant au kilomètre carré"), "t/ha": Noun(one="tonne à l'hectare", many="tonnes à l'hectare"),
    "°": _noun("degré"), "°C": Noun(one="degré Celsius", many="degrés Celsius"),
    "°F": Noun(one="degré Fahrenheit", many="degrés Fahrenheit"),
    "ko": _noun("kilooctet"), "Ko": _noun("kilooctet"), "Mo": _noun("mégaoctet"), "Go": _noun("gigaoctet"),
    "To": _noun("téraoctet"), "Po": _noun("pétaoctet"), "Mo/s": _noun("mégaoctet par seconde"),
    "Go/s": _noun("gigaoctet par seconde"), "ko/s": _noun("kilooctet par seconde"),
    "kB": _noun("kilobyte"), "KB": _noun("kilobyte"), "MB": _noun("mégabyte"), "GB": _noun("gigabyte"),
    "TB": _noun("térabyte"), "kbit/s": _noun("kilobit par seconde"), "Mbit/s": _noun("mégabit par seconde"),
    "Mb/s": _noun("mégabit par seconde"), "Gbit/s": _noun("gigabit par seconde"), "Gb/s": _noun("gigabit par seconde"),
    "Hz": Noun(one="hertz", many="hertz"), "kHz": Noun(one="kilohertz", many="kilohertz"),
    "MHz": Noun(one="mégahertz", many="mégahertz"), "GHz": Noun(one="gigahertz", many="gigahertz"),
    "W": _noun("watt"), "kW": _noun("kilowatt"), "MW": _noun("mégawatt"), "GW": _noun("gigawatt"),
    "Wh": Noun(one="watt heure", many="watts heures"), "kWh": Noun(one="kilowatt heure", many="kilowatts heures"),
    "MWh": Noun(one="mégawatt heure", many="mégawatts heures"),
    "GWh": Noun(one="gigawatt heure", many="gigawatts heures"),
    "TWh": Noun(one="térawatt heure", many="térawatts heures"),
    "kWc": Noun(one="kilowatt crête", many="kilowatts crête"),
    "V": _noun("volt"), "kV": _noun("kilovolt"), "mV": _noun("millivolt"), "mA": _noun("milliampère"),
    "mAh": Noun(one="milliampère heure", many="milliampères heures"), "Ω": Noun(one="ohm", many="ohms"),
    "ch": Noun(one="cheval", many="chevaux"), "hPa": _noun("hectopascal"), "kPa": _noun("kilopascal"),
    "kcal": _noun("kilocalorie", "f"), "cal": _noun("calorie", "f"), "kJ": _noun("kilojoule"),
    "dB": Noun(one="décibel", many="décibels"), "px": Noun(one="pixel", many="pixels"),
    "Mpx": Noun(one="mégapixel", many="mégapixels"), "ppm": Noun(one="partie par million", many="parties par million"),
    "h": _noun("heure", "f"), "min": _noun("minute", "f"), "mn": _noun("minute", "f"), "s": _noun("seconde", "f"),
    "sec": _noun("seconde", "f"), "ms": _noun("milliseconde", "f"), "ns": _noun("nanoseconde", "f"),
    "lb": _noun("livre", "f"), "hab": _noun("habitant"), "hab.": _noun("habitant"),
    "pers.": _noun("personne", "f"),
}  # fmt: skip
# After a number under two a unit's plural sounds like its singular: "1,5 litres".
UNIT_NAMES = "|".join(
    sorted({noun.one.split()[0] for noun in UNITS.values() if noun.many.split()[0] == noun.one.split()[0] + "s"})
)
CENT = Noun(one="cent", many="cents")
CENTIME = Noun(one="centime", many="centimes")
EURO = Currency(unit=_noun("euro"), cent=CENTIME)
DOLLAR = Currency(unit=_noun("dollar"), cent=CENT)
POUND = Currency(unit=_noun("livre", "f"), cent=Noun(one="penny", many="pence"))
SWISS = Currency(unit=_noun("franc suisse"), cent=CENTIME)
YEN = Currency(unit=_noun("yen"))
CURRENCIES = {
    "€": EURO, "EUR": EURO, "$": DOLLAR, "US$": DOLLAR, "$US": DOLLAR, "USD": DOLLAR, "£": POUND, "GBP": POUND,
    "¥": YEN, "JPY": YEN, "CHF": SWISS, "$CA": Currency(unit=_noun("dollar canadien"), cent=CENT),
    "CAD": Currency(unit=_noun("dollar canadien"), cent=CENT), "CNY": Currency(unit=_noun("yuan")),
    "₹": Currency(unit=_noun("roupie", "f")), "INR": Currency(unit=_noun("roupie", "f")),
    "₽": Currency(unit=_noun("rouble")), "RUB": Currency(unit=_noun("rouble")), "PLN": Currency(unit=_noun("zloty")),
    "FCFA": Currency(unit=Noun(one="franc CFA", many="francs CFA")),
    "F CFA": Currency(unit=Noun(one="franc CFA", many="francs CFA")), "FF": Currency(unit=_noun("franc"), cent=CENTIME),
}  # fmt: skip
UNIT_SIGNS = "|".join(re.escape(unit) for unit in sorted(UNITS, key=lambda unit: (-len(unit), unit)))

GROUPED = r"\d{1,3}(?:[ .]\d{3})+"
NUMBER = r"\d+(?:[ .]\d{3})*(?:,\d+)?"
# Not the beginning of a telephone number: +33 6 12 34 56 78
NO_PHONE = r"(?!\d{1,3}[ .-]?\(?\d?\)?[ .-]?\d(?:[ .-]?\d\d){3})"
EXTENSIONS = (
    "pdf|docx?|xlsx?|pptx?|odt|ods|txt|csv|jpe?g|png|gif|svg|mp[34]|wav|zip|html?|json|xml|py|exe|tar|gz|md|log|avi"
)
REWRITES = (
    # letters that are spelled: "R E R", "S.N.C.F."
    (rf"(?<!\w)[{UPPER}](?: [{UPPER}](?![\w'.-]))+", _letters),
    (r"(?<![\w.])[A-Z](?:\.[A-Z])+(?!\w)\.?", _letters),
    (r"(?<![\w.'-])(?!M\.|J\.-C\.|N\.-D\.)[A-Z]\.(?:[ -]?[A-Z]\.)+", _letters),
    (r"(?<![\w'.-])[b-xz](?: [b-xz](?![\w'.-])){2,}", lambda found: found[0].replace(" ", "")),
    # capitals without their accents
    (r"\bCa\b", "Ça"),
    (r"(?:^|(?<=[.!?] ))A (?=[^\W\d_A-Z]{3})", "À "),
    # files, hashtags
    (rf"(?<![\w./@-])(?P<stem>\w[\w-]*(?:\.[\w-]+)*)\.(?P<ending>{EXTENSIONS})(?![\w-])", _file),
    (r"#(?P<words>[^\W\d]\w*)", _hashtag),
    (r"#(?=\d)", "numéro "),
    # Roman ordinals: "XIXe siècle", "Ier", "Ve République"
    (r"(?<![\w.])(?P<numeral>I)(?P<suffix>er|re|ère)(?!\w)", _roman_ordinal),
    (r"(?<![\w.])(?P<numeral>II)(?P<suffix>nde|de|nd)(?!\w)", _roman_ordinal),
    (r"(?<![\w.])(?P<numeral>(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3}))(?P<suffix>(?:i?ème|e)s?)(?!\w)", _roman_ordinal),
    (r"(?<![\w.])(?P<numeral>(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3}))(?P<suffix>E)(?= SI[ÈE]CLE)", _roman_ordinal),
    (rf"\b(?:(?i:{PARTS})s|{RULERS}) (?:{NUMERAL}(?:, | et | ou | à | ?- ?))+{NUMERAL}\b", _roman_row),
    # titles and what is short before a number
    (rf"(?<!\b[A-Z]\. )(?<![\w.'-])M\. (?=[{UPPER}]|et )", "monsieur "),
    (rf"(?<![\w.'-])MM\. (?=[{UPPER}])", "messieurs "),
    (rf"(?<![\w'-])Me (?=[{UPPER}][a-zà-ÿœ])", "maître "),
    (rf"(?<![\w'-])Mes (?=[{UPPER}][a-zà-ÿœ]+ et [{UPPER}])", "maîtres "),
    (rf"(?<![\w'-])(?:Pr\.?|Prof\.) (?=[{UPPER}])", "professeur "),
    (rf"(?<![\w'-])bd\.? (?=de |du |des |d'|[{UPPER}])", "boulevard "),
    (rf"(?<![\w-])(?P<before>[Ss])te?\. (?=[{UPPER}])", r"\g<before>aint "),
    (r"\b[nN]\.?[°º]s ?(?=\d)", "numéros "),
    (r"\b(?:[nN]\.?[°º]|[nN]\.?o\.? ?(?=\d)) ?", "numéro "),
    (r"(?<![\w'-])[Pp]p\. ?(?=\d)", "pages "),
    (r"(?<![\w'-])[Pp]\. ?(?=\d)", "page "),
    (r"(?<![\w'-])[Vv]ol\. ?(?=\d|[IVX])", "volume "),
    (r"(?<![\w-])[Aa]rt\. ?(?=\d|[IVXLR])", "article "),
    (r"(?<![\w-])[Ff]ig\. ?(?=\d)", "figure "),
    (r"(?<![\w'-])[Cc]hap\. ?", "chapitre "),
    (r"(?<![\w'-])t\. (?=\d|[IVX])", "tome "),
    # telephone numbers
    (r"(?<![\d.,/-])0[1-9](?:[.-]?\d{2}){4}(?![\d/-]|[.,]\d)", _pairs_of_digits),
    (r"(?<![\d.,/-])0 ?8[0-9]{2}(?:[ .]\d{2}){3}(?!\d)|(?<![\d.,/-])0 8[0-9]{2}(?: \d{3}){2}(?!\d)", _toll_free),
    (rf"(?<![\w+])\+ ?(?={NUMBER}){NO_PHONE}", "plus "),
    # dates and times
    (r"(?<![\d/.,-])(?P<first>1\d{3}|20\d\d) ?(?P<mark>[-/]) ?(?P<second>1\d{3}|20\d\d)(?![\d/-]|[.,]\d)", _year_pair),
    (rf"(?<![\d.,/-])(?P<low>{GROUPED}) ?- ?(?P<high>{GROUPED})(?![\d/-]|[ .,]\d)", _large_range),
    (rf"(?<=\d)(?P<unit> ?(?:{UNIT_SIGNS}|[€$£%])) ?- ?(?=\d+(?:,\d+)?(?P=unit))", r"\g<unit> à "),
    (r"(?<=guerre de )(14|39)-(18|45)\b", r"\1 \2"),
    (
        r"\b(?P<before>[Ll]e|[Dd]u|[Aa]u|(?P<weekday>(?:lun|mar|mercre|jeu|vendre|same)di|dimanche)) "
        r"(?P<day>[0-3]?\d)/(?P<m>0[1-9]|(?<=\d\d/)1[0-2]|(?(weekday)1?\d|(?!)))(?![\d/])",
        _short_date,
    ),
    (r"(?<!\d)(\d{1,2} ?[hH](?: ?\d{2})?) ?- ?(?=\d{1,2} ?[hH])", r"\1 à "),
    (r"(?<!\d)(\d{1,2}) ?h ?/ ?(\d{1,2})\b", r"\1 heures sur \2"),
    (r"(?<!\d)(\d{1,2}) ?j ?/ ?(\d{1,2})\b", r"\1 jours sur \2"),
    (r"\b0(\d ?(?:min|mn|s|sec)\b)", r"\1"),
    # money
    (r"(?<=\d) ?€ ?(\d\d)(?![\d,.])", r",\1 €"),
    (r"(\d,\d\d) ?euros?\b", r"\1 €"),
    (r"(\d,\d\d) ?dollars?\b(?! \w+ien)", r"\1 $"),
    (r"(?<=\d) ?(M|Mds?|k|K) ?(?=[€$£])", r" \1 "),
    (r"(?<=\d) ?Mds? (?=d'|de )", " milliards "),
    (r"(?<=\d) ?M (?=d'euros|de dollars|de livres)", " millions "),
    (r"(?P<sign>[€$£]) ?/ ?(?P<unit>[^\W\d_]+[23]?)", _per),
    # fractions and measures
    (rf"(?<![\w.,/])(?:(?P<whole>\d{{1,3}}) )?(?P<top>\d)/(?P<bottom>[2-9]) ?(?P<unit>{UNIT_SIGNS})(?![\w/^]|['-]\w)",
     _part_of_unit),
    (r"(?<![\w/.,])1/2[ -]finale", "demi finale"),
    (r"(?<![\w/.,])1/4 de (?=finale)", "quart de "),
    (r"(?<![\w/.,])1/8e?s? de (?=finale)", "huitième de "),
    (r"(?<![\w/.,])1/16e?s? de (?=finale)", "seizième de "),
    (r"(?<![\w.,/])(?:(?P<whole>\d{1,3}) )?1/2 (?P<noun>[^\W\d_]{2,})", _half),
    (r"(?<![\d/.,])((?!1/)\d+(?:,\d+)?) ?/ ?20(?![\d/]|,\d)", r"\1 sur 20"),
    (r"(?<=\d) ?[lL] ?/ ?100 ?km\b", " litres aux 100 kilomètres"),
    (r"(?<=\d) ?km/heure\b", " km/h"),
    (r"(?<=\d) ?[o°] ?C\b", " °C"),
    (r"(?<=\bau )1 ?/ ?(?P<number>\d{2,3}(?: ?\d{3})*|\d(?: ?\d{3})+)(?:i?ème|e)?(?!\w)", _scale),
    (r"\b4 ?[xX×] ?4\b", "4 4"),
    (r"(?<=\d) ?[xX] ?(?=\d)", " fois "),
    (r"(?<=\d) ?- ?(?=\d[\d ,.]*=)", " moins "),
    (r"(?<=\d) (?=\d{3}(?:e|i?ème)s?\b)", ""),
    (r"(?P<lead>(?:(?P<before>[^\W\d_]+) )?(?<![\w.,:/+-])(?<!\d ))1 (?P<noun>[^\W\d_]+)", _one_of_her),
)  # fmt: skip

# --- spellings -------------------------------------------------------------------------------------------------------

# The forms of 1990 stand for both; circumflexes, futures in "-éderai" and verbs in "-eler" go by pattern, in FOLDS.
SPELLINGS = {
    # accents
    "événement": "évènement", "événements": "évènements", "événementiel": "évènementiel",
    "événementielle": "évènementielle", "crémerie": "crèmerie", "crémeries": "crèmeries", "céleri": "cèleri",
    "céleris": "cèleris", "sécheresse": "sècheresse", "sécheresses": "sècheresses", "sécherie": "sècherie",
    "allégement": "allègement", "allégements": "allègements", "abrégement": "abrègement", "allégrement": "allègrement",
    "empiétement": "empiètement", "réglementer": "règlementer", "réglementé": "règlementé",
    "réglementée": "règlementée", "réglementés": "règlementés", "réglementées": "règlementées",
    "réglementation": "règlementation", "réglementations": "règlementations", "réglementaire": "règlementaire",
    "réglementaires": "règlementaires", "piéterie": "pièterie", "revolver": "révolver", "revolvers": "révolvers",
    "pizzeria": "pizzéria", "pizzerias": "pizzérias", "cafeteria": "cafétéria", "cafeterias": "cafétérias",
    "memento": "mémento", "veto": "véto", "media": "média", "medias": "médias", "referendum": "référendum",
    "referendums": "référendums", "desiderata": "désidérata", "senior": "sénior", "seniors": "séniors",
    "diesel": "diésel", "féerie": "féérie", "féeries": "fééries", "féerique": "féérique", "féeriques": "féériques",
    "asséner": "assener", "québecois": "québécois", "québecoise": "québécoise",
    "peseta": "péséta", "placebo": "placébo", "placebos": "placébos", "decrescendo": "décrescendo",
    "facsimile": "facsimilé", "artefact": "artéfact", "artefacts": "artéfacts", "jamborée": "jamboree",
    # consonants and vowels
    "oignon": "ognon", "oignons": "ognons", "nénuphar": "nénufar", "nénuphars": "nénufars", "chariot": "charriot",
    "chariots": "charriots", "combatif": "combattif", "combative": "combattive", "combatifs": "combattifs",
    "combatives": "combattives", "combativité": "combattivité", "imbécillité": "imbécilité", "bonhomie": "bonhommie",
    "boursoufler": "boursouffler", "boursouflé": "boursoufflé", "boursouflée": "boursoufflée", "cahute": "cahutte",
    "persifler": "persiffler", "asseoir": "assoir", "rasseoir": "rassoir", "surseoir": "sursoir",
    "joaillier": "joailler", "joailliers": "joaillers", "quincaillier": "quincailler",
    "quincailliers": "quincaillers", "serpillière": "serpillère", "serpillières": "serpillères",
    "marguillier": "marguiller", "corolle": "corole", "corolles": "coroles", "girolle": "girole",
    "girolles": "giroles", "interpeller": "interpeler", "interpellé": "interpelé", "interpellée": "interpelée",
    "interpellés": "interpelés", "interpellées": "interpelées", "interpellait": "interpelait", "relais": "relai",
    "eczéma": "exéma", "prud'homme": "prudhomme", "prud'hommes": "prudhommes",
    "dentellière": "dentelière", "sottie": "sotie", "balluchon": "baluchon",
    "affût": "affut", "flûtes": "flutes", "gîtes": "gites", "abîmes": "abimes", "affûtes": "affutes",
    "gageure": "gageüre", "gageures": "gageüres", "saoul": "soul", "saoule": "soule",
    "saouls": "souls", "saouler": "souler", "saoulé": "soulé", "douceâtre": "douçâtre",
    "clef": "clé", "clefs": "clés", "cuiller": "cuillère", "cuillers": "cuillères", "lys": "lis",
    "bistrot": "bistro", "bistrots": "bistros", "tzar": "tsar", "tzars": "tsars", "tzigane": "tsigane",
    "tziganes": "tsiganes", "phantasme": "fantasme", "phantasmes": "fantasmes", "shampooing": "shampoing",
    "shampooings": "shampoings", "maffia": "mafia", "igloo": "iglou", "igloos": "iglous", "canoé": "canoë",
    "canoés": "canoës", "okay": "ok", "mil": "mille", "arobas": "arobase", "arrobase": "arobase", "heu": "euh",
    "hm": "hmm", "mmh": "hmm", "hé": "eh", "pourcent": "pour cent", "pourcents": "pour cent", "etcetera": "et cetera",
    "grand'mère": "grand mère", "grand'mères": "grand mères", "grand'chose": "grand chose",
    "grand'route": "grand route", "grand'rue": "grand rue", "grand'place": "grand place",
    "millions": "million", "milliards": "milliard",
    # a first capital that lost its accent
    "etat": "état", "etats": "états", "ecole": "école", "ecoles": "écoles", "eglise": "église", "eglises": "églises",
    "elysée": "élysée", "egypte": "égypte", "ecosse": "écosse", "eric": "éric", "emile": "émile",
    "etienne": "étienne", "edouard": "édouard", "elisabeth": "élisabeth", "emilie": "émilie", "elodie": "élodie",
    "egalement": "également", "evidemment": "évidemment", "ecoute": "écoute", "ecoutez": "écoutez",
    "etudiant": "étudiant", "etudiants": "étudiants", "etude": "étude", "etudes": "études", "equipe": "équipe",
    "edition": "édition", "editions": "éditions", "economie": "économie", "electricité": "électricité",
    "energie": "énergie", "epinal": "épinal", "evian": "évian", "evreux": "évreux", "etretat": "étretat",
    "education": "éducation", "election": "élection", "elections": "élections", "emission": "émission",
    "ecologie": "écologie", "etranger": "étranger", "etait": "était", "etaient": "étaient", "etais": "étais",
    "etant": "étant", "etoile": "étoile", "ete": "été",
    # short forms that are no words, in any case
    "mr": "monsieur", "mme": "madame", "mmes": "mesdames", "mlle": "mademoiselle", "mlles": "mesdemoiselles",
    "dr": "docteur", "drs": "docteurs", "mgr": "monseigneur", "st": "saint", "ste": "sainte", "appt": "appartement",
    "fbg": "faubourg",
    "svp": "s il vous plait", "stp": "s il te plait", "rdv": "rendez vous", "etc": "et cetera", "vs": "versus",
    "bcp": "beaucoup", "qqch": "quelque chose", "qqn": "quelqu un", "càd": "c est à dire",
    "bd": "bédé", "bds": "bédés", "tél": "téléphone", "sté": "société", "tjs": "toujours", "tshirt": "teeshirt",
    "tshirts": "teeshirts",
}  # fmt: skip

# Two parts that are also written as one word.
COMPOUNDS = (
    "week end", "plate forme", "e mail", "porte monnaie", "porte clé", "porte clés", "tire bouchon", "croque monsieur",
    "pique nique", "auto stop", "auto école", "extra terrestre", "ultra violet", "ultra son", "infra rouge",
    "contre performance", "contre productif", "contre productive", "entre temps", "haut parleur", "micro onde",
    "micro ondes", "mini jupe", "tam tam", "tic tac", "ping pong", "pop corn", "base ball", "basket ball", "hand ball",
    "volley ball", "cow boy", "fast food", "hot dog", "blue jean", "pipe line", "best seller", "play back",
    "check list", "chewing gum", "baby sitter", "audio visuel", "audio visuelle", "lieu dit", "chauve souris",
    "sage femme",
    "co voiturage", "co location", "co pilote", "co auteur", "télé travail", "vidéo surveillance", "radio actif",
    "radio active", "hydro électrique", "photo voltaïque", "skate board", "pull over", "black out", "crash test",
    "start up", "smart phone", "web cam", "pod cast", "tee shirt", "sans abri", "rond point", "mange tout",
)  # fmt: skip
PREFIXES = "anti|néo|semi|pseudo|intra|aéro|agro|hydro|cyber"
DOUBLED = "amonc|ruiss|morc|renouv|chanc|ensorc|étinc|fic|niv|ép|mus|jum|carr|gromm"
DOUBLED_T = "étiqu|feuill|épouss|empaqu|cliqu|vol"
FUTURE = "r(?:ai|as|a|ons|ez|ont|ais|ait|ions|iez|aient)"
TENS = "vingt|trente|quarante|cinquante|soixante"
DIGITS = "deux|trois|quatre|cinq|six|sept|huit|neuf"
NUMBER_WORD = (
    f"(?:zéro|une?|{DIGITS}|dix|onze|douze|treize|quatorze|quinze|seize|{TENS}|cent|mille|million|milliard|et)"
)
FOLDS = (
    ("œ", "oe"),
    ("æ", "ae"),
    (r"\bet (?:caetera|cétéra|cétera|caetéra)\b", "et cetera"),
    (r"\baujourd hui\b", "aujourd'hui"),
    (r"\brock(?:'n| n) roll\b", "rock and roll"),
    ("guë", "güe"),
    ("guï", "güi"),
    # maître, goût; île, brûler, but not dû, sûr, mûr, jeûne, nor "il fît, nous fûmes"
    (r"(?<=[ao])î", "i"),
    (r"(?<=[ao])û", "u"),
    (r"î(?!(?:t|mes|tes|nt|nmes|ntes)\b)", "i"),
    (r"\b(?!(?:jeûn\w*|(?:re)?dû|mûr|sûr|(?:re|dé)?crû)\b)(\w+?)û(?!(?:t|mes|tes)\b)", r"\1u"),
    # céderai, cèderai
    (rf"\b(\w*)é((?:[bcdfghjklmnpqrstvxz]|gu|qu)+)e({FUTURE})\b", r"\1è\2e\3"),
    # ruisselle, ruissèle; étiquette, étiquète
    (rf"\b({DOUBLED})elle(s|nt|{FUTURE}|ments?)?\b", r"\1èle\2"),
    (rf"\b({DOUBLED_T})ette(s|nt|{FUTURE})?\b", r"\1ète\2"),
    # written as one word or two
    ("|".join(rf"(?<=\b{first}) (?={second}s?\b)" for first, second in (name.split() for name in COMPOUNDS)), ""),
    (rf"\b({PREFIXES}) (?=\w{{3}})", r"\1"),
    (r"\bt shirt", "teeshirt"),
    # quatre-vingts and quatre-vingt, deux cents and deux cent sound the same; gender is not seen in "21 pages"
    (r"\bquatre vingts\b", "quatre vingt"),
    (rf"\b({DIGITS}) cents\b", r"\1 cent"),
    (rf"\b({TENS}) et une\b", r"\1 et un"),
    (r"\b(quatre vingt|(?<!pour )cent) une\b", r"\1 un"),
    (rf"\bune virgule (?={NUMBER_WORD}\b)", "un virgule "),
    (rf"\b((?:zéro|un) virgule (?:{NUMBER_WORD} )+(?:{UNIT_NAMES}))s\b", r"\1"),
    # "5 M€" and "5 M$"
    (r"\b(million|milliard) d (?=[b-df-gj-np-tv-z])", r"\1 de "),
    # deux et demi, deux et un demi; midi et demi, midi et demie
    (rf"\b({NUMBER_WORD}) et un demi\b", r"\1 et demi"),
    (r"\bet demie\b", "et demi"),
    (r"\b(demi|quart|huitième|seizième)s( de)? finales?\b", r"\1\2 finale"),
    (r"\bdemi finales\b", "demi finale"),
    (rf"\b({NUMBER_WORD}) (?:égal|égalent|égales|égaux) (?=(?:à )?{NUMBER_WORD}\b)", r"\1 égale "),
    # letters in a row that no elision can have left: "s n c f"
    (
        r"(?<=(?<!\S)[b-xz] [b-xz]) (?=[b-xz](?!\S))|(?<=(?<!\S)[b-xz]) (?=[b-xz] [b-xz](?!\S))",
        "",
    ),
)

LANGUAGE = Language(
    code="fr",
    cardinal=_cardinal,
    thousands=".",
    decimal=",",
    marks={",": "virgule", ".": "point"},
    minus="moins",
    read_decimals=_read_decimals,
    ordinal=_ordinal,
    ordinal_suffix=r"(?:ers?|res?|ères?|i?èmes?|nde?s?|(?-i:(?<=2)de?s?)|es?)(?!\w)",
    read_year=_cardinal,
    fraction=_fraction,
    mixed="{whole} et {part}",
    counted=_counted,
    to="à",
    percent="pour cent",
    per_mille="pour mille",
    currencies=CURRENCIES,
    money=_money,
    scales={
        "millions": "millions d'", "million": "million d'", "M": "millions d'", "milliards": "milliards d'",
        "milliard": "milliard d'", "Md": "milliards d'", "Mds": "milliards d'", "mille": "mille", "k": "mille",
        "K": "mille",
    },
    units=UNITS,
    phone=_phone,
    times=(
        r"(?P<h>\d{1,2}) ?h(?: ?(?P<m>\d{2})(?! ?(?:min|mn)\b))?(?![\w/])",
        r"(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2}))?(?: ?h\b)?(?![\w:])",
    ),
    read_time=_read_time,
    date_order="dmy",
    read_date=_read_date,
    month_dates=(
        (rf"(?<![\w.,/])(?P<day>[0-3]?\d)(?:er)? {MONTH}(?: (?P<year>\d{{4}}))?(?!\w|[.:,]\d)", _month_date),
    ),
    one_letter_words="aàyôcçdjlmnst",
    rewrites=REWRITES,
    roman=(
        (rf"\b(?P<before>(?i:{PARTS})) ROMAN\b", _part),
        (rf"\b(?P<before>(?i:{KINDS})) ROMAN\b", _kind),
        (rf"(?<![\w])(?P<before>{RULERS}) ROMAN\b(?!['.]\w)", _ruler),
        (rf"\b(?P<before>[{UPPER}][a-zà-ÿœ][\w'-]*) ROMAN\b(?!['.]\w)", _name),
    ),
    abbreviations={
        "Mme.": "madame", "Dr.": "docteur", "Mgr.": "monseigneur", "etc.": "et cetera", "p. ex.": "par exemple",
        "par ex.": "par exemple", "c.-à-d.": "c'est-à-dire", "c. -à-d.": "c'est-à-dire", "c.à.d.": "c'est-à-dire",
        "c-à-d": "c'est-à-dire", "cf.": "confer", "Cf.": "confer", "av. J.-C.": "avant Jésus-Christ",
        "apr. J.-C.": "après Jésus-Christ", "ap. J.-C.": "après Jésus-Christ", "J.-C.": "Jésus-Christ",
        "av.": "avenue", "Av.": "avenue", "bd.": "boulevard", "boul.": "boulevard", "appt.": "appartement",
        "env.": "environ", "tél.": "téléphone", "Tél.": "téléphone", "dép.": "département", "arr.": "arrondissement",
        "gén.": "général", "s.v.p.": "s'il vous plaît", "S.V.P.": "s'il vous plaît",
        "N.-D.": "Notre-Dame", "Cie": "compagnie", "fbg.": "faubourg", "éd.": "édition", "vs.": "versus",
        "janv.": "janvier", "févr.": "février", "juil.": "juillet", "déc.": "décembre",
    },
    symbols={
        "&": "et", "+": "plus", "=": "égale", "@": "arobase", "%": "pour cent", "‰": "pour mille", "°": "degrés",
        "×": "fois", "÷": "divisé par", "±": "plus ou moins", "≈": "environ", "§": "paragraphe", "€": "euros",
        "$": "dollars", "£": "livres", "<": "inférieur à", ">": "supérieur à", "≤": "inférieur ou égal à",
        "≥": "supérieur ou égal à", "√": "racine de",
    },
    letters_of_addresses={
        ".": "point", "/": "slash", "@": "arobase", "-": "tiret", "_": "tiret bas", ":": "deux points",
        "?": "point d'interrogation", "=": "égale", "&": "et",
    },
    spellings=SPELLINGS,
    folds=FOLDS,
    elisions="[cçdjlmnst]|(?:jus|lors|puis|quoi|quel|pres)?qu",
)  # fmt: skip
