"""Opening a pool for a subject, its shares, its end."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from wenmai.booking.models import Claim, Pool, Seat, Share, State, Wait
from wenmai.booking.rules import MOST_SEATS, Numbers, checked_reason, checked_shares, plain
from wenmai.booking.services import ledger
from wenmai.institutions import queries as institutions
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused


@transaction.atomic
def open_pool(
    *,
    subject_kind: str,
    subject_key: str,
    organisation_id: int,
    name: str,
    shares: Mapping[str, int],
    seats: Iterable[str] = (),
    starts_at: dt.datetime | None = None,
    once: bool = True,
    passes_over: bool = True,
    numbers: Numbers = Numbers(),  # noqa: B008 -- a tuple never changes
    actor: Actor,
    now: dt.datetime,
) -> Pool:
    """One for each subject. Refused: unknown_organisation, name_missing, share_odd, seats_odd, number_odd,
    pool_there."""
    if institutions.organisation(organisation_id) is None:
        raise Refused("unknown_organisation")
    if not (kept := plain(name, 120)):
        raise Refused("name_missing")
    labels = [plain(label, 20) for label in seats]
    if len(labels) > MOST_SEATS or len(set(labels)) != len(labels) or not all(labels):
        raise Refused("seats_odd", str(MOST_SEATS))
    made, is_new = Pool.objects.get_or_create(
        subject_kind=subject_kind, subject_key=str(subject_key),
        defaults={
            "organisation_id": organisation_id, "name": kept, "starts_at": starts_at, "once": once,
            "passes_over": passes_over, "opened_at": now, **numbers.checked()._asdict(),
        },
    )  # fmt: skip
    if not is_new:
        raise Refused("pool_there")
    rows = checked_shares(shares)
    Share.objects.bulk_create(Share(pool=made, name=share, capacity=number) for share, number in rows.items())
    Seat.objects.bulk_create((Seat(pool=made, label=label) for label in labels), batch_size=1000)
    _note("booking.pool_opened", made.pk, actor, now, shares=rows, seats=len(labels))
    return made


@transaction.atomic
def change_pool(
    *, pool_id: int, name: str, starts_at: dt.datetime | None, numbers: Numbers, actor: Actor, now: dt.datetime
) -> Pool:
    """Its words and numbers; offers that are out stay as they are. Refused: unknown_pool, name_missing, number_odd."""
    found = _open(pool_id)
    if not (kept := plain(name, 120)):
        raise Refused("name_missing")
    found.name, found.starts_at = kept, starts_at
    for field, value in numbers.checked()._asdict().items():
        setattr(found, field, value)
    found.save()
    _note("booking.pool_changed", pool_id, actor, now)
    return found


@transaction.atomic
def set_shares(*, pool_id: int, shares: Mapping[str, int], actor: Actor, now: dt.datetime) -> None:
    """The new totals; a share that is not named stays. More places go to who waits, at once.

    Refused: unknown_pool, share_odd, share_too_small (detail: the share and how many are given away).
    """
    _open(pool_id)
    rows = checked_shares(shares)
    there = {one.name: one for one in Share.objects.select_for_update().filter(pool_id=pool_id).order_by("pk")}
    for name, capacity in rows.items():
        share = there.get(name) or Share(pool_id=pool_id, name=name)
        if capacity < share.taken:
            raise Refused("share_too_small", f"{name} {share.taken}")
        share.capacity = capacity
        share.save()
        ledger.offer_next(share.pk, now)
    _note("booking.pool_changed", pool_id, actor, now, shares=rows)


@transaction.atomic
def close_pool(*, pool_id: int, reason: str, actor: Actor, now: dt.datetime) -> list[int]:
    """The subject does not take place: all claims are released, nobody waits any more. The numbers of the claims.

    Refused: unknown_pool, reason_missing.
    """
    why, found = checked_reason(reason), _open(pool_id)
    shares = list(Share.objects.select_for_update().filter(pool_id=pool_id).order_by("pk").values_list("pk", flat=True))
    found.closed_at = now
    found.save(update_fields=["closed_at"])
    Wait.objects.filter(share__in=shares, stage__in=["waiting", "offered"]).update(stage="left", ended_at=now)
    Share.objects.filter(pk__in=shares).update(waiting=0, is_open=False)
    live = Claim.objects.filter(share__in=shares, state__in=[State.HELD, State.CONFIRMED])
    ended = ledger.give_back(list(live.values_list("pk", flat=True)), State.RELEASED, why, now)
    _note("booking.pool_closed", pool_id, actor, now, reason=why, released=len(ended))
    return ended


def _open(pool_id: int) -> Pool:
    found = Pool.objects.select_for_update(no_key=True).filter(pk=pool_id, closed_at=None).first()
    if found is None:
        raise Refused("unknown_pool")
    return found


def _note(name: str, pool_id: int, actor: Actor, now: dt.datetime, **detail: Any) -> None:
    journal.record(name=name, subject_kind="pool", subject_key=pool_id, actor=actor, now=now, **detail)
