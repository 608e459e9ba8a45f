from django.apps import AppConfig


class JournalApp(AppConfig):
    name = "wenmai.journal"
