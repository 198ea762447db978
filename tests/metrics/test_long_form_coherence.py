"""Long readings with known faults, and the rows of takes that could not be measured."""

import math

import numpy as np
import pytest

from tests.fakes import ACTIVITY, RECOGNIZER, SPEAKER, made_up_word, make_analyzed, make_item, make_take, said, voice_at
from voxeval.metrics.drift import read_detail
from voxeval.metrics.long_form_coherence import LongFormCoherence
from voxeval.types import AnalyzedTake, AnalyzerInfo, Failure, Feature, Heard, Score, Transcript

PITCH = AnalyzerInfo(name="fake-pitch", feature="pitch", fingerprint="b" * 16)
LOUDNESS = AnalyzerInfo(name="fake-loudness", feature="loudness", fingerprint="c" * 16)
ANALYZERS = (RECOGNIZER, ACTIVITY, SPEAKER, PITCH, LOUDNESS)
DURATION_S = 100.0
WORDS = [made_up_word(number) + "ab" * (number % 3) for number in range(200)]
SENTENCES = [" ".join(WORDS[start : start + 10]).capitalize() + "." for start in range(0, 200, 10)]
TEXT = " ".join(SENTENCES)
NAMES = tuple(info.name for info in LongFormCoherence.infos)


def track(duration_s: float, hop_s: float) -> np.ndarray:
    return np.arange(0, duration_s, hop_s)


def loudness_of(level_lufs: np.ndarray, hop_s: float = 0.1) -> Feature:
    return Feature(kind="loudness", values={"lufs": np.array([-23.0]), "level_lufs": level_lufs}, hop_s=hop_s)


def pitch_of(f0_hz: np.ndarray, hop_s: float = 0.01) -> Feature:
    return Feature(kind="pitch", values={"f0_hz": f0_hz}, hop_s=hop_s)


def speaker_of(angles: np.ndarray, whole: float = 0.0, *, window_s: float = 5.0, hop_s: float = 2.5) -> Feature:
    """Windows along a recording, each a direction in the plane."""
    windows = np.stack([np.cos(angles), np.sin(angles)], axis=1)  # (W, 2)
    embedding = np.array([np.cos(whole), np.sin(whole)])
    starts = hop_s * np.arange(len(angles))
    values = {"embedding": embedding, "windows": windows.reshape(-1), "start_s": starts, "end_s": starts + window_s}
    return Feature(kind="speaker", values=values)


def steady(duration_s: float = DURATION_S) -> dict[AnalyzerInfo, Heard]:
    n_windows = max(1, int((duration_s - 5) / 2.5) + 1)
    return {
        RECOGNIZER: said(" ".join(WORDS)),
        ACTIVITY: voice_at((0.0, duration_s)),
        SPEAKER: speaker_of(np.zeros(n_windows)),
        PITCH: pitch_of(np.full(int(duration_s * 100), 120.0)),
        LOUDNESS: loudness_of(np.full(int(duration_s * 10), -23.0)),
    }


def reading(duration_s: float = DURATION_S, text: str = TEXT, **heard: Heard) -> AnalyzedTake:
    answers = steady(duration_s) | {
        next(info for info in ANALYZERS if info.feature == kind): answer for kind, answer in heard.items()
    }
    return make_analyzed(make_take(make_item(text), duration_s=duration_s), heard=list(answers.items()))


def rows_of(*takes: AnalyzedTake) -> dict[str, Score]:
    rows = list(LongFormCoherence().score(takes))
    for row in rows:
        assert all(math.isfinite(number) for number in row.curve)
        assert row.value is None or math.isfinite(row.value)
    assert len(rows) == len(NAMES) * len(takes)
    return {row.metric: row for row in rows}


def test_a_steady_reading_drifts_in_nothing():
    rows = rows_of(reading())
    assert set(rows) == set(NAMES)
    for name in ("speaker_drift", "level_drift", "pitch_drift"):
        drift = read_detail(rows[name].detail)
        assert rows[name].value == pytest.approx(0, abs=1e-6)
        assert drift is not None
        assert not drift.is_sure
    assert rows["longest_silence_s"].value == 0
    assert rows["tail_error"].value == 0
    assert rows["error_by_position"].curve == (0.0,) * 10


