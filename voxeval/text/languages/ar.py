"""Arabic, Modern Standard. Numbers agree in gender with the word behind them where that word shows its own.

Figures show no case, and transcripts write figures for any: the case endings that letters of number words show are
one form (twenty is `عشرون`, two hundred `مئتان`), as the case endings of other words are, which letters don't show.
"""

from __future__ import annotations

import re
from functools import cache

from voxeval.text.language import Currency, Language, Noun, Number, Time


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


# --- numbers ---------------------------------------------------------------------------------------------------------

# With masculine nouns and by themselves; with feminine nouns.
DIGITS = ("صفر", "واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة", "عشرة")
DIGITS_F = ("صفر", "واحدة", "اثنتان", "ثلاث", "أربع", "خمس", "ست", "سبع", "ثماني", "تسع", "عشر")
TENS = ("", "", "عشرون", "ثلاثون", "أربعون", "خمسون", "ستون", "سبعون", "ثمانون", "تسعون")
HUNDREDS = ("", "مئة", "مئتان", "ثلاثمئة", "أربعمئة", "خمسمئة", "ستمئة", "سبعمئة", "ثمانمئة", "تسعمئة")
SCALES = (
    (10**12, "تريليون", "تريليونات"),
    (10**9, "مليار", "مليارات"),
    (10**6, "مليون", "ملايين"),
    (10**3, "ألف", "آلاف"),
)
ORDINALS = (
    "", "الأول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن", "التاسع", "العاشر",
)  # fmt: skip
ORDINALS_F = ("", "الأولى", *(f"{name}ة" for name in ORDINALS[2:]))
# One part, two parts, parts.
PARTS = {
    2: ("نصف", "نصفان", "أنصاف"), 3: ("ثلث", "ثلثان", "أثلاث"), 4: ("ربع", "ربعان", "أرباع"),
    5: ("خمس", "خمسان", "أخماس"), 6: ("سدس", "سدسان", "أسداس"), 7: ("سبع", "سبعان", "أسباع"),
    8: ("ثمن", "ثمنان", "أثمان"), 9: ("تسع", "تسعان", "أتساع"), 10: ("عشر", "عشران", "أعشار"),
}  # fmt: skip


def _below_hundred(number: int, feminine: bool) -> str:
    digits = DIGITS_F if feminine else DIGITS
    if number <= 10:
        return digits[number]
    if number < 20:
        first = {11: "إحدى" if feminine else "أحد", 12: "اثنتا" if feminine else "اثنا"}.get(
            number, digits[number - 10]
        )
        return f"{first} {'عشرة' if feminine else 'عشر'}"
    ten, one = divmod(number, 10)
    if not one:
        return TENS[ten]
    return f"{'إحدى' if feminine and one == 1 else digits[one]} و{TENS[ten]}"


def _below_thousand(number: int, feminine: bool) -> str:
    hundred, rest = divmod(number, 100)
    words = [HUNDREDS[hundred]] if hundred else []
    if rest or not hundred:
        words.append(_below_hundred(rest, feminine))
    return " و".join(words)


@cache
def _number(number: int, feminine: bool = False) -> str:
    words = []
    for value, one, many in SCALES:
        count, number = divmod(number, value)
        if count >= 1000:  # only above 10 ** 15
            words.append(f"{_number(count)} {one}")
        elif count:
            words.append(_scaled(count, one, many))
    if number or not words:
        words.append(_below_thousand(number, feminine))
    return " و".join(words)


def _scaled(count: int, one: str, many: str) -> str:
    """Thousands, millions: `ألف`, `ألفان`, `ثلاثة آلاف`, `أحد عشر ألفا`, `مئتا ألف`."""
    if count <= 2:
        return one if count == 1 else f"{one}ان"
    words = _below_thousand(count, feminine=False)
    last = count % 100
    if 3 <= last <= 10:
        return f"{words} {many}"
    return f"{'مئتا' if count == 200 else words} {one}{'ا' if last > 10 else ''}"


def _cardinal(number: int) -> str:
    return _number(number)


def _ordinal(number: int, suffix: str = "", feminine: bool = False) -> str:
    """With the article, as it goes behind a noun that has it: `الخامس والعشرون`."""
    del suffix
    names = ORDINALS_F if feminine else ORDINALS
    if number >= 100 or number < 1:
        rest = number % 100
        if 100 < number < 200:
            return f"{_ordinal(rest, feminine=feminine)} بعد المئة"
        return f"ال{_number(number, feminine)}"
    ten, one = divmod(number, 10)
    if number <= 10:
        return names[number]
    first = ("الحادية" if feminine else "الحادي") if one == 1 else names[one]
    if ten == 1:
        return f"{first} {'عشرة' if feminine else 'عشر'}"
    return f"{first} وال{TENS[ten]}" if one else f"ال{TENS[ten]}"


def _the_number(number: int, feminine: bool) -> str:
    """A cardinal with the article: `الخمسة عشر`, `الخمس والعشرون`."""
    if 20 < number < 100:
        return "ال" + _below_hundred(number, feminine).replace(" و", " وال")
    return f"ال{_number(number, feminine)}"


def _read_decimals(figures: str) -> str:
    """As one number behind its zeros; a long row digit by digit."""
    zeros = len(figures) - len(figures.lstrip("0"))
    if len(figures) - zeros > 3:
        return " ".join(DIGITS[int(figure)] for figure in figures)
    rest = [_number(int(figures))] if zeros < len(figures) else []
    return " ".join(["صفر"] * zeros + rest)


