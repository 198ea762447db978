"""Spanish, with the readings of Spain: decimal comma, hours to twenty-four, numbers that agree with their noun."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

from voxeval.text.language import Currency, Language, Noun, Number, Time
from voxeval.text.reading import ADDRESS, roman_value

MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre",
)  # fmt: skip
SHORT_MONTHS = {name[:3]: name for name in MONTHS} | {"sept": "septiembre", "set": "septiembre"}
SHORT_MONTH = "(?P<month>" + "|".join(sorted(SHORT_MONTHS, key=len, reverse=True)) + ")"

# --- numbers ---------------------------------------------------------------------------------------------------------

ORDINALS = (
    "", "primero", "segundo", "tercero", "cuarto", "quinto", "sexto", "séptimo", "octavo", "noveno", "décimo",
    "undécimo", "duodécimo",
)  # fmt: skip
TENS = (
    "", "décimo", "vigésimo", "trigésimo", "cuadragésimo", "quincuagésimo", "sexagésimo", "septuagésimo",
    "octogésimo", "nonagésimo",
)  # fmt: skip
HUNDREDS = (
    "", "centésimo", "ducentésimo", "tricentésimo", "cuadringentésimo", "quingentésimo", "sexcentésimo",
    "septingentésimo", "octingentésimo", "noningentésimo",
)  # fmt: skip
ACUTE = str.maketrans("áéíóú", "aeiou")
FRACTIONS = {2: "medio", 3: "tercio", 100: "centésimo", 1000: "milésimo"}
LARGE = r"(?:mil|\w{1,4}ll(?:ón|ones))"
BEFORE_LARGE = ((rf"\bveintiuno(?= {LARGE}\b)", "veintiún"), (rf"\buno(?= {LARGE}\b)", "un"))


@cache
def _cardinal(number: int) -> str:
    from num2words import num2words

    words = str(num2words(number, lang="es"))
    for pattern, replacement in BEFORE_LARGE:
        words = re.sub(pattern, replacement, words)
    return words


@cache
def _feminine(words: str) -> str:
    """A number before a feminine noun; what counts millions stays as it is: "doscientos millones doscientas"."""
    head, large, tail = _parted(words)
    tail = re.sub(r"ientos\b", "ientas", tail)
    tail = re.sub(r"\buno?$", "una", re.sub(r"\bveinti(?:uno|ún)$", "veintiuna", tail))
    return head + large + tail


def _masculine(words: str) -> str:
    """A number before a masculine noun: "un", "veintiún"."""
    return re.sub(r"\buno$", "un", re.sub(r"\bveintiuno$", "veintiún", words))


def _parted(words: str) -> tuple[str, str, str]:
    """What stands before the last million, it, and what stands behind it."""
    found = re.match(r"(.*\b)(\w{1,4}ll(?:ón|ones))\b(.*)", words)
    return (found[1], found[2], found[3]) if found else ("", "", words)


def _ordinal(number: int, suffix: str = "") -> str:
    """In the gender, number and shortness of its suffix: "er", "a", "os"."""
    ending = suffix.lstrip(".").lower()
    if not 0 < number < 1000:
        words = "milésimo" if number == 1000 else _cardinal(number)
    else:
        words = _ordinal_below_1000(number)
    if ending == "er":
        return re.sub(r"(primer|tercer)o$", r"\1", words)
    if ending.rstrip("s")[-1:] == "a":
        words = _feminine_ordinal(words)
    return words + "s" if ending.endswith("s") else words


def _ordinal_below_1000(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    tens, units = divmod(rest, 10)
    if rest < len(ORDINALS):
        below = ORDINALS[rest]
    elif units == 0:
        below = TENS[tens]
    elif tens < 3:  # one word, and the accent of its second half only
        below = {1: "decimo", 2: "vigesimo"}[tens] + ORDINALS[units]
        below = below.replace("oo", "o")
    else:
        below = f"{TENS[tens]} {ORDINALS[units]}"
    return f"{HUNDREDS[hundreds]} {below}".strip()


def _feminine_ordinal(words: str) -> str:
    return re.sub(r"o\b", "a", words)


def _read_decimals(figures: str) -> str:
    """Up to three figures as a number, zeros before it one by one: "cero cinco"; more of them one by one."""
    rest = figures.lstrip("0")
    zeros = ["cero"] * (len(figures) - len(rest))
    if not rest:
        return " ".join(zeros)
    if len(rest) > 3:
        return " ".join([*zeros, *(_cardinal(int(figure)) for figure in rest)])
    return " ".join([*zeros, _cardinal(int(rest))])


def _fraction(top: int, bottom: int) -> str:
    if bottom in FRACTIONS:
        name = FRACTIONS[bottom]
    elif bottom <= 10:
        name = ORDINALS[bottom]
    else:
        joined = _cardinal(bottom).replace(" y ", "i").replace(" ", "").translate(ACUTE)
        name = re.sub(r"o$|a$", "", joined) + "avo" if joined.endswith(("a", "uno")) else joined + "avo"
    return f"{_masculine(_cardinal(top))} {name if top == 1 else name + 's'}"


def _counted(words: str, number: Number, noun: Noun) -> str:
    """The number agrees with its noun, if it has no decimals; "de" stands behind millions."""
    if number.is_one:
        return f"{_agreeing(words, noun.gender)} {noun.one}"
    if number.decimals:
        return f"{words} {noun.many}"
    of = " de" if re.search(r"ll(?:ón|ones)$", words) else ""
    return f"{_agreeing(words, noun.gender)}{of} {noun.many}"


def _agreeing(words: str, gender: str) -> str:
    return _feminine(words) if gender == "f" else _masculine(words)


def _money(units: str, cents: str) -> str:
    return f"{units} con {cents}"


def _phone(groups: tuple[str, ...]) -> str:
    """Group by group, as numbers: "seiscientos doce, treinta y cuatro"."""
    words = []
    for group in groups:
        figures = group
        if figures.startswith("+"):
            words.append("más")
            figures = figures[1:]
            if len(figures) == 11 and figures.startswith("34"):
                words.append(_cardinal(34))
                figures = figures[2:]
        if len(figures) == 9:
            parts = [figures[:3], *(figures[at : at + 2] for at in (3, 5, 7))]
        elif len(figures) == 4:
            parts = [figures[:2], figures[2:]]
        elif len(figures) > 3:
            parts = list(figures)
        else:
            parts = [figures]
        words += [_read_decimals(part) for part in parts]
    return " ".join(words)


def _years(found: re.Match[str]) -> str:
    return f"{found[1]} a {found[2]}" if found[1] < found[2] else found[0]


def _bare_phone(found: re.Match[str]) -> str:
    return f" {_phone(found.groups())} "


# --- numbers before nouns --------------------------------------------------------------------------------------------


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


FEMININE = _set(
    "veces noches tardes clases partes calles leyes flores mujeres redes paredes llaves naves torres nubes fuentes "
    "fiebres muertes suertes aves carnes claves series especies superficies cárceles pieles mieles sales señales "
    "cruces luces voces nueces raíces perdices cicatrices actrices emperatrices directrices matrices narices "
    "manos fotos motos radios bases fases frases crisis tesis síntesis dosis hipótesis sedes "
    "costumbres cumbres legumbres lumbres serpientes gentes mentes fuentes tribus víctimas libras labores imágenes "
    "vírgenes órdenes mentes sierpes índoles hélices razones sinrazones crines tildes sangres "
    "nieves plebes variantes constantes vacantes patentes corrientes vertientes planchas "
    "capitales_f sucursales postales catedrales credenciales diagonales filiales págs uds ptas pymes ong "
    "oenegés madres hambres herrumbres muchedumbres servidumbres cumbres torres cohortes "
    "vez noche tarde clase parte calle ley flor mujer red pared llave nave torre nube fuente muerte mano foto moto "
    "base fase frase serie especie cruz luz voz nuez raíz señal sede imagen razón cárcel piel madre ave "
    "crisis tesis dosis gente mente labor revistas entrevistas listas pistas vistas aristas conquistas "
    "amatistas autopistas"
)
# Masculine in spite of -a, or said of both (the unmarked form).
MASCULINE = _set(
    "días mapas planetas tranvías problemas temas programas sistemas idiomas climas poemas dramas dilemas "
    "esquemas diagramas telegramas kilogramos síntomas fantasmas diplomas carismas enigmas aromas axiomas "
    "teoremas emblemas lemas dogmas prismas plasmas traumas panoramas pijamas crucigramas pentagramas organigramas "
    "cinemas fonemas morfemas ecosistemas subsistemas policías guardias camaradas colegas poetas atletas "
    "artistas turistas periodistas futbolistas ciclistas taxistas dentistas tenistas deportistas especialistas "
    "socialistas ecologistas activistas economistas electricistas maquinistas novelistas pianistas accionistas "
    "huelguistas terroristas finalistas juristas analistas protagonistas motoristas excursionistas alpinistas "
    "bañistas autoestopistas contratistas columnistas oficinistas congresistas demócratas burócratas aristócratas "
    "diplomáticas_m astronautas cosmonautas internautas psiquiatras pediatras gorilas pandas koalas guardas gramos "
    "sofás yudocas compatriotas patriotas piratas espías vigías agrícolas jesuitas "
    "israelitas moscovitas belgas croatas celtas aztecas incas mayas persas nómadas indígenas suicidas homicidas "
    "día mapa planeta problema tema programa sistema idioma clima poema drama síntoma fantasma diploma"
)
FEMININE_ENDING = re.compile(r"(?:as|[csgtxn]i[óo]n(?:es)?|[dt]ad(?:es)?|tud(?:es)?|umbres?|rices)$")
# What may stand between a number and its noun, of either gender.
EITHER = _set(
    "grandes mejores peores mayores menores posibles principales importantes diferentes simples jóvenes nobles "
    "enormes tristes alegres verdes azules grises fuertes débiles breves leves graves fáciles difíciles útiles "
    "inútiles tales semejantes iguales sucesivas primeras últimas siguientes restantes brillantes excelentes "
    "supuestas presuntas miserables interminables increíbles célebres insignes pobres dulces libres"
)
# Words in -s that are no nouns, or are not what was counted.
NO_NOUN = _set(
    "más menos es les los las nos os sus mis tus dos tres seis entonces antes después además jamás quizás tras unos "
    "unas estos estas esos esas aquellos aquellas ellos ellas nosotros vosotros nosotras todos todas ambos ambas otros "
    "otras algunos algunas muchos muchas pocos pocas lunes martes miércoles jueves viernes mientras apenas lejos "
    "gracias adiós detrás atrás quienes cuales cuantos cuantas nuestros nuestras vuestros vuestras eres somos sois "
    "has vas das ves vamos estás seas fueras solas solos juntos juntas propios mismos mismas siquiera aunque jueves "
    "ningunos dieciséis veintidós veintitrés veintiséis demás iremos tales tenemos hacemos"
)
NOUNS_IN_MOS = re.compile(
    r"(?:ismos|[áéíóú]\w*mos|tramos|ramos|gramos|átomos|extremos|primos|reclamos|marmos|lomos|tomos|gnomos|mimos|"
    r"timos|humos|zumos|grumos|insumos|colmos|salmos|olmos|remos|termos|enfermos|hermos|cromos|plomos|aromos|promos)$"
)
# One of something: the noun is singular, and only a well-known one shows that it is counted.
ONE_OF = {
    "m": _set(
        "año mes día minuto segundo siglo euro dólar céntimo centavo penique yen kilo gramo kilogramo litro metro "
        "kilómetro centímetro milímetro punto gol partido grado niño alumno hombre caso millón billón trillón millar "
        "paso piso tomo voto vaso huevo diente libro coche tren avión barco perro gato hijo hermano amigo voluntario "
        "empleado herido muerto detenido fallecido kilovatio vatio voltio gigabyte megabyte hotel país barrio pueblo "
        "equipo jugador trabajador empate juego set trozo sobre paquete bote ejemplar billete"
    ),
    "f": _set(
        "hora semana noche vez persona página libra tonelada hectárea milla yarda pulgada botella taza cucharada "
        "cucharadita pizca unidad plaza habitación mujer niña alumna casa mesa silla copa caja lata pieza parte "
        "peseta rupia corona victoria derrota década jornada sesión fila planta cama entrada bolsa docena "
        "onza caloría mañana tarde copia línea palabra letra pregunta respuesta carta foto calle"
    ),
}  # fmt: skip
# What a number stands behind, as its name: "la página 21", "el canal 1".
NAMED_BY_NUMBER = re.compile(
    r"\b(?:páginas?|págs?\.?|números?|núm\.?|n\.o|habitaci[óo]n|cap[íi]tulos?|cap\.|artículos?|art\.|líneas?|canal|"
    r"sala|aula|puerta|kilómetro|km|vuelo|autobús|apartado|anexo|tabla|figura|fig\.|grupo|nivel|fase|distrito|"
    r"carretera|autovía|versículo|versión|vagón|ficha|andén|vía|planta|piso|tomo|volumen|código|lote|modelo|plan|"
    r"enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|año)\s*$",
    re.IGNORECASE,
)
AFTER_THAT_A_YEAR = re.compile(r"\b(?:en|desde|hasta|del?|hacia|año|años)\s*$", re.IGNORECASE)
FEMININE_BEFORE = re.compile(r"\b(?:las|unas|otras|estas|esas|aquellas|algunas|nuestras|vuestras)\s*$", re.IGNORECASE)
MASCULINE_BEFORE = re.compile(r"\b(?:los|unos|otros|estos|esos|aquellos|algunos|nuestros|vuestros)\s*$", re.IGNORECASE)

GAP = "[ \u00a0\u202f]"
FIGURES = r"(?:[1-9]\d{0,2}(?:[.]\d{3})+(?!\d)|[1-9]\d{0,2}(?:[ \u00a0\u202f]\d{3})+(?!\d)|[1-9]\d{0,14})"
WORD = r"[^\W\d_]{3,}"
COUNTED = (
    rf"(?<![\w.,:/+$€£#@])(?<!\w-)(?<!\d{GAP})(?P<minus>-)?"
    rf"(?:(?P<low>{FIGURES})(?P<link> ?- ?|{GAP}[oauye]{GAP}))?"
    rf"(?P<number>{FIGURES})(?:{GAP}(?P<mil>mil))?"
    rf"(?={GAP}(?P<first>{WORD})(?:{GAP}(?P<second>{WORD}))?)"
)


def _value(figures: str) -> int:
    return int(re.sub(r"\D", "", figures))


def _agrees(number: int) -> bool:
    """Whether a number has a part that agrees with a noun: 200, 21."""
    thousands, below = divmod(number % 1_000_000, 1000)
    return (below % 10 == 1 and below % 100 != 11) or below >= 200 or thousands >= 200


def _gender(first: str, second: str) -> str:
    """The gender of plural nouns and what stands before them; nothing where the word is no such noun."""
    word = first.lower()
    if word in EITHER and second and second.lower().endswith("s"):
        found = _gender(second, "")
        word = word if not found else second.lower()
    if word in NO_NOUN or not word.endswith("s") or not re.search(r"[aeiouáéíóú]", word):
        return ""
    if word in MASCULINE or (word.endswith("istas") and word not in FEMININE):
        return "m"
    if word in FEMININE or FEMININE_ENDING.search(word):
        return "f"
    return "" if word.endswith("mos") and not NOUNS_IN_MOS.search(word) else "m"


def _one_of(word: str) -> str:
    return next((gender for gender, nouns in ONE_OF.items() if word.lower() in nouns), "")


def _before_noun(found: re.Match[str]) -> str:
    """Figures before what they count, where they agree with it: "200 personas", "21 años", "200-300 plazas"."""
    text, before = found.string, found.string[: found.start()]
    low, link, number, mil = found["low"], found["link"] or "", found["number"], found["mil"]
    values = [_value(part) for part in (low, number) if part]
    first, second = found["first"], found["second"] or ""
    gender = _one_of(first) if values[-1] == 1 and not mil else _gender(first, second)
    if FEMININE_BEFORE.search(before):
        gender = "f"
    elif MASCULINE_BEFORE.search(before):
        gender = gender and "m"
    year = len(number) == 4 and 1100 <= values[-1] < 2100 and AFTER_THAT_A_YEAR.search(before) and not low
    if not gender or year or NAMED_BY_NUMBER.search(before) or text[found.end() :].startswith("%"):
        return found[0]
    if "-" in link and (values[0] >= values[-1] or found["minus"]):
        return found[0]
    parts = [
        part if not _agrees(value * 1000 if mil else value) else _agreeing(_of_thousands(value, bool(mil)), gender)
        for part, value in zip((low, number) if low else (number,), values, strict=True)
    ]
    words = (" a " if "-" in link else link).join(parts) + (" mil" if mil else "")
    if words == number + (" mil" if mil else ""):
        return found[0]
    return f"{'menos ' if found['minus'] else ''}{words}"


def _of_thousands(value: int, mil: bool) -> str:
    """Before "mil", one is short whatever is counted: "veintiún mil personas"."""
    return _masculine(_cardinal(value)) if mil else _cardinal(value)


def _behind_article(found: re.Match[str]) -> str:
    """As in "las 200 que vinieron", "a las 21", "a la 1"."""
    value = _value(found["number"])
    return f"{found['article']} {_feminine(_cardinal(value))}" if _agrees(value) else found[0]


# --- fractions of something ------------------------------------------------------------------------------------------

UNIT_FRACTION = rf"(?<![\w.,/-])(?:(?P<whole>\d{{1,3}}) )?(?P<top>\d{{1,3}})/(?P<bottom>\d{{1,3}}){GAP}?"


def _half_gender(word: str) -> str:
    return "f" if _one_of(word) == "f" or _gender(word + "s", "") == "f" or word.lower() in FEMININE else "m"


def _part_of_unit(found: re.Match[str]) -> str:
    """So "1/2 kg" is "medio kilogramo", "2 1/2 h" "dos horas y media", "1/4 l" "un cuarto de litro"."""
    noun = UNITS[found["unit"]]
    top, bottom = int(found["top"]), int(found["bottom"])
    if not 0 < top < bottom:
        return found[0]
    half = (top, bottom) == (1, 2)
    part = ("media" if noun.gender == "f" else "medio") if half else _fraction(top, bottom)
    if found["whole"]:
        whole = int(found["whole"])
        number = Number(whole=whole, figures=found["whole"])
        return f" {_counted(_cardinal(whole), number, noun)} y {part} "
    return f" {part} {noun.one} " if half else f" {part} de {noun.one} "


def _half_of(found: re.Match[str]) -> str:
    """As in "1/2 litro", "1/2 hora"."""
    return f"{'media' if _half_gender(found['noun']) == 'f' else 'medio'} {found['noun']}"


def _and_half(found: re.Match[str]) -> str:
    """So "2 1/2 horas" is "dos horas y media", "2 1/2" alone "dos y medio"."""
    whole, noun = int(found["whole"]), found["noun"]
    gender = _gender(noun, "") if noun else ""
    if not gender:
        return f"{_cardinal(whole)} y medio {noun or ''}".rstrip()
    half = "media" if gender == "f" else "medio"
    if whole == 1:
        noun = re.sub(r"(?<=[lnrd])es$|s$", "", noun)
    return f"{_agreeing(_cardinal(whole), gender)} {noun} y {half}"


def _parts(found: re.Match[str]) -> str:
    """So "2/3 partes" is "dos terceras partes"."""
    top, bottom = int(found["top"]), int(found["bottom"])
    if not (0 < top < bottom and 2 < bottom <= 10):
        return found[0]
    number = Number(whole=top, figures=found["top"])
    noun = Noun(one=_feminine_ordinal(ORDINALS[bottom]), many=_feminine_ordinal(ORDINALS[bottom]) + "s", gender="f")
    return f"{_counted(_cardinal(top), number, noun)} {found['noun']}"


# --- clock and calendar ----------------------------------------------------------------------------------------------


def _read_time(time: Time) -> str:
    """As in "catorce treinta", "nueve y media", "veintiuna"; with a. m. and p. m. the part of the day."""
    hour = _feminine(_cardinal(time.hour))
    suffix = time.suffix[:1]
    morning_or_evening = 1 <= time.hour <= 12 and suffix != "h" and time.second is None
    if time.minute == 0 and not time.second:
        words = hour if time.hour or suffix == "h" else f"{hour} horas"
    elif morning_or_evening and time.minute <= 30:
        words = f"{hour} y { {15: 'cuarto', 30: 'media'}.get(time.minute) or _cardinal(time.minute) }"
    else:
        words = f"{hour} {_read_decimals(f'{time.minute:02}')}"
    if time.second is not None and (time.second or time.minute):
        words += f" {_read_decimals(f'{time.second:02}')}"
    if suffix == "h":
        return words if words.endswith("horas") else f"{words} {'hora' if words == 'una' else 'horas'}"
    return f"{words} {_part_of_day(time.hour, suffix)}" if suffix in {"a", "p"} else words


def _part_of_day(hour: int, half: str) -> str:
    if half == "a":
        return "de la noche" if hour == 12 else "de la madrugada" if hour < 6 else "de la mañana"
    return "del mediodía" if hour == 12 else "de la noche" if 9 <= hour < 12 or hour > 20 else "de la tarde"


def _read_date(day: int, month: int, year: int | None) -> str:
    words = f"{_cardinal(day)} de {MONTHS[month - 1]}"
    return words if year is None else f"{words} de {_cardinal(year)}"


def _short_date(found: re.Match[str]) -> str:
    month = MONTHS.index(SHORT_MONTHS[found["month"].lower()]) + 1
    year = found.groupdict().get("year")
    return _read_date(int(found["day"]), month, int(year) if year else None)


# --- Roman numerals --------------------------------------------------------------------------------------------------

QUEENS = (
    "Isabel|Juana|Catalina|Victoria|María|Ana|Cristina|Margarita|Beatriz|Leonor|Urraca|Petronila|Blanca|Berenguela|"
    "Cleopatra|Sofía|Elena|Guillermina|Juliana|Luisa|Teresa|Constanza|Arsínoe|Berenice|Matilde|María Cristina"
)
KINGS = (
    "Alfonso|Felipe|Carlos|Fernando|Enrique|Juan|Pedro|Jaime|Luis|Francisco|Pablo|Pío|León|Benedicto|Ramiro|Sancho|"
    "Bermudo|Ordoño|García|Fruela|Alejandro|Nicolás|Guillermo|Jorge|Eduardo|Ricardo|Jacobo|Federico|Maximiliano|"
    "Napoleón|Ramsés|Ptolomeo|Tolomeo|Darío|Jerjes|Artajerjes|Constantino|Otón|Inocencio|Gregorio|Clemente|Urbano|"
    "Sixto|Julio|Adriano|Bonifacio|Calixto|Leopoldo|Alberto|Balduino|Gustavo|Cristián|Christian|Óscar|Harald|Haakon|"
    "Olaf|Abderramán|Alhakén|Yusuf|Muhammad|Mohamed|Hasán|Solimán|Selim|Murad|Iván|Manuel|José|Humberto|Amadeo|"
    "Teobaldo|Berenguer|Martín|Teodosio|Menelik|Simeón|Boris|Miguel|Esteban|Andrés|Bela|Casimiro|Segismundo|"
    "Ladislao|Matías|Rodolfo|Raniero|Honorato|Jacinto|Esteban|Lotario|Childerico|Clodoveo|Dagoberto|Pipino|Roberto|"
    "Hugo|Tutmosis|Amenofis|Seti|Antíoco|Seleuco|Mitrídates|Filipo|Tiberio|Isaac|Alejo|Romano|Basilio|Miguel|"
    "Celestino|Honorio|Eugenio|Martín|Nicolás|Marcelo|Paulo|Silvestre|Zacarías|Víctor Manuel|Juan Pablo|Juan Carlos"
)
NUMBERED = (
    "[Cc]ap[íi]tulos?|[Tt]omos?|[Vv]olumen|[Vv]olúmenes|[Tt]ítulo|[Aa]nexo|[Ff]ase|[Pp]arte|[Tt]abla|[Ll]ámina|"
    "[Nn]ivel|[Gg]rupo|[Cc]lase|[Tt]ipo|[Ll]ibro|[Ee]scena|[Ss]ala|[Ss]ección|[Ll]ección|[Aa]partado|[Ff]igura|"
    "[Ee]tapa|[Aa]péndice|[Cc]anto|[Pp]lan|[Bb]loque|[Mm]ódulo|[Tt]ramo|[Aa]cto|[Cc]uadro|[Zz]ona|[Cc]ategoría|"
    "[Ee]stadio|[Ff]ascículo|[Ee]pisodio|[Tt]emporada|[Aa]ño|[Ll]iga|Bowl"
)
EVENTS = {
    "f": (
        "Guerra|República|Jornadas?|Edición|Feria|Semana|Copa|Bienal|Carrera|Legislatura|Cumbre|Milla|Muestra|Gala|"
        "Marcha|Internacional|Conferencia|Asamblea|Vuelta|Reunión|Exposición|Olimpiada|Dinastía|edición|legislatura|"
        "dinastía|jornadas?|República|Región|División|Flota|Legión|Bandera|Regata|Media|Escuela"
    ),
    "m": (
        "Congreso|Festival|Concurso|Premios?|Encuentros?|Certamen|Torneo|Maratón|Aniversario|Centenario|Simposio|Foro|"
        "Concilio|Reich|Imperio|Salón|Campeonato|Plan|Convenio|Ciclo|Seminario|Coloquio|Curso|Trofeo|Memorial|Rally|"
        "Duque|Conde|Marqués|Milenio|milenio|aniversario|centenario|congreso|festival|Cuerpo|Ejército|Acuerdo|Día"
    ),
}


def _roman_name(found: re.Match[str], value: int) -> str | None:
    """Kings, queens, popes: ordinals up to ten."""
    if value > 40 or (found["roman"] == "I" and re.match(r"\. ?[A-ZÁÉÍÓÚÑ]", found.string[found.end() :])):
        return None
    name = found["name"]
    if value > 10:
        return f"{name} {_cardinal(value)}"
    female = re.fullmatch(QUEENS, name) is not None
    return f"{name} {_ordinal(value, 'a' if female else 'o')}"


def _roman_number(found: re.Match[str], value: int) -> str | None:
    """Chapters and volumes, and what else bears a number: "capítulo cuatro", "Apolo trece"."""
    return None if value > 100 else f"{found['name']} {_cardinal(value)}"


def _roman_event(found: re.Match[str], value: int) -> str | None:
    """As in "la segunda guerra mundial", "el tercer congreso"."""
    if value > 100:
        return None
    noun = found["name"]
    female = re.fullmatch(EVENTS["f"], noun) is not None
    plural = "s" if noun.endswith("s") and noun != "Marqués" else ""
    return f"{_ordinal(value, ('a' if female else 'o' if plural else 'er') + plural)} {noun}"


CENTURY = r"(?:(?=[IVXivx]+(?![^\W_]|[\u0300-\u036f]))[Xx]{0,2}(?:[Ii][Xx]|[Ii][Vv]|[Vv]?[Ii]{0,3}))"


def _centuries(found: re.Match[str]) -> str:
    """As in "siglo xviii", "s. XX", "siglos XV y XVI", "ss. XV-XVI"; ordinals up to ten."""
    words = "siglos" if (found["name"] or found["short"]).lower() in {"siglos", "ss."} else "siglo"
    listed = re.sub(r" ?- ?", " a ", found["list"])
    return f"{words} " + re.sub(rf"\b{CENTURY}", _century, listed)


def _century(found: re.Match[str]) -> str:
    value = roman_value(found[0].upper())
    return _ordinal(value) if value <= 10 else _cardinal(value)


# --- letters ---------------------------------------------------------------------------------------------------------

LETTER_NAMES = {
    "a": "a", "be": "b", "ce": "c", "de": "d", "e": "e", "efe": "f", "ge": "g", "hache": "h", "i": "i", "jota": "j",
    "ka": "k", "ele": "l", "eme": "m", "ene": "n", "eñe": "ñ", "o": "o", "pe": "p", "cu": "q", "erre": "r", "ese": "s",
    "te": "t", "u": "u", "uve": "v", "equis": "x", "zeta": "z",
}  # fmt: skip
LETTERS_THAT_ARE_WORDS = {"a", "de", "e", "ese", "o", "te", "u", "y", "á", "ó"}
# Lone letters are read by their names: "vitamina C", "plan B".
LONE_LETTERS = {letter: name for name, letter in LETTER_NAMES.items() if name != letter} | {"w": "uve doble"}
# What becomes a space: no sign that is a word, and an apostrophe only beside another such sign.
BETWEEN = r"(?:'*(?:(?:[^\w&+=@%‰°×÷#$€£±']|_)'*)+|''+)"
LETTER = rf"(?:{'|'.join(LETTER_NAMES)}|[a-zñáó&])"
SPELLED = rf"(?i)(?<![^\W\d_])(?<![^\W\d_]'){LETTER}(?:(?:{BETWEEN}|(?<=&)'*|'*(?=&)){LETTER})+(?![^\W\d_]|'[^\W\d_])"
ARTICLE_BEFORE = re.compile(
    rf"(?<![^\W_])(?:el|la|los|las|un|una|unos|unas|del|al|su|mi|tu|este|aquel){BETWEEN}$", re.IGNORECASE
)


def _spelled(found: re.Match[str]) -> str:
    """Names of letters in a row are the letters: "pe de efe" is "pdf". Words at the edges are left out of it."""
    around = found.string[max(found.start() - 1, 0) : found.end() + 1]
    if any(sign == "İ" or unicodedata.category(sign)[0] == "M" for sign in around):
        return found[0]
    names = list(re.finditer(r"[^\W_]+|&", found[0]))
    words = [name[0].lower().replace("&", "y") for name in names]
    start, end = 0, len(words)
    if not ARTICLE_BEFORE.search(found.string[: found.start()]):
        while start < end and words[start] in LETTERS_THAT_ARE_WORDS:
            start += 1
    while end > start and words[end - 1] in {"a", "e", "o", "u", "y", "á", "ó"}:
        end -= 1
    row = words[start:end]
    n_names = sum(word not in LETTERS_THAT_ARE_WORDS for word in row)
    n_vowels = sum(word in LETTERS_THAT_ARE_WORDS for word in words)
    if all(len(word) == 1 for word in words) and (n_vowels == 0 or (n_vowels == 1 and len(words) > 2)):
        return found[0]  # letters in a row, which are joined later, behind the abbreviations
    if not (n_names >= 2 or (n_names == 1 and len(row) > 2)):
        return found[0]
    letters = "".join(LETTER_NAMES.get(word, word) for word in row)
    return found[0][: names[start].start()] + letters + found[0][names[end - 1].end() :]


ADDRESS_SIGNS = {
    ".": "punto", "/": "barra", "@": "arroba", "-": "guion", "_": "guion bajo", ":": "dos puntos",
    "?": "interrogación", "=": "igual", "&": "y", "#": "almohadilla",
}  # fmt: skip


def _price(found: re.Match[str]) -> str:
    """So "€/mes" is "euros al mes", "€/kg" "euros por kilogramo"."""
    per = found["per"]
    if per in {"mes", "año", "día", "semana"}:
        return f" {found['sign']} {'a la' if per == 'semana' else 'al'} {per}"
    return f" {found['sign']} por {UNITS[per].one if per in UNITS else per}"


def _camel(found: re.Match[str]) -> str:
    """The words of a hashtag: "#DesayunoLento"."""
    return re.sub(r"(?<=[^\W\d_A-ZÁÉÍÓÚÑ])(?=[A-ZÁÉÍÓÚÑ])", " ", found[0])


def _address(found: re.Match[str]) -> str:
    """An address, before letters in it could be taken for other words."""
    return " " + "".join(f" {ADDRESS_SIGNS[sign]} " if sign in ADDRESS_SIGNS else sign for sign in found[0]) + " "


def _file(found: re.Match[str]) -> str:
    """The signs in the name of a file, by name."""
    words = {"_": " guion bajo ", "-": " guion ", ".": " punto "}
    return re.sub(r"[_.-]", lambda sign: words[sign[0]], found[0])


# --- what is written in several ways ---------------------------------------------------------------------------------

DOLLAR = Currency(unit=Noun(one="dólar", many="dólares"), cent=Noun(one="centavo", many="centavos"))
EURO = Currency(unit=Noun(one="euro", many="euros"), cent=Noun(one="céntimo", many="céntimos"))
POUND = Currency(unit=Noun(one="libra", many="libras", gender="f"), cent=Noun(one="penique", many="peniques"))
YEN = Currency(unit=Noun(one="yen", many="yenes"))
RUPEE = Currency(unit=Noun(one="rupia", many="rupias", gender="f"))
FRANC = Currency(unit=Noun(one="franco suizo", many="francos suizos"), cent=Noun(one="céntimo", many="céntimos"))
PESETA = Currency(unit=Noun(one="peseta", many="pesetas", gender="f"))
REAL = Currency(unit=Noun(one="real", many="reales"), cent=Noun(one="centavo", many="centavos"))
PESO = Currency(unit=Noun(one="peso", many="pesos"), cent=Noun(one="centavo", many="centavos"))
ROUBLE = Currency(unit=Noun(one="rublo", many="rublos"))

SCALES = {
    "mil": "mil", "millón": "millón de", "millones": "millones de", "mil millones": "mil millones de",
    "billón": "billón de", "billones": "billones de", "mill.": "millones de", "M": "millones de",
    "MM": "millones de", "k": "mil", "K": "mil",
}  # fmt: skip


def _noun(one: str, many: str = "", gender: str = "m") -> Noun:
    return Noun(one=one, many=many or one + "s", gender=gender)


UNITS = {
    "km": _noun("kilómetro"), "Km": _noun("kilómetro"), "m": _noun("metro"), "dm": _noun("decímetro"),
    "cm": _noun("centímetro"), "mm": _noun("milímetro"), "hm": _noun("hectómetro"), "nm": _noun("nanómetro"),
    "µm": _noun("micrómetro"), "μm": _noun("micrómetro"),
    "km/h": _noun("kilómetro por hora", "kilómetros por hora"),
    "Km/h": _noun("kilómetro por hora", "kilómetros por hora"),
    "kmh": _noun("kilómetro por hora", "kilómetros por hora"),
    "km/s": _noun("kilómetro por segundo", "kilómetros por segundo"),
    "m/s": _noun("metro por segundo", "metros por segundo"),
    "m/s2": _noun("metro por segundo al cuadrado", "metros por segundo al cuadrado"),
    "mph": _noun("milla por hora", "millas por hora", "f"), "mi": _noun("milla", gender="f"),
    "ft": _noun("pie"), "yd": _noun("yarda", gender="f"), "lb": _noun("libra", gender="f"),
    "lbs": _noun("libra", gender="f"), "oz": _noun("onza", gender="f"),
    "kg": _noun("kilogramo"), "Kg": _noun("kilogramo"), "kgs": _noun("kilogramo"), "g": _noun("gramo"),
    "gr": _noun("gramo"), "mg": _noun("miligramo"), "µg": _noun("microgramo"), "μg": _noun("microgramo"),
    "t": _noun("tonelada", gender="f"), "l": _noun("litro"), "L": _noun("litro"), "dl": _noun("decilitro"),
    "cl": _noun("centilitro"), "ml": _noun("mililitro"), "mL": _noun("mililitro"), "hl": _noun("hectolitro"),
    "m2": _noun("metro cuadrado", "metros cuadrados"), "km2": _noun("kilómetro cuadrado", "kilómetros cuadrados"),
    "cm2": _noun("centímetro cuadrado", "centímetros cuadrados"), "m3": _noun("metro cúbico", "metros cúbicos"),
    "mm2": _noun("milímetro cuadrado", "milímetros cuadrados"),
    "hm3": _noun("hectómetro cúbico", "hectómetros cúbicos"),
    "km3": _noun("kilómetro cúbico", "kilómetros cúbicos"),
    "cm3": _noun("centímetro cúbico", "centímetros cúbicos"), "cc": _noun("centímetro cúbico", "centímetros cúbicos"),
    "ha": _noun("hectárea", gender="f"),
    "hab/km2": _noun("habitante por kilómetro cuadrado", "habitantes por kilómetro cuadrado"),
    "hab./km2": _noun("habitante por kilómetro cuadrado", "habitantes por kilómetro cuadrado"),
    "hab.": _noun("habitante"), "g/km": _noun("gramo por kilómetro", "gramos por kilómetro"),
    "mg/l": _noun("miligramo por litro", "miligramos por litro"),
    "mg/dl": _noun("miligramo por decilitro", "miligramos por decilitro"),
    "l/m2": _noun("litro por metro cuadrado", "litros por metro cuadrado"),
    "°": _noun("grado"), "°C": _noun("grado"), "° C": _noun("grado"), "oC": _noun("grado"),
    "oF": _noun("grado Fahrenheit", "grados Fahrenheit"),
    "°F": _noun("grado Fahrenheit", "grados Fahrenheit"), "KB": _noun("kilobyte"), "kB": _noun("kilobyte"),
    "MB": _noun("megabyte"), "GB": _noun("gigabyte"), "Gb": _noun("gigabyte"), "TB": _noun("terabyte"),
    "Mbps": _noun("megabit por segundo", "megabits por segundo"),
    "Mb/s": _noun("megabit por segundo", "megabits por segundo"),
    "MB/s": _noun("megabyte por segundo", "megabytes por segundo"),
    "Gbps": _noun("gigabit por segundo", "gigabits por segundo"),
    "kbps": _noun("kilobit por segundo", "kilobits por segundo"),
    "Hz": _noun("hercio"), "kHz": _noun("kilohercio"), "MHz": _noun("megahercio"), "GHz": _noun("gigahercio"),
    "W": _noun("vatio"), "kW": _noun("kilovatio"), "MW": _noun("megavatio"), "GW": _noun("gigavatio"),
    "kWh": _noun("kilovatio hora", "kilovatios hora"), "MWh": _noun("megavatio hora", "megavatios hora"),
    "GWh": _noun("gigavatio hora", "gigavatios hora"), "V": _noun("voltio"), "kV": _noun("kilovoltio"),
    "mV": _noun("milivoltio"), "mA": _noun("miliamperio"), "mAh": _noun("miliamperio hora", "miliamperios hora"),
    "Ω": _noun("ohmio"), "J": _noun("julio"), "kJ": _noun("kilojulio"), "kcal": _noun("kilocaloría", gender="f"),
    "cal": _noun("caloría", gender="f"), "Pa": _noun("pascal", "pascales"),
    "hPa": _noun("hectopascal", "hectopascales"),
    "mbar": _noun("milibar", "milibares"), "atm": _noun("atmósfera", gender="f"),
    "CV": _noun("caballo"), "cv": _noun("caballo"), "dB": _noun("decibelio"), "px": _noun("píxel", "píxeles"),
    "Mpx": _noun("megapíxel", "megapíxeles"), "MP": _noun("megapíxel", "megapíxeles"),
    "ppp": _noun("punto por pulgada", "puntos por pulgada"), "ppm": _noun("parte por millón", "partes por millón", "f"),
    "rpm": _noun("revolución por minuto", "revoluciones por minuto", "f"),
    "min": _noun("minuto"), "h": _noun("hora", gender="f"), "hs": _noun("hora", gender="f"),
    "hrs": _noun("hora", gender="f"),
    "s": _noun("segundo"), "seg": _noun("segundo"), "ms": _noun("milisegundo"), "uds": _noun("unidad", "unidades", "f"),
    "ud": _noun("unidad", "unidades", "f"),
}  # fmt: skip
UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))

SIGNS = {
    "€": EURO, "EUR": EURO, "$": DOLLAR, "US$": DOLLAR, "USD": DOLLAR, "£": POUND, "GBP": POUND, "¥": YEN, "JPY": YEN,
    "₹": RUPEE, "INR": RUPEE, "CHF": FRANC, "ptas.": PESETA, "pts.": PESETA, "ptas": PESETA, "R$": REAL, "BRL": REAL,
    "MXN": PESO, "ARS": PESO, "COP": PESO, "₽": ROUBLE, "RUB": ROUBLE,
}  # fmt: skip

ABBREVIATIONS = {
    "Sr.": "señor", "Sra.": "señora", "Sres.": "señores", "Sras.": "señoras", "Srta.": "señorita", "Sr": "señor",
    "Sra": "señora", "Srta": "señorita", "Dr.": "doctor", "Dra.": "doctora", "Dr": "doctor", "Dra": "doctora",
    "Dres.": "doctores", "Dña.": "doña", "D.a": "doña", "Dña": "doña", "Ud.": "usted", "Uds.": "ustedes",
    "Vd.": "usted", "Vds.": "ustedes", "Prof.": "profesor", "Profa.": "profesora", "Lic.": "licenciado",
    "Lcda.": "licenciada", "Ing.": "ingeniero", "Arq.": "arquitecto", "Excmo.": "excelentísimo",
    "Excma.": "excelentísima", "Ilmo.": "ilustrísimo", "Ilma.": "ilustrísima", "Mons.": "monseñor",
    "Gral.": "general", "Cnel.": "coronel", "Tte.": "teniente", "Cte.": "comandante", "Sto.": "santo",
    "Sta.": "santa", "S. M.": "su majestad", "SS. MM.": "sus majestades", "S. A. R.": "su alteza real",
    "EE. UU.": "Estados Unidos", "EE UU": "Estados Unidos", "EEUU": "Estados Unidos", "EE.UU": "Estados Unidos",
    "JJ. OO.": "Juegos Olímpicos", "RR. HH.": "Recursos Humanos", "CC. OO.": "Comisiones Obreras",
    "CC. AA.": "comunidades autónomas", "FF. AA.": "Fuerzas Armadas", "JJOO": "Juegos Olímpicos",
    "CCOO": "Comisiones Obreras", "RRHH": "Recursos Humanos", "p. ej.": "por ejemplo", "P. ej.": "por ejemplo",
    "p.e.": "por ejemplo", "etc.": "etcétera", "pág.": "página", "págs.": "páginas",
    "Pág.": "página", "Págs.": "páginas", "pg.": "página", "art.": "artículo", "arts.": "artículos",
    "Art.": "artículo", "Arts.": "artículos",
    "cap.": "capítulo", "caps.": "capítulos", "Cap.": "capítulo", "vol.": "volumen", "vols.": "volúmenes",
    "Vol.": "volumen", "fig.": "figura", "figs.": "figuras", "Fig.": "figura", "núm.": "número", "núms.": "números",
    "Núm.": "número", "n.o": "número", "N.o": "número", "n.os": "números", "N.os": "números", "tel.": "teléfono",
    "Tel.": "teléfono", "tfno.": "teléfono", "Tfno.": "teléfono", "teléf.": "teléfono", "tlf.": "teléfono",
    "Avda.": "avenida", "Av.": "avenida", "avda.": "avenida", "Avd.": "avenida", "Pza.": "plaza", "Plza.": "plaza",
    "pza.": "plaza", "Pl.": "plaza", "P.o": "paseo", "Ctra.": "carretera", "ctra.": "carretera", "Urb.": "urbanización",
    "izda.": "izquierda", "izdo.": "izquierdo", "izq.": "izquierda", "dcha.": "derecha", "dcho.": "derecho",
    "dpto.": "departamento", "Dpto.": "departamento", "depto.": "departamento", "Depto.": "departamento",
    "aprox.": "aproximadamente", "máx.": "máximo", "mín.": "mínimo", "a. C.": "antes de Cristo",
    "d. C.": "después de Cristo", "a. de C.": "antes de Cristo", "d. de C.": "después de Cristo",
    "A. C.": "antes de Cristo", "D. C.": "después de Cristo",
    "c/u": "cada uno", "Cía.": "compañía", "cía.": "compañía", "Hnos.": "hermanos", "Fdo.": "firmado",
    "Atte.": "atentamente", "atte.": "atentamente", "vs.": "versus", "P. D.": "posdata",
    "v. gr.": "verbigracia", "admón.": "administración", "Admón.": "administración", "ej.": "ejemplo",
    "Ej.": "ejemplo", "uds.": "unidades", "ud.": "unidad", "Mtro.": "maestro", "Mtra.": "maestra", "Fr.": "fray",
    "Rvdo.": "reverendo", "prov.": "provincia", "ed.": "edición", "M.a": "María", "Fdez.": "Fernández",
    "Glez.": "González",
    "Rguez.": "Rodríguez", "Mtnez.": "Martínez", "Hdez.": "Hernández",
    "dto.": "descuento", "pdo.": "pasado", "gta.": "glorieta", "Gta.": "glorieta", "C. P.": "código postal",
}  # fmt: skip


def _plain(words: str) -> dict[str, str]:
    """Words that were written with an accent before 2010, and are without it since."""
    return {word: word.translate(ACUTE) for word in words.split()}


SPELLINGS = (
    _plain(
        "sólo éste ésta éstos éstas ése ésa ésos ésas aquél aquélla aquéllos aquéllas ó á guión truhán ión prión muón "
        "sión fié fió lié lió crié crió guié guió pié pió rió huí huís fluí fluís frió criáis fiáis guiáis liáis fué "
        "fuí dió vió"
    )
    | {
        "kiosco": "quiosco", "kioscos": "quioscos", "kiosko": "quiosco", "kioskos": "quioscos", "zinc": "cinc",
        "bikini": "biquini", "bikinis": "biquinis", "kimono": "quimono", "kimonos": "quimonos", "quilo": "kilo",
        "quilos": "kilos", "quilómetro": "kilómetro", "quilómetros": "kilómetros", "quilogramo": "kilogramo",
        "quilogramos": "kilogramos", "qatar": "catar", "qatarí": "catarí", "qataríes": "cataríes", "iraq": "irak",
        "carnet": "carné", "carnets": "carnés", "chalet": "chalé", "chalets": "chalés", "parquet": "parqué",
        "cabaret": "cabaré", "cabarets": "cabarés", "cuórum": "quórum", "quorum": "quórum", "güisqui": "whisky",
        "güisquis": "whiskies", "whiskys": "whiskies", "setiembre": "septiembre", "yerba": "hierba",
        "yerbas": "hierbas", "yedra": "hiedra", "yedras": "hiedras", "harmonía": "armonía", "harpa": "arpa",
        "harpas": "arpas", "gnomo": "nomo", "gnomos": "nomos", "sandwich": "sándwich", "sandwiches": "sándwiches",
        "etc": "etcétera", "vs": "versus", "porciento": "por ciento", "arcoíris": "arco iris",
        "medioambiente": "medio ambiente", "rembolso": "reembolso", "rembolsos": "reembolsos",
        "dieciseis": "dieciséis", "veintidos": "veintidós", "veintitres": "veintitrés", "veintiseis": "veintiséis",
        "veintiun": "veintiún", "talvez": "tal vez", "ticket": "tíquet", "tickets": "tíquets", "okey": "ok",
        "okay": "ok", "alhelí": "alelí", "alhelíes": "alelíes", "cognac": "coñac", "poster": "póster",
        "posters": "pósteres", "master": "máster", "record": "récord", "slogan": "eslogan", "folklore": "folclore",
        "folklórico": "folclórico", "folklórica": "folclórica", "bunker": "búnker", "stand": "estand",
        "standard": "estándar", "méjico": "méxico", "oajaca": "oaxaca",
    }
    | LONE_LETTERS
)  # fmt: skip
PLAIN_TENS = "treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa"
HIGH_TENS = "tri|cuadra|quincua|sexa|septua|octo|nona"
UP_TO_NINTH = "primer|tercer|" + "|".join(rf"{word[:-1]}[oa]s?" for word in ORDINALS[1:10])
OFFICES = (
    "alcald|alumn|amant|baloncestist|banquer|campe|canciller|candidat|combatient|comisari|compañer|concejal|consejer|"
    "conseller|convict|cuñad|dictador|diputad|director|embajador|emplead|entrenador|espos|fiscal|futbolist|"
    "gobernador|guerriller|guardameta|jef|juez|jugador|lehendakari|líder|marid|militant|ministr|model|monj|mujer|"
    "niñer|novi|paracaidist|parej|piloto|polici|policí|portavo|presiden|president|primer ministr|prisioner|profesor|"
    "rector|secretari|senador|seleccionador|seminarist|soci|soldad|sueg|tenist|tesorer|vicepresident|"
    "vicesecretari"
)
FOLDS = (
    # the same number, written apart or together
    (rf"\b({PLAIN_TENS})i(?=(?:un[oa]?|ún|d[óo]s|tr[ée]s|cuatro|cinco|s[ée]is|siete|ocho|nueve)\b)", r"\1 y "),
    *((rf"\b({PLAIN_TENS}) y {one}\b", rf"\1 y {one.translate(ACUTE)}") for one in ("ún", "dós", "trés", "séis")),
    (rf"\bd[ée]cim[oa] ?(?=(?:{UP_TO_NINTH})\b)", "decimo"),
    (rf"\bvig[ée]sim[oa] ?(?=(?:{UP_TO_NINTH})\b)", "vigesimo"),
    (r"\b(decim|vigesim)oo(?=ctav)", r"\1o"),
    (rf"\b({HIGH_TENS})gesimo(?=(?:{UP_TO_NINTH})\b)", r"\1gésimo "),
    (rf"\b({HIGH_TENS})gésimo (?=(?:{UP_TO_NINTH})\b)(?=\w+as?\b)", r"\1gésima "),
    *BEFORE_LARGE,
    # psicología, sustancia, oscuro, suscribir, seudónimo
    (r"\bsic(?=olog|ólog|oan|osis\b|óti|ópat|opat|oterap)", "psic"),
    (r"\bparasic(?=olog|ólog)", "parapsic"),
    (r"\bsi(?=quiatr|quiátr)", "psi"),
    (r"\bsíquic", "psíquic"),
    (r"\bobscur", "oscur"),
    (r"\bsubst(?=anc|itu|ra)", "sust"),
    (r"\bsubscri(?=b|p|t)", "suscri"),
    (r"\bpseud", "seud"),
    (r"\bmnemo", "nemo"),
    (r"\bremplaz", "reemplaz"),
    (r"\bmejican(?=[oa]s?\b)", "mexican"),
    (r"\btexan(?=[oa]s?\b)", "tejan"),
    # written in one word or in two
    (rf"\bex (?=(?:{OFFICES})\w*)", "ex"),
    (r"\ben seguida\b", "enseguida"),
    (r"\bde prisa\b", "deprisa"),
    (r"\ben frente\b", "enfrente"),
    (r"\bwi fi\b", "wifi"),
    (r"\bon line\b", "online"),
    (r"\be mail(s?)\b", r"email\1"),
    (r"\bvice (presiden|secretari|alcald|conseje|rector)", r"vice\1"),
)  # fmt: skip

NAME = r"(?P<name>"
FILES = "pdf|docx?|txt|xlsx?|csv|pptx?|zip|jpe?g|png|gif|mp3|mp4|wav|html?|py|json|odt"
BARE = r"(?<![\w.,+-])(?<!\d )"  # before figures that stand alone
REWRITES: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"\b[nN]°(?=\W|\d)", "número "),
    (r"(?<=[a-záéíóúñ,] )N[oº] (?=\d)", "número "),
    (r"\bMa (?=[A-ZÁÉÍÓÚÑ][a-záéíóúñ])", "María "),
    (r"\bD\. (?=[A-ZÁÉÍÓÚÑ][a-záéíóúñ]{2})", "don "),
    (r"(?<![\w.])[cC]/ ?(?=[A-ZÁÉÍÓÚÑ]|del? |la |los |las )", "calle "),
    (r"(?<=\d)°(?= (?:piso|puesto|lugar|curso|aniversario|capítulo|distrito|intento|congreso|premio)\b)", ".o"),
    (r"#\w*[^\W\d_A-ZÁÉÍÓÚÑ][A-ZÁÉÍÓÚÑ]\w*", _camel),
    (rf"(?<![\w.@/-])[\w-]+(?:[._-]\w+)*\.(?i:{FILES})\b(?![.@/]\w)", _file),
    (f"(?i){ADDRESS.pattern}", _address),
    (SPELLED, _spelled),
    # centuries, in capitals or small ones
    (rf"(?<![^\W\d_])(?:(?P<name>(?i:siglos?)){BETWEEN}|(?P<short>[sS]s?\.) ?)"
     rf"(?P<list>{CENTURY}(?:(?:, | y | o | al? | ?- ?){CENTURY})*)(?![^\W_]|'[^\W\d_])", _centuries),
    # telephone numbers without other groups than threes, or none
    (rf"{BARE}([6789]\d\d)(\d\d)(\d\d)(\d\d)(?![\w-]|[.,:]\d| ?[€$£%])", _bare_phone),
    (rf"{BARE}([6789]\d\d) (\d{{3}}) (\d{{3}})(?![\w-]|[.,:]\d| \d| ?[€$£%])", _bare_phone),
    # times
    (r"\b([lL]as?) (\d{1,2})\.([0-5]\d)\b(?![.,:]?\d)", r"\1 \2:\3"),
    (r"(?<![\d:])(\d{1,2}:\d{2}) ?- ?(\d{1,2}:\d{2})(?![\d:])", r"\1 a \2"),
    # from year to year, no telephone number
    (r"(?<![\w.,:/-])(1\d{3}|20\d\d) ?- ?(1\d{3}|20\d\d)(?![\w-]|[.,:/]\d)", _years),
    # fractions of something
    (rf"{UNIT_FRACTION}(?P<unit>{UNIT})(?![\w/^]|['-]\w)", _part_of_unit),
    (rf"(?<![\w.,/-])(?P<top>\d{{1,2}})/(?P<bottom>\d{{1,2}}){GAP}(?P<noun>partes?)\b", _parts),
    (rf"(?<![\w.,/-])(?P<whole>\d{{1,3}}) 1/2(?![\w/]|[.,]\d)(?:{GAP}(?P<noun>{WORD}))?", _and_half),
    (rf"(?<![\w.,/-])(?<!\d )1/2{GAP}(?P<noun>(?!de\b|del\b|que\b|para\b|por\b|con\b|más\b|menos\b){WORD})", _half_of),
    # money in words behind figures, as with its sign
    (r"(?<=\d) euros?\b", " €"),
    (r"(?<=,\d\d) dólar(?:es)?\b", " $"),
    (r"(?<=,\d\d) libras\b", " £"),
    (rf"(?<=\d){GAP}?(?P<sign>[$£€])/(?P<per>{UNIT}|{WORD})(?!\w)", _price),
    (rf"(?<=\d){GAP}?M€", " M €"),
    (rf"(?P<sign>[$£€]{GAP}?)(?P<whole>\d+)\.(?P<cents>\d\d)(?!\d|[.,]\d)", r"\g<sign>\g<whole>,\g<cents>"),
    (rf"(?<![\d.,])(?P<whole>\d+)\.(?P<cents>\d\d)(?={GAP}?[$£€])", r"\g<whole>,\g<cents>"),
    # sums
    (r"(?<=\d) - (?=\d+ ?=)", " menos "),
    (r"(?<=\d) ?x ?(?=\d)", " por "),
    # numbers that agree
    (COUNTED, _before_noun),
    (rf"\b(?P<article>(?i:las|unas|otras|estas|esas|aquellas)) (?P<number>{FIGURES})(?!\w|[.,:/-]\d|{GAP}?[%‰€$£°])"
     rf"(?!\.?[oa]s?\b|{GAP}(?:mil|{UNIT})\b|{GAP}\d)", _behind_article),
    (r"\b(?P<article>(?i:(?:a|es|desde|hasta|sobre|de) la)) (?P<number>1)(?=[.,;:!?)]?(?:\s|$))(?! ?[%‰€$£°])",
     _behind_article),
)  # fmt: skip

LANGUAGE = Language(
    code="es",
    cardinal=_cardinal,
    thousands=".",
    decimal=",",
    marks={",": "coma", ".": "punto"},
    minus="menos",
    read_decimals=_read_decimals,
    ordinal=_ordinal,
    ordinal_suffix=r"(?:\.?(?:er|ers|os|as|o|a)|ero|era|ro|ra|do|da|to|ta|mo|ma|vo|va|no|na)\b\.?",
    read_year=_cardinal,
    fraction=_fraction,
    mixed="{whole} y {part}",
    counted=_counted,
    to="a",
    percent="por ciento",
    per_mille="por mil",
    currencies=SIGNS,
    money=_money,
    scales=SCALES,
    units=UNITS,
    phone=_phone,
    times=(
        r"(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2}))?(?:\s?(?P<suffix>[ap]\.?\s?m\b|h(?:oras?|r?s)?\b)\.?)?(?![\w:])",
        r"(?P<h>\d{1,2})h(?P<m>\d{2})(?![\w:])",
        r"(?P<h>\d{1,2})\.(?P<m>\d{2})\s?(?P<suffix>[ap]\.?\s?m\b|h(?:oras?|r?s)?\b)\.?(?!\w)",
        r"(?P<h>\d{1,2})\s?(?P<suffix>[ap]\.?\s?m\b)\.?(?!\w)",
    ),
    read_time=_read_time,
    date_order="dmy",
    read_date=_read_date,
    month_dates=(
        (rf"(?<![\w.,])(?P<day>[0-3]?\d)[ -](?:de )?{SHORT_MONTH}\.?[ -](?:de )?(?P<year>\d{{4}})(?!\w|[.:,]\d)",
         _short_date),
        (rf"(?<![\w.,])(?P<day>[0-3]?\d)(?:-| de ){SHORT_MONTH}\b\.?(?!\w)", _short_date),
    ),
    one_letter_words="aeouyóá",
    rewrites=REWRITES,
    roman=(
        (rf"\b{NAME}{QUEENS}|{KINGS}) +ROMAN(?!\w|'\w|-\w)", _roman_name),
        (rf"(?<![\w-]){NAME}{NUMBERED}) +(?!(?:MI|DI|CD|CV|MC|LI|DC|[CDLM])\b)ROMAN(?!\w|'\w|-\w)", _roman_number),
        (rf"(?<![\w'-])ROMAN +(?P<name>{EVENTS['f']}|{EVENTS['m']})\b", _roman_event),
        (rf"\b{NAME}[A-ZÁÉÍÓÚÑ][a-záéíóúñ]{{2,}}) (?=[IVX]{{2}})ROMAN(?!\w|'\w|-\w)", _roman_number),
    ),
    abbreviations=ABBREVIATIONS,
    symbols={
        "&": "y", "+": "más", "=": "igual a", "@": "arroba", "%": "por ciento", "‰": "por mil", "°": "grados",
        "×": "por", "÷": "entre", "#": "almohadilla", "$": "dólares", "€": "euros", "£": "libras", "±": "más menos",
    },
    letters_of_addresses=ADDRESS_SIGNS,
    spellings=SPELLINGS,
    folds=FOLDS,
)  # fmt: skip
