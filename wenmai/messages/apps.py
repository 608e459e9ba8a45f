from django.apps import AppConfig


class MessagesApp(AppConfig):
    name = "wenmai.messages"
    label = "wenmai_messages"
    """Django's own messages, shown once on a page, have the short one."""

    def ready(self) -> None:
        from wenmai.lib import personal, upkeep, vault
        from wenmai.messages import checks, rules
        from wenmai.messages.personal import RULES, TABLES

        vault.register("wenmai_messages.Message", "to_sealed", purpose=rules.TO)
        vault.register("wenmai_messages.Message", "values_sealed", purpose=rules.VALUES)
        personal.register(TABLES, rules=RULES)
        upkeep.register("messages", checks.findings)
        upkeep.register_gauges(checks.gauges)
