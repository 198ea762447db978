"""Whether a system sounds like the voice it was asked for, stays that voice, and tells its voices apart.

Shapes: D width of an embedding.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from voxeval.metrics.anchors import (
    FEW_VOICES,
    Recording,
    acceptance_threshold,
    cosine,
    different_voices,
    embedding_of,
    nearest_voices,
    one_voice,
    recording_key,
    recordings_of,
)
from voxeval.metrics.centroids import Group, grouped, separations
from voxeval.metrics.hearing import absent
from voxeval.metrics.scoring import failed, feature, renamed, scored, skipped, unheard, unspoken
from voxeval.metrics.speaker_infos import INFOS
from voxeval.types import AnalyzedTake, AnalyzerInfo, Failure, Feature, MetricInfo, Score, TakeKey

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from voxeval.types import FloatArray

    Heard = Mapping[TakeKey, FloatArray | Score]  # the take's embedding (D,), or why it has none

MIN_TAKE_S = 1.0  # of a take whose embedding is believed
BETWEEN = (("voice_consistency", "/within"), ("voice_consistency", "/across"), ("voice_separation", ""))


class SpeakerSimilarity:
    """Cosines of speaker embeddings: to the reference recording, to the voice's other takes, and between voices."""

    needs: tuple[str, ...] = ("speaker",)
    infos: tuple[MetricInfo, ...] = INFOS

    def score(self, takes: Sequence[AnalyzedTake]) -> Iterator[Score]:
        """One row a take, metric and encoder; voice_consistency has two, within and across languages."""
        for take in takes:
            if not take.analyzers_of("speaker"):
                yield from (absent(take, info.name, "speaker") for info in INFOS)
        for encoder in {info.id: info for take in takes for info in take.analyzers_of("speaker")}.values():
            heard = {take.take.key: _embedding(take, encoder) for take in takes}
            recordings = recordings_of(takes, encoder)
            yield from _to_references(takes, encoder, heard, tuple(recordings.values()))
            yield from _between_takes(takes, encoder, heard)
            if recordings:
                yield from _anchors_of_references(takes, encoder, recordings)
            else:
                yield from _anchors_of_takes(takes, encoder, heard)


# --- to the reference ------------------------------------------------------------------------------------------------


def _to_references(
    takes: Sequence[AnalyzedTake], encoder: AnalyzerInfo, heard: Heard, recordings: Sequence[Recording]
) -> Iterator[Score]:
    threshold = acceptance_threshold(recordings)
    few_voices = len({recording.voice for recording in recordings}) < 2
    nearest = {} if few_voices else nearest_voices(_embeddings(heard), recordings)
    for take in takes:
        similarity = _sim_o(take, encoder, heard[take.take.key])
        yield similarity
        accept, near = f"sim_accept/{encoder.id}", f"sim_nearest/{encoder.id}"
        if similarity.value is None:
            yield renamed(similarity, accept)
            yield renamed(similarity, near)
            continue
        if isinstance(threshold, str):
            yield skipped(take, accept, threshold)
        else:
            yield scored(take, accept, float(similarity.value >= threshold))
        if few_voices:
            yield skipped(take, near, FEW_VOICES)
        else:
            yield scored(take, near, float(nearest[take.take.key] == take.take.voice))


def _sim_o(take: AnalyzedTake, encoder: AnalyzerInfo, own: FloatArray | Score) -> Score:
    metric_id = f"sim_o/{encoder.id}"
    if recording_key(take) is None:
        return skipped(take, metric_id, "no reference recording")
    if isinstance(own, Score):
        return renamed(own, metric_id)
    reference = take.reference.get(encoder.id)
    if isinstance(reference, Failure):
        make = skipped if reference.skipped else failed
        return make(take, metric_id, f"the reference recording: {reference.reason}")
    if not isinstance(reference, Feature):
        return failed(take, metric_id, f"{encoder.name} gave no answer to the reference recording")
    return scored(take, metric_id, cosine(own, embedding_of(reference)))


# --- between takes ---------------------------------------------------------------------------------------------------


