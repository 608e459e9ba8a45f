"""Every change of peers and of the agreements with their libraries."""

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from wenmai.formats import carddocument
from wenmai.formats.cardtoken import NotValid
from wenmai.institutions import queries as institutions
from wenmai.journal import services as journal
from wenmai.lib import masks, vault
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.people.recognition import queries, rules
from wenmai.people.recognition.models import Peer, PeerAgreement, RecognisedCard
from wenmai.people.recognition.rules import GIVES, HOSTS
from wenmai.people.upstreams.rules import read_issuer


@transaction.atomic
def enter_peer(*, issuer: str, name: str, pin: str, actor: Actor, now: dt.datetime) -> Peer:
    """Trusted when somebody else has compared the thumbprint, too. Refused: issuer_unfit, peer_self, peer_pin,
    peer_name, peer_there."""
    address = issuer.strip().rstrip("/")
    if address == settings.BASE_URL:
        raise Refused("peer_self")
    read_issuer(address, loopback=settings.DEMO)
    if not name.strip():
        raise Refused("peer_name")
    assert actor.user_id is not None, "somebody answers for what is entered"
    try:
        with transaction.atomic():
            made = Peer.objects.create(
                issuer=address, name=name.strip()[:60], pin=rules.read_pin(pin), entered_by_id=actor.user_id,
                entered_at=now,
            )  # fmt: skip
    except IntegrityError as there:
        raise Refused("peer_there") from there
    _note_peer("people.peer_entered", made, actor, now, pin=made.pin)
    return made


@transaction.atomic
def approve_peer(*, peer_id: int, actor: Actor, now: dt.datetime) -> Peer:
    """By somebody else than who entered it. Refused: unknown_peer (also one that is approved), peer_own."""
    found = Peer.objects.select_for_update().filter(pk=peer_id, ended_at=None, approved_at=None).first()
    if found is None:
        raise Refused("unknown_peer")
    if found.entered_by_id == actor.user_id:
        raise Refused("peer_own")
    found.approved_by_id, found.approved_at = actor.user_id, now
    found.save(update_fields=["approved_by", "approved_at"])
    _note_peer("people.peer_approved", found, actor, now)
    return found


@transaction.atomic
def end_peer(*, peer_id: int, actor: Actor, now: dt.datetime) -> Peer:
    """Nothing that it says counts any more, and we say nothing to it. Refused: unknown_peer."""
    found = _peer(peer_id)
    found.ended_at = now
    found.save(update_fields=["ended_at"])
    count, _rows = RecognisedCard.objects.filter(agreement__peer=found).delete()
    _note_peer("people.peer_ended", found, actor, now, cards=count)
    return found


@transaction.atomic
def propose(
    *,
    peer_id: int,
    organisation_id: int,
    direction: str,
    their_code: str,
    their_name: str,
    services: Sequence[str],
    says_number: bool,
    from_on: dt.date,
    until_on: dt.date,
    actor: Actor,
    now: dt.datetime,
) -> PeerAgreement:
    """Said to the other side when a second person here has approved it. Refused: unknown_peer, peer_code,
    peer_library_name, agreement_days, unknown_organisation."""
    rules.checked_days(from_on, until_on, timezone.localdate(now))
    if not their_name.strip():
        raise Refused("peer_library_name")
    values = {
        "key": secrets.token_urlsafe(16), "direction": HOSTS if direction == HOSTS else GIVES,
        "organisation_id": organisation_id, "their_code": rules.read_code(their_code),
        "their_name": their_name.strip()[:120], "services": [one for one in rules.SERVICES if one in services],
        "says_number": says_number, "from_on": from_on, "until_on": until_on,
    }  # fmt: skip
    return _enter(_peer(peer_id, is_trusted=True), values, actor, now)


