from django.apps import AppConfig


class IdentifiersApp(AppConfig):
    name = "wenmai.identifiers"

    def ready(self) -> None:
        from wenmai.identifiers import queries, services
        from wenmai.lib import upkeep

        services.scheme()
        upkeep.register("identifiers", queries.findings)
