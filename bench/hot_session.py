"""One hot session over HTTP: so many takers, logged in, for a few places of an activity; what is made and what must
stand there at the end, whoever died meanwhile. Runs inside Django."""

import datetime as dt
from collections import Counter

from django.contrib.sessions.backends.db import SessionStore

from bench.crowd import Taker
from wenmai.activities.models import Enrolment, Session
from wenmai.activities.testing import make_activity, publish, session_of
from wenmai.booking import queries
from wenmai.booking.models import Claim, Share, Wait
from wenmai.journal import services as journal
from wenmai.people.models import User
from wenmai.people.testing import client_of, make_reader


def make(takers: int, places: int, begins: dt.datetime | None = None) -> tuple[int, int, list[Taker]]:
    """(session, its version, people whose session has shown a telephone)."""
    session = session_of(publish(make_activity(f"抢手的课 {takers}", places=places, begins=begins)))
    first = User.objects.count()
    people = [make_reader(f"+86139{first + number:08}", f"抢座 {number}") for number in range(takers)]
    return session.pk, session.version, [Taker(one.pk, _session_of(one)) for one in people]


def _session_of(user: User) -> str:
    key = client_of(user, "code").session.session_key
    assert key is not None
    assert SessionStore(key).exists(key)
    return key


def check(session_id: int, takers: list[Taker]) -> dict[str, int]:
    """Raises where anything is oversold, undersold, lost, doubled or out of order; what there was."""
    journal.deliver_all()
    session = Session.objects.get(pk=session_id)
    share = Share.objects.get(pool=session.pool)
    live = Claim.objects.filter(share=share, state__in=["held", "confirmed"])
    wrong: list[str] = []
    if not share.taken == share.capacity == sum(live.values_list("count", flat=True)):
        wrong.append(f"{share.capacity} places, {share.taken} taken, {live.count()} claims")
    there = dict(Enrolment.objects.filter(session=session_id).values_list("pk", "standing"))
    # whoever asked to wait had a place at once where somebody had just given one back
    good = {True: {"confirmed"}, False: {"waitlisted", "offered", "confirmed"}}
    acknowledged = [(one.got or one.waits, bool(one.got)) for one in takers if not one.left]
    lost = [(number, there.get(number)) for number, got in acknowledged if there.get(number) not in good[got]]
    if lost:
        wrong.append(f"acknowledged and not there: {lost[:10]}")
    kept = [one.got for one in takers if one.left and there.get(one.got) not in ("cancelled", "late_cancelled")]
    if kept:
        wrong.append(f"given back and still there: {kept[:10]}")
    doubled = [one.user for one in takers if len({*one.answers}) > 1]
    rows = Counter(Enrolment.objects.filter(session=session_id).values_list("booked_by", "key"))
    if doubled or any(count > 1 for count in rows.values()):
        wrong.append(f"a key has two enrolments: {doubled[:10]}")
    line = list(Wait.objects.filter(share=share).order_by("serial").values_list("stage", flat=True))
    first = line.index("waiting") if "waiting" in line else len(line)
    if "waiting" not in line or any(stage != "waiting" for stage in line[first:]):
        wrong.append(f"the line is out of order, or nobody waits: {Counter(line)}")
    if not all(one.holds for one in queries.findings()):
        wrong.append("the books do not agree")
    if wrong:
        raise RuntimeError("; ".join(wrong))
    return {"taken": share.taken, "waiting": share.waiting, "again": sum(one.again for one in takers)}
