"""What is drawn, what waits to be asked, what the stations said."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wenmai.institutions import queries as institutions
from wenmai.lib import clock, waiting
from wenmai.lib.access import Actor, Reach, Scope
from wenmai.lib.waiting import Waits
from wenmai.orders.calling import rules
from wenmai.orders.calling.models import Call, CallItem, CallRound
from wenmai.orders.models import Order, OrderStep
from wenmai.orders.rules.states import State
from wenmai.review.rules import sampling

_NAMED = ("order__offer__edition", "order__offer__product__supplier", "order__station", "round__organiser")
STATUS = {
    "fits": (_("说的和报的一样"), "open"), "differs": (_("对不上"), "bad"), "waits": (_("等回访"), "warn"),
    "tried": (_("没有人接，再打"), "warn"), "unreached": (_("没有打通"), ""), "uncalled": (_("没有回访"), "bad"),
}  # fmt: skip
"""status -> its words and its colour."""


class Line(NamedTuple):
    """An order that was drawn, its calls, and how that stands."""

    item: CallItem
    calls: list[Call]
    status: str

    @property
    def words(self) -> str:
        return str(STATUS[self.status][0])

    @property
    def colour(self) -> str:
        return STATUS[self.status][1]


def drawable(month: dt.date) -> "QuerySet[Order]":
    """What was delivered in a month and never disputed: what the organiser has decided was looked at already. One order
    is drawn once."""
    begins, ends = clock.midnight(month), clock.midnight(rules.month_after(month))
    rows = Order.objects.filter(state__in=rules.STANDS, settled_at__gte=begins, settled_at__lt=ends)
    disputes = OrderStep.objects.filter(order=OuterRef("pk"), after=State.DISPUTED)
    return rows.exclude(Exists(disputes)).filter(call_item=None)


def organisers_to_draw(month: dt.date) -> list[int]:
    drawn = CallRound.objects.filter(organiser=OuterRef("season__list__organiser"), month=month)
    rows = drawable(month).exclude(Exists(drawn)).order_by("season__list__organiser")
    return list(rows.values_list("season__list__organiser_id", flat=True).distinct())


def population(organiser_id: int, month: dt.date) -> list[int]:
    rows = drawable(month).filter(season__list__organiser=organiser_id)
    return list(rows.order_by("pk").values_list("pk", flat=True)[: sampling.MOST_CASES])


def rounds(scope: Scope) -> "QuerySet[CallRound]":
    """With how many `answered`, how many were `tried` at all, how many `odd` answers there are."""
    rows = CallRound.objects.filter(organiser__in=institutions.ids_within(scope)).defer("population")
    return rows.select_related("organiser").annotate(
        answered=Count("items__calls", filter=Q(items__calls__reached=True)),
        tried=Count("items", filter=Q(items__calls__isnull=False), distinct=True),
        odd=Count("items__calls", filter=Q(items__calls__differs=True)),
    ).order_by("-month", "organiser__name", "pk")  # fmt: skip


def call_round(round_id: int) -> CallRound | None:
    return CallRound.objects.select_related("organiser").filter(pk=round_id).first()


def round_reach(round_id: int) -> Reach | None:
    found = CallRound.objects.filter(pk=round_id).values_list("organiser_id", flat=True).first()
    return institutions.reach(found) if found is not None else None


def item_reach(item_id: int) -> Reach | None:
    found = CallItem.objects.filter(pk=item_id).values_list("round__organiser_id", flat=True).first()
    return institutions.reach(found) if found is not None else None


def items(round_id: int) -> "QuerySet[CallItem]":
    return CallItem.objects.filter(round=round_id).select_related(*_NAMED).defer("round__population").order_by("number")


def item(item_id: int) -> CallItem | None:
    return CallItem.objects.select_related(*_NAMED).defer("round__population").filter(pk=item_id).first()


def lines(rows: Sequence[CallItem], day: dt.date) -> list[Line]:
    """A page of them, with their calls."""
    found: dict[int, list[Call]] = {}
    for one in Call.objects.filter(item__in=[row.pk for row in rows]).order_by("pk"):
        found.setdefault(one.item_id, []).append(one)
    return [Line(row, found.get(row.pk, []), _status(row, found.get(row.pk, []), day)) for row in rows]


def _status(row: CallItem, calls: Sequence[Call], day: dt.date) -> str:
    answer = next((one for one in calls if one.reached), None)
    if answer is not None:
        return "differs" if answer.differs else "fits"
    if day <= row.round.until:
        return "tried" if calls else "waits"
    return "unreached" if calls else "uncalled"


def line_of(order_id: int, day: dt.date) -> Line | None:
    """For the order's page."""
    rows = list(CallItem.objects.select_related(*_NAMED).defer("round__population").filter(order=order_id))
    return next(iter(lines(rows, day)), None)


def comes_out_again(found: CallRound) -> bool:
    """Whether the seed draws the same ones out of the same list."""
    drawn = list(CallItem.objects.filter(round=found.pk).order_by("number").values_list("order_id", flat=True))
    return (
        sampling.digest(found.population) == found.digest
        and sampling.drawn(found.seed, found.population, found.drawn_count) == drawn
    )


def to_call(scope: Scope, _actor: Actor) -> Waits:
    answered = Call.objects.filter(item=OuterRef("pk"), reached=True)
    rows = CallItem.objects.filter(
        round__organiser__in=institutions.ids_within(scope), round__until__gte=timezone.localdate(clock.now())
    ).exclude(Exists(answered))  # fmt: skip
    return waiting.count(rows, "round__made_at")
