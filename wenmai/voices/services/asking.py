"""A need comes in: by its person, by staff on the telephone, from a list on paper; and others say that they need it."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q

from wenmai.institutions import queries as institutions
from wenmai.lib import bulk, vault
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people import queries as people
from wenmai.standards import queries as standards
from wenmai.voices.models import Asker, Need
from wenmai.voices.rules import alike
from wenmai.voices.rules.needs import (
    CONTACT,
    MOST_A_DAY,
    MOST_FROM_ADDRESS,
    MOST_IN_HOUR,
    MOST_LINES,
    PERSON,
    Wish,
)
from wenmai.voices.rules.steps import Channel, Step
from wenmai.voices.services.moving import due_on, note

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
BY_STAFF = (Channel.PHONE, Channel.PAPER, Channel.HOTLINE)


class Sender(NamedTuple):
    """Who asks: an account, or a telephone (E.164) that was shown to be theirs or that staff wrote down; `client`: a
    mark of the address it came from."""

    user_id: int | None = None
    phone: str = ""
    client: str = ""


@transaction.atomic
def collect(
    *, organisation_id: int, wish: Wish, sender: Sender, channel: str, key: str, actor: Actor, now: dt.datetime,
    number: str = "",
) -> Need:  # fmt: skip
    """The same key again answers with the same need. Refused: unknown_organisation, unknown_kind, words_missing,
    words_long, too_many (of one person or address, or of all), number_taken."""
    kept = wish.checked()
    bulk.lock(f"voices:{key}")
    there = Need.objects.filter(key=key).first()
    if there is not None:
        return there
    organisation = institutions.organisation(organisation_id)
    if organisation is None or not organisation.serves:
        raise Refused("unknown_organisation")
    if kept.kind not in standards.vocabulary("need_kind").terms:
        raise Refused("unknown_kind")
    person, sealed = _known(sender)
    if channel not in BY_STAFF:
        _refuse_too_many(person, sender.client, now)
    if number and Need.objects.filter(organisation=organisation_id, number=number).exists():
        raise Refused("number_taken", number)
    made = Need.objects.create(
        organisation_id=organisation_id, channel=channel, kind=kept.kind, words=kept.words, spot=kept.spot,
        whom=kept.whom, wished=kept.wished, grams=alike.grams(kept.words), step=Step.COLLECTED, moved_at=now,
        due_on=due_on(organisation_id, Step.COLLECTED, now), key=key, number=number, made_at=now,
        made_by=actor.user_id if channel in BY_STAFF else None, client=sender.client, demo=organisation.demo,
    )  # fmt: skip
    Asker.objects.create(
        need=made, role=Asker.Role.ASKED, user_id=sender.user_id, person=person, contact_sealed=sealed, made_at=now
    )
    note("voices.needed", made, actor, now, channel=channel, kind=kept.kind)
    return made


@transaction.atomic
def enter_list(
    *, organisation_id: int, kind: str, spot: str, lines: Sequence[tuple[str, str]], key: str, actor: Actor,
    now: dt.datetime,
) -> list[Need]:  # fmt: skip
    """A list on paper: (words, telephone or nothing) for each, all or none. Refused: list_odd (detail: most),
    line_odd (detail: which), and what `collect` refuses."""
    if not 1 <= len(lines) <= MOST_LINES:
        raise Refused("list_odd", str(MOST_LINES))
    made = []
    for place, (words, phone) in enumerate(lines, 1):
        try:
            made.append(
                collect(
                    organisation_id=organisation_id, wish=Wish(words, kind, spot), sender=Sender(phone=phone),
                    channel=Channel.PAPER, key=f"{key[:56]}:{place}", actor=actor, now=now,
                )
            )  # fmt: skip
        except Refused as refusal:
            if refusal.code in ("words_missing", "words_long"):
                raise Refused("line_odd", str(place)) from refusal
            raise
    return made


@transaction.atomic
def second(*, need_id: int, user_id: int, actor: Actor, now: dt.datetime) -> bool:
    """“I need that too”; whether it is new. Refused: unknown_need, need_over (answered already), too_many."""
    found = Need.objects.select_for_update(no_key=True).filter(pk=need_id, shown__isnull=False, is_down=False).first()
    if found is None or found.head_id is not None:
        raise Refused("unknown_need")
    if found.step in (Step.ANSWERED, Step.CLOSED):
        raise Refused("need_over")
    person, sealed = _known(Sender(user_id))
    if Asker.objects.filter(Q(need=found) | Q(need__head=found), person=person).exists():
        return False
    today = Asker.objects.filter(person=person, role=Asker.Role.SECONDED, made_at__gt=now - DAY).count()
    if today >= MOST_A_DAY * 10:
        raise Refused("too_many")
    Asker.objects.create(
        need=found, role=Asker.Role.SECONDED, user_id=user_id, person=person, contact_sealed=sealed, made_at=now
    )
    note("voices.seconded", found, actor, now)
    return True


def _known(sender: Sender) -> tuple[str, str]:
    """The index by which a person is the same, and a telephone sealed where there is no account to ask for it."""
    user = get_user_model().objects.filter(pk=sender.user_id).first() if sender.user_id is not None else None
    phone = (people.phone_of(user) if user is not None else "") or sender.phone
    if phone:
        return vault.index(phone, purpose=PERSON), "" if user else vault.seal(phone, purpose=CONTACT)
    return (vault.index(f"user:{user.pk}", purpose=PERSON), "") if user is not None else ("", "")


def _refuse_too_many(person: str, client: str, now: dt.datetime) -> None:
    if person:
        bulk.lock(f"voices.person:{person}")
        rows = Asker.objects.filter(person=person, role=Asker.Role.ASKED, made_at__gt=now - DAY)
        if rows.count() >= MOST_A_DAY:
            raise Refused("too_many")
    lately = Need.objects.filter(made_at__gt=now - HOUR).exclude(client="")
    if client and (lately.filter(client=client).count() >= MOST_FROM_ADDRESS or lately.count() >= MOST_IN_HOUR):
        raise Refused("too_many")


def client_of(address: str, now: dt.datetime) -> str:
    """A mark that is the same for one network address during one day, and says nothing afterwards."""
    return vault.index(f"{now:%Y-%m-%d} {address}", purpose=PERSON)[:16] if address else ""


@transaction.atomic
def note_contact(*, need_id: int, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A whole telephone is about to be shown. Refused: unknown_need."""
    found = Need.objects.filter(pk=need_id).first()
    if found is None:
        raise Refused("unknown_need")
    note("voices.contact_shown", found, actor, now, reason=reason)
