from django.apps import AppConfig
from django.core import checks


class StandardsApp(AppConfig):
    name = "wenmai.standards"

    def ready(self) -> None:
        from wenmai.lib import personal
        from wenmai.standards.personal import IMPERSONAL, TABLES

        personal.register(TABLES, IMPERSONAL)
        from wenmai.standards.checks import check_registry

        checks.register(check_registry)
