"""The people of a need are told at each step: one job for a step, one message for a person, each once."""

import datetime as dt
import logging

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import override

from wenmai.lib import jobs, vault
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused
from wenmai.messages import services as messages
from wenmai.people import queries as people
from wenmai.voices.models import Asker, Need, News
from wenmai.voices.rules import codes
from wenmai.voices.rules.needs import CONTACT

log = logging.getLogger(__name__)
JOB = "voices.tell"
LATER, WORTH = dt.timedelta(minutes=30), dt.timedelta(days=2)
AT_ONCE = 200
"""So many in one job; it begins anew for the others."""


def tell(found: Need, kind: str) -> None:
    """In the caller's transaction."""
    jobs.defer(JOB, need_id=found.pk, kind=str(kind), turn=found.turn)


def send(*, need_id: int, kind: str, turn: int, now: dt.datetime) -> int:
    """How many were told. Where the node's ceilings leave no room, or there are too many for one job, the others are
    told later; nothing that has been overtaken by the next step but one is told any more."""
    told = News.objects.filter(asker=OuterRef("pk"), kind=kind, turn=turn)
    rows = Asker.objects.filter(Q(need=need_id) | Q(need__head=need_id)).exclude(Exists(told))
    numbers = list(rows.order_by("pk").values_list("pk", flat=True)[: AT_ONCE + 1])
    done = 0
    for number in numbers[:AT_ONCE]:
        try:
            done += _send_one(number, kind, turn, now)
        except Refused as refusal:
            log.warning("somebody could not be told of a need: %s", refusal.code)
            if refusal.code.endswith("_ceiling"):
                jobs.defer(JOB, at=now + LATER, need_id=need_id, kind=kind, turn=turn)
                return done
    if len(numbers) > AT_ONCE:
        jobs.defer(JOB, need_id=need_id, kind=kind, turn=turn)
    return done


@transaction.atomic
def _send_one(asker_id: int, kind: str, turn: int, now: dt.datetime) -> int:
    """Written down whether there is a telephone or not: the page says the same. Refused: what `messages` refuses; what
    no ceiling stands against is not tried again."""
    one = Asker.objects.select_for_update(of=("self",)).select_related("user", "need__organisation").get(pk=asker_id)
    _made, is_new = News.objects.get_or_create(asker=one, kind=kind, turn=turn, defaults={"at": now})
    phone, language = _reached(one)
    if not is_new or not phone:
        return 0
    with override(language):
        values = {
            "need": " ".join(one.need.words.split())[:18], "deed": str(News.Kind(kind).label),
            "site": settings.BASE_URL[:40], "code": link_code(one.pk),
        }  # fmt: skip
    try:
        with transaction.atomic():
            messages.send_sms(
                phone=phone, template="need_notice", values=values, expires_at=now + WORTH, actor=SYSTEM, now=now,
                language=language,
            )  # fmt: skip
    except Refused as refusal:
        if refusal.code.endswith("_ceiling"):
            raise
        log.warning("somebody could not be told of a need: %s", refusal.code)
        return 0
    return 1


def _reached(one: Asker) -> tuple[str, str]:
    """A telephone and a language; nothing where the account is closed."""
    if one.user is not None:
        known = dict(settings.LANGUAGES)
        language = one.user.language if one.user.language in known else "zh-hans"
        return (people.phone_of(one.user) if one.user.is_active else "", language)
    left = vault.unseal(one.contact_sealed, purpose=CONTACT) if one.contact_sealed else ""
    return (left if left.startswith("+") else "", "zh-hans")  # a hotline may know a landline, which reads nothing


def link_code(asker_id: int) -> str:
    """What leads from a message to one's part in a need without logging in."""
    return codes.make(vault.secret_of(codes.LINKS), asker_id)
