"""Giving a proxy, taking it on, ending it; and what is written down while somebody acts by it."""

import datetime as dt
import logging
import secrets
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wenmai.institutions import queries as institutions
from wenmai.journal import services as journal
from wenmai.journal.rules import DEEDS
from wenmai.lib import vault
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.messages import services as messages
from wenmai.people import matters as register
from wenmai.people.models import CounterCode, User
from wenmai.people.proxies import queries
from wenmai.people.proxies.models import Proxy, ProxyDeed, ProxyOffer
from wenmai.people.proxies.rules import MOST_PRINCIPALS, MOST_PROXIES, OFFER_MINUTES, checked
from wenmai.people.rules import Document
from wenmai.people.services.accounts import free_name
from wenmai.people.services.identities import confirm_in_person

log = logging.getLogger(__name__)
Ending = Proxy.Ending
BROKEN = {
    "people_proxy_of_another": "proxy_self", "people_proxy_once": "proxy_there", "people_proxy_no_chain": "proxy_chain",
}  # fmt: skip


@transaction.atomic
def offer(*, user_id: int, matters: Iterable[str], until: dt.datetime, now: dt.datetime) -> str:
    """Eight digits that the principal tells to who is to act for them; a new one makes the one before void.

    Refused: proxy_nothing, proxy_until.
    """
    kept = checked(matters, until, now, _known())
    ProxyOffer.objects.filter(expires_at__lte=now).delete()
    code = f"{secrets.randbelow(10**8):08d}"
    ProxyOffer.objects.update_or_create(
        principal_id=user_id,
        defaults={
            "code_index": queries.code_index(code), "matters": kept, "until": until,
            "expires_at": now + dt.timedelta(minutes=OFFER_MINUTES),
        },
    )  # fmt: skip
    return code


@transaction.atomic
def accept(*, code: str, actor: Actor, now: dt.datetime) -> Proxy:
    """Whoever was told the code takes it on. Refused: proxy_code_over, and as `_give`."""
    found = ProxyOffer.objects.select_for_update().filter(code_index=queries.code_index(code)).first()
    if found is None or found.expires_at <= now:
        raise Refused("proxy_code_over")
    made = _give(found.principal_id, actor.user_id or 0, found.matters, found.until, now)
    found.delete()
    _note("people.proxy_given", made, actor, now)
    _tell(made, _("成了您的代办人"), now)
    return made


@transaction.atomic
def record_at_counter(
    *, proxy_user_id: int, document: Document, holder: str, matters: Iterable[str], until: dt.datetime, place_id: int,
    actor: Actor, now: dt.datetime,
) -> Proxy:  # fmt: skip
    """For somebody who has no telephone: a clerk has seen both people and both documents. Whoever has no account gets
    one that nobody can log in to; one that its owner can log in to is left to its owner. What there is between the two
    is agreed anew.

    Refused: proxy_unproved (nobody has checked the proxy's document), proxy_logs_in, proxy_own (the clerk is one of the
    two), document_name, and as `_give`.
    """
    kept = checked(matters, until, now, _known())
    if queries.person(proxy_user_id) is None:
        raise Refused("proxy_unproved")
    principal_id = _principal(document, holder, place_id, actor, now)
    if actor.user_id in (principal_id, proxy_user_id):
        raise Refused("proxy_own")
    there = Proxy.objects.select_for_update().filter(principal_id=principal_id, proxy_id=proxy_user_id, ended_at=None)
    there.update(ended_at=now, ending=Ending.COUNTER)
    made = _give(principal_id, proxy_user_id, kept, until, now, place_id=place_id, recorded_by_id=actor.user_id)
    CounterCode.objects.filter(user_id=proxy_user_id).delete()
    _note("people.proxy_given", made, actor, now, organisation=place_id)
    return made