def test_ids_carry_what_a_number_depends_on():
    ids = {row.metric_id for row in rows_of(reading()).values()}
    assert f"speaker_drift/{SPEAKER.id}/{ACTIVITY.id}/to-start" in ids
    assert f"level_drift/{LOUDNESS.id}/{ACTIVITY.id}" in ids
    assert f"rate_drift/{RECOGNIZER.id}/{ACTIVITY.id}/voxeval-1" in ids
    assert f"pause_at_borders/{RECOGNIZER.id}/{ACTIVITY.id}/voxeval-1" in ids


def test_a_level_that_falls_two_decibels_a_minute_says_so():
    level = -20 - 2 * track(DURATION_S, 0.1) / 60
    row = rows_of(reading(loudness=loudness_of(level)))["level_drift"]
    drift = read_detail(row.detail)
    assert drift is not None
    assert row.value == pytest.approx(2, abs=0.01)
    assert drift.slope == pytest.approx(-2, abs=0.01)
    assert drift.is_sure
    assert len(row.curve) == len(drift.centers_s) == 39


def test_a_louder_recording_drifts_as_much():
    level = -30 + np.random.default_rng(0).normal(0, 2, 1000)
    quiet, loud = (rows_of(reading(loudness=loudness_of(level + gain)))["level_drift"] for gain in (0, 12))
    assert quiet.value == pytest.approx(loud.value)
    assert quiet.detail == loud.detail


def test_a_step_of_three_semitones_is_found_where_it_is():
    times = track(DURATION_S, 0.01)
    wobble = 2 * np.sin(times * 2.2)
    f0_hz = 120 * 2 ** ((wobble + 3 * (times >= 60)) / 12)
    f0_hz[::3] = np.nan
    row = rows_of(reading(pitch=pitch_of(f0_hz)))["pitch_drift"]
    drift = read_detail(row.detail)
    assert drift is not None
    assert drift.is_sure
    assert drift.change_s == pytest.approx(60, abs=2.5)
    assert drift.change == pytest.approx(3, abs=0.5)


def test_pauses_have_no_level_and_no_pitch():
    """What sounds between stretches of voice is not the voice: loud noise and a hum there change nothing."""
    stretches = [(start, start + 4.0) for start in range(0, 100, 5)]
    level = np.full(1000, -23.0)
    f0_hz = np.full(10_000, 120.0)
    for start, _ in stretches[10:]:
        level[(start + 4) * 10 - 2 : (start + 5) * 10 - 2] = -3.0  # a value is of the 0.4 s from there
        f0_hz[(start + 4) * 100 : (start + 5) * 100] = 400.0
    voice = voice_at(*stretches)
    rows = rows_of(reading(activity=voice, loudness=loudness_of(level), pitch=pitch_of(f0_hz)))
    assert rows["level_drift"].value == pytest.approx(0, abs=0.05)
    assert rows["pitch_drift"].value == pytest.approx(0, abs=1e-6)


def test_windows_without_voice_are_left_out_and_named():
    row = rows_of(reading(activity=voice_at((0, 50), (70, 100))))["level_drift"]
    drift = read_detail(row.detail)
    assert drift is not None
    assert len(row.curve) == len(drift.centers_s)
    assert not any(54 < center < 66 for center in drift.centers_s)


def test_another_voice_is_found_where_it_comes():
    angles = np.where(2.5 * np.arange(39) >= 55, 1.0, 0.0)
    row = rows_of(reading(speaker=speaker_of(angles)))["speaker_drift"]
    drift = read_detail(row.detail)
    assert drift is not None
    assert drift.change_s == pytest.approx(56.25)
    assert drift.change == pytest.approx(math.cos(1.0) - 1, abs=1e-3)
    assert row.value is not None
    assert row.value > 0.2


@pytest.mark.parametrize(("window_s", "hop_s"), [(3.0, 1.0), (3.0, 3.0), (8.0, 2.0)])
def test_windows_of_another_length_are_found_where_they_are(window_s: float, hop_s: float):
    """The voice moves on by a degree a second from 40 s on, as heard in the middle of each window."""
    centers = np.arange(0, DURATION_S - window_s, hop_s) + window_s / 2
    angles = np.radians(np.clip(centers - 40, 0, None))
    voice = speaker_of(angles, window_s=window_s, hop_s=hop_s)
    row = rows_of(reading(speaker=voice, activity=voice_at((0.0, 60.0), (75.0, DURATION_S))))["speaker_drift"]
    drift = read_detail(row.detail)
    assert drift is not None
    assert drift.is_sure
    assert drift.hop_s == hop_s
    assert drift.centers_s[0] == pytest.approx(20 + window_s / 2, abs=hop_s)
    assert drift.worst_s == pytest.approx(drift.centers_s[-1])
    assert not any(60 + window_s / 5 < center < 75 - window_s / 5 for center in drift.centers_s)
    assert row.curve == pytest.approx([math.cos(math.radians(max(0, center - 40))) for center in drift.centers_s])


