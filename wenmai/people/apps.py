from typing import Any

from django.apps import AppConfig


class PeopleApp(AppConfig):
    name = "wenmai.people"

    def ready(self) -> None:
        from django.db.models.signals import post_delete

        from wenmai.lib import vault

        vault.register("people.User", "phone_sealed", purpose="people.phone")
        vault.register("people.Code", "phone_sealed", purpose="people.code_phone")
        vault.register("people.FactorSecret", "sealed", purpose="people.factor")
        vault.register("people.ReaderCard", "number_sealed", purpose="people.card_number")
        vault.register("people.ReaderCard", "name_sealed", purpose="people.card_name")
        vault.register("people.CardSystem", "secret_sealed", purpose="people.card_secret")
        post_delete.connect(forget_secret, sender="mfa.Authenticator")


def forget_secret(sender: Any, instance: Any, **_signal: Any) -> None:
    """A second factor that is taken away takes its secret along."""
    from wenmai.people import services

    numbers = [instance.data.get(key, "") for key in ("secret", "seed")]
    services.forget_secrets(numbers=[int(one) for one in numbers if str(one).isdigit()])
