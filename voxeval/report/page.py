"""report.html: everything a run has to say, in one page that opens from a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from voxeval.errors import UsageError
from voxeval.report import distributions, failures, items, normalization, numbers, timing
from voxeval.report.cells import Book
from voxeval.report.columns import Column, columns, label, metric_infos, protocols
from voxeval.report.overview import language_name, overview
from voxeval.report.parts import PLAYERS, make_parts, remove_old_parts, within_budget
from voxeval.report.sources import Source, Speaker, gather, read_sources, speakers, suites
from voxeval.report.tables import FloorCell, Headline, Heat, floor_row, headline, heats
from voxeval.store import write_bytes
from voxeval.types import LANGUAGE_NAMES, VALID_CER, VALID_IDENTIFIED
from voxeval.validity import MARK, Doubt, doubts, sentences

if TYPE_CHECKING:
    import pandas as pd

NAMED = 3  # languages whose floors stand in the headline one by one; the maps below have them all
SHAPES = "●■◆▲▼★"
SCRIPTS = ("page.js", "player.js", "charts.js", "items.js", "numbers.js")


def write_report(runs: Sequence[Path | str], out: Path, *, single_file: bool = False) -> Path:
    """Write report.html of these run folders into `out`, with its recordings and spectrograms, and return its path.

    A run may be `FOLDER:SYSTEM`, for one of its systems.

    With `single_file` the recordings are embedded as MP3, so that the one file can be mailed. Nothing else is needed to
    open it: no server and no network. The page is written last and whole, so an earlier report stays until then.

    Raises UsageError without runs or where `out` is something else, RunError for a folder that is not a finished run,
    StorageError.
    """
    _check_out(out)
    sources = read_sources(runs)
    takes, scores = gather(sources, "takes"), gather(sources, "scores")
    infos = metric_infos(sources)
    summary = gather(sources, "summary")
    found = columns(summary, infos, protocols(sources))
    chosen = items.choose(takes, scores, found).within(PLAYERS)
    if single_file:
        chosen = within_budget(takes, chosen)
    parts = make_parts(takes, chosen, sources, out, single_file=single_file)
    context = _context(sources, infos, takes, scores, summary, found) | {
        "infos": infos,
        "n_players": len(chosen),
        "single_file": single_file,
        "data": as_script(_data(sources, takes, scores, summary, found, parts)),
        "sounds": as_script({str(row): part for row, part in parts.items()}),
    }
    page = out / "report.html"
    write_bytes(page, _render(context).encode())
    remove_old_parts(out, {} if single_file else parts)
    return page


def _check_out(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file; expected a folder to write the report to: choose another --out")
    taken = next((name for name in ("run.json", "journal.jsonl", "suite.yaml") if (out / name).exists()), None)
    if taken is not None:
        kind = "suite" if taken == "suite.yaml" else "run"
        raise UsageError(f"{out} is the folder of a {kind}; choose another --out, so that the two stay apart")


def as_script(value: Any) -> str:
    """JSON that can stand inside a script element: no character of it can end the element or a line of JavaScript."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _context(
    sources: Sequence[Source],
    infos: Mapping[str, Mapping[str, Any]],
    takes: pd.DataFrame,
    scores: pd.DataFrame,
    summary: pd.DataFrame,
    found: tuple[Column, ...],
) -> dict[str, Any]:
    """What the template shows without scripts."""
    voices, about = speakers(sources), suites(sources)
    bases = {info["across"]["metric"]: name for name, info in infos.items() if info.get("across")}
    book = Book(summary, scores, bases)
    main = [column for column in found if column.headline]
    return {
        "marks": _marks(voices),
        "indicative": sentences(_doubts(sources)),
        "mark": MARK,
        "valid_cer": VALID_CER,
        "valid_identified": VALID_IDENTIFIED,
        "overview": overview(sources, voices, about, takes),
        "sources": sources,
        "columns": found,
        "headlines": [_headline(sources, book, main, voices, suite, about[suite]) for suite in about],
        "heats": {suite: _heats(sources, book, found, voices, suite, about[suite]) for suite in about},
        "audits": tuple(normalization.audits(sources)),
        "clocked": timing.clocked(takes, voices),
        "has_curves": bool(scores["curve"].map(lambda curve: curve is not None and len(curve) > 1).any()),
        "unspoken": failures.unspoken(takes),
        "unmeasured": failures.unmeasured(scores, takes, "failed"),
        "not_applied": failures.unmeasured(scores, takes, "skipped"),
    }


def _doubts(sources: Sequence[Source]) -> Iterator[Doubt]:
    """What is indicative only in each run, under the names that systems have here."""
    for source in sources:
        for doubt in doubts(source.run.info, source.run.summary):
            yield replace(doubt, system=source.systems[doubt.system])


def _marks(voices: Sequence[Speaker]) -> dict[str, dict[str, str]]:
    """A colour and a shape for each system; the same as in page.js."""
    rivals = [speaker.label for speaker in voices if not speaker.human]
    marks = {label: {"name": f"s{place % 6}", "shape": SHAPES[place % 6]} for place, label in enumerate(rivals)}
    return {speaker.label: {"name": "human", "shape": "○"} for speaker in voices if speaker.human} | marks


