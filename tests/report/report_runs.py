"""A run folder as the runner writes it, made from nothing: nine languages, failures, gaps and nasty texts."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np

from voxeval.audio import encode_flac, pcm_hash, read_audio
from voxeval.store import FORMAT, write_bytes, write_json, write_table
from voxeval.summary import summarize
from voxeval.types import LANGUAGES, Audio

NASTY = '<script>alert(1)</script><img src=x onerror=alert(2)> & "quoted" \u2028 </script><!-- end'
LONG = "A very long sentence that goes on and on, and then on again, without any sign of an end in sight. " * 8
TEXTS = {
    "ar": ("يقرأ الطفل كتابا جديدا في الحديقة.", "السماء صافية هذا الصباح."),
    "de": ("Der alte Bäcker öffnet seinen Laden um fünf Uhr.", "Am Fluss liegt ein kleines Boot."),
    "en": ("The baker opens the shop before the sun is up.", NASTY),
    "es": ("La panadera abre la tienda muy temprano.", "El río baja lento entre los árboles."),
    "fr": ("La boulangère ouvre sa boutique à cinq heures.", "Un petit bateau attend près de la rivière."),
    "hi": ("बच्चा बगीचे में नई किताब पढ़ता है।", "आज सुबह आसमान साफ़ है।"),
    "it": ("Il fornaio apre la bottega prima dell'alba.", "Una barca piccola aspetta sul fiume."),
    "nl": ("De bakker opent zijn winkel om vijf uur.", "Er ligt een kleine boot in de rivier."),
    "pt": ("A padeira abre a loja muito cedo.", LONG),
}
RECOGNIZER = "pocketsphinx@a1b2c3"
WER = f"wer/{RECOGNIZER}/voxeval-1/corpus"
METRICS: tuple[tuple[str, str, str, str, str, tuple[str, ...], float | None], ...] = (
    (WER, "intelligibility", "1", "lower", "edits / reference words", ("mean",), 1.0),
    (f"cer/{RECOGNIZER}/voxeval-1/corpus", "intelligibility", "1", "lower", "edits / characters", ("mean",), 1.0),
    (f"understood/{RECOGNIZER}/voxeval-1/mean", "multilingual_coverage", "1", "higher", "CER low", ("mean",), 0.0),
    ("sim_o/ge2e@d4e5f6/mean", "speaker_similarity", "cosine", "higher", "cosine to the reference", ("mean",), None),
    (
        "voice_consistency/ge2e@d4e5f6/mean", "speaker_similarity", "cosine", "higher",
        "cosine to the centroid", ("mean",), None,
    ),
    (
        "speaker_drift/ge2e@d4e5f6/mean", "long_form_coherence", "cosine/min", "none",
        "slope of the windows' cosine", ("mean",), None,
    ),
    ("dnsmos_ovrl/dnsmos@0a0b0c/mean", "signal_quality", "MOS", "higher", "DNSMOS overall", ("mean",), None),
    ("rtf/concurrency-1/mean", "real_time_factor", "ratio", "lower", "total_s / duration_s", ("p50", "p95"), None),
    ("first_audio_s/concurrency-1/mean", "real_time_factor", "s", "lower", "first chunk", ("p50", "p95"), None),
    ("f0_median_hz/pitch@11aa22/mean", "prosody", "Hz", "none", "median of voiced frames", ("mean",), None),
    ("sparkle/mine@777777/mean", "my_plugin", "sparks", "higher", "a plug-in's own number", ("mean",), None),
)  # fmt: skip


def make_run(
    folder: Path,
    *,
    systems: tuple[str, ...] = ("espeak", "espeak-f3"),
    human: bool = True,
    n_items: int = 9,
    espeak: str | None = None,
    recognizer: str = RECOGNIZER,
) -> Path:
    """Write a run folder of one suite (and its long passages), and return it."""
    rng = np.random.default_rng(7)
    tables: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("takes", "transcripts", "alignments", "effects", "scores")
    }
    labels = ("human", *systems) if human else systems
    for label in labels:
        for language in LANGUAGES if label != "human" else ("en",):
            for place in range(n_items):
                _take(folder, tables, label, language, place, rng, espeak)
        for language in LANGUAGES if label != "human" else ():
            _take(folder, tables, label, language, 0, rng, espeak, suite="longform-smoke")
    for name, rows in tables.items():
        write_table(folder, name, rows)
    write_table(folder, "features", [])
    write_table(folder, "summary", _summary(tables["scores"]))
    write_json(folder / "run.json", _info(tables["takes"], labels, recognizer))
    return folder


def _take(
    folder: Path,
    tables: dict[str, list[dict[str, Any]]],
    system: str,
    language: str,
    place: int,
    rng: np.random.Generator,
    espeak: str | None,
    suite: str = "smoke",
) -> None:
    long = suite != "smoke"
    text = TEXTS[language][place % 2] if not long else " ".join([TEXTS[language][0]] * 12)
    item = f"{language}-{'long' if long else ''}{place + 1:02}"
    status, detail = "ok", ""
    if system == "espeak-f3" and language == "hi" and place == 2:
        status, detail = "failed", "the program ended with code 1 and wrote: <b>no such voice</b>"
    if system == "espeak-f3" and language == "nl" and place == 1:
        status, detail = "skipped", "espeak-f3 does not speak nl-BE"
    key = {"suite": suite, "language": language, "item": item, "system": system, "voice": "default", "seed": 0}
    shared = {"category": ("plain", "question")[place % 2], "cluster": f"c{place}"}
    take: dict[str, Any] = {**key, **shared, "suite_version": "1.0", "locale": language, "text": text}
    take |= {"text_given": text, "spoken": [], "keywords": [], "system_key": "k", "request_key": "r", "status": status}
    take |= {"detail": detail, "timing": "reported", "concurrency": 1, "threads": 1, "host": "bench-1"}
    if status == "ok":
        take |= _sound(folder, system, language, text, rng, espeak, long=long)
        _heard(tables, key, text, rng)
    tables["takes"].append(take)
    _scores(tables, key | shared, take, rng)


def _sound(
    folder: Path, system: str, language: str, text: str, rng: np.random.Generator, espeak: str | None, *, long: bool
) -> dict[str, Any]:
    audio = _speech(folder, system, language, text, espeak) if espeak else _tone(system, rng, 6.0 if long else 0.6)
    sha = pcm_hash(audio)
    if not (folder / "audio" / f"{sha}.flac").exists():
        write_bytes(folder / "audio" / f"{sha}.flac", encode_flac(audio))
    if system == "human":
        return _recorded(sha, audio)
    total = audio.duration_s * float(rng.uniform(0.02, 0.05)) * (2.0 if system.endswith("f3") else 1.0)
    chunks = np.array_split(np.arange(len(audio.samples)), 8)
    return _recorded(sha, audio) | {
        "timing": "exclusive",
        "first_audio_s": total / 8,
        "total_s": total,
        "chunk_times_s": [total * (step + 1) / 8 for step in range(8)],
        "chunk_samples": [len(chunk) for chunk in chunks],
        "load_s": 0.01,
    }


def _recorded(sha: str, audio: Audio) -> dict[str, Any]:
    return {
        "audio_sha256": sha,
        "audio_path": f"audio/{sha}.flac",
        "sample_rate": audio.sample_rate,
        "duration_s": audio.duration_s,
    }


def _tone(system: str, rng: np.random.Generator, seconds: float) -> Audio:
    time = np.arange(int(16_000 * seconds)) / 16_000
    pitch = (120 if system == "espeak" else 190) * (1 + 0.1 * np.sin(2 * np.pi * 1.5 * time))
    phase = 2 * np.pi * np.cumsum(pitch) / 16_000
    voice = sum(np.sin(n * phase) / n for n in range(1, 12)) * (0.2 + 0.1 * np.sin(2 * np.pi * 4 * time))
    return Audio((voice + rng.normal(0, 0.002, len(time))).astype(np.float32) * 0.5, 16_000)


def _speech(folder: Path, system: str, language: str, text: str, espeak: str) -> Audio:
    voice = {"pt": "pt-br", "en": "en-us"}.get(language, language) + {"espeak-f3": "+f3", "human": "+m3"}.get(
        system, ""
    )
    path = folder / "speech.wav"
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([espeak, "-v", voice, "-w", str(path), "--", text], check=True)
    audio = read_audio(path)
    path.unlink()
    return audio


def _heard(tables: dict[str, list[dict[str, Any]]], key: dict[str, Any], text: str, rng: np.random.Generator) -> None:
    if key["language"] != "en":
        return
    reference = text.lower().replace(".", "").split()
    hypothesis, edits, place = [], [], 0
    for index, word in enumerate(reference):
        roll = rng.uniform()
        kind = "equal" if roll < 0.7 else "substitute" if roll < 0.85 else "delete" if roll < 0.95 else "insert"
        if kind == "insert":
            edits.append(
                {"kind": "insert", "ref_start": index, "ref_end": index, "hyp_start": place, "hyp_end": place + 1}
            )
            hypothesis.append("and")
            place += 1
            kind = "equal"
        width = 0 if kind == "delete" else 1
        edits.append(
            {"kind": kind, "ref_start": index, "ref_end": index + 1, "hyp_start": place, "hyp_end": place + width}
        )
        if width:
            hypothesis.append(word if kind == "equal" else "baked")
            place += 1
    heard = " ".join(hypothesis)
    tables["transcripts"].append({**key, "recognizer": RECOGNIZER, "text": heard, "words": None})
    tables["alignments"].append(
        {
            **key,
            "recognizer": RECOGNIZER,
            "normalizer": "voxeval-1",
            "reference": " ".join(reference),
            "hypothesis": heard,
            "operations": edits,
        }
    )
    wrong, n_words = sum(edit["kind"] != "equal" for edit in edits), len(reference)
    counted = (
        ("whole", "voxeval-1", wrong),
        ("rule", "case", wrong + 1),
        ("protocol", "seed-tts-eval-text@752f429", wrong + 2),
    )
    tables["effects"] += [
        {**key, "recognizer": RECOGNIZER, "kind": kind, "name": name, "errors": errors, "words": n_words}
        for kind, name, errors in counted
    ]


def _scores(
    tables: dict[str, list[dict[str, Any]]], key: dict[str, Any], take: dict[str, Any], rng: np.random.Generator
) -> None:
    better_voice = key["system"] != "espeak-f3"
    for metric_id, module, unit, better, _, _, _ in METRICS:
        metric = metric_id.split("/")[0]
        row: dict[str, Any] = {**key, "metric": metric, "metric_id": metric_id, "unit": unit, "better": better}
        row |= {"weight": 8.0 if metric in {"wer", "cer"} else 1.0, "curve": [], "status": "ok", "detail": ""}
        if take["status"] != "ok":
            row |= {"status": take["status"], "detail": f"not spoken: {take['detail']}"}
        elif RECOGNIZER in metric_id and key["language"] != "en":
            row |= {"status": "skipped", "detail": "pocketsphinx knows only English"}
        elif module == "real_time_factor" and not take.get("total_s"):
            row |= {"status": "skipped", "detail": "the table has no times"}
        elif metric == "sim_o":
            row |= {"status": "skipped", "detail": "no reference recording of the voice"}
        elif module == "long_form_coherence" and key["suite"] == "smoke":
            row |= {"status": "skipped", "detail": "shorter than 15 s"}
        elif metric == "dnsmos_ovrl" and key["language"] == "fr" and key["item"] == "fr-01":
            row |= {"status": "failed", "detail": "dnsmos: the network gave no answer"}
        else:
            row |= _value(metric, better_voice, take, rng)
        tables["scores"].append(row)


def _value(metric: str, better_voice: bool, take: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    if metric == "speaker_drift":
        curve = 0.9 - 0.05 * np.linspace(0, 1, 12) + rng.normal(0, 0.01, 12)
        return {"value": float(curve[-1] - curve[0]), "curve": [float(value) for value in curve]}
    made = {
        "wer": rng.uniform(0.1, 0.5) if better_voice else rng.uniform(0.75, 1.1),
        "cer": rng.uniform(0.05, 0.3) if better_voice else rng.uniform(0.3, 0.6),
        "understood": float(rng.uniform() < (0.8 if better_voice else 0.4)),
        "voice_consistency": rng.uniform(0.85, 0.97),
        "dnsmos_ovrl": rng.uniform(2.3, 3.1),
        "rtf": take.get("total_s", 0.0) / take["duration_s"],
        "first_audio_s": take.get("first_audio_s", 0.0),
        "f0_median_hz": rng.normal(120 if better_voice else 190, 8),
        "sparkle": rng.uniform(3, 9),
    }
    return {"value": float(made[metric])}


def _summary(scores: list[dict[str, Any]]) -> list[dict[str, Any]]:
    groups: dict[tuple[str, str, str, str], list[dict[str, Any]]] = {}
    for row in scores:
        for language in (row["language"], "all"):
            groups.setdefault((row["system"], row["suite"], language, row["metric_id"]), []).append(row)
    infos = {metric[0]: metric for metric in METRICS}
    return [
        _estimate(system, suite, language, infos[metric_id], statistic, rows)
        for (system, suite, language, metric_id), rows in groups.items()
        for statistic in infos[metric_id][5]
    ]


def _estimate(
    system: str, suite: str, language: str, info: tuple[Any, ...], statistic: str, rows: list[dict[str, Any]]
) -> dict[str, Any]:
    metric_id, _, unit, better, _, _, if_failed = info
    good = [row["value"] for row in rows if row["status"] == "ok"]
    failed = [row for row in rows if row["status"] == "failed"]
    counted = good + ([if_failed] * len(failed) if if_failed is not None and good else [])
    spread = 1.96 * float(np.std(counted)) / len(counted) ** 0.5 if len(counted) >= 8 else None
    of = {"mean": np.mean, "p50": np.median, "p95": lambda values: np.quantile(values, 0.95)}[statistic]
    value = float(of(counted)) if counted else None
    return {
        "system": system,
        "suite": suite,
        "language": language,
        "category": "all",
        "metric": metric_id.split("/")[0],
        "metric_id": metric_id,
        "statistic": statistic,
        "value": value,
        "value_ok": float(of(good)) if good else None,
        "low": None if spread is None or value is None else value - spread,
        "high": None if spread is None or value is None else min(value + spread, 1.0 if if_failed == 0.0 else 99.0),
        "n_items": len(rows),
        "n_failed": len(failed),
        "n_skipped": sum(row["status"] == "skipped" for row in rows),
        "n_clusters": len({row["cluster"] for row in rows}),
        "n_languages": len({row["language"] for row in rows if row["status"] == "ok"}),
        "unit": unit,
        "better": better,
    }


def _info(takes: list[dict[str, Any]], labels: tuple[str, ...], recognizer: str) -> dict[str, Any]:
    floors = [
        {"language": "en", "speech": "32 LJSpeech recordings", "human": True, "wer": 0.289, "cer": 0.151},
        {"language": "en", "speech": "espeak-ng, 32 sentences", "human": False, "wer": 0.897, "cer": 0.641},
    ]
    ear = {"fingerprint": "a1b2c3d4", "version": "5.1.1, en-us", "languages": ["en"], "identifies_language": False}
    suites = [
        {
            "name": name,
            "version": "1.0",
            "license": "CC0-1.0",
            "description": f"Texts of {name}",
            "content_hash": f"{place}f" * 16,
            "languages": list(LANGUAGES),
            "n_items": 9,
            "parallel": False,
            "metrics": [],
        }
        for place, name in enumerate(("smoke", "longform-smoke"))
    ]
    systems = [
        {
            "label": label,
            "name": label.split("-")[0],
            "version": "1.52.0",
            "fingerprint": "9" * 16,
            "key": "k",
            "languages": list(LANGUAGES),
            "voices_used": ["default"],
            "streaming": label != "human",
            "deterministic": True,
            "cloning": False,
            "needs_diacritics": True,
            "note": "",
            "spec": f"espeak:label={label}",
            "human": label == "human",
            "load_s": 0.012,
        }
        for label in labels
    ]
    metrics = [
        {
            "name": metric_id.split("/")[0],
            "module": module,
            "unit": unit,
            "better": better,
            "statistics": list(statistics),
            "if_failed": if_failed,
            "formula": formula,
            "source": "the design",
            "across": None,
        }
        for metric_id, module, unit, better, formula, statistics, if_failed in METRICS
    ]
    return {
        "format": FORMAT,
        "command": ["voxeval", "run", "smoke", "longform-smoke", "--system", "espeak:label=a b"],
        "voxeval_version": "0.1.0",
        "commit": "0123456789abcdef0123456789abcdef01234567",
        "versions": {"python": "3.11.7", "numpy": "2.4.6"},
        "host": "bench-1",
        "hardware": {"cpu": "A CPU with 2 cores", "cores": 2, "memory_gb": 24.0, "gpu": None},
        "started": "2026-11-22T13:00:00Z",
        "finished": "2026-11-22T13:02:10Z",
        "timing": "exclusive",
        "options": {"limit": None, "seeds": 1},
        "suites": suites,
        "systems": systems,
        "analyzers": [
            {"id": recognizer, "name": "pocketsphinx", "feature": "transcript", "floors": floors, **ear},
            {**ear, "id": "ge2e@d4e5f6", "name": "ge2e", "feature": "speaker", "floors": [], "languages": None},
        ],
        "metrics": metrics,
        "normalizers": ["voxeval-1"],
        "rules": {"case": "lower case", "numbers": "figures in words"},
        "protocols": ["voxeval-1+compounds"],
        "protocols_known": [{"name": "seed-tts-eval@752f429", "average": "mean", "recognizer": "whisper-large-v3"}],
        "notes": ["espeak was given vowelled text for 9 Arabic items", NASTY],
        "counts": {
            "planned": len(takes),
            "synthesized": sum(take["status"] == "ok" for take in takes),
            "reused": 0,
            "failed": sum(take["status"] == "failed" for take in takes),
            "skipped": sum(take["status"] == "skipped" for take in takes),
            "analyzed": {recognizer: 10},
            "analyses_reused": {},
        },
    }


def doubted(folder: Path) -> Path:
    """The run as if its recognizer had learned from espeak-ng alone: it can judge `espeak`, but no other system."""
    info = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    spoken = {"speech": "40 sentences by espeak-ng", "human": False, "engine": "espeak-ng", "wer": 0.124, "cer": 0.043}
    floors = [{**spoken, "language": language, "identified": 0.985, "n": 40} for language in LANGUAGES]
    info["analyzers"][0] |= {"floors": floors, "trained_on": "espeak-ng"}
    for system in info["systems"]:
        system["engine"] = "espeak-ng" if system["label"] == "espeak" else ""
    for metric in info["metrics"]:
        metric |= {"per_take": True, "rests_on": ["words"] if metric["name"] in {"wer", "cer", "understood"} else []}
    write_json(folder / "run.json", info)
    summarize(folder)
    return folder
