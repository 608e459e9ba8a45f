import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wenmai.formats import carddocument
from wenmai.formats.cardtoken import Gate, NotValid
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.people.queries import passes as queries
from wenmai.people.rechecks import queries as rechecks
from wenmai.people.rechecks.models import RecheckDay
from wenmai.people.rechecks.rules import OUTCOMES
from wenmai.people.services import card_documents as documents
from wenmai.people.services import card_keys as services

REASONS = {
    "not_a_card": "this is no reader card",
    "unknown_key": "signed with a key that the document does not have: fetch it anew",
    "forged": "not signed by this node",
    "expired": "expired: have the card shown anew",
    "not_yet": "from the future: see to the clock of this machine",
    "elsewhere": "made for another place",
    "not_recognised": "no agreement with the library that gave the card is in force",
    "revoked": "revoked",
    "seen": "shown here before: have the card shown anew",
    "old_document": "the document of keys is too old: fetch it anew",
    "no_document": "this is no document of keys",
    "not_pinned": "signed by another node than the one with this --pin",
    "document_forged": "not what the node has signed: fetch it anew, and find out who changed it",
    "older_document": "older than one that was used here before: fetch it anew",
}


class Command(BaseCommand):
    help = "Electronic reader cards: checks them without network and database, and looks after the keys that sign them."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verify = verbs.add_parser("verify", help="is this card good here and now? nothing but the document is asked")
        verify.add_argument("token", nargs="*", help="what the scanner read; left out: a line each from standard input")
        verify.add_argument("--keys", required=True, help="the file that /cards/keys.json gave")
        verify.add_argument(
            "--pin", required=True, help="43 letters that `wenmai cards pin` of the node gave at set-up"
        )
        verify.add_argument("--kept", help="a file in which the number of the last document is kept: none before it")
        verify.add_argument("--at", required=True, help="the 16-digit code of the institution whose gate this is")
        verify.add_argument("--for", dest="service", default="", help="enter, borrow, space or digital: what it opens")
        verbs.add_parser("document", help="print what /cards/keys.json gives, for a box that never has a network")
        verbs.add_parser("pin", help="the fingerprint that gates are told when they are set up")
        verbs.add_parser("keys", help="the keys that are shown")
        verbs.add_parser(
            "rechecks", help="when each card system was last asked by itself, and what came of it that day"
        )
        rotate = verbs.add_parser("rotate", help="another key, which signs in two days")
        rotate.add_argument("--now", action="store_true", help="at once; everything signed before is good for nothing")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        if verb == "verify":
            self._verify(options)
        elif verb == "document":
            self.stdout.write(documents.current(now=clock.now()))
        elif verb == "pin":
            self.stdout.write(documents.pin())
        elif verb == "rechecks":
            for name, kind, asked_at, how, day in rechecks.lines():
                asked = f"{asked_at:%Y-%m-%d %H:%M}" if asked_at else "never"
                self.stdout.write(f"{name}  {kind}  {how}  last asked {asked}  {_counts(day)}".rstrip())
        elif verb == "keys":
            now = clock.now()
            signing = queries.signing_key(now)
            for key in queries.keys(now):
                role = "signs" if signing and key.pk == signing.pk else "waits" if key.signs_from > now else "signed"
                until = f", shown until {key.shown_until:%Y-%m-%d}" if key.shown_until else ""
                self.stdout.write(f"{key.key_id}  {role} from {key.signs_from:%Y-%m-%d %H:%M}{until}")
        else:
            made = services.rotate_card_keys(at_once=options["now"], actor=SYSTEM, now=clock.now())
            self.stdout.write(f"{made.key_id} signs from {made.signs_from:%Y-%m-%d %H:%M %Z}")

    def _verify(self, options: dict[str, Any]) -> None:
        """One line for each card; ends with 1 when the only one is not good."""
        try:
            gate = Gate(_document(options["keys"], options["pin"], options["kept"]), options["at"], options["service"])
        except NotValid as wrong:
            raise CommandError(f"{options['keys']}: {REASONS[wrong.code]}") from wrong
        refused = False
        for token in options["token"] or _lines():
            try:
                card = gate.look(token, int(time.time()))
            except NotValid as shut:
                refused = True
                self.stdout.write(f"no   {shut.code}: {REASONS[shut.code]}")
            else:
                kind = "paper" if card.is_paper else "phone"
                guest = f" guest:{','.join(card.services)}" if card.services else ""
                self.stdout.write(f"yes  {card.organisation} {card.subject} {kind}{guest} {card.number}".rstrip())
            self.stdout.flush()
        if refused and len(options["token"]) == 1:
            sys.exit(1)


def _counts(day: RecheckDay | None) -> str:
    """`2026-11-30: asked 120, stopped 2`."""
    if day is None:
        return ""
    told = ", ".join(f"{name} {count}" for name in OUTCOMES if (count := getattr(day, f"{name}_count")))
    return f"{day.day}: asked {day.asked_count}, {told}"


def _document(path: str, pin: str, kept: str | None) -> Any:
    """What the node said. Its number is kept, so that nobody can give an older one afterwards."""
    try:
        after = _number(kept) if kept and Path(kept).exists() else 0
        with Path(path).open("rb") as file:
            said = carddocument.unseal(json.loads(file.read(carddocument.LARGEST)), pin=pin, after=after)
        if kept and said["seq"] > after:
            Path(f"{kept}.new").write_text(str(said["seq"]))
            Path(f"{kept}.new").replace(kept)
    except OSError as odd:
        raise CommandError(f"{odd.filename} cannot be read or written: {odd.strerror}") from odd
    except ValueError as odd:
        raise NotValid("no_document") from odd
    return said


def _number(kept: str) -> int:
    text = Path(kept).read_text().strip()
    if not text.isdecimal():
        raise CommandError(f"{kept} holds no number: it is written by this command, give it a file of its own")
    return int(text)


def _lines() -> Iterator[str]:
    return (line for raw in sys.stdin if (line := raw.strip()))
