"""What a family is told by SMS, besides its pages: asked for with the change, sent by a job at least once, in the
language in which its reader last came in."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from wenmai.lib import jobs
from wenmai.messages import services as messages
from wenmai.people.models import User
from wenmai.people.queries import phone_of

JOB = "people.tell_family"
WORTH = dt.timedelta(days=3)
"""For so long it is tried again where there is no room for it. Ours."""
LANGUAGES = ("zh-hans", "en")
DEEDS: Mapping[str, str | Promise] = {
    "grown14": _("满 14 岁了，以后由孩子自己同意，时间限制仍由您管"),
    "grown18": _("满 18 岁了，监护关系结束，出生日期已删除"),
    "removal_asked": _("的另一位监护人要解除您的监护，三天后生效"),
    "removal_taken_back": _("的另一位监护人收回了解除您监护的要求"),
    "removed": _("的监护关系已按另一位监护人的要求解除"),
    "alone": _("不再照看您了，您现在没有监护人"),
}


def tell(user_id: int, about_id: int, deed: str, now: dt.datetime) -> None:
    """In the caller's transaction. `about_id`: whose name stands first in the message."""
    jobs.defer(JOB, user_id=user_id, about_id=about_id, deed=deed, until=(now + WORTH).isoformat())


@transaction.atomic
def send(*, user_id: int, about_id: int, deed: str, until: dt.datetime, now: dt.datetime) -> bool:
    """Whether it was handed over. Nobody without a telephone, and nothing that is no longer worth it; where the node's
    ceilings leave no room, again in an hour."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    about = User.objects.filter(pk=about_id).first()
    phone = phone_of(user) if user else ""
    if user is None or not phone or about is None or now >= until:
        return False
    language = user.language if user.language in LANGUAGES else "zh-hans"
    with override(language):
        values = {"name": about.name[:20] or str(_("家里人")), "deed": str(DEEDS[deed])}
    return messages.notify(
        phone=phone, template="family_notice", values=values, expires_at=now + dt.timedelta(days=1), language=language,
        now=now, again=(JOB, {"user_id": user_id, "about_id": about_id, "deed": deed, "until": until.isoformat()}),
    )  # fmt: skip
