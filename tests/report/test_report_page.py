"""The report of a made-up run: what must be in it, and what must never happen to it."""

import json
import re
from html.parser import HTMLParser

import pytest

from tests.report.report_runs import NASTY, RECOGNIZER, doubted, make_run
from voxeval.errors import RunError, UsageError
from voxeval.report import write_report
from voxeval.report.page import as_script


class Page(HTMLParser):
    """Elements, ids, headings and visible words of a page."""

    VOID = ("meta", "link", "img", "br", "input")

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.ids, self.headings, self.words, self.open = [], [], [], [], []
        self.outside = []  # addresses that something would be loaded from
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags.append((tag, values))
        self.ids += [values["id"]] if "id" in values else []
        self.outside += [values[name] for name in ("src", "href") if name in values]
        self.headings += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "script" not in self.open and "style" not in self.open:
            self.words.append(data)

    def count(self, tag):
        return sum(name == tag for name, _ in self.tags)

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.words))


def embedded(report, name):
    """The JSON that the page carries under this id."""
    found = re.search(
        rf'<script type="application/json" id="{name}">(.*?)</script>', report.read_text(encoding="utf-8")
    )
    return json.loads(found[1])


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory):
    return make_run(tmp_path_factory.mktemp("runs") / "smoke", n_items=3)


@pytest.fixture(scope="module")
def report(run_folder, tmp_path_factory):
    return write_report([run_folder], tmp_path_factory.mktemp("out"))


@pytest.fixture(scope="module")
def page(report):
    return Page(report.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def data(report):
    found = re.search(
        r'<script type="application/json" id="data">(.*?)</script>', report.read_text(encoding="utf-8"), re.S
    )
    return json.loads(found[1])


def test_every_section_is_there_once_and_reached_from_the_navigation(page):
    assert len(page.ids) == len(set(page.ids))
    linked = [values["href"][1:] for tag, values in page.tags if tag == "a"]
    assert set(linked) <= set(page.ids)
    wanted = {"summary", "languages", "listen", "items", "spread", "timing", "course", "failures", "numbers", "meaning"}
    assert wanted | {"provenance"} <= set(linked)


def test_headings_go_down_one_step_at_a_time(page):
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(page.headings, page.headings[1:], strict=False))


def test_every_table_has_a_caption_and_every_head_a_scope(page):
    assert page.count("caption") == page.count("table") > 10
    assert all("scope" in values for tag, values in page.tags if tag == "th")


def test_nothing_is_loaded_from_elsewhere(page):
    assert all(address.startswith(("#", "data:")) for address in page.outside)


def test_texts_from_outside_stay_texts(page, data):
    assert page.count("img") == 0
    assert [values.get("type") for tag, values in page.tags if tag == "script"] == [
        None, "application/json", "application/json", "text/plain", None,
    ]  # fmt: skip
    assert re.sub(r"\s+", " ", NASTY) in page.text  # a note of the run
    assert "<b>no such voice</b>" in page.text  # a reason
    assert NASTY in {take["text"] for take in data["takes"]}


@pytest.mark.parametrize("text", ["</script><b>", "<!-- <script>", "\u2028\u2029", "&lt;", "]]>", '"\\', "نص"])
def test_data_in_a_script_can_neither_end_it_nor_change(text):
    written = as_script({"text": text})
    assert not re.search("[<>&\u2028\u2029]", written)
    assert json.loads(written) == {"text": text}


def test_the_head_says_who_spoke_what_and_who_listened(page):
    head = page.text.split("Summary", 1)[0]
    for word in ("human", "espeak", "espeak-f3", "smoke 1.0", "longform-smoke 1.0", "pocketsphinx", "2026-11-22 13:02"):
        assert word in head
    assert re.search(r"Takes 75\b", head)
    assert re.search(r"Failed 1\b.* 1 skipped", head)


def test_the_floor_stands_beside_the_error_rates(page):
    assert "floor: English 28.9 %" in page.text
    assert re.search(r"32 LJSpeech recordings human English 28.9 % 15.1 %", page.text)
    assert re.search(r"espeak-ng, 32 sentences synthetic English 89.7 % 64.1 %", page.text)


def test_what_was_not_measured_has_its_reason_and_never_a_number(page, data):
    assert "Similarity (ge2e), since: no reference recording of the voice" in page.text
    sim = next(place for place, column in enumerate(data["columns"]) if column["metric"] == "sim_o")
    assert {row[5] for row in data["summary"] if row[4] == sim} == {None}
    values = data["values"]["sim_o/ge2e@d4e5f6/mean"]
    assert set(values["values"]) == {None}
    assert "skipped: no reference recording of the voice" in values["reasons"]


def test_failures_are_counted_beside_the_number_and_listed_with_their_reason(page):
    assert re.search(r"1 failed", page.text.split("Not measured here", 1)[0])
    assert "the program ended with code 1" in page.text.split("Takes that were not made", 1)[1]
    assert "dnsmos: the network gave no answer" in page.text.split("Recordings that could not be measured", 1)[1]


