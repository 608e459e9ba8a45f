from django.apps import AppConfig


class PeopleApp(AppConfig):
    name = "wenmai.people"
