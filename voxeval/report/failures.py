"""What was not spoken, and what could not be measured, grouped by its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

EXAMPLES = 3
REASON_LENGTH = 400  # longer ones are cut, and say so


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Rows that failed or were skipped for one reason."""

    system: str
    suite: str
    status: str
    reason: str
    count: int
    languages: tuple[str, ...]
    examples: tuple[str, ...]
    metrics: tuple[str, ...] = ()  # empty where the take itself was not made


def unspoken(takes: pd.DataFrame) -> tuple[Trouble, ...]:
    """Takes that failed or were skipped: failed ones first, then by their number."""
    return _grouped(takes[takes["status"] != "ok"].assign(metric=""))


def unmeasured(scores: pd.DataFrame, takes: pd.DataFrame, status: str) -> tuple[Trouble, ...]:
    """Scores with this status although there is a recording, by their number."""
    key = ["suite", "language", "item", "system", "voice", "seed", "run"]
    spoken = takes.loc[takes["status"] == "ok", key]
    return _grouped(scores[scores["status"] == status].merge(spoken, on=key))


def _grouped(rows: pd.DataFrame) -> tuple[Trouble, ...]:
    found: list[Trouble] = []
    for (system, suite, status, detail), group in rows.groupby(["system", "suite", "status", "detail"], sort=False):
        items = group.drop_duplicates(["language", "item", "voice", "seed"])
        found.append(
            Trouble(
                system=str(system),
                suite=str(suite),
                status=str(status),
                reason=_cut(str(detail) or "no reason was given"),
                count=len(items),
                languages=tuple(sorted(set(items["language"]))),
                examples=tuple(_name(row) for row in items.head(EXAMPLES).to_dict("records")),
                metrics=tuple(metric for metric in dict.fromkeys(group["metric"]) if metric),
            )
        )
    return tuple(sorted(found, key=lambda trouble: (trouble.status != "failed", -trouble.count, trouble.system)))


def _name(row: dict[Any, Any]) -> str:
    return f"{row['language']} · {row['item']}"


def _cut(reason: str) -> str:
    if len(reason) <= REASON_LENGTH:
        return reason
    return f"{reason[:REASON_LENGTH]} … ({len(reason) - REASON_LENGTH} more characters in the run folder)"
