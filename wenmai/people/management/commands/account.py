import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused
from wenmai.people import queries, services
from wenmai.people.rules import ROLES

REFUSALS = {
    "username_taken": "There is an account {} already.",
    "name_too_long": "A name has at most {} characters.",
    "separated": "The account is {} there already: these two duties are never in one hand.",
    "weak_password": "That password is too weak: {}",
}


class Command(BaseCommand):
    help = "Makes accounts of staff and gives them roles. The password is asked for, or read from standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        add = verbs.add_parser("add", help="a new account, with a role if one is named")
        add.add_argument("username")
        add.add_argument("--name", default="", help="as colleagues see it; the username if left out")
        grant = verbs.add_parser("grant", help="one more role for an account")
        grant.add_argument("username")
        for one in (add, grant):
            one.add_argument("--role", choices=list(ROLES), required=one is grant)
            one.add_argument("--organisation", default="", help="its 16-digit code; left out: the whole node")
        verbs.add_parser("list", help="every account with its roles")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        if verb == "list":
            for username, name, roles in queries.listing():
                self.stdout.write(f"{username:<24}{name:<20}{roles}")
            return
        try:
            with transaction.atomic():
                self._change(verb, options)
        except Refused as refusal:
            raise CommandError(REFUSALS.get(refusal.code, refusal.code).format(refusal.detail)) from refusal

    def _change(self, verb: str, options: dict[str, Any]) -> None:
        username = options["username"]
        if verb == "add":
            services.create_user(
                username=username,
                name=options["name"] or username,
                password=_password(),
                actor=SYSTEM,
                now=clock.now(),
            )
        user_id = queries.user_id(username)
        if user_id is None:
            raise CommandError(f"There is no account {username}: `wenmai account add {username}` makes it.")
        if options["role"]:
            organisation_id = _organisation(options["organisation"])
            services.grant(
                user_id=user_id, role=options["role"], organisation_id=organisation_id, actor=SYSTEM, now=clock.now()
            )
        self.stdout.write(f"{username}: done")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first, second = getpass.getpass("Password: "), getpass.getpass("Once more: ")
    if first != second:
        raise CommandError("The two passwords differ: nothing was made.")
    return first


def _organisation(code: str) -> int | None:
    if not code:
        return None
    found = institutions.by_code(code)
    if found is None:
        raise CommandError(f"There is no organisation with the code {code}: `wenmai organisations list` shows them.")
    return found.id
