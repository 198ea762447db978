"""Whether something about a voice moves while it reads: the slope of a curve, how sure it is, and where it moved.

Shapes: W windows, R resamples.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voxeval.types import FloatArray

WINDOW_S = 5.0
HOP_S = 2.5
MIN_WINDOWS = 6
STEP_SHARE = 0.75  # of what a line leaves unexplained: two means that leave no more describe the curve better
STEP_S = 100.0  # of windows: in less, chance makes two means look good
LONGEST_BLOCK_S = 20.0  # what is alike in a reading, a sentence or two, is over by then
FEWEST_BLOCKS = 6
RESAMPLES = 1000
CONFIDENCE = 0.95
LEAST_SLOPE = 1e-9  # a minute: smaller is rounding

_NUMBER = r"(-?\d+(?:\.\d+)?)"
_WORDING = re.compile(
    rf"slope {_NUMBER}, interval \[{_NUMBER}, {_NUMBER}\] a minute; largest change {_NUMBER} at {_NUMBER} s; "
    rf"worst window at {_NUMBER} s; (\d+) windows every {_NUMBER} s from {_NUMBER} s(?: without((?: \d+)+))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One value a window, for the windows with enough voice."""

    centers_s: tuple[float, ...]  # rising, whole hops apart
    values: tuple[float, ...]
    hop_s: float = HOP_S
    doubt: float = 0.0  # standard error a minute that the slope has from what the curve is held against


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How a curve moves. Slopes are in the curve's unit a minute."""

    slope: float
    low: float  # of its interval of 95 %
    high: float
    change: float  # mean after the border that parts the curve best, less the mean before it
    change_s: float  # where that border is
    worst_s: float  # centre of the worst window
    centers_s: tuple[float, ...]  # of the windows of the curve
    hop_s: float = HOP_S

    @property
    def is_sure(self) -> bool:
        """Whether the interval excludes 0."""
        return self.low > LEAST_SLOPE or self.high < -LEAST_SLOPE


def measure_drift(curve: Curve, badness: FloatArray, *, seed: int = 0) -> Drift:
    """The drift of a curve of at least 6 windows, `badness` (W,) saying how bad each window is.

    The slope is that of least squares over the windows' centres. Its standard error is that of a circular block
    bootstrap of the residuals (Politis and Romano 1992): blocks of up to 20 s keep what neighbouring windows share, so
    that the swell of a human reading is not called drift. A recording has few such blocks, so the interval is that of
    Student's t with two degrees of freedom less than there are blocks. The change is where two means explain the curve
    best. Where they leave at most three quarters of what the line leaves unexplained, in at least 100 s, the
    residuals are theirs, lest a step hide in noise of its own making.
    """
    import numpy as np

    assert len(curve.values) >= MIN_WINDOWS, f"{len(curve.values)} windows"
    minutes = np.asarray(curve.centers_s, dtype=np.float64) / 60.0  # (W,)
    values = np.asarray(curve.values, dtype=np.float64)  # (W,)
    slope = float(slopes_of(minutes, values[None])[0])
    border = _border(values)
    two_means = len(values) * curve.hop_s >= STEP_S
    residuals = _residuals(minutes, values, slope, border if two_means else None)
    longest = max(2, round(LONGEST_BLOCK_S / curve.hop_s))  # windows
    margin = _margin(minutes, residuals, min(max(len(values) // FEWEST_BLOCKS, 2), longest), curve.doubt, seed)
    return Drift(
        slope=slope,
        low=slope - margin,
        high=slope + margin,
        change=float(values[border:].mean() - values[:border].mean()),
        change_s=(curve.centers_s[border - 1] + curve.centers_s[border]) / 2,
        worst_s=curve.centers_s[int(np.argmax(badness))],
        centers_s=curve.centers_s,
        hop_s=curve.hop_s,
    )


def slopes_of(minutes: FloatArray, curves: FloatArray) -> FloatArray:
    """Least-squares slope of each of the curves (R, W) over minutes (W,), as (R,)."""
    centred = minutes - minutes.mean()
    slopes: FloatArray = curves @ centred / (centred @ centred)
    return slopes


def write_detail(drift: Drift) -> str:
    """The drift as the sentence that stands in a score's detail; `read_detail` reads it.

    The windows that the curve lacks follow as steps from its first window.
    """
    first = drift.centers_s[0]
    steps = {round((center - first) / drift.hop_s) for center in drift.centers_s}
    gaps = "".join(f" {step}" for step in range(max(steps)) if step not in steps)
    return (
        f"slope {_plain(drift.slope, 4)}, interval [{_plain(drift.low, 4)}, {_plain(drift.high, 4)}] a minute; "
        f"largest change {_plain(drift.change, 3)} at {_plain(drift.change_s, 2)} s; "
        f"worst window at {_plain(drift.worst_s, 2)} s; "
        f"{len(steps)} windows every {drift.hop_s:.6g} s from {_plain(first, 2)} s{' without' if gaps else ''}{gaps}"
    )


def read_detail(detail: str) -> Drift | None:
    """The drift that `write_detail` wrote, rounded as there; None where the text says something else."""
    found = _WORDING.search(detail)
    if found is None:
        return None
    slope, low, high, change, change_s, worst_s, count, hop_s, first = (float(text) for text in found.groups()[:9])
    gaps = {int(text) for text in (found[10] or "").split()}
    steps = [step for step in range(int(count) + len(gaps)) if step not in gaps]
    return Drift(
        slope=slope,
        low=low,
        high=high,
        change=change,
        change_s=change_s,
        worst_s=worst_s,
        centers_s=tuple(first + step * hop_s for step in steps),
        hop_s=hop_s,
    )


def _plain(number: float, digits: int) -> str:
    return f"{round(number, digits) + 0.0:.{digits}f}"  # adding 0 turns -0.0 into 0.0


def _residuals(minutes: FloatArray, values: FloatArray, slope: float, border: int | None) -> FloatArray:
    """What is left of values (W,) around the line, or around the means before and after a border, each (W,)."""
    import numpy as np

    line = values - slope * minutes
    line -= line.mean()
    if border is None:
        return line
    step = np.concatenate([part - part.mean() for part in (values[:border], values[border:])])
    residuals: FloatArray = step if step @ step <= STEP_SHARE * (line @ line) else line
    return residuals


def _margin(minutes: FloatArray, residuals: FloatArray, block: int, doubt: float, seed: int) -> float:
    """Half the width of the slope's interval, from slopes of residuals (W,) redrawn in blocks of so many windows."""
    import numpy as np
    from scipy.special import stdtrit

    n = len(residuals)
    n_blocks = n / block
    rng = np.random.default_rng(seed)
    starts = rng.integers(0, n, size=(RESAMPLES, -(-n // block)))  # (R, blocks)
    places = (starts[:, :, None] + np.arange(block)) % n  # (R, blocks, block): the curve's end joins its beginning
    drawn = residuals[places.reshape(RESAMPLES, -1)[:, :n]]  # (R, W)
    # A line takes two degrees of freedom, and with them some of the spread of the residuals.
    error = slopes_of(minutes, drawn).std() * (n_blocks / (n_blocks - 2)) ** 0.5
    return float(np.hypot(error, doubt) * stdtrit(n_blocks - 2, (1 + CONFIDENCE) / 2))


def _border(values: FloatArray) -> int:
    """The window from which on the curve is another: two means leave the least squared residual, each of 3 windows."""
    import numpy as np

    n = len(values)
    borders = np.arange(3, n - 2)
    sums = np.cumsum(values - values.mean())[borders - 1]
    return int(borders[np.argmax(np.square(sums) / (borders * (n - borders)))])
