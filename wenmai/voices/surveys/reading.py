"""What came out of a survey as pages and tables say it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from wenmai.voices.surveys.models import Survey
from wenmai.voices.surveys.rules import AGES, SCALE, Face, Kind


class Line(NamedTuple):
    """A row of the table. `value`: a mean of 1 to 5, or a share of 0 to 1; `interval` likewise, where one is stated."""

    question: str
    option: str
    answers: int | None
    value: float | None
    interval: Sequence[float] | None = None


class Bar(NamedTuple):
    """A choice and how many took it; shares of 100, none where nothing is stated."""

    name: str
    answers: int
    share: float
    low: float | None = None
    high: float | None = None


class Item(NamedTuple):
    """A question as the page has it. `few`: too few answers to show; `importance`: a mean of 1 to 5."""

    text: str
    answers: int
    few: bool
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    importance: float | None = None
    bars: Sequence[Bar] = ()


class Group(NamedTuple):
    name: str
    answers: int
    mean: float
    share: float
    low: float | None
    high: float | None


class Outcome(NamedTuple):
    """All of it. `rate`: per cent of those drawn; `reached`: per cent to either side, none where nobody was drawn."""

    answers: int
    rate: float | None
    reached: float | None
    is_reached: bool
    content: Item
    sa01: float
    sa02: float
    sa02_low: float | None
    sa02_high: float | None
    sa03: float | None
    items: Sequence[Item]
    ages: Sequence[Group]
    regions: Sequence[Group]


def outcome(found: Survey, face: Face) -> Outcome | None:
    """None while there is nothing that may be shown."""
    said = found.result
    if not said or "content" not in said:
        return None
    content, names = said["content"], dict(found.regions)
    low, high = _hundred(content["share_interval"])
    return Outcome(
        said["answers"], said["answers"] / found.drawn_count * 100 if found.drawn_count else None,
        said.get("reached"), said.get("is_reached", False),
        _scored(_("总的来说，您满意吗"), content), content["sa01"], content["share"] * 100, low, high, said["sa03"],
        [_item(one.kind, one.text, one.options, it) for one, it in zip(face.questions, said["questions"], strict=True)
         if one.kind != Kind.WORDS],
        _groups(said["ages"], {key: str(name) for key, name in AGES.items()}), _groups(said["regions"], names),
    )  # fmt: skip


def _hundred(interval: Sequence[float] | None) -> tuple[float | None, float | None]:
    return (interval[0] * 100, interval[1] * 100) if interval else (None, None)


def _scored(text: str, said: dict[str, Any]) -> Item:
    low, high = said["mean_interval"] or (None, None)
    bars = [
        Bar(str(score), count, count / said["answers"] * 100)
        for score, count in zip(SCALE, said["counts"], strict=True)
    ]
    return Item(text, said["answers"], False, said["mean"], low, high, said.get("importance"), bars[::-1])


def _item(kind: str, text: str, options: Sequence[str], said: dict[str, Any]) -> Item:
    if "counts" not in said:
        return Item(text, said["answers"], True)
    if kind == Kind.SCALE:
        return _scored(text, said)
    bars = [
        Bar(name, count, share * 100, *_hundred(interval))
        for name, count, share, interval in zip(options, said["counts"], said["shares"], said["intervals"], strict=True)
    ]
    return Item(text, said["answers"], False, bars=bars)


def _groups(said: Sequence[dict[str, Any]], names: dict[str, str]) -> list[Group]:
    return [
        Group(names.get(one["name"], one["name"]), one["answers"], one["mean"], one["share"] * 100,
              *_hundred(one["share_interval"]))
        for one in said
    ]  # fmt: skip


def lines(found: Survey, face: Face) -> list[Line]:
    """The same for a workbook."""
    seen = outcome(found, face)
    if seen is None:
        return [Line(_("答卷"), "", (found.result or {}).get("answers"), None)]
    made = [
        Line(_("答卷"), "", seen.answers, None), Line(_("抽中"), "", found.drawn_count, None),
        Line(_("总体人数"), "", found.population_count, None),
        Line(_("达到的误差（百分点）"), "", None, seen.reached),
        Line(_("满意度 SA01"), "", seen.answers, seen.sa01), Line(_("满意率 SA02"), "", seen.answers, seen.sa02),
        Line(_("加权满意度 SA03"), "", None, seen.sa03),
    ]  # fmt: skip
    for one in (seen.content, *seen.items):
        interval = None if one.low is None or one.high is None else (one.low, one.high)
        made.append(Line(one.text, "", one.answers, one.mean, interval))
        made += [
            Line(
                one.text,
                bar.name,
                bar.answers,
                bar.share,
                None if bar.low is None or bar.high is None else (bar.low, bar.high),
            )
            for bar in one.bars
        ]
    made += [Line(_("年龄"), one.name, one.answers, one.mean) for one in seen.ages]
    return [*made, *(Line(_("地区"), one.name, one.answers, one.mean) for one in seen.regions)]
