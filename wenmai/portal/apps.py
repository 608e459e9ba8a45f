from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalApp(AppConfig):
    name = "wenmai.portal"

    def ready(self) -> None:
        from wenmai.lib import personal, vault, waiting
        from wenmai.portal import queries, rules
        from wenmai.portal.personal import RULES, TABLES

        vault.register("portal.Report", "contact_sealed", purpose=rules.CONTACT)
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