@transaction.atomic
def renew(*, proxy_id: int, until: dt.datetime, actor: Actor, now: dt.datetime) -> Proxy:
    """By its principal only. Refused: unknown_proxy, proxy_until."""
    found = _locked(proxy_id, now)
    if found.principal_id != actor.user_id:
        raise Refused("unknown_proxy")
    checked(found.matters, until, now, found.matters)
    found.agreed_at, found.until = now, until
    found.save(update_fields=["agreed_at", "until"])
    _note("people.proxy_renewed", found, actor, now)
    return found


@transaction.atomic
def end(*, proxy_id: int, actor: Actor, now: dt.datetime) -> Proxy:
    """At once, by either side. Refused: unknown_proxy."""
    found = _locked(proxy_id, now)
    if actor.user_id not in (found.principal_id, found.proxy_id):
        raise Refused("unknown_proxy")
    return _end(found, Ending.PRINCIPAL if actor.user_id == found.principal_id else Ending.PROXY, actor, now)


@transaction.atomic
def end_at_counter(*, proxy_id: int, actor: Actor, now: dt.datetime) -> Proxy:
    """For a principal who stands there. Refused: unknown_proxy (also one that was not given at a counter)."""
    found = _locked(proxy_id, now)
    if found.place_id is None:
        raise Refused("unknown_proxy")
    return _end(found, Ending.COUNTER, actor, now)


@transaction.atomic
def begin(*, proxy_id: int, actor: Actor, now: dt.datetime) -> Proxy:
    """From now on this person acts for the other one; its principal sees when. Refused: unknown_proxy, proxy_off."""
    found = _locked(proxy_id, now)
    if found.proxy_id != actor.user_id:
        raise Refused("unknown_proxy")
    if not found.principal.is_active:
        raise Refused("proxy_off")
    entry = _note("people.acting_begun", found, actor, now)
    ProxyDeed.objects.create(proxy=found, name="people.acting_begun", at=now, entry_id=entry)
    return found


@transaction.atomic
def note_deed(*, entry_id: int, name: str, at: dt.datetime, proxy_user_id: int, principal_id: int) -> None:
    """The principal sees it, and hears of the first one of each day. Told twice, it is written once."""
    rows = Proxy.objects.filter(proxy_id=proxy_user_id, principal_id=principal_id, made_at__lte=at).order_by("-id")
    found = rows.select_related("principal", "proxy").first()
    if found is None:
        return
    first = not found.deeds.filter(at__gt=at - dt.timedelta(days=1)).exclude(name="people.acting_begun").exists()
    _deed, is_new = ProxyDeed.objects.get_or_create(
        entry_id=entry_id, defaults={"proxy": found, "name": name, "at": at}
    )
    if is_new and first:
        _tell(found, _("替您办了：%(deed)s") % {"deed": DEEDS.get(name, name)}, at)


def mark_seen(*, user_id: int, now: dt.datetime) -> int:
    """The principal has looked."""
    return ProxyDeed.objects.filter(proxy__principal_id=user_id, seen_at=None).update(seen_at=now)


@transaction.atomic
def lapse(*, now: dt.datetime, user_ids: Iterable[int] | None = None) -> int:
    """Those whose day is over are closed; returns how many."""
    rows = Proxy.objects.filter(ended_at=None, until__lte=now)
    if user_ids is not None:
        rows = rows.filter(principal_id__in=[*user_ids]) | rows.filter(proxy_id__in=[*user_ids])
    ended = list(rows.select_for_update(of=("self",)).select_related("principal", "proxy"))
    for one in ended:
        _end(one, Ending.DATE, SYSTEM, now)
    return len(ended)


def _known() -> list[str]:
    return [one.key for one in register.all_matters()]


