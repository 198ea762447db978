"""The layouts of published lists, each as a function from a path to rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voxeval.errors import SuiteError, UsageError
from voxeval.importing.rows import TAGS, Remark, Row, files_of, json_lines_of, lines_of, recording, text_of

Reader = Callable[[Path, str, Remark], Iterator[Row]]  # path, language where it is not told, remark


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One published layout."""

    name: str
    layout: str  # in words
    read: Reader
    protocols: tuple[str, ...] = ()  # that its own evaluation uses
    license: str = "unknown"


def seed_tts_eval(path: Path, language: str, remark: Remark) -> Iterator[Row]:
    """`utt|prompt_text|prompt_wav|infer_text[|infer_wav]`, also with two or three fields; en/meta.lst, zh/meta.lst."""
    for file in files_of(path, "**/*.lst", "a meta.lst, or a folder with en/meta.lst"):
        tag = file.parent.name if file.parent.name in {*TAGS.values()} else language
        for where, line in lines_of(file, remark):
            fields = [part.strip() for part in line.split("|")]
            if len(fields) not in {2, 3, 4, 5}:
                remark(f"{where}: has {len(fields)} fields between |, expected 2 to 5; left out")
                continue
            names = {2: ("id", "text"), 3: ("id", "text", "wav")}.get(
                len(fields), ("id", "prompt_text", "wav", "text", "infer_wav")
            )
            found = dict(zip(names, fields, strict=False))
            wav = found.get("wav")
            yield Row(
                where=where,
                id=Path(found["id"]).name.removesuffix(".wav"),
                language=_told(tag, where),
                text=found["text"],
                category="hard" if file.stem == "hardcase" else "general",
                audio=recording(file.parent / wav, where, remark) if wav else None,
                audio_text=found.get("prompt_text"),
            )


def minimax(path: Path, language: str, remark: Remark) -> Iterator[Row]:
    """text/LANGUAGE.txt of `LANGUAGE_GENDER|sentence`, speaker/prompt_text.txt, speaker/LANGUAGE/LANGUAGE_GENDER/*."""
    del language  # the files are named for it
    prompts = path / "speaker" / "prompt_text.txt"
    said = dict(line.split("|", 1) for _, line in lines_of(prompts, remark) if "|" in line) if prompts.is_file() else {}
    if not said:
        remark(f"{prompts}: is not there or empty; what is said in the recordings is unknown")
    for file in files_of(path / "text", "*.txt", "a folder with text/<language>.txt and speaker/"):
        tag = TAGS.get(file.stem.lower())
        if tag is None:
            remark(f"{file}: {file.stem!r} is no language of this list; left out")
            continue
        clips: dict[str, Path | None] = {}
        for number, (where, line) in enumerate(lines_of(file, remark), start=1):
            voice, bar, text = line.partition("|")
            if not bar:
                remark(f"{where}: has no |; left out")
                continue
            voice = voice.strip()
            if voice not in clips:
                folder = path / "speaker" / file.stem / voice
                found = sorted(each for each in folder.glob("*") if each.is_file()) if folder.is_dir() else []
                if not found:
                    remark(f"{where}: there are no recordings in {folder}; its items have none")
                clips[voice] = found[0] if found else None
            clip = clips[voice]
            yield Row(
                where=where,
                id=f"{file.stem}-{number:03d}",
                language=tag,
                text=text.strip(),
                voice=voice,
                audio=clip,
                audio_text=said.get(clip.name, "").strip() or None if clip else None,
            )


def emergent(path: Path, language: str, remark: Remark) -> Iterator[Row]:
    """JSON lines with category, text_to_synthesize, evolution_depth, language, unique_id_eval."""
    for file in files_of(path, "**/*.jsonl", "a .jsonl file of EmergentTTS-Eval"):
        for number, (where, found) in enumerate(json_lines_of(file, remark)):
            text = found.get("text_to_synthesize")
            if not isinstance(text, str):
                remark(f"{where}: has no text_to_synthesize; left out")
                continue
            name = str(found.get("language") or language or "en").lower()
            yield Row(
                where=where,
                id=str(found.get("unique_id_eval", number)),
                language=TAGS.get(name, name),
                text=text.strip(),
                category=str(found.get("category") or "general"),
            )


def kyutai(path: Path, language: str, remark: Remark) -> Iterator[Row]:
    """JSON lines with id, turns, speaker_audios, language, tags, of tts_longeval."""
    for file in files_of(path, "**/*.jsonl", "a .jsonl file of tts_longeval"):
        for where, found in json_lines_of(file, remark):
            turns = [str(turn).strip() for turn in found.get("turns") or () if str(turn).strip()]
            if not turns or "id" not in found:
                remark(f"{where}: has no turns or no id; left out")
                continue
            audios = list(found.get("speaker_audios") or ())
            if len(set(audios)) > 1:
                remark(f"{where}: is a dialogue of {len(set(audios))} speakers; one voice, the first, reads it all")
            yield Row(
                where=where,
                id=str(found["id"]),
                language=_told(str(found.get("language") or language), where),
                text="\n".join(turns),
                category="dialogue" if len(turns) > 1 else "general",
                audio=recording(file.parent / str(audios[0]), where, remark) if audios else None,
            )


