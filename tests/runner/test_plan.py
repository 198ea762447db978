from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.fakes import FAKE_SYSTEM, make_item
from voxeval.errors import UsageError
from voxeval.plugins import Spec
from voxeval.runner.plan import PlannedSystem, in_pieces, make_plan, parse_voices
from voxeval.types import Suite, SystemInfo, Voice


def suite(*items, name="texts"):
    return Suite(
        name=name, version="1", license="CC0-1.0", description="", metrics=(), parallel=False, items=items,
        content_hash="h",
    )  # fmt: skip


def planned(label="fake", recorded=False, **capabilities):
    values = {"name": "fake", "version": "1", "fingerprint": "fake-1"}
    info = SystemInfo(**(values | capabilities))
    return PlannedSystem(label=label, spec=Spec(name="fake", label=label), info=info, recorded=recorded)


def plan_of(*items, system=None, voices=(), seeds=1):
    return make_plan([suite(*items)], [system or planned()], voices=voices, seeds=seeds)


def only(*items, **options):
    (entry,) = plan_of(*items, **options).entries
    return entry


@pytest.fixture
def recording(tmp_path):
    path = tmp_path / "somebody.wav"
    soundfile.write(path, np.full(160, 0.5), 16_000)
    return path


VOICES = {"pt": ("pt", "pt-br"), "en": ("en-us", "en-gb+f3")}


@pytest.mark.parametrize(
    ("language", "locale", "voice"),
    [
        ("pt", "pt-BR", "pt-br"),
        ("pt", "pt", "pt"),
        ("pt", "pt-PT", "pt"),
        ("en", "en-GB", "en-gb+f3"),
        ("en", "en", "en-us"),
    ],
)
def test_the_preset_of_the_locale_speaks_else_the_first_of_the_language(language, locale, voice):
    item = make_item(language=language, locale=locale)
    assert only(item, system=planned(voices=VOICES)).request.voice == Voice(name=voice)


def test_the_items_voice_comes_before_the_commands_and_both_before_the_systems():
    named = (Voice(name="en-gb+f3"),)
    system = planned(voices=VOICES)
    assert only(make_item(voice="en-us"), system=system, voices=named).request.voice == Voice(name="en-us")
    assert only(make_item(), system=system, voices=named).request.voice == Voice(name="en-gb+f3")
    assert only(make_item(), system=planned()).request.voice is None


def test_a_voice_that_is_not_there_is_skipped_with_those_that_are():
    entry = only(make_item(), system=planned(voices=VOICES), voices=[Voice(name="bob")])
    assert entry.skip == "fake has no voice 'bob' in en; it has: en-us, en-gb+f3"
    assert entry.take(status="skipped", detail=entry.skip).voice == "bob"


def test_recordings_are_cloned_by_systems_that_can_and_skipped_by_others(recording):
    voices = [Voice(name="somebody", audio=recording, text="hello")]
    cloned = only(make_item(), system=planned(cloning=True), voices=voices)
    assert (cloned.request.voice, cloned.reference_audio, cloned.skip) == (voices[0], recording, "")
    assert cloned.take(status="ok").reference_sha256
    assert "does not clone voices" in only(make_item(), voices=voices).skip


def test_an_items_own_recording_is_the_voice_of_a_cloning_system(recording):
    item = make_item(reference_audio=recording, reference_text="something else")
    entry = only(item, system=planned(cloning=True))
    assert entry.request.voice == Voice(name="somebody", audio=recording, text="something else")
    assert only(item).reference_audio is None  # a system that can't clone has not sounded like anybody