def _headline(
    sources: Sequence[Source], book: Book, main: list[Column], voices: tuple[Speaker, ...], suite: str, about: Any
) -> Headline:
    table = headline(book, main, voices, suite, about)
    return replace(table, floors={column.key: _floor(sources, column, table.languages) for column in table.columns})


def _floor(sources: Sequence[Source], column: Column, languages: Sequence[str]) -> str:
    """The floors of a column in words, those on an engine's speech with its name; of many languages, the range."""
    found: dict[str, dict[str, FloorCell]] = {}
    for language, floor in zip(languages, floor_row(sources, column, languages), strict=False):
        if floor is not None:
            found.setdefault(floor.engine, {})[language] = floor
    return "; ".join(_rates(floors) + (f", on {engine}" if engine else "") for engine, floors in found.items())


def _rates(floors: Mapping[str, FloorCell]) -> str:
    if len(floors) <= NAMED:
        return ", ".join(f"{language_name(language)} {floor.rate}" for language, floor in floors.items())
    ends = (end(floors.values(), key=lambda floor: floor.value).rate for end in (min, max))
    return f"{' to '.join(dict.fromkeys(ends))} in {len(floors)} languages"


def _heats(
    sources: Sequence[Source],
    book: Book,
    found: tuple[Column, ...],
    voices: tuple[Speaker, ...],
    suite: str,
    about: Any,
) -> list[Heat]:
    languages = tuple(about["languages"])
    return [
        replace(heat, floors=floor_row(sources, heat.column, languages))
        for heat in heats(book, found, voices, suite, languages)
    ]


def _data(
    sources: Sequence[Source],
    takes: pd.DataFrame,
    scores: pd.DataFrame,
    summary: pd.DataFrame,
    found: tuple[Column, ...],
    parts: Mapping[int, Any],
) -> dict[str, Any]:
    """What the scripts show."""
    rows = items.numbered(takes)
    keys = {column.key: place for place, column in enumerate(found)}
    records = summary.to_dict("records")
    reasons = {reason: place for place, reason in enumerate(dict.fromkeys(_reason(row) for row in records))}
    return {
        "systems": [{"label": speaker.label, "human": speaker.human} for speaker in speakers(sources)],
        "suites": list(suites(sources)),
        "languages": LANGUAGE_NAMES,
        "decimals": numbers.DECIMALS,
        "columns": [
            {
                "key": column.key,
                "id": column.metric_id,
                "metric": column.metric,
                "statistic": column.statistic,
                "unit": column.unit,
                "sign": numbers.unit_sign(column.unit),
                "better": column.better,
                "label": column.label,
                "basis": column.basis,
                "sampled": column.sampled,
                "headline": column.headline,
            }
            for column in found
        ],
        "summary": [[*_summary_row(row, keys), reasons[_reason(row)]] for row in records],
        "indicative": list(reasons),
        "mark": MARK,
        "spreads": distributions.spreads(scores, found),
        "curves": distributions.curves(scores, found),
        "clock": timing.steps(takes),
        "buffers": timing.buffers(takes),
        "takes": items.take_rows(takes, gather(sources, "transcripts"), found),
        "values": items.take_values(takes, scores, found),
        "alignments": {
            str(row): found for row, found in items.alignments(gather(sources, "alignments"), rows, parts).items()
        },
    }


def _summary_row(row: Mapping[Any, Any], keys: Mapping[str, int]) -> list[Any]:
    values = [numbers.clean(row[name]) for name in ("value", "low", "high")]
    counts = [int(row[name]) for name in ("n_items", "n_failed", "n_skipped", "n_languages")]
    column = keys[f"{row['metric_id']}|{row['statistic']}"]
    places = [row[name] for name in ("suite", "system", "language", "category")]
    return [*places, column, *(None if value is None else float(f"{value:.6g}") for value in values), *counts]


def _reason(row: Mapping[Any, Any]) -> str:
    """Why a row of the summary is indicative only; empty where it is not."""
    return numbers.text(row.get("indicative"))


def _render(context: Mapping[str, Any]) -> str:
    import jinja2
    from markupsafe import Markup
    from plotly.offline import get_plotlyjs

    folder = files("voxeval.report") / "templates"
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: (folder / name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "language": language_name,
        "with_unit": numbers.with_unit,
        "metric_label": label,
        "shell_word": quote,
    }
    ours = Markup  # only for texts that are part of the package, or made by as_script
    return environment.get_template("report.html.j2").render(
        **{name: value for name, value in context.items() if name not in {"data", "sounds"}},
        style=ours((folder / "report.css").read_text(encoding="utf-8")),
        script=ours("\n".join((folder / name).read_text(encoding="utf-8") for name in SCRIPTS)),
        plotly=ours(get_plotlyjs()),
        data=ours(context["data"]),
        sounds=ours(context["sounds"]),
    )
