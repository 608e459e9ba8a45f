import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from wenmai.catalogue import queries, services
from wenmai.catalogue.models import Regrading
from wenmai.lib import clock
from wenmai.lib.access import Actor

OPERATOR = Actor(None, "operator")
TOLD_EVERY = 2.0


class Command(BaseCommand):
    help = "Grades records by the profile versions that count today. The worker does it by itself; this does it now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--everything", action="store_true", help="also what this version has graded already")
        parser.add_argument("--status", action="store_true", help="only say how far it is")

    def handle(self, *args: Any, everything: bool = False, status: bool = False, **options: Any) -> None:
        if status:
            self._status()
            return
        walk = services.begin_regrading(actor=OPERATOR, now=clock.now(), everything=everything)
        if walk is None:
            self.stdout.write("every record is graded by the version that counts today")
            return
        started, told = time.monotonic(), [0.0]

        def watch(row: Regrading) -> None:
            if row.finished_at or time.monotonic() - told[0] >= TOLD_EVERY:
                told[0] = time.monotonic()
                end = "" if sys.stderr.isatty() and not row.finished_at else "\n"
                self.stderr.write(f"{chr(13) * sys.stderr.isatty()}{_told(row)}", ending=end)

        walk = services.carry_out_regrading(walk.pk, watch=watch)
        seconds = time.monotonic() - started
        self.stdout.write(f"{walk.done_count:,} graded, {walk.changed_count:,} changed, in {seconds:.1f} s")

    def _status(self) -> None:
        for one in queries.graded_by():
            by = one.by.name if one.by else "no version"
            due = "" if one.is_right else f", due: {one.wanted.name}"
            self.stdout.write(f"{one.type.en}: {one.record_count:,} by {by}{due}")
        under_way = queries.open_regrading()
        for walk in [*([under_way] if under_way else []), *queries.regradings(5)]:
            end = f"finished {walk.finished_at:%Y-%m-%d %H:%M}" if walk.finished_at else "under way"
            self.stdout.write(f"begun {walk.begun_at:%Y-%m-%d %H:%M} by {walk.begun_by}, {end}: {_told(walk)}")


def _told(walk: Regrading) -> str:
    return f"{walk.done_count:,} of {walk.total_count:,} ({walk.percent}%), {walk.changed_count:,} changed"
