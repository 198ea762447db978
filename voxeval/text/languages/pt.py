"""Portuguese, with the readings of Brazil; the spellings of Portugal and those before 1990 count as the same."""

from __future__ import annotations

import re
from functools import cache

from voxeval.text.language import Currency, Language, Noun, Number, Time

MONTHS = (
    "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro",
    "dezembro",
)  # fmt: skip
SHORT_MONTHS = {name[:3]: name for name in MONTHS}
MONTH = "(?P<month>" + "|".join(MONTHS) + ")"
SHORT_MONTH = "(?P<month>" + "|".join([*MONTHS, *SHORT_MONTHS]) + r")\b\.?"
SPACE = "[ \u00a0\u202f]"

# --- numbers and their gender ----------------------------------------------------------------------------------------

MASCULINE_SCALE = re.compile(r".*(?:milh|bilh|trilh|quatrilh)(?:ão|ões)\b")
FRACTIONS = {2: ("meio", "meios"), 3: ("terço", "terços")}
SMALL_ORDINALS = 10  # kings, popes and centuries have ordinals up to here: Pedro segundo, Luís catorze

# Nouns that are feminine though they do not look it, in the singular and in the plural.
FEMININE_PLURALS = {
    "vez": "vezes", "mulher": "mulheres", "colher": "colheres", "noite": "noites", "tarde": "tardes",
    "parte": "partes", "flor": "flores", "árvore": "árvores", "cor": "cores", "dor": "dores", "mão": "mãos",
    "mãe": "mães", "irmã": "irmãs", "manhã": "manhãs", "maçã": "maçãs", "avó": "avós", "luz": "luzes",
    "cruz": "cruzes", "voz": "vozes", "raiz": "raízes", "atriz": "atrizes", "cicatriz": "cicatrizes",
    "matriz": "matrizes", "noz": "nozes", "lei": "leis", "nação": "nações", "morte": "mortes", "fonte": "fontes",
    "ponte": "pontes", "rede": "redes", "parede": "paredes", "sede": "sedes", "chave": "chaves", "nave": "naves",
    "ave": "aves", "frase": "frases", "fase": "fases", "base": "bases", "classe": "classes", "tese": "teses",
    "crise": "crises", "análise": "análises", "greve": "greves", "equipe": "equipes", "sílaba": "sílabas",
    "ordem": "ordens", "nuvem": "nuvens", "jovem": "jovens", "foto": "fotos", "moto": "motos", "tribo": "tribos",
    "gente": "gentes", "lente": "lentes", "semente": "sementes", "corrente": "correntes", "enchente": "enchentes",
    "torre": "torres", "estante": "estantes", "série": "séries", "espécie": "espécies", "superfície": "superfícies",
    "febre": "febres", "carne": "carnes", "pele": "peles", "arte": "artes", "sorte": "sortes", "corte": "cortes",
    "metade": "metades", "idade": "idades", "estrofe": "estrofes", "catástrofe": "catástrofes", "hélice": "hélices",
    "vértebra": "vértebras", "neve": "neves", "saudade": "saudades", "lebre": "lebres", "serpente": "serpentes",
    "mensagem": "mensagens", "hipótese": "hipóteses", "síntese": "sínteses", "prótese": "próteses", "rês": "reses",
    "questão": "questões", "gestão": "gestões", "opinião": "opiniões", "reunião": "reuniões", "região": "regiões",
    "religião": "religiões", "união": "uniões", "legião": "legiões", "capital": "capitais", "catedral": "catedrais",
}  # fmt: skip
NEUTRAL_NOUNS = {"jovens", "cortes", "capitais"}  # of both genders, or with a namesake: read as masculine
FEMININE_SINGULARS = {
    "hora", "pessoa", "semana", "página", "xícara", "criança", "menina", "moça", "senhora", "garrafa", "caixa",
    "moeda", "cadeira", "mesa", "casa", "porta", "janela", "sala", "rua", "pergunta", "resposta", "palavra", "letra",
    "linha", "folha", "carta", "nota", "prova", "aula", "escola", "turma", "equipa", "partida", "vitória", "derrota",
    "tonelada", "polegada", "libra", "milha", "légua", "dúzia", "centena", "dezena", "década", "vaga", "vítima",
    "testemunha", "morada", "gota", "fatia", "pitada", "lata", "barra", "tela", "vela", "pedra", "árvore", "ilha",
    "praia", "montanha", "loja", "empresa", "fábrica", "obra", "peça", "música", "história", "ideia", "regra",
    "chamada", "ligação", "volta", "vida", "filha", "amiga", "aluna", "professora", "doutora", "médica", "pista",
    "bola", "bala", "banana", "laranja", "cebola", "batata", "pizza", "cerveja", "tarefa", "estrela", "planta",
    "rodada", "temporada", "etapa", "medalha", "taça", "cama", "faca", "cópia", "amostra", "dose", "pílula",
    "camisa", "sacola", "mala", "bolsa", "chance", "viagem", "imagem", "tentativa", "dica", "notícia", "conta",
    "parcela", "prestação", "visita", "consulta", "cirurgia", "noite", "manhã", "tarde", "vez", "mulher", "colher",
    "parte", "flor", "mão", "foto", "moto", "frase", "chave", "lei", "ordem", "mãe", "irmã", "avó", "maçã", "série",
}  # fmt: skip
MASCULINE_IN_A = {
    "dias", "problemas", "sistemas", "temas", "programas", "quilogramas", "gramas", "miligramas",
    "mapas", "planetas", "cometas", "poetas", "atletas", "telegramas", "idiomas", "dilemas", "poemas", "cinemas",
    "teoremas", "esquemas", "diplomas", "climas", "sintomas", "fantasmas", "traumas", "dramas", "pijamas", "colegas",
    "guardas", "camaradas", "piratas", "monarcas", "cromossomas", "estigmas", "enigmas", "dogmas", "carismas",
    "diagramas", "organogramas", "cronogramas", "hologramas", "anagramas", "aromas", "hematomas",
    "glaucomas", "axiomas", "emblemas", "fonemas", "lemas", "morfemas", "edemas", "ecossistemas", "subsistemas",
    "prismas", "cismas", "paradigmas", "panoramas", "melodramas", "trilemas", "estratagemas",
    "diademas", "sofismas", "gorilas", "jesuítas", "patriarcas", "belgas", "nômadas", "pampas", "sherpas",
    "astronautas", "internautas", "cosmonautas", "autarcas", "acrobatas", "diplomatas", "democratas", "aristocratas",
    "burocratas", "pediatras", "psiquiatras", "geriatras", "terapeutas", "fisioterapeutas", "suicidas", "homicidas",
    "pesticidas", "inseticidas", "herbicidas", "indígenas", "alienígenas", "canalhas", "cabras",
}  # fmt: skip
NO_NOUNS = {
    "apenas", "pelas", "elas", "delas", "nelas", "aquelas", "daquelas", "naquelas", "dessas", "nessas", "destas",
    "nestas", "essas", "estas", "quantas", "umas", "minas", "deveras",
}  # fmt: skip
FEMININE_ENDINGS = ("ções", "sões", "dades", "agens", "tudes", "ências", "âncias")
FEMININE_ENDINGS_OF_ONE = ("ção", "são", "dade", "agem", "ência", "ância", "tude")
WITHOUT_GENDER = "(?:grandes|maiores|menores|melhores|piores|importantes|diferentes|possíveis|pequenas|mais)"


