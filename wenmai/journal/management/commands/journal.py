import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from zstandard import ZstdError

from wenmai.journal import chain, exporting, findings, verifying
from wenmai.journal.chain import Anchor, NotAnAnchor
from wenmai.journal.services import departures, seals
from wenmai.lib import clock


class Command(BaseCommand):
    help = "The journal's chain: verify it, sign its end for keeping elsewhere, write it out for others to verify."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", title="what to do (default: verify)")
        checking = verbs.add_parser("verify", help="does every entry stand as it was sealed? Ends with 1 if not")
        checking.add_argument("--from", dest="first", type=int, default=1, help="number of the first seal")
        checking.add_argument("--to", dest="last", type=int, help="number of the last seal")
        checking.add_argument("--anchor", type=Path, help="a file that `wenmai journal anchor` wrote")
        checking.add_argument("--key", default="", help="public key of the anchor, where it is not this node's own")
        checking.add_argument("--file", type=Path, help="an export, or a file of entries that have left")
        verbs.add_parser("seal", help="seal what waits, now; the worker does it every minute")
        anchoring = verbs.add_parser("anchor", help="the last seal, signed: to be kept where this node cannot write")
        anchoring.add_argument("--out", type=Path, help="a file; otherwise it is printed")
        verbs.add_parser("key", help="the public key that anchors are signed with")
        export = verbs.add_parser("export", help="entries and seals as lines of JSON, for others to verify")
        export.add_argument("--from", dest="first", type=int, help="default: the first whose entries are here")
        export.add_argument("--to", dest="last", type=int)

    def handle(self, *args: Any, verb: str | None = None, **options: Any) -> None:
        if verb == "seal":
            self.stdout.write(f"{seals.seal(now=clock.now())} entries sealed.")
        elif verb == "anchor":
            self._anchor(options["out"])
        elif verb == "key":
            self.stdout.write(chain.public(seals.anchor_key()))
        elif verb == "export":
            self._export(options["first"], options["last"])
        elif options.get("file"):
            self._verify_file(options["file"])
        else:
            self._verify(options)

    def _verify(self, options: dict[str, Any]) -> None:
        first, last = options.get("first") or 1, options.get("last")
        path = options.get("anchor")
        if first < 1 or (last is not None and last < first):
            raise CommandError("--from and --to are numbers of seals, from 1 on, the smaller one first.", returncode=2)
        if path is not None and (first > 1 or last is not None):
            raise CommandError("An anchor is compared with the whole chain: leave --from and --to out.", returncode=2)
        report = seals.verify(
            first=first, last=last, anchor=self._read(path, options["key"]) if path else None, now=clock.now()
        )
        if report.digest:
            self.stdout.write(
                f"last seal read: {report.last} {chain.ALG} {report.digest} of {report.sealed_at:%F %T %Z}"
            )
        tail = report.tail
        if tail.since:
            waits = int((clock.now() - tail.since).total_seconds())
            self.stdout.write(f"{tail.waiting} entries wait for their seal, the oldest for {waits} seconds")
        if report.fault is not None:
            self.stdout.write(f"WRONG {findings.told(report)}")
            self.stdout.write(f"      {findings.ADVICE}")
            sys.exit(1)
        self.stdout.write(f"ok {findings.told(report)}")

    def _export(self, first: int | None, last: int | None) -> None:
        gone = verifying.gone_through()
        if first is not None and first <= gone:
            raise CommandError(
                f"The entries up to seal {gone} have left: `wenmai journal verify --file` reads their files."
            )
        for line in exporting.lines(first or gone + 1, last):
            self.stdout.write(line)

    def _verify_file(self, path: Path) -> None:
        try:
            fault = verifying.verify_file(departures.lines_of(path))
        except (OSError, ZstdError, verifying.NotAnExport) as odd:
            raise CommandError(f"{path} {odd}", returncode=2) from odd
        if fault is not None:
            self.stdout.write(f"WRONG {findings.sentence(fault)}")
            sys.exit(1)
        self.stdout.write(f"ok {path} is as it was sealed")

    def _read(self, path: Path, key: str) -> Anchor:
        try:
            return chain.read_anchor(path.read_text("utf-8")[:10_000], key or chain.public(seals.anchor_key()))
        except (OSError, UnicodeDecodeError) as fault:
            raise CommandError(f"{path} cannot be read: {fault}", returncode=2) from fault
        except NotAnAnchor as odd:
            raise CommandError(f"{path} {odd}.", returncode=2) from odd

    def _anchor(self, out: Path | None) -> None:
        said = seals.anchor(now=clock.now())
        if said is None:
            raise CommandError("Nothing is sealed yet: wait for the worker, or `wenmai journal seal`.")
        if out is None:
            self.stdout.write(said, ending="")
            return
        try:
            out.write_text(said, encoding="utf-8")
        except OSError as fault:
            raise CommandError(f"{out} cannot be written: {fault.strerror}", returncode=2) from fault
        self.stdout.write(f"{out}: keep it where nobody who administers this node can write.")
