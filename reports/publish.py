"""Keep what is worth publishing of a run: its summary as Parquet and Markdown, and a picture of its report.

voxeval demo
python reports/publish.py voxeval-demo/run voxeval-demo/report/report.html reports/demo --command "voxeval demo"
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import voxeval
from voxeval.terminal import cell
from voxeval.validity import MARK, doubts, sentences


def markdown(run: voxeval.Run, command: str) -> str:
    """The summary over all languages, a table a suite, with how it was made."""
    info = run.info
    lines = [
        f"# {', '.join(suite['name'] for suite in info['suites'])}: {', '.join(run.systems)}",
        "",
        f"Made by `{command}` with voxeval {info['voxeval_version']} ({info['commit']}) on {info['hardware']['cpu']},",
        f"finished {info['finished']}. Intervals of 95 %, by clusters of items; none where there are too few.",
        "",
        *(f"- {MARK} indicative only: {sentence}" for sentence in sentences(doubts(info, run.summary))),
        *(
            f"- {analyzer['name']} has learned from {analyzer['trained_on']}'s synthetic speech."
            for analyzer in info["analyzers"]
            if analyzer["trained_on"]
        ),
        *(f"- {note}" for note in info["notes"]),
    ]
    statistics = {metric["name"]: metric["statistics"][0] for metric in info["metrics"]}
    rows = run.summary
    rows = rows[(rows["language"] == "all") & (rows["category"] == "all") & rows["value"].notna()]
    rows = rows[rows["statistic"] == rows["metric"].map(statistics).fillna("mean")]
    for suite in rows["suite"].drop_duplicates():
        mine = rows[rows["suite"] == suite]
        lines += ["", f"## {suite}", "", f"| metric id | unit | languages | {' | '.join(run.systems)} |"]
        lines += ["|---|---|---:|" + "---:|" * len(run.systems)]
        for (metric_id, statistic), group in mine.groupby(["metric_id", "statistic"], sort=False):
            by_system = {row["system"]: row for row in group.to_dict("records")}
            first = next(iter(by_system.values()))
            name = metric_id if statistic == "mean" else f"{metric_id} {statistic}"
            cells = [cell(by_system[system]) if system in by_system else "–" for system in run.systems]
            lines.append(f"| `{name}` | {first['unit']} | {first['n_languages']} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def picture(page: Path, out: Path) -> None:
    """The top of the report as a reader meets it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1280, "height": 1240}, color_scheme="light")
        tab.goto(page.resolve().as_uri())
        tab.wait_for_timeout(500)
        tab.screenshot(path=str(out))
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("page", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--command", required=True, help="the command that made the run, for the reader")
    options = parser.parse_args()
    run = voxeval.read(options.run)
    options.out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(options.run / "summary.parquet", options.out / "summary.parquet")
    (options.out / "README.md").write_text(markdown(run, options.command), encoding="utf-8")
    picture(options.page, options.out / "report.png")


if __name__ == "__main__":
    main()
