"""Lists in the exact layouts that others publish, with the mistakes that real ones have."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import soundfile
from typer.testing import CliRunner

from voxeval.cli import app
from voxeval.errors import SuiteError, UsageError
from voxeval.importing.formats import FORMATS, format_of
from voxeval.importing.write import Imported, import_suite
from voxeval.runner.plan import is_human_reading
from voxeval.suite import load_suite
from voxeval.types import Suite


def recording(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.zeros(1600, np.float32), 16_000, format="WAV")
    return path


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


def imported(form: str, path: Path, tmp_path: Path, **options: str) -> tuple[Suite, Imported]:
    made = import_suite(form, path, tmp_path / "suite", **options)
    return load_suite(str(tmp_path / "suite"))[0], made


# --- seed-tts-eval ---------------------------------------------------------------------------------------------------


@pytest.fixture
def seed(tmp_path):
    folder = tmp_path / "seedtts_testset" / "en"
    recording(folder / "prompt-wavs" / "p1.wav")
    write(
        folder / "meta.lst",
        "utt-1|Some prompt.|prompt-wavs/p1.wav|A first sentence.\r\n"
        "utt-2|Another prompt.|prompt-wavs/p2.wav|A second one.|wavs/utt-2.wav\r\n"
        "utt-3|Only a text.\r\n"
        "\r\n"
        "broken line without bars\r\n"
        "utt-1|Some prompt.|prompt-wavs/p1.wav|A first sentence.\r\n"
        "utt-1|Some prompt.|prompt-wavs/p1.wav|The same id again.\r\n"
        "utt-4|Some prompt.|prompt-wavs/p1.wav|...\r\n",
    )
    return folder


def test_seed_tts_eval_gives_prompts_to_clone_and_its_own_way_of_counting(seed, tmp_path):
    suite, made = imported("seed-tts-eval", seed.parent, tmp_path)
    assert [(item.id, item.text) for item in suite.items] == [
        ("utt-1", "A first sentence."),
        ("utt-2", "A second one."),
        ("utt-3", "Only a text."),
        ("utt-1-2", "The same id again."),
    ]
    first = suite.items[0]
    assert (first.language, first.reference_text) == ("en", "Some prompt.")
    assert first.reference_audio is not None
    assert first.reference_audio.is_file()
    assert not is_human_reading(first)
    assert suite.protocols == ("seed-tts-eval",)
    assert (made.items, made.with_audio) == (4, 2)


def test_what_is_amiss_in_a_list_is_told_with_file_and_line(seed, tmp_path):
    _, made = imported("seed-tts-eval", seed / "meta.lst", tmp_path)
    told = "\n".join(made.remarks)
    assert f"{seed}/meta.lst:2: there is no recording {seed}/prompt-wavs/p2.wav" in told
    assert "meta.lst:5: has 1 fields between |, expected 2 to 5; left out" in told
    assert "meta.lst:6: is the same as" in told
    assert "meta.lst:7: the id 'utt-1' was used at" in told
    assert "meta.lst:8: has no word in its text; left out" in told
    assert len(made.remarks) == 5


def test_three_fields_are_id_text_and_prompt(tmp_path):
    recording(tmp_path / "list" / "p.wav")
    write(tmp_path / "list" / "meta.lst", "a|One sentence.|p.wav\n")
    suite, _ = imported("seed-tts-eval", tmp_path / "list", tmp_path, language="en")
    assert (suite.items[0].text, suite.items[0].reference_audio is not None) == ("One sentence.", True)


def test_a_list_that_does_not_say_its_language_must_be_told(tmp_path):
    write(tmp_path / "list" / "meta.lst", "a|One sentence.\n")
    with pytest.raises(SuiteError, match=r"meta\.lst:1: the list does not say which language this is; name it with"):
        imported("seed-tts-eval", tmp_path / "list", tmp_path)


# --- MiniMax ---------------------------------------------------------------------------------------------------------


def test_minimax_has_two_voices_a_language_with_their_prompts(tmp_path):
    root = tmp_path / "TTS-Multilingual-Test-Set"
    for gender in ("female", "male"):
        recording(root / "speaker" / "german" / f"german_{gender}" / f"clip_{gender}.mp3")
    write(root / "speaker" / "prompt_text.txt", "clip_female.mp3|Guten Tag zusammen.\nclip_male.mp3|Na denn.\n")
    write(root / "text" / "german.txt", "german_female|Das kostet 3,5 %.\ngerman_male|Und wir?\n")
    write(root / "text" / "hindi.txt", "hindi_female|नमस्ते दुनिया।\n")
    write(root / "text" / "klingon.txt", "klingon_male|nuqneH\n")
    suite, made = imported("minimax", root, tmp_path)
    assert suite.languages == ("de", "hi")
    german = [item for item in suite.items if item.language == "de"]
    assert [(item.voice, item.reference_text) for item in german] == [
        ("german_female", "Guten Tag zusammen."),
        ("german_male", "Na denn."),
    ]
    assert suite.license == "CC-BY-SA-4.0"
    told = "\n".join(made.remarks)
    assert "'klingon' is no language of this list" in told
    assert "there are no recordings in" in told


# --- EmergentTTS-Eval and kyutai -------------------------------------------------------------------------------------


def test_emergent_tts_eval_has_categories(tmp_path):
    rows = [
        {"category": kind, "text_to_synthesize": text, "evolution_depth": 0, "language": "en", "unique_id_eval": number}
        for number, kind, text in ((7, "Questions", "Why so?"), (8, "Emotions", "Oh no!"))
    ]
    rows.append({"category": "Emotions", "evolution_depth": 3, "language": "en", "unique_id_eval": 9})
    text = "\n".join(map(json.dumps, rows)) + '\n{"category": "cut off\n[1, 2]\n'
    suite, made = imported("emergent-tts-eval", write(tmp_path / "emergent.jsonl", text), tmp_path)
    assert [(item.id, item.category, item.text) for item in suite.items] == [
        ("7", "Questions", "Why so?"),
        ("8", "Emotions", "Oh no!"),
    ]
    assert suite.protocols == ("whisper",)
    assert [remark.split(": ", 1)[1] for remark in made.remarks] == [
        "has no text_to_synthesize; left out",
        "is not JSON (Unterminated string starting at); left out",
        "is no JSON object; left out",
    ]


def test_kyutai_turns_become_one_text_and_several_speakers_are_told(tmp_path):
    recording(tmp_path / "list" / "a.wav")
    rows = [
        {"id": "d1", "turns": ["Hello there.", "Good day."], "speaker_audios": ["a.wav", "b.wav"], "language": "en"},
        {"id": "m1", "turns": ["Une seule voix."], "speaker_audios": ["a.wav"], "language": "fr", "tags": ["x"]},
        {"id": "e1", "turns": [], "speaker_audios": [], "language": "fr"},
    ]
    suite, made = imported("kyutai", write(tmp_path / "list" / "set.jsonl", "\n".join(map(json.dumps, rows))), tmp_path)
    assert {item.id: (item.text, item.category) for item in suite.items} == {
        "d1": ("Hello there.\nGood day.", "dialogue"),
        "m1": ("Une seule voix.", "general"),
    }
    assert made.with_audio == 2
    assert any("a dialogue of 2 speakers" in remark for remark in made.remarks)
    assert any("has no turns or no id" in remark for remark in made.remarks)


# --- LJ Speech -------------------------------------------------------------------------------------------------------


def test_lj_speech_is_a_human_reading_of_its_texts(tmp_path):
    root = tmp_path / "LJSpeech-1.1"
    recording(root / "wavs" / "LJ001-0001.wav")
    write(
        root / "metadata.csv",
        'LJ001-0001|In 1469, "he" wrote.|In fourteen sixty-nine, "he" wrote.\nLJ001-0002|No sound.|No sound.\n',
    )
    suite, made = imported("ljspeech", root, tmp_path)
    first, second = suite.items
    assert is_human_reading(first)
    assert first.spoken == ('In fourteen sixty-nine, "he" wrote.',)
    assert (second.spoken, second.reference_audio) == ((), None)
    assert len(made.remarks) == 1


# --- tables ----------------------------------------------------------------------------------------------------------

TABLE = [
    {"id": "a", "text": "Où est-ce ?", "language": "fr", "spoken": None, "keywords": None},
    {"id": "b", "text": "Il a 3 ans.", "language": "fr-CA", "spoken": "Il a trois ans.", "keywords": "trois|ans"},
]


def table_file(path: Path, suffix: str) -> Path:
    file = path / f"prompts{suffix}"
    if suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(TABLE), file)
    elif suffix == ".jsonl":
        write(file, "\n".join(json.dumps({k: v for k, v in row.items() if v}) for row in TABLE))
    else:
        mark = "," if suffix == ".csv" else "\t"
        lines = [list(TABLE[0]), *([str(value or "") for value in row.values()] for row in TABLE)]
        write(file, "\n".join(mark.join(line) for line in lines))
    return file


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".parquet"])
def test_tables_of_every_kind_give_the_same_suite(suffix, tmp_path):
    suite, made = imported({".tsv": "csv"}.get(suffix, suffix[1:]), table_file(tmp_path, suffix), tmp_path)
    assert [(item.id, item.text, item.locale, item.spoken, item.keywords) for item in suite.items] == [
        ("a", "Où est-ce ?", "fr", (), ()),
        ("b", "Il a 3 ans.", "fr-CA", ("Il a trois ans.",), ("trois", "ans")),
    ]
    assert made.remarks == ()


@pytest.mark.parametrize(
    ("encoding", "told"), [("utf-8-sig", []), ("utf-16", ["is UTF-16"]), ("cp1252", ["is not UTF-8"])]
)
def test_odd_encodings_are_read_and_told(encoding, told, tmp_path):
    file = write(tmp_path / "list.csv", "id,text,language\r\na,Où est l’été ?,fr\r\n", encoding)
    suite, made = imported("csv", file, tmp_path)
    assert suite.items[0].text == "Où est l’été ?"
    assert len(made.remarks) == len(told)
    assert all(part in remark for part, remark in zip(told, made.remarks, strict=True))


def test_recordings_of_the_same_name_stay_apart(tmp_path):
    for folder in ("x", "y"):
        recording(tmp_path / folder / "a.wav")
    file = write(tmp_path / "list.csv", "id,text,language,reference_audio\n1,One.,en,x/a.wav\n2,Two.,en,y/a.wav\n")
    suite, _ = imported("csv", file, tmp_path)
    assert sorted(item.reference_audio.name for item in suite.items if item.reference_audio) == ["a-2.wav", "a.wav"]


# --- what can't be read ----------------------------------------------------------------------------------------------


def test_an_unknown_format_is_told_with_those_that_there_are(tmp_path):
    with pytest.raises(UsageError, match="there is no format 'sead'; there are: seed-tts-eval"):
        imported("sead", tmp_path, tmp_path)


def test_the_beginning_of_a_formats_name_is_enough():
    assert format_of("seed").name == "seed-tts-eval"
    assert format_of("EmergentTTS-Eval").name == "emergent-tts-eval"


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_a_list_that_is_not_there_or_has_nothing_is_told(form, tmp_path):
    with pytest.raises(SuiteError, match="is not there; expected"):
        imported(form, tmp_path / "nothing", tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(SuiteError, match="expected"):
        imported(form, tmp_path / "empty", tmp_path)
    assert not (tmp_path / "suite").exists()


def test_a_folder_that_holds_something_is_not_written_to(seed, tmp_path):
    write(tmp_path / "suite" / "mine.txt", "keep me")
    with pytest.raises(UsageError, match="is there and not empty; name a new folder with --out"):
        imported("seed-tts-eval", seed, tmp_path)


def test_the_command_tells_what_was_amiss_and_what_to_type_next(seed, tmp_path):
    done = CliRunner().invoke(
        app, ["suite", "import", "seed-tts-eval", str(seed), "--out", str(tmp_path / "new")], obj={}
    )
    assert done.exit_code == 0
    assert "4 items, 2 with a recording" in done.output
    assert "warning: " in done.output
    assert f"Next: voxeval suite check {tmp_path / 'new'}" in done.output