def test_plugin_metrics_come_after_the_known_ones(data):
    names = [column["metric"] for column in data["columns"]]
    assert names[:3] == ["wer", "cer", "understood"]
    assert data["columns"][names.index("sparkle")]["headline"]
    assert names.index("sparkle") > names.index("first_audio_s")
    assert not data["columns"][names.index("f0_median_hz")]["headline"]


def test_provenance_holds_command_hashes_and_meanings(page):
    for word in ("'espeak:label=a b'", "0123456789ab", "A CPU with 2 cores", "0f0f0f0f0f0f0f0f", "numpy", "no GPU"):
        assert word in page.text
    assert f"wer/{RECOGNIZER}/voxeval-1/corpus" in page.text
    assert "edits / reference words" in page.text
    assert "counts as 100.0 %" in page.text


def test_recordings_and_pictures_lie_beside_the_page(report):
    sounds = embedded(report, "sounds")
    assert len(sounds) == 73  # all that were spoken
    for sound in sounds.values():
        assert (report.parent / sound["audio"]).read_bytes()[:4] == b"fLaC"
        assert (report.parent / sound["picture"]).read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_alignments_mark_every_difference(data):
    found = next(iter(data["alignments"].values()))[0]
    assert {pair[0] for pair in found["pairs"]} <= {"=", "~", "-", "+"}
    for sign, said, heard in found["pairs"]:
        assert (sign == "=") == (said == heard)
        assert bool(said) == (sign != "+")
        assert bool(heard) == (sign != "-")


def test_writing_again_replaces_old_parts_and_leaves_other_files(tmp_path, run_folder):
    small = make_run(tmp_path / "small", systems=("espeak",), human=False, n_items=1)
    out = tmp_path / "out"
    write_report([run_folder], out)
    (out / "audio" / "mine.flac").write_bytes(b"kept")
    before = len(list((out / "audio").iterdir()))
    write_report([small], out)
    left = {path.name for path in (out / "audio").iterdir()}
    assert "mine.flac" in left
    assert len(left) < before
    assert not list(out.rglob(".*"))


def test_a_missing_recording_is_said_and_stops_nothing(tmp_path):
    run = make_run(tmp_path / "run", systems=("espeak",), human=False, n_items=1)
    gone = sorted((run / "audio").iterdir())[0]
    gone.unlink()
    sounds = embedded(write_report([run], tmp_path / "out"), "sounds")
    silent = [sound for sound in sounds.values() if "why" in sound]
    assert silent
    assert gone.name in silent[0]["why"]


def test_two_runs_keep_their_systems_and_metric_ids_apart(tmp_path):
    first = make_run(tmp_path / "monday", systems=("espeak",), human=False, n_items=1)
    second = make_run(tmp_path / "tuesday", systems=("espeak",), human=False, n_items=1)
    for name in ("scores", "summary"):
        _replace_ids(second, name, "ge2e@d4e5f6", "ge2e@999999")
    data = embedded(write_report([first, second], tmp_path / "out"), "data")
    assert [system["label"] for system in data["systems"]] == ["monday:espeak", "tuesday:espeak"]
    basis = [column["basis"] for column in data["columns"] if column["metric"] == "voice_consistency"]
    assert sorted(basis) == ["ge2e@999999", "ge2e@d4e5f6"]
    wer = [column for column in data["columns"] if column["metric"] == "wer"]
    assert len(wer) == 1


def _replace_ids(run, table, old, new):
    import pyarrow.parquet as pq

    from voxeval.store import write_table

    rows = pq.read_table(run / f"{table}.parquet").to_pylist()
    write_table(run, table, [{**row, "metric_id": row["metric_id"].replace(old, new)} for row in rows])


def test_one_file_holds_everything(tmp_path):
    run = make_run(tmp_path / "run", systems=("espeak",), human=False, n_items=1)
    report = write_report([run], tmp_path / "out", single_file=True)
    assert [path.name for path in report.parent.iterdir()] == ["report.html"]
    sounds = embedded(report, "sounds")
    assert all(sound["audio"].startswith("data:audio/mpeg;base64,") for sound in sounds.values())
    assert all(sound["picture"].startswith("data:image/png;base64,") for sound in sounds.values())


def test_wrong_runs_are_refused_in_words(tmp_path, run_folder):
    with pytest.raises(UsageError, match="no run was given"):
        write_report([], tmp_path)
    with pytest.raises(UsageError, match="given twice"):
        write_report([run_folder, run_folder / "."], tmp_path)
    with pytest.raises(RunError, match="not a run folder"):
        write_report([tmp_path], tmp_path / "out")
    assert not (tmp_path / "report.html").exists()


def test_times_of_different_hosts_have_no_best(tmp_path):
    runs = [make_run(tmp_path / name, systems=(name,), human=False, n_items=1) for name in ("espeak", "espeak-f3")]
    alone = Page(
        write_report([make_run(tmp_path / "both", human=False, n_items=1)], tmp_path / "one").read_text(
            encoding="utf-8"
        )
    )
    assert re.search(r"Real-time factor ↓ p50 · lower is better [\d.]+ × best", alone.text)
    info = json.loads((runs[1] / "run.json").read_text(encoding="utf-8"))
    (runs[1] / "run.json").write_text(json.dumps(info | {"host": "bench-2"}), encoding="utf-8")
    page = Page(write_report(runs, tmp_path / "out").read_text(encoding="utf-8"))
    assert "Times were taken on different hosts (bench-1, bench-2)" in page.text
    table = page.text.split("Real-time factor ↓", 1)[1].split("Sparkle", 1)[0]
    assert "best" not in table


