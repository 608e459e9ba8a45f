"""The figures of a survey: how many to ask, how sure what came out is. Plain numbers in, plain numbers out."""

import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import NamedTuple


class Interval(NamedTuple):
    low: float
    high: float


def z_of(confidence: int) -> float:
    """Two-sided, of a per cent: 1.96 for 95."""
    return NormalDist().inv_cdf(0.5 + confidence / 200)


def needed(population: int, margin: int, confidence: int) -> int:
    """Answers for a share that lies within `margin` per cent, whatever it is.

    n0 = z²·p(1−p)/e² with p = ½, and for a finite population n = n0 / (1 + (n0 − 1)/N), rounded up: W. G. Cochran,
    Sampling Techniques, 3rd ed. 1977, section 4.4.
    """
    if population <= 0:
        return 0
    wide = z_of(confidence) ** 2 * 0.25 / (margin / 100) ** 2
    return min(population, math.ceil(wide / (1 + (wide - 1) / population) - 1e-9))


def asked(needed_count: int, expected: int, population: int) -> int:
    """So many are drawn where `expected` per cent of them answer."""
    return min(population, -(-needed_count * 100 // expected))


def correction(answers: int, population: int | None) -> float:
    """By what a finite population narrows a standard error: √((N − n)/(N − 1)), Cochran section 2.6. None: infinite."""
    if population is None or population <= 1:
        return 0.0 if population is not None else 1.0
    return math.sqrt(max(population - answers, 0) / (population - 1))


def margin_of(answers: int, population: int, confidence: int) -> float:
    """Per cent to either side of a share of one half: what was reached."""
    return z_of(confidence) * math.sqrt(0.25 / answers) * correction(answers, population) * 100


def wilson(successes: int, answers: int, population: int, confidence: int) -> Interval:
    """Of a share, 0 to 1: E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference, JASA 22
    (1927), 209–212; with as many answers as would be as sure in an infinite population, n / (finite correction)²."""
    share, narrow = successes / answers, correction(answers, population)
    if narrow == 0:
        return Interval(share, share)
    many, z = answers / narrow**2, z_of(confidence)
    middle = (share + z * z / (2 * many)) / (1 + z * z / many)
    half = z / (1 + z * z / many) * math.sqrt(share * (1 - share) / many + z * z / (4 * many * many))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def mean_of(counts: Sequence[int]) -> float:
    """Of scores 1, 2, …; `counts`: how many gave each."""
    return sum(score * count for score, count in enumerate(counts, 1)) / sum(counts)


def mean_interval(counts: Sequence[int], population: int, confidence: int) -> Interval:
    """z·s/√n with the finite correction, s with n − 1 (Cochran section 2.6), within the scale. One answer says nothing:
    the whole scale."""
    answers, mean = sum(counts), mean_of(counts)
    if answers < 2:
        return Interval(1.0, float(len(counts)))
    spread = sum(count * (score - mean) ** 2 for score, count in enumerate(counts, 1)) / (answers - 1)
    half = z_of(confidence) * math.sqrt(spread / answers) * correction(answers, population)
    return Interval(max(1.0, mean - half), min(float(len(counts)), mean + half))


def sa03(importances: Sequence[float], scores: Sequence[float]) -> float | None:
    """加权满意度: Σ importance·score ÷ Σ importance over the items (handbook §5, SA03), on the scale of the scores.

    The handbook does not say who gives the importance nor whether it is brought to 100; here both are means of what
    people answered, 1 to 5, and it stays on that scale.
    """
    total = sum(importances)
    if not total:
        return None
    return sum(weight * score for weight, score in zip(importances, scores, strict=True)) / total


def shown_groups(counts: Mapping[str, int], total: int, least_group: int, least: int) -> list[str]:
    """Those large enough; and where what is left over would tell of fewer than `least` people by subtraction, the
    smallest of these stays hidden with it."""
    shown = sorted((name for name, count in counts.items() if count >= least_group), key=lambda name: counts[name])
    rest = total - sum(counts[name] for name in shown)
    if 0 < rest < least and shown:
        shown = shown[1:]
    return [name for name in counts if name in shown]
