"""What is printed on the terminal: a run as a table, a text rule by rule."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from voxeval.text.normalize import NAME, normalizer, rules, steps
from voxeval.text.protocols import protocol as protocol_of
from voxeval.text.protocols import protocols
from voxeval.types import LANGUAGE_NAMES
from voxeval.validity import MARK, PEOPLE, doubts, kind_of, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd
    from rich.table import Table

    from voxeval.inspection import LanguageOfSuite
    from voxeval.store import Run
    from voxeval.types import Suite

WIDTH = 118
MOST_COLUMNS = 3  # systems side by side; more of them stand below each other
MOST_REASONS = 6
MOST_NAMES = 4
KEY = ["suite", "language", "item", "system", "voice", "seed"]


def run_table(run: Run) -> str:
    """Suites, systems and metrics over all languages, with intervals and failures; and what was not made, and why."""
    from rich.console import Console

    summary = run.summary
    rows = summary[(summary["language"] == "all") & (summary["category"] == "all") & summary["value"].notna()]
    main = {info["name"]: info["statistics"][0] for info in run.info["metrics"]}
    rows = rows[rows["statistic"] == rows["metric"].map(main).fillna("mean")]
    file = io.StringIO()
    console = Console(file=file, width=WIDTH, color_system=None, markup=False, highlight=False)
    for suite in rows["suite"].drop_duplicates():
        mine = rows[rows["suite"] == suite]
        console.print(_table(suite, mine, [label for label in run.systems if label in set(mine["system"])]))
    console.print(_made(run.info["counts"]), soft_wrap=True)
    for sentence in sentences(doubts(run.info, summary)):
        console.print(f"{MARK} indicative only: {sentence}", soft_wrap=True)
    notes = [*_floors(run.info["analyzers"]), *run.info["notes"]]
    for line in [*_without_value(run), *(f"note: {note}" for note in notes)]:
        console.print(line, soft_wrap=True)
    return file.getvalue().rstrip()


def _table(suite: str, rows: pd.DataFrame, systems: Sequence[str]) -> Table:
    from rich import box
    from rich.table import Table

    side_by_side = len(systems) <= MOST_COLUMNS
    table = Table(title=suite, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("metric", "by", "languages"):
        table.add_column(column, no_wrap=True)
    for column in systems if side_by_side else ("system", "value"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("failed", justify="right")
    for (metric_id, statistic), group in rows.groupby(["metric_id", "statistic"], sort=False):
        by_system: dict[str, Any] = {row["system"]: row for row in group.to_dict("records")}
        metric, _, rest = str(metric_id).partition("/")
        start = (metric if statistic == "mean" else f"{metric} {statistic}", _by(rest))
        if side_by_side:
            languages = sorted({row["n_languages"] for row in by_system.values()})
            spread = str(languages[0]) if len(languages) == 1 else f"{languages[0]} to {languages[-1]}, not comparable"
            cells = [cell(by_system[system]) if system in by_system else "–" for system in systems]
            table.add_row(*start, spread, *cells, str(sum(row["n_failed"] for row in by_system.values()) or ""))
            continue
        for system, row in by_system.items():
            table.add_row(*start, str(row["n_languages"]), system, cell(row), str(row["n_failed"] or ""))
            start = ("", "")
    return table


def _by(parts: str) -> str:
    """Who listened, and how it was counted where that is another's way: the rest of a metric id, for a reader."""
    listener, *rest = parts.split("/")
    known = tuple(name.partition("@")[0] for name in protocols())
    others = [part for part in rest if part != NAME and part.startswith(known)]
    return ", ".join([listener.partition("@")[0], *(other.partition("@")[0] for other in others)])


def _without_value(run: Run) -> Iterator[str]:
    """Why there are takes and scores without a value: the commonest reasons, failures first."""
    for status in ("failed", "skipped"):
        takes = run.takes[run.takes["status"] == status]
        for (system, detail), group in takes.groupby(["system", "detail"], sort=False):
            yield f"{status}: {len(group)} takes of {system}: {detail}"
    spoken = set(map(tuple, run.takes.loc[run.takes["status"] == "ok", KEY].to_numpy()))
    scores = run.scores[[key in spoken for key in map(tuple, run.scores[KEY].to_numpy())]]
    for status in ("failed", "skipped"):
        reasons = scores[scores["status"] == status].groupby("detail", sort=False)["metric"].agg(["size", "unique"])
        reasons = reasons.sort_values("size", ascending=False, kind="stable")
        for detail, size, metrics in reasons.head(MOST_REASONS).itertuples():
            named = ", ".join(sorted(metrics)[:MOST_NAMES]) + (" ..." if len(metrics) > MOST_NAMES else "")
            yield f"{status}: {size} scores ({named}): {detail}"
        if len(reasons) > MOST_REASONS:
            yield f"{status}: {len(reasons) - MOST_REASONS} more reasons, in scores.parquet and the report"


