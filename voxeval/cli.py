"""The command line: a command parses, calls one function and prints."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from voxeval.errors import SuiteError, UsageError, VoxevalError

STORAGE_FAULTS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO}


class Commands(TyperGroup):
    """The commands, with every error told in a paragraph and its exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            typer.echo("\ninterrupted; what was finished is kept: run the same command again to go on", err=True)
            raise typer.Exit(130) from None
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on; nothing to complain of
            raise typer.Exit(0) from None
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:  # the border: what is not typer's own word on usage is told in a paragraph
            if type(error).__module__.startswith("typer"):
                raise
            if ctx.params.get("debug"):
                traceback.print_exc()
            raise typer.Exit(_tell(error)) from error


app = typer.Typer(
    name="voxeval",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""Evaluate text-to-speech: is this system better than that one, for whom, and are you sure?

\b
Examples:
  voxeval demo                                          the main job on embedded parts, to a report
  voxeval run smoke --system espeak --languages en,de   speak a suite, listen, score, store
  voxeval report runs/smoke --out reports/smoke         the report of a run
  voxeval doctor                                        what works here and what is missing
""",
)
suite_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look at suites of texts.")
app.add_typer(suite_app, name="suite")

Languages = Annotated[str, typer.Option(help="Only these languages, between commas, as en,fr.")]
Recognizers = Annotated[
    list[str],
    typer.Option(
        "--recognizer", help="Who listens: ctc-synthetic-a, pocketsphinx, whisper:NAME, whisper:PATH.pt. Repeatable."
    ),
]
Encoder = Annotated[str, typer.Option(help="Speaker encoder: ge2e, ecapa, ecapa:source=FOLDER.")]
Metrics = Annotated[str, typer.Option(help="Metric modules or metrics, between commas; else those of the suites.")]
Protocols = Annotated[
    list[str],
    typer.Option(
        "--protocol", help="Count word errors as others do, too: seed-tts-eval, f5-tts, whisper, ... Repeatable."
    ),
]
Device = Annotated[str, typer.Option(help="Where models run: auto, cpu or cuda.")]
Offline = Annotated[bool, typer.Option("--offline", help="Refuse whatever would need the network.")]
Out = Annotated[Path | None, typer.Option(help="The run folder; default: runs/ and the suites' names.")]


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(version("voxeval"))
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks of errors.")] = False,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version and exit.")
    ] = False,
) -> None:
    """Options of all commands."""
    del debug, version  # the one is read where errors are told, the other printed by its callback
    context.ensure_object(dict)


@app.command(
    epilog="""\b
Examples:
  voxeval run smoke --system espeak
  voxeval run smoke longform-smoke --system espeak:label=plain --system espeak:variant=f3,label=f3 --out runs/two
  voxeval run mine.csv --languages en --system 'command:argv=[flite,-t,"{text}",-o,"{out}"]'
  voxeval run mine.csv --languages en --system folder:path=recordings
  voxeval run smoke --system espeak --recognizer whisper:large-v3
  voxeval run smoke --system espeak --recognizer whisper:large-v3 --protocol seed-tts-eval
"""
)
def run(  # noqa: PLR0913, PLR0917 - options of one command
    context: typer.Context,
    suites: Annotated[list[str], typer.Argument(metavar="SUITE...", help="Names, folders, or .csv and .jsonl files.")],
    system: Annotated[
        list[str],
        typer.Option("--system", metavar="SPEC", help="NAME, NAME:key=value,... or a .yaml file. Repeatable."),
    ],
    out: Out = None,
    languages: Languages = "",
    limit: Annotated[int | None, typer.Option(min=1, help="The first N items of each language.")] = None,
    seeds: Annotated[int, typer.Option(min=1, help="How often systems that are not deterministic speak.")] = 1,
    voices: Annotated[
        str | None, typer.Option(help="Voices between commas, or a folder of NAME.wav + NAME.txt.")
    ] = None,
    pieces: Annotated[
        bool, typer.Option("--pieces", help="Speak in pieces of whole sentences what a system does not hold whole.")
    ] = False,
    recognizer: Recognizers = [],  # noqa: B006 - typer copies it
    speaker_encoder: Encoder = "",
    metrics: Metrics = "",
    protocol: Protocols = [],  # noqa: B006 - typer copies it
    jobs: Annotated[int, typer.Option(min=1, help="Requests at a time; above 1, times are not scored.")] = 1,
    device: Device = "auto",
    no_timing: Annotated[bool, typer.Option("--no-timing", help="No warm-ups, and times are not scored.")] = False,
    offline: Offline = False,
) -> None:
    """Speak suites with systems, listen, score and store; run again to finish or to add what is new."""
    import voxeval

    made = voxeval.run(
        *suites,
        systems=system,
        out=out,
        languages=_between_commas(languages),
        limit=limit,
        seeds=seeds,
        voices=voices,
        pieces=pieces,
        recognizers=recognizer,
        speaker_encoder=speaker_encoder or None,
        metrics=_between_commas(metrics),
        protocols=protocol,
        jobs=jobs,
        device=_device(device),
        timing=not no_timing,
        offline=offline,
        quiet=False,
        command=["voxeval", *context.obj.get("argv", ())],
    )
    _print_run(made)


@app.command(
    epilog="""\b
Example:
  voxeval score runs/smoke --recognizer whisper:base
"""
)
def score(
    context: typer.Context,
    run_folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    recognizer: Recognizers = [],  # noqa: B006 - typer copies it
    speaker_encoder: Encoder = "",
    metrics: Metrics = "",
    protocol: Protocols = [],  # noqa: B006 - typer copies it
    device: Device = "auto",
    offline: Offline = False,
) -> None:
    """Listen to and score what is already recorded; nothing is spoken. What is not named is as the run was told."""
    import voxeval

    made = voxeval.score(
        run_folder,
        recognizers=recognizer,
        speaker_encoder=speaker_encoder or None,
        metrics=_between_commas(metrics),
        protocols=protocol,
        device=_device(device),
        offline=offline,
        quiet=False,
        command=["voxeval", *context.obj.get("argv", ())],
    )
    _print_run(made)


@app.command(
    epilog="""\b
Example:
  voxeval report runs/smoke --out reports/smoke
"""
)
def report(
    runs: Annotated[list[str], typer.Argument(metavar="RUN...", help="Run folders, or FOLDER:SYSTEM for one system.")],
    out: Annotated[Path, typer.Option(help="Where report.html and its parts go.")],
    single_file: Annotated[
        bool, typer.Option("--single-file", help="All in report.html, with the audio inside it, compressed.")
    ] = False,
) -> None:
    """Write report.html and its parts."""
    import voxeval

    typer.echo(voxeval.write_report(runs, out, single_file=single_file).resolve())


@suite_app.command(
    "check",
    epilog="""\b
Examples:
  voxeval suite check smoke --strict
  voxeval suite check path/to/my-suite
""",
)
def suite_check(
    path: Annotated[str, typer.Argument(metavar="PATH", help="A suite's name, folder, or .csv or .jsonl file.")],
    languages: Languages = "",
    strict: Annotated[bool, typer.Option("--strict", help="Take warnings for errors.")] = False,
) -> None:
    """Print what a suite holds, how long it takes to speak, which sounds it covers, and what is wrong with it."""
    from voxeval.inspection import inspected
    from voxeval.runner.preflight import check_names
    from voxeval.suite import load_suite
    from voxeval.terminal import suite_table

    suite, odd = load_suite(path, _between_commas(languages))
    typer.echo(suite_table(suite, inspected(suite)))
    for warned in odd:
        typer.echo(f"  warning: {warned}")
    check_names(suite.metrics, suite.protocols)
    if strict and odd:
        raise SuiteError(f"{path}: {len(odd)} warnings, and --strict allows none; they are listed above")


@suite_app.command(
    "import",
    epilog="""\b
Examples:
  voxeval suite import seed-tts-eval seedtts_testset/en/meta.lst --out suites/seed-en
  voxeval suite import minimax TTS-Multilingual-Test-Set --out suites/minimax
  voxeval suite import ljspeech LJSpeech-1.1 --out suites/lj --language en
  voxeval suite import parquet prompts.parquet --out suites/mine
""",
)
def suite_import(
    form: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT", help="seed-tts-eval, minimax, emergent-tts-eval, kyutai, ljspeech, csv, jsonl or parquet."
        ),
    ],
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The list's file or folder.")],
    out: Annotated[Path, typer.Option(help="The new suite's folder.")],
    language: Annotated[str, typer.Option(help="Where the list does not say which language it is in.")] = "",
    name: Annotated[str, typer.Option(help="Of the suite; default: the folder's.")] = "",
    license: Annotated[str, typer.Option(help="Of the texts and recordings.")] = "",  # noqa: A002 - as suite.yaml has it
) -> None:
    """Make a suite of a published list; what is amiss in it is told, and how it was taken."""
    from voxeval.importing.write import import_suite
    from voxeval.suite import load_suite

    made = import_suite(form, path, out, language=language, name=name, license=license)
    for remark in made.remarks:
        typer.echo(f"  warning: {remark}", err=True)
    _, odd = load_suite(str(out))
    for warned in odd:
        typer.echo(f"  warning: {warned}", err=True)
    typer.echo(f"{made.items} items, {made.with_audio} with a recording: {made.folder}")
    typer.echo(f"\nNext: voxeval suite check {_quoted(made.folder)}")


@app.command(
    epilog="""\b
Examples:
  voxeval normalize --language fr "Le 1er mai, l'essence coûtait 1,85 €."
  voxeval normalize --language en --protocol seed-tts-eval "It's a well-known tune."
  cat texts.txt | voxeval normalize --language de --quiet
"""
)
def normalize(
    texts: Annotated[
        list[str] | None, typer.Argument(metavar="TEXT...", help="Texts; without any, lines of stdin.")
    ] = None,
    language: Annotated[str, typer.Option(help="Primary tag of the texts' language, as fr.")] = "en",
    protocol: Annotated[str, typer.Option(help="The words that this protocol counts, in place of voxeval's own.")] = "",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="The words alone, a line a text.")] = False,
) -> None:
    """Show what each rule of the normalizer makes of a text, and the words that are counted."""
    from voxeval.terminal import normalized

    lines = texts or [line.rstrip("\n") for line in sys.stdin]
    for line in normalized(lines, language, protocol, quiet=quiet):
        typer.echo(line)


@app.command(
    "list",
    epilog="""\b
Example:
  voxeval list metrics
""",
)
def list_plugins(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="suites, systems, analyzers or metrics.")],
) -> None:
    """List what is installed; nothing is loaded."""
    from voxeval.plugins import KINDS, listed
    from voxeval.suite import suite_folders

    if kind == "suites":
        for name, folder in suite_folders().items():
            typer.echo(f"{name:<24}{folder}")
    elif kind in KINDS:
        for row in listed(kind):
            typer.echo(f"{row.name:<24}{row.package:<16}{row.target}")
    else:
        raise UsageError(f"there is nothing called {kind!r} to list; there are: suites, {', '.join(KINDS)}")


@app.command()
def doctor() -> None:
    """Say what works here, what is missing, and the command that adds it."""
    from voxeval.doctor import checks

    for check in checks():
        mark = "ok     " if check.works else "missing"
        typer.echo(f"{mark}  {check.what}" + (f": {check.detail}" if check.detail else ""))


@app.command(
    epilog="""\b
Example:
  voxeval demo --out my-demo
"""
)
def demo(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Where the run and the report go.")] = Path("voxeval-demo"),
) -> None:
    """Do the main job on embedded parts: two voices, nine languages, all metric families, to report.html."""
    from voxeval.demo import run_demo

    made, page = run_demo(out, command=["voxeval", *context.obj.get("argv", ())])
    _print_table(made)
    typer.echo(page.resolve())


# --- printing --------------------------------------------------------------------------------------------------------


def _print_run(run: Any) -> None:
    """The table of a run and the next command; exits with 4 where rows failed."""
    _print_table(run)
    name = run.path.name or "run"
    typer.echo(f"\nNext: voxeval report {_quoted(run.path)} --out {_quoted(Path('reports') / name)}")
    if _failures(run):
        raise typer.Exit(4)


def _print_table(run: Any) -> None:
    from voxeval.terminal import run_table

    typer.echo(run_table(run))


def _failures(run: Any) -> int:
    return int((run.takes["status"] == "failed").sum() + (run.scores["status"] == "failed").sum())


def _quoted(path: Path) -> str:
    import shlex

    return shlex.quote(str(path))


def _between_commas(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _device(name: str) -> str:

    if name not in {"auto", "cpu", "cuda"}:
        raise UsageError(f"--device is {name!r}; expected auto, cpu or cuda")
    return name


# --- errors ----------------------------------------------------------------------------------------------------------


def main(argv: list[str] | None = None) -> None:
    """Run a command and exit with its code.

    0 done, 2 wrong input, 4 finished with failed rows, 70 internal, 74 disk or permission, 130 interrupted.
    """
    argv = sys.argv[1:] if argv is None else argv
    app(argv, obj={"argv": argv})


def _tell(error: Exception) -> int:
    if isinstance(error, VoxevalError):
        typer.echo(f"voxeval: {error}", err=True)
        return error.exit_code
    if isinstance(error, OSError) and error.errno in STORAGE_FAULTS:
        name = f" ({error.filename})" if error.filename else ""
        typer.echo(
            f"voxeval: {error.strerror or error}{name}; free space or mend the permission, then run again", err=True
        )
        return 74
    typer.echo(
        f"voxeval: internal error, {type(error).__name__}: {error}; this is a fault of voxeval: "
        "please report it with what --debug prints",
        err=True,
    )
    return 70
