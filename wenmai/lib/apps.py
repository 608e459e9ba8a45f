from django.apps import AppConfig


class LibApp(AppConfig):
    name = "wenmai.lib"
