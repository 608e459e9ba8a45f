from django.apps import AppConfig


class JournalApp(AppConfig):
    name = "wenmai.journal"

    def ready(self) -> None:
        from wenmai.journal.personal import IMPERSONAL, TABLES
        from wenmai.lib import personal

        personal.register(TABLES, IMPERSONAL)
