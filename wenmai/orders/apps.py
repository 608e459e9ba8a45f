from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

SEEN_BY = {
    "county": _("送服务（主办机构）"), "station": _("送服务（站点）"), "supplier": _("送服务（供应商）"),
}  # fmt: skip


class OrdersApp(AppConfig):
    name = "wenmai.orders"

    def ready(self) -> None:
        from wenmai.files import services as files
        from wenmai.institutions.rules import settings
        from wenmai.journal import services as journal
        from wenmai.lib import agenda, evidence, personal, upkeep, waiting
        from wenmai.orders import queries, services
        from wenmai.orders.personal import IMPERSONAL, RULES, TABLES
        from wenmai.orders.rules import REVIEWED
        from wenmai.orders.rules.settings import GROUP
        from wenmai.orders.settling import queries as settling
        from wenmai.review import rules as review
        from wenmai.voices.rules import links, rated

        personal.register(TABLES, IMPERSONAL, RULES)
        upkeep.register("orders", lambda: [*queries.check(), *queries.check_orders(), *settling.check()])
        settings.register(GROUP)
        files.register_gate("orders", queries.shows_file)
        files.register_claims("orders", queries.claims_files)
        review.register(
            review.Kind(
                REVIEWED, _("供应产品"), read=queries.read_for_review, hashes=queries.hashes_for_review,
                earlier=queries.earlier_for_review,
            )
        )  # fmt: skip
        journal.subscribe("orders", services.HEARD, services.hear)
        journal.subscribe("orders.stays", services.HEARD_STAYS, services.hear_stays)
        _queues()
        _queues_of_requests()
        for side, permission, name in (
            ("county", "orders.view", _("送服务的结算（主办机构）")),
            ("supplier", "orders.supply", _("送服务的结算（供应商）")),
        ):  # fmt: skip
            paid = partial(settling.pieces, side)
            evidence.register(evidence.Source(f"settlements:{side}", permission, name, paid))
        rated.register(rated.Kind(queries.RATED, _("点单的一场"), queries.attended, counts=False))
        links.register(
            links.Kind(services.LINK, _("点单"), queries.fulfilments, "desk:orders:begin_request", "orders.ask")
        )
        for side, permission in (("county", "orders.view"), ("station", "orders.ask"), ("supplier", "orders.supply")):
            seen = partial(queries.pieces, side)
            evidence.register(evidence.Source(f"orders:{side}", permission, SEEN_BY[side], seen))
            agenda.register(agenda.Source(f"orders:{side}", permission, _("送服务"), partial(queries.happenings, side)))
        waiting.register(
            waiting.Queue(
                "order_qualifications", "orders.change", _("等审核的供应商"), _("看材料，合格写到哪天，不合格写理由"),
                "desk:orders:qualifications", queries.qualifications_waiting, query="standing=asked",
            )
        )  # fmt: skip


def _queues() -> None:
    """What waits for each side."""
    from wenmai.lib import waiting
    from wenmai.orders import queries
    from wenmai.orders.calling import queries as calling
    from wenmai.orders.settling import queries as settling

    for queue in (
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
    ):  # fmt: skip
        waiting.register(queue)


def _queues_of_requests() -> None:
    from wenmai.lib import waiting
    from wenmai.orders.asking import queries as asking

    for queue in (
        waiting.Queue(
            "requests_to_open", "orders.change", _("等开放的定制单"), _("看站点要什么，定截止时间开放，或者退回"),
            "desk:orders:county_requests", asking.to_open, query="state=asked",
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
    ):  # fmt: skip
        waiting.register(queue)
