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
        from wenmai.orders.queues import QUEUES
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
        for queue in QUEUES:
            waiting.register(queue)
