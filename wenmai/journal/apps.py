from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class JournalApp(AppConfig):
    name = "wenmai.journal"

    def ready(self) -> None:
        from wenmai.journal.personal import IMPERSONAL, TABLES
        from wenmai.lib import personal

        personal.register(TABLES, IMPERSONAL)
        from wenmai.journal import findings
        from wenmai.journal.services import seals
        from wenmai.lib import upkeep

        upkeep.register("journal", findings.findings, findings.mend, findings.deep_findings)
        # told of apps with tables only, of each one after all migrations: once is enough
        once = apps.get_app_config("contenttypes")
        post_migrate.connect(seals.go_on, sender=once, dispatch_uid="wenmai.journal.seals")
