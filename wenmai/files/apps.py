from django.apps import AppConfig


class FilesApp(AppConfig):
    name = "wenmai.files"
