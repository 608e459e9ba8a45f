from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wenmai.activities import services
from wenmai.activities.queries import imports as queries
from wenmai.activities.rules.imports import LIMITS
from wenmai.activities.wording import DOUBTS, sentence
from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused


class Command(BaseCommand):
    help = "Looks at a calendar of somebody else (a file or an address), and takes it over with --take."

    def add_arguments(self, parser: CommandParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True)
        one = deeds.add_parser("import", help="iCalendar, JSON-LD, or a page that holds some")
        one.add_argument("source", help="a file, or an address that begins with http:// or https://")
        one.add_argument("--organisation", required=True, help="code of the institution, 16 digits")
        one.add_argument("--name", required=True, help="what the source is called, always the same")
        one.add_argument("--kinds", required=True, help="codes of activity_kind, with commas")
        one.add_argument("--audiences", default="general", help="codes of audience, with commas")
        one.add_argument("--take", action="store_true", help="make drafts of it; without this nothing is changed")

    def handle(self, *args: Any, **said: Any) -> None:
        organisation = institutions.by_code(said["organisation"])
        if organisation is None:
            raise CommandError(f"No institution has the code {said['organisation']}: see `wenmai organisations`.")
        source, now = said["source"], clock.now()
        is_address = source.startswith(("http://", "https://"))
        by: dict[str, Any] = {"actor": SYSTEM, "now": now}
        try:
            document = services.fetch(source) if is_address else _read(Path(source))
            made = services.offer(
                organisation_id=organisation.id, name=said["name"], address=source if is_address else "",
                kinds=said["kinds"].split(","), audiences=said["audiences"].split(","), document=document, **by,
            )  # fmt: skip
            found = queries.source(made.pk)
            assert found is not None, "it was offered a moment ago"
            seen = queries.preview(found, document, now)
            self._tell(seen)
            if said["take"]:
                done = services.take(source_id=made.pk, hash=seen.hash, **by)
                self.stdout.write(
                    f"Taken: new {done.new}, changed {done.changed}, unchanged {done.unchanged}, "
                    f"refused {len(done.refused)}. New ones are drafts."
                )
        except Refused as refusal:
            raise CommandError(sentence(refusal)) from refusal

    def _tell(self, seen: queries.Preview) -> None:
        for line in seen.lines:
            doubts = " ".join(str(DOUBTS[code]) for code in line.wanted.doubts)
            self.stdout.write(f"{line.state} · {line.wanted.content.title} · {len(line.wanted.plans)} · {doubts}")
        for one in seen.refused:
            self.stdout.write(f"refused · {one.title or one.where} · {sentence(Refused(one.code, one.detail))}")
        counts = ", ".join(f"{name} {seen.so_many(name)}" for name in ("new", "changed", "unchanged"))
        self.stdout.write(f"Seen: {counts}, refused {len(seen.refused)}.")


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > LIMITS.document_bytes:
            raise Refused("import_large", str(LIMITS.document_bytes // 1024 // 1024))
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
