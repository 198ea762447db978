"""Whether a system sounds like the voice it was asked for, stays that voice, and tells its voices apart.

Shapes: D width of an embedding, R reference recordings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voxeval.metrics.anchors import (
    Recording,
    cosine,
    different_voices,
    embedding_of,
    equal_error_threshold,
    recording_key,
    recordings_of,
    same_voice,
)
from voxeval.metrics.hearing import absent
from voxeval.metrics.scoring import failed, feature, scored, skipped, unheard, unspoken
from voxeval.metrics.speaker_infos import INFOS
from voxeval.types import AnalyzedTake, AnalyzerInfo, Failure, Feature, MetricInfo, Score, TakeKey

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from voxeval.types import FloatArray

MIN_TAKE_S = 1.0  # of a take whose embedding is believed


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
            yield from _to_references(takes, encoder)
            yield from _between_takes(takes, encoder)
            yield from _anchors(takes, encoder)


# --- to the reference ------------------------------------------------------------------------------------------------


def _to_references(takes: Sequence[AnalyzedTake], encoder: AnalyzerInfo) -> Iterator[Score]:
    import numpy as np

    recordings = tuple(recordings_of(takes, encoder).values())
    same = np.concatenate([np.zeros(0), *map(same_voice, recordings)])
    different = np.concatenate([np.zeros(0), *(different_voices(one, recordings) for one in recordings)])
    threshold = equal_error_threshold(same, different) if len(same) and len(different) else None
    for take in takes:
        similarity = _sim_o(take, encoder)
        yield similarity
        yield _sim_accept(take, encoder, similarity, threshold, recordings)
        yield _sim_nearest(take, encoder, similarity, recordings)


def _sim_o(take: AnalyzedTake, encoder: AnalyzerInfo) -> Score:
    metric_id = f"sim_o/{encoder.id}"
    row = unspoken(take, metric_id)
    if row is not None:
        return row
    if recording_key(take) is None:
        return skipped(take, metric_id, "no reference recording")
    own = _embedding(take, metric_id, encoder)
    if isinstance(own, Score):
        return own
    reference = take.reference.get(encoder.id)
    if isinstance(reference, Failure):
        make = skipped if reference.skipped else failed
        return make(take, metric_id, f"the reference recording: {reference.reason}")
    if not isinstance(reference, Feature):
        return failed(take, metric_id, f"{encoder.name} gave no answer to the reference recording")
    return scored(take, metric_id, cosine(own, embedding_of(reference)))


def _sim_accept(
    take: AnalyzedTake,
    encoder: AnalyzerInfo,
    similarity: Score,
    threshold: float | None,
    recordings: Sequence[Recording],
) -> Score:
    metric_id = f"sim_accept/{encoder.id}"
    if similarity.value is None:
        return _as(similarity, take, metric_id)
    if threshold is not None:
        return scored(take, metric_id, float(similarity.value >= threshold))
    if _few_voices(recordings):
        return skipped(take, metric_id, "fewer than 2 voices of the run have a reference recording")
    return skipped(take, metric_id, "no reference recording is long enough for two windows")


def _sim_nearest(
    take: AnalyzedTake, encoder: AnalyzerInfo, similarity: Score, recordings: Sequence[Recording]
) -> Score:
    import numpy as np

    metric_id = f"sim_nearest/{encoder.id}"
    if similarity.value is None:
        return _as(similarity, take, metric_id)
    if _few_voices(recordings):
        return skipped(take, metric_id, "fewer than 2 voices of the run have a reference recording")
    own = feature(take, encoder)
    assert own is not None, "a take with a similarity has an embedding"
    cosines = np.stack([recording.embedding for recording in recordings]) @ embedding_of(own)  # (R,)
    return scored(take, metric_id, float(recordings[int(np.argmax(cosines))].voice == take.take.voice))


def _few_voices(recordings: Sequence[Recording]) -> bool:
    return len({recording.voice for recording in recordings}) < 2


def _as(row: Score, take: AnalyzedTake, metric_id: str) -> Score:
    make = failed if row.status == "failed" else skipped
    return make(take, metric_id, row.detail)


# --- between takes ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Group:
    """The sum (D,) of the embeddings of some takes, and their number."""

    total: FloatArray
    count: int

    def without(self, other: Group) -> Group:
        """The takes of this group that are not in the other, which is part of it."""
        return Group(self.total - other.total, self.count - other.count)


def _between_takes(takes: Sequence[AnalyzedTake], encoder: AnalyzerInfo) -> Iterator[Score]:
    embeddings = _embeddings(takes, encoder)
    voices = _grouped({take.take.key: take.take.voice for take in takes}, embeddings)
    readers = _grouped({take.take.key: (take.take.voice, take.take.item.language) for take in takes}, embeddings)
    for take in takes:
        voice, reader = take.take.voice, (take.take.voice, take.take.item.language)
        own = _embedding(take, f"voice_consistency/{encoder.id}/within", encoder)
        if isinstance(own, Score):
            yield own
            yield _as(own, take, f"voice_consistency/{encoder.id}/across")
            yield _as(own, take, f"voice_separation/{encoder.id}")
            continue
        within = readers[reader].without(Group(own, 1))
        across = voices[voice].without(readers[reader])
        strangers = [group for name, group in voices.items() if name != voice]
        yield _to_centroid(take, own, f"voice_consistency/{encoder.id}/within", within, "in this language")
        yield _to_centroid(take, own, f"voice_consistency/{encoder.id}/across", across, "in another language")
        if strangers:
            cosines = [cosine(voices[voice].total, other.total) for other in strangers]
            yield scored(take, f"voice_separation/{encoder.id}", 1.0 - sum(cosines) / len(cosines))
        else:
            yield skipped(take, f"voice_separation/{encoder.id}", "only one voice spoke in this run")


def _to_centroid(take: AnalyzedTake, own: FloatArray, metric_id: str, others: Group, where: str) -> Score:
    if others.count == 0:
        return skipped(take, metric_id, f"the voice has no other take {where}")
    return scored(take, metric_id, cosine(own, others.total))


# --- anchors ---------------------------------------------------------------------------------------------------------


def _anchors(takes: Sequence[AnalyzedTake], encoder: AnalyzerInfo) -> Iterator[Score]:
    recordings = recordings_of(takes, encoder)
    if recordings:
        yield from _anchors_of_references(takes, encoder, recordings)
    else:
        yield from _anchors_of_takes(takes, encoder)


def _anchors_of_references(
    takes: Sequence[AnalyzedTake], encoder: AnalyzerInfo, recordings: Mapping[str, Recording]
) -> Iterator[Score]:
    """Share each recording's pairs among the takes that should sound like it: the weighted mean is that over pairs."""
    spoken = [recording_key(take) for take in takes if take.take.status == "ok"]
    everyone = tuple(recordings.values())
    same = {key: same_voice(recording) for key, recording in recordings.items()}
    different = {key: different_voices(recording, everyone) for key, recording in recordings.items()}
    for take in takes:
        key = recording_key(take)
        for name, cosines, none in (
            ("anchor_same", same, "the reference recording is too short for two windows"),
            ("anchor_different", different, "no other voice of the run has a reference recording"),
        ):
            metric_id = f"{name}/{encoder.id}/references"
            row = unspoken(take, metric_id)
            if row is not None:
                yield row
            elif key is None or key not in recordings:
                yield skipped(take, metric_id, "no reference recording")
            elif len(cosines[key]) == 0:
                yield skipped(take, metric_id, none)
            else:
                weight = len(cosines[key]) / spoken.count(key)
                yield scored(take, metric_id, float(cosines[key].mean()), weight=weight)


