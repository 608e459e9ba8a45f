from django.apps import AppConfig
from django.db.backends.signals import connection_created


class LibApp(AppConfig):
    name = "wenmai.lib"

    def ready(self) -> None:
        from wenmai.lib import arrays, jobs, upkeep

        upkeep.register("jobs", jobs.findings, jobs.mend)
        connection_created.connect(arrays.register, dispatch_uid="wenmai.lib.arrays")
