from django.apps import AppConfig


class DeskApp(AppConfig):
    name = "wenmai.desk"