def test_windows_closer_together_say_no_more_than_they_hear():
    """The same wobble, heard twice as densely, is no more sure."""
    wobble = np.cumsum(np.random.default_rng(0).normal(0, 0.1, 200))
    times = np.arange(200) / 2
    widths = []
    for hop_s in (2.5, 0.5):
        centers = np.arange(0, DURATION_S - 5, hop_s) + 2.5
        angles = np.array([wobble[abs(times - center) <= 2.5].mean() for center in centers])
        drift = read_detail(rows_of(reading(speaker=speaker_of(angles, hop_s=hop_s)))["speaker_drift"].detail)
        assert drift is not None
        widths.append(drift.high - drift.low)
    assert widths[1] == pytest.approx(widths[0], rel=0.3)


def test_a_beginning_that_is_unlike_itself_proves_no_drift():
    """The voice leans the same way all along; only against one window of its beginning does it seem to move."""
    late = np.linspace(0.3, 0.4, 34)
    rows = [
        rows_of(reading(speaker=speaker_of(np.concatenate([early, late]))))["speaker_drift"]
        for early in (np.zeros(5), np.array([-0.8, 0.9, 0.5, -0.9, 0.3]))
    ]
    steady_start, restless_start = (read_detail(row.detail) for row in rows)
    assert steady_start is not None
    assert restless_start is not None
    assert steady_start.is_sure
    assert not restless_start.is_sure


def test_a_reference_recording_is_what_the_voice_is_held_against():
    take = make_take(make_item(TEXT), duration_s=DURATION_S, reference_audio="voice.wav")
    heard = list(steady().items())
    reference = speaker_of(np.zeros(2), whole=math.pi / 3)
    row = rows_of(make_analyzed(take, heard=heard, reference=[(SPEAKER, reference)]))["speaker_drift"]
    assert row.metric_id.endswith("/to-reference")
    assert row.curve == pytest.approx([0.5] * 39)
    missing = rows_of(make_analyzed(take, heard=heard, reference=[(SPEAKER, Failure(reason="broken file"))]))
    assert missing["speaker_drift"].status == "failed"
    assert "broken file" in missing["speaker_drift"].detail


def test_words_that_come_faster_raise_the_rate():
    slow, fast = said(" ".join(WORDS[:80]), word_s=0.6), said(" ".join(WORDS[80:]), word_s=0.4, start_s=48.0)
    assert slow.words
    assert fast.words
    heard = Transcript(text=" ".join(WORDS), words=slow.words + fast.words)
    row = rows_of(reading(96.0, transcript=heard))["rate_drift"]
    drift = read_detail(row.detail)
    assert drift is not None
    assert drift.is_sure
    assert drift.slope > 0
    assert drift.change_s == pytest.approx(48, abs=3)


def test_a_sentence_left_out_or_put_in_is_no_change_of_rate():
    alike = [made_up_word(number) for number in range(200)]
    shorter, longer = [*alike[:80], *alike[110:]], [*alike[:80], *alike[50:80], *alike[80:]]
    for words in (shorter, longer):
        row = rows_of(reading(len(words) / 2, " ".join(alike), transcript=said(" ".join(words))))["rate_drift"]
        assert row.curve == pytest.approx([16.0] * len(row.curve), rel=0.05)


def test_short_takes_are_skipped_for_the_same_reason_whatever_their_length():
    def reasons(name: str, *takes: AnalyzedTake) -> set[str]:
        rows = [rows_of(take)[name] for take in takes]
        assert {row.status for row in rows} == {"skipped"}
        return {row.detail for row in rows}

    hardly = [reading(21.0 + more, activity=voice_at((0.0, 3.0 + more))) for more in (0.0, 4.0)]
    for name in ("speaker_drift", "level_drift", "pitch_drift", "rate_drift"):
        assert reasons(name, reading(12.0), reading(7.3)) == {"under 20 s of audio, too short to drift"}
        assert reasons(name, *hardly) == {"fewer than 6 windows can be used, too few to drift"}
    texts = [reading(text=" ".join(WORDS[:count])) for count in (5, 39)]
    reason = "the text has under 40 words, too few to tell where errors are"
    assert reasons("error_by_position", *texts) == {reason}