@transaction.atomic
def answer(*, peer_id: int, key: str, actor: Actor, now: dt.datetime) -> PeerAgreement:
    """Yes to what the other side says, in its words; a second person here approves that. Refused: unknown_peer,
    offer_gone (not said any more, or answered), unknown_organisation (none of ours)."""
    peer = _peer(peer_id, is_trusted=True)
    line = next((one for one in map(rules.read_line, peer.lines) if one and one.key == key), None)
    if line is None or line.until_on < timezone.localdate(now):
        raise Refused("offer_gone")
    ours = institutions.by_code(queries.our_code(line))
    if ours is None or ours.closed_on:
        raise Refused("unknown_organisation")
    gives = line.giver_at == settings.BASE_URL
    their_code, their_name = (line.host, line.host_name) if gives else (line.giver, line.giver_name)
    values = {
        "key": key, "direction": GIVES if gives else HOSTS, "organisation_id": ours.id, "their_code": their_code,
        "their_name": their_name, "services": list(line.services), "says_number": line.says_number,
        "from_on": line.from_on, "until_on": line.until_on, "is_answer": True,
    }  # fmt: skip
    try:
        with transaction.atomic():
            return _enter(peer, values, actor, now)
    except IntegrityError as answered:
        raise Refused("offer_gone") from answered


@transaction.atomic
def approve(*, agreement_id: int, actor: Actor, now: dt.datetime) -> PeerAgreement:
    """From now on we say it; it is in force when the other side says it, too. Refused: unknown_agreement (also one that
    is approved or ended), peer_own, agreement_over, agreement_twice."""
    row = _agreement(agreement_id)
    if row.ended_at or row.approved_at or row.peer.ended_at:
        raise Refused("unknown_agreement")
    if row.entered_by_id == actor.user_id:
        raise Refused("peer_own")
    if row.until_on < timezone.localdate(now):
        raise Refused("agreement_over")
    row.approved_by_id, row.approved_at = actor.user_id, now
    try:
        with transaction.atomic():
            row.save(update_fields=["approved_by", "approved_at"])
    except IntegrityError as other:
        raise Refused("agreement_twice") from other
    _note("people.peer_agreement_approved", row, actor, now)
    _meet(row, row.peer, now)
    return row


@transaction.atomic
def end(*, agreement_id: int, reason: str, actor: Actor, now: dt.datetime) -> PeerAgreement:
    """At once here; the other side reads within minutes that we do not say it any more. Refused: unknown_agreement,
    agreement_over, agreement_reason."""
    row = _agreement(agreement_id)
    if row.ended_at:
        raise Refused("agreement_over")
    if not reason.strip():
        raise Refused("agreement_reason")
    row.ended_at, row.reason = now, reason.strip()[:160]
    row.save(update_fields=["ended_at", "reason"])
    _note("people.peer_agreement_ended", row, actor, now, there=False, reason=row.reason, cards=_drop_cards(row))
    return row


@transaction.atomic
def take_in(*, peer_id: int, sealed: Any, now: dt.datetime) -> Peer:
    """A peer's document, by its pinned key and never an older one. What both sides say comes into force, what they do
    not say any more has ended. Refused: unknown_peer, peer_document (detail: why), peer_odd."""
    peer = _peer(peer_id, is_trusted=True)
    try:
        said = carddocument.unseal(sealed, pin=peer.pin, after=peer.seq)
    except NotValid as shut:
        raise Refused("peer_document", shut.code) from shut
    told = rules.read_told(said, peer=peer.issuer, us=settings.BASE_URL)
    peer.seq, peer.keys, peer.keep_until, peer.lines = told.seq, told.keys, told.keep_until, told.lines
    peer.fetched_at, peer.failure = now, ""
    peer.save(update_fields=["seq", "keys", "keep_until", "lines", "fetched_at", "failure"])
    rows = PeerAgreement.objects.select_for_update(of=("self",)).filter(peer=peer, ended_at=None)
    for row in rows.filter(approved_at__isnull=False).select_related("organisation").order_by("pk"):
        row.peer = peer
        _meet(row, peer, now)
    return peer


