from __future__ import annotations

import json

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import write_suite
from voxeval.errors import SuiteError
from voxeval.suite import load_suite, script_share, suite_folders
from voxeval.types import LANGUAGES

GOOD = {"id": "a", "text": "Good morning.", "language": "en"}


def table(tmp_path, content, name="mine.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def in_lines(tmp_path, *rows):
    return table(tmp_path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "mine.jsonl")


def items_of(reference, *languages):
    return load_suite(reference, languages)[0].items


# --- ours ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(suite_folders()))
def test_our_suites_cover_nine_languages_without_a_warning(name):
    suite, odd = load_suite(name)
    assert suite.name == name
    assert suite.languages == LANGUAGES
    assert odd == []
    assert all(item.speech_text for item in suite.items if item.language == "ar")


def test_smoke_and_longform_smoke_are_there():
    assert {"smoke", "longform-smoke"} <= set(suite_folders())


# --- files of one's own ----------------------------------------------------------------------------------------------


def test_every_field_of_an_item_arrives(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.zeros(100), 16_000)
    row = {
        **GOOD, "text": "I have 2.", "spoken": ["I have two.", "I've two."], "category": "numbers", "cluster": "c1",
        "keywords": ["two"], "locale": "en-GB", "voice": "bob", "reference_audio": "a.wav", "reference_text": "hello",
        "speech_text": "I have two",
    }  # fmt: skip
    (item,) = items_of(in_lines(tmp_path, row))
    assert {name: getattr(item, name) for name in row} == row | {
        "spoken": ("I have two.", "I've two."), "keywords": ("two",), "reference_audio": tmp_path / "a.wav",
    }  # fmt: skip
    assert item.readings == ("I have two.", "I've two.")


def test_defaults_are_the_plain_ones(tmp_path):
    (item,) = items_of(in_lines(tmp_path, GOOD))
    assert (item.category, item.cluster, item.locale, item.spoken, item.voice) == ("general", "a", "en", (), None)
    assert item.readings == ("Good morning.",)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_marks_do_not_matter(tmp_path, end, mark):
    rows = ["id,text,language", "a,Grüße,de", '"b","one, two",en', ""]
    from_csv = items_of(table(tmp_path, mark + end.join(rows)))
    assert [(item.id, item.text, item.language) for item in from_csv] == [("a", "Grüße", "de"), ("b", "one, two", "en")]
    lines = [json.dumps({**GOOD, "id": name}) for name in "ab"]
    assert len(items_of(table(tmp_path, mark + (end + end).join(lines), "mine.jsonl"))) == 2
    folder = write_suite(tmp_path / "own", {"en": [{"text": "x"}]})
    content = (folder / "items" / "en.jsonl").read_text()
    (folder / "items" / "en.jsonl").write_bytes((mark + content.replace("\n", end)).encode())
    assert len(items_of(str(folder))) == 1


def test_a_text_may_hold_any_separator_that_is_not_a_line_end(tmp_path):
    text = "one\u2028two\u2029three\u0085four\u001cfive"
    (item,) = items_of(in_lines(tmp_path, {**GOOD, "text": text}))
    assert item.text == text


def test_quoted_fields_span_lines_and_errors_name_the_right_one(tmp_path):
    content = 'id,text,language\na,"one\ntwo",en\nb,,en\n'
    with pytest.raises(SuiteError, match=r"mine\.csv:4: key 'text' is missing or empty"):
        load_suite(table(tmp_path, content))
    assert items_of(table(tmp_path, content.replace("b,,en", "b,x,en")))[0].text == "one\ntwo"


def test_files_give_ids_and_recordings_where_they_are(tmp_path):
    soundfile.write(tmp_path / "one.wav", np.zeros(100), 16_000)
    path = table(tmp_path, "file,text\none.wav,First.\nsub/two.wav,Second.\n")
    one, two = items_of(path, "en")
    assert (one.id, one.language, one.reference_audio, one.reference_text) == (
        "one",
        "en",
        tmp_path / "one.wav",
        "First.",
    )
    assert (two.id, two.reference_audio) == ("two", None)
    with pytest.raises(SuiteError, match=r"mine\.csv:2: no `language`; add the column, or name the one language"):
        load_suite(path)
    with pytest.raises(SuiteError, match=r"mine\.csv:2: no `language`"):
        load_suite(path, ["en", "de"])


def test_readings_and_keywords_of_a_table_stand_between_bars(tmp_path):
    path = table(tmp_path, "id,text,language,spoken,keywords\na,2,en,two|a pair,two\nb,3,en,three,\n")
    one, two = items_of(path)
    assert (one.spoken, one.keywords) == (("two", "a pair"), ("two",))
    assert (two.spoken, two.keywords) == (("three",), ())


def test_tabs_separate_a_tsv(tmp_path):
    (item,) = items_of(table(tmp_path, "id\ttext\tlanguage\na\tone, two\ten\n", "mine.tsv"))
    assert item.text == "one, two"


def test_languages_keep_their_items_and_unknown_ones_are_refused(tmp_path):
    path = in_lines(tmp_path, GOOD, {**GOOD, "language": "pt-BR", "id": "b"})
    assert [(item.language, item.locale) for item in items_of(path, "pt")] == [("pt", "pt-BR")]
    with pytest.raises(SuiteError, match="suite mine has no items in fr, xx; it has: en, pt"):
        load_suite(path, ["en", "xx", "fr"])


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"text": ""}, "key 'text' is missing or empty"),
        ({"text": "   "}, "text is "),
        ({"text": "?!"}, "has no word in it"),
        ({"text": None}, "key 'text' is missing or empty"),
        ({"text": 3}, "text is 3 and not text"),
        ({"spoken": "..."}, "spoken '...' has no word in it"),
        ({"spoken": ["fine", ""]}, "spoken '' has no word in it"),
        ({"id": ""}, "key 'id' is missing or empty"),
        ({"id": "a b"}, "id is 'a b'"),
        ({"id": "../a"}, "id is '../a'"),
        ({"id": 7}, "id is 7 and not text"),
        ({"colour": "red"}, "unknown key 'colour'; there are: id, language, text, spoken"),
        ({"language": "english"}, "language 'english' is not a BCP-47 tag; write for example 'pt-BR'"),
        ({"language": "EN"}, "'EN' is not a BCP-47 tag"),
        ({"language": "en_GB"}, "'en_GB' is not a BCP-47 tag"),
        ({"locale": "pt-br"}, "locale 'pt-br' is not a BCP-47 tag"),
        ({"locale": "de-DE"}, "locale 'de-DE' is not one of language 'en'"),
        ({"keywords": {"good": 1}}, "keywords is "),
        ({"reference_audio": "none.wav"}, "none.wav does not exist"),
        ({"text": "\ud800 half a pair"}, "text is"),
    ],
)
def test_a_wrong_item_is_refused_with_file_and_line(tmp_path, row, message):
    path = table(tmp_path, json.dumps(GOOD) + "\n\n" + json.dumps({**GOOD, "id": "b", **row}), "mine.jsonl")
    with pytest.raises(SuiteError) as caught:
        load_suite(path)
    assert str(caught.value).startswith(f"{path}:3: ")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", ": has no items"),
        ("\n\n", ": has no items"),
        ("{", ":1: is not JSON"),
        ('{"id": "a"', ":1: is not JSON"),
        ("[1]", ":1: expected one JSON object"),
        ("null", ":1: expected one JSON object"),
        (b'{"id": "\xff"}', ": is not UTF-8 (byte 8); save it as UTF-8"),
        ("\ufeff\ufeff{}", ":1: is not JSON"),
    ],
)
def test_a_broken_file_of_lines_is_refused(tmp_path, content, message):
    path = table(tmp_path, content, "mine.jsonl")
    with pytest.raises(SuiteError) as caught:
        load_suite(path)
    assert f"{path}{message}" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", ":1: expected the columns id (or file), text and language"),
        ("id,language\na,en\n", ":1: expected the columns id (or file), text and language, got id, language"),
        ("id,text,language\n", ": has no items"),
        ("id,text,language\na,one,two,en\n", ":2: has not 3 fields"),
        ("id,text,language\na,one\n", ":2: has not 3 fields"),
        ("id,text,language,text\na,one,en,two\n", ":1: names a column twice"),
        ("id,text,language,colour\na,one,en,red\n", ":2: unknown key 'colour'"),
        ('id,text,language\na,"' + "x" * 200_000 + '",en\n', ":1: can't be read as a table"),
        (b"id,text,language\na,caf\xe9,fr\n", ": is not UTF-8"),
        ("id,text,language\na,one,en\na,two,en\n", ":3: id 'a' was used before, at "),
    ],
)
def test_a_broken_table_is_refused(tmp_path, content, message):
    path = table(tmp_path, content)
    with pytest.raises(SuiteError) as caught:
        load_suite(path)
    assert f"{path}{message}" in str(caught.value)


