from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HarvestApp(AppConfig):
    name = "wenmai.harvest"

    def ready(self) -> None:
        from wenmai.harvest.personal import IMPERSONAL, TABLES
        from wenmai.lib import personal

        personal.register(TABLES, IMPERSONAL)
        from wenmai.harvest import queries, upkeep
        from wenmai.lib import waiting

        upkeep.register()
        waiting.register(
            waiting.Queue(
                "sources",
                "sources.run",
                _("采收出了问题"),
                _("失败了，或要您决定删不删"),
                "harvest:index",
                queries.troubled,
                query="state=trouble",
            )
        )
