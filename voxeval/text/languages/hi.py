r"""Hindi, as it is read in the news: lakh and crore, साढ़े and सवा on the clock, दशमलव in decimals.

Python counts no Devanagari vowel sign as part of a word (`\w`, `\b`), so patterns here use their own edges, and
abbreviations in Devanagari are `rewrites`.
"""

from __future__ import annotations

import re
from functools import cache

from voxeval.text.language import Currency, Language, Noun, Number, Time

NAMES = (
    "शून्य एक दो तीन चार पाँच छह सात आठ नौ "
    "दस ग्यारह बारह तेरह चौदह पंद्रह सोलह सत्रह अठारह उन्नीस "
    "बीस इक्कीस बाईस तेईस चौबीस पच्चीस छब्बीस सत्ताईस अट्ठाईस उनतीस "
    "तीस इकतीस बत्तीस तैंतीस चौंतीस पैंतीस छत्तीस सैंतीस अड़तीस उनतालीस "
    "चालीस इकतालीस बयालीस तैंतालीस चवालीस पैंतालीस छियालीस सैंतालीस अड़तालीस उनचास "
    "पचास इक्यावन बावन तिरपन चौवन पचपन छप्पन सत्तावन अट्ठावन उनसठ "
    "साठ इकसठ बासठ तिरसठ चौंसठ पैंसठ छियासठ सड़सठ अड़सठ उनहत्तर "
    "सत्तर इकहत्तर बहत्तर तिहत्तर चौहत्तर पचहत्तर छिहत्तर सतहत्तर अठहत्तर उन्यासी "
    "अस्सी इक्यासी बयासी तिरासी चौरासी पचासी छियासी सत्तासी अट्ठासी नवासी "
    "नब्बे इक्यानवे बानवे तिरानवे चौरानवे पचानवे छियानवे सत्तानवे अट्ठानवे निन्यानवे"
)
BELOW_HUNDRED = NAMES.split()
SCALES = ((10**11, "खरब"), (10**9, "अरब"), (10**7, "करोड़"), (10**5, "लाख"), (1000, "हज़ार"), (100, "सौ"))
ORDINALS = {1: "पहल", 2: "दूसर", 3: "तीसर", 4: "चौथ", 6: "छठ"}  # without the ending
ROUND = {100: "सौ", 1000: "हज़ार", 10**5: "लाख"}
REGNAL = ("प्रथम", "द्वितीय", "तृतीय", "चतुर्थ", "पंचम", "षष्ठम", "सप्तम", "अष्टम", "नवम", "दशम")
MONTHS = (
    "जनवरी", "फ़रवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर", "अक्टूबर", "नवंबर", "दिसंबर",
)  # fmt: skip
LATIN_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LETTER_NAMES = "ए बी सी डी ई एफ जी एच आई जे के एल एम एन ओ पी क्यू आर एस टी यू वी डब्ल्यू एक्स वाई जेड"
LETTERS = dict(zip("abcdefghijklmnopqrstuvwxyz", LETTER_NAMES.split(), strict=True))
WORD = r"\w\u0900-\u0963\u0971-\u097f"  # inside of a character class: what words are made of
BEGIN, STOP = rf"(?<![{WORD}'])", rf"(?![{WORD}'])"
BARE = r"(?<![\w.,:/+-])"  # before figures
NO_MORE = r"(?![\w:/-]|[.,]\d)"  # behind figures


# --- numbers ---------------------------------------------------------------------------------------------------------


@cache
def _cardinal(number: int) -> str:
    if number < 100:
        return BELOW_HUNDRED[number]
    for scale, name in SCALES:
        if number >= scale:
            many, rest = divmod(number, scale)
            return f"{_cardinal(many)} {name} {_cardinal(rest) if rest else ''}".rstrip()
    raise AssertionError(number)


def _ordinal(number: int, suffix: str = "वाँ") -> str:
    """The ordinal in the gender and case of its suffix: वाँ, वीं, वें, ला, री and so on."""
    end = re.search("[ािीे]", suffix)
    ending = end[0] if end else "ा"
    if number in ORDINALS:
        return ORDINALS[number] + ending
    return f"{ROUND.get(number) or _cardinal(number)}व{ending}{'ँ' if ending == 'ा' else 'ं'}"


def _read_year(year: int) -> str:
    """1947 by hundreds, from 2000 on as a number."""
    if not 1100 <= year < 2000:
        return _cardinal(year)
    century, rest = divmod(year, 100)
    return f"{_cardinal(century)} सौ {_cardinal(rest) if rest else ''}".rstrip()


def _digits(figures: str) -> str:
    return " ".join(_cardinal(int(figure)) for figure in figures)


def _fraction(top: int, bottom: int) -> str:
    if (top, bottom) == (1, 2):
        return "आधा"
    if bottom in (3, 4):
        return f"{_cardinal(top)} {'तिहाई' if bottom == 3 else 'चौथाई'}"
    return f"{_cardinal(top)} बटा {_cardinal(bottom)}"


def _with_quarters(whole: int, quarters: int) -> str:
    """2½ is ढाई, 3¼ is सवा तीन, 3¾ is पौने चार."""
    if quarters == 2:
        return {1: "डेढ़", 2: "ढाई"}.get(whole) or f"साढ़े {_cardinal(whole)}"
    return f"सवा {_cardinal(whole)}" if quarters == 1 else f"पौने {_cardinal(whole + 1)}"


