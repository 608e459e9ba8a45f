"""What the organiser takes away as a table: the list of orders, a week's dispatch, how suppliers were rated."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wenmai.lib import sheets
from wenmai.lib.access import actor_of, door
from wenmai.orders import queries
from wenmai.orders.rules.states import State
from wenmai.orders.staff.doors import VIEW
from wenmai.orders.staff.orders import asked_week

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from wenmai.orders.models import Order

AT_ONCE = 1_000


@require_safe
@door(VIEW)
def orders(request: HttpRequest) -> StreamingHttpResponse:
    """As the page is filtered."""
    words, state = request.GET.get("q", "").strip()[:60], request.GET.get("state", "")
    rows = queries.orders(actor_of(request).scope(VIEW), "county", state, words)
    return sheets.xlsx("orders", _("点单"), _head(), _order_rows(rows))


@require_safe
@door(VIEW)
def board(request: HttpRequest) -> StreamingHttpResponse:
    """What is delivered in the week that the page shows."""
    first, begins, ends = asked_week(request)
    rows = queries.week(actor_of(request).scope(VIEW), begins, ends)
    return sheets.xlsx(f"dispatch-{first:%Y-%m-%d}", _("派单"), _head(), _order_rows(rows))


def _head() -> list[str]:
    return [
        _("点单编号"), _("状态"), _("产品"), _("供应商"), _("站点"), _("主办机构"), _("开始"), _("结束"), _("地点"),
        _("预计人数"), _("实到人数"), _("价格（元）"), _("扣减（元）"),
    ]  # fmt: skip


_COLUMNS = (
    "pk", "state", "offer__edition__title", "offer__product__supplier__name", "station__name",
    "season__list__organiser__name", "begins_at", "ends_at", "place", "heads", "counted", "price", "deduction",
)  # fmt: skip


def _order_rows(found: "QuerySet[Order]") -> Iterator[list[object]]:
    """Values only: to make an order of each row takes longer than to write it."""
    states = {value: str(label) for value, label in State.choices}
    for number, state, *said, price, deduction in found.values_list(*_COLUMNS).iterator(AT_ONCE):
        yield [number, states[state], *said, price / 100, deduction / 100]


@require_safe
@door(VIEW)
def suppliers(request: HttpRequest) -> StreamingHttpResponse:
    """With the stations' ratings and what became of their orders, as the page is filtered."""
    words, standing = request.GET.get("q", "").strip()[:60], request.GET.get("standing", "")
    rows = queries.qualifications(actor_of(request).scope(VIEW), words, standing)
    head = [
        _("供应商"), _("主办机构"), _("状态"), _("有效期到"), _("送到几场"), _("有过争议几场"), _("扣减（元）"),
        _("几次评价"), _("平均分"),
    ]  # fmt: skip
    return sheets.xlsx("suppliers", _("供应商"), head, _supplier_rows(rows.iterator(AT_ONCE)))


def _supplier_rows(rows: Iterable[Any]) -> Iterator[list[object]]:
    rest = iter(rows)
    while some := list(islice(rest, AT_ONCE)):
        queries.put_stars(some)
        done = queries.records_of(some)
        for one in some:
            served, disputed, deducted = done.get((one.organiser_id, one.supplier_id), (0, 0, 0))
            yield [
                one.supplier.name, one.organiser.name, one.get_standing_display(), one.valid_to, served, disputed,
                deducted / 100, one.stars.ratings if one.stars else 0, one.stars.mean if one.stars else None,
            ]  # fmt: skip
