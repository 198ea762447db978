from __future__ import annotations

import math

import numpy as np
import pytest

from tests.fakes import SPEAKER, make_analyzed, make_item, make_take, speaker_at
from voxeval.metrics.anchors import Recording, cosines_of_strangers, equal_error_threshold
from voxeval.metrics.speaker_similarity import SpeakerSimilarity
from voxeval.types import AnalyzedTake, Failure, Feature, Score


def cos(degrees: float) -> float:
    return math.cos(math.radians(degrees))


def spoken(
    item: str,
    angle: float,
    *,
    voice: str = "ann",
    language: str = "en",
    reference: Feature | None = None,
    duration_s: float = 3.0,
) -> AnalyzedTake:
    """A take at an angle; its reference recording is named after the voice."""
    take = make_take(
        make_item(id=item, language=language),
        voice=voice,
        duration_s=duration_s,
        reference_audio=f"{voice}.wav" if reference else None,
    )
    known = [(SPEAKER, reference)] if reference else []
    return make_analyzed(take, heard=[(SPEAKER, speaker_at(angle))], reference=known)


def score(*takes: AnalyzedTake) -> dict[tuple[str, str], Score]:
    """(metric id without the encoder, item) -> row."""
    rows = list(SpeakerSimilarity().score(takes))
    found = {(row.metric_id.replace(f"/{SPEAKER.id}", ""), row.take.item): row for row in rows}
    assert len(found) == len(rows)
    return found


def mean(rows: dict[tuple[str, str], Score], metric_id: str) -> float:
    chosen = [row for (name, _), row in rows.items() if name == metric_id and row.status == "ok"]
    return sum(row.value * row.weight for row in chosen) / sum(row.weight for row in chosen)


def test_sim_o_is_the_cosine_to_the_reference():
    rows = score(spoken("1", 30, reference=speaker_at(0)))
    assert rows["sim_o", "1"].value == pytest.approx(cos(30))
    assert rows["sim_o", "1"].metric_id == f"sim_o/{SPEAKER.id}"


def test_without_a_reference_there_is_nothing_to_be_similar_to():
    rows = score(spoken("1", 30))
    for name in ("sim_o", "sim_accept", "sim_nearest"):
        assert (rows[name, "1"].status, rows[name, "1"].detail) == ("skipped", "no reference recording")


def test_with_one_voice_nothing_can_be_accepted_or_nearest():
    rows = score(spoken("1", 30, reference=speaker_at(0, 0, 10)))
    reason = "fewer than 2 voices of the run have a reference recording"
    assert rows["sim_accept", "1"].detail == rows["sim_nearest", "1"].detail == reason
    assert rows["anchor_same/references", "1"].value == pytest.approx(cos(10))
    assert rows["anchor_different/references", "1"].status == "skipped"


def test_acceptance_and_nearness_of_two_voices():
    ann, bob = speaker_at(0, 0, 10), speaker_at(90, 90, 80)
    rows = score(
        spoken("near", 20, reference=ann),
        spoken("far", 60, reference=ann),
        spoken("other", 85, voice="bob", reference=bob),
    )
    # pairs of one voice: 10 degrees; of different voices: 70, 80, 80 and 90 degrees; the threshold is in between
    assert [rows["sim_accept", item].value for item in ("near", "far", "other")] == [1.0, 0.0, 1.0]
    assert [rows["sim_nearest", item].value for item in ("near", "far", "other")] == [1.0, 0.0, 1.0]


def test_reference_anchors_are_means_over_pairs_however_many_takes_share_a_recording():
    ann, bob = speaker_at(0, 0, 10, 30), speaker_at(90, 90, 80)
    rows = score(
        spoken("1", 20, reference=ann),
        spoken("2", 60, reference=ann),
        spoken("3", 60, reference=ann),
        spoken("4", 85, voice="bob", reference=bob),
    )
    same = [cos(10), cos(30), cos(20), cos(10)]
    different = [cos(one - other) for one in (0, 10, 30) for other in (90, 80)]
    assert mean(rows, "anchor_same/references") == pytest.approx(sum(same) / len(same))
    assert mean(rows, "anchor_different/references") == pytest.approx(sum(different) / len(different))


def test_windows_that_overlap_are_no_pair():
    overlapping = speaker_at(0, 0, 10)
    overlapping.values["start_s"][1] = 2.5
    rows = score(spoken("1", 0, reference=overlapping))
    assert rows["anchor_same/references", "1"].detail == "the reference recording is too short for two windows"


def test_without_references_the_takes_themselves_are_the_anchors():
    angles = {"ann": (0, 20, 30), "bob": (90, 100)}
    takes = [
        spoken(f"{voice}-{number}", angle, voice=voice)
        for voice, turns in angles.items()
        for number, angle in enumerate(turns)
    ]
    rows = score(*takes)
    same = [cos(20), cos(30), cos(10), cos(10)]
    different = [cos(one - other) for one in angles["ann"] for other in angles["bob"]]
    assert mean(rows, "anchor_same/takes") == pytest.approx(sum(same) / len(same))
    assert mean(rows, "anchor_different/takes") == pytest.approx(sum(different) / len(different))


