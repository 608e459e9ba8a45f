"""Whose places, who waits, and who did it for them."""

import datetime as dt
from typing import Any

from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from wenmai.booking.models import LIVE, Claim, Stay, Wait
from wenmai.booking.venues.models import Venue, VenueNote, VenuePayment, VenueRequest, VenueSeries
from wenmai.lib.access import SYSTEM
from wenmai.lib.personal import OWNER_AND_STAFF, Basis, Ending, Person, Rule, Table, columns

KEPT_DAYS = 365
"""How long it stays known whose an ended claim was. Ours, no norm."""
_NOBODYS: dict[str, Any] = {"asked_by": None, "key": Concat(Value("gone:"), Cast("pk", CharField()))}
"""The key goes along: among those that nobody asked for it would have to be the only one of its kind."""


def _let_go(person: Person, now: dt.datetime) -> int:
    """What is still to come goes to others; what has been is nobody's any more."""
    from wenmai.booking import services

    rows = Claim.objects.filter(holder_id=person.id)
    for number in rows.filter(state__in=LIVE).order_by("pk").values_list("pk", flat=True):
        services.cancel(claim_id=number, actor=SYSTEM, now=now)
    Claim.objects.filter(asked_by=person.id).update(**_NOBODYS)
    return rows.update(holder=None, reason="")


def _stop_waiting(person: Person, now: dt.datetime) -> int:
    from wenmai.booking import services

    rows = Wait.objects.filter(holder_id=person.id)
    for number in rows.filter(stage__in=["waiting", "offered"]).order_by("pk").values_list("pk", flat=True):
        services.leave(wait_id=number, actor=SYSTEM, now=now)
    Wait.objects.filter(asked_by=person.id).update(**_NOBODYS)
    return rows.update(holder=None, out_of_turn="")


def _leave_things(person: Person, now: dt.datetime) -> int:
    from wenmai.booking import services

    rows = Stay.objects.filter(holder_id=person.id)
    coming = rows.filter(state__in=LIVE, ends_at__gt=now).order_by("thing_id", "pk")
    for number in coming.values_list("pk", flat=True):
        services.end_stay(stay_id=number, actor=SYSTEM, now=now)
    Stay.objects.filter(asked_by=person.id).update(**_NOBODYS)
    return rows.update(holder=None, title="", reason=_words_of_the_house())


def _leave_venues(person: Person, now: dt.datetime) -> int:
    """What is still to come is cancelled, by the house: nobody is too late to go."""
    from wenmai.booking.venues import services
    from wenmai.booking.venues.rules.steps import COMING

    rows = VenueRequest.objects.filter(holder_id=person.id)
    for number in rows.filter(step__in=COMING).order_by("pk").values_list("pk", flat=True):
        services.cancel(request_id=number, by_staff=True, reason=str(_("账号注销")), actor=SYSTEM, now=now)
    numbers = list(rows.values_list("pk", flat=True))
    VenueRequest.objects.filter(asked_by=person.id).update(asked_by=None, key=_NOBODYS["key"])
    _wipe_venues(numbers)
    return len(numbers)


def _with_the_request(person: Person, now: dt.datetime) -> int:
    """Wiped when the request is."""
    return 0


def _forget_author(person: Person, now: dt.datetime) -> int:
    return Venue.objects.filter(author_id=person.id).update(author_id=None)


def _wipe_venues(numbers: list[Any]) -> None:
    """The numbers stay: how often a room was used, by how many, what was paid."""
    rows = VenueRequest.objects.filter(pk__in=numbers)
    VenueNote.objects.filter(request__in=numbers).update(words="—", by_id=None)
    VenuePayment.objects.filter(request__in=numbers).exclude(words="").update(words="—", by_id=None)
    rows.exclude(answer="").update(answer="—")
    rows.update(holder=None, group=None, purpose="", answered_by=None, **_NOBODYS)
    _wipe_series(VenueSeries.objects.filter(requests__in=numbers))


def _wipe_series(rows: "QuerySet[VenueSeries]") -> None:
    """Once all of their dates are nobody's."""
    whole = rows.exclude(requests__holder__isnull=False).values("pk")
    VenueSeries.objects.filter(pk__in=whole).update(holder=None, group=None, purpose="", **_NOBODYS)


def _words_of_the_house() -> Case:
    """The reason for which the house took a time back stays; what somebody wrote goes."""
    return Case(When(state__in=["released", "preempted"], then="reason"), default=Value(""))


def _forget(model: Any, *words: str) -> Any:
    """`words`: the fields in which somebody may have written about a person."""

    def forget(numbers: list[Any]) -> None:
        model.objects.filter(pk__in=numbers).update(holder=None, **dict.fromkeys(words, ""), **_NOBODYS)

    return forget


def _known(model: Any) -> "QuerySet[Any]":
    rows: QuerySet[Any] = model.objects.exclude(holder=None, asked_by=None)
    return rows


