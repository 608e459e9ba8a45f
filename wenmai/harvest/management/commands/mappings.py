import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from wenmai.catalogue import queries as catalogue
from wenmai.harvest import detection, queries, sampling, services
from wenmai.harvest.management.commands.sources import OPERATOR
from wenmai.harvest.rules.words import MAPPING_REFUSALS, words
from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import Reach, Scope
from wenmai.lib.refusal import Refused
from wenmai.standards import queries as standards
from wenmai.standards import services as standards_services
from wenmai.standards.rules.mappings import BYTES_LIMIT

EVERYTHING = Scope((Reach("", ""),))


class Command(BaseCommand):
    help = "Lists, shows, tries, adds, renews and retires the mappings through which records are read."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="every mapping, whose it is, and how many sources are read through it")
        show = verbs.add_parser("show", help="the JSON of a mapping")
        show.add_argument("name")
        show.add_argument("--edition", type=int, help="an earlier one")
        attempt = verbs.add_parser("try", help="what becomes of the first records of a sample; keeps nothing")
        attempt.add_argument("file", type=Path)
        attempt.add_argument("sample", type=Path)
        add = verbs.add_parser("add", help="a mapping of this node's own; its name stands in the file")
        add.add_argument("file", type=Path)
        add.add_argument("--institution", help="only for this one and those below it: its 16-digit code")
        add.add_argument("--note", default="")
        renew = verbs.add_parser("renew", help="a new edition")
        renew.add_argument("name")
        renew.add_argument("file", type=Path)
        renew.add_argument("--note", default="")
        retire = verbs.add_parser("retire", help="no new source may use it")
        retire.add_argument("name")
        retire.add_argument("--reason", required=True)
        verbs.add_parser("restore", help="undoes a retirement").add_argument("name")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        if "name" in options and verb != "show" and standards.own_mapping(options["name"]) is None:
            raise CommandError(
                f"There is no own mapping {options['name']}: `wenmai mappings list` shows what there is."
            )
        try:
            getattr(self, f"_{verb}")(options)
        except Refused as refused:
            raise CommandError(f"{words(MAPPING_REFUSALS, refused.code)} ({refused})") from refused
        except standards.NotRegistered as unknown:
            raise CommandError(f"There is no {unknown}: `wenmai mappings list` shows what there is.") from unknown

    def _list(self, options: dict[str, Any]) -> None:
        own = queries.own_mappings(EVERYTHING).values_list("name", flat=True)
        for line in queries.mapping_lines(EVERYTHING, [*own, *standards.crosswalks()]):
            edition = f"edition {line.edition}" if line.edition else "built in"
            retired = " (retired)" if line.retired_at else ""
            used = line.seen + line.elsewhere
            self.stdout.write(f"{line.name}\t{edition}{retired}\t{line.owner or '-'}\t{','.join(line.formats)}\t{used}")

    def _show(self, options: dict[str, Any]) -> None:
        self.stdout.write(standards.mapping_text(options["name"], options["edition"]))

    def _try(self, options: dict[str, Any]) -> None:
        crosswalk = standards.read_mapping(_read(options["file"])).crosswalk
        sample: Path = options["sample"]
        if not sample.is_file():
            raise CommandError(f"There is no file {sample}.")
        format = detection.detect_file(sample, crosswalk.formats, crosswalk.formats[0])
        if not format:
            raise Refused("sample_format", ", ".join(crosswalk.formats))
        describer = catalogue.describer_through("draft", crosswalk, timezone.localdate())
        with sample.open("rb") as stream:
            found = sampling.sample_through(stream, format=format, describer=describer)
        for one in found.records:
            told: dict[str, list[str]] = {}
            for made in one.made:
                told.setdefault(made.code, []).append(made.text)
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        for one in found.rejects:
            self.stdout.write(f"{one.position}: {one.reason} {one.detail}")
        self.stdout.write(f"looked at {found.looked}, cannot be taken in: {found.rejected}")

    def _add(self, options: dict[str, Any]) -> None:
        owner = institutions.by_code(options["institution"]) if options["institution"] else None
        if options["institution"] and owner is None:
            raise CommandError(f"There is no institution with the code {options['institution']}.")
        made = standards_services.add_mapping(
            text=_read(options["file"]), organisation_id=owner.id if owner else None, note=options["note"],
            actor=OPERATOR, now=clock.now(),
        )  # fmt: skip
        self.stdout.write(f"added: {made.name}")

    def _renew(self, options: dict[str, Any]) -> None:
        number = services.renew_mapping(
            name=options["name"], text=_read(options["file"]), note=options["note"], actor=OPERATOR, now=clock.now()
        )
        self.stdout.write(f"renewed: {options['name']}, edition {number}")

    def _retire(self, options: dict[str, Any]) -> None:
        standards_services.retire_mapping(
            name=options["name"], reason=options["reason"], actor=OPERATOR, now=clock.now()
        )
        self.stdout.write(f"retired: {options['name']}")

    def _restore(self, options: dict[str, Any]) -> None:
        standards_services.restore_mapping(name=options["name"], actor=OPERATOR, now=clock.now())
        self.stdout.write(f"in use again: {options['name']}")


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(BYTES_LIMIT + 1).removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