def test_consistency_is_to_the_other_takes_within_and_across_languages():
    rows = score(
        spoken("1", 0), spoken("2", 20), spoken("3", 40), spoken("4", 90, language="de"), spoken("5", 0, voice="bob")
    )
    assert rows["voice_consistency/within", "1"].value == pytest.approx(cos(30))
    assert rows["voice_consistency/across", "1"].value == pytest.approx(cos(90))
    assert rows["voice_consistency/across", "4"].value == pytest.approx(cos(70))
    assert rows["voice_consistency/within", "4"].detail == "the voice has no other take in this language"
    assert rows["voice_consistency/across", "5"].detail == "the voice has no other take in another language"


def test_separation_is_between_the_centers_of_voices():
    rows = score(spoken("1", 0), spoken("2", 20), spoken("3", 100, voice="bob"), spoken("4", 70, voice="cy"))
    assert rows["voice_separation", "1"].value == pytest.approx(1 - (cos(90) + cos(60)) / 2)
    assert rows["voice_separation", "3"].value == pytest.approx(1 - (cos(90) + cos(30)) / 2)
    alone = score(spoken("1", 0), spoken("2", 20))
    assert alone["voice_separation", "1"].detail == "only one voice spoke in this run"


def test_a_take_under_a_second_is_believed_nothing():
    rows = score(spoken("1", 0, duration_s=0.9, reference=speaker_at(0)), spoken("2", 20, reference=speaker_at(0)))
    assert rows["sim_o", "1"].detail == rows["voice_separation", "1"].detail == "shorter than 1 s"
    assert rows["voice_consistency/within", "2"].detail == "the voice has no other take in this language"


def test_a_reference_that_can_not_be_heard_fails_the_analysis():
    take = make_take(reference_audio="ann.wav")
    rows = score(
        make_analyzed(take, heard=[(SPEAKER, speaker_at(0))], reference=[(SPEAKER, Failure(reason="0 samples"))])
    )
    assert (rows["sim_o", "item-1"].status, rows["sim_accept", "item-1"].status) == ("failed", "failed")
    assert rows["sim_o", "item-1"].detail == "the reference recording: 0 samples"


@pytest.mark.parametrize(
    ("same", "different", "low", "high"),
    [
        ([0.9, 0.8], [0.1, 0.5], 0.5, 0.8),  # apart: between the nearest two
        ([0.9, 0.7, 0.5, 0.8], [0.1, 0.6, 0.3, 0.2], 0.5, 0.6),  # one of four is wrong on either side
    ],
)
def test_the_equal_error_threshold(same, different, low, high):
    threshold = equal_error_threshold(np.array(same), np.array(different))
    assert low < threshold < high
    missed, accepted = np.mean(np.array(same) < threshold), np.mean(np.array(different) >= threshold)
    assert missed == accepted


def recording(name: str, voice: str, *angles: float) -> Recording:
    turns = np.radians(np.array(angles))
    windows = np.stack([np.cos(turns), np.sin(turns)], axis=1)
    return Recording(key=name, voice=voice, embedding=windows[0], windows=windows)


RECORDINGS = (
    recording("1", "bob", 0, 10),
    recording("2", "ann", 40),
    recording("3", "bob", 24),
    recording("4", "cy", 91),
)


def test_strangers_are_all_pairs_of_windows_of_different_voices():
    angles = [("bob", 0), ("bob", 10), ("ann", 40), ("bob", 24), ("cy", 91)]
    pairs = [
        cos(one - other)
        for number, (voice, one) in enumerate(angles)
        for stranger, other in angles[number + 1 :]
        if stranger != voice
    ]
    assert sorted(cosines_of_strangers(RECORDINGS)) == pytest.approx(sorted(pairs))


def test_of_too_many_strangers_each_pair_is_drawn_alike():
    everyone = np.round(np.sort(cosines_of_strangers(RECORDINGS)), 9)
    assert len(np.unique(everyone)) == len(everyone) == 7
    assert np.array_equal(cosines_of_strangers(RECORDINGS, most=6), cosines_of_strangers(RECORDINGS, most=6))
    drawn = [np.round(cosines_of_strangers(RECORDINGS, most=6, seed=seed), 9) for seed in range(1000)]
    found, counts = np.unique(drawn, return_counts=True)
    assert np.array_equal(found, everyone)
    assert counts / 6000 == pytest.approx(np.full(7, 1 / 7), abs=0.02)


def test_one_pair_of_one_voice_is_no_threshold():
    ann, bob = speaker_at(0, 0, 10), speaker_at(90, 90)
    rows = score(spoken("1", 20, reference=ann), spoken("2", 85, voice="bob", reference=bob))
    assert rows["sim_accept", "1"].detail == (
        "the reference recordings give fewer than 2 pairs of windows of one voice: two that don't overlap take more "
        "than 7.5 s"
    )
    assert rows["sim_nearest", "1"].value == 1.0


@pytest.mark.slow
def test_as_many_voices_as_takes_take_no_more_time_than_takes():
    """Ten times the voices may take at most thirty times as long: looking at each pair would take a hundred times."""
    import time

    def seconds(count: int) -> float:
        angles = np.random.default_rng(0).uniform(0, 360, count)
        takes = [
            spoken(f"{number}", angle, voice=f"voice-{number}", reference=speaker_at(angle, angle, angle + 5))
            for number, angle in enumerate(angles)
        ]
        start = time.perf_counter()
        rows = score(*takes)
        assert rows["voice_separation", "0"].status == rows["sim_accept", "0"].status == "ok"
        return time.perf_counter() - start

    few = min(seconds(300) for _ in range(3))
    assert seconds(3000) < 30 * few