# --- indicative ------------------------------------------------------------------------------------------------------

WHY = "pocketsphinx has learned from espeak-ng's speech, and no other speech could be measured in English"


@pytest.fixture(scope="module")
def doubted_report(tmp_path_factory):
    run = doubted(make_run(tmp_path_factory.mktemp("runs") / "doubted", n_items=9))
    return write_report([run], tmp_path_factory.mktemp("out"))


@pytest.fixture(scope="module")
def doubted_page(doubted_report):
    return Page(doubted_report.read_text(encoding="utf-8"))


def test_why_numbers_are_indicative_is_said_once_with_all_systems(doubted_page):
    words = re.sub(r"\s+", " ", doubted_page.text)
    assert f"≈ Indicative only: what pocketsphinx heard of human and espeak-f3: it {WHY.partition(' ')[2]}." in words
    assert words.count(f"what pocketsphinx heard of human and espeak-f3: it {WHY.partition(' ')[2]}.") == 1
    assert "none of them is marked as best" in words


def marked(page, of):
    return [values["title"] for _, values in page.tags if values.get("class") == of and "title" in values]


def test_an_indicative_number_carries_a_mark_with_its_reason(doubted_page):
    titles = marked(doubted_page, "indicative-mark")
    # WER and CER and understood of human and espeak-f3, on each suite that they spoke
    assert len(titles) == 3 * 2 + 3
    assert set(titles) == {f"Indicative only: {WHY}"}
    table = doubted_page.text.split("Main numbers of smoke", 1)[1].split("Main numbers of longform", 1)[0]
    assert "≈ indicative only" in table
    heats = [
        values["title"] for tag, values in doubted_page.tags if tag == "td" and "indicative" in values.get("title", "")
    ]
    assert len(heats) == 3 * 2 + 3
    assert all(title.endswith(f"items; indicative only: {WHY}") for title in heats if "failed" not in title)
    assert "What ≈ stands before is indicative only" in re.sub(r"\s+", " ", doubted_page.text)


def test_no_indicative_number_is_best(doubted_page, page):
    """The same values, some of them doubted: the mark goes, and stays where words play no part."""
    of_words = r"WER ↓ pocketsphinx · lower is better.*?CER ↓"
    (doubtful,) = re.findall(of_words, doubted_page.text.split("Main numbers of smoke", 1)[1])[:1]
    assert "best" not in doubtful
    assert " best " in doubted_page.text.split("Real-time factor ↓", 1)[1]


def test_the_recognizer_says_what_it_has_learned_from_and_on_what_it_was_measured(doubted_page):
    words = re.sub(r"\s+", " ", doubted_page.text)
    assert "It has learned from the synthetic speech of espeak-ng , so what it hears" in words
    assert "--recognizer whisper:NAME" in words
    assert "Speech Kind Engine Language Clips WER CER Language identified" in words
    assert "40 sentences by espeak-ng synthetic espeak-ng Hindi 40 12.4 % 4.3 % 98.5 %" in words
    assert "floor: 12.4 % in 9 languages, on espeak-ng" in words


def test_the_table_of_all_numbers_carries_the_reasons(doubted_report):
    found = embedded(doubted_report, "data")
    assert set(found["indicative"]) == {"", WHY}
    places = {column["metric"]: place for place, column in enumerate(found["columns"])}
    why = {(row[1], row[2]): found["indicative"][row[-1]] for row in found["summary"] if row[4] == places["wer"]}
    assert (why["espeak", "en"], why["espeak-f3", "en"], why["espeak-f3", "all"]) == ("", WHY, WHY)
    assert why["espeak-f3", "de"] == ""  # has no value
    assert {row[-1] for row in found["summary"] if row[4] == places["rtf"]} == {found["indicative"].index("")}


def test_nothing_is_said_of_marks_where_there_are_none(page):
    assert "ndicative" not in page.text
    assert not marked(page, "indicative-mark")


def test_the_report_shows_what_each_rule_did_and_what_others_would_count(report):
    text = report.read_text(encoding="utf-8")
    section = text[text.index('<section id="normalization"') : text.index('<section id="provenance"')]
    assert "What counts as the same words" in section
    assert "without <code>case</code>" in section
    assert "as <code>seed-tts-eval-text@752f429</code>" in section
    assert "without <code>numbers</code>" not in section  # a rule that changed nothing has no line
    rows = re.findall(r"<tr>(.*?)</tr>", section, re.DOTALL)[1:]
    numbers = [[float(cell) for cell in re.findall(r'class="num">(\d+\.\d)</td>', row)] for row in rows]
    assert len(numbers) == 3
    assert numbers[0][0] < numbers[1][0] < numbers[2][0]
