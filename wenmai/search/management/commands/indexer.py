import gc
import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wenmai.lib.refusal import Refused
from wenmai.search import indexer


class Command(BaseCommand):
    help = "Keeps the search index equal to the catalogue. One per node; a second one waits for the first to end."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="index what waits now, then end")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        stop = threading.Event()

        def end(number: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        gc.freeze()  # what the start made stays, and need not be looked through at every thousand documents
        try:
            indexer.run(stop, until_drained=once)
        except Refused as refusal:
            raise CommandError("Another indexer is at work; it does this too.") from refusal
