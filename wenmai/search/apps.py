from django.apps import AppConfig


class SearchApp(AppConfig):
    name = "wenmai.search"

    def ready(self) -> None:
        from wenmai.search import upkeep

        upkeep.register()
