import sys
from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands.check import Command as DjangoCheck

from wenmai.lib import upkeep


class Command(DjangoCheck):
    """Django's own checks, and whether catalogue, index, identifiers and files agree."""

    help = "Do settings, catalogue, index, identifiers and files agree? --mend puts right what can be."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--mend", action="store_true", help="put right what can be put right, then look again")
        parser.add_argument("--only", default="", help="names of parts, with commas")
        parser.add_argument("--deep", action="store_true", help="read every stored file too; takes long")
        parser.add_argument("--settings-only", action="store_true", help="Django's checks alone, without the database")

    def handle(
        self,
        *app_labels: Any,
        mend: bool = False,
        only: str = "",
        deep: bool = False,
        settings_only: bool = False,
        **options: Any,
    ) -> None:
        super().handle(*app_labels, **options)
        if app_labels or settings_only or options.get("list_tags"):
            return
        parts = [part for part in upkeep.parts() if not only or part.name in only.split(",")]
        if mend:
            for part in parts:
                for sentence in part.mend() if part.mend else ():
                    self.stdout.write(f"mended {part.name}: {sentence}")
        wrong = 0
        for part in parts:
            for finding in (*part.check(), *(part.deep() if deep and part.deep else ())):
                wrong += not finding.holds
                self.stdout.write(f"{'ok   ' if finding.holds else 'WRONG'} {part.name}: {finding.sentence}")
                if finding.advice and not finding.holds:
                    self.stdout.write(f"      {finding.advice}")
        if wrong:
            self.stdout.write(f"{wrong} not in order. `wenmai check --mend` puts right what can be.")
            sys.exit(1)
