from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = "Runs jobs: harvests, schedules, upkeep. Start as many as you like; each job runs once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--concurrency", type=int, default=2)

    def handle(self, *args: Any, concurrency: int, **options: Any) -> None:
        call_command("procrastinate", "worker", concurrency=concurrency, delete_jobs="successful")