@cache
def _cardinal(number: int) -> str:
    from num2words import num2words

    words = str(num2words(number, lang="pt_BR")).replace(",", "")
    return re.sub(r"(ão|ões) e mil\b", r"\1 mil", words)


def _feminine(words: str) -> str:
    """A number in its feminine form; millions have a gender of their own, and what stands behind the mark has none."""
    whole, mark, decimals = words.partition(" vírgula ")
    scaled = MASCULINE_SCALE.match(whole)
    start = scaled.end() if scaled else 0
    rest = re.sub(r"\bum\b", "uma", re.sub(r"\bdois\b", "duas", re.sub(r"entos\b", "entas", whole[start:])))
    return whole[:start] + rest + mark + decimals


@cache
def _ordinal(number: int, suffix: str = "") -> str:
    """Of the gender and number that the suffix has: "12.ª" is "décima segunda"."""
    from num2words import num2words

    thousands, rest = divmod(number, 1000)
    words = [] if thousands < 2 else [_cardinal(thousands)]
    if number == 0:
        words = ["zero"]
    elif thousands:
        words.append("milésimo")
    if rest:
        words += str(num2words(rest, to="ordinal", lang="pt_BR")).split()
    ending = suffix.strip(".")
    if ending.startswith("a"):
        words = [word[:-1] + "a" if word.endswith("o") else word for word in words]
    if ending.endswith("s"):
        words = [word + "s" for word in words]
    return " ".join(words)


def _read_decimals(figures: str) -> str:
    """Up to three as a number, with the zeros before it; more digit by digit."""
    if len(figures) > 3:
        return " ".join(_cardinal(int(figure)) for figure in figures)
    rest = figures.lstrip("0")
    zeros = ["zero"] * (len(figures) - len(rest))
    return " ".join([*zeros, _cardinal(int(rest))] if rest else zeros)


def _fraction(top: int, bottom: int) -> str:
    one, many = FRACTIONS.get(bottom) or ("", "")
    if not one:
        one = _ordinal(bottom) if bottom <= 10 or bottom == 100 else f"{_cardinal(bottom)} avos"
        many = one if one.endswith("s") else one + "s"
    return f"{_cardinal(top)} {one if top == 1 else many}"


def _counted(words: str, number: Number, noun: Noun) -> str:
    """What is less than two is one: "um vírgula cinco litro"; round millions are "milhões de"."""
    name = noun.one if number.whole < 2 else noun.many
    if noun.gender == "f":
        words = _feminine(words)
    round_millions = number.whole and number.whole % 10**6 == 0 and not number.decimals
    return f"{words} de {name}" if round_millions else f"{words} {name}"


def _money(units: str, cents: str) -> str:
    return f"{units} e {cents}"


def _digits(figures: str) -> str:
    return " ".join(_cardinal(int(figure)) for figure in figures if figure.isdigit())


def _phone(groups: tuple[str, ...]) -> str:
    plus = "mais " if groups[0].startswith("+") else ""
    return plus + _digits("".join(groups))


def _spell_digits(found: re.Match[str]) -> str:
    return f"{found['before'] or ''} {_digits(found['number'])} "


def _is_feminine(word: str, one: bool) -> bool:
    """Whether what is counted is feminine, as far as its form tells."""
    if one:
        return word in FEMININE_SINGULARS or word.endswith(FEMININE_ENDINGS_OF_ONE)
    if word in MASCULINE_IN_A or word in NO_NOUNS or word in NEUTRAL_NOUNS or word.endswith("istas"):
        return False
    return word in FEMININE_PLURALS_OF or word.endswith(FEMININE_ENDINGS) or (len(word) > 3 and word.endswith("as"))


FEMININE_PLURALS_OF = frozenset(FEMININE_PLURALS.values())

FIGURES = rf"(?:\d{{1,3}}(?:[.]\d{{3}})+|\d{{1,3}}(?:{SPACE}\d{{3}})+|\d{{1,6}})(?!\d)(?:,\d+)?"
NOT_WITHIN = r"(?<![\w.,:/$€£+-])(?<![$€£¥₹][ \u00a0\u202f])"
# A number, or two with "a", "e", "ou" or a dash between them, and what is counted.
COUNTED = re.compile(
    rf"(?P<before>\b[^\W\d_]+(?: de)? )?{NOT_WITHIN}"
    rf"(?:(?P<low>{FIGURES})(?P<between> ?- ?| (?:a|e|ou|até|em cada|de cada) ))?(?P<number>{FIGURES})"
    rf"(?P<after>(?: mil)?(?: {WITHOUT_GENDER})*)(?= (?P<noun>[^\W\d_]+)(?![\w']))"
)
BEFORE_HOURS = re.compile(
    rf"\b(?P<before>(?:[ÀàAa]|[DdNn]a|[Pp]ela)s )(?P<number>{FIGURES})"
    rf"(?=[;!?)]|[.,:](?!\d)|$|{SPACE}(?!(?:h|hs|hrs|min|mil|de (?:{'|'.join(MONTHS)}))\b|[%‰°€\d-]|[a-z]{{1,2}}\d|"
    rf"(?:m|b|tr)ilh))"
)
YEAR_CONTEXT = {"em", "de", "desde", "até", "ano", "anos", "entre", "no", "do", "após", "e", "a"}
LABELS = {
    "dia", "número", "quarto", "sala", "página", "capítulo", "artigo", "apartamento", "casa", "linha", "ônibus",
    "canal", "grupo", "item", "nível", "fase", "volume", "lote", "bloco", "portão", "lei", "km", "quilômetro",
}  # fmt: skip
AMOUNT_CONTEXT = {"cerca de", "mais de", "menos de", "perto de", "quase de", "além de", "total de", "grupo de"}


def _value(figures: str) -> tuple[int, str]:
    whole, _, decimals = figures.partition(",")
    return int(re.sub(r"\D", "", whole)), decimals


def _in_words(figures: str) -> str:
    whole, decimals = _value(figures)
    words = _cardinal(whole)
    return f"{words} vírgula {_read_decimals(decimals)}" if decimals else words


def _agree(found: re.Match[str]) -> str:
    """Figures before a feminine noun in words of that gender."""
    figures, low, before = found["number"], found["low"], found["before"] or ""
    between, after = found["between"] or "", found["after"]
    whole, _ = _value(figures)
    year = re.fullmatch(r"1[1-9]\d\d|20\d\d", low or figures) is not None
    context = before.strip().lower()
    if context in LABELS:
        return found[0]
    if year and context not in AMOUNT_CONTEXT and (context.split() or [""])[-1] in YEAR_CONTEXT:
        return found[0]
    if figures.startswith("0") and len(figures.partition(",")[0]) > 1:
        return found[0]
    if not _is_feminine(found["noun"], one=whole < 2 and not after.startswith(" mil")):
        return found[0]
    if low is None:
        return f"{before}{_feminine(_in_words(figures))}{after}"
    if "-" in between:
        if _value(low) >= _value(figures):
            return found[0]
        between = " a "
    return f"{before}{_feminine(_in_words(low))}{between}{_feminine(_in_words(figures))}{after}"


def _agree_hours(found: re.Match[str]) -> str:
    return f"{found['before']}{_feminine(_in_words(found['number']))}"