def _fraction(top: int, bottom: int) -> str:
    if bottom not in PARTS:
        return f"{_number(top)} على {_number(bottom)}"
    one, two, many = PARTS[bottom]
    if top <= 2:
        return one if top == 1 else two
    return f"{_number(top)} {many}"


# --- what is counted -------------------------------------------------------------------------------------------------


def _noun(base: str, many: str = "", *, after: str = "", adjective: str = "", gender: str = "m") -> Noun:
    """Forms with one, 100, 3 to 10, 11 to 99, and of two, with `after` behind each; `adjective` agrees.

    Without `many` the noun has one form for all. A language's `many` goes behind millions: it is the form with 100.
    """
    feminine = gender == "f"
    forms = [base, base, base, base, ""]
    if many:
        forms = [base, base, many, base if feminine else f"{base}ا", f"{base[:-1]}تان" if feminine else f"{base}ان"]
    if adjective:
        plural = adjective if feminine else f"{adjective}ة"
        accusative = adjective if feminine else f"{adjective}ا"
        dual = f"{adjective[:-1]}تان" if feminine else f"{adjective}ان"
        endings = (adjective, adjective, plural, accusative, dual)
        forms = [f"{form} {ending}" if form else "" for form, ending in zip(forms, endings, strict=True)]
    forms[0] += " واحدة" if feminine else " واحد"
    forms = [f"{form} {after}" if form and after else form for form in forms]
    return Noun(one="|".join(forms), many=forms[1], gender=gender)


def _counted(words: str, number: Number, noun: Noun) -> str:
    """The form of what is counted goes by the last two digits before the mark."""
    single, base, plural, accusative, dual = noun.one.split("|")
    last = number.whole % 100
    if words.startswith("صفر ") or len(number.figures) > 15:  # read digit by digit
        return f"{words} {base}"
    if not number.decimals:
        feminine = noun.gender == "f"
        sign = "سالب " if number.negative else ""
        if number.whole == 1:
            return sign + single
        if number.whole == 2 and dual:
            return sign + dual
        words = sign + _number(number.whole, feminine)
        if last == 0 and words.endswith("مئتان"):
            words = words.removesuffix("ن")
    return f"{words} {plural if 3 <= last <= 10 else accusative if last > 10 else base}"


def _money(units: str, cents: str) -> str:
    return f"{units} و{cents}"


def _phone(groups: tuple[str, ...]) -> str:
    digits = "".join(groups)
    plus = "زائد " if digits.startswith("+") else ""
    return plus + " ".join(DIGITS[int(digit)] for digit in digits.lstrip("+"))


# Plurals that end as feminine ones do, of masculine nouns.
MASCULINE_PLURALS = _words(
    "دولارات كيلومترات سنتيمترات مليمترات كيلوغرامات غرامات كيلوجرامات جرامات لترات ليترات جنيهات سنتات مليارات "
    "تريليونات قطاعات مستويات حيوانات مطارات خطابات إعلانات اجتماعات قرارات بيانات لقاءات مهرجانات امتحانات "
    "اختبارات اقتراحات مشروعات موضوعات مجلدات منتجات معسكرات مسلسلات مقترحات نشاطات صراعات نزاعات اتجاهات باصات "
    "تلفزيونات تطبيقات تعديلات تصريحات تدريبات تمرينات ملفات انتصارات انفجارات اتفاقات احتمالات إجراءات إنجازات "
    "خيارات مؤتمرات مؤشرات معدلات حسابات نباتات حمامات سجلات رهانات بلاغات تحديات مقرات ممرات مخيمات خزانات "
    "جوالات تقاطعات احتفالات استطلاعات"
)
# Plurals that show no gender, of feminine nouns.
FEMININE_PLURALS = _words(
    "ليال ليالي سنين مدن قرى نسخ قطع غرف فرق دول صور جمل نقاط نقط نساء أسر كتل فرص أمم حصص قصص مهن مواد مناطق "
    "مدارس جرائم حدائق دقائق ثوان ثواني عواصم جزر محاكم قضايا هدايا مزايا وظائف رسائل صحف سفن شقق علب أشجار خلايا "
    "زوايا وثائق حقائب معارك مراحل مشاكل قصائد جوائز كنائس دوائر نسب قوائم خطط لجان سلع مزارع مطابع قبائل عوائل "
    "ملاعق شرائح سور أيد عيون مرايا ضحايا أغان أغاني"
)
# Words that the figures behind them belong to: what follows is not counted.
NOT_COUNTED_BEHIND = _words("عام العام عامي سنة السنة الساعة رقم الرقم صفحة الصفحة المادة الفقرة")
HARAKAT = re.compile("[\u064b-\u0652\u0670\u0640]")


def _is_feminine(noun: str, number: int) -> bool:
    """Whether the word behind a number shows that it is feminine: `5 سنوات`, `15 سنة`."""
    noun, last = HARAKAT.sub("", noun), number % 100
    if re.match("[وفبك]?(?:ال|لل)", noun):
        return False
    if 3 <= last <= 10:
        return noun in FEMININE_PLURALS or (len(noun) > 3 and noun.endswith("ات") and noun not in MASCULINE_PLURALS)
    return last > 10 and len(noun) > 2 and noun.endswith("ة")


def _lone_tatweel(found: re.Match[str]) -> str:
    """No word, where there is another."""
    return "" if re.search(r"[^\W_ـ]|[&+=@%٪°×÷#$€£]", found.string) else found[0]


def _without_vowels(found: re.Match[str]) -> str:
    return HARAKAT.sub("", found[0]) + ("ـ" if found[0].endswith("ـ") else "")


def _word_before(found: re.Match[str]) -> str:
    words = found.string[: found.start()].split()
    return HARAKAT.sub("", words[-1]) if words else ""


