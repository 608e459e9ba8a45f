import datetime as dt
import hmac
import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wenmai.activities.rules import lists
from wenmai.formats import carddocument
from wenmai.formats.cardtoken import NotValid
from wenmai.lib.http import Fetcher, FetchFailed, Limits, Patience
from wenmai.lib.signed import read_json

LARGEST = 20 << 20


class Command(BaseCommand):
    help = "A door without a network: checks tickets by a signed list, and sends what it noted when there is one again."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verify = verbs.add_parser("verify", help="is this the node's list, and what is in it")
        check = verbs.add_parser("check", help="may this ticket come in? what is asked is noted")
        check.add_argument("code", nargs="*", help="what was scanned; left out: a line each from standard input")
        upload = verbs.add_parser("upload", help="send what was noted to the node, and say what came of it")
        upload.add_argument("--node", required=True, help="the node's address, https://…")
        for verb in (verify, check, upload):
            verb.add_argument("--list", required=True, type=Path, help="the file that the list's page gave")
            verb.add_argument("--pin", required=True, help="43 letters that `wenmai cards pin` of the node gave")
        for verb in (check, upload):
            verb.add_argument("--notes", required=True, type=Path, help="the file in which is kept what was noted")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        given = _json(options["list"])
        try:
            said = carddocument.unseal(given.get("list"), pin=options["pin"], typ=lists.TYPE)
        except NotValid as wrong:
            raise CommandError(f"{options['list']}: {wrong.code}; take the list anew, and compare the pin.") from wrong
        if verb == "verify":
            many = f"{len(said['tickets'])} tickets, {sum(one[1] for one in said['tickets'])} people"
            self.stdout.write(f"{said['title']} {said['from']}…{said['until']}: {many}")
        elif verb == "check":
            notes = _json(options["notes"]) if options["notes"].exists() else {"form": lists.FORM, "scans": []}
            for code in options["code"] or (line.strip() for line in sys.stdin):
                if code:
                    self.stdout.write(_check(said, notes, code))
                    _keep(options["notes"], notes)
        else:
            self._upload(said, given, _json(options["notes"]), options["node"])

    def _upload(self, said: dict[str, Any], given: dict[str, Any], notes: dict[str, Any], node: str) -> None:
        body = json.dumps({**notes, "clock": _now()}).encode()
        mark = hmac.digest(bytes.fromhex(given["key"]), body, "sha256").hex()
        headers = {"Content-Type": "application/json", "Wenmai-Door": mark}
        try:
            with Fetcher(
                allowed_hosts=(urlsplit(node).hostname or "",), limits=Limits(), patience=Patience(attempts=1)
            ) as fetcher:
                answer = fetcher.post(urljoin(node, given["to"]), body, headers)
        except FetchFailed as failure:
            raise CommandError(f"Nothing was sent ({failure}); it is kept. Try again.") from failure
        came = read_json(answer.body)
        lines = came.get("scans")
        if answer.status >= 400 or not isinstance(lines, list):
            why = f"{answer.status} {came.get('code', '')} {came.get('words', '')}"
            raise CommandError(f"Not taken, and kept: {why}")
        for one in lines:
            self.stdout.write(f"{one['n']}  {one['outcome']}  {one['heads']}  {' '.join(one['doubts'])}".rstrip())


def _check(said: dict[str, Any], notes: dict[str, Any], code: str) -> str:
    """By the list alone. What is no ticket of it is noted, too: the node finds out what it is."""
    found = next((one for one in said["tickets"] if one[0] == lists.hash_of(said["salt"], code)), None)
    before = [one for one in notes["scans"] if lists.folded(one["code"]) == lists.folded(code)]
    missing = found[1] - found[3] - sum(one["heads"] for one in before) if found else 1
    heads = max(missing, 1)
    made = {"n": len(notes["scans"]) + 1, "code": code[:200], "heads": heads, "at": _now()}
    notes["scans"].append({**made, "more": True} if found and 0 < missing < found[1] else made)
    if found is None:
        return "no   not in this list: of another session, enrolled later, or no ticket of this node"
    if missing < 1:
        return f"no   used {before[0]['at'] if before else 'before the list was made'}"
    return f"yes  {heads} {found[2]}"


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat()


def _json(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST:
            raise CommandError(f"{path} is larger than any list.")
        found = json.loads(path.read_bytes())
        if not isinstance(found, dict):
            raise CommandError(f"{path} is no list and no notes.")
    except (OSError, ValueError, RecursionError) as error:
        raise CommandError(f"{path} cannot be read: {type(error).__name__}.") from error
    return found


def _keep(path: Path, notes: dict[str, Any]) -> None:
    """Whole or not at all: the power may fail."""
    draft = path.with_suffix(".new")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(notes, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
