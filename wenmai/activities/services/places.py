"""Between an enrolment and the ledger: taking places, waiting for them, and following what happens to them there."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q

from wenmai.activities.models import Attendee, Enrolment, Notice, Standing
from wenmai.activities.rules.settings import LAPSES
from wenmai.activities.services.noting import note_enrolment
from wenmai.activities.services.telling import tell
from wenmai.booking import queries as places
from wenmai.booking import services as booking
from wenmai.institutions import queries as institutions
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused

if TYPE_CHECKING:
    from wenmai.journal.models import Entry

HEARD = {
    "booking.offered", "booking.expired", "booking.confirmed", "booking.cancelled", "booking.released",
    "booking.waiting_left",
}  # fmt: skip
NO_ROOM = ("full", "waiting_first")


def take_places(made: Enrolment, actor: Actor, now: dt.datetime, *, waits: bool) -> Enrolment:
    """The last step of a transaction: what stands in the way is told by the ledger. Refused: full, too_many_wait,
    and what else `booking.reserve` refuses."""
    asked = _asked(made, actor, now)
    try:
        claim = booking.reserve(**asked, key=f"enrol:{made.pk}", confirmed=True)
    except Refused as refusal:
        if refusal.code in NO_ROOM and waits:
            return _wait(made, asked, actor, now)
        raise Refused("full") if refusal.code in NO_ROOM else refusal from refusal
    made.claim, made.standing = claim, Standing.CONFIRMED
    made.save(update_fields=["claim", "standing"])
    note_enrolment("activities.enrolled", made, actor, now, count=made.count, standing=str(made.standing))
    return made


def _wait(made: Enrolment, asked: dict[str, Any], actor: Actor, now: dt.datetime) -> Enrolment:
    wait = booking.wait(**asked, key=f"enrol:{made.pk}" + f":{made.lapses}" * bool(made.lapses))
    made.wait, made.claim_id = wait, wait.claim_id
    made.standing = Standing.OFFERED if wait.claim_id is not None else Standing.WAITLISTED
    made.save(update_fields=["wait", "claim", "standing"])
    note_enrolment("activities.waiting", made, actor, now, count=made.count)
    if made.standing == Standing.OFFERED:
        tell(made, Notice.Kind.OFFERED, now)
    return made


def _asked(made: Enrolment, actor: Actor, now: dt.datetime) -> dict[str, Any]:
    assert made.session.pool_id is not None, "who enrols finds places"
    people = list(Attendee.objects.filter(enrolment=made).order_by("pk").values_list("person_id", flat=True))
    holder = made.booked_by_id if made.booked_by_id in people or not people else people[0]
    return {
        "pool_id": made.session.pool_id, "count": made.count, "holder_id": holder, "share": made.share, "actor": actor,
        "now": now,
    }  # fmt: skip


def end(found: Enrolment, standing: Standing, now: dt.datetime) -> None:
    """It does not count any more, and its people may be booked again."""
    found.standing, found.ended_at = standing, now
    found.save(update_fields=["standing", "ended_at", "reason"])
    Attendee.objects.filter(enrolment=found, live=True).update(live=False)


def hear_places(entry: "Entry") -> None:
    """Something moved in a pool; again: nothing more happens."""
    if entry.subject_kind == "pool":
        detail = entry.detail
        claims, waits = [*detail.get("claims", ()), detail.get("claim")], [detail.get("wait")]
        sync(
            claim_ids=[one for one in claims if one is not None], wait_ids=[one for one in waits if one is not None],
            now=entry.at,
        )  # fmt: skip


@transaction.atomic
def sync(*, claim_ids: Sequence[int], wait_ids: Sequence[int], now: dt.datetime) -> int:
    """What the ledger says of these holds here too: offers, offers that ran out, places taken back at the desk. How
    many enrolments changed."""
    rows = Enrolment.objects.select_for_update(no_key=True, of=("self",)).select_related("session__activity")
    rows = rows.filter(
        Q(claim__in=claim_ids) | Q(wait__in=wait_ids),
        standing__in=[Standing.CONFIRMED, Standing.WAITLISTED, Standing.OFFERED],
    )
    open_rows = list(rows.order_by("pk"))
    waits = places.stages_of([one.wait_id for one in open_rows if one.wait_id is not None])
    claims = places.states_of([one.claim_id for one in open_rows if one.claim_id is not None])
    return sum(_follow_ledger(one, waits, claims, now) for one in open_rows)


def _follow_ledger(
    one: Enrolment, waits: dict[int, tuple[str, int | None]], claims: dict[int, str], now: dt.datetime
) -> bool:
    stage, claim_id = waits.get(one.wait_id or 0, ("", None))
    if one.standing == Standing.CONFIRMED:
        return claims.get(one.claim_id or 0) not in ("held", "confirmed") and _lost(one, now)
    after = {"offered": Standing.OFFERED, "taken": Standing.CONFIRMED, "waiting": Standing.WAITLISTED}.get(stage)
    if after == one.standing:
        return False
    if after is None:
        return _lapsed(one, now) if stage == "lapsed" else _lost(one, now)
    one.standing, one.claim_id = after, claim_id
    one.save(update_fields=["standing", "claim"])
    if after == Standing.CONFIRMED:
        note_enrolment("activities.enrolled", one, SYSTEM, now, count=one.count, standing=str(after))
    elif after == Standing.OFFERED:
        tell(one, Notice.Kind.OFFERED, now)
    return True


def _lost(one: Enrolment, now: dt.datetime) -> bool:
    """By somebody else's doing, or because an offer ran out; who had a place is told."""
    was = one.standing
    end(one, Standing.CANCELLED, now)
    if was == Standing.CONFIRMED:
        tell(one, Notice.Kind.CANCELLED, now)
    note_enrolment("activities.left", one, SYSTEM, now, count=one.count, standing=str(one.standing), was=was)
    return True


def _lapsed(one: Enrolment, now: dt.datetime) -> bool:
    """Back to the end of the list while there is still time, as often as the institution says; then without them."""
    most = institutions.setting(LAPSES, one.session.activity.organisation_id)
    if one.lapses >= most or one.session.begins_at <= now:
        return _lost(one, now)
    one.lapses += 1
    one.claim = None
    one.save(update_fields=["lapses"])
    try:
        with transaction.atomic():
            _wait(one, _asked(one, SYSTEM, now), SYSTEM, now)
    except Refused:
        one.refresh_from_db()
        return _lost(one, now)
    return True
