from django.apps import AppConfig
from django.core import checks


class StandardsApp(AppConfig):
    name = "wenmai.standards"

    def ready(self) -> None:
        from wenmai.standards.checks import check_registry

        checks.register(check_registry)
