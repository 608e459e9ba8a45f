import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wenmai.lib.refusal import Refused
from wenmai.search import services

TOLD_EVERY = 2.0


class Command(BaseCommand):
    help = "Builds the search index anew beside the old one, then switches; searching goes on meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        started = told = time.monotonic()

        def progress(done: int) -> None:
            nonlocal told
            if time.monotonic() - told >= TOLD_EVERY:
                told = time.monotonic()
                self.stdout.write(f"{done:,} keys, {done / (told - started):,.0f} a second")
                self.stdout.flush()

        try:
            rebuilt = services.reindex(progress)
        except Refused as refusal:
            raise CommandError("The index is being rebuilt already.") from refusal
        seconds = time.monotonic() - started
        self.stdout.write(f"{rebuilt.keys:,} keys in {seconds:.1f} s; searches now read {rebuilt.generation}.")
