"""How often a 95 % interval of a corpus WER holds the true value, by number of items.

Items have 4 to 30 words, errors at 3 % of words, and a share of gross failures in which every word is wrong: the case
that makes averages of few items treacherous. Prints a Markdown table.

    python benchmarks/interval_coverage.py --failures 0.04 --trials 400
"""

from __future__ import annotations

import argparse

import numpy as np

from voxeval.stats.bootstrap import RESAMPLES, Stratum, mean_interval

WORD_ERROR = 0.03


def draw(generator: np.random.Generator, items: int, failures: float) -> Stratum:
    words = generator.integers(4, 31, size=items)
    errors = generator.binomial(words, WORD_ERROR)
    gross = generator.random(items) < failures
    return Stratum(np.where(gross, words, errors).astype(float), words.astype(float))


def percentile(stratum: Stratum, generator: np.random.Generator) -> tuple[float, float]:
    """The plain interval: percentiles of resampling all clusters."""
    count = len(stratum.weights)
    draws = generator.multinomial(count, np.full(count, 1 / count), size=RESAMPLES)
    low, high = np.quantile((draws @ stratum.weighted) / (draws @ stratum.weights), [0.025, 0.975])
    return float(low), float(high)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--failures", type=float, default=0.04, help="share of gross failures")
    parser.add_argument("--trials", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    truth = WORD_ERROR * (1 - options.failures) + options.failures
    print(f"| items | voxeval | percentile | (true WER {truth:.4f}, {options.trials} trials)")
    print("|---|---|---|")
    for items in (8, 20, 40, 100, 400):
        generator = np.random.default_rng([options.seed, items])
        strata = [draw(generator, items, options.failures) for _ in range(options.trials)]
        ours = [mean_interval([stratum]) for stratum in strata]
        plain = [percentile(stratum, generator) for stratum in strata]
        covered = [np.mean([low <= truth <= high for low, high in filter(None, ends)]) for ends in (ours, plain)]
        print(f"| {items} | {covered[0]:.0%} | {covered[1]:.0%} |")


if __name__ == "__main__":
    main()
