"""Sums of embeddings: the mean cosine between two groups without looking at every pair.

Shapes: D width of an embedding, G groups. All embeddings have unit length.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from voxeval.types import FloatArray


@dataclass(frozen=True, slots=True)
class Group:
    """The sum (D,) of some embeddings, and their number."""

    total: FloatArray
    count: int

    def joined(self, other: Group) -> Group:
        """The embeddings of both."""
        return Group(self.total + other.total, self.count + other.count)

    def without(self, other: Group) -> Group:
        """The embeddings of this group that are not in the other, which is part of it."""
        return Group(self.total - other.total, self.count - other.count)

    def mean_cosine(self, other: Group) -> float:
        """The mean over all pairs of one of this group and one of the other; neither is empty."""
        return float(self.total @ other.total) / (self.count * other.count)


def grouped(named: Iterable[tuple[Hashable, Group]]) -> Mapping[Hashable, Group]:
    """The groups of one name joined, by name."""
    groups: dict[Hashable, Group] = {}
    for name, group in named:
        groups[name] = groups[name].joined(group) if name in groups else group
    return groups


def separations(groups: Mapping[Hashable, Group]) -> Mapping[Hashable, float]:
    """For each of at least two groups, 1 - the mean cosine of its mean embedding with those of the others."""
    import numpy as np

    assert len(groups) >= 2, "one group is separate from nothing"
    totals = np.stack([group.total for group in groups.values()])  # (G, D)
    centers = totals / np.linalg.norm(totals, axis=1, keepdims=True)  # (G, D)
    cosines = centers @ centers.sum(axis=0) - 1.0  # (G,) sums over the others; each has cosine 1 with itself
    return dict(zip(groups, (1.0 - cosines / (len(groups) - 1)).tolist(), strict=True))
