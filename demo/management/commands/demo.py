from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from demo import loading


class Command(BaseCommand):
    help = "Loads the demonstration data: an invented region, real works. Again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--records", default="50000", help="about how many records, or all")

    def handle(self, *args: Any, records: str, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This node is not a demonstration: set WENMAI_DEMO=1 for one that is.")
        if records != "all" and not (records.isascii() and records.isdigit()):
            raise CommandError(f"RECORDS is “{records}”: give a number, or all.")
        try:
            loading.load(None if records == "all" else int(records))
        except loading.LoadFailed as failure:
            raise CommandError(str(failure)) from failure
