"""Seasons as their organiser reads them: what there is, who has how much, what opens when."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from wenmai.institutions import queries as institutions
from wenmai.journal import queries as journal
from wenmai.journal.queries import Deed
from wenmai.lib.access import Reach
from wenmai.lib.upkeep import Finding
from wenmai.orders.models import Account, Movement, Offer, Opening, Release, Season, Weight
from wenmai.orders.rules import quotas
from wenmai.orders.rules.quotas import Amount
from wenmai.orders.rules.quotas import Movement as Kind

MOST_LINES = 50
# Accounts whose balance is not what their movements come to.
_ODD = """
SELECT count(*) FROM (SELECT a.id FROM orders_account a LEFT JOIN orders_movement m ON m.account_id = a.id
  GROUP BY a.id HAVING (a.granted_fen, a.granted_sessions, a.used_fen, a.used_sessions) <> (
    coalesce(sum(m.fen) FILTER (WHERE m.kind IN ('granted', 'corrected')), 0),
    coalesce(sum(m.sessions) FILTER (WHERE m.kind IN ('granted', 'corrected')), 0),
    coalesce(sum(CASE m.kind WHEN 'taken' THEN m.fen WHEN 'returned' THEN -m.fen END), 0),
    coalesce(sum(CASE m.kind WHEN 'taken' THEN m.sessions WHEN 'returned' THEN -m.sessions END), 0))) AS odd"""


class Share(NamedTuple):
    """One station of a season: its weight, what it has and has used, and what the weights would give it."""

    id: int
    name: str
    place: str
    weight: quotas.Weight
    granted: Amount
    used: Amount
    proposed: Amount


def seasons(list_id: int) -> list[Season]:
    return list(Season.objects.filter(list=list_id).order_by("orders_from", "pk"))


def season(season_id: int) -> Season | None:
    return Season.objects.select_related("list__organiser__place").filter(pk=season_id).first()


def season_reach(season_id: int) -> Reach | None:
    found = Season.objects.filter(pk=season_id).values_list("list__organiser_id", flat=True).first()
    return institutions.reach(found) if found is not None else None


def season_trail(season_id: int) -> list[Deed]:
    return journal.deeds("orders_season", season_id)


def served(found: Season) -> "QuerySet[Any, Any]":
    """The organisations that a season is for: stations and service points in the organiser's place, open ones."""
    rows: QuerySet[Any, Any] = institutions.shown(found.list.organiser.place.prefix, ())
    return rows.filter(kind__in=quotas.STATIONS).order_by("place__prefix", "pk")


def openings(season_id: int) -> list[tuple[dt.datetime, int]]:
    return list(Opening.objects.filter(season=season_id).order_by("opens_at").values_list("opens_at", "percent"))


def budget(season_id: int) -> Account:
    """What the season has for all; empty where nothing was said yet."""
    found = Account.objects.filter(season=season_id, organisation=None, release=None).first()
    return found or Account(season_id=season_id)


def quotas_of(season_id: int, numbers: Iterable[int]) -> dict[int, Amount]:
    rows = Account.objects.filter(season=season_id, organisation__in=list(numbers), release=None)
    return {one.organisation_id or 0: Amount(one.granted_fen, one.granted_sessions) for one in rows}


def weights(season_id: int) -> dict[int, quotas.Weight]:
    rows = Weight.objects.filter(season=season_id).values_list("organisation", "people", "tilt")
    return {number: quotas.Weight(people, tilt) for number, people, tilt in rows}


def proposal(season_id: int) -> dict[int, Amount]:
    """Organisation -> what the season's money comes to by the weights; it adds up to the whole."""
    found, whole = weights(season_id), budget(season_id)
    fen, sessions = quotas.share_out(whole.granted_fen, found), quotas.share_out(whole.granted_sessions, found)
    return {number: Amount(fen[number], sessions[number]) for number in found}


def shares(season_id: int, numbers: Iterable[int]) -> list[Share]:
    """A page of stations, in the order given."""
    asked = list(numbers)
    views, said, proposed = institutions.organisations(asked), weights(season_id), proposal(season_id)
    rows = Account.objects.filter(season=season_id, organisation__in=asked, release=None)
    accounts = {one.organisation_id: one for one in rows}
    found = []
    for number in asked:
        one, none = accounts.get(number) or Account(), quotas.Weight(0)
        found.append(
            Share(
                number, views[number].name, views[number].place_name, said.get(number, none),
                Amount(one.granted_fen, one.granted_sessions), Amount(one.used_fen, one.used_sessions),
                proposed.get(number, Amount()),
            )
        )  # fmt: skip
    return found


def releases(season_id: int) -> "QuerySet[Release]":
    """With `taken`, how many sessions of each are gone; in the order in which they open."""
    own = Q(accounts__organisation=None)
    rows = Release.objects.filter(season=season_id).select_related("offer__edition", "offer__product__supplier")
    return rows.annotate(taken=Coalesce(Sum("accounts__used_sessions", filter=own), 0)).order_by("opens_at", "pk")


def unreleased(found: Season) -> list[tuple[int, int]]:
    """Offer -> sessions of it that no release of any season has."""
    rows = Offer.objects.filter(list=found.list_id, ended_at=None, bid=None).annotate(
        out=Coalesce(Sum("releases__sessions"), 0)
    )
    return [(one.pk, one.sessions - one.out) for one in rows.order_by("pk") if one.sessions > one.out]


def taken_by(account_id: int, key: str) -> Amount:
    """What a key has taken there and not given back."""
    rows = Movement.objects.filter(account=account_id, key=key).values("kind")
    found = {one["kind"]: Amount(one["fen"], one["sessions"]) for one in rows.annotate(
        fen=Sum("fen"), sessions=Sum("sessions")
    )}  # fmt: skip
    return found.get(Kind.TAKEN, Amount()).minus(found.get(Kind.RETURNED, Amount()))


def movements(season_id: int) -> list[Movement]:
    """The last lines of quotas and of the season's money."""
    rows = Movement.objects.filter(account__season=season_id, account__release=None)
    return list(rows.select_related("account__organisation").order_by("-pk")[:MOST_LINES])


def check() -> Iterator[Finding]:
    """For `wenmai check`."""
    with connection.cursor() as cursor:
        cursor.execute(_ODD)
        odd = cursor.fetchone()[0]
    if odd:
        yield Finding(
            False, _("点单额度有 %(n)s 个账户和流水对不上") % {"n": odd},
            _("请不要再点单，把数据库交给开发者看；流水是对的，以流水为准。"),
        )  # fmt: skip
    else:
        yield Finding(True, _("点单额度的账户和流水对得上"))
