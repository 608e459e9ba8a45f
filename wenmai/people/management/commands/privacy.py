import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wenmai.lib import clock
from wenmai.people.privacy import closing, keeping, queries
from wenmai.people.privacy.document import markdown


class Command(BaseCommand):
    help = "Personal data: what is kept, what for and how long; forgetting what is past its time."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("register", help="print the register (docs/reference/privacy.md is this)")
        verbs.add_parser("enforce", help="do now what the nightly job does: take away what is past its time")
        closed = verbs.add_parser(
            "closed", help="print the numbers of accounts that were closed; keep it by the backup"
        )
        closed.add_argument("--days", type=int, default=60, help="how far back; longer than backups are kept")
        again = verbs.add_parser("again", help="after a backup was put back: close those accounts once more")
        again.add_argument("file", help="what `closed` printed last before the restore")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        if verb == "register":
            for line in markdown():
                self.stdout.write(line)
        elif verb == "enforce":
            for name, count in keeping.enforce_retention(now=clock.now()).items():
                self.stdout.write(f"{count:>9}  {name}")
        elif verb == "closed":
            for number, created_at in queries.closed(clock.now() - dt.timedelta(days=options["days"])):
                self.stdout.write(f"{number} {created_at.isoformat()}")
        else:
            self._again(Path(options["file"]))

    def _again(self, path: Path) -> None:
        """Reads all of it before it closes the first."""
        try:
            lines = [line.split() for line in path.read_text("utf-8").splitlines() if line.strip()]
            asked = [(int(number), dt.datetime.fromisoformat(at)) for number, at in lines]
        except (OSError, ValueError) as odd:
            raise CommandError(f"{path} is not what `wenmai privacy closed` printed: {odd}") from odd
        done = sum(closing.close_again(number=number, created_at=at, now=clock.now()) for number, at in asked)
        self.stdout.write(f"{done} of {len(asked)} accounts had come back and are closed")
