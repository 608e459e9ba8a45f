from django.apps import AppConfig


class HarvestApp(AppConfig):
    name = "wenmai.harvest"

    def ready(self) -> None:
        from wenmai.harvest import upkeep

        upkeep.register()