def _measure(found: re.Match[str]) -> str:
    """A fraction with what is before and behind it: 3½ km, 1/4 kg."""
    top, bottom = int(found["top"]), int(found["bottom"])
    unit = found["unit"]
    if not 0 < top < bottom or (unit is None and found["whole"] is None):
        return found[0]
    whole = int(found["whole"] or 0)
    quarters = {(1, 4): 1, (1, 2): 2, (3, 4): 3}.get((top, bottom))
    if not whole:
        words = _fraction(top, bottom)
    elif quarters and whole < 100:
        words = "सवा" if (whole, quarters) == (1, 1) else _with_quarters(whole, quarters)
    else:
        words = f"{_cardinal(whole)} सही {_fraction(top, bottom)}"
    return f" {words} {UNITS[unit].many if unit else ''} "


def _counted(words: str, number: Number, noun: Noun) -> str:
    return f"{words} {noun.one if number.is_one else noun.many}"


def _money(units: str, cents: str) -> str:
    return f"{units} {cents}"


def _phone(groups: tuple[str, ...]) -> str:
    digits = "".join(groups)
    plus = "प्लस " if digits.startswith("+") else ""
    return plus + _digits(digits.lstrip("+"))


def _spelled_number(found: re.Match[str]) -> str:
    return f" {_digits(re.sub(r'[^0-9]', '', found[0]))} "


def _said_number(found: re.Match[str]) -> str:
    return f" {_cardinal(int(found[0]))} "


def _said_year(found: re.Match[str]) -> str:
    return f" {_read_year(int(found['year']))} "


def _year_and_next(found: re.Match[str]) -> str:
    """2023-24 names two years, without a word between them."""
    year, after = int(found["year"]), int(found["after"])
    if (year + 1) % 100 == after:
        return f" {_read_year(year)} {_cardinal(after)} "
    return f" {_read_year(year)} से {_cardinal(after)} " if year % 100 < after else found[0]


def _years(found: re.Match[str]) -> str:
    first, last = int(found["year"]), int(found["last"])
    return f" {_read_year(first)} से {_read_year(last)} " if first < last else found[0]


# --- clock and calendar ----------------------------------------------------------------------------------------------


