from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.people.provider import queries, services


class Command(BaseCommand):
    help = "The keys that sign logins for other apps: which one signs, which comes next; another one."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", title="what to do (default: list)")
        verbs.add_parser("list", help="keys and their dates")
        rotating = verbs.add_parser("rotate", help="another key signs in two weeks, when every app has read it")
        rotating.add_argument(
            "--now",
            action="store_true",
            help="at once, and nobody is to believe the old one any more: for a key that has become known",
        )

    def handle(self, *args: Any, verb: str | None = None, **options: Any) -> None:
        now = clock.now()
        if verb == "rotate":
            made = services.rotate(at_once=options["now"], actor=SYSTEM, now=now)
            self.stdout.write(f"{made.kid} signs from {made.signs_from:%Y-%m-%d %H:%M %Z}.")
            if options["now"]:
                self.stdout.write("Apps refuse logins until they have read it: within an hour, mostly at once.")
            return
        services.tend(now=now)
        for key in queries.signing_keys():
            use = "signs" if key.signs_from <= now < key.signs_until else "next" if key.signs_from > now else "shown"
            self.stdout.write(
                f"{key.kid} {use:<5} from {key.signs_from:%Y-%m-%d} until {key.signs_until:%Y-%m-%d},"
                f" shown until {key.shown_until:%Y-%m-%d}"
            )
