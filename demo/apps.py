from django.apps import AppConfig


class DemoApp(AppConfig):
    name = "demo"

    def ready(self) -> None:
        from demo.sms import Printer
        from wenmai.messages import gateways

        gateways.register("print", Printer)
