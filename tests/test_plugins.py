from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import use_fakes
from voxeval.errors import PluginError, UsageError
from voxeval.plugins import KINDS, Spec, create, listed, load, parse_spec, split_options

# --- specifications --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("espeak", {}),
        ("espeak:", {}),
        ("espeak:rate=120", {"rate": 120}),
        (" espeak : rate = 120 , pitch = 40 ", {"rate": 120, "pitch": 40}),
        ("espeak:rate=120,,pitch=40,", {"rate": 120, "pitch": 40}),
        ("espeak:voice=en-us+f3", {"voice": "en-us+f3"}),
        ("espeak:a=true,b=null,c=1.5,d=", {"a": True, "b": None, "c": 1.5, "d": None}),
        ("espeak:a=\"true\",b='1'", {"a": "true", "b": "1"}),
        ("espeak:a='it''s, no',b=2", {"a": "it's, no", "b": 2}),
        (r'espeak:a="say \"hi, you\"",b=2', {"a": 'say "hi, you"', "b": 2}),
        ("espeak:a=it's,b=2", {"a": "it's", "b": 2}),
        ("espeak:a=b],c=2", {"a": "b]", "c": 2}),
        ("espeak:a=b[1,c=2", {"a": "b[1", "c": 2}),
        ("espeak:a=[1,[2,3],{b: 4, c: [5]}],d=6", {"a": [1, [2, 3], {"b": 4, "c": [5]}], "d": 6}),
        ("espeak:a=[ ']' , \"}\" ],d=6", {"a": ["]", "}"], "d": 6}),
        ("espeak:url=http://localhost:80/v1?a=b,d=6", {"url": "http://localhost:80/v1?a=b", "d": 6}),
        ("espeak:config=voice.yaml", {"config": "voice.yaml"}),
        (
            'command:argv=[flite,-t,"{text}",-o,"{out}"]',
            {"argv": ["flite", "-t", "{text}", "-o", "{out}"]},
        ),
    ],
)
def test_options_are_yaml_between_commas(text, options):
    spec = parse_spec(text)
    assert (spec.name, spec.options, spec.main, spec.text) == (text.split(":")[0].strip(), options, "", text)


@pytest.mark.parametrize(
    ("text", "main", "options"),
    [
        ("whisper:large-v3", "large-v3", {}),
        ("whisper:runs/lr=3/model.pt,words=true", "runs/lr=3/model.pt", {"words": True}),
        ("whisper:model.pt", "model.pt", {}),
    ],
)
def test_a_value_alone_is_for_the_first_option(text, main, options):
    spec = parse_spec(text)
    assert (spec.name, spec.main, spec.options) == ("whisper", main, options)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it names nothing"),
        (":rate=1", "it names nothing"),
        ("espeak:rate=1,fast", "'fast' is not key=value"),
        ("espeak:=3", "'=3' is not key=value"),
        ("espeak:rate=1,my rate=2", "'my rate=2' is not key=value"),
        ("espeak:rate=1,rate=2", "rate= is given twice"),
        ("espeak:rate=[1,2", "value of 'rate' is not YAML"),
        ("espeak:rate=*a", "value of 'rate' is not YAML"),
        ("espeak:date=2024-13-45", "value of 'date' is not YAML"),
        ("espeak:label=", "label None"),
        ("espeak:label=a b", "label 'a b'"),
        ("espeak:label=é", "label 'é'"),
        ("espeak:label=a/b", "label 'a/b'"),
        ("espeak:label=[a]", r"label \['a'\]"),
        ("missing.yaml", "missing.yaml can't be read"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(text, message):
    with pytest.raises(UsageError, match=message):
        parse_spec(text)


@pytest.mark.parametrize("label", ["a", "A.b+c_d-9", "010", "1e3", "no", "2024-01-01", "1.10"])
def test_a_label_is_taken_as_it_is_written(label, tmp_path):
    spec = parse_spec(f"espeak:rate=120,label={label}")
    assert (spec.label, spec.options) == (label, {"rate": 120})
    path = tmp_path / "system.yaml"
    path.write_text(f"name: espeak\nlabel: {label}\nrate: 120\n")
    assert (parse_spec(str(path)).label, parse_spec(str(path)).options) == (label, {"rate": 120})


def test_without_a_label_it_is_the_name():
    assert parse_spec("espeak:rate=1").label == "espeak"


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cn"]), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
keys = st.from_regex(r"[a-z_][a-z0-9_]{0,5}", fullmatch=True).filter(lambda key: key != "label")


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(keys, values, max_size=4))
def test_any_options_survive_being_written_in_a_line(options):
    assert parse_spec("x:" + ",".join(f"{key}={in_flow(value)}" for key, value in options.items())).options == options