def _agree(found: re.Match[str]) -> str:
    """Figures before a feminine noun in words: one number, or two with a word or a dash between them."""
    high, low = found["high"], found["low"]
    number = int(high.replace(",", ""))
    if not _is_feminine(found["noun"], number) or high.startswith("0"):
        return found[0]
    rest = f"{_number(number, feminine=True)} {found['noun']}"
    names = _word_before(found) in NOT_COUNTED_BEHIND
    if low is None:
        is_year = 1900 <= number < 2100 and "," not in high
        sign = "سالب " if found["minus"] else ""
        return found[0] if names or is_year else f"{sign}{rest}"
    between = found["between"].strip()
    first = int(low)
    if names or found["minus"]:
        return found[0] if between == "-" else f"{found['minus'] or ''}{low} {between} {rest}"
    if between == "-" and first >= number:
        return found[0]
    return f"{_number(first, feminine=True)} {'إلى' if between == '-' else between} {rest}"


def _with_article(found: re.Match[str]) -> str:
    """`القرن الـ19` is the nineteenth, `الدول الـ28` are the twenty-eight, and so are `الـ28 دولة`."""
    number, noun = int(found["number"]), HARAKAT.sub("", found["noun"] or "")
    before = re.sub(r"^[وفبك]{1,2}(?=ال)", "", _word_before(found))
    plural = re.fullmatch(r"ال(?:\w{2,}(?:ات|ون|ين)|[أا]\w{1,2}ا\w)", before) or before[2:] in FEMININE_PLURALS
    counted = not before.startswith("ال") and noun.endswith(("ات", "ة", "ا") if number > 10 else ("ات",))
    if plural or (counted and 2 < number < 100):
        feminine = _is_feminine(before[2:], 3) if plural else _is_feminine(noun, number)
        words = _the_number(number, feminine)
    else:
        words = _ordinal(number, feminine=before.endswith("ة") or before in FEMININE_WITHOUT_SIGN)
    clitic = found["clitic"]  # words begin with the article, which ل takes in
    return clitic.removesuffix("ال") + words if clitic.endswith("ال") else clitic + words.removeprefix("ال")


FEMININE_WITHOUT_SIGN = frozenset({"سن", "السن", "الذكرى", "ذكرى", "الحرب", "حرب"})

# --- clock and calendar ----------------------------------------------------------------------------------------------

MONTHS = (
    "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر",
)  # fmt: skip
OTHER_MONTHS = (
    "إبريل", "ابريل", "اغسطس", "اكتوبر", "يونيه", "يوليه", "كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران",
    "تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول", "جانفي", "فيفري", "أفريل", "ماي", "جوان",
    "جويلية", "أوت", "غشت", "شتنبر", "نونبر", "دجنبر", "محرم", "ربيع الأول", "ربيع الآخر", "ربيع الثاني",
    "جمادى الأولى", "جمادى الآخرة", "رجب", "شعبان", "رمضان", "شوال", "ذي القعدة", "ذو القعدة", "ذي الحجة", "ذو الحجة",
)  # fmt: skip
MONTH_NAME = "(?:" + "|".join(sorted((*MONTHS, *OTHER_MONTHS), key=len, reverse=True)) + ")"
MONTH = rf"(?P<month>{MONTH_NAME})(?![\w\u064b-\u0652])"
YEAR = r"(?:[ ,،]{1,2}(?P<before_year>(?:من )?(?:عام|سنة) )?(?P<year>\d{4})(?!\w|[.:,]\d))?"


def _read_date(day: int, month: int, year: int | None) -> str:
    words = f"{_ordinal(day)} من {MONTHS[month - 1]}"
    return words if year is None else f"{words} {_number(year)}"


def _year_first(found: re.Match[str]) -> str:
    return f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}"


def _month_date(found: re.Match[str]) -> str:
    days = [found["day"], *([found["last"]] if found.groupdict().get("last") else [])]
    if not all(1 <= int(day) <= 31 for day in days):
        return found[0]
    words = f"{' إلى '.join(_ordinal(int(day)) for day in days)} من {found['month_words'] or ''}{found['month']}"
    if found["year"]:
        named = found["before_year"] or ""
        words += f" {named}{_number(int(found['year']), 'سنة' in named)}"
    return words


def _read_time(time: Time) -> str:
    """`الثانية والنصف`, `العاشرة إلا ربعا`, `السابعة وعشر دقائق`."""
    suffix = {"ص": " صباحا", "am": " صباحا", "م": " مساء", "pm": " مساء"}.get(time.suffix, "")
    hour = time.hour + (time.minute == 45 and not time.second)
    if hour == 13 and time.hour == 12:
        hour = 1
    words = _ordinal(24 if hour == 24 and time.hour == 24 else hour % 24 or 12, feminine=True)
    if time.second:
        words += f" و{_some(time.minute, MINUTE)} و{_some(time.second, SECOND)}" if time.minute else ""
        words += f" و{_some(time.second, SECOND)}" if not time.minute else ""
    elif time.minute in QUARTERS:
        words += QUARTERS[time.minute]
    elif time.minute:
        words += f" و{_some(time.minute, MINUTE)}"
    return words + suffix


def _some(count: int, noun: Noun) -> str:
    return _counted("", Number(whole=count, figures=str(count)), noun)


QUARTERS = {15: " والربع", 30: " والنصف", 45: " إلا ربعا"}
MINUTE = _noun("دقيقة", "دقائق", gender="f")
SECOND = _noun("ثانية", "ثوان", gender="f")

# --- units and money -------------------------------------------------------------------------------------------------