def _half(found: re.Match[str]) -> str:
    """Halves: "1/2 xícara" is half a cup, "2 1/2" two and a half."""
    whole, written = found.groupdict().get("whole"), found["noun"] or ""
    unit = UNITS.get(written)
    one = whole is None or whole == "1"
    noun = (unit.one if one else unit.many) if unit else written
    feminine = unit.gender == "f" if unit else _is_feminine(noun, one)
    half = "meia" if feminine else "meio"
    if whole is not None:
        words = _cardinal(int(whole))
        half = f"{_feminine(words) if feminine else words} e {half}"
    return f"{half} {noun}" if noun else half


def _and_a_half(found: re.Match[str]) -> str:
    """Halves behind: "2 xícaras e 1/2" is two cups and a half."""
    noun = found["noun"]
    unit = UNITS.get(noun)
    feminine = unit.gender == "f" if unit else _is_feminine(noun, one=int(found["number"]) < 2)
    return f"{found['before']} e {'meia' if feminine else 'meio'}"


def _times(found: re.Match[str]) -> str:
    words = _feminine(_in_words(found["number"]))
    return f" {words} {'vez' if found['number'] == '1' else 'vezes'} "


# --- clock and calendar ----------------------------------------------------------------------------------------------


def _read_time(time: Time) -> str:
    """As "catorze e trinta", "oito horas", and "uma hora e trinta minutos" where the minutes have their sign."""
    hour = _feminine(_cardinal(time.hour))
    hours = f"{hour} {'hora' if time.hour < 2 else 'horas'}"
    minutes = f"{_cardinal(time.minute)} {'minuto' if time.minute < 2 else 'minutos'}"
    if time.second:
        return f"{hours} {minutes} e {_cardinal(time.second)} {'segundo' if time.second == 1 else 'segundos'}"
    if time.suffix.startswith("m"):
        return f"{hours} e {minutes}"
    if time.suffix:
        part = ("da madrugada" if time.hour < 6 else "da manhã") if time.suffix == "am" else _part_of_day(time.hour)
        return f"{hour} e {_cardinal(time.minute)} {part}" if time.minute else f"{hour} {part}"
    if time.minute == 0:
        return hours
    return f"{hour if time.hour else 'meia noite'} e {_cardinal(time.minute)}"


def _part_of_day(hour: int) -> str:
    return "da tarde" if hour == 12 or hour < 7 else "da noite"


def _read_day(day: int) -> str:
    return "primeiro" if day == 1 else _cardinal(day)


def _read_date(day: int, month: int, year: int | None) -> str:
    words = f"{_read_day(day)} de {MONTHS[month - 1]}"
    return words if year is None else f"{words} de {_cardinal(year)}"


def _month_date(found: re.Match[str]) -> str:
    """A day with a month's name, or a month with its year."""
    groups = found.groupdict()
    month = SHORT_MONTHS[found["month"].lower()[:3]]
    day, year = groups.get("day"), groups.get("year")
    words = month if day is None else f"{_read_day(int(day))} de {month}"
    if not year:
        return words
    return f"{words} de {_cardinal(int(year) + 2000 if len(year) == 2 else int(year))}"


def _day_and_month(found: re.Match[str]) -> str:
    day, month = int(found["d"]), int(found["m"])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return found[0]
    return f"{found.groupdict().get('before') or ''} {_read_date(day, month, None)} "


def _full_month(found: re.Match[str]) -> str:
    return SHORT_MONTHS[found[1].lower()]


# --- words -----------------------------------------------------------------------------------------------------------

WOMEN = (
    "Isabel", "Beatriz", "Elizabeth", "Elisabeth", "Inês", "Anne", "Margrethe", "Leonor", "Guiomar", "Mercês", "Carmen",
    "Raquel", "Ester", "Ruth", "Rute", "Dulce", "Alice", "Irene", "Matilde", "Graciete", "Odete", "Judite", "Berenice",
    "Zoé", "Cleide", "Neide", "Lurdes", "Lourdes", "Conceição", "Ivone", "Marlene", "Edite", "Iolanda", "Mary",
)  # fmt: skip
LADIES = (
    *WOMEN, "Rosa", "Glória", "Francisca", "Antônia", "Antónia", "Teresa", "Tereza", "Amélia", "Benta", "Carolina",
    "Júlia", "Luísa", "Clara", "Rita", "Helena", "Graça", "Celeste", "Leopoldina", "Mariana", "Eulália", "Plácida",
    "Amália", "Estefânia", "Urraca", "Filipa", "Constança", "Carlota", "Sílvia", "Lúcia", "Tereza", "Zélia", "Ivone",
)  # fmt: skip
# Names of kings, emperors and popes, and a council: their numbers are ordinals up to ten.
RULERS = (
    "Pedro|João|Paulo|José|Luís|Luis|Luiz|Carlos|Henrique|Afonso|Alfonso|Sancho|Dinis|Fernando|Duarte|Manuel|Sebastião|"
    "Filipe|Felipe|Miguel|Maria|Isabel|Elizabeth|Elisabeth|Catarina|Joana|Cristina|Margarida|Margrethe|Beatriz|Juliana|"
    "Guilhermina|Ana|Leonor|Berenice|Cleópatra|Vitória|Bento|Pio|Leão|Gregório|Clemente|Inocêncio|Urbano|Francisco|"
    "Sisto|Júlio|Nicolau|Bonifácio|Adriano|Alexandre|Benedito|Celestino|Martinho|Eugênio|Eugénio|Calisto|Estêvão|"
    "Lúcio|Napoleão|Ricardo|Eduardo|Jorge|Jaime|Tiago|Guilherme|Frederico|Leopoldo|Alberto|Balduíno|Gustavo|Haroldo|"
    "Olavo|Haakon|Cristiano|Érico|Ivan|Otto|Otão|Rodolfo|Maximiliano|Constantino|Teodósio|Justiniano|Basílio|"
    "Selim|Solimão|Mehmed|Murad|Dario|Xerxes|Ciro|Artaxerxes|Filipo|Ptolomeu|Ptolemeu|Seti|Ramsés|Ramessés|Tutmés|"
    "Amenófis|Amenhotep|Hassan|Hussein|Abdullah|Mohammed|Faruk|Rama|Mongkut|Pahlavi|Humberto|Vítor|Victor|Emanuel|"
    "Garcia|Ramiro|Ordonho|Vaticano|Hirohito|Carol|Boris|Simeão|Zog|Montezuma|Moctezuma|Kamehameha|Lotário|Pepino|"
    "Hugo|Roberto|Casimiro|Sigismundo|Ladislau|Estanislau|Venceslau|Matias|Roderico|Alarico|Teodorico|Honório|Pascoal"
)
NUMBERED = (
    "[Cc]apítulo|CAPÍTULO|[Vv]olume|[Pp]arte|PARTE|[Tt]omo|[Aa]nexo|[Ss]eção|[Ss]ecção|[Tt]ítulo|[Aa]to|[Cc]ena|[Ll]ivro|"
    "[Cc]anto|[Ii]nciso|[Ee]pisódio|[Mm]ódulo|[Uu]nidade|Bowl"
)
LETTERED = (  # that go by letters too, as "grupo X"
    "[Tt]ipo|[Ff]ase|[Nn]ível|[Gg]rupo|[Ee]stágio|[Gg]rau|[Cc]lasse|[Ee]tapa|[Tt]abela|[Ff]igura|[Qq]uadro|[Zz]ona|"
    "[Vv]ersão"
)
NO_NUMERAL = r"(?!(?:[CDLM]|CD|CV|MC|LI|DC|MI|DI|MD|CC|DIM|MIX)(?!\w))"
TITLE = "[Dd]om|[Dd]ona|[Rr]ei|[Rr]ainha|[Pp]apa|[Ii]mperador|[Ii]mperatriz|[Pp]ríncipe|[Cc]zar|[Ss]ultão|[Ff]araó"
EVENTS = {
    "a": "[Gg]uerra|[Bb]ienal|[Cc]opa|[Jj]ornada|[Ss]emana|[Cc]onferência|[Cc]úpula|[Dd]inastia|[Rr]epública|[Mm]ostra|"
    "[Oo]limpíada|[Rr]egião|[Bb]rigada|[Ff]eira|[Cc]ruzada|[Ee]dição|[Aa]ssembleia|[Mm]aratona|[Cc]onvenção|[Tt]aça|"
    "[Rr]eunião|[Ee]xposição|[Cc]onferências|[Cc]aminhada|[Cc]orrida|[Ff]esta|[Dd]ivisão|[Ii]nternacional",
    "o": "[Cc]ongresso|[Ee]ncontro|[Ff]estival|[Ss]impósio|[Ff]órum|[Cc]oncílio|Reich|[Ee]xército|[Tt]orneio|"
    "[Cc]oncurso|[Ss]eminário|[Pp]lano|[Dd]istrito|[Ss]alão|[Cc]ampeonato|[Gg]rande [Pp]rêmio|[Ii]mpério|[Cc]olóquio|"
    "[Pp]rêmio|[Cc]omando|[Ww]orkshop|[Cc]iclo|[Ee]xame|[Gg]overno",
    "os": "[Jj]ogos",
}  # fmt: skip
CENTURIES = (
    r"\b(?P<before>[Ss]éculos?\s+(?:[^\W\d_]+\s*,?\s+){1,4}?(?:(?:e|a|ao|ou|até)\s+|-\s*)?)"
    rf"{NO_NUMERAL}(?<=[\s-])ROMAN\b"
)


