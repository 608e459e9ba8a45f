from django.apps import AppConfig


class UsageApp(AppConfig):
    name = "wenmai.usage"

    def ready(self) -> None:
        from wenmai.lib import personal
        from wenmai.usage.personal import IMPERSONAL

        personal.register(impersonal=IMPERSONAL)
        from wenmai.lib import upkeep
        from wenmai.usage import queries, services

        upkeep.register("usage", queries.findings, services.mend)
        upkeep.register_gauges(queries.gauges)
