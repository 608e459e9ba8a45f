from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalApp(AppConfig):
    name = "wenmai.portal"

    def ready(self) -> None:
        from wenmai.lib import personal, waiting
        from wenmai.portal import queries
        from wenmai.portal.personal import RULES, TABLES

        personal.register(TABLES, rules=RULES)
        waiting.register(
            waiting.Queue(
                "reports",
                "reports.close",
                _("纠错与举报"),
                _("读者指出的问题，等一个答复"),
                "portal:reports",
                queries.open_reports,
            )
        )