def test_an_id_may_come_again_in_another_language(tmp_path):
    assert len(items_of(in_lines(tmp_path, GOOD, {**GOOD, "language": "de"}))) == 2


@pytest.mark.parametrize("name", ["mine.txt", "mine.json"])
def test_other_files_are_refused(tmp_path, name):
    with pytest.raises(SuiteError, match=r"expected a \.csv or \.jsonl file"):
        load_suite(table(tmp_path, "x", name))


# --- folders ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (b"", "expected keys as name"),
        (b"- a", "expected keys as name"),
        (b"name: [", "can't be read as YAML"),
        (b"\xff", "can't be read as YAML"),
        (b"name: a\nversion: '1'\nlicense: CC0\n", "key 'description' is missing or empty"),
        (b"name: a\nversion: 1.0\nlicense: CC0\ndescription: d\n", "version is 1.0 and not text: put it in quotes"),
        (b"name: a/b\nversion: '1'\nlicense: CC0\ndescription: d\n", "name is 'a/b'"),
        (
            b"name: a\nversion: '1'\nlicense: CC0\ndescription: d\nlicence: x\n",
            "unknown key 'licence'; there are: name",
        ),
    ],
)
def test_a_wrong_header_is_refused(tmp_path, header, message):
    folder = write_suite(tmp_path / "own", {"en": [{"text": "x"}]})
    (folder / "suite.yaml").write_bytes(header)
    with pytest.raises(SuiteError) as caught:
        load_suite(str(folder))
    assert str(caught.value).startswith(f"{folder / 'suite.yaml'}: ")
    assert message in str(caught.value)