METER, KILOMETER = ("متر", "أمتار"), ("كيلومتر", "كيلومترات")
GRAM, LITER, KILOGRAM = _noun("غرام", "غرامات"), _noun("لتر", "لترات"), _noun("كيلوغرام", "كيلوغرامات")
MILLIGRAM, MILLILITER = _noun("مليغرام", "مليغرامات"), _noun("مليلتر", "مليلترات")
CENTIMETER, MILLIMETER = _noun("سنتيمتر", "سنتيمترات"), _noun("مليمتر", "مليمترات")
PER_HOUR = _noun(*KILOMETER, after="في الساعة")
CELSIUS = _noun("درجة", "درجات", adjective="مئوية", gender="f")
SQUARE_METER, SQUARE_KILOMETER = _noun(*METER, adjective="مربع"), _noun(*KILOMETER, adjective="مربع")
UNITS = {
    "كم": _noun(*KILOMETER), "كلم": _noun(*KILOMETER), "km": _noun(*KILOMETER), "م": _noun(*METER), "m": _noun(*METER),
    "سم": CENTIMETER, "cm": CENTIMETER, "ملم": MILLIMETER, "مم": MILLIMETER, "mm": MILLIMETER,
    "كم/س": PER_HOUR, "كم/ساعة": PER_HOUR, "كم/سا": PER_HOUR, "كلم/س": PER_HOUR, "كلم/ساعة": PER_HOUR,
    "km/h": PER_HOUR, "م/ث": _noun(*METER, after="في الثانية"), "m/s": _noun(*METER, after="في الثانية"),
    "كم2": SQUARE_KILOMETER, "كلم2": SQUARE_KILOMETER, "km2": SQUARE_KILOMETER, "م2": SQUARE_METER, "m2": SQUARE_METER,
    "م3": _noun(*METER, adjective="مكعب"), "m3": _noun(*METER, adjective="مكعب"),
    "كغ": KILOGRAM, "كغم": KILOGRAM, "كجم": KILOGRAM, "كلغ": KILOGRAM, "كلجم": KILOGRAM, "kg": KILOGRAM,
    "غ": GRAM, "غم": GRAM, "جم": GRAM, "g": GRAM, "ملغ": MILLIGRAM, "ملغم": MILLIGRAM, "مجم": MILLIGRAM,
    "ملجم": MILLIGRAM, "mg": MILLIGRAM, "ل": LITER, "L": LITER, "l": LITER, "مل": MILLILITER, "ml": MILLILITER,
    "mL": MILLILITER, "°": _noun("درجة", "درجات", gender="f"), "°C": CELSIUS, "°م": CELSIUS, "° م": CELSIUS,
    "°F": _noun("درجة", "درجات", after="فهرنهايت", gender="f"),
    "°ف": _noun("درجة", "درجات", after="فهرنهايت", gender="f"),
    "KB": _noun("كيلوبايت"), "kB": _noun("كيلوبايت"), "MB": _noun("ميغابايت"), "GB": _noun("غيغابايت"),
    "TB": _noun("تيرابايت"), "Mbps": _noun("ميغابت", after="في الثانية"), "Hz": _noun("هرتز"),
    "kHz": _noun("كيلوهرتز"), "MHz": _noun("ميغاهرتز"), "GHz": _noun("غيغاهرتز"), "W": _noun("واط"),
    "kW": _noun("كيلوواط"), "MW": _noun("ميغاواط"), "kWh": _noun("كيلوواط", after="ساعة"), "V": _noun("فولت"),
    "min": MINUTE, "s": SECOND, "h": _noun("ساعة", "ساعات", gender="f"), "dB": _noun("ديسيبل"),
    "ميل/س": _noun("ميل", "أميال", after="في الساعة"), "mph": _noun("ميل", "أميال", after="في الساعة"),
}  # fmt: skip

CENT, FILS = _noun("سنت", "سنتات"), _noun("فلس", "فلوس")
DOLLAR = Currency(unit=_noun("دولار", "دولارات"), cent=CENT)
EURO = Currency(unit=_noun("يورو"), cent=CENT)
STERLING = Currency(unit=_noun("جنيه", "جنيهات"), cent=_noun("بنس", "بنسات"))
EGYPTIAN = Currency(unit=_noun("جنيه", "جنيهات"), cent=_noun("قرش", "قروش"))
RIYAL = Currency(unit=_noun("ريال", "ريالات"), cent=_noun("هللة", "هللات", gender="f"))
DIRHAM = Currency(unit=_noun("درهم", "دراهم"), cent=FILS)
MOROCCAN = Currency(unit=_noun("درهم", "دراهم"), cent=_noun("سنتيم", "سنتيمات"))
DINAR = Currency(unit=_noun("دينار", "دنانير"), cent=FILS)
LIRA = Currency(unit=_noun("ليرة", "ليرات", gender="f"), cent=_noun("قرش", "قروش"))
SHEKEL, YEN = Currency(unit=_noun("شيكل", "شواكل")), Currency(unit=_noun("ين", "ينات"))
RUPEE = Currency(unit=_noun("روبية", "روبيات", gender="f"))
LETTERS = {  # letters of a currency, with and without a last stop and a space
    "ر س": RIYAL, "ر ق": RIYAL, "ر ع": RIYAL, "ر ي": RIYAL, "د إ": DIRHAM, "د م": MOROCCAN, "ج م": EGYPTIAN,
    "ج س": EGYPTIAN, "د ك": DINAR, "د أ": DINAR, "د ع": DINAR, "د ب": DINAR, "د ت": DINAR, "د ج": DINAR, "د ل": DINAR,
    "ل س": LIRA, "ل ل": LIRA, "ل ت": LIRA,
}  # fmt: skip
CURRENCIES = {
    "$": DOLLAR, "US$": DOLLAR, "USD": DOLLAR, "€": EURO, "EUR": EURO, "£": STERLING, "GBP": STERLING, "¥": YEN,
    "JPY": YEN, "₹": RUPEE, "INR": RUPEE, "₺": LIRA, "TRY": LIRA, "₪": SHEKEL, "SAR": RIYAL, "QAR": RIYAL,
    "OMR": RIYAL, "AED": DIRHAM, "MAD": MOROCCAN, "EGP": EGYPTIAN, "KWD": DINAR, "JOD": DINAR, "BHD": DINAR,
    "IQD": DINAR, "TND": DINAR, "LBP": LIRA, "SYP": LIRA,
    **{letters.replace(" ", stop) + end: known
       for letters, known in LETTERS.items() for stop in (".", ". ") for end in ("", ".")},
}  # fmt: skip
NAMED_MONEY = {
    form: known
    for known in (DOLLAR, EURO, EGYPTIAN, RIYAL, DIRHAM, DINAR, LIRA)
    for form in known.unit.one.split("|")[1:4]
}


