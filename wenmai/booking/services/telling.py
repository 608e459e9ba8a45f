"""Whose time the house takes back is told: by SMS, with the nearest times that are free, and on their own page."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from wenmai.booking.models import Stay
from wenmai.booking.rules.times import Times
from wenmai.lib import jobs
from wenmai.messages import services as messages
from wenmai.people import queries as people

JOB = "booking.tell"
WORTH = dt.timedelta(days=1)
"""For so long it is worth sending."""
NAMED = 2
"""So many of the times that are free fit into the message; the page has them all."""
LANGUAGES = ("zh-hans", "en")
DEEDS: dict[str, str | Promise] = {
    "preempted": _("馆里要用，让出来了"),
    "released": _("馆方收回了"),
}
NEWS: dict[str, str | Promise] = {
    "confirmed": _("同意了，请准时到"),
    "refused": _("没有同意"),
    "damage": _("有损坏要处理"),
    "moved": _("改到这个时间了，缘由见网页"),
    "completed": _("手续办完了"),
    "series": _("每一次都同意了，日子见网页"),
    "series_part": _("有几次没有同意，日子见网页"),
}
"""What is told of a request without other times to choose."""


def tell(stay_id: int, deed: str, now: dt.datetime, near: Sequence[Times] = ()) -> None:
    """In the caller's transaction; nobody where the time is nobody's. Worth it until the time itself."""
    jobs.defer(JOB, stay_id=stay_id, deed=deed, near=[one.starts_at.isoformat() for one in near[:NAMED]])


@transaction.atomic
def send(*, stay_id: int, deed: str, near: Sequence[str], now: dt.datetime) -> bool:
    """Whether it was handed over: nobody without a telephone, nothing once the time has come."""
    found = Stay.objects.filter(pk=stay_id).select_related("thing", "holder").first()
    holder = found.holder if found else None
    phone = people.phone_of(holder) if holder is not None and holder.is_active else ""
    news = deed in NEWS
    if found is None or holder is None or not phone or (now >= found.starts_at and not news):
        return False
    language = holder.language if holder.language in LANGUAGES else "zh-hans"
    with override(language):
        free = "、" if language == "zh-hans" else ", "
        values = {
            "thing": found.thing.name[:20], "at": _short(found.starts_at), "deed": str((NEWS if news else DEEDS)[deed])
        }  # fmt: skip
        if not news:
            times = free.join(_short(dt.datetime.fromisoformat(one)) for one in near)
            values["free"] = times or str(_("请看网页"))
    return messages.notify(
        phone=phone, template="stay_news" if news else "stay_notice", values=values, language=language, now=now,
        expires_at=now + WORTH if news else min(found.starts_at, now + WORTH),
        again=(JOB, {"stay_id": stay_id, "deed": deed, "near": list(near)}),
    )  # fmt: skip


def _short(at: dt.datetime) -> str:
    return timezone.localtime(at).strftime("%m-%d %H:%M")