TABLES = (
    Table(
        "booking.Wait",
        _("候补"),
        _("有名额时按次序给您"),
        Basis.SERVICE,
        columns("holder asked_by count serial stage passed out_of_turn joined_at ended_at"),
        of="holder",
        ending=Ending.ANONYMOUS,
        because=_("次序要核得出来，只去掉是谁"),
        rules=("booking.waits",),
        erase=_stop_waiting,
        seen=OWNER_AND_STAFF,
        impersonal="share key claim",
    ),
    Table(
        "booking.Claim",
        _("占的名额"),
        _("把名额留给您，不重复给别人"),
        Basis.SERVICE,
        columns("holder asked_by count state made_at held_until ended_at reason"),
        of="holder",
        ending=Ending.ANONYMOUS,
        because=_("没用的名额让给别人；数目要对得上，只去掉是谁"),
        rules=("booking.claims",),
        erase=_let_go,
        seen=OWNER_AND_STAFF,
        impersonal="pool share key once",
    ),
    Table(
        "booking.Stay",
        _("约的时段"),
        _("把场地、设备或人留给您，不重复给别人"),
        Basis.SERVICE,
        columns("holder asked_by starts_at ends_at use state title made_at held_until ended_at reason"),
        of="holder",
        ending=Ending.ANONYMOUS,
        because=_("没用的时段让给别人；场地用了多久要算得出来，只去掉是谁"),
        rules=("booking.stays",),
        erase=_leave_things,
        seen=OWNER_AND_STAFF,
        impersonal="thing unit lasts key part",
    ),
    Table(
        "booking.VenueRequest",
        _("约的场馆"),
        _("把场馆给您用，知道谁来、来了没有"),
        Basis.SERVICE,
        columns(
            "holder asked_by purpose heads step price code due_on made_at answered_at answered_by answer came_at "
            "left_at ended_at"
        ),
        of="holder",
        ending=Ending.ANONYMOUS,
        because=_("场馆用了多少次、收了多少要算得出来，只去掉是谁"),
        rules=("booking.venues",),
        erase=_leave_venues,
        seen=OWNER_AND_STAFF,
        impersonal="venue series stay group key face_hash",
    ),
    Table(
        "booking.VenueSeries",
        _("成组约的场馆"),
        _("同一个时间一次约几回，一起答复"),
        Basis.SERVICE,
        columns("holder asked_by purpose heads every until_on made_at answered_at"),
        of="holder",
        ending=Ending.ANONYMOUS,
        because=_("随其中的申请一起去掉是谁"),
        rules=("booking.venues",),
        erase=_with_the_request,
        seen=OWNER_AND_STAFF,
        impersonal="venue group key",
    ),
    Table(
        "booking.VenueNote",
        _("场馆用前用后的样子"),
        _("有损坏时说得清"),
        Basis.SERVICE,
        columns("kind words photos by_id at"),
        of="request__holder",
        ending=Ending.ANONYMOUS,
        because=_("随申请一起去掉是谁"),
        rules=("booking.venues",),
        erase=_with_the_request,
        seen=OWNER_AND_STAFF,
        impersonal="request",
    ),
    Table(
        "booking.VenuePayment",
        _("场馆的收费"),
        _("账要对得上"),
        Basis.SERVICE,
        columns("kind fen words by_id at"),
        of="request__holder",
        ending=Ending.ANONYMOUS,
        because=_("账要对得上，随申请一起去掉是谁"),
        rules=("booking.venues",),
        erase=_with_the_request,
        seen=OWNER_AND_STAFF,
        impersonal="request",
    ),
    Table(
        "booking.Venue",
        _("场馆的介绍是谁写的"),
        _("写的人不审自己写的"),
        Basis.SERVICE,
        columns("author_id"),
        of="author_id",
        ending=Ending.ANONYMOUS,
        because=_("介绍是机构的"),
        erase=_forget_author,
        impersonal="thing draft draft_hash shown shown_hash shown_at is_down changed_at",
    ),
)
IMPERSONAL = {
    "booking.Thing": (
        "organisation kind name units buffer_before buffer_after longest_minutes lead_minutes window_days closed_at"
    ),
    "booking.WeekPlan": "organisation thing valid_from holidays makeup_as",
    "booking.WeekSpan": "plan weekday opens closes",
    "booking.DayChange": "organisation thing from_on until_on opens closes reason",
    "booking.Pool": (
        "subject_kind subject_key organisation name starts_at once passes_over most hold_minutes offer_minutes "
        "last_day_minutes opened_at closed_at"
    ),
    "booking.Share": "pool name capacity taken waiting is_open last_serial",
    "booking.Movement": "share claim delta at",
    "booking.Seat": "pool label",
    "booking.SeatTaken": "seat claim live",
}
RULES = (
    Rule(
        "booking.claims",
        _("名额用完或结束"),
        lambda: dt.timedelta(days=KEPT_DAYS),
        lambda before: _known(Claim).filter(
            Q(ended_at__lt=before) | Q(state="confirmed", pool__starts_at__lt=before, made_at__lt=before)
        ),
        _forget(Claim, "reason"),
    ),
    Rule(
        "booking.waits",
        _("候补结束"),
        lambda: dt.timedelta(days=KEPT_DAYS),
        lambda before: _known(Wait).filter(ended_at__lt=before),
        _forget(Wait, "out_of_turn"),
    ),
    Rule(
        "booking.stays",
        _("时段过去"),
        lambda: dt.timedelta(days=KEPT_DAYS),
        lambda before: _known(Stay).filter(ends_at__lt=before),
        _forget(Stay, "title", "reason"),
    ),
    Rule(
        "booking.venues",
        _("用完场馆"),
        lambda: dt.timedelta(days=KEPT_DAYS),
        lambda before: _known(VenueRequest).filter(stay__ends_at__lt=before),
        _wipe_venues,
    ),
)
