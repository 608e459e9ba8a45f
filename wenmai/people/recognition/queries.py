"""What nodes say of each other's cards, what is in force, and whose cards are known here by it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from wenmai.institutions import queries as institutions
from wenmai.lib import clock, masks, vault, waiting
from wenmai.lib.access import Actor, Scope
from wenmai.lib.waiting import Waits
from wenmai.people.models.agreements import SERVICES
from wenmai.people.models.cards import ReaderCard
from wenmai.people.queries import cards as card_queries
from wenmai.people.recognition.models import Peer, PeerAgreement, RecognisedCard
from wenmai.people.recognition.rules import (
    FRESH,
    GIVES,
    HOSTS,
    MOST_CARDS,
    Line,
    ToldCard,
    read_line,
    written,
    written_card,
)
from wenmai.people.rules.cards import GATES_OPEN
from wenmai.people.rules.passes import STALE_AFTER
from wenmai.people.upstreams.models import Upstream, UpstreamIdentity


class There(NamedTuple):
    """Where a card may be shown at another node."""

    code: str
    name: str
    says_number: bool


class Offer(NamedTuple):
    """What a peer says and nobody here has answered. `organisation_id`: ours, that it is about."""

    peer_id: int
    peer_name: str
    line: Line
    organisation_id: int
    organisation_name: str
    is_ours_there: bool


class Recognised(NamedTuple):
    """A card of another node as its owner sees it. `organisation_id`: the library here that recognises it, for
    `services`. `is_fresh`: the other node has said so within a day; `is_good`: it counts now."""

    id: int
    library: str
    name: str
    number: str
    valid_until: dt.date | None
    organisation_id: int
    host: str
    services: tuple[str, ...]
    level: int
    said_at: dt.datetime
    is_fresh: bool
    is_good: bool

    @property
    def words(self) -> str:
        """What it is recognised for."""
        return service_words(self.services)


NUMBER = "people.recognised_number"
"""What the vault seals for."""


def service_words(codes: Sequence[str]) -> str:
    return "、".join(str(words) for code, words in SERVICES if code in codes) or gettext("只认身份")


def peers() -> list[Peer]:
    """Those that are not ended, by name."""
    rows = Peer.objects.filter(ended_at=None).select_related("entered_by", "approved_by")
    return list(rows.order_by("name", "pk"))


def peer(peer_id: int) -> Peer | None:
    return Peer.objects.filter(pk=peer_id, ended_at=None).first()


def peers_to_ask() -> list[int]:
    return list(_trusted().order_by("pk").values_list("pk", flat=True))


def agreement(agreement_id: int) -> PeerAgreement | None:
    rows = PeerAgreement.objects.select_related("peer", "organisation", "entered_by", "approved_by")
    return rows.filter(pk=agreement_id).first()


def agreements(scope: Scope) -> "QuerySet[PeerAgreement]":
    """Of the scope's libraries, the newest first; for paging."""
    rows = PeerAgreement.objects.filter(organisation_id__in=institutions.ids_within(scope))
    return rows.select_related("peer", "organisation").order_by("-id")


def state(row: PeerAgreement, today: dt.date) -> str:
    """draft (a second person has to look), said (the other side has not said it yet), coming, in_force, over, ended."""
    if row.ended_at or row.peer.ended_at:
        return "ended"
    if row.until_on < today:
        return "over"
    if row.approved_at is None:
        return "draft"
    if row.met_at is None:
        return "said"
    return "coming" if today < row.from_on else "in_force"


def drafts(scope: Scope, actor: Actor) -> Waits:
    """What somebody else entered and a second person has to look at."""
    rows = agreements(scope).select_related(None).filter(approved_at=None, ended_at=None, peer__ended_at=None)
    return waiting.count(rows.exclude(entered_by_id=actor.user_id), "entered_at")


def peer_drafts(scope: Scope, actor: Actor) -> Waits:
    """The same, of peers; they belong to the whole node."""
    rows = Peer.objects.filter(approved_at=None, ended_at=None).exclude(entered_by_id=actor.user_id)
    return waiting.count(rows, "entered_at")


