"""From what was heard to scores: alignments, then every metric over all takes of each system."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from voxeval.text.align import align, align_by, effects
from voxeval.text.normalize import normalizer
from voxeval.types import AnalyzedTake, AnalyzerInfo, Metric, ProtocolUse, Score, Take, Transcript

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from voxeval.runner.analyze import Analyses
    from voxeval.text.protocols import Protocol


def with_what_was_heard(
    takes: Sequence[Take],
    analyses: Analyses,
    analyzers: Sequence[AnalyzerInfo],
    protocols: Mapping[str, Sequence[Protocol]],
) -> list[AnalyzedTake]:
    """The takes as metrics see them. One alignment a take, recognizer and way of counting.

    `protocols` are those that each suite is counted by, beside voxeval's own normalizer.
    """
    infos = {info.id: info for info in analyzers}
    return [_analyzed(take, analyses, infos, protocols.get(take.suite, ())) for take in takes]


def _analyzed(
    take: Take, analyses: Analyses, infos: Mapping[str, AnalyzerInfo], protocols: Sequence[Protocol]
) -> AnalyzedTake:
    heard = analyses.of_take(take)
    own, item = normalizer(), take.item
    words = own.words(item.readings[0], item.language)
    covering = [protocol for protocol in protocols if item.language in protocol.languages]
    transcripts = {key: answer for key, answer in heard.items() if isinstance(answer, Transcript)}
    alignments = [align(item, answer, recognizer=key, normalizer=own) for key, answer in transcripts.items()]
    alignments += [
        align_by(protocol, item, answer, recognizer=infos[key])
        for key, answer in transcripts.items()
        for protocol in covering
    ]
    return AnalyzedTake(
        take=take,
        heard=heard,
        reference=analyses.of_reference(take),
        alignments=tuple(alignments),
        normalizers=(own.name,),
        analyzers=infos,
        reference_words=len(words),
        reference_characters=len(" ".join(words)),
        protocols=tuple(
            ProtocolUse(name=protocol.name_with(info.name), recognizer=info.id, average=protocol.average)
            for info in infos.values()
            if info.feature == "transcript"
            for protocol in covering
        ),
        effects=tuple(
            effect for key, answer in transcripts.items() for effect in effects(item, answer, recognizer=infos[key])
        ),
    )


def score(takes: Sequence[AnalyzedTake], metrics: Mapping[str, Metric], wanted: Mapping[str, set[str]]) -> list[Score]:
    """The rows of all metrics on all takes, by system, then metric, then take.

    `wanted` says which metric names each suite asks for.
    """
    rows: list[Score] = []
    for system in dict.fromkeys(take.take.system for take in takes):
        mine = [take for take in takes if take.take.system == system]
        order = {take.take.key: index for index, take in enumerate(mine)}
        for metric in metrics.values():
            asked = [take for take in mine if wanted[take.take.suite] & {info.name for info in metric.infos}]
            made = [row for row in _rows(metric, asked) if row.metric in wanted[row.take.suite]]
            rows += sorted(made, key=lambda row: order[row.take])
    return rows


def _rows(metric: Metric, takes: Sequence[AnalyzedTake]) -> list[Score]:
    if not takes:
        return []
    keys = {take.take.key for take in takes}
    made: list[Score] = []
    why = "the metric gave no row for this take"
    try:
        made.extend(_finite(row) for row in metric.score(takes))  # what came before a fault stays
    except Exception as error:  # noqa: BLE001 - the border: a plug-in's fault becomes rows that say so, and exit code 4
        why = f"the metric raised {type(error).__name__}: {error}"
    strangers = [row.take for row in made if row.take not in keys]
    if strangers:
        made, why = [], f"the metric gave rows for takes that it was not given, as {strangers[0]}"
    there = {(row.take, row.metric) for row in made}
    lost = [(take.take.key, info.name) for info in metric.infos for take in takes]
    return made + [
        Score(take=key, metric=name, metric_id=name, value=None, status="failed", detail=why)
        for key, name in lost
        if (key, name) not in there
    ]


def _finite(row: Score) -> Score:
    """The row, failed where its value is NaN or infinite: such a value could not be made."""
    if row.value is None or math.isfinite(row.value):
        return row
    return replace(row, value=None, status="failed", detail=f"the metric gave {row.value}")
