"""Recordings of sessions: as the public finds them while their records are on show, and as staff sees them."""

import datetime as dt
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from wenmai.activities.models import Recording
from wenmai.catalogue import queries as catalogue
from wenmai.catalogue.rules import REVIEWED
from wenmai.institutions import queries as institutions
from wenmai.lib.access import Reach
from wenmai.review import queries as review
from wenmai.standards import queries as standards

MOST = 50


class Watchable(NamedTuple):
    """A recording whose record everybody sees. `picture`: the address of a small picture, or nothing."""

    record_id: int
    session_id: int
    title: str
    begins_at: dt.datetime
    type: str
    picture: str


class Standing(NamedTuple):
    """`tone`: good, warn or nothing, for the tag; `why`: what the review said when it came back."""

    words: str
    tone: str = ""
    why: str = ""
    is_public: bool = False


def watchable(activity_id: int, *, for_minors: bool = False) -> list[Watchable]:
    """Of an activity, the latest session first; as the records say, not as the sessions are called today."""
    rows = Recording.objects.filter(session__activity=activity_id, taken_back_at=None).order_by(
        "-session__begins_at", "-pk"
    )
    found = {
        record: (session, at) for record, session, at in rows.values_list("record", "session", "session__begins_at")
    }
    cards = catalogue.cards([*found][:MOST])
    kept = catalogue.inside([one.id for one in cards], standards.pool("minors")) if for_minors and cards else None
    return [
        Watchable(one.id, found[one.id][0], one.title, found[one.id][1], one.type, one.picture)
        for one in cards
        if kept is None or one.id in kept
    ]


def of_session(session_id: int) -> list[tuple[Recording, Standing]]:
    """All, as staff sees them, the newest first."""
    rows = list(Recording.objects.filter(session=session_id).order_by("-pk")[:MOST])
    return list(zip(rows, standings(rows), strict=True))


def standings(rows: list[Recording]) -> list[Standing]:
    ids = [one.record_id for one in rows]
    keys = [str(one) for one in ids]
    public = {one.id for one in catalogue.cards(ids)}
    latest = {one.id: one for one in catalogue.latest(ids)}
    waiting, back = review.open_cases(REVIEWED, keys), review.came_back(REVIEWED, keys)
    return [_standing(one, public, latest.get(one.record_id), waiting, back) for one in rows]


def _standing(
    one: Recording, public: set[int], latest: catalogue.Latest | None, waiting: dict[str, tuple[int, bytes]],
    back: dict[str, tuple[bytes, str]],
) -> Standing:  # fmt: skip
    key, is_public = str(one.record_id), one.record_id in public
    if one.taken_back_at is not None or latest is None:
        return Standing(_("收回了"), "warn")
    if key in waiting:
        return Standing(_("公布着，修改稿在审核") if is_public else _("审核中"), "warn", "", is_public)
    if is_public and not latest.waits:
        return Standing(_("已公布"), "good", "", True)
    if key in back and back[key][0] == latest.content_hash:
        return Standing(_("没有通过，请修改"), "warn", back[key][1], is_public)
    return Standing(_("公布着，有没送审的修改") if is_public else _("已下架"), "warn", "", is_public)


def recording(recording_id: int) -> Recording | None:
    named = ("session__activity__organisation", "session__activity__latest", "session__activity__shown")
    return Recording.objects.select_related(*named).filter(pk=recording_id).first()


def recording_reach(recording_id: int) -> Reach | None:
    """Where its institution lies."""
    rows: QuerySet[Recording] = Recording.objects.filter(pk=recording_id)
    found = rows.values_list("session__activity__organisation_id", flat=True).first()
    return institutions.reach(found) if found is not None else None
