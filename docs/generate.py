"""Write the pages that are made from the code: metrics, run folder, normalization, and the model's equations.

Run it as `make docs`; a test fails when a page is not what this writes.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.types as arrow

from voxeval.plugins import Spec, create, listed
from voxeval.store import TABLES, schema
from voxeval.text.normalize import all_rules, rules
from voxeval.text.protocols import protocols
from voxeval.types import LANGUAGES

if TYPE_CHECKING:
    import pyarrow as pa

    from voxeval.types import Metric, MetricInfo

DOCS = Path(__file__).parent
MADE = "<!-- Made by docs/generate.py (`make docs`). Change the code that it reads, not this page. -->\n\n"

METRICS_HEAD = """\
# Metrics

Every number that voxeval makes, from the declarations in the code.

- **Better** says which way is better: `lower`, `higher`, or `none` where a number only describes.
- **Statistics** are what the summary makes of a metric's values. `mean` is weighted with the weight that the formula
  names, so that the mean of an error rate is the rate over all words.
- **A failed take** (the system did not speak) counts in the summary's `value` as the number given here. Where it is
  "left out", the take shows in `n_failed` only. `value_ok` always leaves failed takes out. An analysis that failed is
  left out and counted in `n_failed`; it never counts against the system.
- A **metric id** is the metric's name and all that makes two numbers comparable: who listened (with the hash of its
  weights and options), how texts were normalized, what is averaged. Numbers with different ids are not compared.
- A number that **rests on words** is only as good as the words that a recognizer heard. It is marked as *indicative*,
  with the reason, where the recognizer gets over 25 % of the characters of the system's own engine wrong (of people,
  for human recordings). Where it was not measured on that, one that has learned from a single engine alone is believed
  only if it was measured on other speech in that language, and gets at most 25 % wrong on all of it; others are
  believed. One that **rests on language** is marked in the same way where the recognizer names the language of under
  90 % of such clips right. An indicative number shows a tendency; it does not decide.
- A **module** is what `--metrics` and a suite's `metrics:` take; they take the name of a single metric too. What a
  module needs is what its analyzers must hear: see [extending](extending.md).
"""

RUN_FOLDER_HEAD = """\
# The run folder

`voxeval run` writes one folder. Its tables are Parquet files, written whole and renamed into place: a reader never sees
half of one. `voxeval.read("runs/smoke")` gives them as pandas frames (`.takes`, `.scores`, ...), and run.json as
`.info`.

| file | what it holds |
|---|---|
| `run.json` | what was asked, with which versions, on which machine, and how much of it came about |
| `takes.parquet` | one row a planned recording, whatever became of it |
| `transcripts.parquet` | one row a take and recognizer that answered |
| `alignments.parquet` | one row a take, recognizer and normalizer: text against transcript |
| `effects.parquet` | one row a take, recognizer and way of counting: word errors without a rule, by a protocol |
| `features.parquet` | one row a take and other analyzer that answered: what it measured |
| `scores.parquet` | one row a take and metric id |
| `summary.parquet` | one row a system, suite, language, category, metric id and statistic |
| `audio/` | the recordings as FLAC with 16 bits a sample, each named by the hash of its sound |
| `journal.jsonl` | finished takes, one a line, written while the run goes on; running again goes on from it |

In every table but the summary, `suite`, `language`, `item`, `system`, `voice` and `seed` together name a take.
"""

NORMALIZATION_HEAD = """\
# What counts as the same words

Word errors are counted between what was to be said and what a recognizer heard. Both are normalized first, so that
what is written in several ways and spoken in one is the same: a recognizer may write "3,5 %" where the text has
"drei Komma fünf Prozent". Most differences between published error rates outside English are differences of
normalizers, so voxeval's has a name in every metric id (`voxeval-1`, one version for all nine languages), and shows
what it does:

```sh
voxeval normalize --language fr "Le 1er mai, l'essence coûtait 1,85 €."    # each rule, and the words that are counted
```

The report has a table of what each rule did to a run: how many takes it changed, and what the word error rate of each
language would be without it. `effects.parquet` has the same take by take.

Figures are read as news speech of the standard variety reads them, one reading each (pt: Brazil; en: United States).
Where a text has several good readings, its suite lists them under `spoken`, and the one with the fewest edits counts.
Real errors stay errors: other numbers, other endings, other vowel signs, negation. `tests/text/pairs/` has, for each
language, pairs that must be the same and pairs that must not.

## The rules of voxeval-1, in order

"""

PROTOCOLS_HEAD = """
What a language needs beyond that is in `voxeval/text/languages/`: its numbers, dates, money, units, abbreviations,
spellings and letters as data and small functions, used by the rules in `voxeval/text/reading.py`.

