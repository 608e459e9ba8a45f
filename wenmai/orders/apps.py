from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersApp(AppConfig):
    name = "wenmai.orders"

    def ready(self) -> None:
        from wenmai.files import services as files
        from wenmai.journal import services as journal
        from wenmai.lib import personal, upkeep, waiting
        from wenmai.orders import queries, services
        from wenmai.orders.personal import IMPERSONAL, RULES, TABLES
        from wenmai.orders.rules import REVIEWED
        from wenmai.review import rules as review

        personal.register(TABLES, IMPERSONAL, RULES)
        upkeep.register("orders", queries.check)
        files.register_gate("orders", queries.shows_file)
        files.register_claims("orders", queries.claims_files)
        review.register(
            review.Kind(
                REVIEWED, _("供应产品"), read=queries.read_for_review, hashes=queries.hashes_for_review,
                earlier=queries.earlier_for_review,
            )
        )  # fmt: skip
        journal.subscribe("orders", services.HEARD, services.hear)
        waiting.register(
            waiting.Queue(
                "order_qualifications", "orders.change", _("等审核的供应商"), _("看材料，合格写到哪天，不合格写理由"),
                "desk:orders:qualifications", queries.qualifications_waiting, query="standing=asked",
            )
        )  # fmt: skip
