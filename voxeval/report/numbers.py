"""Numbers as people read them, by unit."""

from __future__ import annotations

import math
from collections.abc import Mapping

MISSING = "–"  # never 0 for what was not measured

DECIMALS: Mapping[str, int] = {
    "cosine": 3,
    "dB": 1,
    "LUFS": 1,
    "Hz": 0,
    "MB": 0,
    "MOS": 2,
    "points of 1 to 5": 2,
    "1 - cosine": 3,
    "st": 2,
    "semitones": 2,
    "characters/s": 1,
}


SIGNS: Mapping[str, str] = {
    "1": "%",
    "ratio": "×",
    "cosine": "",
    "1 - cosine": "",
    "MOS": "",
    "points of 1 to 5": "",
    "1/min": "/min",
}


def number(value: float | None, unit: str) -> str:
    """The value without its unit: shares and rates (unit "1") in percent, others with sensible digits."""
    if value is None or math.isnan(value):
        return MISSING
    if unit == "1":
        value *= 100
    if value == 0 and unit not in DECIMALS and unit != "1":
        return "0"
    decimals = 1 if unit == "1" else DECIMALS.get(unit, _decimals(value))
    text = f"{value:,.{decimals}f}".replace("-", "−")
    return text.lstrip("−") if float(text.replace("−", "-").replace(",", "")) == 0 else text


def unit_sign(unit: str) -> str:
    """What stands behind the number: "%" for shares, nothing for bare ratios and scales."""
    return SIGNS.get(unit, unit)


def with_unit(value: float | None, unit: str) -> str:
    """The value and its unit."""
    text = number(value, unit)
    sign = unit_sign(unit)
    return f"{text} {sign}" if sign and text != MISSING else text


def interval(low: float | None, high: float | None, unit: str, *, sampled: bool = True) -> str:
    """Both ends without the unit; why there is none, where there is none."""
    if low is None or high is None or math.isnan(low) or math.isnan(high):
        return "too few items" if sampled else "no interval"
    return f"{number(low, unit)} to {number(high, unit)}"


def clean(value: object) -> float | None:
    """A float, or None for null and NaN."""
    if value is None:
        return None
    result = float(value)  # type: ignore[arg-type]  # numpy and pandas scalars
    return None if math.isnan(result) or math.isinf(result) else result


def text(value: object) -> str:
    """A text, or nothing for null and NaN."""
    return value if isinstance(value, str) else ""


def _decimals(value: float) -> int:
    size = abs(value)
    if size >= 100:
        return 0
    if size >= 1:
        return 1 if size >= 10 else 2
    return 3 if size >= 0.01 else 4
