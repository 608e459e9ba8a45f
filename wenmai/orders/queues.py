"""What waits for each side, on the first page of its desk."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from wenmai.lib import waiting
from wenmai.orders import queries
from wenmai.orders.asking import queries as asking
from wenmai.orders.calling import queries as calling
from wenmai.orders.settling import queries as settling

QUEUES = (
    waiting.Queue(
        "order_qualifications", "orders.change", _("等审核的供应商"), _("看材料，合格写到哪天，不合格写理由"),
        "desk:orders:qualifications", queries.qualifications_waiting, query="standing=asked",
    ),
    waiting.Queue(
        "orders_to_schedule", "orders.change", _("等排期的点单"), _("定时间、地点，派给供应商"),
        "desk:orders:orders", queries.to_schedule, query="state=scheduling",
    ),
    waiting.Queue(
        "orders_to_accept", "orders.supply", _("等您接的单"), _("看时间地点，接单或者说明为什么不接"),
        "desk:orders:given_orders", queries.to_accept, query="state=dispatched",
    ),
    waiting.Queue(
        "orders_to_confirm", "orders.ask", _("等您确认的点单"), _("供应商接了，看时间地点合不合适"),
        "desk:orders:asked_orders", queries.to_confirm, query="state=accepted",
    ),
    waiting.Queue(
        "orders_disputed", "orders.change", _("有争议的点单"), _("看双方怎么说，定人数、扣减和责任"),
        "desk:orders:orders", queries.disputed, query="state=disputed",
    ),
    waiting.Queue(
        "orders_to_call", "orders.change", _("等回访的点单"), _("打电话问站点：来了没有，来了多少人"),
        "desk:orders:calls", calling.to_call,
    ),
    waiting.Queue(
        "settlements_to_check", "orders.supply", _("等您核对的结算单"),
        _("看每一场的价格和扣减，同意或者说哪里不对"),
        "desk:orders:settled", settling.to_check, query="state=drawn",
    ),
    waiting.Queue(
        "settlements_objected", "orders.change", _("供应商有异议的结算单"),
        _("看哪里不对，改好或者说明，重新交给他们"),
        "desk:orders:settlements", settling.to_draw_again, query="state=objected",
    ),
    waiting.Queue(
        "settlements_to_pay", "orders.change", _("等付款的结算单"), _("付了款，由没有经手的同事记下日子和凭证号"),
        "desk:orders:settlements", settling.to_pay, query="state=agreed",
    ),
    waiting.Queue(
        "orders_to_report:supplier", "orders.supply", _("等您报人数的单"), _("送完了，报到场多少人"),
        "desk:orders:given_orders", partial(queries.to_report, "supplier"), query="state=unreported",
    ),
    waiting.Queue(
        "orders_to_report:station", "orders.ask", _("等您报人数的点单"), _("送完了，报到场多少人"),
        "desk:orders:asked_orders", partial(queries.to_report, "station"), query="state=unreported",
    ),
    waiting.Queue(
        "requests_to_open", "orders.change", _("等开放的定制单"), _("看站点要什么，定截止时间开放，或者退回"),
        "desk:orders:county_requests", asking.to_open, query="state=asked",
    ),
    waiting.Queue(
        "requests_to_stir", "orders.change", _("过了一半时间没人报价的定制单"),
        _("请供应商报价，或者和站点商量换一种办法"),
        "desk:orders:county_requests", asking.to_stir, query=f"state={asking.SILENT}",
    ),
    waiting.Queue(
        "requests_to_mend", "orders.ask", _("退回的定制单"), _("看主办机构写的理由，改好再送"),
        "desk:orders:requests", asking.to_mend, query="state=returned",
    ),
    waiting.Queue(
        "requests_to_choose", "orders.ask", _("等您选的报价"), _("报价截止了，选一家，或者都不选"),
        "desk:orders:requests", asking.to_choose, query="state=choosing",
    ),
    waiting.Queue(
        "requests_to_offer", "orders.supply", _("等您报价的定制单"), _("村里想要的，看做不做得了，截止前报价"),
        "desk:orders:offering", asking.to_offer,
    ),
    waiting.Queue(
        "requests_ended:station", "orders.ask", _("没有结果的定制单"), _("没有人报价，或者过期了；还要就再写一张"),
        "desk:orders:requests", partial(asking.ended, "station"),
    ),
    waiting.Queue(
        "requests_ended:county", "orders.view", _("没有结果的定制单"), _("没有人报价，或者没有按时选定"),
        "desk:orders:county_requests", partial(asking.ended, "county"),
    ),
    waiting.Queue(
        "requests_ended:supplier", "orders.supply", _("有结果的报价"), _("七天内定下的：选上没有"),
        "desk:orders:offering", partial(asking.ended, "supplier"),
    ),
)  # fmt: skip