def test_a_silent_take_has_no_number_that_needs_a_voice():
    rows = rows_of(reading(transcript=Transcript(text="", words=()), activity=voice_at()))
    ok = {name for name, row in rows.items() if row.status == "ok"}
    assert ok == {"sentences_skipped"}
    assert rows["sentences_skipped"].value == 20


def test_a_failed_take_has_failed_rows_and_keeps_its_words():
    heard = [(info, Failure(reason="no audio")) for info in ANALYZERS]
    take = make_take(make_item(TEXT), status="failed", detail="the program crashed")
    rows = rows_of(make_analyzed(take, heard=heard))
    assert {row.status for row in rows.values()} == {"failed"}
    assert all("the program crashed" in row.detail for row in rows.values())
    assert rows["tail_error"].weight == 200


def test_a_run_without_analyzers_skips_all():
    rows = rows_of(make_analyzed(make_take(make_item(TEXT))))
    assert {row.metric_id for row in rows.values()} == {f"{name}/none" for name in NAMES}
    assert {row.status for row in rows.values()} == {"skipped"}


def test_an_analyzer_that_failed_is_named():
    rows = rows_of(reading(pitch=Failure(reason="out of memory"), activity=voice_at((0, 100))))
    assert rows["pitch_drift"].status == "failed"
    assert "out of memory" in rows["pitch_drift"].detail
    assert rows["level_drift"].status == "ok"


def test_without_word_times_what_needs_them_is_skipped():
    rows = rows_of(reading(transcript=Transcript(text=" ".join(WORDS))))
    skipped = {name for name, row in rows.items() if row.status == "skipped"}
    assert skipped == {"rate_drift", "pause_at_borders"}


def test_the_longest_silence_lies_between_voice():
    row = rows_of(reading(activity=voice_at((10, 40), (44.5, 60), (60.5, 80))))["longest_silence_s"]
    assert row.value == pytest.approx(4.5)
    assert row.detail == "at 40.00 s"


def test_pauses_are_counted_at_the_ends_of_sentences():
    """Sentences of ten words of half a second: ends at 5, 10, ..., 95 s, of which the first ten have a pause."""
    stretches = [(start, start + 4.7) for start in range(0, 50, 5)]
    row = rows_of(reading(activity=voice_at(*stretches, (50.0, 100.0))))["pause_at_borders"]
    assert row.value == pytest.approx(10 / 19)
    assert "19 of 19" in row.detail


def test_one_sentence_has_no_borders():
    rows = rows_of(reading(text=TEXT.replace(".", "")))
    assert rows["pause_at_borders"].status == "skipped"
    assert rows["sentences_skipped"].value == 0


def test_added_and_repeated_words_are_placed():
    rows = rows_of(reading(transcript=said(" ".join([*WORDS[:20], *WORDS[10:], "and", "so", "on"]))))
    assert rows["sentences_repeated"].value == 1
    assert rows["sentences_repeated"].detail == "sentence 2 at 10.00 s"
    assert rows["tail_error"].value == pytest.approx(3 / 200)
    assert rows["tail_error"].detail == "3 words after the text's end at 105.00 s"
    assert rows["tail_error"].weight == 200


def test_a_tail_is_weighed_by_the_reading_that_it_is_counted_against():
    item = make_item("1 2", spoken=("one two", "the first and then the second"))
    answer = said("the first and then the second and more")
    take = make_analyzed(make_take(item), heard=[(RECOGNIZER, answer)])
    row = rows_of(take)["tail_error"]
    assert row.value == pytest.approx(2 / 6)
    assert row.weight == 6


def test_words_where_the_text_has_none_are_no_tail():
    row = rows_of(make_analyzed(make_take(make_item("?!")), heard=[(RECOGNIZER, said("one two"))]))["tail_error"]
    assert (row.status, row.detail) == ("skipped", "the text has no words after voxeval-1")
