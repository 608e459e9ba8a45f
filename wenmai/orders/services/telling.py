"""Whoever acts for a supplier or a station is told by SMS what waits for them, and what is off; sent at least once."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from wenmai.lib import jobs
from wenmai.messages import services as messages
from wenmai.orders.models import OrderStep
from wenmai.orders.rules.states import TIMED, Side, State
from wenmai.people import queries as people

JOB, JOB_OF_ONE = "orders.tell", "orders.tell_one"
WORTH = dt.timedelta(days=1)
"""For so long it is worth sending. Ours."""
MOST = 5
"""People of one institution. Ours."""
ROLES = {Side.SUPPLIER: "supplier", Side.STATION: "village_admin"}
DISPATCHED: str | Promise = _("{begins}，请在 {until} 前答复")
_BACK, _OFF = _("原来的时间不算了"), _("取消了")
NEWS: dict[str, dict[Side, str | Promise]] = {
    State.DISPATCHED: {Side.SUPPLIER: DISPATCHED},
    State.ACCEPTED: {Side.STATION: _("供应商接单了，请确认")},
    State.CONFIRMED: {Side.SUPPLIER: _("站点确认了，请准时到")},
    State.SCHEDULING: {Side.SUPPLIER: _BACK, Side.STATION: _BACK},
    State.CANCELLED: {Side.SUPPLIER: _OFF, Side.STATION: _OFF},
}
"""Where an order has come to, and what that is to each side; whose step it was knows."""


def tell(step: OrderStep) -> None:
    """In the caller's transaction."""
    if _sides(step):
        jobs.defer(JOB, step_id=step.pk)


def _sides(step: OrderStep) -> list[Side]:
    """A supplier hears of the end of what it was asked for, nobody of what had no time yet and goes back."""
    timed = step.before in TIMED
    begun = step.after in (State.DISPATCHED, State.ACCEPTED, State.CONFIRMED)
    sides = [one for one in NEWS.get(step.after, {}) if one != step.side]
    if begun or timed:
        return sides
    return [one for one in sides if one == Side.STATION and step.after == State.CANCELLED]


@transaction.atomic
def tell_all(*, step_id: int) -> int:
    """A job for each of those who are told; how many."""
    step = OrderStep.objects.select_related("order", "offer__product").get(pk=step_id)
    where = {Side.SUPPLIER: step.offer.product.supplier_id, Side.STATION: step.order.station_id}
    told = {user: side for side in _sides(step) for user in people.acting_for(where[side], ROLES[side], step.at)[:MOST]}
    for user, side in told.items():
        jobs.defer(JOB_OF_ONE, step_id=step_id, user_id=user, side=str(side))
    return len(told)


@transaction.atomic
def send(*, step_id: int, user_id: int, side: str, now: dt.datetime) -> bool:
    """Whether it was handed over: nobody without a telephone, nothing that is otherwise by now."""
    step = OrderStep.objects.select_related("order", "offer__edition").get(pk=step_id)
    user = people.user_numbered(user_id)
    phone = people.phone_of(user) if user is not None and user.is_active else ""
    if user is None or not phone or step.order.state != step.after or now >= step.at + WORTH:
        return False
    language = user.language if user.language in dict(settings.LANGUAGES) else "zh-hans"
    with override(language):
        times = {"begins": _short(step.order.begins_at), "until": _short(step.order.answer_by)}
        values = {
            "number": str(step.order_id), "title": step.offer.edition.title[:20],
            "deed": str(NEWS[step.after][Side(side)]).format(**times),
        }  # fmt: skip
    return messages.notify(
        phone=phone, template="order_notice", values=values, expires_at=step.at + WORTH, language=language, now=now,
        again=(JOB_OF_ONE, {"step_id": step_id, "user_id": user_id, "side": side}),
    )  # fmt: skip


def _short(at: dt.datetime | None) -> str:
    return timezone.localtime(at).strftime("%m-%d %H:%M") if at is not None else ""
