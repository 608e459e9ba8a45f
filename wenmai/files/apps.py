from django.apps import AppConfig


class FilesApp(AppConfig):
    name = "wenmai.files"

    def ready(self) -> None:
        from wenmai.files import checks
        from wenmai.lib import upkeep

        upkeep.register("files", checks.check, checks.mend, checks.check_deeply)
        upkeep.register_gauges(checks.gauges)
