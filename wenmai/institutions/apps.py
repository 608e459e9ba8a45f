from django.apps import AppConfig


class InstitutionsApp(AppConfig):
    name = "wenmai.institutions"