- **Arabic** drops vowel marks and tatweel, takes the forms of alef for one, and ى for ي; ة stays itself.
- **Hindi** keeps vowel signs and virama, so that words stay words; it folds nukta where print leaves it out, and
  anusvara and chandrabindu where the spelling rules do.
- **French and Italian** let elided words stand apart: "l'été" is "l été".
- **German and Dutch** are counted a second time with compounds folded: `wer/.../voxeval-1+compounds/corpus`, where
  "Haus Tür" and "Haustür" are the same.
- British and American spelling, Portuguese before and after 1990, French before and after 1990, German before and
  after 1996 are the same.

## Other ways of counting

```sh
voxeval run smoke --system espeak --recognizer whisper:large-v3 --protocol seed-tts-eval
voxeval score runs/smoke --protocol whisper          # the same transcripts, counted otherwise
```

A protocol takes the text as it is written, not its readings, and gives `wer` where edits are summed over a set and
`wer_macro` where items are averaged. A suite can ask for some with `protocols:` in its `suite.yaml`. Its name stands in
the metric id; where the protocol prescribes a recognizer and another one listened, it ends in `-text`, since the
number is then not the protocol's.

"""

PROTOCOLS_FAULTS = """
They are reproduced with their faults, which are the reason for not using them by default:

- **seed-tts-eval** and **f5-tts** delete punctuation without a space, so that "well-known" and "wellknown" are the
  same, keep what is not in their list (। ؟ ¿ « »: a danda alone makes a word of seven wrong), and read no figures.
  seed-tts-eval keeps ' and deletes ’, so that "don't" and "don’t" differ.
- **whisper** in other languages than English makes a space of every mark: Hindi words fall apart at their vowel signs.
- **open-asr-leaderboard** reads figures after it has taken their marks ("3,5" is "drei fünf"), and no figures in Hindi.
  Its English rules have lists of names and acronyms of their own, which are not reproduced; `whisper` is near them.