def _named_money(found: re.Match[str]) -> str:
    """`12.50 درهما` is read as money, with hundredths."""
    known = NAMED_MONEY[found["name"]]
    whole, cents = int(found["whole"].replace(",", "")), int(found["cents"])
    if known.cent is None or not cents:
        return found[0]
    hundredths = _some(cents, known.cent)
    return f"{_some(whole, known.unit)} و{hundredths}" if whole else hundredths


# --- words -----------------------------------------------------------------------------------------------------------

TITLES = {"د": "الدكتور", "أ": "الأستاذ", "م": "المهندس", "أد": "الأستاذ الدكتور"}
# Words that a letter may name: no title behind them.
LETTERED = _words(
    "فئة الفئة فقرة الفقرة بند البند مجموعة المجموعة قسم القسم حرف الحرف فيتامين نقطة النقطة صف الصف خيار الخيار"
)
MASCULINE_NAMES = _words(
    "مصطفى موسى عيسى يحيى مرتضى مجتبى أسامة حمزة طلحة عبيدة معاوية عكرمة قتيبة حذيفة عطية خليفة عروة سلامة بهاء "
    "علاء ضياء حمادة شحاتة طه رضا زكريا"
)
FEMININE_NAMES = _words(
    "مريم زينب سعاد هند رنا دينا رانيا سوسن نهاد سحر أمل إيمان حنان ابتسام عبير شهد ريم رحاب نوال نسرين ياسمين "
    "أحلام مها لينا رشا نادين منال كوثر سمر هيا"
)


def _title(found: re.Match[str]) -> str:
    """`د. سامي`, `د. ليلى`: the title agrees with the name."""
    letters, name = re.sub(r"\W", "", found["letters"]), HARAKAT.sub("", found["name"])
    if _word_before(found) in LETTERED:
        return found[0]
    words = TITLES[letters]
    feminine = name in FEMININE_NAMES or (name.endswith(("ة", "ى", "اء")) and name not in MASCULINE_NAMES)
    if feminine:
        words = " ".join(f"{word}ة" for word in words.split(" "))
    return f"{found['and']}{words} {found['name']}"


def _part(found: re.Match[str]) -> str:
    """`ج 2`: the second part."""
    return f"{found['and']}الجزء {_ordinal(int(found['number']))}"


def _feminine_year(found: re.Match[str]) -> str:
    return f"{found['before']} {_number(int(found['year']), feminine=True)}"


def _roman(found: re.Match[str], value: int) -> str:
    before = found["before"]
    feminine = before.endswith("ة") or before.removeprefix("و") in FEMININE_WITHOUT_SIGN | QUEENS
    return f"{before} {_ordinal(value, feminine=feminine)}"


QUEENS = _words("إليزابيث اليزابيث إليزابث كاترين كاثرين ماري كليوباترا فيكتوريا")
FILE = (
    r"(?<![\w.@/])[A-Za-z][\w-]*\.(?:docx?|xlsx?|pptx?|pdf|txt|csv|jpe?g|png|gif|mp[34]|wav|zip|html?|json|py|exe)"
    r"(?![\w.])"
)
ADDRESS_SIGNS = {".": "دوت", "/": "سلاش", "@": "آت", "-": "داش", "_": "أندرسكور", ":": "كولون"}


def _file(found: re.Match[str]) -> str:
    return "".join(f" {ADDRESS_SIGNS[sign]} " if sign in ADDRESS_SIGNS else sign for sign in found[0])