def offers(scope: Scope) -> list[Offer]:
    """To libraries of the scope, as far as the other side still says it and nobody here has answered."""
    today, found = timezone.localdate(), list[Offer]()
    for row in _trusted().exclude(lines=[]).order_by("name", "pk"):
        lines = {line.key: line for line in map(read_line, row.lines) if line and line.until_on >= today}
        answered = PeerAgreement.objects.filter(peer=row, key__in=lines).values_list("key", flat=True)
        open_ones = [line for key, line in lines.items() if key not in {*answered}]
        ours = institutions.ids_within(scope).filter(code__in=[our_code(line) for line in open_ones], closed_on=None)
        known = {code: (pk, name) for pk, code, name in ours.values_list("pk", "code", "name")}
        found += [
            Offer(row.pk, row.name, line, *known[our_code(line)], line.giver_at == settings.BASE_URL)
            for line in open_ones
            if our_code(line) in known
        ]
    return found


def our_code(line: Line) -> str:
    return line.giver if line.giver_at == settings.BASE_URL else line.host


def line_of(row: PeerAgreement) -> Line:
    """As we say it."""
    us = (settings.BASE_URL, row.organisation.code, row.organisation.name)
    them = (row.peer.issuer, row.their_code, row.their_name)
    giver, host = (us, them) if row.direction == GIVES else (them, us)
    return Line(row.key, *giver, *host, row.from_on, row.until_on, tuple(row.services), row.says_number)


def said(now: dt.datetime) -> list[dict[str, Any]]:
    """What we say to others, as it stands in our document."""
    rows = PeerAgreement.objects.filter(
        approved_at__isnull=False, ended_at=None, until_on__gte=timezone.localdate(now), peer__ended_at=None,
        peer__approved_at__isnull=False, organisation__closed_on=None,
    )  # fmt: skip
    return [written(line_of(row)) for row in rows.select_related("peer", "organisation").order_by("id")]


def issuers(now: dt.datetime, ahead: dt.timedelta) -> list[dict[str, Any]]:
    """For gates: nodes whose cards count at libraries of ours, now or within the time that a gate may go by it."""
    today, found = timezone.localdate(now), dict[str, dict[str, Any]]()
    rows = _standing(HOSTS).filter(
        ~Q(services=[]), until_on__gte=today, from_on__lte=today + ahead, peer__keep_until__gt=now
    )
    for row in rows.select_related("peer", "organisation").order_by("peer__issuer", "id"):
        assert row.peer.keep_until is not None
        known = found.setdefault(
            row.peer.issuer,
            {
                "iss": row.peer.issuer, "until": int(row.peer.keep_until.timestamp()), "keys": row.peer.keys,
                "agreements": [],
            },
        )  # fmt: skip
        known["agreements"].append(
            {
                "from": row.their_code, "to": row.organisation.code, "since": _midnight(row.from_on),
                "until": _midnight(row.until_on + dt.timedelta(days=1)), "services": row.services,
            }
        )  # fmt: skip
    return list(found.values())


def places(organisation_id: int, today: dt.date) -> list[There]:
    """Where cards of this library may be shown at other nodes."""
    rows = _standing(GIVES).filter(~Q(services=[]), organisation_id=organisation_id, from_on__lte=today)
    rows = rows.filter(until_on__gte=today).order_by("their_name")
    return [There(*row) for row in rows.values_list("their_code", "their_name", "says_number")]


