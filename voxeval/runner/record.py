"""A run as rows and as run.json."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voxeval.store import FORMAT, key_row, take_row
from voxeval.text.normalize import NAME, all_rules
from voxeval.text.protocols import protocols
from voxeval.types import Alignment, AnalyzedTake, Effect, Feature, Item, MetricInfo, Score, Transcript

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from voxeval.runner.analyze import Analyses
    from voxeval.runner.config import Listening, RunConfig
    from voxeval.runner.plan import Plan, PlannedSystem
    from voxeval.runner.preflight import Listeners
    from voxeval.runner.synthesize import Synthesis

PACKAGES = (
    "espeakng-loader", "jiwer", "numpy", "onnxruntime", "openai-whisper", "pandas", "pocketsphinx", "pyarrow",
    "pyloudnorm", "Resemblyzer", "safetensors", "silero-vad", "soxr", "speechbrain", "speechmos", "swift-f0", "torch",
    "torchaudio",
)  # fmt: skip


def tables(
    takes: Sequence[AnalyzedTake], scores: Sequence[Score], listeners: Listeners
) -> dict[str, Iterator[dict[str, Any]]]:
    """The rows of every table but the summary, by table; made one by one, since features of all takes are large."""
    infos = {info.name: info for metric in listeners.metrics.values() for info in metric.infos}
    items = {take.take.key: take.take.item for take in takes}
    return {
        "takes": (take_row(take.take) for take in takes),
        "transcripts": (
            key_row(take.take.key) | _transcript_row(analyzer, answer)
            for take in takes
            for analyzer, answer in take.heard.items()
            if isinstance(answer, Transcript)
        ),
        "alignments": (
            key_row(take.take.key) | _alignment_row(alignment) for take in takes for alignment in take.alignments
        ),
        "effects": (key_row(take.take.key) | _effect_row(effect) for take in takes for effect in take.effects),
        "features": (
            key_row(take.take.key) | _feature_row(analyzer, answer)
            for take in takes
            for analyzer, answer in take.heard.items()
            if isinstance(answer, Feature)
        ),
        "scores": (key_row(score.take) | _score_row(score, items[score.take], infos[score.metric]) for score in scores),
    }


def _transcript_row(analyzer: str, transcript: Transcript) -> dict[str, Any]:
    return {
        "recognizer": analyzer,
        "text": transcript.text,
        "words": None if transcript.words is None else [asdict(word) for word in transcript.words],
        "heard_language": transcript.language,
        "heard_language_probability": transcript.language_probability,
        "confidence": transcript.confidence,
    }


def _alignment_row(alignment: Alignment) -> dict[str, Any]:
    return {
        "recognizer": alignment.recognizer,
        "normalizer": alignment.normalizer,
        "reference": " ".join(alignment.reference),
        "hypothesis": " ".join(alignment.hypothesis),
        "operations": [asdict(edit) for edit in alignment.edits],
    }


def _effect_row(effect: Effect) -> dict[str, Any]:
    return {
        "recognizer": effect.recognizer,
        "kind": effect.kind,
        "name": effect.name,
        "errors": effect.counts.edits,
        "words": effect.counts.reference,
    }


def _feature_row(analyzer: str, feature: Feature) -> dict[str, Any]:
    values = {name: array.reshape(-1).astype(float) for name, array in feature.values.items()}
    return {"analyzer": analyzer, "kind": feature.kind, "hop_s": feature.hop_s, "values": values}


def _score_row(score: Score, item: Item, info: MetricInfo) -> dict[str, Any]:
    return {
        "category": item.category,
        "cluster": item.cluster,
        **{name: getattr(score, name) for name in ("metric", "metric_id", "value", "weight", "status", "detail")},
        "curve": list(score.curve),
        "unit": info.unit,
        "better": info.better,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """How takes were scored again."""

    finished: str
    command: tuple[str, ...]


def _clock_notes(config: RunConfig, spoken: Synthesis) -> Iterator[str]:
    """Takes of an earlier run here keep its clock, whatever is asked for today."""
    kept = sum(take.clock.timing == "shared" for take in spoken.takes if take.status == "ok")
    if config.timed and config.jobs == 1 and kept:
        yield f"{kept} takes keep the shared clock with which they were spoken; to time them, choose a new --out."


# --- run.json --------------------------------------------------------------------------------------------------------


def describe_run(
    config: RunConfig,
    plan: Plan,
    listeners: Listeners,
    spoken: Synthesis,
    analyses: Analyses,
    *,
    started: str,
    finished: str,
) -> dict[str, Any]:
    """All of run.json: what was asked, with what, where, and how much of it came about."""
    clocks = {take.clock.timing for take in spoken.takes if take.status == "ok" and take.clock.timing != "reported"}
    return {
        "format": FORMAT,
        "command": list(config.command),
        "voxeval_version": _version("voxeval"),
        "commit": _commit(),
        "versions": {name: version for name in PACKAGES if (version := _version(name))},
        "python": platform.python_version(),
        "host": platform.node(),
        "hardware": hardware(),
        "started": started,
        "finished": finished,
        "rescored": None,
        "timing": clocks.pop() if len(clocks) == 1 else "mixed" if clocks else "reported",
        "options": {
            "languages": list(config.languages),
            "limit": config.limit,
            "seeds": config.seeds,
            "voices": config.voices,
            "pieces": config.pieces,
            "jobs": config.jobs,
            "timed": config.timed,
            **_options(config.listening),
        },
        "suites": [
            {
                **{name: getattr(suite, name) for name in ("name", "version", "license", "description")},
                "content_hash": suite.content_hash,
                "languages": list(suite.languages),
                "n_items": len(suite.items),
                "parallel": suite.parallel,
                "metrics": list(suite.metrics),
                "protocols": list(suite.protocols),
                "thresholds": dict(suite.thresholds),
            }
            for suite in plan.suites
        ],
        "systems": [_system(system, plan, spoken) for system in plan.systems],
        "notes": [*plan.notes, *_clock_notes(config, spoken), *listeners.notes],
        "counts": {
            "planned": len(plan.entries),
            "synthesized": spoken.synthesized,
            "reused": spoken.reused,
            "failed": sum(take.status == "failed" for take in spoken.takes),
            "skipped": sum(take.status == "skipped" for take in spoken.takes),
            "analyzed": dict(analyses.analyzed),
            "analyses_reused": dict(analyses.reused),
        },
        **_listeners(listeners),
    }


def describe_scoring(
    earlier: Mapping[str, Any], listening: Listening, listeners: Listeners, analyses: Analyses, *, scored: Scored
) -> dict[str, Any]:
    """run.json after its takes were scored again: who listened changes, what was spoken does not."""
    made = {"analyzed": dict(analyses.analyzed), "analyses_reused": dict(analyses.reused)}
    kept = [note for note in earlier["notes"] if not note.startswith("Nothing here uses")]
    return {
        **earlier,
        "rescored": {
            "finished": scored.finished,
            "command": list(scored.command),
            "voxeval_version": _version("voxeval"),
            "commit": _commit(),
        },
        "options": {**earlier["options"], **_options(listening)},
        "notes": [*kept, *listeners.notes],
        "counts": {**earlier["counts"], **made},
        **_listeners(listeners),
    }


def _options(listening: Listening) -> dict[str, Any]:
    encoder = listening.speaker_encoder
    return {
        "recognizers": [spec.text or spec.name for spec in listening.recognizers],
        "speaker_encoder": encoder.text or encoder.name if encoder else None,
        "metrics": list(listening.metrics),
        "protocols": list(listening.protocols),
        "device": listening.device,
        "offline": listening.offline,
    }


def _listeners(listeners: Listeners) -> dict[str, Any]:
    infos = [analyzer.info for analyzer in listeners.analyzers]
    return {
        "analyzers": [{"id": info.id, **asdict(info)} for info in infos],
        "metrics": [
            {"module": module, **asdict(info)}
            for module, metric in listeners.metrics.items()
            for info in metric.infos
            if any(info.name in names for names in listeners.wanted.values())
        ],
        "normalizers": [NAME],
        "rules": all_rules(),
        "protocols": list(dict.fromkeys(each.name for every in listeners.protocols.values() for each in every)),
        "protocols_known": [
            {
                "name": each.name,
                "languages": list(each.languages),
                "average": each.average,
                "recognizer": each.recognizer,
                "source": each.source,
            }
            for each in protocols().values()
        ],
    }


def _system(system: PlannedSystem, plan: Plan, spoken: Synthesis) -> dict[str, Any]:
    info = system.info
    mine = [take for take in spoken.takes if take.system == system.label]
    loads = [take.clock.load_s for take in mine if take.clock.load_s is not None]
    return {
        "label": system.label,
        "human": system.spec is None,
        "spec": system.spec.text if system.spec else None,
        "key": system.key,
        **{name: getattr(info, name) for name in ("name", "version", "fingerprint", "engine", "note")},
        "languages": None if info.languages is None else list(info.languages),
        "voices_used": sorted({take.voice for take in mine}),
        **{name: getattr(info, name) for name in ("streaming", "deterministic", "cloning", "needs_diacritics")},
        "recorded": system.recorded,
        "load_s": max(loads, default=None),
    }


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _commit() -> str | None:
    """The commit of the checkout that voxeval runs from, with + where it has changes; None for an installed wheel."""
    root = Path(__file__).parents[2]
    if not (root / ".git").exists():
        return None
    try:
        answer = subprocess.run(
            ["git", "-C", str(root), "describe", "--always", "--dirty=+", "--abbrev=12"],
            capture_output=True, text=True, timeout=10, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip() or None


def hardware() -> dict[str, Any]:
    """Processor, cores, memory and GPU of this machine."""
    import psutil

    return {
        "cpu": _cpu_name(),
        "cores": psutil.cpu_count(logical=True),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "gpu": _gpu_name(),
        "system": f"{platform.system()} {platform.release()}",
        "threads": os.environ.get("OMP_NUM_THREADS"),
    }


def _cpu_name() -> str:
    path = Path("/proc/cpuinfo")
    if path.is_file():
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _gpu_name() -> str | None:
    """Name of the first GPU, where torch was loaded anyway; a run on the CPU alone does not load it for this."""
    import sys

    torch = sys.modules.get("torch")
    return torch.cuda.get_device_name(0) if torch is not None and torch.cuda.is_available() else None