def _give(
    principal_id: int, proxy_id: int, matters: list[str], until: dt.datetime, now: dt.datetime, *,
    place_id: int | None = None, recorded_by_id: int | None = None,
) -> Proxy:  # fmt: skip
    """Refused: proxy_self, proxy_there, proxy_chain, proxy_many, unknown_user, proxy_until."""
    if principal_id == proxy_id:
        raise Refused("proxy_self")
    both = User.objects.select_for_update(no_key=True).filter(pk__in=[principal_id, proxy_id], is_active=True)
    if len(both.order_by("pk")) != 2:
        raise Refused("unknown_user")
    lapse(now=now, user_ids=[principal_id, proxy_id])
    living = Proxy.objects.filter(ended_at=None)
    if living.filter(principal_id=principal_id, proxy_id=proxy_id).exists():
        raise Refused("proxy_there")
    if living.filter(principal_id=principal_id).count() >= MOST_PROXIES:
        raise Refused("proxy_many", str(MOST_PROXIES))
    if living.filter(proxy_id=proxy_id).count() >= MOST_PRINCIPALS:
        raise Refused("proxy_many", str(MOST_PRINCIPALS))
    try:
        with transaction.atomic():
            return Proxy.objects.create(
                principal_id=principal_id, proxy_id=proxy_id, matters=matters, until=until, agreed_at=now, made_at=now,
                place_id=place_id, recorded_by_id=recorded_by_id,
            )  # fmt: skip
    except IntegrityError as broken:
        told = getattr(broken.__cause__, "diag", None)
        if told is None or told.constraint_name not in BROKEN:
            raise
        raise Refused(BROKEN[told.constraint_name]) from broken


def _principal(document: Document, holder: str, place_id: int, actor: Actor, now: dt.datetime) -> int:
    """Whose document it is; who has no account gets one without a way in."""
    found = queries.person_of(document)
    if found is not None:
        if found.can_log_in:
            raise Refused("proxy_logs_in")
        return found.user_id
    user = User(username=free_name(), name=holder.strip()[:60])
    user.set_unusable_password()
    user.save()
    journal.record(name="people.created", subject_kind="user", subject_key=user.pk, actor=actor, now=now)
    place = institutions.names([place_id])[place_id]
    confirm_in_person(user_id=user.pk, document=document, holder=holder, place=place, actor=actor, now=now)
    return user.pk


def _locked(proxy_id: int, now: dt.datetime) -> Proxy:
    rows = Proxy.objects.select_for_update(of=("self",)).select_related("principal", "proxy")
    found = rows.filter(pk=proxy_id, ended_at=None, until__gt=now).first()
    if found is None:
        raise Refused("unknown_proxy")
    return found


def _end(found: Proxy, ending: Ending, actor: Actor, now: dt.datetime) -> Proxy:
    found.ended_at, found.ending = now, ending
    found.save(update_fields=["ended_at", "ending"])
    _note("people.proxy_ended", found, actor, now, ending=str(ending))
    return found


def _note(name: str, one: Proxy, actor: Actor, now: dt.datetime, **detail: object) -> int:
    """In the principal's trail; the proxy is named by number."""
    return journal.record(
        name=name, subject_kind="user", subject_key=one.principal_id, actor=actor, now=now, proxy=one.proxy_id,
        matters=one.matters, until=timezone.localtime(one.until).date().isoformat(), **detail,
    ).pk  # fmt: skip


def _tell(one: Proxy, deed: str, now: dt.datetime) -> None:
    """By SMS, where the principal has a telephone; that none can be sent undoes nothing."""
    if not one.principal.phone_sealed:
        return
    values = {
        "name": one.proxy.name[:20], "deed": deed[:40], "at": timezone.localtime(now).strftime("%m-%d %H:%M"),
    }  # fmt: skip
    phone = vault.unseal(one.principal.phone_sealed, purpose="people.phone")
    try:
        messages.send_sms(
            phone=phone, template="proxy_notice", values=values, expires_at=now + dt.timedelta(days=1), actor=SYSTEM,
            now=now,
        )  # fmt: skip
    except Refused as refusal:
        log.warning("a principal could not be told of a proxy: %s", refusal.code)