@pytest.mark.parametrize("named", [(), ("me",)])
def test_a_recording_of_the_text_itself_is_nobodys_prompt(recording, named):
    item = make_item(reference_audio=recording, reference_text="one two three four")
    voices = [Voice(name=name, audio=recording.with_name(name)) for name in named]
    for voice in voices:
        soundfile.write(voice.audio, np.full(320, 0.5), 16_000, format="WAV")

    def spoken(**capabilities):
        _, entry = plan_of(item, system=planned(cloning=True, **capabilities), voices=voices).entries
        return entry

    assert spoken().request.voice == (voices[0] if named else None)
    assert spoken(voices=VOICES).request.voice == (voices[0] if named else Voice(name="en-us"))
    only_clones = spoken(voices={})
    if named:
        assert not only_clones.skip
    else:
        assert only_clones.skip == "fake has no voice of its own in en; give it some to clone with --voices FOLDER"


def test_an_items_voice_may_name_a_recording_of_the_command(recording):
    voices = [Voice(name="somebody", audio=recording), Voice(name="other", audio=recording)]
    assert only(make_item(voice="somebody"), system=planned(cloning=True), voices=voices).request.voice == voices[0]


def test_espeak_speaks_brazilian_and_european_portuguese_each_in_its_own_voice():
    from voxeval.systems.espeak import EspeakSystem

    system = PlannedSystem(label="espeak", spec=Spec(name="espeak"), info=EspeakSystem().info)
    brazilian, european = plan_of(
        make_item(id="br", language="pt", locale="pt-BR"), make_item(id="pt", language="pt", locale="pt"), system=system
    ).entries
    assert brazilian.request.voice == Voice(name="pt-br")
    assert european.request.voice == Voice(name="pt")


@pytest.mark.parametrize(
    ("needs", "speech_text", "given"),
    [(True, "كَتَبَ", "كَتَبَ"), (False, "كَتَبَ", "كتب"), (True, None, "كتب")],
)
def test_vowelled_text_goes_to_systems_that_need_it_and_the_report_says_so(needs, speech_text, given):
    item = make_item("كتب", language="ar", speech_text=speech_text)
    plan = plan_of(item, system=planned(needs_diacritics=needs))
    assert plan.entries[0].request.text == given
    assert any("vowelled text of 1 takes" in note for note in plan.notes) == (given != item.text)


def test_what_a_system_does_not_claim_is_skipped():
    assert only(make_item(language="de"), system=planned(languages=("en", "fr"))).skip == (
        "fake does not speak de; it speaks: en, fr"
    )
    long = make_item("word " * 100)
    assert only(long, system=planned(max_duration_s=60.0)).skip == ""
    assert only(long, system=planned(max_duration_s=41.0)).skip == "about 42 s of speech; fake holds 41 s"


def test_human_recordings_of_the_text_come_first_of_all(recording):
    read = make_item(id="read", reference_audio=recording, reference_text="one  two three four")
    spelled = make_item(
        "I have 2.", id="spelled", spoken=("I have two.",), reference_audio=recording, reference_text="I have two."
    )
    cloned = make_item(id="cloned", reference_audio=recording, reference_text="another text")
    silent = make_item(id="silent")
    plan = plan_of(silent, read, cloned, spelled)
    assert [system.label for system in plan.systems] == ["human", "fake"]
    assert [(entry.system.label, entry.request.item.id) for entry in plan.entries[:2]] == [
        ("human", "read"),
        ("human", "spelled"),
    ]
    assert len(plan.entries) == 6
    assert not any("No human recordings" in note for note in plan.notes)
    assert any("No human recordings" in note for note in plan_of(cloned).notes)


@pytest.mark.parametrize("change", [{"text": "other"}, {"locale": "en-GB"}, {"language": "de"}])
def test_the_request_key_changes_with_all_that_a_system_is_told(change):
    assert only(make_item()).request.key != only(make_item(**change)).request.key


@pytest.mark.parametrize("change", [{"category": "x"}, {"spoken": ("y",)}, {"cluster": "z"}, {"keywords": ("k",)}])
def test_the_request_key_stays_where_only_the_scoring_changes(change):
    assert only(make_item()).request.key == only(make_item(**change)).request.key


