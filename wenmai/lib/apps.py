from django.apps import AppConfig, apps
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class LibApp(AppConfig):
    name = "wenmai.lib"

    def ready(self) -> None:
        from wenmai.lib import arrays, inputs, jobs, resealing, upkeep, workdays

        inputs.speak()
        upkeep.register("jobs", jobs.findings, jobs.mend)
        workdays.announced()  # an odd file stops the start
        upkeep.register("workdays", workdays.findings)
        upkeep.register("keys", resealing.findings, deep=resealing.deep_findings)
        # told of apps with tables only, of each one after all migrations: once is enough
        once = apps.get_app_config("contenttypes")
        post_migrate.connect(resealing.refuse_foreign_keys, sender=once, dispatch_uid="wenmai.lib.resealing")
        connection_created.connect(arrays.register, dispatch_uid="wenmai.lib.arrays")
