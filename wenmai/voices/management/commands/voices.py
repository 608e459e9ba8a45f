from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wenmai.institutions import queries as institutions
from wenmai.lib import clock, sheets
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused
from wenmai.voices.hotline import queries, services
from wenmai.voices.hotline.models import HotlineFile
from wenmai.voices.hotline.rules import FIELDS, NEEDED, guess
from wenmai.voices.hotline.wording import row_words, sentence


class Command(BaseCommand):
    help = "Takes in the file of a hotline (12345): what its columns would be; with --take each row becomes a need."

    def add_arguments(self, parser: CommandParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True)
        one = deeds.add_parser("import", help="CSV (UTF-8 or GB18030) or XLSX with a heading")
        one.add_argument("file", type=Path)
        one.add_argument("--organisation", required=True, help="code of the institution, 16 digits")
        one.add_argument("--kind", default="other", help="code of need_kind for rows that name none")
        one.add_argument(
            "--column", action="append", default=[], metavar="FIELD=HEADING",
            help=f"which column is what, where the guess is wrong: {', '.join(FIELDS)}; FIELD= leaves it out",
        )  # fmt: skip
        one.add_argument("--take", action="store_true", help="make needs of it; without this nothing stays")
        one.add_argument("--rejects", type=Path, help="where rows that do not fit are written, as CSV with a reason")

    def handle(self, *args: Any, **said: Any) -> None:
        organisation = institutions.by_code(said["organisation"])
        if organisation is None:
            raise CommandError(f"No institution has the code {said['organisation']}: see `wenmai organisations`.")
        path: Path = said["file"]
        columns = _columns(said["column"])
        by: dict[str, Any] = {"actor": SYSTEM, "now": clock.now()}
        try:
            with path.open("rb") as file:
                found = self._offered(file, path, organisation.id, by)
            mapping = {field: name for field, name in (guess(found.header) | columns).items() if name}
            self._tell(found, mapping)
            if not said["take"]:
                services.drop_hotline(file_id=found.pk, **by)
                return
            self._take(found, mapping, said["kind"], by)
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except Refused as refusal:
            raise CommandError(sentence(refusal)) from refusal
        services.read_hotline(file_id=found.pk)
        found.refresh_from_db()
        self.stdout.write(f"Taken: new {found.new_count}, known {found.known_count}, refused {found.refused_count}.")
        if said["rejects"] and found.refused_count:
            _write(said["rejects"], found)

    def _offered(self, file: BinaryIO, path: Path, organisation_id: int, by: dict[str, Any]) -> HotlineFile:
        return services.offer_hotline(
            organisation_id=organisation_id, file=file, name=path.name, size=path.stat().st_size, **by
        )

    def _take(self, found: HotlineFile, mapping: dict[str, str], kind: str, by: dict[str, Any]) -> None:
        """What cannot be read as it was said is not kept: it is sent again. Refused: as `take_hotline`."""
        try:
            services.take_hotline(file_id=found.pk, mapping=mapping, usual_kind=kind, **by)
        except Refused:
            services.drop_hotline(file_id=found.pk, **by)
            raise

    def _tell(self, found: HotlineFile, mapping: dict[str, str]) -> None:
        for field in FIELDS:
            self.stdout.write(f"{field:8}{mapping.get(field) or '—'}")
        missing = [field for field in NEEDED if field not in mapping]
        for one in queries.preview(found, mapping, clock.now()) if not missing else ():
            why = row_words(one.refusal.code, one.refusal.detail) if one.refusal else ""
            self.stdout.write(f"{one.row:6} {one.line.wish.words[:60] if one.line else why}")
        for field in missing:
            self.stdout.write(f"Which column is `{field}`? Say --column {field}=HEADING.")
        self.stdout.write(f"Seen: {found.received_count} rows.")


def _columns(said: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in said]
    for field, equals, _heading in pairs:
        if field not in FIELDS or not equals:
            raise CommandError(f"--column {field}: write FIELD=HEADING with one of {', '.join(FIELDS)}.")
    return {field: heading for field, _equals, heading in pairs}


def _write(path: Path, found: HotlineFile) -> None:
    from wenmai.voices.hotline.staff import refused_rows

    with path.open("wb") as file:
        file.write(sheets.MARK + sheets.row([*found.header, "没有收的原因"]))
        file.writelines(sheets.row(map(sheets.harmless, cells)) for cells in refused_rows(found))
