from django.apps import AppConfig


class SearchApp(AppConfig):
    name = "wenmai.search"
