from django.apps import AppConfig


class PortalApp(AppConfig):
    name = "wenmai.portal"

    def ready(self) -> None:
        from wenmai.lib import personal
        from wenmai.portal.personal import RULES, TABLES

        personal.register(TABLES, rules=RULES)
