from django.apps import AppConfig


class SearchApp(AppConfig):
    name = "wenmai.search"

    def ready(self) -> None:
        from wenmai.lib import personal
        from wenmai.search.personal import IMPERSONAL

        personal.register(impersonal=IMPERSONAL)
        from wenmai.search import upkeep

        upkeep.register()