def _clock(hour: int, minute: int) -> str:
    """The time without बजे where it is a quarter of the twelve hours, else with बजकर and मिनट."""
    if minute in (15, 30, 45) and 1 <= hour <= 12:
        return _with_quarters(hour, minute // 15) if (hour, minute) != (12, 45) else "पौने एक"
    return f"{_cardinal(hour)} बजकर {_cardinal(minute)} मिनट" if minute else _cardinal(hour)


def _read_time(time: Time) -> str:
    if time.second:
        return f"{_cardinal(time.hour)} बजकर {_cardinal(time.minute)} मिनट {_cardinal(time.second)} सेकंड"
    words = _clock(time.hour, time.minute)
    if time.suffix:
        return f"{words} {'एएम' if time.suffix[0] == 'a' else 'पीएम'}"
    return words if time.minute else f"{words} बजे"


def _time_of_day(found: re.Match[str]) -> str:
    """A time with बजे behind it; "on" is said where a postposition is not."""
    hour, minute = int(found["h"]), int(found["m"])
    if hour > 24:
        return found[0]
    words = _clock(hour, minute)
    then = found["then"] or ""
    if "मिनट" not in words:
        return f" {words} बजे{then}"
    return f" {words}{then or ' पर'}"


def _named_by_time(found: re.Match[str]) -> str:
    """A train at 7:40 is the seven forty: "7:40 की लोकल"."""
    hour, minute = int(found["h"]), int(found["m"])
    if hour > 24 or "मिनट" not in _clock(hour, minute):
        return found[0]
    return f" {_cardinal(hour)} {_cardinal(minute)} "


def _read_date(day: int, month: int, year: int | None) -> str:
    words = f"{_cardinal(day)} {MONTHS[month - 1]}"
    return words if year is None else f"{words} {_read_year(year)}"


def _month_date(found: re.Match[str]) -> str:
    month = LATIN_MONTHS.index(found["month"][:3].lower()) + 1
    return _read_date(int(found["day"]), month, int(found["year"]) if found["year"] else None)


# --- words -----------------------------------------------------------------------------------------------------------


def _roman_number(found: re.Match[str], value: int) -> str:
    return f"{found['before']} {_cardinal(value)}"


def _roman_king(found: re.Match[str], value: int) -> str:
    return f"{found['before']} {REGNAL[value - 1] if value <= 10 else _ordinal(value)}"


@cache
def _script(word: str) -> str:
    """One form of letters that sound the same: nukta, nasals, visarga and virama at the end, English letters.

    Chandrabindu is written as anusvara by most, and a pair of words tells them apart in one family only: हंस is a
    swan, हँस is laughing.
    """
    before = ""
    while word != before:
        before = word
        word = word.translate(LIKE)
        for pattern, letters in SAME_LETTERS:
            word = pattern.sub(letters, word)
        laughing = word.startswith("हँस") or LAUGHING.search(word) is not None
        word = re.sub("[ंँ]+", "ं", word)
        if laughing:
            word = "हँ" + word[2:]
    if word in LATIN:
        return LATIN[word]
    if len(word) == 1 and word not in "ai":
        return LETTERS.get(word, word)
    if re.fullmatch("[b-df-hj-np-tv-xz]{2,5}", word) and word not in NOT_SPELLED:
        return _letters(word)
    return word


def _letters(word: str) -> str:
    return "".join(LETTERS[letter] for letter in word)


def _acronym(found: re.Match[str]) -> str:
    return _letters(found[0].lower())


def _folded(spellings: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Each variant to its form, all of them as `script` leaves them; of numbers the ordinals too."""
    return {
        _script(variant + ending): _script(form + ending)
        for form, variants in spellings.items()
        for ending in ("", *(("वाँ", "वीं", "वें") if form in BELOW_HUNDRED[10:] else ()))
        for variant in variants
    }


def _one_of(words: str) -> str:
    """A pattern of any of the words, with and without nukta."""
    known = {*words.split(), *re.sub("(?<=[कखगजफ])़", "", words).split()}
    return "(?:" + "|".join(sorted(known, key=lambda word: (-len(word), word))) + ")"


def _with_stops(name: str) -> str:
    """A pattern of an abbreviation: spaces may be missing."""
    return "[ \u00a0]?".join(re.escape(part) for part in name.split(" "))


def _abbreviation(found: re.Match[str]) -> str:
    return f" {KNOWN_ABBREVIATIONS[''.join(found[0].split())]} "


def _unit(found: re.Match[str]) -> str:
    return f" {BEHIND_FIGURES[found['unit']]} "


def _file(found: re.Match[str]) -> str:
    return found[0].replace("_", " अंडरस्कोर ").replace(".", " डॉट ")


def _mobile(found: re.Match[str]) -> str:
    return f" {'प्लस' if found[0].startswith('+') else ''}{_spelled_number(found)}"


def _short_month(found: re.Match[str]) -> str:
    return f" {SHORT_MONTHS[found['month']]} "


def _generation(found: re.Match[str]) -> str:
    """5G is spoken in English."""
    return f" {('टू', 'थ्री', 'फ़ोर', 'फ़ाइव', 'सिक्स')[int(found['g']) - 2]}जी "


LIKE = str.maketrans({"ऩ": "न", "ऱ": "र", "ऴ": "ळ", "ऽ": "", "ॐ": "ओम"})
LAUGHING = re.compile("^हंस(?:ी|ीं|ना|ने|नी|ता|ते|ती|तीं|कर|े|ें|ेगा|ेगी|ेंगे|ूं|ूंगा|ूंगी|ाना|ाने|ाया|ाई|ाए|ाता|ाते|ाती|मुख|ोड़|ोड़ा)$")
HARD_AND_BREATHED = ("कख", "गघ", "चछ", "जझ", "टठ", "डढ", "तथ", "दध", "पफ", "बभ")
SAME_LETTERS = tuple(
    (re.compile(pattern), letters)
    for pattern, letters in (
        ("([कखगजफयनरळ])़+", r"\1"),
        ("ङ्(?=[कखगघ])|ञ्(?=[चछजझ])|ण्(?=[टठडढ])|म्(?=[पफबभ])|न्(?=[कखगघचछजझटठडढतथदधफसश])", "ं"),
        ("(?<!अंत)ः", ""),  # अंतः is "inner", अंत the end
        ("्+$", ""),
        ("(?<=[ऄ-ह़ा-ौ])ये", "ए"),  # गये, लिये
        ("(?<=[ऄ-ह़ा-ौ])यी", "ई"),  # नयी
        *((f"{two[1]}्{two[1]}", f"{two[0]}्{two[1]}") for two in HARD_AND_BREATHED),  # चिठ्ठी
        ("(?:त्){2,}व", "त्व"),
        ("र्द्ध", "र्ध"),
        (r"(?<=र्)([क-ह])(?:्\1)+", r"\1"),  # कर्त्ता
        ("(?:ह्)+([नम])(?!्)", r"\1्ह"),  # चिह्न is spoken चिन्ह
        ("ढूं?ँ?ढ़", "ढूंढ"),
        ("डब्लू|डबल्यू|डब्लयू", "डब्ल्यू"),
    )
)
NOT_SPELLED = frozenset({"hm", "hmm", "mm", "mmm", "sh", "shh", "psst", "pst", "brr", "grr", "tsk", "pfft", "nth"})
# English words and acronyms that Hindi writes in both scripts; acronyms without a vowel are spelled anyway.
SPELLED = (
    "atm ngo ceo cfo icu upi usa usd uk uae fir rti emi ai iit iim ias ipl icc bcci upsc usb url api ipo dna rna "
    "hiv uv suv evm cbi epfo drdo eu unsc obc ott opd oyo cctv nia nda upa aap iaf iti mba mca bca llb phd cbse "
    "icse ncert ioc fbi cia bbc cnn id ac pc io vip cid acp ied ipc uav ips org aqi ui ios inr"
)
LATIN = {word: _letters(word) for word in SPELLED.split()} | {
    "nasa": "नासा", "isro": "इसरो", "pin": "पिन", "sim": "सिम", "nato": "नाटो", "unesco": "यूनेस्को",
    "unicef": "यूनिसेफ", "opec": "ओपेक", "saarc": "सार्क", "covid": "कोविड", "aiims": "एम्स", "neet": "नीट",
    "wifi": "वाईफाई", "mr": "मिस्टर", "mrs": "मिसेज", "dr": "डॉक्टर", "vs": "वर्सेस", "ltd": "लिमिटेड",
    "pvt": "प्राइवेट", "km": "किलोमीटर", "kg": "किलोग्राम", "com": "कॉम", "net": "नेट", "example": "एग्जांपल",
    "hindi": "हिंदी", "iphone": "आईफोन", "ipad": "आईपैड", "ok": "ओके", "okay": "ओके", "email": "ईमेल",
    "online": "ऑनलाइन", "offline": "ऑफलाइन", "internet": "इंटरनेट", "mobile": "मोबाइल", "phone": "फोन",
    "computer": "कंप्यूटर", "laptop": "लैपटॉप", "website": "वेबसाइट", "app": "ऐप", "file": "फाइल",
    "report": "रिपोर्ट", "final": "फाइनल", "meeting": "मीटिंग", "office": "ऑफिस", "school": "स्कूल",
    "college": "कॉलेज", "doctor": "डॉक्टर", "hospital": "हॉस्पिटल", "bank": "बैंक", "bus": "बस", "train": "ट्रेन",
    "ticket": "टिकट", "station": "स्टेशन", "cricket": "क्रिकेट", "match": "मैच", "film": "फिल्म", "video": "वीडियो",
    "photo": "फोटो", "message": "मैसेज", "please": "प्लीज", "sorry": "सॉरी", "thank": "थैंक", "thanks": "थैंक्स",
    "homework": "होमवर्क", "exam": "एग्जाम", "google": "गूगल", "youtube": "यूट्यूब", "facebook": "फेसबुक",
    "whatsapp": "व्हाट्सऐप", "twitter": "ट्विटर", "party": "पार्टी", "project": "प्रोजेक्ट", "team": "टीम",
    "manager": "मैनेजर", "problem": "प्रॉब्लम", "postpone": "पोस्टपोन", "cancel": "कैंसल", "finish": "फिनिश",
    "start": "स्टार्ट", "share": "शेयर", "password": "पासवर्ड", "server": "सर्वर", "link": "लिंक", "form": "फॉर्म",
    "number": "नंबर", "time": "टाइम",
}  # fmt: skip
UNITS = {
    sign: Noun(one=name, many=name)
    for signs, name in (
        ("km", "किलोमीटर"), ("m", "मीटर"), ("cm", "सेंटीमीटर"), ("mm", "मिलीमीटर"), ("nm", "नैनोमीटर"),
        ("km/h kmph kph km/hr", "किलोमीटर प्रति घंटा"), ("m/s", "मीटर प्रति सेकंड"), ("mph", "मील प्रति घंटा"),
        ("mi", "मील"), ("ft", "फ़ुट"), ("kg kgs", "किलोग्राम"), ("g gm gms", "ग्राम"), ("mg", "मिलीग्राम"),
        ("t", "टन"), ("q", "क्विंटल"), ("l L ltr", "लीटर"), ("ml mL", "मिलीलीटर"), ("m2", "वर्ग मीटर"),
        ("km2", "वर्ग किलोमीटर"), ("m3", "घन मीटर"), ("ha", "हेक्टेयर"), ("°", "डिग्री"),
        ("°C", "डिग्री सेल्सियस"), ("°F", "डिग्री फ़ारेनहाइट"),
        ("KB kB", "केबी"), ("MB", "एमबी"), ("GB", "जीबी"), ("TB", "टीबी"), ("Mbps", "एमबीपीएस"), ("Gbps", "जीबीपीएस"),
        ("mAh", "एमएएच"), ("Hz", "हर्ट्ज़"), ("kHz", "किलोहर्ट्ज़"), ("MHz", "मेगाहर्ट्ज़"),
        ("GHz", "गीगाहर्ट्ज़"), ("W", "वॉट"), ("kW", "किलोवॉट"), ("MW", "मेगावॉट"), ("kWh", "किलोवॉट घंटा"), ("V", "वोल्ट"),
        ("min", "मिनट"), ("s sec", "सेकंड"), ("ms", "मिलीसेकंड"), ("dB", "डेसिबल"), ("kcal", "किलोकैलोरी"), ("cc", "सीसी"),
    )
    for sign in signs.split()
} | {sign: Noun(one="घंटा", many="घंटे") for sign in ("h", "hr", "hrs")}  # fmt: skip
CENT = Noun(one="सेंट", many="सेंट")
DOLLAR = Currency(unit=Noun(one="डॉलर", many="डॉलर"), cent=CENT)
EURO = Currency(unit=Noun(one="यूरो", many="यूरो"), cent=CENT)
POUND = Currency(unit=Noun(one="पाउंड", many="पाउंड"), cent=Noun(one="पेनी", many="पेंस"))
RUPEE = Currency(unit=Noun(one="रुपया", many="रुपये"), cent=Noun(one="पैसा", many="पैसे"))
YEN = Currency(unit=Noun(one="येन", many="येन"))
YUAN = Currency(unit=Noun(one="युआन", many="युआन"))
DIRHAM = Currency(unit=Noun(one="दिरहम", many="दिरहम"))

# Abbreviations with their full stops; a space may stand between the parts.
ABBREVIATIONS = {
    "डॉ.": "डॉक्टर", "डा.": "डॉक्टर", "प्रो.": "प्रोफ़ेसर", "पं.": "पंडित", "स्व.": "स्वर्गीय", "कु.": "कुमारी",
    "चौ.": "चौधरी", "इंजी.": "इंजीनियर", "ले. कर्नल": "लेफ़्टिनेंट कर्नल", "ले. जनरल": "लेफ़्टिनेंट जनरल",
    "कै.": "कैप्टन", "नं.": "नंबर", "क्र.": "क्रमांक", "क्र. सं.": "क्रम संख्या", "पृ.": "पृष्ठ",
    "पृ. सं.": "पृष्ठ संख्या", "उदा.": "उदाहरण", "दि.": "दिनांक", "ता.": "तारीख", "ई. पू.": "ईसा पूर्व",
    "ई. सन": "ईस्वी सन", "वि. सं.": "विक्रम संवत", "वि. वि.": "विश्वविद्यालय", "उ. प्र.": "उत्तर प्रदेश",
    "म. प्र.": "मध्य प्रदेश", "हि. प्र.": "हिमाचल प्रदेश", "प्रा. लि.": "प्राइवेट लिमिटेड", "लि.": "लिमिटेड",
    "प्रा.": "प्राइवेट", "कं.": "कंपनी", "कि. मी./घं.": "किलोमीटर प्रति घंटा", "कि. मी.": "किलोमीटर",
    "से. मी.": "सेंटीमीटर", "मि. मी.": "मिलीमीटर", "कि. ग्रा.": "किलोग्राम", "मि. ग्रा.": "मिलीग्राम",
    "मि. ली.": "मिलीलीटर", "व. कि. मी.": "वर्ग किलोमीटर",
}  # fmt: skip
# The same, but only behind figures, with or without the full stop.
BEHIND_FIGURES = {
    "मी": "मीटर", "ग्रा": "ग्राम", "घं": "घंटे", "सेमी": "सेंटीमीटर", "मिमी": "मिलीमीटर", "मिग्रा": "मिलीग्राम",
    "एमएल": "मिलीलीटर",
}  # fmt: skip
COUNTED = _one_of(
    "लोग लोगों व्यक्ति व्यक्तियों रुपये रुपए रुपया रुपयों पैसे डॉलर यूरो पाउंड मीटर किलोमीटर किमी ग्राम किलो "
    "किलोग्राम लीटर फ़ुट फ़ीट एकड़ हेक्टेयर टन क्विंटल मील घर घरों मकान मकानों गाँव गांव गाँवों गांवों बच्चे "
    "बच्चों छात्र छात्रों छात्राओं किताबें किताबों पुस्तकें पेड़ पेड़ों पौधे पौधों सीटें सीटों पद पदों मामले "
    "मामलों कर्मचारी कर्मचारियों मतदाता मतदाताओं सैनिक सैनिकों यात्री यात्रियों मरीज़ मरीज़ों आवेदन आवेदनों टिकट "
    "शब्द शब्दों पन्ने पन्नों पृष्ठ बार बोरी बोरियाँ घंटे घंटों मिनट दिन दिनों परिवार परिवारों किसान किसानों "
    "पुलिसकर्मी जवान जवानों"
)
KINGS = _one_of(
    "जॉर्ज हेनरी एलिज़ाबेथ चार्ल्स विलियम एडवर्ड लुई फ़िलिप जेम्स रिचर्ड पॉल बेनेडिक्ट पायस लियो ग्रेगरी निकोलस "
    "पीटर कैथरीन अलेक्ज़ेंडर सिकंदर फ़्रांसिस फ़्रेडरिक विल्हेम नेपोलियन क्रिश्चियन गुस्ताव हेराल्ड फर्डिनेंड "
    "चंद्रगुप्त पुलकेशिन पुलकेशी राजराज राजेंद्र अमोघवर्ष नरसिंहवर्मन महेंद्रवर्मन विक्रमादित्य देवराय आलम अकबर "
    "शाह आलमगीर रामसेस टॉलेमी मेहमद मुहम्मद सुलेमान सिंह मैरी जॉन अब्दुल्ला हुसैन अर्बन क्लेमेंट इनोसेंट ओटो "
    "लियोपोल्ड विक्टोरिया मार्ग्रेट मारग्रेथ फैसल सेलिम मुराद ज़ार पोप"
)
TITLES = _one_of("राजा रानी महाराजा महारानी सम्राट सम्राज्ञी किंग क्वीन पोप सुल्तान बादशाह ज़ार जार")
PARTS = _one_of(
    "अध्याय भाग खंड खण्ड कक्षा क्लास सर्ग अंक दृश्य पाठ चरण प्रकार टाइप स्तर लेवल फ़ेज़ अनुसूची परिशिष्ट समूह "
    "ग्रुप वर्ग श्रेणी पेपर प्रश्नपत्र सेमेस्टर इकाई यूनिट सूची ग्रेड युद्ध विश्वयुद्ध अग्नि चंद्रयान पृथ्वी "
    "डिग्री पार्ट वॉल्यूम मार्क धारा अनुच्छेद"
)
SPELLINGS = _folded(
    {
        "छह": ("छ", "छे", "छै"), "पंद्रह": ("पंदरह", "पंद्राह"), "सत्रह": ("सतरह", "सत्तरह"), "अठारह": ("अट्ठारह",),
        "इक्कीस": ("इकीस",), "बाईस": ("बाइस",), "तेईस": ("तेइस",), "सत्ताईस": ("सत्ताइस", "सताईस", "सताइस"),
        "अट्ठाईस": ("अट्ठाइस", "अठाईस", "अठाइस"), "उनतीस": ("उन्तीस", "उनत्तीस", "उन्नतीस"),
        "इकतीस": ("इकत्तीस", "इकतिस", "इक्तीस"), "तैंतीस": ("तेंतीस", "तेतीस", "तैतीस"), "चौंतीस": ("चौतीस",),
        "पैंतीस": ("पैतीस",), "सैंतीस": ("सैतीस",), "अड़तीस": ("अडतीस",), "उनतालीस": ("उन्तालीस",),
        "इकतालीस": ("इकतालिस", "इक्तालीस"), "बयालीस": ("बियालीस", "ब्यालीस"),
        "तैंतालीस": ("तेंतालीस", "तेतालीस", "तैतालीस"), "चवालीस": ("चौवालीस", "चौंवालीस", "चव्वालीस", "चौआलीस"),
        "पैंतालीस": ("पैतालीस",), "छियालीस": ("छयालीस", "छ्यालीस"), "सैंतालीस": ("सैतालीस",),
        "अड़तालीस": ("अडतालीस",), "उनचास": ("उन्चास", "उनंचास"), "इक्यावन": ("इक्कावन", "इकावन", "इक्यावान"),
        "तिरपन": ("तिरेपन", "तिर्पन", "त्रेपन"), "चौवन": ("चौअन", "चव्वन"), "सत्तावन": ("सतावन",),
        "अट्ठावन": ("अठावन",), "उनसठ": ("उन्सठ",), "इकसठ": ("इक्सठ",), "तिरसठ": ("तिरेसठ", "तिर्सठ", "त्रेसठ"),
        "चौंसठ": ("चौसठ",), "पैंसठ": ("पैसठ",), "छियासठ": ("छाछठ", "छयासठ"), "सड़सठ": ("सरसठ", "सडसठ"),
        "अड़सठ": ("अडसठ",), "उनहत्तर": ("उन्हत्तर", "उनहतर"), "इकहत्तर": ("इकत्तर", "इकहतर"), "बहत्तर": ("बहतर",),
        "तिहत्तर": ("तिहतर",), "चौहत्तर": ("चौहतर",), "पचहत्तर": ("पचहतर", "पिचहत्तर"),
        "छिहत्तर": ("छिहतर", "छियत्तर"), "सतहत्तर": ("सतहतर", "सतत्तर"), "अठहत्तर": ("अठहतर", "अठत्तर"),
        "उन्यासी": ("उनासी", "उन्नासी", "उनयासी"), "इक्यासी": ("इकयासी",), "बयासी": ("बियासी", "ब्यासी"),
        "तिरासी": ("तेरासी", "तिरयासी"), "पचासी": ("पिचासी",), "छियासी": ("छयासी",), "सत्तासी": ("सतासी",),
        "अट्ठासी": ("अठासी",), "उन्नीस": ("उनीस",), "इक्यानवे": ("इक्यानबे", "इक्यान्वे", "इकानवे"),
        "बानवे": ("बानबे", "बान्वे"), "तिरानवे": ("तिरानबे", "तिरान्वे", "तेरानवे"),
        "चौरानवे": ("चौरानबे", "चौरान्वे"), "पचानवे": ("पचानबे", "पंचानवे", "पंचानबे", "पंचान्वे", "पिचानवे"),
        "छियानवे": ("छियानबे", "छियान्वे", "छयानवे"), "सत्तानवे": ("सत्तानबे", "सत्तान्वे", "सतानवे", "सतानबे"),
        "अट्ठानवे": ("अट्ठानबे", "अट्ठान्वे", "अठानवे", "अठानबे"),
        "निन्यानवे": ("निन्यानबे", "निन्यान्वे", "निन्नानवे"), "अक्टूबर": ("अक्तूबर",), "अप्रैल": ("अप्रेल",),
        "डॉक्टर": ("डाक्टर", "डॉ"), "किलोमीटर": ("किमी",), "किलोग्राम": ("किग्रा",), "कॉलेज": ("कालेज",),
        "ऑफ़िस": ("आफिस",), "नंबर": ("नं",), "फ़ारेनहाइट": ("फ़ैरेनहाइट", "फेरनहाइट", "फारनहाइट", "फेरेनहाइट"),
        "एग्जांपल": ("एग्ज़ैम्पल", "इग्ज़ाम्पल", "एक्ज़ाम्पल"), "सेकंड": ("सेकेंड", "सैकंड", "सेकिंड"),
        "सेंटीमीटर": ("सेन्टिमीटर", "सेंटिमीटर"), "मिलीमीटर": ("मिलिमीटर",), "मिलीग्राम": ("मिलिग्राम",),
        "मिलीलीटर": ("मिलिलीटर",), "रुपया": ("रूपया",), "रुपए": ("रूपये", "रूपए"), "रुपयों": ("रूपयों",),
        "ऐट": ("एट", "ऍट"), "व्हाट्सऐप": ("व्हाट्सएप", "वॉट्सऐप", "वाट्सएप", "वॉट्सएप", "व्हॉट्सऐप", "व्हॉट्सएप"),
        "ऐप": ("एप", "ऍप"), "वीडियो": ("विडियो",), "वाई": ("वाय",), "जेड": ("ज़ैड", "जैड"), "हॉस्पिटल": ("हास्पिटल",),
        "मोबाइल": ("मोबाईल",), "ऑनलाइन": ("आनलाइन",), "बिलकुल": ("बिल्कुल",), "अकसर": ("अक्सर",), "हलका": ("हल्का",),
        "हलकी": ("हल्की",), "हलके": ("हल्के",), "उलटा": ("उल्टा",), "उलटी": ("उल्टी",), "उलटे": ("उल्टे",),
        "बरतन": ("बर्तन",), "बरतनों": ("बर्तनों",), "गर्मी": ("गरमी",), "गर्मियों": ("गरमियों",), "सर्दी": ("सरदी",),
        "सर्दियों": ("सरदियों",), "इनकार": ("इन्कार",), "ज़बरदस्ती": ("ज़बर्दस्ती",), "ज़बरदस्त": ("ज़बर्दस्त",),
        "कुर्सी": ("कुरसी",), "पर्दा": ("परदा",), "पर्दे": ("परदे",), "पर्दों": ("परदों",), "मर्ज़ी": ("मरज़ी",),
        "संन्यास": ("सन्यास",), "संन्यासी": ("सन्यासी",), "उज्ज्वल": ("उज्जवल", "उज्वल"), "उन्होंने": ("उन्होने",),
        "इन्होंने": ("इन्होने",), "जिन्होंने": ("जिन्होने",), "वह": ("वो",), "दुनिया": ("दुनियाँ",),
        "श्रीमती": ("श्रीमति",), "अंतरराष्ट्रीय": ("अंतर्राष्ट्रीय", "अंतराष्ट्रीय"),
    }
)  # fmt: skip
KNOWN_ABBREVIATIONS = {name.replace(" ", ""): words for name, words in ABBREVIATIONS.items()}
SHORT_MONTHS = {
    "जन": "जनवरी", "फ़र": "फ़रवरी", "फर": "फ़रवरी", "अप्रै": "अप्रैल", "अग": "अगस्त", "सित": "सितंबर",
    "अक्टू": "अक्टूबर", "नव": "नवंबर", "नवं": "नवंबर", "दिस": "दिसंबर", "दिसं": "दिसंबर",
}  # fmt: skip

ANY_ABBREVIATION = "|".join(_with_stops(name) for name in sorted(ABBREVIATIONS, key=lambda name: (-len(name), name)))
ANY_UNIT = "|".join(re.escape(sign) for sign in sorted(UNITS, key=lambda sign: (-len(sign), sign)))
CLOCK = r"(?<![\d.,:])(?P<h>\d{1,2})"
POSTPOSITION = rf"(?: (?:से|तक|के|का|की|को|पर|वाला|वाले|वाली){STOP})"
REWRITES = (
    ("॰", "."),
    (r"(?<=\d) ?/-(?!\w)", " "),  # ₹500/- is no more than 500
    (r"(?<![\w@./])[A-Za-z0-9_-]+\.(?:pdf|docx?|xlsx?|pptx?|jpe?g|png|txt|csv|mp[34]|wav|zip|html?|json|py)\b", _file),
    (
        rf"(?<![A-Z] )(?<!\d )(?<!\d){BEGIN}(?:LED|IT|US|UN|WHO|UP|AM|PM|BA|MA|ED|PA|OK)(?![{WORD}'$.@])(?! [A-Z])",
        _acronym,
    ),
    (r"(?<![\w.,])(?P<g>[2-6])G(?!\w)", _generation),
    (rf"{BEGIN}(?:{ANY_ABBREVIATION})(?![{WORD}])", _abbreviation),
    (rf"(?<=\d{{3}}) ?ई(?:\.|(?=[ ,।])|$)(?![{WORD}-])", " ईस्वी "),
    (rf"{BEGIN}र[ुू]\.? ?(?=\d)", "₹"),
    (rf"(?<=\d) ?र[ुू](?:\.|{STOP})", "₹ "),
    (rf"{BEGIN}र[ुू]\.(?!\w)", "रुपये "),
    (rf"(?<=मी)/(?:घंटा|घंटे|घं){STOP}\.?", " प्रति घंटा "),
    (rf"(?<=[\d{WORD}])/(?=(?:किलो|किग्रा|लीटर|सेकंड|मिनट|व्यक्ति|माह|महीना|वर्ग){STOP})", " प्रति "),
    (rf"(?<=\d) ?(?P<unit>{'|'.join(BEHIND_FIGURES)}){STOP}\.?", _unit),
    (rf"(?<=\d) ?(?P<month>{'|'.join(SHORT_MONTHS)})\.", _short_month),
    (rf"(?<=[{WORD}])(?<!\d)-(?=\d)", " "),  # अग्नि-5 is not below zero
    (
        rf"(?<![\w.,/-])(?:(?P<whole>\d{{1,3}}) )?(?P<top>\d{{1,3}})/(?P<bottom>\d{{1,3}})(?![\d/]|[.,]\d)"
        rf"(?: ?(?P<unit>{ANY_UNIT})(?![\w/^]))?",
        _measure,
    ),
    (r"(?<![\w.,+@₹$€£-])(?<![₹$€£] )(?:\+91[ -]?)?[6-9]\d{4}[ -]?\d{5}(?![\w@-]|[.,]\d)", _mobile),
    (rf"(?<={BEGIN}पिन )\d{{6}}(?![\w.,]\d)", _spelled_number),
    (r"(?:(?<=पिन कोड )|(?<=पिनकोड )|(?<=ओटीपी )|(?<=OTP )|(?<=PIN ))\d{3} ?\d{3}(?!\d|[.,]\d)", _spelled_number),
    (rf"{BARE}(?P<year>1[1-9]\d\d|20\d\d)-(?P<after>\d\d){NO_MORE}", _year_and_next),
    (rf"{BARE}(?P<year>1[1-9]\d\d|20\d\d) ?- ?(?P<last>1[1-9]\d\d|20\d\d){NO_MORE}", _years),
    (rf"(?:(?<=सन )|(?<=सन् )|(?<=वर्ष )|(?<=साल ))(?P<year>1[1-4]\d\d){NO_MORE}", _said_year),
    (rf"{BARE}(?P<year>1[1-4]\d\d)(?= (?:में(?! से)|ईस्वी|ईसवी|के दशक){STOP})", _said_year),
    (rf"{BARE}1[5-9]\d\d(?= {COUNTED}{STOP})", _said_number),
    (r"(?<![\d:])(\d{1,2}:\d{2}) ?- ?(?=\d{1,2}:\d{2}(?![\d:]))", r"\1 से "),
    (r"(?<![\d.,:])(\d{1,2})\.([0-5]\d)(?= से \d{1,2}[.:]\d{2} ?बजे)", r"\1:\2"),
    (rf"{CLOCK}[:.](?P<m>[0-5]\d) ?बजे(?P<then>{POSTPOSITION})?{STOP}", _time_of_day),
    (
        rf"{CLOCK}:(?P<m>[1-5]\d)(?= (?:की|का|वाला|वाले|वाली|के(?! (?:बाद|पहले|करीब|क़रीब|आसपास|बीच|लिए))){STOP})",
        _named_by_time,
    ),
)

# Letters' names in a row are one word. Those that are words too join where a letter that is none stands beside them,
# or three of them; के, "of", never does.
M = "\ue000"  # a joint
STRONG = "(?:बी|डी|एफ|एच|जे|एल|एम|एन|क्यू|आर|एस|टी|यू|वी|डब्ल्यू|एक्स|वाई|जेड)"
WEAK = "(?:ए|सी|ई|जी|आई|ओ|पी)"
ANY = f"(?:{STRONG}|{WEAK})"
EDGE, END = rf"(?<![^\s{M}])", rf"(?![^\s{M}])"
STEMS = _one_of(
    "जा आ ले दे हो देख सुन बोल हँस मिल उठ बैठ चल निकल पहुंच छोड़ लौट पढ़ लिख खा पी सो रो बन बना बता दिखा समझ मान "
    "जान सोच पूछ रख लग लगा बज खोल तोड़ जोड़ मार काट डाल निकाल भर उतर उतार चढ़ चढ़ा गिर फेंक पकड़ मुस्करा मुस्कुरा "
    "घबरा झांक मिला बुला उठा घूम दौड़ भाग धो जाग थक"
)
KIN = "(?:माता|पिता|दादा|दादी|नाना|नानी|चाचा|चाची|मामा|मामी|गुरु|बाबू|गांधी|नेता|स्वामी|सेठ|पंडित|लाला)"
NO_ENGLISH = r"(?: [ai])*(?:$| [^\x00-\x7f])"  # what follows the letters a and i where they are no words
FOLDS = (
    (rf"(?<!\S)a(?={NO_ENGLISH})", "ए"),  # विटामिन A
    (rf"(?<!\S)i(?={NO_ENGLISH})", "आई"),
    (rf"{EDGE}({WEAK}) (?=(?:{WEAK} )*{STRONG}{END})", rf"\1{M}"),
    (rf"{EDGE}({STRONG}) (?={ANY}{END})", rf"\1{M}"),
    (rf"{EDGE}({WEAK}) (?={WEAK} {WEAK}{END})", rf"\1{M}"),
    (rf"{EDGE}ए (?=(?:आई|सी){END})", f"ए{M}"),
    *((rf"(?<={M})({WEAK}) (?={WEAK}{END})", rf"\1{M}"),) * 8,
    (M, ""),
    (r"(?<!\S)(?:ई|e) (?:मेल|mail)(?!\S)", "ईमेल"),
    (r"(?<!\S)(?:वाई फाई|wi fi)(?!\S)", "वाईफाई"),
    (r"(?<!\S)हैश टैग(?!\S)", "हैशटैग"),
    (r"(?<!\S)(टू|थ्री|फोर|फाइव|सिक्स) जी(?!\S)", r"\1जी"),
    (rf"(?<!\S)({STEMS}) कर(?!\S)", r"\1कर"),
    (rf"(?<!\S)({KIN}) जी(?!\S)", r"\1जी"),
    (r"(?<!\S)(\S+ने)(वाल(?:ा|ी|े|ों|ियां|ियों))(?!\S)", r"\1 \2"),
)

LANGUAGE = Language(
    code="hi",
    cardinal=_cardinal,
    thousands=",",
    decimal=".",
    marks={".": "दशमलव"},
    minus="माइनस",
    read_decimals=_digits,
    ordinal=_ordinal,
    ordinal_suffix=rf"(?:[ -]?(?:वा[ँं]|वी[ँं]|वे[ँं])|वा|वी|वे|ला|ली|ले|रा|री|रे|था|थी|थे|ठा|ठी|ठे)(?![{WORD}])",
    read_year=_read_year,
    years=range(1500, 2100),  # 1205 is a number, but after सन and before में: see REWRITES
    fraction=_fraction,
    mixed="{whole} सही {part}",
    counted=_counted,
    to="से",
    percent="प्रतिशत",
    per_mille="प्रति हज़ार",
    currencies={
        "₹": RUPEE, "Rs.": RUPEE, "Rs": RUPEE, "INR": RUPEE, "$": DOLLAR, "US$": DOLLAR, "USD": DOLLAR, "€": EURO,
        "EUR": EURO, "£": POUND, "GBP": POUND, "¥": YEN, "JPY": YEN, "CNY": YUAN, "AED": DIRHAM,
    },
    money=_money,
    scales={
        name: name
        for name in (
            "सौ", "हज़ार", "हजार", "लाख", "करोड़", "अरब", "खरब", "लाख करोड़", "हज़ार करोड़", "हजार करोड़",
            "मिलियन", "बिलियन", "ट्रिलियन",
        )
    }
    | {"million": "मिलियन", "billion": "बिलियन", "trillion": "ट्रिलियन", "Cr": "करोड़", "cr": "करोड़"},
    units=UNITS,
    phone=_phone,
    times=(
        r"(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2}))?(?:\s?(?P<suffix>[ap]\.?\s?m)\b\.?)?(?![\w:])",
        r"(?P<h>\d{1,2})\s?(?P<suffix>[ap]\.?\s?m)\b\.?",
    ),
    read_time=_read_time,
    date_order="dmy",
    read_date=_read_date,
    month_dates=(
        (
            rf"{BARE}(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?P<month>(?:{'|'.join(LATIN_MONTHS)})[a-z]*)\b\.?"
            r"(?:,? (?P<year>\d{4}))?(?!\w|[.:,]\d)",
            _month_date,
        ),
    ),
    one_letter_words=None,  # `script` names English letters, FOLDS join their names
    rewrites=REWRITES,
    roman=(
        (rf"{BEGIN}(?P<before>{PARTS})[ -](?=[IVX]+(?![^\W_]))ROMAN(?![{WORD}'])", _roman_number),
        (rf"{BEGIN}(?P<before>{KINGS}) (?=[IVX]+(?![^\W_]))ROMAN(?![{WORD}'])", _roman_king),
        (rf"{BEGIN}(?P<before>{TITLES} [{WORD}]+) (?=[IVX]+(?![^\W_]))ROMAN(?![{WORD}'])", _roman_king),
    ),
    abbreviations={
        "Dr.": "डॉक्टर", "Mr.": "मिस्टर", "Mrs.": "मिसेज़", "Prof.": "प्रोफ़ेसर", "Pvt.": "प्राइवेट",
        "Ltd.": "लिमिटेड", "vs.": "वर्सेस",
    },
    symbols={
        "&": "और", "+": "प्लस", "=": "बराबर", "×": "गुणा", "÷": "भाग", "@": "ऐट", "#": "हैशटैग", "%": "प्रतिशत",
        "°": "डिग्री",
        "₹": "रुपये", "$": "डॉलर", "€": "यूरो", "£": "पाउंड",
    },
    letters_of_addresses={".": "डॉट", "/": "स्लैश", "@": "ऐट", "-": "डैश", "_": "अंडरस्कोर", ":": "कोलन"},
    spellings=SPELLINGS,
    folds=FOLDS,
    script=_script,
)  # fmt: skip
