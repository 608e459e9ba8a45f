"""A person takes a copy of what is kept about them: asked for, made by a job, kept sealed for three days."""

import base64
import datetime as dt
import logging
from collections.abc import Callable, Iterator

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from wenmai.journal import services as journal
from wenmai.lib import bulk, jobs, vault
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.personal import Person
from wenmai.lib.refusal import Refused
from wenmai.messages import services as messages
from wenmai.people.models import User
from wenmai.people.privacy import archive
from wenmai.people.privacy.models import Export, ExportPart

log = logging.getLogger(__name__)
PURPOSE = "people.export_part"
KEPT = dt.timedelta(days=3)
MOST_A_DAY = 3
"""Ours, no norm: whoever needs more than that in a day asks staff."""


@transaction.atomic
def ask_export(*, user_id: int, language: str, actor: Actor, now: dt.datetime) -> Export:
    """Refused: export_waiting (one is being made), export_too_often."""
    bulk.lock(f"people.export:{user_id}")
    rows = Export.objects.filter(user_id=user_id)
    if rows.filter(state=Export.State.WAITING).exists():
        raise Refused("export_waiting")
    if rows.filter(asked_at__gt=now - dt.timedelta(days=1)).count() >= MOST_A_DAY:
        raise Refused("export_too_often", str(MOST_A_DAY))
    made = Export.objects.create(user_id=user_id, language=language, asked_at=now)
    journal.record(name="people.export_asked", subject_kind="user", subject_key=user_id, actor=actor, now=now)
    jobs.defer("people.build_export", export_id=made.pk)
    return made


def build_export(*, export_id: int, now: dt.datetime) -> bool:
    """In one transaction: a job that dies leaves nothing behind and is done again. Another failure is said on the page,
    and whoever asked can ask again."""
    try:
        return _build(export_id, now)
    except Exception:
        log.exception("the export %s could not be made", export_id)
        Export.objects.filter(pk=export_id, state=Export.State.WAITING).update(state=Export.State.FAILED)
        return False


@transaction.atomic
def _build(export_id: int, now: dt.datetime) -> bool:
    waiting = Export.objects.select_for_update().filter(pk=export_id, state=Export.State.WAITING)
    export = waiting.select_related("user").first()
    if export is None:
        return False
    size = archive.write(person_of(export.user), export.language, _keeper(export))
    export.state, export.ready_at, export.size = Export.State.READY, now, size
    export.save(update_fields=["state", "ready_at", "size"])
    journal.record(
        name="people.export_made", subject_kind="user", subject_key=export.user_id, actor=SYSTEM, now=now, bytes=size
    )
    with override(export.language):
        tell(export.user, _("备好了一份个人信息，三天内登录可以下载"), export.language, now)
    return True


def _keeper(export: Export) -> Callable[[bytes], None]:
    count = iter(range(10**9))

    def keep(piece: bytes) -> None:
        sealed = vault.seal(base64.b64encode(piece).decode(), purpose=PURPOSE)
        ExportPart.objects.create(export=export, number=next(count), sealed=sealed)

    return keep


def note_fetched(*, export_id: int, user_id: int, actor: Actor, now: dt.datetime) -> Export:
    """Refused: export_gone (not theirs, not ready, or past its days)."""
    rows = Export.objects.filter(pk=export_id, user_id=user_id, state=Export.State.READY, asked_at__gt=now - KEPT)
    found = rows.first()
    if found is None:
        raise Refused("export_gone")
    journal.record(name="people.export_fetched", subject_kind="user", subject_key=user_id, actor=actor, now=now)
    return found


def content(export_id: int) -> Iterator[bytes]:
    """The file, a piece at a time."""
    number = 0
    while (part := ExportPart.objects.filter(export_id=export_id, number=number).first()) is not None:
        yield base64.b64decode(vault.unseal(part.sealed, purpose=PURPOSE))
        number += 1


def person_of(user: User) -> Person:
    phone = vault.unseal(user.phone_sealed, purpose="people.phone") if user.phone_sealed else ""
    return Person(user.pk, phone)


def tell(user: User, deed: str, language: str, now: dt.datetime) -> None:
    """By SMS, where there is a telephone and a gateway; the page says it anyway."""
    phone = person_of(user).phone
    if not phone:
        return
    at = f"{timezone.localtime(now):%m-%d %H:%M}"
    try:
        with transaction.atomic():
            messages.send_sms(
                phone=phone, template="security_notice", values={"at": at, "deed": deed}, language=language,
                expires_at=now + dt.timedelta(hours=12), actor=SYSTEM, now=now,
            )  # fmt: skip
    except Refused as refusal:
        log.info("no message about it: %s", refusal.code)
