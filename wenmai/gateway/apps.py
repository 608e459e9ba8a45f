from django.apps import AppConfig


class GatewayApp(AppConfig):
    name = "wenmai.gateway"
