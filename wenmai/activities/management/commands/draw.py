import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wenmai.activities.rules.draws import Entry, commitment_of, drawn

LARGEST = 64 * 1024 * 1024


class Command(BaseCommand):
    help = "Does a draw by lot again from its published file, without the database, and compares."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="what /activities/draws/<session_id>.json gives")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        said = _read(file)
        if not said["seed"]:
            raise CommandError("Not drawn yet: the file holds the seed's hash only. Fetch it again after the draw.")
        wrong = []
        if commitment_of(said["seed"]) != said["commitment"]:
            wrong.append("The seed is not the one that was announced.")
        outcome = drawn(said["seed"], [Entry(*one) for one in said["entries"]], said["places"])
        if [list(one) for one in outcome] != said["outcome"]:
            wrong.append("The outcome is another one than these entries and this seed give.")
        if wrong:
            raise CommandError(" ".join(wrong))
        wins = sum(one.wins for one in outcome)
        self.stdout.write(f"The draw holds: {len(outcome)} entries, {wins} with places, seed as announced.")


def _read(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > LARGEST:
            raise CommandError(f"{file} is larger than any draw.")
        said = json.loads(file.read_bytes())
        entries = [[int(number), int(heads), str(share)] for number, heads, share in said["entries"]]
        places = {str(share): int(total) for share, total in said["places"].items()}
        kept = {key: str(said[key]) for key in ("seed", "commitment")}
        return {**kept, "entries": entries, "places": places, "outcome": list(said["outcome"])}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CommandError(f"{file} cannot be read as a published draw: {type(error).__name__}.") from error
