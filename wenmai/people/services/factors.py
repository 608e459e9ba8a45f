"""Secrets of second factors, sealed in a column of ours, so that they come along when keys are rotated."""

from collections.abc import Iterable

from wenmai.lib import vault
from wenmai.people.models import FactorSecret

PURPOSE = "people.factor"


def keep_secret(*, text: str) -> int:
    """Its number, under which `queries.factor_secret` gives it back."""
    return FactorSecret.objects.create(sealed=vault.seal(text, purpose=PURPOSE)).pk


def forget_secrets(*, numbers: Iterable[int]) -> None:
    """With the factor that they belonged to."""
    FactorSecret.objects.filter(pk__in=list(numbers)).delete()
