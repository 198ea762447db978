"""Where a reading falls silent: between stretches with voice, and between its sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voxeval.types import Alignment, Feature

PAUSE_S = 0.2
NEAR_WORDS = 3  # the words at both sides of a border of which one must be heard for it to be found


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A stretch without voice that has voice on both sides."""

    start_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s


def silences_between(activity: Feature) -> tuple[Silence, ...]:
    """The silences between the stretches with voice, in order; what comes before and after all voice is none."""
    starts = activity.values["start_s"].tolist()
    ends = activity.values["end_s"].tolist()
    return tuple(Silence(start_s=end, end_s=start) for end, start in zip(ends[:-1], starts[1:], strict=True))


def border_pauses(alignment: Alignment, activity: Feature) -> tuple[float, ...]:
    """For each border between sentences that can be placed, the seconds of silence there.

    A border lies between the last heard word before it and the first heard word after it, each at most 3 words away
    in the text. Its silence is the longest that touches the time from the middle of the one to the middle of the other.
    """
    assert alignment.hypothesis_times is not None
    heard = {
        word: edit.hyp_start + word - edit.ref_start
        for edit in alignment.edits
        if edit.kind in ("equal", "substitute")
        for word in range(edit.ref_start, edit.ref_end)
    }
    silences = silences_between(activity)
    pauses = []
    for _, border in alignment.sentences[:-1]:
        before = next((heard[word] for word in range(border - 1, border - 1 - NEAR_WORDS, -1) if word in heard), None)
        after = next((heard[word] for word in range(border, border + NEAR_WORDS) if word in heard), None)
        if before is None or after is None:
            continue
        since_s = sum(alignment.hypothesis_times[before]) / 2
        until_s = sum(alignment.hypothesis_times[after]) / 2
        touching = [silence.duration_s for silence in silences if silence.start_s < until_s and silence.end_s > since_s]
        pauses.append(max(touching, default=0.0))
    return tuple(pauses)