def _ruler(value: int, feminine: bool) -> str:
    return _ordinal(value, "a" if feminine else "o") if value <= SMALL_ORDINALS else _cardinal(value)


def _is_woman(name: str) -> bool:
    return name in WOMEN or (name.endswith("a") and name not in {"Garcia", "Rama", "Montezuma", "Moctezuma", "Luca"})


def _roman_ruler(found: re.Match[str], value: int) -> str:
    name = found["before"]
    return f"{name} {_ruler(value, feminine=_is_woman(name.split()[-1]))}"


def _roman_century(found: re.Match[str], value: int) -> str:
    before = found["before"]
    if before.rstrip().endswith("-"):
        before = before.rstrip()[:-1] + " a "
    return f"{before} {_ruler(value, feminine=False)}"


def _roman_plain(found: re.Match[str], value: int) -> str:
    return f"{found['before']} {_cardinal(value)}"


def _roman_event(found: re.Match[str], value: int) -> str:
    kind = next(suffix for suffix, names in EVENTS.items() if re.fullmatch(names, found["after"]))
    return f"{_ordinal(value, kind)} {found['after']}"


def _dom(found: re.Match[str]) -> str:
    return ("Dona " if _is_woman(found["name"]) else "Dom ") + found["name"]


def _hashtag(found: re.Match[str]) -> str:
    """The words of #VidaNaRoça."""
    words = re.sub(r"(?<=[a-zà-ÿ\d])(?=[A-ZÀ-Þ])|(?<=[A-ZÀ-Þ])(?=[A-ZÀ-Þ][a-zà-ÿ])|_", " ", found[1])
    return f" hashtag {words} "


def _file_name(found: re.Match[str]) -> str:
    signs = {"_": " underline ", "-": " hífen ", ".": " ponto "}
    return "".join(signs.get(sign, sign) for sign in found[0])


def _scaled_unit(found: re.Match[str]) -> str:
    return f"{found[1]} {UNITS[found[2]].many}"


def _per_unit(found: re.Match[str]) -> str:
    unit = UNITS.get(found[1])
    return f" por {unit.one if unit else found[1]}"


def _noun(one: str, many: str = "", gender: str = "m") -> Noun:
    return Noun(one=one, many=many or one + "s", gender=gender)


