"""Italian, with the readings of news speech; what apostrophes and accents stand for is told however they are typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from voxeval.text.language import Currency, Language, Noun, Number, Time

MONTHS = (
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre",
    "novembre", "dicembre",
)  # fmt: skip
DAYS = {
    "lun": "lunedì", "mar": "martedì", "mer": "mercoledì", "gio": "giovedì", "ven": "venerdì", "sab": "sabato",
    "dom": "domenica",
}  # fmt: skip
MONTH = "|".join(MONTHS)
SHORT_MONTH = "gen|feb|mar|apr|mag|giu|lug|ago|set|sett|ott|nov|dic"


# --- numbers ----------------------------------------------------------------------------------------------------------


@cache
def _cardinal(number: int) -> str:
    """One word below a million; then "due milioni trecentomila", and thousands of "miliardi" for what lies above."""
    for size, one, many in ((10**9, "un miliardo", "miliardi"), (10**6, "un milione", "milioni")):
        if number >= size:
            above, rest = divmod(number, size)
            words = one if above == 1 else f"{_cardinal(above)} {many}"
            return f"{words} {_cardinal(rest)}" if rest else words
    return _below_a_million(number)


def _below_a_million(number: int) -> str:
    """Corrected: "centodiciotto", and the accent of "centoventitré"."""
    from num2words import num2words

    words = str(num2words(number, lang="it")).replace("dicotto", "diciotto")
    return words if number == 3 else re.sub("tre$", "tré", words)


def _ordinal(number: int, suffix: str = "") -> str:
    """Of the gender that the suffix has."""
    from num2words import num2words

    words = str(num2words(number, to="ordinal", lang="it")).replace("dicott", "diciott").replace(" ", "")
    return words[:-1] + "a" if suffix == "a" else words


def _read_decimals(figures: str) -> str:
    """Up to three digits as a number, zeros before it one by one: "virgola zero cinque"; more one by one."""
    if len(figures) > 3:
        return " ".join(_cardinal(int(figure)) for figure in figures)
    number = figures.lstrip("0")
    zeros = ["zero"] * (len(figures) - len(number))
    return " ".join([*zeros, *([_cardinal(int(number))] if number else [])])


def _fraction(top: int, bottom: int) -> str:
    one = "mezzo" if bottom == 2 else _ordinal(bottom)
    return f"un {one}" if top == 1 else f"{_cardinal(top)} {one[:-1]}i"


def _one(noun: Noun) -> str:
    """As "un euro", "uno yen", "una sterlina", "un'ora"."""
    if noun.gender == "f":
        return "un'" if noun.one[0] in "aeiou" else "una "
    return "uno " if re.match(r"s[^aeiou]|[zyx]|ps|gn", noun.one) else "un "


def _counted(words: str, number: Number, noun: Noun) -> str:
    """As "un euro", "due milioni di euro"."""
    if number.is_one:
        minus = "meno " if number.negative else ""
        return f"{minus}{_one(noun)}{noun.one}"
    of = " di" if number.whole and number.whole % 10**6 == 0 and not number.decimals else ""
    return f"{words}{of} {noun.many}"


def _money(units: str, cents: str) -> str:
    return f"{units} e {cents}"


def _phone(groups: tuple[str, ...]) -> str:
    digits = "".join(groups)
    plus = "più " if digits.startswith("+") else ""
    return plus + " ".join(_cardinal(int(digit)) for digit in digits.lstrip("+"))


def _figures(written: str) -> str:
    """Figures with a comma and dots between thousands, in words."""
    whole, _, decimals = written.replace(".", "").partition(",")
    words = _cardinal(int(whole))
    return f"{words} virgola {_read_decimals(decimals)}" if decimals else words


# --- clock and calendar -----------------------------------------------------------------------------------------------


def _read_time(time: Time) -> str:
    """As "quattordici e trenta", "una e cinque"."""
    words = "una" if time.hour == 1 else _cardinal(time.hour)
    if time.minute or time.second:
        words += f" e {_cardinal(time.minute)}"
    return f"{words} e {_cardinal(time.second)} secondi" if time.second else words


def _read_date(day: int, month: int, year: int | None) -> str:
    words = f"{'primo' if day == 1 else _cardinal(day)} {MONTHS[month - 1]}"
    return words if year is None else f"{words} {_cardinal(year)}"


def _month_date(found: re.Match[str]) -> str:
    """The first of a month is "primo", but "l'1 maggio" is "l'uno maggio"."""
    month = next(at for at, name in enumerate(MONTHS, 1) if name.startswith(found["month"].lower()[:3]))
    day, year = int(found["day"]), int(found["year"]) if found["year"] else None
    words = _read_date(day, month, year)
    return words.replace("primo", "uno", 1) if day == 1 and found["elided"] else words


def _day_and_month(found: re.Match[str]) -> str:
    """A date in "il 5/6"; "i 5/6" is none."""
    day, month = int(found["day"]), int(found["month"])
    return _read_date(day, month, None) if 1 <= day <= 31 and 1 <= month <= 12 else found[0]


def _days_of_month(found: re.Match[str]) -> str:
    low = "primo" if found["low"] == "1" else found["low"]
    return f"dal {low} al {found['high']} {found['month']}"


def _days_of_week(found: re.Match[str]) -> str:
    """As "lun.-ven.": "dal lunedì al venerdì"."""
    first, last = DAYS[found["first"].lower()], DAYS[found["last"].lower()]
    return f"{'dalla' if first == 'domenica' else 'dal'} {first} {'alla' if last == 'domenica' else 'al'} {last}"


# --- what is written in the language's own way ------------------------------------------------------------------------

# Behind these a range has no "da": "in 3-4 giorni".
SIDE_BY_SIDE = (
    "a|ad|ai|al|alle|all|con|dai|dei|degli|delle|del|di|e|entro|gli|i|il|in|le|nei|negli|nelle|nel|ogni|per|quei|"
    "questi|queste|quelle|su|sui|sulle|circa"
)
BEFORE_YEARS = (
    f"{SIDE_BY_SIDE}|stagione|stagioni|anno|biennio|triennio|annata|campionato|scolastico|accademico|periodo|edizione"
)
WORD_BEFORE = r"(?:(?P<word>[^\W\d_]+)(?P<gap>[ ']))?"
FIGURES = r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d{1,4}(?:,\d+)?"
SIDES = {"da": "a", "dal": "al", "dalle": "alle", "tra": "e", "fra": "e"}  # "da 10-15", as people write


def _range(found: re.Match[str]) -> str:
    """As "da 10 a 15"; behind a preposition one next to the other; years "dal 1914 al 1918"."""
    low, high, word = found["low"], found["high"], found["word"] or ""
    before = f"{word}{found['gap'] or ''}"
    if (len(low) > 1 and low[0] == "0" and not low.startswith("0,")) or _value(low) >= _value(high):
        return found[0]
    are_years = all(len(end) == 4 and end.isdigit() and 1000 <= int(end) < 2100 for end in (low, high))
    if re.fullmatch(BEFORE_YEARS if are_years else SIDE_BY_SIDE, word, re.IGNORECASE):
        return f"{before}{_figures(low)} {_figures(high) if are_years else high}"
    if word.lower() in SIDES:
        return f"{before}{low} {SIDES[word.lower()]} {high}"
    return f"{before}dal {low} al {high}" if are_years else f"{before}da {low} a {high}"


def _value(figures: str) -> float:
    return float(figures.replace(".", "").replace(",", "."))


def _hours(found: re.Match[str]) -> str:
    """As "ore 8.15-13.00": "dalle 8.15 alle 13.00"."""
    return f"dalle {_clock(found['low'])} alle {_clock(found['high'])}"


def _clock(written: str) -> str:
    return written.replace(".", ":")


def _thousands(found: re.Match[str]) -> str:
    """As "20mila" and "20 mila": 20000."""
    return f"{found['number']}000"


def _digits(found: re.Match[str]) -> str:
    """One by one, of a number that is dialled."""
    before = found.groupdict().get("before") or ""
    return before + " ".join(_cardinal(int(digit)) for digit in re.findall(r"\d", found[0]))


def _degree_sign_of_ordinal(found: re.Match[str]) -> str:
    """As "il 18° compleanno", "la 5° edizione"."""
    feminine = re.search(r"(?:la|una|lla)$", found["before"].strip(), re.IGNORECASE)
    return f"{found['before']}{_ordinal(int(found['number']), 'a' if feminine else 'o')}"


def _file(found: re.Match[str]) -> str:
    """As "bilancio_finale.pdf", signs by name."""
    return re.sub(r"[._-]", lambda sign: f" {SIGNS[sign[0]]} ", found[0])


def _tag(found: re.Match[str]) -> str:
    """As "#NotteBianca": its words apart, where capitals tell them."""
    return re.sub(r"(?<=[a-zà-ù])(?=[A-ZÀ-Ù])", " ", found["tag"])


SIGNS = {".": "punto", "/": "barra", "@": "chiocciola", "-": "trattino", "_": "trattino basso", ":": "due punti"}

ELIDED = (
    r"(?:all|dall|dell|nell|sull|coll|quell|bell|quest|com|cos|dov|ov|un|qual|tal|buon|(?:ness|alc|ciasc|qualc)un|"
    r"qualcos|anch|neanch|senz|tutt|mezz|pover|grand|quand|quant|tant|mill|altr|quattr|ch|gl|agl|degl|dagl|negl|sugl|"
    r"quegl|begl|sott|sopr|contr|entr|oltr|sant|dev|foss|ogn|press|terz|fin|ventun|trentun|vent|trent|"
    r"(?:quar|cinqu|sess|sett|ott|nov)ant|cent|nient|perch|null|ier|vostr|nostr)"
)
ONE_LETTER = "[lcdmtsvn]"
NAMED_LETTERS = {
    "a": "a", "b": "bi", "c": "ci", "d": "di", "e": "e", "f": "effe", "g": "gi", "h": "acca", "i": "i",
    "j": "(?:gei|i lunga)", "k": "kappa", "l": "elle", "m": "emme", "n": "enne", "o": "o", "p": "pi", "q": "[cq]u",
    "r": "erre", "s": "esse", "t": "ti", "u": "u", "v": "vu", "w": "(?:doppi[ao] vu|vu doppi[ao]|vu)", "x": "ics",
    "y": "(?:ipsilon|i greca)", "z": "zeta",
}  # fmt: skip
# What is spelled when it is said, and written in letters: "pi di effe" is PDF.
SPELLED = """
    WWW PDF PC USB SMS MMS GPS GPL DNA RNA DVD LCD SSD CPU VPN URL HTML HTTP ADSL TV CV TG QR PR RSA ECG BMW IBM FBI
    BCE PNRR BTP CSM HIV DDL SPA SRL SNC RGB NBA MP WC FMI ABS GPU API CGIL PMI DPCM GDPR MVP GPT LGBT
    """
# Letters that stand alone and their names, where these are no other words: "H2O" is "acca due o".
LETTERS_ALONE = {
    "b": "bi", "f": "effe", "g": "gi", "h": "acca", "k": "kappa", "r": "erre", "y": "ipsilon", "z": "zeta"
}  # fmt: skip


def _spelled() -> tuple[tuple[str, str], ...]:
    """Letters alone to their names, then names in a row to the letters."""
    rows = sorted(SPELLED.lower().split(), key=lambda name: (-len(name), name))
    return (
        *((rf"(?<![\w']){letter}(?![\w'])", name) for letter, name in LETTERS_ALONE.items()),
        *((rf"(?<![\w']){' '.join(NAMED_LETTERS[letter] for letter in row)}(?![\w'])", row) for row in rows),
    )


def _full(words: str) -> Callable[[re.Match[str]], str]:
    return lambda found: words


# Abbreviations that also stand behind an apostrophe, as in "l'avv. Riva", and those that need a figure behind them.
ABBREVIATED = {
    r"p\. ?es\.": "per esempio", r"avv\.": "avvocato", r"ing\.": "ingegner", r"arch\.": "architetto",
    r"on\.(?:le)?(?= ?[A-Z])": "onorevole", r"egr\.": "egregio", r"ill\.mo": "illustrissimo", r"es\.": "esempio",
    r"artt\.(?= ?\d)": "articoli", r"art\.(?= ?(?:\d|[IVX]+\b))": "articolo", r"pp\.(?= ?(?:\d|[IVX]+\b))": "pagine",
    r"p\.(?= ?\d)": "pagina", r"cap\.(?= ?(?:\d|[IVX]+\b))": "capitolo", r"capp\.(?= ?(?:\d|[IVX]+\b))": "capitoli",
    r"nn\.(?= ?\d)": "numeri", r"n\.(?:[o°])?(?= ?\d)": "numero", r"n°(?= ?\d)": "numero",
    r"par\.(?= ?\d)": "paragrafo", r"gen\.(?= [A-Z])": "generale", r"fig\.(?= ?\d)": "figura",
    r"figg\.(?= ?\d)": "figure", r"tab\.(?= ?\d)": "tabella", r"sez\.(?= ?[\dA-Z])": "sezione",
    r"sec\.(?= [IVX])": "secolo", r"secc\.(?= [IVX])": "secoli", r"h\.? ?(?=\d{1,2}[.:]\d\d)": "ore", r"c/o": "presso",
    r"cc\.(?= ?\d)": "commi", r"tel\.": "telefono", r"c\.?ca\.?(?= ?\d)": "circa", r"ca\.(?= ?\d)": "circa",
}  # fmt: skip
SAINTS = (
    "Pietro|Marco|Giovanni|Giuseppe|Paolo|Francesco|Martino|Lorenzo|Nicola|Michele|Giorgio|Giacomo|Gennaro|Carlo|"
    "Benedetto|Bernardo|Domenico|Donato|Filippo|Gregorio|Luca|Matteo|Rocco|Sebastiano|Silvestro|Vincenzo|Vito|Zeno|"
    "Marino|Siro|Babila|Remo|Vittore|Gimignano|Petronio|Valentino|Leonardo|Cristoforo|Salvatore|Biagio|Daniele|Miniato"
)
HOLY_WOMEN = (
    "Maria|Lucia|Chiara|Croce|Caterina|Barbara|Rita|Teresa|Margherita|Monica|Giulia|Giustina|Sofia|Cecilia|Marta|Fosca"
)
ACCENTED = {
    "perche": "perché", "poiche": "poiché", "finche": "finché", "benche": "benché", "affinche": "affinché",
    "anziche": "anziché", "purche": "purché", "giacche": "giacché", "nonche": "nonché", "piu": "più", "gia": "già",
    "puo": "può", "cosi": "così", "pero": "però", "cioe": "cioè", "giu": "giù", "percio": "perciò", "cio": "ciò",
    "citta": "città", "universita": "università", "liberta": "libertà", "verita": "verità", "societa": "società",
    "eta": "età", "novita": "novità", "attivita": "attività", "realta": "realtà", "qualita": "qualità",
    "possibilita": "possibilità", "sara": "sarà", "avra": "avrà", "fara": "farà", "potra": "potrà", "dovra": "dovrà",
    "andra": "andrà", "verra": "verrà", "lunedi": "lunedì", "martedi": "martedì", "mercoledi": "mercoledì",
    "giovedi": "giovedì", "venerdi": "venerdì", "caffe": "caffè", "ventitre": "ventitré",
}  # fmt: skip
ONE_MASCULINE = (
    "anno|mese|giorno|minuto|secondo|metro|chilometro|chilo|chilogrammo|grammo|litro|euro|dollaro|milione|miliardo|"
    "punto|centesimo|bambino|uomo|figlio|gatto|cane|libro|caso|voto|gol|biglietto|grado|posto|cucchiaio|cucchiaino|"
    "pizzico|uovo|bicchiere|messaggio|morto|ferito|centimetro|millimetro|etto"
)
ONE_FEMININE = (
    "settimana|volta|persona|pagina|notte|tazza|sterlina|donna|casa|camera|stanza|figlia|bottiglia|porzione|fetta|"
    "tonnellata|squadra|vittoria|sconfitta|bustina|compressa|goccia|copia|vittima|parola|riga"
)
UP_TO_MONTH = rf"(?P<month>(?i:{MONTH}))\b"
ARTICLE = (
    r"(?:[Ii]l|[Aa]l|[Dd]el|[Dd]al|[Nn]el|[Ss]ul|[Uu]n|[Ll]a|[Aa]lla|[Dd]ella|[Dd]alla|[Nn]ella|[Ss]ulla|[Uu]na|[Ss]uo|"
    r"[Mm]io|[Tt]uo|[Nn]ostro|[Vv]ostro|[Ll]oro|[Qq]uesto|[Oo]gni) |(?:[Ll]|[Aa]ll|[Dd]ell|[Dd]all|[Nn]ell|[Ss]ull)'"
)
COUNTED_BY_ORDINAL = (
    "parallelo|meridiano|piano|posto|anniversario|compleanno|giorno|secolo|congresso|capitolo|comma|trimestre|semestre|"
    "minuto|premio|classificato|turno|reggimento|festival|municipio|giro|grado di"
)
REWRITES: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    # apostrophes for accents, and with a space behind them: "E' tardi", "perche'", "l' acqua"
    (r"(?<![\w'])E'(?![\w'])", "È"),
    (r"(?<![\w'])e'(?![\w'])", "è"),
    (r"(?<=[a-z]')e'(?!\w)", "è"),
    (rf"(?i)(?<![\w'])(?:{'|'.join(ACCENTED)})'(?!\w)", lambda found: ACCENTED[found[0][:-1].lower()]),
    (rf"(?i)(?<!\w)({ELIDED}|{ONE_LETTER})' (?=\w)", r"\1'"),
    *((rf"(?<!\w)(?i:{pattern[0]}){pattern[1:]} ?", _full(words + " ")) for pattern, words in ABBREVIATED.items()),
    (r"(?<=[IVX]) sec\.", " secolo"),
    (rf"(?<!\w)S\. ?(?=(?:{SAINTS})\b)", "San "),
    (rf"(?<!\w)S\. ?(?=(?:{HOLY_WOMEN})\b)", "Santa "),
    (r"(?<!\w)S\. ?(?=(?:Ant|Amb|Ago|And|Ann|Aga|Eli|Ele|Eus|Ivo|Ors|Ubal|Arc)[a-z]+)", "Sant'"),
    (r"(?<!\w)S\. ?(?=(?:Stefano|Spirito)\b)", "Santo "),
    (rf"(?<![\w'])(?P<first>(?i:{'|'.join(DAYS)}))\.? ?- ?(?P<last>(?i:{'|'.join(DAYS)}))(?!\w)\.?", _days_of_week),
    (r"(?<![\w'])(?i:(?P<first>lun|mer|gio|ven|sab))\.", lambda found: DAYS[found["first"].lower()] + " "),
    (r"(?<![\w'])dom\.", "domenica "),
    # files and tags
    (r"(?<![\w@./])[\w-]+(?:\.[\w-]+)*\.(?:pdf|docx?|xlsx?|pptx?|txt|csv|jpe?g|png|gif|zip|mp[34]|wav|html?|json|xml)\b",
     _file),
    (r"#(?P<tag>[^\W\d]\w*)", _tag),
    # hours
    (r"(?<![\w.,:/-])(?:(?:[Oo]re|[Dd]alle(?: ore)?) )(?P<low>\d{1,2}(?:[.:][0-5]\d)?) ?- ?"
     r"(?P<high>\d{1,2}(?:[.:][0-5]\d)?)(?![-/\w]|[.,:]\d)", _hours),
    (r"(?<![\w.,:/-])(?P<low>(?:[01]?\d|2[0-4])[.:][0-5]\d) ?- ?(?P<high>(?:[01]?\d|2[0-4])[.:][0-5]\d)"
     r"(?![-/\w]|[.,:]\d|\s?[%€$])", _hours),
    (r"\b((?:[Aa]|[Dd]a|[Dd]e)lle|[Ll]e) 1(?![\w/]|[.,:]\d|-\d| \d{3})", r"\1 una"),
    (r"\b([Aa]ll')1(?= (?:di notte|del mattino|del pomeriggio|in punto|e (?:un quarto|mezza|trenta)))", r"\1una"),
    # telephone numbers that are told by what is before them, or by their beginning
    (r"(?<![\w.,+-])(?:3\d{9}|800\d{6})(?![\w-]|[.,]\d)", _digits),
    (r"(?P<before>\b(?:[Nn]umero verde|[Tt]elefono|(?i:cell)(?:\.|ulare)|[Cc]hiam\w+|[Tt]elefon\w+)"
     r":?(?: (?:il|lo|al|l'|allo|è|numero)){0,3} )\d{3} \d{3} \d{3,4}(?![\w-]|[.,]\d)", _digits),
    (r"(?<![\w.,+-])0\d{1,3}[ /-]\d{5,8}(?![\w-]|[.,]\d)", _digits),
    # numbers
    (r"(?<![\w.,])(?P<number>[1-9]\d{0,2}) ?mila\b", _thousands),
    (rf"(?<![\w.,:/+-])(?<!\d )1 (?=(?:{ONE_MASCULINE})\b)", "un "),
    (r"(?<![\w.,:/+-])(?<!\d )1 (?=ora\b)", "un'"),
    (rf"(?<![\w.,:/+-])(?<!\d )1 (?=(?:{ONE_FEMININE})\b)", "una "),
    (rf"([€$£]) ?({FIGURES}) ?- ?({FIGURES})(?!\d|[-/]|[.,:]\d)", r"\2-\3 \1"),
    (r"(?<=\d)ml([nd])\b", r" ml\1"),
    (rf"(?<![\w.,:/-])(?:[Dd]al )?(?<!\b[Ii]l )(?P<low>\d{{1,2}}) ?- ?(?P<high>\d{{1,2}}) {UP_TO_MONTH}",
     _days_of_month),
    (rf"(?<![\w.,:/-]){WORD_BEFORE}(?<![\w.,:/-])(?P<low>{FIGURES}) ?- ?(?P<high>{FIGURES})"
     r"(?!\d|[-/]|[.,:]\d)", _range),
    (r"(?<![\w).,:])\+(?=\d{1,3}(?:,\d+)?(?: ?[%°€]| gradi\b| punt[oi]\b))", "più "),
    (r"(?<![\d.,])(\d+)\.(\d{1,2})(?= ?[%‰€$£])", r"\1,\2"),
    (r"([€$£] ?\d+)\.(\d\d)(?!\d|[.,]\d)", r"\1,\2"),
    (rf"(?P<before>{ARTICLE})(?<!\d)(?P<number>\d{{1,3}})°(?= ?[a-z])(?! (?:e|o|a|di|per|all|con|in|al|ai|nel|nell)\b)"
     rf"(?!C\b|F\b)(?! (?i:{MONTH})\b)", _degree_sign_of_ordinal),
    (rf"(?P<before>)(?<![\w.,:/-])(?P<number>\d{{1,3}})°(?= (?:{COUNTED_BY_ORDINAL})\b)", _degree_sign_of_ordinal),
    (r"(?P<before>\b(?:[Ii]l|[Aa]l|[Nn]el|[Dd]al|[Dd]el|[Cc]ol|[Uu]n|[Vv]ia \w+|[Cc]ivico|[Ll]egge|[Dd]ecreto|"
     r"[Tt]avolo|[Bb]inario|Chanel) )n[o°] ?(?=\d)", r"\g<before>numero "),
)  # fmt: skip

# --- Roman numerals ---------------------------------------------------------------------------------------------------

MASCULINE = (
    "secolo|millennio|congresso|piano|capitolo|atto|canto|libro|volume|tomo|titolo|articolo|municipio|reggimento|liceo|"
    "anniversario|comma|battaglione|concilio|trimestre|semestre|girone|gruppo|premio|posto|quadro|paragrafo|festival|"
    "emendamento|[Rr]eich|corso|trattato|ciclo"
)
FEMININE = (
    "guerra|edizione|legione|armata|repubblica|classe|sezione|conferenza|giornata|crociata|dinastia|internazionale|"
    "divisione|brigata|olimpiade|commissione|circoscrizione|legislatura|elementare|media|parte|scena|appendice|fila|"
    "sinfonia|rivoluzione|domenica|settimana|ora|tappa|serie"
)
BY_CARDINAL = "Apollo|Rocky|Rambo|Euro|Bowl|Fantasy|PlayStation|Boeing|Soyuz|[Ff]ase|[Tt]ipo|[Ll]ivello|[Cc]ategoria"
# Names that take a numeral of one letter too.
OF_RULERS = (
    "Carlo|Luigi|Enrico|Filippo|Francesco|Ferdinando|Leopoldo|Federico|Guglielmo|Giorgio|Giacomo|Edoardo|Riccardo|"
    "Pietro|Paolo|Pio|Leone|Benedetto|Giovanni|Clemente|Gregorio|Urbano|Innocenzo|Bonifacio|Alessandro|Niccolò|Nicola|"
    "Emanuele|Umberto|Amedeo|Alberto|Cosimo|Lorenzo|Elisabetta|Caterina|Maria|Napoleone|Ottone|Corrado|Lotario|Sisto|"
    "Giulio|Celestino|Callisto|Eugenio|Martino|Adriano|Costantino|Teodosio|Tolomeo|Ramses|Dario|Serse|Alfonso|Michele|"
    "Stefano|Cristiano|Gustavo|Ludovico|Massimiliano|Rodolfo|Sigismondo|Solimano|Selim|Mehmet|Murad|Juan|Felipe|"
    "Margherita|Cristina|Isabella|Giovanna|Anna|Vittoria|Adolfo|Baldovino|Roberto|Ruggero|Tancredi|Manfredi"
)
MEN_IN_A = frozenset(("Andrea", "Luca", "Nicola", "Mattia", "Elia", "Enea", "Papa"))
# Capitalized words that are no names, where a sentence begins or a street is named.
NO_NAMES = (
    "Il|La|Lo|Gli|Le|Nel|Nella|Nello|Del|Della|Dello|Dal|Dalla|Al|Alla|Allo|Sul|Sulla|Un|Una|Uno|Con|Per|Tra|Fra|Da|Di|"
    "In|Su|Via|Viale|Piazza|Corso|Legge|Decreto|Questo|Questa|Ogni|Dopo|Prima|Durante|Che|Non|Come|Se"
)
NO_NUMERAL = r"(?!(?:[CDLM]|MI|DI|CI|CD|CV|MC|LI|DC|MD|DL|CC|MM|CL|DM|CM|DVI|DIX|MIX|MIV|CIV|VI(?=[ -][A-Z]{2}))\b)"


def _roman_before(found: re.Match[str], value: int) -> str:
    """As "XX secolo", "II guerra mondiale"."""
    noun = found["noun"]
    return f"{_ordinal(value, 'a' if re.fullmatch(FEMININE, noun, re.IGNORECASE) else 'o')} {noun}"


def _roman_behind(found: re.Match[str], value: int) -> str:
    """As "atto II", "parte III"."""
    noun = found["noun"]
    return f"{noun} {_ordinal(value, 'a' if re.fullmatch(FEMININE, noun, re.IGNORECASE) else 'o')}"


def _roman_of_name(found: re.Match[str], value: int) -> str | None:
    """As "Luigi XIV", "Elisabetta II"."""
    name = found["name"]
    if value > 39:
        return None
    return f"{name} {_ordinal(value, 'a' if name.endswith('a') and name not in MEN_IN_A else 'o')}"


def _roman_cardinal(found: re.Match[str], value: int) -> str:
    return f"{found['before']} {_cardinal(value)}"


def _roman_ordinal(found: re.Match[str], value: int) -> str:
    return f"{found['before']} {_ordinal(value, 'o')}"


def _roman_class(found: re.Match[str], value: int) -> str:
    """As "la III B"."""
    return f"{found['before']} {_ordinal(value, 'a')}"


def _roman_day(found: re.Match[str], value: int) -> str | None:
    """As "via XX Settembre"."""
    return f"{'primo' if value == 1 else _cardinal(value)} {found['month']}" if value <= 31 else None


def _roman_year(found: re.Match[str], value: int) -> str | None:
    return f"{found['before']} {_cardinal(value)}" if value >= 1000 else None


ROMAN_PATTERNS: tuple[tuple[str, Callable[[re.Match[str], int], str | None]], ...] = (
    (rf"\b{NO_NUMERAL}ROMAN (?P<month>(?i:{MONTH}))\b", _roman_day),
    (rf"(?P<before>(?<!\w)){NO_NUMERAL}ROMAN(?=(?: ?[-/] ?| (?:e|o|ed|al) (?:(?:i|a|ne|de|da)l |l')?)"
     r"[IVX]+ secol[oi]\b)",
     _roman_ordinal),
    (rf"(?P<before>\bsecol[oi]) {{1,2}}{NO_NUMERAL}ROMAN\b", _roman_ordinal),
    (rf"(?P<before>\bsecol[oi] +[a-z]+[oa] *(?: e| o| al|-)) *{NO_NUMERAL}ROMAN\b", _roman_ordinal),
    (rf"\b{NO_NUMERAL}ROMAN (?P<noun>(?i:{MASCULINE}|{FEMININE}))\b", _roman_before),
    (rf"\b(?P<noun>(?i:{MASCULINE}|{FEMININE})) {{1,2}}{NO_NUMERAL}ROMAN\b(?!['.]\w)", _roman_behind),
    (rf"\b(?P<before>{BY_CARDINAL}) {{1,2}}{NO_NUMERAL}ROMAN\b", _roman_cardinal),
    (rf"\b(?P<name>{OF_RULERS}) {NO_NUMERAL}ROMAN\b(?!['.]\w)", _roman_of_name),
    (r"\b(?P<before>[Ll]a|[Dd]ella|[Aa]lla|[Nn]ella|[Uu]na) (?!I[ ]A\b)ROMAN(?= [A-H]\b)", _roman_class),
    (r"\b(?P<before>[Aa]nno|[Nn]el|[Dd]el) (?=[MDCLXVI]{4})ROMAN\b", _roman_year),
    (rf"\b(?P<name>(?!(?:{NO_NAMES})\b)[A-ZÈ][a-zà-ù]{{2,}}) (?![IVX]\b){NO_NUMERAL}ROMAN\b(?!['.]\w)", _roman_of_name),
)  # fmt: skip

# --- units and money --------------------------------------------------------------------------------------------------

UNITS = {
    "km": Noun(one="chilometro", many="chilometri"),
    "Km": Noun(one="chilometro", many="chilometri"),
    "hm": Noun(one="ettometro", many="ettometri"),
    "m": Noun(one="metro", many="metri"),
    "mt": Noun(one="metro", many="metri"),
    "dm": Noun(one="decimetro", many="decimetri"),
    "cm": Noun(one="centimetro", many="centimetri"),
    "mm": Noun(one="millimetro", many="millimetri"),
    "μm": Noun(one="micrometro", many="micrometri"),
    "nm": Noun(one="nanometro", many="nanometri"),
    "km/h": Noun(one="chilometro all'ora", many="chilometri all'ora"),
    "Km/h": Noun(one="chilometro all'ora", many="chilometri all'ora"),
    "kmh": Noun(one="chilometro all'ora", many="chilometri all'ora"),
    "m/s": Noun(one="metro al secondo", many="metri al secondo"),
    "ft": Noun(one="piede", many="piedi"),
    "kg": Noun(one="chilogrammo", many="chilogrammi"),
    "Kg": Noun(one="chilogrammo", many="chilogrammi"),
    "hg": Noun(one="ettogrammo", many="ettogrammi"),
    "g": Noun(one="grammo", many="grammi"),
    "gr": Noun(one="grammo", many="grammi"),
    "mg": Noun(one="milligrammo", many="milligrammi"),
    "μg": Noun(one="microgrammo", many="microgrammi"),
    "t": Noun(one="tonnellata", many="tonnellate", gender="f"),
    "q": Noun(one="quintale", many="quintali"),
    "hl": Noun(one="ettolitro", many="ettolitri"),
    "l": Noun(one="litro", many="litri"),
    "lt": Noun(one="litro", many="litri"),
    "L": Noun(one="litro", many="litri"),
    "dl": Noun(one="decilitro", many="decilitri"),
    "cl": Noun(one="centilitro", many="centilitri"),
    "ml": Noun(one="millilitro", many="millilitri"),
    "mL": Noun(one="millilitro", many="millilitri"),
    "mm2": Noun(one="millimetro quadrato", many="millimetri quadrati"),
    "cm2": Noun(one="centimetro quadrato", many="centimetri quadrati"),
    "m2": Noun(one="metro quadrato", many="metri quadrati"),
    "mq": Noun(one="metro quadrato", many="metri quadrati"),
    "km2": Noun(one="chilometro quadrato", many="chilometri quadrati"),
    "kmq": Noun(one="chilometro quadrato", many="chilometri quadrati"),
    "cm3": Noun(one="centimetro cubo", many="centimetri cubi"),
    "m3": Noun(one="metro cubo", many="metri cubi"),
    "mc": Noun(one="metro cubo", many="metri cubi"),
    "°": Noun(one="grado", many="gradi"),
    "°C": Noun(one="grado Celsius", many="gradi Celsius"),
    "° C": Noun(one="grado Celsius", many="gradi Celsius"),
    "°F": Noun(one="grado Fahrenheit", many="gradi Fahrenheit"),
    "KB": Noun(one="kilobyte", many="kilobyte"),
    "kB": Noun(one="kilobyte", many="kilobyte"),
    "MB": Noun(one="megabyte", many="megabyte"),
    "GB": Noun(one="gigabyte", many="gigabyte"),
    "TB": Noun(one="terabyte", many="terabyte"),
    "Mbps": Noun(one="megabit al secondo", many="megabit al secondo"),
    "Mbit/s": Noun(one="megabit al secondo", many="megabit al secondo"),
    "Gbps": Noun(one="gigabit al secondo", many="gigabit al secondo"),
    "Hz": Noun(one="hertz", many="hertz"),
    "kHz": Noun(one="chilohertz", many="chilohertz"),
    "MHz": Noun(one="megahertz", many="megahertz"),
    "GHz": Noun(one="gigahertz", many="gigahertz"),
    "W": Noun(one="watt", many="watt"),
    "kW": Noun(one="chilowatt", many="chilowatt"),
    "MW": Noun(one="megawatt", many="megawatt"),
    "GW": Noun(one="gigawatt", many="gigawatt"),
    "kWh": Noun(one="chilowattora", many="chilowattora"),
    "MWh": Noun(one="megawattora", many="megawattora"),
    "V": Noun(one="volt", many="volt"),
    "mA": Noun(one="milliampere", many="milliampere"),
    "mAh": Noun(one="milliamperora", many="milliamperora"),
    "CV": Noun(one="cavallo", many="cavalli"),
    "Nm": Noun(one="newton metro", many="newton metro"),
    "kcal": Noun(one="chilocaloria", many="chilocalorie", gender="f"),
    "kJ": Noun(one="chilojoule", many="chilojoule"),
    "hPa": Noun(one="ettopascal", many="ettopascal"),
    "min": Noun(one="minuto", many="minuti"),
    "min.": Noun(one="minuto", many="minuti"),
    "h": Noun(one="ora", many="ore", gender="f"),
    "ms": Noun(one="millisecondo", many="millisecondi"),
    "s": Noun(one="secondo", many="secondi"),
    "sec": Noun(one="secondo", many="secondi"),
    "sec.": Noun(one="secondo", many="secondi"),
    "dB": Noun(one="decibel", many="decibel"),
    "px": Noun(one="pixel", many="pixel"),
    "ppm": Noun(one="parte per milione", many="parti per milione", gender="f"),
}
CENT = Noun(one="centesimo", many="centesimi")
DOLLAR = Currency(unit=Noun(one="dollaro", many="dollari"), cent=CENT)
EURO = Currency(unit=Noun(one="euro", many="euro"), cent=CENT)
POUND = Currency(unit=Noun(one="sterlina", many="sterline", gender="f"), cent=Noun(one="penny", many="pence"))
FRANC = Currency(unit=Noun(one="franco svizzero", many="franchi svizzeri"), cent=CENT)
RUPEE = Currency(unit=Noun(one="rupia", many="rupie", gender="f"), cent=Noun(one="paisa", many="paise", gender="f"))
YEN = Currency(unit=Noun(one="yen", many="yen"))
YUAN = Currency(unit=Noun(one="yuan", many="yuan"))
ROUBLE = Currency(unit=Noun(one="rublo", many="rubli"))
LIRA = Currency(unit=Noun(one="lira", many="lire", gender="f"))

# --- words ------------------------------------------------------------------------------------------------------------

_ABBREVIATIONS = {
    "sig.": "signor", "sig.ra": "signora", "sig.na": "signorina", "sigg.": "signori", "sig.re": "signore",
    "sig.ri": "signori", "dott.": "dottor", "dott.ssa": "dottoressa", "dott.sa": "dottoressa", "dr.": "dottor",
    "dr.ssa": "dottoressa", "d.ssa": "dottoressa", "dott.ri": "dottori", "prof.": "professor",
    "prof.ssa": "professoressa", "proff.": "professori", "geom.": "geometra", "rag.": "ragionier", "sen.": "senatore",
    "mons.": "monsignor", "cav.": "cavalier", "comm.": "commendator", "col.": "colonnello", "magg.": "maggiore",
    "ten.": "tenente", "serg.": "sergente", "ecc.": "eccetera", "etc.": "eccetera", "pag.": "pagina",
    "pagg.": "pagine", "vol.": "volume", "voll.": "volumi", "cfr.": "confronta", "cell.": "cellulare", "v.le": "viale",
    "c.so": "corso", "p.zza": "piazza", "p.za": "piazza", "l.go": "largo", "v.lo": "vicolo", "p.le": "piazzale",
    "spett.le": "spettabile", "gent.mo": "gentilissimo", "gent.ma": "gentilissima", "gent.mi": "gentilissimi",
    "f.lli": "fratelli", "tot.": "totale", "a.C.": "avanti Cristo", "d.C.": "dopo Cristo", "a. C.": "avanti Cristo",
    "d. C.": "dopo Cristo", "a.C": "avanti Cristo", "d.C": "dopo Cristo", "s.p.a.": "spa", "S.p.a.": "spa",
    "S.p.A.": "spa", "s.r.l.": "srl", "S.r.l.": "srl", "s.n.c.": "snc", "s.a.s.": "sas", "N.B.": "nota bene",
    "P.S.": "post scriptum", "vs.": "versus", "op. cit.": "opera citata", "c.m.": "corrente mese",
    "c.a.": "corrente anno", "u.s.": "ultimo scorso", "p.v.": "prossimo venturo", "q.b.": "quanto basta",
    "min.": "minuti",
}  # fmt: skip
ABBREVIATIONS = {form: words for key, words in _ABBREVIATIONS.items() for form in (key, key[0].upper() + key[1:])}

# Accents as people mistype them, words that are written as one or as two, and abbreviations without a stop.
_SPELLINGS = {
    "sig": "signor", "dott": "dottor", "dr": "dottor", "ecc": "eccetera", "etc": "eccetera", "vs": "versus",
    "mln": "milioni", "mld": "miliardi", "rock'n": "rock n", "é": "è", "nè": "né", "sè": "sé", "té": "tè",
    "cioé": "cioè", "caffé": "caffè", "ahimé": "ahimè", "bebé": "bebè", "bigné": "bignè", "puré": "purè",
    "vicerè": "viceré", "potè": "poté", "mosé": "mosè", "noé": "noè", "giosué": "giosuè", "scimpanzè": "scimpanzé",
    "testè": "testé", "pò": "po", "stà": "sta", "stò": "sto", "fà": "fa", "sù": "su", "quì": "qui", "quà": "qua",
    "và": "va", "sò": "so", "sà": "sa", "nò": "no", "blù": "blu", "trè": "tre", "tré": "tre", "rè": "re", "dò": "do",
    "percento": "per cento", "permille": "per mille", "ciliege": "ciliegie", "valige": "valigie",
    "provincie": "province", "spiaggie": "spiagge", "goccie": "gocce", "faccie": "facce", "arancie": "arance",
    "pioggie": "piogge", "denuncie": "denunce", "roccie": "rocce", "treccie": "trecce", "minaccie": "minacce",
    "traccie": "tracce", "freccie": "frecce", "nordest": "nord est", "nordovest": "nord ovest", "sudest": "sud est",
    "sudovest": "sud ovest", "buonasera": "buona sera", "buonanotte": "buona notte", "buongiorno": "buon giorno",
    "buonappetito": "buon appetito", "innanzitutto": "innanzi tutto", "anzitutto": "anzi tutto",
    "sopratutto": "soprattutto", "tuttalpiù": "tutt al più", "mezzora": "mezz ora", "senzaltro": "senz altro",
    "qualcosaltro": "qualcos altro", "pressapoco": "pressappoco", "tuttoggi": "tutt oggi", "finora": "fin ora",
    "nientaltro": "nient altro", "perlopiù": "per lo più", "perlomeno": "per lo meno", "piuttostoché": "piuttosto che",
    "obbiettivo": "obiettivo", "obbiettivi": "obiettivi", "famigliare": "familiare", "famigliari": "familiari",
    "tivù": "tv", "tivvù": "tv", "cidì": "cd", "dividì": "dvd", "tiggì": "tg", "okay": "ok", "okey": "ok",
    "occhei": "ok", "goal": "gol", "kilogrammo": "chilogrammo", "kilogrammi": "chilogrammi", "kilometro": "chilometro",
    "kilometri": "chilometri", "kilo": "chilo", "kilowatt": "chilowatt", "kilowattora": "chilowattora",
    "kilohertz": "chilohertz",
}  # fmt: skip
ACUTE = str.maketrans("àìòù", "áíóú")
SPELLINGS = _SPELLINGS | {word.translate(ACUTE): form for word, form in _SPELLINGS.items()}
TENS_BARE = "vent|trent|quarant|cinquant|sessant|settant|ottant|novant"
TENS = "venti|trenta|quaranta|cinquanta|sessanta|settanta|ottanta|novanta"
DIGIT = "due|tre|quattro|cinque|sei|sette|otto|nove"
TEENS = "dieci|undici|dodici|tredici|quattordici|quindici|sedici|diciassette|diciotto|diciannove"
SMALL = rf"(?:(?:{TENS_BARE})(?:uno|otto)|(?:{TENS})(?:due|tr[eéè]|quattro|cinque|sei|sette|nove)?|{TEENS}|uno|{DIGIT})"
HUNDRED = rf"(?:{DIGIT})?cento"
REST = rf"(?:{HUNDRED}{SMALL}|(?:{DIGIT})?cento?ott(?:o|ant\w+)|{HUNDRED}|{SMALL})"
THOUSAND = rf"(?:mille|(?:\w*(?:uno|{DIGIT}|{TEENS}|{TENS}|cento))mila)"
NO_MORE = "(?! milion[ei]| miliard[oi])"
FOLDS = (
    (r"\b(\w*ch)è\b", r"\1é"),  # perchè
    (r"\b(\w+)í\b", r"\1ì"),  # cosí
    (r"\b(\w+)ú\b", r"\1ù"),  # piú
    (r"\b(\w+)ó\b", r"\1ò"),  # può
    (r"\b(\w+)á\b", r"\1à"),  # città
    (r"\bsé stess([oaie])\b", r"se stess\1"),
    (r"\be mail\b", "email"),
    (r"\bd (accordo|altronde)\b", r"d\1"),
    *_spelled(),
    # ventun giorni, ventuna persone; vent'anni
    (rf"\b(\w*(?:{TENS_BARE}))una?\b", r"\1uno"),
    (r"\b(\w*)vent(?= (?:anni|ore|euro|uomini|anime)\b)", r"\1venti"),
    (rf"\b(\w*(?:{TENS_BARE.removeprefix('vent|')}))(?= (?:anni|ore|euro|uomini|anime)\b)", r"\1a"),
    (r"\bcent(?= (?:anni|ore|euro|uomini|anime)\b)", "cento"),
    # cento venti, mille novecento; but "per cento due volte"
    (rf"(?<!\bper )\b((?:{THOUSAND})?{HUNDRED}) (?!sei\b)({SMALL})\b{NO_MORE}", r"\1\2"),
    (rf"(?<!\bper )\b({THOUSAND}) (?!sei\b)({REST})\b{NO_MORE}", r"\1\2"),
    (r"\b(\w*cent)oott(o|ant\w+)\b", r"\1ott\2"),
    # ventitre, trentatrè, centotre
    (rf"\b(\w*(?:{TENS}|cento|mille|mila))tr[eè]\b", r"\1tré"),
    (r"\buno milioni\b", "un milione"),
    (r"\buno miliardi\b", "un miliardo"),
    # un milione e cinquecentomila
    (rf"\b(milion[ei]|miliard[oi]) e (?=(?:{THOUSAND}(?:{REST})?|{REST}(?:mila)?)\b)", r"\1 "),
    (r"\be un mezzo\b", "e mezzo"),
)  # fmt: skip

AT_AN_HOUR = r"(?:(?<=\balle )|(?<=\bore )|(?<=\bdalle )|(?<=\bdelle )|(?<=\ble )|(?<=\ball')|(?<=\bdall')|(?<=\bl'))"
ON_A_DAY = r"(?:(?<=\bil )|(?<=\bal )|(?<=\bdal )|(?<=\bdel )|(?<=\bl')|(?<=\ball')|(?<=\bdall')|(?<=\bdell'))"
DAY = r"(?:(?P<elided>')|(?<![\w.,:/'-]))(?P<day>[12]?\d|3[01])[o°]?"
YEAR = r"(?: (?P<year>\d{4}))?(?!\w|[.:,]\d)"

LANGUAGE = Language(
    code="it",
    cardinal=_cardinal,
    thousands=".",
    decimal=",",
    marks={",": "virgola", ".": "punto"},
    minus="meno",
    read_decimals=_read_decimals,
    ordinal=_ordinal,
    ordinal_suffix=r"(?-i:[oa])\b",
    read_year=_cardinal,
    fraction=_fraction,
    mixed="{whole} e {part}",
    counted=_counted,
    to="a",
    percent="per cento",
    per_mille="per mille",
    currencies={
        "€": EURO, "EUR": EURO, "$": DOLLAR, "US$": DOLLAR, "USD": DOLLAR, "£": POUND, "GBP": POUND, "CHF": FRANC,
        "¥": YEN, "JPY": YEN, "₹": RUPEE, "INR": RUPEE, "CNY": YUAN, "RMB": YUAN, "₽": ROUBLE, "RUB": ROUBLE,
        "₤": LIRA,
    },
    money=_money,
    scales={
        "milioni di": "milioni di", "miliardi di": "miliardi di", "milioni": "milioni di", "miliardi": "miliardi di",
        "mln": "milioni di", "mld": "miliardi di",
    },
    units=UNITS,
    phone=_phone,
    times=(
        r"(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2}))?(?![\w:]|[.,]\d)",
        rf"{AT_AN_HOUR}(?P<h>\d{{1,2}})\.(?P<m>\d{{2}})(?!\w|[.,]\d| ?(?:%|€|euro|milioni|miliardi|km|kg)(?!\w))",
        r"(?P<h>\d{1,2})\.(?P<m>\d{2})(?= (?:del mattino|di mattina|della mattina|del pomeriggio|di sera|della sera|"
        r"di notte|della notte|in punto)\b)",
        r"(?P<h>\d{1,2}) ?h ?(?P<m>\d{2})(?!\w|[.,]\d)",
    ),
    read_time=_read_time,
    date_order="dmy",
    read_date=_read_date,
    month_dates=(
        (rf"{DAY} (?P<month>{MONTH}){YEAR}", _month_date),
        (rf"{DAY} (?P<month>(?:{SHORT_MONTH})(?=\.? \d{{4}}\b)|(?:{SHORT_MONTH.replace('set|', '')})(?=\.))\.?{YEAR}",
         _month_date),
        (rf"{ON_A_DAY}(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}})(?![\w/]|[.,]\d)"
         r"(?! (?:(?:di|dei|degli|delle|della)\b|del (?!\d)|dell'))",
         _day_and_month),
    ),
    one_letter_words="aeioèl",
    rewrites=REWRITES,
    roman=ROMAN_PATTERNS,
    abbreviations=ABBREVIATIONS,
    symbols={
        "&": "e", "+": "più", "=": "uguale", "@": "chiocciola", "%": "per cento", "°": "gradi", "×": "per",
        "÷": "diviso", "€": "euro", "$": "dollari", "£": "sterline",
    },
    letters_of_addresses=SIGNS,
    spellings=SPELLINGS,
    folds=FOLDS,
    elisions=rf"{ELIDED}|{ONE_LETTER}(?='\w\w)",
)  # fmt: skip
