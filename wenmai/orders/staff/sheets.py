"""The confirmation sheet of an order on paper, for each of its three sides."""

import datetime as dt

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wenmai.lib import pdf
from wenmai.lib.access import door
from wenmai.lib.fonts import NoFont
from wenmai.orders import queries
from wenmai.orders.rules import Kind
from wenmai.orders.rules.sheets import SheetContent
from wenmai.orders.rules.states import Side
from wenmai.orders.rules.supply import yuan
from wenmai.orders.staff.doors import ASK, SUPPLY, VIEW
from wenmai.orders.staff.orders import of_county, of_station, of_supplier


@require_safe
@door(VIEW, of=of_county)
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    return _answer(request, order_id, "order")


@require_safe
@door(SUPPLY, of=of_supplier)
def given(request: HttpRequest, order_id: int) -> HttpResponse:
    return _answer(request, order_id, "given_order")


@require_safe
@door(ASK, of=of_station)
def asked(request: HttpRequest, order_id: int) -> HttpResponse:
    return _answer(request, order_id, "asked_order")


def _answer(request: HttpRequest, order_id: int, page: str) -> HttpResponse:
    found = queries.order(order_id)
    if found is None:
        raise Http404
    content, refusal = queries.sheet(found), _("站点确认以后才有确认单。")
    if content is not None:
        try:
            answer = HttpResponse(pdf.made(_sheet(content)), content_type=pdf.TYPE)
        except NoFont:
            refusal = _("服务器上没有印 PDF 的字库，请管理员运行 make install，或检查 WENMAI_PDF_FONT。")
        else:
            answer["Content-Disposition"] = f'inline; filename="order-{order_id}.pdf"'
            answer["Cache-Control"] = "private, no-store"
            return answer
    messages.error(request, refusal, extra_tags="bad")
    return redirect(f"desk:orders:{page}", order_id)


def _sheet(said: SheetContent) -> pdf.Sheet:
    lang = "en" if (get_language() or "").startswith("en") else "zh-Hans"
    address = settings.BASE_URL + reverse("supply:sheet", args=[queries.sheet_code(said)])
    table = pdf.Lines(
        _("三方确认"), [_("哪一方"), _("谁"), _("几时")],
        [[str(Side(one.side).label), one.name, _moment(one.at)] for one in said.confirmed], (22, 48, 30),
    )  # fmt: skip
    parts: list[pdf.Part] = [
        pdf.Facts(_facts(said)), table,
        pdf.Square(address, _("扫码看这张单还作不作数：改期、换人或取消以后，会在那里说。")),
        pdf.Text(_("内容的校验值（SHA-256）：%(hash)s") % {"hash": said.hash.hex()}, fine=True),
    ]  # fmt: skip
    title = _("配送确认单 第 %(number)s 号") % {"number": said.number}
    foot = _("%(organiser)s · 由 %(site)s 印出，内容以扫码看到的为准") % {
        "organiser": said.organiser, "site": settings.SITE_NAME,
    }  # fmt: skip
    return pdf.Sheet(title, parts, foot, max(one.at for one in said.confirmed), lang)


def _facts(said: SheetContent) -> list[tuple[str, str]]:
    """What is not said has no line."""
    same_day = timezone.localdate(said.begins_at) == timezone.localdate(said.ends_at)
    ends = f"{timezone.localtime(said.ends_at):%H:%M}" if same_day else _moment(said.ends_at)
    rows = [
        (_("点的产品"), f"{said.title}（{Kind(said.kind).label}）"),
        (_("主办机构"), said.organiser),
        (_("供应商"), said.supplier),
        (_("站点"), said.station),
        (_("时间"), f"{_moment(said.begins_at)} – {ends}"),
        (_("地点"), said.place),
        (_("预计人数"), f"{said.heads:,}"),
        (_("价格（元）"), yuan(said.price)),
        (_("一场多长"), _("%(n)s 分钟") % {"n": said.minutes}),
        (_("场地要多大"), _("%(room)s 平方米以上") % {"room": said.room} if said.room else ""),
        (_("用电"), said.power),
        (_("舞台"), said.stage),
        (_("占住的"), _("、").join(said.kept)),
        (_("说明"), said.words),
    ]
    return [(name, value) for name, value in rows if value]


def _moment(at: dt.datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
