import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused
from wenmai.standards import files, queries, rules, services, wording
from wenmai.standards.documents import profiles_reference
from wenmai.standards.rules.values import Stage

ROOT = Path(__file__).resolve().parents[4]


class Command(BaseCommand):
    help = "The registry of standards: check its files, export profiles, decide from when something applies here."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("check", help="read every file and say what is wrong")
        export = verbs.add_parser("export", help="write docs/reference/profiles.md and the JSON Schemas")
        export.add_argument("--schemas", type=Path, help="folder for the JSON Schemas; without it only the document")
        activate = verbs.add_parser("activate", help="decide from which day a stage applies at this node")
        activate.add_argument("subject", help="entry/<code> or profile/<code>/<version>")
        activate.add_argument("stage", choices=[s.value for s in Stage if s is not Stage.NONE])
        activate.add_argument("day", help="YYYY-MM-DD, or none to take the stage out of the plan")
        activate.add_argument("--reason", required=True)

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        if verb == "check":
            self._check()
        elif verb == "export":
            self._export(options["schemas"])
        else:
            self._activate(options["subject"], Stage(options["stage"]), options["day"], options["reason"])

    def _check(self) -> None:
        registry, faults = files.load()
        for fault in faults:
            self.stderr.write(str(fault))
        if faults:
            raise CommandError(f"{len(faults)} broken files")
        counts = (len(registry.entries), len(registry.profiles), len(registry.vocabularies))
        self.stdout.write("{} entries, {} profiles, {} vocabularies".format(*counts))

    def _export(self, schemas: Path | None) -> None:
        registry = files.registry()
        document = ROOT / "docs" / "reference" / "profiles.md"
        document.write_text(profiles_reference(registry), "utf-8")
        self.stdout.write(str(document.relative_to(ROOT)))
        if schemas is None:
            return
        schemas.mkdir(parents=True, exist_ok=True)
        for versions in registry.profiles.values():
            for profile in versions.values():
                text = json.dumps(rules.schema(profile, registry.vocabularies), ensure_ascii=False, indent=1)
                path = schemas / f"{profile.code}-{profile.version}.schema.json"
                path.write_text(text + "\n", "utf-8")
                self.stdout.write(path.name)

    def _activate(self, subject: str, stage: Stage, day: str, reason: str) -> None:
        try:
            starts_on = None if day == "none" else dt.date.fromisoformat(day)
        except ValueError as error:
            raise CommandError(f"“{day}” is no day: write YYYY-MM-DD, or none") from error
        try:
            services.activate(
                subject=subject, stage=stage, starts_on=starts_on, reason=reason, actor=SYSTEM, now=clock.now()
            )
        except Refused as refusal:
            raise CommandError(str(wording.REFUSAL[refusal.code])) from refusal
        self.stdout.write(f"{subject}: {wording.STAGE[queries.stage(subject)]}")
