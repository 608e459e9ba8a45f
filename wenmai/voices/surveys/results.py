"""What came out of a survey, computed once at its end: counts, shares, means, how sure they are; few stay hidden."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from wenmai.voices.surveys import figures
from wenmai.voices.surveys.rules import AGES, LEAST_GROUP, LEAST_SHOWN, SCALE, Answers, Face, Kind, Question

DIGITS = 4
_PLACES = len(SCALE)


def computed(
    face: Face, rows: Iterable[Sequence[Any]], *, population: int | None, margin: int, confidence: int
) -> dict[str, Any]:
    """`rows`: `rules.Answers` as lists; `population`: none where nobody was drawn, then no interval is stated."""
    answers = [Answers(*row) for row in rows]
    found: dict[str, Any] = {"answers": len(answers)}
    if len(answers) < LEAST_SHOWN:
        return found
    sure = _Sure(population, confidence)
    if population is not None:
        reached = figures.margin_of(len(answers), population, confidence)
        found |= {"reached": round(reached, 2), "is_reached": reached <= margin}
    items = [_item(place, one, answers, sure) for place, one in enumerate(face.questions)]
    weighted = [one for one in items if one.get("importance") is not None and one.get("mean") is not None]
    sa03 = figures.sa03([one["importance"] for one in weighted], [one["mean"] for one in weighted])
    return found | {
        "content": _scores([one.content for one in answers], sure),
        "questions": items,
        "sa03": None if sa03 is None else round(sa03, DIGITS),
        "ages": _groups(answers, lambda one: one.age, [*AGES], sure),
        "regions": _groups(answers, lambda one: one.region, sorted({one.region for one in answers} - {""}), sure),
    }  # fmt: skip


class _Sure:
    def __init__(self, population: int | None, confidence: int) -> None:
        self.population, self.confidence = population, confidence

    def share(self, successes: int, answers: int) -> list[float] | None:
        if self.population is None:
            return None
        interval = figures.wilson(successes, answers, max(self.population, answers), self.confidence)
        return [round(one, DIGITS) for one in interval]

    def mean(self, counts: Sequence[int]) -> list[float] | None:
        if self.population is None:
            return None
        interval = figures.mean_interval(counts, max(self.population, sum(counts)), self.confidence)
        return [round(one, DIGITS) for one in interval]


def _scores(scores: Sequence[int], sure: _Sure) -> dict[str, Any]:
    """SA01 (mean by what it could be, of 100) and SA02 (four and five of all) beside the mean."""
    counts = [list(scores).count(score) for score in SCALE]
    content = counts[3] + counts[4]
    mean = figures.mean_of(counts)
    return {
        "answers": len(scores), "counts": counts, "mean": round(mean, DIGITS), "mean_interval": sure.mean(counts),
        "sa01": round(mean / _PLACES * 100, 2), "share": round(content / len(scores), DIGITS),
        "share_interval": sure.share(content, len(scores)),
    }  # fmt: skip


def _item(place: int, question: Question, answers: Sequence[Answers], sure: _Sure) -> dict[str, Any]:
    """Fewer than `LEAST_SHOWN` answers to a question show nothing of it."""
    said = [one.said[place] for one in answers if one.said[place] is not None]
    if question.kind == Kind.WORDS or len(said) < LEAST_SHOWN:
        return {"answers": 0 if question.kind == Kind.WORDS else len(said)}
    if question.kind == Kind.SCALE:
        weights = [weight for one in answers if (weight := one.importance[place]) is not None]
        importance = round(sum(weights) / len(weights), DIGITS) if len(weights) >= LEAST_SHOWN else None
        scores = [one for one in said if isinstance(one, int)]
        return _scores(scores, sure) | {"importance": importance}
    chosen = [{*one} if isinstance(one, list | tuple) else {one} for one in said]
    counts = [sum(option in one for one in chosen) for option in range(len(question.options))]
    return {
        "answers": len(said), "counts": counts, "shares": [round(count / len(said), DIGITS) for count in counts],
        "intervals": [sure.share(count, len(said)) for count in counts],
    }  # fmt: skip


def _groups(
    answers: Sequence[Answers], of: Callable[[Answers], str], names: Sequence[str], sure: _Sure
) -> list[dict[str, Any]]:
    """How content each group is. How large a group is as a whole nobody knows: the interval is that of a large one."""
    counts = {name: sum(of(one) == name for one in answers) for name in names}
    shown = figures.shown_groups(counts, len(answers), LEAST_GROUP, LEAST_SHOWN)
    wide = _Sure(None if sure.population is None else 10**9, sure.confidence)
    return [{"name": name, **_scores([one.content for one in answers if of(one) == name], wide)} for name in shown]