def _between_takes(takes: Sequence[AnalyzedTake], encoder: AnalyzerInfo, heard: Heard) -> Iterator[Score]:
    own = {key: Group(embedding, 1) for key, embedding in _embeddings(heard).items()}
    voices = grouped((key.voice, group) for key, group in own.items())
    readers = grouped(((key.voice, key.language), group) for key, group in own.items())
    apart = separations(voices) if len(voices) > 1 else {}
    ids = [f"{name}/{encoder.id}{end}" for name, end in BETWEEN]
    for take in takes:
        key, row = take.take.key, heard[take.take.key]
        if isinstance(row, Score):
            yield from (renamed(row, metric_id) for metric_id in ids)
            continue
        voice, reader = voices[key.voice], readers[key.voice, key.language]
        within, across, separation = ids
        yield _to_centroid(take, own[key], within, reader.without(own[key]), "in this language")
        yield _to_centroid(take, own[key], across, voice.without(reader), "in another language")
        if apart:
            yield scored(take, separation, apart[key.voice])
        else:
            yield skipped(take, separation, "only one voice spoke in this run")


def _to_centroid(take: AnalyzedTake, own: Group, metric_id: str, others: Group, where: str) -> Score:
    if others.count == 0:
        return skipped(take, metric_id, f"the voice has no other take {where}")
    return scored(take, metric_id, cosine(own.total, others.total))


# --- anchors ---------------------------------------------------------------------------------------------------------


def _anchors_of_references(
    takes: Sequence[AnalyzedTake], encoder: AnalyzerInfo, recordings: Mapping[str, Recording]
) -> Iterator[Score]:
    """Share each recording's pairs among the takes that should sound like it: the weighted mean is that over pairs."""
    sharing = Counter(recording_key(take) for take in takes if take.take.status == "ok")
    pairs = {
        "anchor_same": one_voice(tuple(recordings.values())),
        "anchor_different": different_voices(tuple(recordings.values())),
    }
    none = {
        "anchor_same": "the reference recording is too short for two windows",
        "anchor_different": "no other voice of the run has a reference recording",
    }
    for take in takes:
        key = recording_key(take)
        for name, found in pairs.items():
            metric_id = f"{name}/{encoder.id}/references"
            row = unspoken(take, metric_id)
            if row is not None:
                yield row
            elif key is None or key not in recordings:
                yield skipped(take, metric_id, "no reference recording")
            elif key not in found:
                yield skipped(take, metric_id, none[name])
            else:
                yield scored(take, metric_id, found[key].mean, weight=found[key].count / sharing[key])


def _anchors_of_takes(takes: Sequence[AnalyzedTake], encoder: AnalyzerInfo, heard: Heard) -> Iterator[Score]:
    """Each take's pairs with the other takes; every pair counts once for each of its two takes."""
    own = {key: Group(embedding, 1) for key, embedding in _embeddings(heard).items()}
    voices = grouped((key.voice, group) for key, group in own.items())
    everyone = grouped(("", group) for group in own.values())
    same, different = (f"{name}/{encoder.id}/takes" for name in ("anchor_same", "anchor_different"))
    for take in takes:
        key, row = take.take.key, heard[take.take.key]
        if isinstance(row, Score):
            yield renamed(row, same)
            yield renamed(row, different)
            continue
        voice = voices[key.voice]
        for metric_id, others, none in (
            (same, voice.without(own[key]), "the voice has no other take"),
            (different, everyone[""].without(voice), "only one voice spoke in this run"),
        ):
            if others.count == 0:
                yield skipped(take, metric_id, none)
            else:
                yield scored(take, metric_id, own[key].mean_cosine(others), weight=float(others.count))


# --- embeddings ------------------------------------------------------------------------------------------------------


def _embedding(take: AnalyzedTake, encoder: AnalyzerInfo) -> FloatArray | Score:
    """The take's embedding (D,), or a row that says why it has none."""
    metric_id = f"sim_o/{encoder.id}"
    row = unheard(take, metric_id, encoder)
    if row is not None:
        return row
    if take.take.duration_s is not None and take.take.duration_s < MIN_TAKE_S:
        return skipped(take, metric_id, f"shorter than {MIN_TAKE_S:g} s")
    heard = feature(take, encoder)
    assert heard is not None, f"{encoder.id} is a speaker encoder and must answer with a Feature"
    return embedding_of(heard)


def _embeddings(heard: Heard) -> Mapping[TakeKey, FloatArray]:
    return {key: embedding for key, embedding in heard.items() if not isinstance(embedding, Score)}