def _anchors_of_takes(takes: Sequence[AnalyzedTake], encoder: AnalyzerInfo) -> Iterator[Score]:
    """Each take's pairs with the other takes; every pair counts once for each of its two takes."""
    embeddings = _embeddings(takes, encoder)
    voices = _grouped({take.take.key: take.take.voice for take in takes}, embeddings)
    everyone = _grouped({take.take.key: "" for take in takes}, embeddings)
    for take in takes:
        own = _embedding(take, f"anchor_same/{encoder.id}/takes", encoder)
        if isinstance(own, Score):
            yield own
            yield _as(own, take, f"anchor_different/{encoder.id}/takes")
            continue
        voice = voices[take.take.voice]
        for name, others, none in (
            ("anchor_same", voice.without(Group(own, 1)), "the voice has no other take"),
            ("anchor_different", everyone[""].without(voice), "only one voice spoke in this run"),
        ):
            metric_id = f"{name}/{encoder.id}/takes"
            if others.count == 0:
                yield skipped(take, metric_id, none)
            else:
                mean = float(own @ others.total) / others.count
                yield scored(take, metric_id, mean, weight=float(others.count))


# --- embeddings ------------------------------------------------------------------------------------------------------


def _embedding(take: AnalyzedTake, metric_id: str, encoder: AnalyzerInfo) -> FloatArray | Score:
    """The take's embedding (D,), or the row that says why it has none."""
    row = unheard(take, metric_id, encoder)
    if row is not None:
        return row
    if take.take.duration_s is not None and take.take.duration_s < MIN_TAKE_S:
        return skipped(take, metric_id, f"shorter than {MIN_TAKE_S:g} s")
    heard = feature(take, encoder)
    assert heard is not None, f"{encoder.id} is a speaker encoder and must answer with a Feature"
    return embedding_of(heard)


def _embeddings(takes: Sequence[AnalyzedTake], encoder: AnalyzerInfo) -> Mapping[TakeKey, FloatArray]:
    found = {take.take.key: _embedding(take, "sim_o", encoder) for take in takes}
    return {key: embedding for key, embedding in found.items() if not isinstance(embedding, Score)}


def _grouped(names: Mapping[TakeKey, object], embeddings: Mapping[TakeKey, FloatArray]) -> Mapping[object, Group]:
    groups: dict[object, Group] = {}
    for key, embedding in embeddings.items():
        before = groups.get(names[key])
        groups[names[key]] = (
            Group(embedding, 1) if before is None else Group(before.total + embedding, before.count + 1)
        )
    return groups
