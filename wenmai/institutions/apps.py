from django.apps import AppConfig


class InstitutionsApp(AppConfig):
    name = "wenmai.institutions"

    def ready(self) -> None:
        from wenmai.institutions.personal import IMPERSONAL, TABLES
        from wenmai.lib import personal

        personal.register(TABLES, IMPERSONAL)
        from wenmai.institutions.queries import soundness
        from wenmai.lib import upkeep

        upkeep.register("institutions", soundness.findings)