UNITS = {
    "km": _noun("quilômetro"), "Km": _noun("quilômetro"), "KM": _noun("quilômetro"), "m": _noun("metro"),
    "cm": _noun("centímetro"), "mm": _noun("milímetro"), "µm": _noun("micrômetro"), "μm": _noun("micrômetro"),
    "nm": _noun("nanômetro"), "dm": _noun("decímetro"),
    "km/h": _noun("quilômetro por hora", "quilômetros por hora"),
    "Km/h": _noun("quilômetro por hora", "quilômetros por hora"),
    "km/s": _noun("quilômetro por segundo", "quilômetros por segundo"),
    "m/s": _noun("metro por segundo", "metros por segundo"),
    "km/l": _noun("quilômetro por litro", "quilômetros por litro"),
    "mph": _noun("milha por hora", "milhas por hora", "f"),
    "mi": _noun("milha", gender="f"), "ft": _noun("pé"), "pol": _noun("polegada", gender="f"),
    "lb": _noun("libra", gender="f"), "lbs": _noun("libra", gender="f"), "oz": _noun("onça", gender="f"),
    "kg": _noun("quilo"), "Kg": _noun("quilo"), "KG": _noun("quilo"), "g": _noun("grama"), "mg": _noun("miligrama"),
    "µg": _noun("micrograma"), "μg": _noun("micrograma"), "mcg": _noun("micrograma"),
    "t": _noun("tonelada", gender="f"), "ton": _noun("tonelada", gender="f"),
    "l": _noun("litro"), "L": _noun("litro"), "ml": _noun("mililitro"), "mL": _noun("mililitro"),
    "cl": _noun("centilitro"), "dl": _noun("decilitro"), "hl": _noun("hectolitro"),
    "g/l": _noun("grama por litro", "gramas por litro"),
    "mg/dl": _noun("miligrama por decilitro", "miligramas por decilitro"),
    "mg/dL": _noun("miligrama por decilitro", "miligramas por decilitro"),
    "m2": _noun("metro quadrado", "metros quadrados"), "km2": _noun("quilômetro quadrado", "quilômetros quadrados"),
    "cm2": _noun("centímetro quadrado", "centímetros quadrados"), "m3": _noun("metro cúbico", "metros cúbicos"),
    "cm3": _noun("centímetro cúbico", "centímetros cúbicos"), "cc": _noun("centímetro cúbico", "centímetros cúbicos"),
    "m3/s": _noun("metro cúbico por segundo", "metros cúbicos por segundo"),
    "ha": _noun("hectare"), "°": _noun("grau"),
    "°C": _noun("grau celsius", "graus celsius"), "° C": _noun("grau celsius", "graus celsius"),
    "oC": _noun("grau celsius", "graus celsius"), "°F": _noun("grau fahrenheit", "graus fahrenheit"),
    "oF": _noun("grau fahrenheit", "graus fahrenheit"),
    "KB": _noun("quilobyte"), "kB": _noun("quilobyte"), "MB": _noun("megabyte"), "GB": _noun("gigabyte"),
    "TB": _noun("terabyte"), "Kbps": _noun("quilobit por segundo", "quilobits por segundo"),
    "kbps": _noun("quilobit por segundo", "quilobits por segundo"),
    "Mbps": _noun("megabit por segundo", "megabits por segundo"),
    "Gbps": _noun("gigabit por segundo", "gigabits por segundo"),
    "MB/s": _noun("megabyte por segundo", "megabytes por segundo"),
    "Hz": _noun("hertz", "hertz"), "kHz": _noun("quilohertz", "quilohertz"), "MHz": _noun("megahertz", "megahertz"),
    "GHz": _noun("gigahertz", "gigahertz"), "W": _noun("watt"), "kW": _noun("quilowatt"), "MW": _noun("megawatt"),
    "GW": _noun("gigawatt"), "kWh": _noun("quilowatt hora", "quilowatts hora"),
    "MWh": _noun("megawatt hora", "megawatts hora"), "V": _noun("volt"), "kV": _noun("quilovolt"),
    "mAh": _noun("miliampere hora", "miliamperes hora"), "mA": _noun("miliampere"),
    "min": _noun("minuto"), "h": _noun("hora", gender="f"), "hs": _noun("hora", gender="f"),
    "hrs": _noun("hora", gender="f"), "s": _noun("segundo"), "seg": _noun("segundo"), "ms": _noun("milissegundo"),
    "dB": _noun("decibel", "decibéis"), "px": _noun("pixel"), "kcal": _noun("quilocaloria", gender="f"),
    "cal": _noun("caloria", gender="f"), "kJ": _noun("quilojoule"), "J": _noun("joule"),
    "hPa": _noun("hectopascal", "hectopascais"),
    "kPa": _noun("quilopascal", "quilopascais"), "cv": _noun("cavalo"), "hp": _noun("cavalo"),
    "rpm": _noun("rotação por minuto", "rotações por minuto", "f"),
    "bpm": _noun("batimento por minuto", "batimentos por minuto"),
    "fps": _noun("quadro por segundo", "quadros por segundo"),
    "p.p.": _noun("ponto percentual", "pontos percentuais"), "p.p": _noun("ponto percentual", "pontos percentuais"),
    "pp": _noun("ponto percentual", "pontos percentuais"),
    "hab": _noun("habitante"), "hab.": _noun("habitante"),
    "hab/km2": _noun("habitante por quilômetro quadrado", "habitantes por quilômetro quadrado"),
}  # fmt: skip
CENTAVO = _noun("centavo")
REAL = Currency(unit=_noun("real", "reais"), cent=CENTAVO)
DOLLAR = Currency(unit=_noun("dólar", "dólares"), cent=CENTAVO)
EURO = Currency(unit=_noun("euro"), cent=_noun("cêntimo"))
POUND = Currency(unit=_noun("libra", gender="f"), cent=_noun("pêni", "pence"))
RUPEE = Currency(unit=_noun("rupia", gender="f"))
YEN = Currency(unit=_noun("iene"))
YUAN = Currency(unit=_noun("yuan"))
FRANC = Currency(unit=_noun("franco suíço", "francos suíços"), cent=_noun("cêntimo"))
PESO = Currency(unit=_noun("peso"), cent=CENTAVO)
METICAL = Currency(unit=_noun("metical", "meticais"), cent=CENTAVO)
KWANZA = Currency(unit=_noun("kwanza"), cent=_noun("cêntimo"))
AUSTRALIAN = Currency(unit=_noun("dólar australiano", "dólares australianos"), cent=CENTAVO)
CANADIAN = Currency(unit=_noun("dólar canadense", "dólares canadenses"), cent=CENTAVO)
ROUBLE = Currency(unit=_noun("rublo"), cent=_noun("copeque"))
CURRENCIES = {
    "R$": REAL, "BRL": REAL, "$": DOLLAR, "US$": DOLLAR, "U$": DOLLAR, "USD": DOLLAR, "€": EURO, "EUR": EURO,
    "£": POUND, "GBP": POUND, "¥": YEN, "JPY": YEN, "CN¥": YUAN, "CNY": YUAN, "₹": RUPEE, "INR": RUPEE, "CHF": FRANC,
    "AR$": PESO, "ARS": PESO, "MXN": PESO, "MZN": METICAL, "Kz": KWANZA, "AOA": KWANZA, "A$": AUSTRALIAN,
    "AUD": AUSTRALIAN, "C$": CANADIAN, "CAD": CANADIAN, "₽": ROUBLE, "RUB": ROUBLE,
}  # fmt: skip
SIGN = "(?:" + "|".join(re.escape(sign) for sign in sorted(CURRENCIES, key=len, reverse=True)) + ")"
MANY_SCALES = {"mi": "milhões", "mi.": "milhões", "M": "milhões", "bi": "bilhões", "tri": "trilhões"}
ONE_SCALES = {"mi": "milhão", "mi.": "milhão", "M": "milhão", "bi": "bilhão", "tri": "trilhão"}


def _short_scale(found: re.Match[str]) -> str:
    """Scales in full: "R$ 1,5 mi" is "R$ 1,5 milhão"."""
    scales = ONE_SCALES if _value(found["amount"])[0] < 2 else MANY_SCALES
    return f"{found['head']} {scales[found['scale']]}"


