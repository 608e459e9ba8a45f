import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wenmai.harvest import intake, queries, services
from wenmai.harvest.management.commands.sources import OPERATOR, found
from wenmai.harvest.models import Run, Source
from wenmai.harvest.rules import State
from wenmai.harvest.rules.words import DOUBTS, FAILURES, REFUSALS, words
from wenmai.lib import clock
from wenmai.lib.refusal import Refused


class Command(BaseCommand):
    help = "Runs one source now, in this process, and shows how it goes. A run that was left behind goes on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="the code of its feed, or its number")
        parser.add_argument("--full", action="store_true", help="everything, not only what changed")
        parser.add_argument("--resume", action="store_true", help="go on with the last run, which stopped or failed")
        parser.add_argument("--file", type=Path, help="for sources of uploaded files: the file")
        parser.add_argument("--whole", action="store_true", help="the file is all that the source has")

    def handle(self, *args: Any, source: str, **options: Any) -> None:
        one = found(source)
        try:
            run = self._begin(one, options)
        except Refused as refused:
            raise CommandError(f"{words(REFUSALS, refused.code)} ({refused})") from refused
        last = [0.0]

        def watch(row: Run) -> None:
            if sys.stderr.isatty() or time.monotonic() - last[0] > 5:
                last[0] = time.monotonic()
                self._progress(row)

        self._report(self._follow(run, watch))

    def _follow(self, run: Run, watch: Callable[[Run], None]) -> Run:
        """Does the work, or watches the process that does, ready to go on when it dies."""
        while True:
            run = services.carry_out(run.pk, watch=watch)
            if not run.is_active or run.not_before:
                return run
            watch(run)
            time.sleep(1)

    def _begin(self, one: Source, options: dict[str, Any]) -> Run:
        left = queries.active_run(one.pk)
        if left is not None:
            self.stderr.write(f"run {left.pk} goes on")
            return left
        if options["resume"]:
            last = queries.runs(one.pk).first()
            if last is None:
                raise CommandError("There is no run to resume.")
            return services.resume(run_id=last.pk, in_worker=False, actor=OPERATOR, now=clock.now())
        if options["file"]:
            return self._hand_in(one, options["file"], options["whole"])
        mode = "full" if options["full"] else "changes"
        return services.start(source_id=one.pk, mode=mode, in_worker=False, actor=OPERATOR, now=clock.now())

    def _hand_in(self, one: Source, path: Path, whole: bool) -> Run:
        services.require_welcome(source_id=one.pk)
        try:
            with path.open("rb") as stream:
                digest, size = intake.store(stream)
        except (OSError, ValueError) as refusal:
            raise CommandError(f"{path}: {refusal}") from refusal
        try:
            return services.hand_in(
                source_id=one.pk, digest=digest, name=path.name, size=size, whole=whole, in_worker=False,
                actor=OPERATOR, now=clock.now(),
            )  # fmt: skip
        except Refused:
            services.discard(digest=digest)
            raise

    def _progress(self, row: Run) -> None:
        percent = "" if row.percent is None else f" {row.percent}%"
        text = f"{row.received_count} received, {row.new_count} new, {row.changed_count} changed{percent}"
        self.stderr.write(f"\r{text}", ending="" if sys.stderr.isatty() else "\n")

    def _report(self, run: Run) -> None:
        if sys.stderr.isatty():
            self.stderr.write("")
        parts = " + ".join(f"{number} {name}" for name, _words, number in run.parts)
        self.stdout.write(f"run {run.pk} {run.state}: {run.received_count} received = {parts}; {run.gone_count} gone")
        if run.state == State.FINISHED and run.has_changed_nothing:
            self.stdout.write("nothing has changed")
        for doubt in run.doubts if run.state == State.PAUSED else []:
            self.stdout.write(words(DOUBTS, doubt))
        if run.state == State.FAILED:
            raise CommandError(f"{words(FAILURES, run.failure)} ({run.failure}: {run.failure_detail})")
        if run.state != State.FINISHED:
            sys.exit(3)