FIGURES = r"(?:\d{1,3}(?:,\d{3})+|\d+)"
ARABIC_WORD = r"[\u0621-\u064a][\u0621-\u0652\u0670]+"
START = r"(?<![\w'\u064b-\u0652\u0670])"  # vowel signs are no word characters to re
REWRITES = (
    (r"(?<![\u0621-\u064a])ـ+(?![\u0621-\u064a])", _lone_tatweel),
    (r"(?<=\d) ?[\u0621-\u064a][\u0621-\u0652\u0670]*", _without_vowels),
    (r"(?<=\d)٫(?=\d)", "."),
    (r"(?<=\d)[٬،](?=\d{3}(?!\d))", ","),
    ("٪", "%"),
    ("؉", "‰"),
    # particles: words by themselves until the figures behind them are words
    (rf"{START}(?P<clitic>و|[وف]?[بلك])ـ*(?=-?(?:US)?[$€£¥₹]?\d)", r"\g<clitic> "),
    (r"(?<![\d.,])\d{1,3}(?:\.\d{3}){2,}(?![\d.,]\d|\d)", lambda found: found[0].replace(".", "")),
    (r"(?<![\w./-])(\d{4})/(\d{1,2})/(\d{1,2})(?![\w/]|[.,]\d)", _year_first),
    (r"\s*&\s*(?=[^\W\d_])", " و"),
    (r"(?<![^\s()\[\]«»\"“”،؛:,.!?؟-])و (?=[^\W\d_])", "و"),
    (rf"{START}(?P<and>و?)(?P<letters>أ\. ?د|[دأم])\. ?(?P<name>[\u0621-\u064a][\u0621-\u0652]{{2,}})", _title),
    (rf"{START}(?<!\.)(?P<and>و?)ج\.? ?(?P<number>\d{{1,2}})(?![\w.,:/]\w|\w)", _part),
    (rf"{START}(?<!\.)(?P<and>و?)ص\.? ?(?=\d)", r"\g<and>صفحة "),
    (r"(?<![\w.,])(?P<year>\d{1,4}) ?هـ?(?!\w)\.?", r"\g<year> للهجرة"),
    (rf"(?P<before>(?:{START}(?:[بلو]?عام|العام|[بلو]?سنة|السنة|{MONTH_NAME})|للهجرة ?[/(،,-]?) ?\d{{3,4}})"
     r" ?م(?!\w|\.\w)\.?",
     r"\g<before> للميلاد"),
    (rf"{START}(?P<before>[بلو]?سنة|السنة) (?P<year>\d{{3,4}})(?!\w|[.,:/-]\d)", _feminine_year),
    (rf"(?<![\w.,])(?P<whole>{FIGURES})[.,](?P<cents>\d{{2}}) (?P<name>{'|'.join(NAMED_MONEY)})(?!\w)", _named_money),
    (rf"{START}(?P<clitic>[وفبك]?ال|[وف]?لل)ـ* ?(?P<number>\d{{1,3}})(?!\d|[.,:/-]\d| ?%)"
     rf"(?=(?: (?P<noun>{ARABIC_WORD}))?)", _with_article),
    (rf"(?<![\w.,:/$€£%+)-])(?P<minus>-)?(?:(?P<low>\d{{1,2}})(?P<between> ?- ?| إلى | أو | و ?))?(?P<high>{FIGURES}) "
     rf"(?P<noun>{ARABIC_WORD})", _agree),
    (r"(?<![\w.,:/$€£%+)-])1 ?(?=(?:ألف|مليون|مليار|تريليون)ا?(?!\w))", ""),
    (rf"{START}(?P<word>[وب]?وسم|[وبال]*هاشتا[غج]) #", r"\g<word> "),
    (FILE, _file),
)  # fmt: skip

# --- spellings -------------------------------------------------------------------------------------------------------

CLITICS = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل")
ARTICLES = ("ال", "وال", "فال", "بال", "كال", "لل", "وبال", "ولل", "فلل")


def _script(word: str) -> str:
    """Without vowel signs and tatweel; one alef, one yeh, one kaf, one heh."""
    for bare in (VOWELS.sub("", word), word.replace("ـ", "")):
        if bare.strip("'"):
            return bare.translate(ONE_LETTER)
    return word


VOWELS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]")
ONE_LETTER = str.maketrans("أإآٱىیېکھہە", "ااااييي" + "كههه")
# One form, and what stands for it. Forms as they are behind `script`.
VARIANTS = {
    # numbers: the spelling of hundred, and case
    "مئة": "مائة", "مئتان": "مئتين مئتا مئتي مائتان مائتين مائتا مائتي", "ثلاثمئة": "ثلاثمائة", "اربعمئة": "اربعمائة",
    "خمسمئة": "خمسمائة", "ستمئة": "ستمائة", "سبعمئة": "سبعمائة", "ثمانمئة": "ثمانمائة ثمانيمئة ثمانيمائة",
    "تسعمئة": "تسعمائة", "عشرون": "عشرين", "ثلاثون": "ثلاثين", "اربعون": "اربعين", "خمسون": "خمسين", "ستون": "ستين",
    "سبعون": "سبعين", "ثمانون": "ثمانين", "تسعون": "تسعين", "ثماني": "ثمان ثمانيا", "مليونان": "مليونين مليوني",
    "ملياران": "مليارين ملياري", "تريليون": "ترليون", "تريليونان": "تريليونين تريليوني",
    # units and machines: g is written غ and ج, and milli in many ways
    "غرام": "جرام", "غرامات": "جرامات", "غراما": "جراما", "كيلوغرام": "كيلوجرام", "كيلوغرامات": "كيلوجرامات",
    "كيلوغراما": "كيلوجراما",
    "مليغرام": "مليجرام ملليغرام ملليجرام ميليغرام", "مليغرامات": "مليجرامات ملليغرامات ملليجرامات",
    "مليغراما": "مليجراما ملليغراما ملليجراما", "مليمتر": "ملليمتر ميليمتر ملمتر", "مليمترات": "ملليمترات ميليمترات",
    "مليمترا": "ملليمترا ميليمترا", "سنتيمتر": "سنتمتر", "سنتيمترات": "سنتمترات", "سنتيمترا": "سنتمترا",
    "مليلتر": "ملليلتر ميليلتر", "مليلترات": "ملليلترات", "مليلترا": "ملليلترا", "لتر": "ليتر", "لترات": "ليترات",
    "لترا": "ليترا", "غيغابايت": "جيجابايت غيغابايتا", "ميغابايت": "ميجابايت", "غيغاهرتز": "جيجاهرتز",
    "ميغاهرتز": "ميجاهرتز", "ميغاواط": "ميجاواط ميغاوات", "كيلوواط": "كيلووات", "هاشتاغ": "هاشتاج",
    # words and names
    "داود": "داوود", "طاوس": "طاووس", "هذا": "هاذا", "هذه": "هاذه", "ذلك": "ذالك", "لكن": "لاكن",
    "رحمن": "رحمان", "عبدالرحمن": "عبدالرحمان",
    "شيء": "شئ", "شيئا": "شيءا", "موسيقي": "موسيقا", "اسحاق": "اسحق", "اسماعيل": "اسمعيل", "انجليزي": "انكليزي انغليزي",
    "انجليزية": "انكليزية انغليزية", "انجلترا": "انكلترا انغلترا", "امريكا": "اميركا", "امريكي": "اميركي",
    "امريكية": "اميركية", "امريكيون": "اميركيون", "اوروبا": "اوربا", "اوروبي": "اوربي", "اوروبية": "اوربية",
    "سوريا": "سورية", "تلفزيون": "تليفزيون", "غوغل": "جوجل قوقل", "انترنت": "انترنيت", "هيئة": "هياة",
    "ابريل": "ابرايل", "يونيو": "يونيه", "يوليو": "يوليه", "باسوورد": "باسورد",
}  # fmt: skip
WITH_ARTICLE = frozenset(VARIANTS) - {"هذا", "هذه", "ذلك", "لكن", "داود", "سوريا", "مئتان", "مليونان", "ملياران"}
LATIN = {
    "unesco": "اليونسكو", "unicef": "اليونيسف", "nato": "الناتو", "nasa": "ناسا", "fifa": "الفيفا", "opec": "اوبك",
}  # fmt: skip