# What a rule cannot tell: spellings of Portugal and of former times, one word at a time.
SPELLINGS = {
    "dezasseis": "dezesseis", "dezassete": "dezessete", "dezanove": "dezenove", "quatorze": "catorze",
    "quota": "cota", "quotas": "cotas", "quotidiano": "cotidiano", "quotidiana": "cotidiana",
    "quotidianos": "cotidianos", "quotidianas": "cotidianas", "quotidianamente": "cotidianamente",
    "connosco": "conosco", "pára": "para", "pêlo": "pelo", "pêlos": "pelos", "pólo": "polo",
    "pólos": "polos", "pêra": "pera", "feiúra": "feiura", "baiúca": "baiuca", "fôr": "for", "êle": "ele",
    "êles": "eles", "tôda": "toda", "tôdas": "todas", "côr": "cor", "bôca": "boca", "bebé": "bebê",
    "bebés": "bebês", "croché": "crochê", "puré": "purê", "purés": "purês", "guiché": "guichê", "guichés": "guichês",
    "bidé": "bidê", "karaté": "caratê", "karatê": "caratê", "caraté": "caratê", "buffet": "bufê",
    "cocktail": "coquetel", "cocktails": "coquetéis", "stress": "estresse", "stresse": "estresse", "húmido": "úmido",
    "húmida": "úmida", "húmidos": "úmidos", "húmidas": "úmidas", "humidade": "umidade", "egipto": "egito",
    "excepto": "exceto", "okay": "ok", "etc": "etcétera", "etcetera": "etcétera", "shampoo": "xampu",
    "vc": "você", "vcs": "vocês", "tb": "também", "tbm": "também", "séc": "século", "pág": "página", "págs": "páginas",
    "vs": "versus", "dr": "doutor", "dra": "doutora", "sr": "senhor", "sra": "senhora", "srs": "senhores",
    "sras": "senhoras", "srta": "senhorita", "profa": "professora", "av": "avenida",
    "baseball": "beisebol", "surf": "surfe", "cincoenta": "cinquenta", "microondas": "micro ondas",
}  # fmt: skip
FOLDS = (
    (r"(?<=[gq])ü(?=[eéêiíâa])", "u"),  # cinqüenta
    (r"éi(?!s?\b)", "ei"),  # idéia, but not papéis
    (r"ói(?!s?\b)", "oi"),  # heróico, but not heróis
    (r"ôo(?=s?\b)", "oo"),  # vôo
    (r"êem\b", "eem"),  # vêem
    (r"(?<=\w)ó(?=[mn][aeiouáéíóúâêôãõ])|\bó(?=[mn][aeiou]\w)", "ô"),  # económico
    (r"(?<=\w)é(?=[mn][aeiouáéíóúâêôãõ])|\bé(?=[mn][aeiou]\w)", "ê"),  # génio
    (r"(?<=\w\w)ámos\b", "amos"),  # falámos
    # consonants that are not spoken: acção, direcção, colecção
    (r"\b((?:re|inter|trans|in|co)?a|dire|sele|cole|prote|corre|fra|tra|atra|contra|extra|subtra|abstra|distra|reda|"
     r"obje|proje|inje|afe|inspe|refle|le|infra|eje|fun|jun|distin|extin|san)cç", r"\1ç"),
    (r"\b(le|fra|sele|cole|dire|(?:re)?a|corre|fun|san|propor)cc(?=ion)", r"\1c"),
    (r"\b((?:re|retro|in|inter|des)?a|exa|dire|indire|corre|incorre|proje|obje|inse|arquite|cole|sele|prote|efe|afe|"
     r"traje|inje|refle|diale|extra|abstra|subtra|reda|inspe|adje|subje|ele|le)ct(?=[aeiouáéíóúâêôãõ])", r"\1t"),
    (r"\b(\w*)el([eé])ct(?=r)", r"\1el\2t"),
    (r"\b(ve|se|tra|fa|se|te|fra)ct(?=or(?:es)?\b|ori|o[s]?\b(?<!facto)(?<!factos)|ur)", r"\1t"),
    (r"\b(no|a|dete)ct(?=urn|riz|ive)", r"\1t"),
    (r"\b([oó])pt(?=im)", r"\1t"),
    (r"\badop(?=[tç])", "ado"),
    (r"\bbap(?=ti[sz])", "ba"),
    (r"\begípci", "egíci"),
    (r"\bexcep(?=ç|tu)", "exce"),
    # words that are written as one since 1990, and others that a hyphen parts
    (r"\be mail(s?)\b", r"email\1"),
    (r"\b(infra) (?=estrutura)", r"\1"),
    (r"\b(auto) (?=estrada|escola|estima|ajuda|avalia|biograf|didata)", r"\1"),
    (r"\b(co) (?=autor|produ|fund|existi|piloto)", r"\1"),
    (r"\b(semi) (?=árid|aber|final|finalista|novo|deus|circular)", r"\1"),
    (r"\b(anti|ultra|mini|contra|auto) ([rs])(?=oci|om\b|ons\b|aia|egra|etrat|ug|ep|erv)", r"\1\2\2"),
    (r"\b(anti) (?=aére|corpo|vírus|doping|racis|fascis|terror|derrap)", r"\1"),
    (r"\bet c[eé]tera\b|\bete ?c[eé]tera\b", "etcétera"),
)  # fmt: skip

ABBREVIATIONS = {
    "Dr.": "Doutor", "Drs.": "Doutores", "Dra.": "Doutora", "Dr.a": "Doutora",
    "Dras.": "Doutoras", "dr.": "doutor", "dra.": "doutora", "Sr.": "Senhor", "Srs.": "Senhores",
    "Sra.": "Senhora", "Sr.a": "Senhora", "Sras.": "Senhoras", "Srta.": "Senhorita",
     "sr.": "senhor", "sra.": "senhora", "srs.": "senhores", "sras.": "senhoras",
    "Prof.": "Professor", "Prof": "Professor", "Profa.": "Professora", "Prof.a": "Professora",
    "Profs.": "Professores", "Profas.": "Professoras", "prof.": "professor", "profa.": "professora",
    "prof.a": "professora", "Eng.": "Engenheiro", "Eng.a": "Engenheira", "Enga.": "Engenheira", "Eng.o": "Engenheiro",
    "eng.": "engenheiro", "Arq.": "Arquiteto", "Arq.a": "Arquiteta", "Adv.": "Advogado", "Exmo.": "Excelentíssimo",
    "Exma.": "Excelentíssima", "Exmos.": "Excelentíssimos", "Ilmo.": "Ilustríssimo", "Ilma.": "Ilustríssima",
    "V. Exa.": "Vossa Excelência", "V. Ex.a": "Vossa Excelência", "S. Exa.": "Sua Excelência",
    "V. Sa.": "Vossa Senhoria", "V. S.a": "Vossa Senhoria", "Gen.": "General", "Gal.": "General", "Cel.": "Coronel",
    "Sgt.": "Sargento", "Ten.": "Tenente", "Maj.": "Major", "Alm.": "Almirante", "Gov.": "Governador",
    "Dep.": "Deputado", "Sen.": "Senador", "Pres.": "Presidente", "Sto.": "Santo", "Sta.": "Santa",
    "N. Sra.": "Nossa Senhora", "N. S.a": "Nossa Senhora", "Pe.": "Padre", "P.e": "Padre", "Fr.": "Frei",
    "Jr.": "Júnior", "Jr": "Júnior", "Av.": "Avenida", "av.": "avenida", "Pça.": "Praça",
    "Trav.": "Travessa", "Tv.": "Travessa", "Al.": "Alameda", "Rod.": "Rodovia", "Estr.": "Estrada", "Lgo.": "Largo",
    "Ed.": "Edifício", "Jd.": "Jardim", "apto.": "apartamento", "apt.": "apartamento", "Apto.": "apartamento",
    "ap.": "apartamento", "bl.": "bloco", "esq.": "esquerdo", "dto.": "direito", "dt.o": "direito",
    "r/c": "rés do chão", "p. ex.": "por exemplo", "P. ex.": "Por exemplo",
    "etc.": "etcétera", "i.e.": "isto é", "i. e.": "isto é", "a.C.": "antes de Cristo", "a. C.": "antes de Cristo",
    "d.C.": "depois de Cristo", "d. C.": "depois de Cristo", "vs.": "versus", "tel.": "telefone",
    "Tel.": "Telefone", "pág.": "página", "págs.": "páginas", "Pág.": "Página", "vol.": "volume", "Vol.": "Volume",
    "vols.": "volumes", "cap.": "capítulo", "caps.": "capítulos", "art.": "artigo", "arts.": "artigos",
    "Art.": "Artigo", "séc.": "século", "sécs.": "séculos", "Séc.": "Século", "aprox.": "aproximadamente",
    "obs.": "observação", "Obs.": "Observação", "Ltda.": "Limitada", "Ltda": "Limitada", "Lda.": "Limitada",
    "Cia.": "Companhia", "Cia": "Companhia", "Univ.": "Universidade", "Depto.": "Departamento",
    "depto.": "departamento", "Dept.": "Departamento", "Inst.": "Instituto", "máx.": "máximo", "mín.": "mínimo",
    "n.o": "número", "N.o": "Número", "n.os": "números", "N.os": "Números", "núm.": "número",
    "hab.": "habitantes",
    "S.A.": "SA", "S/A": "SA", "S. A.": "SA",
}  # fmt: skip

