import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from wenmai.journal.services import data_keys
from wenmai.lib import clock, resealing, vault
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.lib.resealing import Progress

OPERATOR = Actor(None, "operator")
REFUSALS = {
    "unknown_key": "There is no key {detail}: `wenmai keys` lists them.",
    "key_seals": "{detail} is the key that seals: `wenmai keys rotate` puts another one in front.",
    "key_holds": "{detail} values are still sealed with it: `wenmai keys rotate` brings them over.",
    "key_rests": "Processes may still be writing what they sealed with it: retire it after {detail}.",
}


class Command(BaseCommand):
    help = "The keys of the personal data at rest: which one seals, what each holds; rotate and retire them."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", title="what to do (default: list)")
        verbs.add_parser("list", help="keys and how many values each holds")
        rotating = verbs.add_parser("rotate", help="a new key seals, and every value is brought under it")
        rotating.add_argument(
            "--new-key",
            action="store_true",
            help="also when an earlier rotation is not at its end (it goes on otherwise)",
        )
        retiring = verbs.add_parser("retire", help="destroy a key that holds nothing any more")
        retiring.add_argument("key", help="its name in the list")

    def handle(self, *args: Any, verb: str | None = None, **options: Any) -> None:
        if verb == "rotate":
            self._rotate(options["new_key"])
        elif verb == "retire":
            self._retire(options["key"])
        else:
            self._list()

    def _list(self) -> None:
        held = resealing.counts()
        keys = vault.ring().keys
        for place, key in enumerate(keys):
            use = "seals" if place == 0 else "opens"
            self.stdout.write(f"{key.id:<8} {key.algorithm:<12} made {key.made_at:%Y-%m-%d %H:%M} {use}")
            self._columns({column: counts.get(key.id, 0) for column, counts in held.items()})
        for missing in sorted({one for counts in held.values() for one in counts} - {key.id for key in keys}):
            self.stdout.write(f"{missing[:16]:<8} IS NOT HERE: put back the data keys of the backup")
            self._columns({column: counts.get(missing, 0) for column, counts in held.items()})

    def _columns(self, held: dict[vault.Column, int]) -> None:
        for column, count in held.items():
            if count:
                self.stdout.write(f"  {count:>10} {column}")

    def _rotate(self, new_key: bool) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtextextended('wenmai.keys', 0))")
            if not cursor.fetchone()[0]:
                raise CommandError("Somebody else is rotating the keys just now: wait for their end.")
        try:
            self._bring_over(new_key)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended('wenmai.keys', 0))")

    def _bring_over(self, new_key: bool) -> None:
        waiting = 0 if new_key else resealing.waiting()
        if waiting:
            self.stdout.write(f"{waiting} values are left of an earlier rotation: it goes on, without a new key.")
        else:
            self.stdout.write(
                f"{data_keys.make(actor=OPERATOR, now=clock.now()).id} seals from now on: copy the file of keys now."
            )
        last = [0.0]

        def watch(now: Progress) -> None:
            if sys.stderr.isatty() or time.monotonic() - last[0] > 5:
                last[0] = time.monotonic()
                end = "" if sys.stderr.isatty() else "\n"
                self.stderr.write(f"\r{now.column}: {now.resealed} of {now.total}", ending=end)

        brought = resealing.reseal(watch)
        key_id = vault.ring().keys[0].id
        data_keys.note_brought_over(key_id=key_id, done=brought, actor=OPERATOR, now=clock.now())
        for done in brought:
            self.stdout.write(f"{done.column}: {done.resealed} values brought under it")
            if done.unreadable:
                self.stdout.write(f"{done.column}: {done.unreadable} CANNOT BE OPENED and stay as they are")

    def _retire(self, key_id: str) -> None:
        try:
            data_keys.retire(key_id=key_id, actor=OPERATOR, now=clock.now())
        except Refused as refused:
            raise CommandError(REFUSALS[refused.code].format(detail=refused.detail)) from refused
        self.stdout.write(
            f"{key_id} is gone. Dumps from before the rotation open only with a copy of the keys of then."
        )
