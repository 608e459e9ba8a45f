from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagesApp(AppConfig):
    name = "wenmai.messages"
    label = "wenmai_messages"
    """Django's own messages, shown once on a page, have the short one."""

    def ready(self) -> None:
        from wenmai.lib import personal, upkeep, vault, waiting
        from wenmai.lib.access import Reach
        from wenmai.messages import checks, queries, rules
        from wenmai.messages.personal import RULES, TABLES

        vault.register("wenmai_messages.Message", "to_sealed", purpose=rules.TO)
        vault.register("wenmai_messages.Message", "values_sealed", purpose=rules.VALUES)
        personal.register(TABLES, rules=RULES)
        waiting.register(
            waiting.Queue(
                "messages",
                "messages.view",
                _("没发出去的短信"),
                _("24 小时内没有送到网关的"),
                "desk:messages:index",
                queries.lost_of_late,
                query="state=failed",
                reach=Reach("", ""),
            )
        )
        upkeep.register("messages", checks.findings)
        upkeep.register_gauges(checks.gauges)