MASCULINE_ORDINAL = (
    "lugar|andar|ano|anos|colocado|turno|grau|aniversário|mês|dia|século|bimestre|trimestre|semestre|tempo|gol|piso|"
    "período|batalhão|distrito|ciclo|capítulo|artigo|esq|dto|esquerdo|direito|de (?:" + "|".join(MONTHS) + ")"
)
SAINTS = (
    "Paulo|João|José|Pedro|Francisco|Luís|Bernardo|Carlos|Vicente|Tomé|Miguel|Sebastião|Bento|Jorge|Mateus|Marcos|"
    "Lucas|Tiago|Martinho|Gonçalo|Caetano|Roque|Domingos|Nicolau|Lourenço|Cristóvão|Benedito"
)
STREET = "(?:[Rr]ua|R\\.|[Aa]venida|Av\\.|[Tt]ravessa|[Pp]raça|[Aa]lameda|[Ll]argo|[Ee]strada|[Rr]odovia)"
WEEKDAY = r"(?:segunda|terça|quarta|quinta|sexta)(?:-feira)?|sábado|domingo|[Dd]ias?|data"
HALVED = "kg|l|L|litro|quilo|quilômetro|quilómetro|metro|km|dia|ano|século|copo|pão|limão|h|t"
BIG_UNITS = "km2|km|kg|m2|m3|ha|MW|GW|kWh|MWh|t|l|m"

REWRITES = (
    (r" {2,}", " "),
    # file names and hashtags
    (r"(?<![\w@./])\w[\w-]*(?:\.[\w-]+)*\.(?:pdf|docx?|xlsx?|pptx?|odt|txt|csv|jpe?g|png|gif|mp3|mp4|wav|zip|json|"
     r"xml|html?|exe)\b(?![\w/])", _file_name),
    (r"(?<!\w)#([^\W\d_]\w*)", _hashtag),
    (r"(?<!\w)#(?=\d)", "número "),
    (r"\b([CF])#", r"\1 sharp"),
    # abbreviations that are such only next to something
    (rf"(?<![\w.])(?<!itamina )(?<!lano )(?<!etra )(?<!rupo )(?<!lasse )D\. "
     rf"(?P<name>{RULERS}|{'|'.join(LADIES)})\b", _dom),
    (r"(?<![\w.])(?<![A-ZÀ-Þ]\. )R\. (?=d[aeo]s? [A-ZÀ-Þ])", "Rua "),
    (r"\b(a|A|da|na|à|À|Na|Da|pela) R\. (?=[A-ZÀ-Þ])", r"\1 rua "),
    (r"(?<![\w.])(?<![A-ZÀ-Þ]\. )R\. (?=[A-ZÀ-Þ][a-zà-ÿ]+(?: [A-ZÀ-Þ][a-zà-ÿ]+)*, (?:n\.?o\.? ?)?\d)", "Rua "),
    (rf"(?<![\w.])(?<![A-ZÀ-Þ]\. )S\. (?=(?:{SAINTS})\b)", "São "),
    (r"\bCap\. (?=\d|[IVXL]+\b)", "Capítulo "),
    (r"\bCap\. (?=[A-ZÀ-Þ][a-zà-ÿ])", "Capitão "),
    (r"(?<![\w.])p\. (?=\d)", "página "),
    (r"(?<![\w.])pp\. (?=\d)", "páginas "),
    (rf"({STREET} [^.,;:!?\d]+,? )n\.?o\.? ?(?=\d)", r"\1número "),
    (r"(?<![\w.])[nN]\.o(?=\d)", "número "),
    (r"(?<![\w.])[nN]°s ?(?=\d)", "números "),
    (r"(?<![\w.])[nN]° ?(?=\d)", "número "),
    (r"(?<![\w/])s/ ?n\.?o?(?!\w)", "sem número"),
    (r"(?<![\w/])c/ ?(?=[a-zà-ÿA-Z])", "com "),
    (r"(?<![\w/])s/ ?(?=[a-zà-ÿ]{2})", "sem "),
    (r"(?<![\w/])p/ ?(?=[a-zà-ÿA-Z])", "para "),
    (r"\be/ou\b", "e ou"),
    (rf"(?i)\b({'|'.join(SHORT_MONTHS)})\.(?= de \d{{4}}\b| \d{{4}}\b)", _full_month),
    (r"\b([Pp])[áa]ra-quedas\b", r"\1araquedas"),
    (r"\b([ÀàAa]) 1(?= (?:da (?:tarde|manhã|madrugada)|e (?:meia|quinze|\d\d))\b)", r"\1 uma"),
    # weekdays and ordinals with a degree sign
    (r"\b3\.?a(s?)[- ]feira", r"terça\1 feira"),
    (rf"(?<![\d.,])(\d{{1,3}})°(?= (?:{MASCULINE_ORDINAL})\b)", r"\1o"),
    # days without their year
    (r"(?<![\w/])(?<!em )(?<!dia )24/7(?![\w/])", "24 por 7"),
    (rf"\b(?P<before>(?:{WEEKDAY})\)?,? \(?)(?P<d>\d{{1,2}})/(?P<m>\d{{1,2}})(?![\d/])", _day_and_month),
    (r"(?<![\w.,/-])(?P<d>0\d|[12]\d|3[01])/(?P<m>0[1-9])(?![\d/])(?![.,]\d)", _day_and_month),
    (r"(?<![\w.,/-])(?P<d>0[1-9])/(?P<m>1[0-2])(?![\d/])(?![.,]\d)", _day_and_month),
    (r"(?<![\w.,/-])(?P<d>1[3-9]|2\d|3[01])/(?P<m>[1-9]|1[0-2])(?![\d/])(?![.,]\d)", _day_and_month),
    # numbers that are read digit by digit
    (r"(?<![\w.,+-])(?<![\d)] )(?P<before>)(?P<number>\d{3}\.\d{3}\.\d{3}-\d{2}|\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}|"
     r"9\d{4}-\d{4})(?![\w-]|[.,]\d)", _spell_digits),
    (r"(?i)(?P<before>\b(?:telefone|telemóvel|ligu\w+|celular|contac?to)\b[^\d.;!?]{0,20})"
     r"(?P<number>\d{3} \d{3} \d{3})(?![\w-]| ?\d|[.,]\d)", _spell_digits),
    # years and hours from to
    (r"(?<![\w.,/-])(1[5-9]\d\d|20\d\d)-(?!\1)(?=(?:1[5-9]\d\d|20\d\d)(?![\w/-]|[.,]\d))", r"\1 a "),
    (r"(?<=\d)(h|h\d\d) ?- ?(?=\d{1,2}h)", r"\1 às "),
    # money
    (rf"({SIGN}{SPACE}?)(\d{{1,3}}) mil(?![\w-])(?! (?:milh|e\b))", r"\g<1>\2.000"),
    (rf"(?P<head>{SIGN}{SPACE}?(?P<amount>{FIGURES}))(?:{SPACE}?(?P<scale>mi|bi|tri|M)(?![\w-]))", _short_scale),
    (r"(?<=[\d$€])/(kg|mês|ano|dia|hora|h|l|L|m2|m3|min|t|pessoa|litro|quilo|noite|ha|kWh|MWh|g|unidade)\b", _per_unit),
    (rf"({SIGN}{SPACE}?)({FIGURES}) ?- ?({FIGURES})(?![\w-])", r"\2 a \1\3"),
    # units
    (r"(?<![\w.,])1 mil(?=\s+(?![eé]\b)[^\W\d_])", "mil"),
    (rf"(?<![\w.,])(\d{{1,3}}) mil (?=(?:{BIG_UNITS})(?![\w/]))", r"\1.000 "),
    (rf"(?<=\d )(mil|milhões de|milhão de|bilhões de|bilhão de) ({BIG_UNITS})(?![\w/'-])", _scaled_unit),
    # scores, sizes and times
    (r"(?<![\w.,])(\d+) ?[xX×] ?(\d+)(?= ?=)", r"\1 vezes \2"),
    (r"(?<![\w.,])(\d) [xX] (\d)(?![\w,]| ?(?:cm|m|mm|km|metros)\b)", r"\1 a \2"),
    (r"(?<![\w.,])(\d)[xX](?!\1)(\d)(?![\w,]| ?(?:cm|m|mm|km|metros)\b)", r"\1 a \2"),
    (r"(?<![\w.])(\d+(?:,\d+)?) ?× ?(?=\d+(?![\d,]| ?(?:cm|m|mm|km|metros|px)\b))", r"\1 vezes "),
    (r"(?<![\w.])(\d+(?:,\d+)?) ?[xX×] ?(?=\d)", r"\1 por "),
    (r"(?<![\w.,])(?P<number>\d+(?:,\d+)?)[xX](?!\w)", _times),
    # halves
    (r"(?P<before>(?<![\w.,/])(?P<number>\d{1,3}) (?P<noun>[^\W\d_]+)) e 1/2(?![\w/]|[.,]\d)", _and_a_half),
    (r"(?<![\w.,/])(?P<whole>\d{1,3})(?: e)? 1/2(?![\w/]|[.,]\d)(?: (?P<noun>[^\W\d_]+)(?![\w'/-]))?", _half),
    (rf"(?<![\w.,/])(?<!\d )1/2 (?P<noun>{HALVED}|{'|'.join(sorted(FEMININE_SINGULARS))})(?![\w'/-])", _half),
    # gender
    (COUNTED.pattern, _agree),
    (BEFORE_HOURS.pattern, _agree_hours),
)  # fmt: skip

