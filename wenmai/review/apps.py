from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewApp(AppConfig):
    name = "wenmai.review"

    def ready(self) -> None:
        from wenmai.lib import personal, upkeep, vault
        from wenmai.lib.waiting import Queue, register
        from wenmai.review import checks, queries
        from wenmai.review.personal import IMPERSONAL, RULES, TABLES
        from wenmai.review.rules import LINK_PHONE

        vault.register("review.Invitation", "phone_sealed", purpose=LINK_PHONE)
        personal.register(TABLES, IMPERSONAL, RULES)
        upkeep.register("review", checks.check, checks.mend)
        upkeep.register_gauges(checks.gauges)
        register(
            Queue(
                "review", "review.view", _("等您审核"), _("看一看，通过、退回或不予通过"), "desk:review:queue",
                queries.head,
            )
        )  # fmt: skip
        register(
            Queue(
                "to_mend", "desk.open", _("退回给您改的"), _("看意见，改好了再交一次"), "desk:review:mine",
                queries.to_mend_head, query="back=1",
            )
        )  # fmt: skip
        register(
            Queue(
                "sampling", "review.take_down", _("抽检没看完的"), _("看一看，没有问题、要整改，还是下架"),
                "desk:review:samples", queries.samples_head,
            )
        )  # fmt: skip
        register(
            Queue(
                "restoring", "review.take_down", _("等您同意恢复"), _("同事提出恢复下架的，要另一个人同意"),
                "desk:review:down", queries.proposed_head,
            )
        )  # fmt: skip
