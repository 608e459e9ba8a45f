from django.apps import AppConfig


class FilesApp(AppConfig):
    name = "wenmai.files"

    def ready(self) -> None:
        from wenmai.files.personal import IMPERSONAL
        from wenmai.lib import personal

        personal.register(impersonal=IMPERSONAL)
        from wenmai.files import checks
        from wenmai.lib import upkeep

        upkeep.register("files", checks.check, checks.mend, checks.check_deeply)
        upkeep.register_gauges(checks.gauges)