LANGUAGE = Language(
    code="pt",
    cardinal=_cardinal,
    thousands=".",
    decimal=",",
    marks={",": "vírgula", ".": "ponto"},
    minus="menos",
    read_decimals=_read_decimals,
    ordinal=_ordinal,
    ordinal_suffix=r"\.?(?-i:[oa]s?)\b",
    read_year=_cardinal,
    fraction=_fraction,
    mixed="{whole} e {part}",
    counted=_counted,
    to="a",
    percent="por cento",
    per_mille="por mil",
    currencies=CURRENCIES,
    money=_money,
    scales={
        "mil": "mil", "k": "mil", "K": "mil", "milhão": "milhão de", "milhões": "milhões de", "bilhão": "bilhão de",
        "bilhões": "bilhões de", "trilhão": "trilhão de", "trilhões": "trilhões de", "mil milhões": "mil milhões de",
        "bilião": "bilião de", "biliões": "biliões de",
    },
    units=UNITS,
    phone=_phone,
    times=(
        r"(?P<h>\d{1,2})\s?hs?\s?(?P<m>\d{1,2})\s?(?P<suffix>min|m)(?:\s?(?P<s>\d{1,2})\s?s(?:eg)?)?(?!\w)",
        r"(?P<h>\d{1,2})(?:\sh\s|hs?)(?P<m>\d{2})(?!\w|[.,:]\d)",
        r"(?P<h>\d{1,2})\s?(?:hrs|hs|h)(?![\w/])",
        r"(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2}))?(?:\s?(?:hrs|hs|h))?(?:\s?(?P<suffix>[ap]\.?\s?m)\b\.?)?(?![\w:])",
        r"(?P<h>\d{1,2})\s?(?P<suffix>[ap]\.?m)\b\.?",
    ),
    read_time=_read_time,
    date_order="dmy",
    read_date=_read_date,
    month_dates=(
        (rf"(?<![\w.,/-])(?P<day>[12]?\d|0[1-9]|3[01])(?:\.?o|°)? de {MONTH}\b(?: de (?P<year>\d{{4}})(?!\w|[.,:]\d))?",
         _month_date),
        (rf"(?<![\w.,/-])(?P<day>[12]?\d|0[1-9]|3[01])[/-]{SHORT_MONTH}(?:[/-](?P<year>\d{{4}}|\d{{2}}))?(?!\w|[.,:]\d)",
         _month_date),
        (rf"(?<![\w.,/-])(?P<day>[12]?\d|0[1-9]|3[01]) {SHORT_MONTH} (?P<year>\d{{4}})(?!\w|[.,:]\d)", _month_date),
        (rf"(?<![\w.,/-])(?P<day>[12]?\d|0[1-9]|3[01]) de (?P<month>{'|'.join(SHORT_MONTHS)})\."
         r"(?: de (?P<year>\d{4}))?(?!\w)", _month_date),
        (rf"\b{SHORT_MONTH}/(?P<year>\d{{4}}|\d{{2}})(?![\w/]|[.,:]\d)", _month_date),
    ),
    one_letter_words="aeoéàó",
    rewrites=REWRITES,
    roman=(
        (r"\b(?P<before>[Ss]éculos?|SÉCULOS?) +ROMAN\b", _roman_century),
        *[(CENTURIES, _roman_century)] * 3,
        (rf"\b(?P<before>{NUMBERED}) +{NO_NUMERAL}ROMAN\b", _roman_plain),
        (rf"\b(?P<before>{LETTERED}) +{NO_NUMERAL}(?!X\b)ROMAN\b", _roman_plain),
        (rf"\b(?P<before>(?:{TITLE}) (?:{RULERS})(?: (?:{RULERS}))?) +{NO_NUMERAL}ROMAN\b(?!['.]\w)", _roman_ruler),
        (rf"\b(?P<before>{RULERS}) +{NO_NUMERAL}(?!\w\. [A-ZÀ-Þ])ROMAN\b(?!['.]\w)", _roman_ruler),
        (rf"(?<!\w\.){NO_NUMERAL}\bROMAN +(?P<after>{'|'.join(EVENTS.values())})\b", _roman_event),
        (r"\b(?P<before>[A-ZÀ-Þ][a-zà-ÿ]{2,}) +(?=[IVX]{2,}(?!\w))ROMAN\b(?!['.]\w)", _roman_plain),
    ),
    abbreviations=ABBREVIATIONS,
    symbols={
        "&": "e", "+": "mais", "=": "igual a", "@": "arroba", "%": "por cento", "°": "graus", "×": "vezes",
        "÷": "dividido por", "#": "hashtag", "$": "dólares", "€": "euros", "£": "libras", "§": "parágrafo",
    },
    letters_of_addresses={
        ".": "ponto", "/": "barra", "@": "arroba", "-": "hífen", "_": "underline", ":": "dois pontos",
    },
    spellings=SPELLINGS,
    folds=FOLDS,
    elisions="d",
)  # fmt: skip