def in_flow(value):
    """YAML on one line; JSON is YAML, with quotes around every text."""
    return json.dumps(value, ensure_ascii=False)


@given(st.text(alphabet="ab=,[]{}\"'\\ :", max_size=30))
def test_any_text_is_split_without_loss(text):
    parts = split_options(text)
    assert [part.strip() for part in parts] == parts
    assert sorted("".join(parts).replace(" ", "").replace(",", "")) == sorted(text.replace(" ", "").replace(",", ""))


@given(st.text(max_size=30))
def test_any_text_is_a_spec_or_a_usage_error(text):
    try:
        spec = parse_spec(text)
    except UsageError:
        return
    assert spec.name


def test_a_file_gives_the_same_as_a_line(tmp_path):
    path = tmp_path / "flite.yaml"
    path.write_bytes(b'\xef\xbb\xbfname: command\r\nlabel: flite\r\nargv: [flite, -t, "{text}"]\r\ntimeout_s: 5\r\n')
    line = parse_spec('command:label=flite,argv=[flite,-t,"{text}"],timeout_s=5')
    file = parse_spec(str(path))
    assert (file.name, file.label, file.options) == (line.name, line.label, line.options)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no `name:`"),
        (b"- espeak", "no `name:`"),
        (b"name: 3", "no `name:`"),
        (b"name: [", "is not YAML"),
        (b"name: \xff", "is not YAML"),
        (b"name: espeak\nlabel: a b", "label 'a b'"),
    ],
)
def test_a_broken_file_is_refused(tmp_path, content, message):
    path = tmp_path / "system.yaml"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=message):
        parse_spec(str(path))


# --- making them -----------------------------------------------------------------------------------------------------


class Made:
    def __init__(self, *, words: list[str], rate: int = 3, name: str = "", device: str = "none") -> None:
        if name == "boom":
            raise RuntimeError("no such thing")
        self.given = (words, rate, name, device)


class MadeOfNothing:
    pass


@pytest.fixture
def _made(monkeypatch):
    use_fakes(monkeypatch, systems={"made": Made, "nothing": MadeOfNothing})


@pytest.mark.usefixtures("_made")
def test_options_are_checked_against_annotations_and_run_options_are_offered():
    made = create("systems", parse_spec("made:words=[a,b],rate=7"), device="cpu", offline=True)
    assert made.given == (["a", "b"], 7, "", "cpu")


@pytest.mark.usefixtures("_made")
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("made", "option 'words' is needed"),
        ("made:words=[a],pitch=2", "there is no option 'pitch'; there are: words, rate, name, device"),
        ("made:words=[a],rate=fast", "option 'rate' is 'fast'"),
        ("made:words=[a,1]", r"option 'words.1' is 1: .*put it in quotes"),
        ("made:words=[a],name=1.10", r"option 'name' is 1.1: .*put it in quotes"),
        ("made:words=[a],name=boom", "can't be made: no such thing"),
        ("made:large,words=[a]", "'large' has no place, words= is given too"),
        ("nothing:large", "'large' has no place, it takes no options"),
        ("nothing:a=1", "there is no option 'a'; there are: none"),
    ],
)
def test_wrong_options_are_named(text, message):
    with pytest.raises(PluginError, match=message):
        create("systems", parse_spec(text))


def test_unknown_names_are_refused_with_those_that_are_there():
    with pytest.raises(PluginError, match=r"there is no system 'nope'; there are: .*espeak.*folder"):
        load("systems", "nope")


def test_whisper_takes_the_model_alone():
    spec = parse_spec("whisper:base")
    assert load("analyzers", "whisper").__name__ == "WhisperRecognizer"
    assert spec == Spec(name="whisper", main="base", label="whisper", text="whisper:base")
    with pytest.raises(PluginError, match="option 'model' is needed"):
        create("analyzers", Spec(name="whisper", text="whisper"))


def test_ours_are_listed_by_name_without_being_loaded():
    for kind in KINDS:
        names = [row.name for row in listed(kind)]
        assert names == sorted(names)
    assert {"command", "espeak", "folder"} <= {row.name for row in listed("systems")}
    assert all(row.target.startswith("voxeval.") for row in listed("metrics") if row.package == "voxeval")
