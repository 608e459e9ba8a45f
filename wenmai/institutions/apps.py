from django.apps import AppConfig


class InstitutionsApp(AppConfig):
    name = "wenmai.institutions"

    def ready(self) -> None:
        from wenmai.institutions.personal import IMPERSONAL
        from wenmai.lib import personal

        personal.register(impersonal=IMPERSONAL)
        from wenmai.institutions.queries import soundness
        from wenmai.lib import upkeep

        upkeep.register("institutions", soundness.findings)