def vouched(
    user_id: int, addresses: Sequence[str], *, with_numbers: bool, level: int, now: dt.datetime
) -> list[dict[str, Any]]:
    """What we tell a node about somebody's cards: those that its libraries recognise, and that open a gate today.
    `addresses`: where the app of that node sends people; all have to be there."""
    today, found = timezone.localdate(now), list[dict[str, Any]]()
    peers = [
        one.pk for one in _trusted() if addresses and all(where.startswith(f"{one.issuer}/") for where in addresses)
    ]
    rows = _standing(GIVES).filter(peer_id__in=peers, from_on__lte=today, until_on__gte=today)
    for row in rows.order_by("id"):
        cards = ReaderCard.objects.filter(
            user_id=user_id, system__organisation_id=row.organisation_id, system__is_on=True, standing__in=GATES_OPEN,
            checked_at__gt=now - STALE_AFTER,
        )  # fmt: skip
        for card in cards.exclude(valid_until__lt=today).select_related("system").order_by("id"):
            number = card_queries.number_of(card)
            shown = number if with_numbers and row.says_number else masks.card(number)
            told = ToldCard(
                row.key, our_code(line_of(row)), card_queries.subject(card, row.their_code), card.system.name, shown,
                card.valid_until, level,
            )  # fmt: skip
            found.append(written_card(told))
    return found[:MOST_CARDS]


def scopes(issuer: str, *, now: dt.datetime) -> list[str]:
    """What is asked of an upstream beside the login: cards, where it is a peer whose cards count at a library here."""
    rows = _standing(HOSTS).filter(peer__issuer=issuer, until_on__gte=timezone.localdate(now))
    numbers = set(rows.values_list("says_number", flat=True))
    return [*(["cards"] if numbers else []), *(["card_numbers"] if True in numbers else [])]


def recognised(user_id: int, now: dt.datetime) -> list[Recognised]:
    """Somebody's cards of other nodes, whose agreement is in force; by the library here that recognises them."""
    today = timezone.localdate(now)
    rows = RecognisedCard.objects.filter(
        user_id=user_id, agreement__in=_standing(HOSTS).filter(from_on__lte=today, until_on__gte=today)
    )
    return [
        _recognised(row, now)
        for row in rows.select_related("agreement__organisation", "agreement__peer").order_by("id")
    ]


def opens(user_id: int, *, organisation_id: int, service: str, now: dt.datetime) -> list[Recognised]:
    """Those with which this library serves somebody now, and for what it was agreed."""
    return [
        one
        for one in recognised(user_id, now)
        if one.is_good and one.organisation_id == organisation_id and service in one.services
    ]


def bringers(user_id: int, now: dt.datetime) -> list[tuple[str, str]]:
    """(slug, name) of logins that lead into this account, from nodes whose cards count here."""
    issuers = _standing(HOSTS).filter(until_on__gte=timezone.localdate(now)).values("peer__issuer")
    rows = Upstream.objects.filter(is_on=True, issuer__in=issuers)
    mine = UpstreamIdentity.objects.filter(user_id=user_id).values("upstream_id")
    return list(rows.filter(pk__in=mine).order_by("pk").values_list("slug", "name"))


def _recognised(row: RecognisedCard, now: dt.datetime) -> Recognised:
    agreement, today = row.agreement, timezone.localdate(now)
    is_fresh = now - row.said_at < FRESH
    return Recognised(
        row.pk, f"{agreement.their_name}（{agreement.peer.name}）", row.name,
        vault.unseal(row.number_sealed, purpose=NUMBER), row.valid_until, agreement.organisation_id,
        agreement.organisation.name, tuple(agreement.services), row.level, row.said_at, is_fresh,
        is_fresh and not (row.valid_until and row.valid_until < today),
    )  # fmt: skip


def giver_name(issuer: str, code: str) -> str:
    """What a library of another node is called in the agreement by which its card came in."""
    rows = PeerAgreement.objects.filter(peer__issuer=issuer, their_code=code, direction=HOSTS)
    found = rows.order_by("-id").values_list("their_name", "peer__name").first()
    return "{}（{}）".format(*found) if found else code


def _trusted() -> "QuerySet[Peer]":
    return Peer.objects.filter(approved_at__isnull=False, ended_at=None)


def _standing(direction: str) -> "QuerySet[PeerAgreement]":
    """That both sides say, with a peer that is trusted; its days are the asker's to look at."""
    return PeerAgreement.objects.filter(
        direction=direction, met_at__isnull=False, ended_at=None, peer__ended_at=None, organisation__closed_on=None
    )


def _midnight(day: dt.date) -> int:
    return int(clock.midnight(day).timestamp())
