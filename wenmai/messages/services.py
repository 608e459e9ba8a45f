"""Asking for messages, and sending them: at least once, for as long as they are worth anything."""

import datetime as dt
import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from procrastinate.exceptions import AlreadyEnqueued

from wenmai.journal import services as journal
from wenmai.lib import bulk, jobs, vault
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.messages import gateways, queries, rules
from wenmai.messages.gateways import Accepted, Answer, Declined, Sms
from wenmai.messages.models import Message

log = logging.getLogger(__name__)
JOB = "messages.send"
Clock = Callable[[], dt.datetime]
State = Message.State


@transaction.atomic
def send_sms(
    *,
    phone: str,
    template: str,
    values: Mapping[str, str],
    expires_at: dt.datetime,
    actor: Actor,
    now: dt.datetime,
    language: str = "zh-hans",
) -> int:
    """Writes the message and hands it to a worker; its number. `phone` is E.164, `values` are all that the words name.

    The last step of the caller's transaction: until its end nobody else's message passes the node's ceilings. Refused:
    sms_off, odd_phone, unknown_template, odd_values, odd_expiry, phone_ceiling, node_ceiling; `rules.sentence` has the
    words for the page.
    """
    if not gateways.gateway().is_on:
        raise Refused("sms_off")
    rules.require_phone(phone)
    rules.require_values(template, values)
    if not now < expires_at <= now + rules.LONGEST_LIFE:
        raise Refused("odd_expiry")
    to_index = vault.index(phone, purpose=rules.TO)
    _require_room(to_index, now)
    message = Message.objects.create(
        channel=Message.Channel.SMS,
        template=template,
        language=language,
        to_sealed=vault.seal(phone, purpose=rules.TO),
        to_index=to_index,
        values_sealed=vault.seal(json.dumps(dict(values)), purpose=rules.VALUES),
        not_before=now,
        created_at=now,
        expires_at=expires_at,
    )
    journal.record(
        name="messages.sms_asked", subject_kind="message", subject_key=message.pk, actor=actor, now=now,
        template=template,
    )  # fmt: skip
    _enqueue(message.pk, 0)
    return message.pk


def notify(
    *, phone: str, template: str, values: Mapping[str, str], expires_at: dt.datetime, language: str,
    again: tuple[str, Mapping[str, Any]], now: dt.datetime,
) -> bool:  # fmt: skip
    """News that nobody waits for at a page: whether it was handed over, in the caller's transaction.

    `again`: the job, by name and with its values, that tells it later where a ceiling leaves no room.
    """
    job, about = again
    try:
        with transaction.atomic():
            send_sms(
                phone=phone, template=template, values=values, expires_at=expires_at, actor=SYSTEM, now=now,
                language=language,
            )  # fmt: skip
    except Refused as refusal:
        if refusal.code.endswith("_ceiling"):
            jobs.defer(job, at=now + rules.LATER, **about)
        log.warning("no message of %s: %s", template, refusal.code)
        return False
    return True


def _require_room(to_index: str, now: dt.datetime) -> None:
    """The last guard, whatever a caller forgot to count: one after the other, so that two cannot both be the last."""
    bulk.lock("messages.ceilings")
    if queries.count_to(to_index, now) >= settings.SMS_PER_PHONE:
        raise Refused("phone_ceiling")
    if queries.count_of_hour(now) >= settings.SMS_PER_HOUR:
        raise Refused("node_ceiling")


def deliver(*, message_id: int, now: Clock) -> None:
    """One attempt. Between its two transactions nothing is locked; who dies there leaves the message to `dispatch`."""
    claimed = _claim(message_id, now())
    if claimed is None:
        expire(now=now())
        return
    _end(claimed, _ask(claimed), now())


@transaction.atomic
def _claim(message_id: int, now: dt.datetime) -> Message | None:
    """Ours for a while, if it waits and nobody else has it."""
    ready = Message.objects.filter(pk=message_id, state=State.WAITING, not_before__lte=now, expires_at__gt=now)
    message = ready.select_for_update(skip_locked=True).first()
    if message is not None:
        message.attempts += 1
        message.not_before = now + rules.HOLD
        message.save(update_fields=["attempts", "not_before"])
    return message


def _ask(message: Message) -> Answer:
    try:
        phone = vault.unseal(message.to_sealed, purpose=rules.TO)
        values = json.loads(vault.unseal(message.values_sealed, purpose=rules.VALUES))
    except vault.Unreadable:
        return Declined("unreadable")
    template = rules.TEMPLATES.get(message.template)
    if template is None:
        return Declined("unknown_template")
    return gateways.gateway().send(
        Sms(
            str(message.key),
            phone,
            template.key,
            settings.SMS_TEMPLATES.get(template.key, ""),
            message.language,
            values,
            template.text(message.language, values),
        )
    )


@transaction.atomic
def _end(message: Message, answer: Answer, now: dt.datetime) -> None:
    own = Message.objects.filter(pk=message.pk)
    if isinstance(answer, Accepted):
        # also where its time ran out meanwhile: it was sent
        sent = own.filter(state__in=[State.WAITING, State.EXPIRED])
        sent.update(state=State.SENT, values_sealed="", ended_at=now, accepted_as=answer.id, error="")
    elif isinstance(answer, Declined):
        waiting = own.filter(state=State.WAITING)
        if waiting.update(state=State.FAILED, values_sealed="", ended_at=now, error=answer.code):
            journal.record(
                name="messages.sms_failed", subject_kind="message", subject_key=message.pk, actor=SYSTEM, now=now,
                code=answer.code,
            )  # fmt: skip
    else:
        at = now + rules.pause(message.attempts, answer.after_s)
        # who took longer than the hold may have been followed by another
        if own.filter(state=State.WAITING, attempts=message.attempts).update(not_before=at, error=answer.code):
            _enqueue(message.pk, message.attempts, min(at, message.expires_at))


def _enqueue(message_id: int, attempts: int, at: dt.datetime | None = None) -> bool:
    """Hands it to a worker for its next attempt, once however often it is asked."""
    try:
        with transaction.atomic():
            jobs.defer(JOB, queueing_lock=f"{JOB}.{message_id}.{attempts}", at=at, message_id=message_id)
    except AlreadyEnqueued:
        return False
    return True


def dispatch(*, now: dt.datetime) -> int:
    """Every minute: ends what is past its time, and hands on what a worker that died left behind; how many of these."""
    expire(now=now)
    return sum(_enqueue(message_id, attempts) for message_id, attempts in queries.due(now))


@transaction.atomic
def expire(*, now: dt.datetime) -> int:
    """What has not been sent in time is not sent any more, and its content goes; how many."""
    return _close(Message.objects.filter(state=State.WAITING, expires_at__lte=now), now)


def _close(late: "QuerySet[Message]", now: dt.datetime) -> int:
    ids = sorted(late.select_for_update(skip_locked=True).values_list("pk", flat=True))
    if ids:
        Message.objects.filter(pk__in=ids).update(state=State.EXPIRED, values_sealed="", ended_at=now)
        journal.record(
            name="messages.expired", subject_kind="messages", subject_key=ids[0], actor=SYSTEM, now=now, count=len(ids)
        )
    return len(ids)