def test_a_voice_that_sounds_otherwise_is_another_request(recording):
    voices = [Voice(name="somebody", audio=recording)]
    system = planned(cloning=True)
    before = only(make_item(), system=system, voices=voices).request.key
    soundfile.write(recording, np.full(161, 0.5), 16_000)
    assert only(make_item(), system=system, voices=voices).request.key != before


def test_seeds_and_voices_multiply_and_keys_stay_unique():
    plan = plan_of(make_item(), make_item(id="item-2"), voices=parse_voices("a, b ,a,"), seeds=3)
    assert len({entry.take(status="ok").key for entry in plan.entries}) == len(plan.entries) == 2 * 2 * 3


def test_the_key_of_a_system_is_what_it_is_and_not_what_it_is_called():
    assert planned("a").key == planned("b").key
    assert planned().key != planned(fingerprint="fake-2").key
    assert planned().key != planned(version="2").key
    assert planned().info == FAKE_SYSTEM


# --- voices ----------------------------------------------------------------------------------------------------------


def test_voices_are_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert parse_voices(None) == parse_voices("") == ()
    assert parse_voices("f1, f2,f1") == (Voice(name="f1"), Voice(name="f2"))


def test_or_a_folder_of_recordings(tmp_path):
    for name in ("b.flac", "a.wav"):
        soundfile.write(tmp_path / name, np.zeros(100), 16_000)
    (tmp_path / "a.txt").write_bytes("\ufeffWhat she said.\r\n".encode())
    (tmp_path / "notes.md").write_text("not a voice")
    assert parse_voices(str(tmp_path)) == (
        Voice(name="a", audio=tmp_path / "a.wav", text="What she said."),
        Voice(name="b", audio=tmp_path / "b.flac"),
    )


def test_folders_that_hold_no_voices_are_refused(tmp_path):
    with pytest.raises(UsageError, match=r"holds no recordings; expected NAME\.wav"):
        parse_voices(str(tmp_path))
    with pytest.raises(UsageError, match="there is no such folder"):
        parse_voices(str(tmp_path / "missing"))
    soundfile.write(tmp_path / "a.wav", np.zeros(100), 16_000)
    Path(tmp_path / "a.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match=r"a\.txt is not UTF-8"):
        parse_voices(str(tmp_path))


# --- in pieces -------------------------------------------------------------------------------------------------------

PASSAGE = "One two three four. Five six seven eight! Nine ten eleven twelve? Thirteen."  # 6.2 s of slow reading


def test_pieces_are_whole_sentences_that_hold_and_together_the_text():
    pieces = in_pieces(PASSAGE, 4.0)
    assert pieces == ("One two three four. Five six seven eight!", "Nine ten eleven twelve? Thirteen.")
    assert " ".join(pieces) == PASSAGE
    assert in_pieces(PASSAGE, 60.0) == ()
    assert in_pieces(PASSAGE, 1.0) == ()  # no sentence holds


def test_a_long_text_is_spoken_in_pieces_only_when_that_is_asked_for():
    item, system = make_item(PASSAGE), planned(max_duration_s=4.0)
    assert only(item, system=system).skip
    (entry,) = make_plan([suite(item)], [system], voices=(), seeds=1, pieces=True).entries
    assert entry.skip == ""
    assert [request.text for request in entry.requests] == list(in_pieces(PASSAGE, 4.0))
    assert entry.take(status="ok").pieces == 2
    assert entry.request.key != only(item).request.key  # another size of pieces is another sound


def test_what_holds_is_one_request_as_ever():
    (entry,) = make_plan([suite(make_item())], [planned(max_duration_s=60.0)], voices=(), seeds=1, pieces=True).entries
    assert (entry.requests, entry.take(status="ok").pieces) == ((entry.request,), 1)
    assert entry.request.key == only(make_item()).request.key


def test_pieces_are_told_to_the_reader():
    plan = make_plan([suite(make_item(PASSAGE))], [planned(max_duration_s=4.0)], voices=(), seeds=1, pieces=True)
    assert any("fake spoke 1 takes in pieces, since it holds 4 s" in note for note in plan.notes)
