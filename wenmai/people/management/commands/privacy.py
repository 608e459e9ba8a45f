from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from wenmai.lib import clock
from wenmai.people.privacy import keeping
from wenmai.people.privacy.document import markdown


class Command(BaseCommand):
    help = "Personal data: what is kept, what for and how long; forgetting what is past its time."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("register", help="print the register (docs/reference/privacy.md is this)")
        verbs.add_parser("enforce", help="do now what the nightly job does: take away what is past its time")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        if verb == "register":
            for line in markdown():
                self.stdout.write(line)
        else:
            for name, count in keeping.enforce_retention(now=clock.now()).items():
                self.stdout.write(f"{count:>9}  {name}")