def _spellings() -> dict[str, str]:
    """Each variant with the particles that stand against it, and the duals of units and money in one case."""
    known = LATIN | {"الخ": "الي اخره"}  # etc.
    for form, variants in VARIANTS.items():
        for variant in variants.split():
            for clitic in (*CLITICS, *(ARTICLES if form in WITH_ARTICLE else ())):
                known[clitic + variant] = clitic + form
    nouns = [MINUTE, SECOND, *UNITS.values()]
    nouns += [noun for money in CURRENCIES.values() for noun in (money.unit, money.cent) if noun is not None]
    for dual in {noun.one.split("|")[4].split(" ")[0] for noun in nouns} - {""}:
        for clitic in CLITICS:
            known[f"{clitic}{dual.removesuffix('ان')}ين"] = clitic + dual
    known |= {f"{clitic}{two}ين": f"{clitic}{two}ان" for clitic in CLITICS for two in ("اثن", "اثنت", "ثلث", "الف")}
    known |= {f"{clitic}{third}": f"{clitic}ثلثان" for clitic in CLITICS for third in ("ثلثا", "ثلثي")}
    known |= {f"{clitic}الفي": f"{clitic}الفان" for clitic in CLITICS}
    return known


BEFORE, AFTER, SCALE = r"(?<!\S)", r"(?!\S)", "(الف|مليون|مليار|تريليون)"
TEN_WORDS = "(?:عشرون|ثلاثون|اربعون|خمسون|ستون|سبعون|ثمانون|تسعون)"
NUMBER_WORD = (
    rf"(?:صفر|واحدة?|اثنت?ان|اثنت?ا|احد|احدي|ثلاثة?|اربعة?|خمسة?|ستة?|سبعة?|ثماني|ثمانية|تسعة?|عشرة?|{TEN_WORDS}|"
    rf"(?:ثلاث|اربع|خمس|ست|سبع|ثمان|تسع)?مئة|مئتان|{SCALE[1:-1]}|الفان|مليونان|ملياران|نصف|ثلث|ربع){AFTER}"
)
NAMES_OF_GOD = (
    "(?:له|رحمن|رحيم|عزيز|كريم|مجيد|حميد|قادر|سلام|ناصر|خالق|رزاق|لطيف|وهاب|غني|حليم|هادي|فتاح|ستار|جبار|مطلب|باسط|باري|"
    "حق|منعم|عظيم|جليل|غفور|غفار|حكيم|سميع|صبور|عال|عالي|حسين|نبي|رسول|امير|محسن|واحد|ملك|معطي|مؤمن|مالك|علي|حي|صمد)"
)
FOLDS = (
    (rf"{BEFORE}ـ+ (?=\S)|(?<=\S) ـ+{AFTER}", ""),
    (rf"{BEFORE}و (?=[^\W\d_])", "و"),
    (rf"(?<={BEFORE}[^\W\d_]) (?=[^\W\d_](?: [^\W\d_])* و\S)", ""),  # letters in a row, when و is no longer one
    (rf"{BEFORE}([وفبك]?ال|[وف]?لل) (?=[a-z])", r"\1"),  # ال pdf
    (rf"{BEFORE}([وفبلك]{{0,2}})(ثلاث|اربع|خمس|ست|سبع|تسع) مئة{AFTER}", r"\1\2مئة"),
    (rf"{BEFORE}([وفبلك]{{0,2}})ثماني مئة{AFTER}", r"\1ثمانمئة"),
    (rf"{BEFORE}([وفبلك]{{0,2}}(?:ال)?)اثني (?=عشر{AFTER})", r"\1اثنا "),
    (rf"{BEFORE}([وفبلك]{{0,2}}(?:ال)?)اثنتي (?=عشرة{AFTER})", r"\1اثنتا "),
    (rf"{BEFORE}([وفبلك]{{0,2}})واحدا (?=و{TEN_WORDS}{AFTER})", r"\1واحد "),
    # thousand and million: with an ending behind 11 to 99 and where they are the object; two of them before a noun
    (rf"((?:عشر|{TEN_WORDS}) ){SCALE}ا{AFTER}", r"\1\2"),
    (rf"{BEFORE}([وفبلك]{{0,2}}){SCALE}ا(?= و| من{AFTER}|$)", r"\1\2"),
    (rf"{BEFORE}([وفبلك]{{0,2}}){SCALE}ا{AFTER}", r"\1\2ان"),
    # 3 مليون, 2 مليون
    (rf"{BEFORE}([وفبلك]{{0,2}}(?:ثلاثة|اربعة|خمسة|ستة|سبعة|ثمانية|تسعة|عشرة)) الف{AFTER}", r"\1 الاف"),
    (rf"{BEFORE}([وفبلك]{{0,2}}(?:ثلاثة|اربعة|خمسة|ستة|سبعة|ثمانية|تسعة|عشرة)) مليون{AFTER}", r"\1 ملايين"),
    (rf"{BEFORE}([وفبلك]{{0,2}}(?:ثلاثة|اربعة|خمسة|ستة|سبعة|ثمانية|تسعة|عشرة)) (مليار|تريليون){AFTER}", r"\1 \2ات"),
    (rf"{BEFORE}اثنان {SCALE}{AFTER}", r"\1ان"),
    (rf"{BEFORE}([وف]?[بلك]|[وفبك]?ال|[وف]?لل) (?={NUMBER_WORD})", r"\1"),
    # hamza before u: مسئول and مسؤول, رءوس and رؤوس
    ("[ئء]و(?!ي)", "ؤو"),
    (rf"{BEFORE}([وفبلك]?)(كيلو|ملي|سنتي) (?=(?:متر|غرام|لتر)(?:ا|ات|ان)?{AFTER})", r"\1\2"),
    (rf"{BEFORE}([وفبلك]?)عبدال(?={NAMES_OF_GOD}{AFTER})", r"\1عبد ال"),
    (rf"{BEFORE}انشاء (?=الله{AFTER})", "ان شاء "),
    (rf"{BEFORE}ماشاء (?=الله{AFTER})", "ما شاء "),
    (rf"{BEFORE}(و?)لابد{AFTER}", r"\1لا بد"),
    (rf"{BEFORE}([وفبل]?)ابوظبي{AFTER}", r"\1ابو ظبي"),
)