@transaction.atomic
def hear_cards(*, user_id: int, issuer: str, told: Any, now: dt.datetime) -> int:
    """What a peer vouches for about who came in from there, as all that it vouches for: a card that it does not name
    any more is not known here any more. Only by an agreement in force with that peer, and for the library that it
    names; a number that was not agreed upon is masked, whatever the peer says. How many there are."""
    by_key = {
        row.key: row
        for row in PeerAgreement.objects.select_for_update(of=("self",)).filter(
            peer__issuer=issuer, peer__ended_at=None, direction=HOSTS, met_at__isnull=False, ended_at=None
        )
    }
    kept = list[int]()
    for card in rules.read_cards(told):
        row = by_key.get(card.key)
        if row is None or row.their_code != card.organisation:
            continue
        number = card.number if row.says_number or masks.is_masked_card(card.number) else masks.card(card.number)
        values = {
            "user_id": user_id, "name": card.name, "valid_until": card.valid_until, "level": card.level,
            "number_sealed": vault.seal(number, purpose=queries.NUMBER), "said_at": now,
        }  # fmt: skip
        found, is_new = RecognisedCard.objects.select_for_update().update_or_create(
            agreement=row, subject=card.subject, defaults=values, create_defaults={**values, "brought_at": now}
        )
        kept.append(found.pk)
        if is_new:
            _note_card("people.card_recognised", user_id, row, now)
    gone = RecognisedCard.objects.filter(user_id=user_id, agreement__peer__issuer=issuer).exclude(pk__in=kept)
    for card_gone in gone.select_related("agreement"):
        _note_card("people.card_recognition_ended", user_id, card_gone.agreement, now)
    gone.delete()
    return len(kept)


@transaction.atomic
def note_failure(*, peer_id: int, why: str, now: dt.datetime) -> None:
    """What it said last goes on until its own last day."""
    Peer.objects.filter(pk=peer_id).update(failure=why[:200])


def _meet(row: PeerAgreement, peer: Peer, now: dt.datetime) -> None:
    is_said = rules.is_said(queries.line_of(row), peer.lines)
    if is_said and row.met_at is None:
        row.met_at = now
        row.save(update_fields=["met_at"])
        _note("people.peer_agreement_met", row, SYSTEM, now)
    elif not is_said and row.met_at is not None:
        row.ended_at, row.ended_there = now, True
        row.save(update_fields=["ended_at", "ended_there"])
        _note("people.peer_agreement_ended", row, SYSTEM, now, there=True, reason="", cards=_drop_cards(row))


def _drop_cards(row: PeerAgreement) -> int:
    """With the agreement goes what was known by it."""
    count, _rows = RecognisedCard.objects.filter(agreement=row).delete()
    return count


def _enter(peer: Peer, values: dict[str, Any], actor: Actor, now: dt.datetime) -> PeerAgreement:
    if institutions.organisation(values["organisation_id"]) is None:
        raise Refused("unknown_organisation")
    assert actor.user_id is not None, "somebody answers for what is entered"
    made = PeerAgreement.objects.create(peer=peer, **values, entered_by_id=actor.user_id, entered_at=now)
    said = rules.written(queries.line_of(made))
    del said["key"]
    _note("people.peer_agreement_entered", made, actor, now, **said)
    return made


def _peer(peer_id: int, *, is_trusted: bool = False) -> Peer:
    found = Peer.objects.select_for_update().filter(pk=peer_id, ended_at=None).first()
    if found is None or (is_trusted and found.approved_at is None):
        raise Refused("unknown_peer")
    return found


def _agreement(agreement_id: int) -> PeerAgreement:
    rows = PeerAgreement.objects.select_for_update(of=("self",)).select_related("peer", "organisation")
    found = rows.filter(pk=agreement_id).first()
    if found is None:
        raise Refused("unknown_agreement")
    return found


def _note_peer(name: str, peer: Peer, actor: Actor, now: dt.datetime, **more: Any) -> None:
    journal.record(
        name=name, subject_kind="peer", subject_key=peer.pk, actor=actor, now=now, address=peer.issuer, **more
    )


def _note(name: str, row: PeerAgreement, actor: Actor, now: dt.datetime, **more: Any) -> None:
    journal.record(
        name=name, subject_kind="peer_agreement", subject_key=row.pk, actor=actor, now=now,
        organisation=row.organisation_id, **more,
    )  # fmt: skip


def _note_card(name: str, user_id: int, row: PeerAgreement, now: dt.datetime) -> None:
    journal.record(
        name=name, subject_kind="user", subject_key=user_id, actor=SYSTEM, now=now, organisation=row.organisation_id,
        library=row.their_code,
    )  # fmt: skip