def test_a_folder_without_items_and_lines_of_another_language_are_refused(tmp_path):
    folder = write_suite(tmp_path / "own", {})
    with pytest.raises(SuiteError, match=r"has no items/<language>\.jsonl"):
        load_suite(str(folder))
    write_suite(folder, {"en": [{"text": "x", "language": "de"}]})
    with pytest.raises(SuiteError, match=r"en\.jsonl:1: language 'de' in the file of 'en'"):
        load_suite(str(folder))
    (folder / "items" / "en.jsonl").unlink()
    write_suite(folder, {"english": [{"text": "x"}]})
    with pytest.raises(SuiteError, match=r"language 'english' is not a BCP-47 tag"):
        load_suite(str(folder))


def test_nothing_of_that_name_lists_what_there_is():
    with pytest.raises(
        SuiteError,
        match="there is no suite 'smok': expected one of cloning, core, hard, latency, longform, longform-smoke, smoke",
    ):
        load_suite("smok")


def test_the_hash_changes_with_what_changes_a_score_and_with_nothing_else(tmp_path):
    def content_hash(rows, **header):
        return load_suite(str(write_suite(tmp_path / "own", {"en": rows}, **header)))[0].content_hash

    rows = [{"text": "one"}, {"text": "two"}]
    first = content_hash(rows)
    named = [{"id": "b", "text": "two"}, {"id": "a", "text": "one"}]
    assert content_hash(named) == content_hash(rows, version="2") == first
    for change in ({"text": "other"}, {"spoken": "uno"}, {"category": "x"}, {"cluster": "c"}, {"keywords": ["one"]}):
        assert content_hash([{"text": "one", **change}, {"text": "two"}]) != first


# --- what is odd -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"text": "I have 2 cats"}, "has 2 and no `spoken`"),
        ({"text": "Tom & Jerry"}, "has & and no `spoken`"),
        ({"text": "доброе утро"}, "only 0% of its letters are in the script of 'en'"),
    ],
)
def test_odd_texts_are_named(tmp_path, row, words):
    _, odd = load_suite(in_lines(tmp_path, {**GOOD, **row}))
    assert any(words in str(warned) and str(warned).startswith("mine/en/a: ") for warned in odd)


def test_ordinary_texts_are_not_odd(tmp_path):
    rows = [
        {**GOOD, "text": "Well – “yes”, (it’s) fine; isn't it?… No!"},
        {**GOOD, "id": "b", "text": "I have 2.", "spoken": "I have two."},
        {"id": "c", "language": "hi", "text": "नमस्ते। आप कैसे हैं?"},
        {"id": "d", "language": "ar", "text": "مرحبا، كيف حالك؟"},
    ]
    assert load_suite(in_lines(tmp_path, *rows))[1] == []


def test_repeated_texts_are_odd(tmp_path):
    _, odd = load_suite(in_lines(tmp_path, GOOD, {**GOOD, "id": "b"}, {**GOOD, "id": "b", "language": "de"}))
    assert [warned.where for warned in odd] == ["mine/en/a", "mine/en/b"]


@settings(deadline=None)
@given(st.text(max_size=20), st.sampled_from(LANGUAGES))
def test_the_share_of_a_script_is_a_share(text, language):
    assert 0.0 <= script_share(text, language) <= 1.0


def test_known_shares():
    assert script_share("abcд", "en") == 0.75
    assert script_share("مرحبا ab", "ar") == pytest.approx(5 / 7)
    assert script_share("123 ?", "hi") == 1.0


def test_a_recording_that_a_table_names_and_that_is_not_there_is_told(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("file,text,language\nnowhere.wav,One two three.,en\n", encoding="utf-8")
    suite, odd = load_suite(str(path))
    assert suite.items[0].reference_audio is None
    assert [str(warned) for warned in odd if "no recording" in str(warned)] == [
        f"{path}:2: there is no recording {tmp_path / 'nowhere.wav'}: no human reading of this text"
    ]


def test_a_language_that_voxeval_does_not_know_is_told(tmp_path):
    path = tmp_path / "mine.jsonl"
    path.write_text('{"id": "a", "text": "Labas rytas.", "language": "lt"}\n', encoding="utf-8")
    _, odd = load_suite(str(path))
    assert "is none of the languages that voxeval knows" in str(odd[0])
