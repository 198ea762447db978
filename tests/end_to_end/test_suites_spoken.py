"""Every text of every suite, spoken by espeak-ng in its language: none fails, and none is too long or too short."""

from __future__ import annotations

import statistics

import pytest

from voxeval.inspection import CHARACTERS_PER_MINUTE
from voxeval.plugins import create, parse_spec
from voxeval.runner.plan import PlannedSystem, make_plan
from voxeval.suite import load_suite, suite_folders
from voxeval.types import LANGUAGES


def spoken(language: str, names: list[str], spec: str) -> dict[str, tuple[int, float]]:
    """Characters and seconds of each item, as espeak-ng says it."""
    suites = [load_suite(name, [language])[0] for name in names]
    system = create("systems", parse_spec(spec))
    planned = PlannedSystem(label="espeak", spec=parse_spec(spec), info=system.info)
    found = {}
    try:
        for entry in make_plan(suites, [planned], voices=(), seeds=1).entries:
            item = entry.request.item
            assert not entry.skip, f"{item.id}: {entry.skip}"
            seconds = sum(chunk.duration_s for chunk in system.speak(entry.request))
            found[item.id] = len(item.readings[0]), seconds
    finally:
        system.close()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_suite_is_spoken_whole(language):
    paces = {name: n / seconds for name, (n, seconds) in spoken(language, list(suite_folders()), "espeak").items()}
    usual = statistics.median(paces.values())
    odd = {name: round(pace, 1) for name, pace in paces.items() if not 0.4 * usual < pace < 1.8 * usual}
    assert len(paces) >= 120
    assert not odd, f"{language}: {usual:.1f} characters a second, but {odd}"


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_minutes_of_a_suite_are_estimated_by_a_measured_pace(language):
    found = spoken(language, ["core"], "espeak:rate=140").values()
    pace = 60 * sum(n for n, _ in found) / sum(seconds for _, seconds in found)
    assert pace == pytest.approx(CHARACTERS_PER_MINUTE[language], rel=0.03)