LANGUAGE = Language(
    code="ar",
    cardinal=_cardinal,
    thousands=",،٬",
    decimal=".",
    marks={".": "فاصلة", ",": "فاصلة", "٫": "فاصلة", "٬": "فاصلة"},
    minus="سالب",
    read_decimals=_read_decimals,
    ordinal=_ordinal,
    ordinal_suffix="",  # the article stands before the figures: in `rewrites`
    read_year=_cardinal,
    fraction=_fraction,
    mixed="{whole} و{part}",
    counted=_counted,
    to="إلى",
    percent="في المئة",
    per_mille="في الألف",
    currencies=CURRENCIES,
    money=_money,
    scales={
        "ألف": "ألف", "آلاف": "آلاف", "مليون": "مليون", "ملايين": "ملايين", "مليونا": "مليون", "مليار": "مليار",
        "مليارات": "مليارات", "مليارا": "مليار", "تريليون": "تريليون", "M": "مليون", "K": "ألف",
    },
    units=UNITS,
    phone=_phone,
    times=(
        r"(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2}))?(?:\s?(?P<suffix>[صم]|[ap]\.?\s?m)(?!\w)\.?)?(?![\w:])",
        r"(?<=الساعة )(?P<h>\d{1,2})(?:\s?(?P<suffix>[صم])(?!\w)\.?)?(?!\w|[:.,/-]\d| ?%)",
    ),
    read_time=_read_time,
    date_order="dmy",
    read_date=_read_date,
    month_dates=(
        (rf"(?<![\w.,/:-])(?P<day>\d{{1,2}}) ?- ?(?P<last>\d{{1,2}}) (?:من )?(?P<month_words>شهر )?{MONTH}{YEAR}",
         _month_date),
        (rf"(?<![\w.,/:-])(?P<day>\d{{1,2}}) (?:من )?(?P<month_words>شهر )?{MONTH}{YEAR}", _month_date),
    ),
    one_letter_words="و",
    rewrites=REWRITES,
    roman=(
        (r"(?<!\w)(?P<before>[وفب]?(?:القرن|الفصل|الجزء|المجلد|الباب)) ROMAN(?!\w)", _roman),
        # next to any other word two letters and more, of I, V and X only: no CD, CV, XL, DC
        (r"(?<!\w)(?P<before>[\u0621-\u064a]{3,}) (?=[IVX]{2,}(?!\w))ROMAN(?![\w'.-]\w)", _roman),
    ),
    abbreviations={
        "ص. ب.": "صندوق بريد",
        "ص. ب": "صندوق بريد", "ق. م.": "قبل الميلاد", "ق. م": "قبل الميلاد", "ب. م.": "بعد الميلاد",
    },
    symbols={
        "&": "و", "+": "زائد", "=": "يساوي", "@": "آت", "%": "في المئة", "°": "درجة", "×": "ضرب", "÷": "على",
        "#": "هاشتاغ", "$": "دولار", "€": "يورو", "£": "جنيه", "_": " ",
    },
    letters_of_addresses=ADDRESS_SIGNS,
    spellings=_spellings(),
    folds=FOLDS,
    script=_script,
)  # fmt: skip
