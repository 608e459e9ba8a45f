from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured


class IdentifiersApp(AppConfig):
    name = "wenmai.identifiers"

    def ready(self) -> None:
        from wenmai.identifiers.personal import IMPERSONAL
        from wenmai.lib import personal

        personal.register(impersonal=IMPERSONAL)
        from wenmai.identifiers import checks
        from wenmai.lib import upkeep

        check_settings()
        upkeep.register("identifiers", checks.findings, checks.mend)


def check_settings() -> None:
    """A scheme or prefix that makes no sense stops the start, before a name is given that stays for ever."""
    from wenmai.identifiers import rules, services
    from wenmai.identifiers.rules import words
    from wenmai.lib.refusal import Refused

    try:
        services.scheme()
    except Refused as odd:
        sentence = words.SETTINGS[odd.code].format(detail=odd.detail, schemes=", ".join(rules.SCHEMES))
        raise ImproperlyConfigured(sentence) from odd
