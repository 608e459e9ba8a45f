"""How a session moves from state to state: one table, read by the services and held by the database.

The states and moves are the handbook's §4.4. Two are added, because a clock that stood still must not leave a session
behind: what was never opened by anybody ends all the same.
"""

import datetime as dt
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    DRAFT = "draft", _("草稿")
    REVIEW = "review", _("审核中")
    PUBLISHED = "published", _("已发布")
    ENROLLING = "enrolling", _("报名中")
    CLOSED = "closed", _("报名截止")
    ONGOING = "ongoing", _("进行中")
    ENDED = "ended", _("已结束")
    RATING = "rating", _("评价期")
    ARCHIVED = "archived", _("已归档")
    CANCELLED = "cancelled", _("已取消")
    POSTPONED = "postponed", _("已延期")


TERMINAL = (State.ARCHIVED, State.CANCELLED)


class Deed(TextChoices):
    """What moves a session. `CLOCK`: its own moments, by the system."""

    SUBMIT = "submit", _("提交")
    RETURN = "return", _("退回")
    APPROVE = "approve", _("通过")
    CLOCK = "clock", _("到时")
    DOOR = "door", _("开始签到")
    CANCEL = "cancel", _("取消")
    POSTPONE = "postpone", _("延期")
    REOPEN = "reopen", _("重新开放")
    ARCHIVE = "archive", _("归档")


class Move(NamedTuple):
    """`moment`: the field of the session whose time it is; `enrols`: only where people enrol, or only where not."""

    source: State
    target: State
    deed: Deed
    moment: str = ""
    enrols: bool | None = None


MOVES = (
    Move(State.DRAFT, State.REVIEW, Deed.SUBMIT),
    Move(State.REVIEW, State.DRAFT, Deed.RETURN),
    Move(State.REVIEW, State.PUBLISHED, Deed.APPROVE),
    Move(State.DRAFT, State.PUBLISHED, Deed.APPROVE),
    Move(State.PUBLISHED, State.ENROLLING, Deed.CLOCK, "enrol_from", True),
    Move(State.ENROLLING, State.CLOSED, Deed.CLOCK, "enrol_until", True),
    Move(State.CLOSED, State.ONGOING, Deed.CLOCK, "check_from"),
    Move(State.CLOSED, State.ONGOING, Deed.DOOR),
    Move(State.PUBLISHED, State.ONGOING, Deed.CLOCK, "check_from", False),
    Move(State.PUBLISHED, State.ONGOING, Deed.DOOR),
    Move(State.ONGOING, State.ENDED, Deed.CLOCK, "ends_at"),
    Move(State.ENDED, State.RATING, Deed.CLOCK, "ends_at"),
    Move(State.RATING, State.ARCHIVED, Deed.ARCHIVE),
    Move(State.PUBLISHED, State.CANCELLED, Deed.CANCEL),
    Move(State.ENROLLING, State.CANCELLED, Deed.CANCEL),
    Move(State.CLOSED, State.CANCELLED, Deed.CANCEL),
    Move(State.ONGOING, State.CANCELLED, Deed.CANCEL),
    Move(State.POSTPONED, State.CANCELLED, Deed.CANCEL),
    Move(State.PUBLISHED, State.POSTPONED, Deed.POSTPONE),
    Move(State.ENROLLING, State.POSTPONED, Deed.POSTPONE),
    Move(State.CLOSED, State.POSTPONED, Deed.POSTPONE),
    Move(State.POSTPONED, State.ENROLLING, Deed.REOPEN, "", True),
    Move(State.POSTPONED, State.PUBLISHED, Deed.REOPEN, "", False),
)


def may_move(source: str, target: str, deed: Deed) -> bool:
    return any((one.source, one.target, one.deed) == (source, target, deed) for one in MOVES)


def due_moves(source: str, moments: dict[str, dt.datetime | None], *, enrols: bool, now: dt.datetime) -> list[State]:
    """The states that the clock leads a session through by now, in order; none where nothing is due."""
    found: list[State] = []
    at = State(source)
    while (after := _next(at, moments, enrols, now)) is not None:
        found.append(after)
        at = after
    return found


def _next(at: State, moments: dict[str, dt.datetime | None], enrols: bool, now: dt.datetime) -> State | None:
    for one in MOVES:
        if one.source == at and one.deed == Deed.CLOCK and one.enrols in (None, enrols):
            moment = moments.get(one.moment)
            if moment is not None and moment <= now:
                return one.target
    return None
