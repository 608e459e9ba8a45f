"""The registry is read at start: a broken file is said in a sentence and stops it."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error

from wenmai.standards import files


def check_registry(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """One error for each broken file."""
    _registry, faults = files.load()
    return [Error(str(fault), hint="Mend the file under wenmai/standards.", id="standards.E001") for fault in faults]
