"""Codes by SMS: asked for, counted, checked once.

A code is good only in the browser that asked for it, so that nobody can use up somebody else's tries.
"""

import datetime as dt
import secrets
from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from wenmai.lib import bulk, vault
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.messages import services as messages
from wenmai.people.models import Code
from wenmai.people.rules import (
    CODE_MINUTES,
    CODE_TRIES,
    CODES_FROM_ADDRESS,
    CODES_PER_PHONE,
    CODES_UNTIL_WAITING,
    RESEND_S,
    Limit,
)


class Asker(NamedTuple):
    """Who asks: the network address, the browser (a random word in a cookie), whether it has been used with this
    telephone before, and the ticket of a wait that is over, where there was one."""

    address: str
    device: str
    is_known: bool = False
    waited: str = ""


@transaction.atomic
def send_code(*, phone: str, purpose: str, asker: Asker, actor: Actor, now: dt.datetime) -> int:
    """Sends one to `phone` (E.164) and returns its number, which belongs into the asker's session.

    Refused: code_too_soon (detail: seconds), code_phone_limit, code_address_limit, wait_first, and what `messages`
    refuses when nothing can be sent.
    """
    indexes = {"phone": phone_index(phone), "address": _index(asker.address), "device": _index(asker.device)}
    _one_after_the_other(indexes["phone"], indexes["address"])
    _refuse_too_many(indexes, asker, now)
    code = f"{secrets.randbelow(10**6):06d}"
    made = Code.objects.create(
        purpose=purpose, phone_index=indexes["phone"],
        phone_sealed=vault.seal(phone, purpose="people.code_phone"), address_index=indexes["address"],
        device_index=indexes["device"], is_known=asker.is_known, waited=_index(asker.waited) if asker.waited else None,
        sent_at=now, expires_at=now + dt.timedelta(minutes=CODE_MINUTES),
    )  # fmt: skip
    made.code_hash = _hash(made.pk, code)
    made.save(update_fields=["code_hash"])
    messages.send_sms(
        phone=phone, template="login_code", values={"code": code, "minutes": str(CODE_MINUTES)},
        expires_at=made.expires_at, actor=actor, now=now,
    )  # fmt: skip
    return made.pk


def check_code(*, code_id: int, purpose: str, code: str, now: dt.datetime) -> None:
    """Uses it up when it is right. A wrong one counts, and the count stays whatever else happens.

    Refused: code_wrong (detail: tries left), code_over (expired, used, or tried too often).
    """
    living = Code.objects.filter(
        pk=code_id, purpose=purpose, used_at=None, expires_at__gt=now, tries__lt=CODE_TRIES
    )  # fmt: skip
    tried = _count_one(living)
    if tried is None:
        raise Refused("code_over")
    if not constant_time_compare(tried.code_hash, _hash(code_id, code)):
        if tried.tries >= CODE_TRIES:
            raise Refused("code_over")
        raise Refused("code_wrong", str(CODE_TRIES - tried.tries))
    if not Code.objects.filter(pk=code_id, used_at=None).update(used_at=now):
        raise Refused("code_over")


def phone_index(phone: str) -> str:
    """The blind index by which accounts and codes are found."""
    return vault.index(phone, purpose="people.phone")


def _index(text: str) -> str:
    return vault.index(text, purpose="people.code")


def _hash(code_id: int, code: str) -> str:
    return salted_hmac("people.code", f"{code_id}:{code}", algorithm="sha256").hexdigest()


@transaction.atomic
def _count_one(living: "QuerySet[Code]") -> Code | None:
    found: Code | None = living.select_for_update().first()
    if found is not None:
        found.tries += 1
        found.save(update_fields=["tries"])
    return found


def _one_after_the_other(*words: str) -> None:
    """Two requests for one telephone or from one address are counted one after the other."""
    for word in sorted(words):
        bulk.lock(f"people.code:{word}")


def _refuse_too_many(indexes: dict[str, str], asker: Asker, now: dt.datetime) -> None:
    to_phone = Code.objects.filter(phone_index=indexes["phone"])
    latest = to_phone.filter(device_index=indexes["device"]).order_by("-sent_at").first()
    passed = (now - latest.sent_at).total_seconds() if latest else RESEND_S
    if passed < RESEND_S:
        raise Refused("code_too_soon", str(max(1, round(RESEND_S - passed))))
    if _reached(to_phone.filter(is_known=asker.is_known), CODES_PER_PHONE, now):
        raise Refused("code_phone_limit")
    from_here = Code.objects.filter(address_index=indexes["address"], is_known=False)
    if not asker.is_known and _reached(from_here, CODES_FROM_ADDRESS, now):
        raise Refused("code_address_limit")
    if not asker.is_known and not asker.waited and _reached(from_here, [CODES_UNTIL_WAITING], now):
        raise Refused("wait_first")
    if asker.waited and Code.objects.filter(waited=_index(asker.waited)).exists():
        raise Refused("wait_first")


def _reached(sent: "QuerySet[Code]", limits: Iterable[Limit], now: dt.datetime) -> bool:
    return any(
        sent.filter(sent_at__gt=now - dt.timedelta(seconds=limit.seconds)).count() >= limit.most for limit in limits
    )
