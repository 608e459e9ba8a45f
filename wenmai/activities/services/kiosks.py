"""Kiosks at doors: one is made in the desk, its browser opened with a code, and people check in by themselves."""

import datetime as dt
from typing import NamedTuple

from django.db import transaction
from django.db.models import Case, F, Value, When

from wenmai.activities.models import Arrival, Enrolment, Kiosk, Session
from wenmai.activities.rules import kiosks
from wenmai.activities.rules.tickets import TICKETS, read_token
from wenmai.activities.services.doors import check_in, missing_of, require_open_door
from wenmai.booking.rules import plain
from wenmai.institutions import queries as institutions
from wenmai.journal import services as journal
from wenmai.lib import vault
from wenmai.lib.access import Actor
from wenmai.lib.numbers import row_number
from wenmai.lib.refusal import Refused
from wenmai.people import queries as people


class Arriving(NamedTuple):
    """What the kiosk goes on with. `step`: tail (it asks for the last four digits of the telephone), heads (it asks
    how many of `heads` are there), in (`heads` have come, to `session`)."""

    step: str
    heads: int = 0
    session: Session | None = None


@transaction.atomic
def make_kiosk(*, organisation_id: int, name: str, actor: Actor, now: dt.datetime) -> tuple[Kiosk, str]:
    """With its code, which is told once. Refused: unknown_organisation, kiosk_unnamed."""
    organisation = institutions.organisation(organisation_id)
    if organisation is None or organisation.closed_on is not None:
        raise Refused("unknown_organisation")
    named = plain(name, kiosks.LONGEST_NAME)
    if not named:
        raise Refused("kiosk_unnamed")
    made = Kiosk(organisation_id=organisation_id, name=named, by=actor.user_id, by_name=actor.name[:60], made_at=now)
    code = _coded(made, now)
    made.save()
    _note("activities.kiosk_made", made, actor, now)
    return made, code


@transaction.atomic
def renew_code(*, kiosk_id: int, actor: Actor, now: dt.datetime) -> tuple[Kiosk, str]:
    """For another browser, or where the first code was not used in time; what is open goes on until then. Refused:
    unknown_kiosk, kiosk_revoked."""
    found = _locked(kiosk_id)
    if found.revoked_at is not None:
        raise Refused("kiosk_revoked")
    code = _coded(found, now)
    found.save(update_fields=["code_digest", "code_until"])
    _note("activities.kiosk_code_made", found, actor, now)
    return found, code


def _coded(kiosk: Kiosk, now: dt.datetime) -> str:
    code = kiosks.new_code()
    kiosk.code_digest, kiosk.code_until = _digest(code), now + kiosks.CODE_GOOD
    return code


@transaction.atomic
def open_kiosk(*, code: str, now: dt.datetime) -> tuple[Kiosk, str]:
    """The word that its browser keeps from now on; one that was open before is so no longer. Refused: code_wrong."""
    digits = "".join(one for one in code if one.isascii() and one.isdigit())
    rows = Kiosk.objects.select_for_update(no_key=True).filter(code_digest=_digest(digits), code_until__gt=now)
    found = rows.first() if len(digits) == kiosks.CODE_DIGITS else None
    if found is None:
        raise Refused("code_wrong")
    word = kiosks.new_word()
    found.code_digest, found.code_until = "", None
    found.word_digest, found.opened_at = _digest(word), now
    found.save(update_fields=["code_digest", "code_until", "word_digest", "opened_at"])
    _note("activities.kiosk_opened", found, Actor(found.by, found.by_name), now)
    return found, word


@transaction.atomic
def revoke_kiosk(*, kiosk_id: int, actor: Actor, now: dt.datetime) -> Kiosk:
    """Out of use for good. Again: nothing more happens. Refused: unknown_kiosk."""
    found = _locked(kiosk_id)
    if found.revoked_at is None:
        found.revoked_at, found.code_digest, found.code_until = now, "", None
        found.save(update_fields=["revoked_at", "code_digest", "code_until"])
        _note("activities.kiosk_revoked", found, actor, now)
    return found


def arrive(*, kiosk: Kiosk, text: str, tail: str, heads: int | None, now: dt.datetime) -> Arriving:
    """A ticket, or its number with the last four digits of the telephone that it was booked with. What did not fit is
    counted whatever comes of it.

    Refused: forged, no_match, misses_many, elsewhere (another institution's), and what `check_in` refuses.
    """
    number = read_token(vault.secret_of(TICKETS), "ticket", text)
    if number is None:
        typed = row_number("".join(text.split()))
        if typed is None:
            raise Refused("forged")
        if not tail:
            return Arriving("tail")
        number = _by_phone(kiosk, typed, tail, now)
    rows = Enrolment.objects.select_related("session__activity__shown", "session__activity__latest")
    found = rows.filter(pk=number, session__activity__organisation=kiosk.organisation_id).first()
    if found is None:
        raise Refused("elsewhere")
    session = found.session
    require_open_door(session, now)
    missing = missing_of(found, Arrival.objects.filter(enrolment=found).first())
    if heads is None and missing > 1:
        return Arriving("heads", missing)
    came = 1 if heads is None else heads
    check_in(
        session_id=session.pk, enrolment_id=number, way=Arrival.Way.KIOSK, heads=came, actor=Actor(None, kiosk.name),
        now=now,
    )  # fmt: skip
    Kiosk.objects.filter(pk=kiosk.pk).update(seen_at=now)
    return Arriving("in", came, session)


def _by_phone(kiosk: Kiosk, number: int, tail: str, now: dt.datetime) -> int:
    """No word about which of the two was wrong."""
    since = now - kiosks.WINDOW
    if Kiosk.objects.filter(pk=kiosk.pk, missed_from__gt=since, misses__gte=kiosks.MOST_MISSES).exists():
        raise Refused("misses_many")
    rows = Enrolment.objects.filter(pk=number, session__activity__organisation=kiosk.organisation_id)
    found = rows.select_related("booked_by").first()
    phone = people.phone_of(found.booked_by) if found is not None and found.booked_by is not None else ""
    if len(tail) == kiosks.TAIL_DIGITS and phone.endswith(tail):
        return number
    again = When(missed_from__gt=since, then=F("misses") + 1)
    Kiosk.objects.filter(pk=kiosk.pk).update(
        misses=Case(again, default=Value(1)),
        missed_from=Case(When(missed_from__gt=since, then=F("missed_from")), default=Value(now)),
    )
    raise Refused("no_match")


def _digest(word: str) -> str:
    return kiosks.digest_of(vault.secret_of(kiosks.KEYS), word)


def _locked(kiosk_id: int) -> Kiosk:
    found = Kiosk.objects.select_for_update(no_key=True).filter(pk=kiosk_id).first()
    if found is None:
        raise Refused("unknown_kiosk")
    return found


def _note(name: str, kiosk: Kiosk, actor: Actor, now: dt.datetime) -> None:
    journal.record(
        name=name, subject_kind="kiosk", subject_key=kiosk.pk, actor=actor, now=now, organisation=kiosk.organisation_id
    )