def ljspeech(path: Path, language: str, remark: Remark) -> Iterator[Row]:
    """metadata.csv of `id|text|normalized text` with wavs/ID.wav: a person's readings of the very texts."""
    for file in files_of(path, "metadata.csv", "a metadata.csv, or its folder"):
        for where, line in lines_of(file, remark):
            fields = [part.strip() for part in line.split("|")]
            if len(fields) not in {2, 3}:
                remark(f"{where}: has {len(fields)} fields between |, expected 2 or 3; left out")
                continue
            name, text, read = (*fields, fields[-1])[:3]
            sound = next((each for each in sorted(file.parent.glob(f"wavs/{_escaped(name)}.*"))), None)
            yield Row(
                where=where,
                id=name,
                language=_told(language or "en", where),
                text=text,
                spoken=(read,) if read and read != text else (),
                audio=sound or recording(file.parent / "wavs" / f"{name}.wav", where, remark),
                audio_text=text,
            )


def table(path: Path, language: str, remark: Remark) -> Iterator[Row]:
    """A .csv, .tsv, .jsonl or .parquet file with the columns id (or file), text and language."""
    if not path.is_file():
        raise SuiteError(f"{path}: expected a .csv, .tsv, .jsonl or .parquet file")
    for where, found in _table_rows(path, remark):
        known = {key: value for key, value in found.items() if value not in (None, "", [])}
        file, text = known.pop("file", None), known.pop("text", None)
        name = known.pop("id", None) or (Path(str(file)).stem if file else None)
        if name is None or not isinstance(text, str):
            remark(f"{where}: has no {'text' if name is not None else 'id'}; left out")
            continue
        sound = known.pop("reference_audio", None) or file
        said = known.pop("reference_text", None) or (text if file else None)
        lists = {key: _listed(known.pop(key, ())) for key in ("spoken", "keywords")}
        kept = {key: str(value) for key, value in known.items() if key in {"cluster", "locale", "speech_text"}}
        yield Row(
            where=where,
            id=str(name),
            language=_told(str(known.get("language") or language), where),
            text=text.strip(),
            spoken=lists["spoken"],
            category=str(known.get("category") or "general"),
            voice=str(known["voice"]) if "voice" in known else None,
            audio=recording(path.parent / str(sound), where, remark) if sound else None,
            audio_text=said,
            more=kept | ({"keywords": list(lists["keywords"])} if lists["keywords"] else {}),
        )


def _table_rows(path: Path, remark: Remark) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if path.suffix == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            rows = pq.read_table(path).to_pylist()
        except (pa.ArrowInvalid, OSError) as error:
            raise SuiteError(f"{path}: can't be read as Parquet: {error}") from error
        yield from ((f"{path}:{number}", row) for number, row in enumerate(rows, start=1))
    elif path.suffix == ".jsonl":
        yield from json_lines_of(path, remark)
    elif path.suffix in {".csv", ".tsv"}:
        text = text_of(path, remark)
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter="\t" if path.suffix == ".tsv" else ",")
        if "text" not in (reader.fieldnames or ()):
            raise SuiteError(f"{path}:1: expected the columns id (or file), text and language, got {reader.fieldnames}")
        for row in reader:
            where = f"{path}:{reader.line_num}"
            if None in row or None in row.values():
                remark(f"{where}: has not as many fields as the first line; left out")
            else:
                yield where, row
    else:
        raise SuiteError(f"{path}: expected a .csv, .tsv, .jsonl or .parquet file")


def _listed(value: Any) -> tuple[str, ...]:
    """A list, or its parts between | where a table has no lists."""
    parts = value.split("|") if isinstance(value, str) else list(value)
    return tuple(str(part).strip() for part in parts if str(part).strip())


def _told(language: str, where: str) -> str:
    if not language:
        raise SuiteError(f"{where}: the list does not say which language this is; name it with --language, as en")
    return language


def _escaped(name: str) -> str:
    import glob

    return glob.escape(name)


FORMATS: Mapping[str, Format] = {
    each.name: each
    for each in (
        Format(
            name="seed-tts-eval",
            layout="meta.lst of utt|prompt_text|prompt_wav|infer_text, or its folder",
            read=seed_tts_eval,
            protocols=("seed-tts-eval",),
        ),
        Format(
            name="minimax",
            layout="the folder of MiniMax's multilingual test set: text/ and speaker/",
            read=minimax,
            license="CC-BY-SA-4.0",
        ),
        Format(
            name="emergent-tts-eval", layout="JSON lines of EmergentTTS-Eval", read=emergent, protocols=("whisper",)
        ),
        Format(name="kyutai", layout="JSON lines of tts_longeval", read=kyutai, protocols=("seed-tts-eval",)),
        Format(name="ljspeech", layout="metadata.csv beside wavs/, or its folder", read=ljspeech),
        Format(name="csv", layout=".csv or .tsv with the columns id (or file), text and language", read=table),
        Format(name="jsonl", layout=".jsonl with the keys id (or file), text and language", read=table),
        Format(name="parquet", layout=".parquet with the columns id (or file), text and language", read=table),
    )
}


def format_of(name: str) -> Format:
    """The format of a name or of its beginning, as "seed". Raises UsageError where that is none, or several."""
    wanted = _squeezed(name)
    found = [each for each in FORMATS.values() if wanted and _squeezed(each.name).startswith(wanted)]
    if len(found) != 1:
        known = "; ".join(f"{each.name} ({each.layout})" for each in FORMATS.values())
        raise UsageError(f"there is no format {name!r}; there are: {known}")
    return found[0]


def _squeezed(name: str) -> str:
    return "".join(sign for sign in name.lower() if sign.isalnum())
