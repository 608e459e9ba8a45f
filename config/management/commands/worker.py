import asyncio
import os
import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

from wenmai.harvest import services as harvest
from wenmai.lib import clock
from wenmai.lib.outages import sentence

# Jobs go on where they were after a kill at any moment, so a long one need not be waited for.
GRACE_SECONDS = 5.0


class Command(BaseCommand):
    help = "Runs jobs: harvests, schedules, upkeep. Start as many as you like; each job runs once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--concurrency", type=int, default=2)

    def handle(self, *args: Any, concurrency: int, **options: Any) -> None:
        # what a worker before this one left behind need not wait for the next full minute
        harvest.dispatch(now=clock.now())
        try:
            with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
                asyncio.run(_work(concurrency))
        except ConnectorException as fault:
            raise CommandError(sentence(fault) or str(fault)) from fault


async def _work(concurrency: int) -> None:
    """Until SIGTERM or Ctrl-C; then jobs have a moment to end."""
    loop = asyncio.get_running_loop()
    async with app.open_async():
        working = asyncio.ensure_future(
            app.run_worker_async(concurrency=concurrency, delete_jobs="successful", install_signal_handlers=False)
        )

        def end() -> None:
            working.cancel()
            loop.call_later(GRACE_SECONDS, os._exit, 0)

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, end)
        try:
            await working
        except asyncio.CancelledError:
            return
