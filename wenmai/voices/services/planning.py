"""An institution's plan of what to buy."""

import datetime as dt
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from wenmai.institutions import queries as institutions
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.voices.models import Link, Need, Purchase
from wenmai.voices.rules import purchases
from wenmai.voices.rules.needs import plain
from wenmai.voices.rules.steps import Step
from wenmai.voices.services.callbacks import deliver

PURCHASE = "purchase"
"""The kind of link that a line of the plan is."""


@transaction.atomic
def plan_purchase(*, organisation_id: int, year: int, item: str, fen: int, actor: Actor, now: dt.datetime) -> Purchase:
    """Refused: unknown_organisation, item_missing, year_odd, money_odd, item_twice."""
    if institutions.organisation(organisation_id) is None:
        raise Refused("unknown_organisation")
    kept = plain(item, purchases.ITEM)
    if not kept:
        raise Refused("item_missing")
    purchases.checked_line(year, fen, timezone.localdate(now).year)
    try:
        with transaction.atomic():
            made = Purchase.objects.create(
                organisation_id=organisation_id, year=year, item=kept, fen=fen, by_id=actor.user_id, made_at=now,
                moved_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused("item_twice", kept[:40]) from error
    _note("voices.purchase_planned", made, actor, now, year=year, fen=fen)
    return made


@transaction.atomic
def move_purchase(*, purchase_id: int, state: str, actor: Actor, now: dt.datetime) -> Purchase:
    """What has come in is delivered to the needs that it was bought for. Refused: unknown_purchase, step_odd."""
    found = Purchase.objects.select_for_update().filter(pk=purchase_id).first()
    if found is None:
        raise Refused("unknown_purchase")
    if found.state == state:
        return found
    purchases.check_move(found.state, state)
    found.state, found.moved_at = state, now
    found.save(update_fields=["state", "moved_at"])
    _note("voices.purchase_moved", found, actor, now, state=state)
    if state == purchases.State.ARRIVED:
        deliver_linked(kind=PURCHASE, keys=[str(purchase_id)], actor=actor, now=now)
    return found


def deliver_linked(*, kind: str, keys: Sequence[str], actor: Actor, now: dt.datetime) -> int:
    """For the modules above: what these needs were linked to is there. How many were waiting for it."""
    linked = Link.objects.filter(kind=kind, key__in=list(keys)).values("need")
    rows = Need.objects.filter(pk__in=linked, step__in=[Step.LINKED, Step.ANSWERED], delivered_at=None, head=None)
    numbers = list(rows.order_by("pk").values_list("pk", flat=True))
    for number in numbers:
        deliver(need_id=number, actor=actor, now=now)
    return len(numbers)


def _note(name: str, found: Purchase, actor: Actor, now: dt.datetime, **detail: object) -> None:
    journal.record(name=name, subject_kind="purchase", subject_key=found.pk, actor=actor, now=now, **detail)
