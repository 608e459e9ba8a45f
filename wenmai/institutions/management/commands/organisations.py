from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wenmai.institutions import queries, services
from wenmai.institutions.models import Kind
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Reach, Scope
from wenmai.lib.refusal import Refused

REFUSALS = {
    "unknown_place": "There is no place with the code {}: `wenmai places load` brings the country's divisions.",
    "code_taken": "The code {} belongs to another organisation.",
    "code_invalid": "{} is no institution code: 16 digits.",
}


class Command(BaseCommand):
    help = "Lists and adds organisations; under another one with --under (administrative) and --branch-of (总分馆)."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="every organisation, those above before those below")
        add = verbs.add_parser("add", help="a new organisation; its code is given")
        add.add_argument("name")
        add.add_argument("--kind", choices=Kind.values, required=True)
        add.add_argument("--place", required=True, help="code of the place: 6, 9 (township) or 12 (village) digits")
        add.add_argument("--under", default="", help="code of the organisation above, administratively")
        add.add_argument("--branch-of", default="", help="code of the main library")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        if verb == "list":
            everything = queries.organisations(queries.within(Scope((Reach("", ""),))))
            for one in sorted(everything.values(), key=lambda one: one.administrative_path):
                depth = one.administrative_path.count("/") - 2
                self.stdout.write(f"{one.code}  {'  ' * depth}{one.name}  {one.place_name}")
            return
        try:
            made = services.create_organisation(
                name=options["name"],
                kind=options["kind"],
                place_code=options["place"],
                administrative_parent_id=_id_of(options["under"]),
                professional_parent_id=_id_of(options["branch_of"]),
                actor=SYSTEM,
                now=clock.now(),
            )
        except Refused as refusal:
            raise CommandError(REFUSALS.get(refusal.code, "{} " + refusal.code).format(refusal.detail)) from refusal
        self.stdout.write(f"{made.code}  {made.name}")


def _id_of(code: str) -> int | None:
    if not code:
        return None
    found = queries.by_code(code)
    if found is None:
        raise CommandError(f"There is no organisation with the code {code}.")
    return found.id
