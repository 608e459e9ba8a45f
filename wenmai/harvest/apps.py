from django.apps import AppConfig


class HarvestApp(AppConfig):
    name = "wenmai.harvest"

    def ready(self) -> None:
        from wenmai.harvest.personal import IMPERSONAL, TABLES
        from wenmai.lib import personal

        personal.register(TABLES, IMPERSONAL)
        from wenmai.harvest import upkeep

        upkeep.register()