def _floors(analyzers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What each recognizer gets wrong on speech that is known to be good or bad: what a WER of its can mean."""
    for analyzer in analyzers:
        kinds: dict[str, list[Mapping[str, Any]]] = {}
        for floor in analyzer["floors"]:
            kinds.setdefault(kind_of(floor), []).append(floor)
        errors = ", ".join(_errors(kind, floors) for kind, floors in kinds.items())
        if errors:
            yield f"{analyzer['name']} errs on {errors}: read its rates against that."


def _errors(kind: str, floors: Sequence[Mapping[str, Any]]) -> str:
    if len(floors) == 1:
        return f"{floors[0]['wer']:.0%} of the words of {floors[0]['speech']}"
    ends = (f"{end(floor['wer'] for floor in floors):.0%}" for end in (min, max))
    languages = sorted({LANGUAGE_NAMES.get(floor["language"], floor["language"]) for floor in floors})
    where = f"in {languages[0]}" if len(languages) == 1 else f"in {len(languages)} languages"
    speech = {PEOPLE: "people", "": "synthetic speech"}.get(kind, kind)
    return f"{' to '.join(dict.fromkeys(ends))} of the words of {speech} {where}"


def cell(row: Mapping[str, Any]) -> str:
    """A value with its interval, and the mark of what is indicative only."""
    import pandas as pd

    value = (MARK if isinstance(row.get("indicative"), str) else "") + number(row["value"])
    return value if pd.isna(row["low"]) else f"{value} [{number(row['low'])}, {number(row['high'])}]"


def number(value: float) -> str:
    """A value to three significant digits; what is only rounding is 0."""
    value = 0.0 if abs(value) < 1e-12 else value
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def _made(counts: Mapping[str, Any]) -> str:
    listened = sum(counts["analyzed"].values())
    return (
        f"{counts['planned']} takes planned: {counts['synthesized']} spoken now, {counts['reused']} reused, "
        f"{counts['failed']} failed, {counts['skipped']} skipped; {listened} analyses made now"
    )


def normalized(texts: Sequence[str], language: str, protocol: str, *, quiet: bool) -> Iterator[str]:
    """Lines that show each rule at work on each text, then the words that are counted. Raises UsageError."""
    from voxeval.errors import UsageError

    code = language.split("-", maxsplit=1)[0].lower()
    if code not in LANGUAGE_NAMES:
        raise UsageError(f"language {language!r} is not known; expected one of {', '.join(LANGUAGE_NAMES)}")
    chosen = protocol_of(protocol) if protocol else None
    if chosen is not None and code not in chosen.languages:
        raise UsageError(f"{chosen.name} covers {', '.join(chosen.languages)}, and not {language!r}")
    words = (chosen or normalizer()).words
    what = {rule.name: rule.what for rule in rules(code)}
    for text in texts:
        found = words(text, code)
        if quiet:
            yield " ".join(found)
            continue
        yield text
        if chosen is None:
            changed = [
                step for step in steps(text, code) if " ".join(step.after.split()) != " ".join(step.before.split())
            ]
            yield from (f"  {step.rule:<14}{' '.join(step.after.split())}   ({what[step.rule]})" for step in changed)
        yield f"  {chosen.name if chosen else NAME}: {' '.join(found) or '(no words)'}"
        yield f"  {len(found)} words"


def suite_table(suite: Suite, languages: Sequence[LanguageOfSuite]) -> str:
    """What a suite holds, a line a language, then its categories and the sounds that it lacks."""
    from rich.console import Console
    from rich.table import Table

    file = io.StringIO()
    console = Console(file=file, width=WIDTH, color_system=None, markup=False, highlight=False)
    console.print(f"{suite.name} {suite.version}, {suite.license}: {suite.description}\n")
    table = Table(box=None, pad_edge=False)
    table.add_column("language")
    for name in ("items", "clusters", "words", "minutes", "sounds"):
        table.add_column(name, justify="right")
    table.add_column("locales")
    for each in languages:
        sounds = "-" if isinstance(each.sounds, str) else f"{each.sounds.covered} of {each.sounds.known}"
        minutes = "-" if each.minutes is None else f"{each.minutes:.1f}"
        locales = ", ".join(f"{name} {n}" if len(each.locales) > 1 else name for name, n in each.locales.items())
        table.add_row(each.language, str(each.items), str(each.clusters), str(each.words), minutes, sounds, locales)
    console.print(table)
    groups: dict[str, list[str]] = {}
    for each in languages:
        groups.setdefault(", ".join(f"{name} {n}" for name, n in each.categories.items()), []).append(each.language)
    for text, who in groups.items():
        console.print(f"\ncategories ({', '.join(who)}): {text}")
    for each in languages:
        if isinstance(each.sounds, str):
            console.print(f"  {each.language}: no sounds counted: {each.sounds}")
        elif each.sounds.rare:
            rare = ", ".join(f"{sound} {n}" for sound, n in each.sounds.rare.items())
            console.print(f"  {each.language}: heard less than twice: {rare}")
    return file.getvalue().rstrip("\n")