A take that failed has no transcript; in `value` it counts as all wrong, whatever the protocol's own evaluation does
with it (most leave it out: that is `value_ok`).
"""

EQUATIONS_HEAD = """\
Voxtral TTS is described in arXiv 2603.25551; sizes, paddings and names follow the tensors of its public checkpoint.
"""

EQUATIONS = (
    ("x rotated by p θ^(-2d/E), pairs side by side", "layers.py:rotated", "RoFormer (Su et al., 2021)"),
    ("W₂(silu(W₁x) · W₃x)", "layers.py:FeedForward", "GLU Variants (Shazeer, 2020)"),
    ("queries that share heads of keys and values", "layers.py:Attention", "GQA (Ainslie et al., 2023)"),
    ("g · v / ‖v‖, causal, padded by reflection or the edge", "codec.py:CausalConv1d", "section 2.1; the checkpoint"),
    ("output 2m and 2m+1 from inputs m and m-1", "codec.py:CausalConvTranspose1d", "section 2.1; the checkpoint"),
    ("slopes 1, 1/2, 1/4, ...", "codec.py:alibi_slopes", "ALiBi (Press et al., 2022), the first slope 1"),
    ("softmax(qk/√E - slope · distance), a window of the past", "codec.py:WindowedAttention", "section 2.1"),
    ("x + λ · f(norm(x)), λ from 0.01", "codec.py:Layer", "LayerScale (Touvron et al., 2021)"),
    ("argmin ‖z - E_k‖", "codec.py:SemanticCodebook.encode", "section 2.1; VQ-VAE (van den Oord et al., 2017)"),
    ("running means of what was nearest", "codec.py:SemanticCodebook.learn", "VQ-VAE-2 (Razavi et al., 2019)"),
    ("round((y + 1)/2 · (L - 1)), y = tanh(z)", "codec.py:levels_of", "FSQ (Mentzer et al., 2024)"),
    ("half quantized, a quarter with noise, a quarter as it is", "codec.py:Quantizer.dithered", "section 2.1"),
    (
        "0.9999^step (L1 + STFT) + 0.1 commitment",
        "codec.py:Codec.loss",
        "section 2.1, the terms that need no other network",
    ),
    ("sum of one row a codebook", "backbone.py:Backbone.embed_frames", "section 2.2"),
    ("<s> [BEGIN_AUDIO] voice [NEXT] text [REPEAT] [BEGIN_AUDIO]", "prompt.py:lay_out", "section 2.2"),
    ("cos and sin of t · 10000^(-k/half)", "flow.py:TimeEmbedding", "section 2.3"),
    ("v(x, t, h) from three tokens", "flow.py:Flow.velocity", "section 2.3; flow matching (Lipman et al., 2023)"),
    ("x + (t' - t)(a v(h) + (1 - a) v(0))", "flow.py:Flow.sample", "section 2.3; guidance (Ho and Salimans, 2022)"),
    ("E ‖v(x_t, t, h) - (x_1 - x_0)‖²", "flow.py:Flow.acoustic_loss", "section 2.4"),
    ("cross-entropy of the semantic code + flow", "flow.py:Flow.loss", "section 2.4"),
    ("pieces of 5 frames, then of 25", "tts.py:TTS.stream", "section 6"),
    (
        "a semantic code drawn: the largest of logits / temperature + Gumbel noise",
        "flow.py:Flow.frame",
        "Maddison et al. (2014)",
    ),
)

KEY = ("suite", "language", "item", "system", "voice", "seed")

COLUMNS: dict[str, str] = {
    "suite": "name of the suite",
    "suite_version": "its version",
    "item": "id of the text, unique within its suite and language",
    "language": "primary tag of the item, as `pt`; in the summary also `all`",
    "locale": "full tag, as `pt-BR`",
    "category": "the item's category; in the summary also `all`",
    "cluster": "what is resampled as one for intervals; the item's id where nothing binds items together",
    "takes.text": "the item's text",
    "text_given": "what the system was handed: the text, or its `speech_text`",
    "spoken": "readings that count as right; empty: the text itself",
    "keywords": "terms whose recall is counted",
    "system": "label of the system; `human` for human recordings of the texts",
    "system_key": "hash of the system's name, version and fingerprint",
    "voice": "preset or reference voice that was asked for",
    "seed": "seed that was asked for",
    "request_key": "hash of text, language, locale, voice and seed",
    "reference_audio": "recording that the voice should sound like; null: none",
    "reference_sha256": "hash of that recording",
    "pieces": "requests that the text was spoken in; more than 1 only with --pieces",
    "audio_sha256": "hash of the sound: rate and 16-bit samples; null where there is none",
    "audio_path": "the recording, relative to the run folder",
    "sample_rate": "samples a second",
    "duration_s": "length of the recording",
    "timing": "`exclusive`: one request at a time and nothing else running; `shared`: not so, times are not scored; "
    "`reported`: measured elsewhere",
    "load_s": "time to load the system, before any request; null where it has no load() of its own",
    "first_audio_s": "from the request to the first audio; `total_s` for a system that does not stream",
    "total_s": "from the request to the last audio",
    "cpu_s": "processor time of the system, where it can be seen",
    "chunk_times_s": "when each chunk of audio arrived, counted from the request",
    "chunk_samples": "how many samples each chunk had",
    "concurrency": "requests at a time",
    "threads": "threads of the system, where it says",
    "host": "name of the machine",
    "peak_memory_mb": "of the system's own process; null where it can't be seen",
    "status": "`ok`; `failed`: should have worked; `skipped`: does not apply",
    "detail": "why, where not `ok`",
    "recognizer": "id of the recognizer: name and hash of its weights and options",
    "transcripts.text": "what it heard",
    "words": "its words with times; null where it gives no times",
    "heard_language": "language heard without being told; null where it identifies none",
    "heard_language_probability": "how sure it is of that, 0 to 1",
    "confidence": "the recognizer's own, where it gives one",
    "normalizer": "name and version of the normalization, or name of the protocol",
    "reference": "the reading that fits best, normalized, words between spaces",
    "hypothesis": "the transcript, normalized",
    "operations": "stretches of the alignment as half-open ranges of word indices; `kind` is `equal`, `substitute`, "
    "`delete` or `insert`",
    "effects.kind": "`whole`: as counted; `rule`: without a rule that changed something; `protocol`: by one",
    "name": "of the normalizer, rule or protocol",
    "errors": "word errors, counted so",
    "effects.words": "words of the reference, counted so",
    "analyzer": "id of the analyzer: name and hash of its weights and options",
    "kind": "what was measured: `activity`, `speaker`, `pitch`, ...",
    "hop_s": "distance of neighbours in arrays over time; null where there are none",
    "values": "named arrays; a single number is an array of one",
    "metric": "name of the metric: see [metrics](metrics.md)",
    "metric_id": "name and all that makes numbers comparable",
    "scores.value": "in the metric's unit; null unless `status` is `ok`",
    "weight": "what the value averages over: words, seconds, or 1",
    "curve": "the course of the measure, for metrics that have one; may be empty",
    "unit": "of the value; `1` for shares and rates",
    "better": "`lower`, `higher` or `none`",
    "statistic": "`mean`, `p50`, `p95`, ...",
    "summary.value": "with failed takes as the metric's declaration says",
    "value_ok": "failed takes left out",
    "low": "lower end of the 95 % interval; null below 8 clusters",
    "high": "upper end",
    "n_items": "rows behind the value: ok, failed and skipped",
    "n_failed": "of these, failed",
    "n_skipped": "of these, skipped",
    "n_clusters": "clusters behind the interval",
    "n_languages": "languages behind the value",
    "indicative": "why the value is indicative only: it rests on the words of a recognizer that is not known to hear "
    "such speech, in the languages named; null where it may decide",
}

RUN_JSON: dict[str, str] = {
    "format": "version of the folder's layout; a voxeval that does not know it refuses the folder",
    "command": "the command as typed; empty for a run from Python",
    "voxeval_version": "version of voxeval",
    "commit": "commit of the checkout that it ran from, with `+` where it had changes; null for an installed package",
    "versions": "versions of the packages that make the numbers",
    "python": "version of Python",
    "host": "name of the machine",
    "hardware": "processor, cores, memory, GPU, operating system",
    "started": "when the run began, ISO 8601 in UTC",
    "finished": "when it ended",
    "rescored": "null, or when, by which command and which voxeval its takes were listened to and scored again",
    "timing": "the clock of its takes, as in takes.parquet: `exclusive`, `shared`, `reported`, or `mixed`",
    "options": "what the run was told",
    "suites": "name, version, licence, content hash, languages, number of items, whether parallel, metrics asked for",
    "systems": "label, name, version, fingerprint, engine where known, capabilities, voices used, specification and "
    "note; in table order",
    "analyzers": "id, feature, version, fingerprint, languages, what a recognizer gets wrong on good speech, and the "
    "engine that it has learned from, where it has heard no other",
    "metrics": "the declarations of the metrics in the run",
    "normalizers": "names of the normalizations",
    "rules": "the rules of voxeval's own, and what each does",
    "protocols": "other ways in which word errors were counted",
    "protocols_known": "all of them, with languages, average, the recognizer that each prescribes, and source",
    "notes": "what a reader must know",
    "counts": "takes planned, synthesized, reused, failed, skipped; analyses made and reused, by analyzer",
}


def pages() -> dict[Path, str]:
    """The text of every page that is made from the code."""
    return {
        DOCS / "metrics.md": metrics_page(),
        DOCS / "run-folder.md": run_folder_page(),
        DOCS / "normalization.md": normalization_page(),
        DOCS.parent / "reference_model" / "equations.md": equations_page(),
    }


# --- metrics ---------------------------------------------------------------------------------------------------------


def metrics_page() -> str:
    """docs/metrics.md, of the metric modules that come with voxeval."""
    names = [row.name for row in listed("metrics") if row.package == "voxeval"]
    modules: dict[str, Metric] = {name: create("metrics", Spec(name=name)) for name in names}
    contents = ["| module | metrics |", "|---|---|"]
    for name, module in modules.items():
        metrics = ", ".join(f"[`{metric}`](#{metric})" for metric in _names(module))
        contents.append(f"| [{name}](#{name}) | {metrics} |")
    sections = [_module_section(name, module) for name, module in modules.items()]
    return MADE + "\n".join([METRICS_HEAD, *contents, "", *sections])


def _names(module: Metric) -> list[str]:
    return [name for info in module.infos for name in (info.name, *([info.across.metric] if info.across else []))]


def _module_section(name: str, module: Metric) -> str:
    summary = (type(module).__doc__ or "").strip().splitlines()[0]
    needs = ", ".join(f"`{need}`" for need in module.needs) or "nothing but the takes"
    parts = [f"## {name}", "", summary, "", f"Needs: {needs}.", ""]
    for info in module.infos:
        parts.append(_metric_section(info))
        if info.across is not None:
            parts.append(_across_section(info))
    return "\n".join(parts)


def _metric_section(info: MetricInfo) -> str:
    failed = "left out" if info.if_failed is None else f"{info.if_failed:g}"
    return (
        f"### {info.name}\n\n"
        f"{_sentence(info.formula)}\n\n"
        f"Unit: {info.unit} · better: {info.better} · statistics: {', '.join(info.statistics)} · "
        f"a failed take: {failed}{_rests(info)}\n\n"
        f"Source: {_sentence(info.source)}\n"
    )


def _across_section(info: MetricInfo) -> str:
    across = info.across
    assert across is not None
    return (
        f"### {across.metric}\n\n"
        f"{_sentence(across.formula)}\n\n"
        f"Unit: {across.unit} · better: {across.better} · in the summary, language `all` only, made from `{info.name}`"
        f"{_rests(info)}\n\n"
        f"Source: {_sentence(across.source)}\n"
    )


def _rests(info: MetricInfo) -> str:
    return f" · rests on {' and '.join(info.rests_on)}" if info.rests_on else ""


def _sentence(words: str) -> str:
    """Words that Markdown shows as they are, with a full stop."""
    for special in "*<|":
        words = words.replace(special, f"\\{special}")
    return words.rstrip(".") + "."


# --- normalization ---------------------------------------------------------------------------------------------------


def normalization_page() -> str:
    """docs/normalization.md: the rules in order, and the protocols."""
    parts = [NORMALIZATION_HEAD, "| rule | what it does | languages |", "|---|---|---|"]
    for name, what in all_rules().items():
        those = [language for language in LANGUAGES if name in {rule.name for rule in rules(language)}]
        parts.append(f"| `{name}` | {what} | {'all' if len(those) == len(LANGUAGES) else ', '.join(those)} |")
    parts += [
        PROTOCOLS_HEAD,
        "| protocol | languages | average | its recognizer | read from |",
        "|---|---|---|---|---|",
    ]
    for each in protocols().values():
        languages = "all" if each.languages == LANGUAGES else ", ".join(each.languages)
        average = "edits over words of the set" if each.average == "corpus" else "mean of the items' rates"
        parts.append(f"| `{each.name}` | {languages} | {average} | {each.recognizer or 'any'} | {each.source} |")
    return MADE + "\n".join([*parts, PROTOCOLS_FAULTS])


# --- the reference model ---------------------------------------------------------------------------------------------


def equations_page() -> str:
    """reference_model/equations.md: what is computed, and on which line."""
    parts = ["# From equation to line", "", EQUATIONS_HEAD, "| what | where | source |", "|---|---|---|"]
    for what, where, source in EQUATIONS:
        module, _, name = where.partition(":")
        path = DOCS.parent / "reference_model" / module
        line = line_of(path, name)
        parts.append(f"| {what} | [`{module}:{line}`]({module}#L{line}) `{name}` | {source} |")
    return MADE + "\n".join(parts) + "\n"


def line_of(path: Path, name: str) -> int:
    """The line on which a function, class or method (Class.method) is defined. Raises KeyError where there is none."""
    nodes: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    line = 0
    for part in name.split("."):
        found = next(
            (
                child
                for node in nodes
                for child in ast.iter_child_nodes(node)
                if isinstance(child, ast.FunctionDef | ast.ClassDef) and child.name == part
            ),
            None,
        )
        if found is None:
            raise KeyError(f"{path.name} defines no {name}")
        nodes, line = [found], found.lineno
    return line


# --- the run folder --------------------------------------------------------------------------------------------------


def run_folder_page() -> str:
    """docs/run-folder.md, from the schemas of the tables."""
    parts = [RUN_FOLDER_HEAD]
    for table in TABLES:
        fields = list(schema(table))
        parts += [f"## {table}.parquet", "", "| column | type | what it is |", "|---|---|---|"]
        if table not in {"takes", "summary"}:  # tables that lead back to a take
            assert tuple(field.name for field in fields[: len(KEY)]) == KEY, f"{table} does not begin with its take"
            parts.append(f"| {', '.join(f'`{name}`' for name in KEY)} | | the take |")
            fields = fields[len(KEY) :]
        parts += [f"| `{field.name}` | {type_words(field.type)} | {meaning(table, field.name)} |" for field in fields]
        parts.append("")
    parts += ["## run.json", "", "| key | what it is |", "|---|---|"]
    parts += [f"| `{key}` | {what} |" for key, what in RUN_JSON.items()]
    return MADE + "\n".join(parts) + "\n"


def meaning(table: str, column: str) -> str:
    """What a column holds. Raises KeyError where nobody wrote it down."""
    return COLUMNS.get(f"{table}.{column}") or COLUMNS[column]


def type_words(kind: pa.DataType) -> str:
    """An Arrow type in words."""
    if arrow.is_map(kind):
        return f"map of {type_words(kind.key_type)} to {type_words(kind.item_type)}"
    if arrow.is_list(kind):
        return f"list of {type_words(kind.value_type)}"
    if arrow.is_struct(kind):
        return "(" + ", ".join(f"{field.name} {type_words(field.type)}" for field in kind) + ")"
    if arrow.is_integer(kind):
        return "integer"
    return {"string": "text", "double": "number"}[str(kind)]


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
