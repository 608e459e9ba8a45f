from django.apps import AppConfig


class DemoApp(AppConfig):
    name = "demo"

    def ready(self) -> None:
        from demo.register import Register
        from demo.sms import Printer
        from wenmai.messages import gateways
        from wenmai.people import checkers

        checkers.register("demo", Register)
        gateways.register("print", Printer)
