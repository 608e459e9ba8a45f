from argparse import ArgumentParser, BooleanOptionalAction
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wenmai.harvest import queries, services
from wenmai.harvest.models import Source
from wenmai.harvest.rules import Deletions, Kind
from wenmai.harvest.rules.words import REFUSALS, words
from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import Actor, Reach, Scope
from wenmai.lib.refusal import Refused

OPERATOR = Actor(None, "operator")
_VALUES = ("address", "prefix", "sets", "schedule", "deletions", "brake_percent", "allow_private_hosts")
_OF_FEED = ("name", "format", "crosswalk", "on_arrival")


class Command(BaseCommand):
    help = "Lists, adds, changes, pauses and closes the sources that records come from."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="every source with its last run")
        add = verbs.add_parser("add", help="a new source with its feed")
        add.add_argument("code", help="a short name for the feed, such as city-library-oai")
        add.add_argument("--institution", required=True, help="the institution's 16-digit code")
        add.add_argument("--name", required=True, help="what people call the feed")
        add.add_argument("--kind", required=True, choices=[kind.value for kind in Kind])
        add.add_argument("--format", required=True, help="marc21, marcxml, oai_dc, csv, …")
        add.add_argument("--crosswalk", required=True)
        add.add_argument("--policy", default="hold", choices=["publish", "hold"], help="what happens on arrival")
        _add_values(add)
        change = verbs.add_parser("change", help="other values for a source")
        change.add_argument("code")
        change.add_argument("--name", help="what people call the feed")
        change.add_argument("--format")
        change.add_argument("--crosswalk")
        change.add_argument("--policy", dest="on_arrival", choices=["publish", "hold"], help="from the next batch on")
        _add_values(change)
        close = verbs.add_parser("close", help="asks the source no more")
        close.add_argument("code")
        close.add_argument("--reason", required=True)
        close.add_argument(
            "--records", default="keep", choices=["keep", "forget"], help="stay, or are marked as no longer provided"
        )
        reopen = verbs.add_parser("reopen", help="undoes a closing")
        reopen.add_argument("code")
        pause = verbs.add_parser("pause", help="switches the schedule off, or on again")
        pause.add_argument("code")
        pause.add_argument("--off", action="store_true", help="switch the schedule on again")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        verbs = {
            "list": self._list, "add": self._add, "change": self._change, "pause": self._pause, "close": self._close,
            "reopen": self._reopen,
        }  # fmt: skip
        try:
            verbs[verb](options)
        except Refused as refused:
            raise CommandError(f"{words(REFUSALS, refused.code)} ({refused})") from refused

    def _list(self, options: dict[str, Any]) -> None:
        for line in queries.source_lines(queries.sources(Scope((Reach(""),)))):
            last = f"{line.last.state} {line.last.created_at:%Y-%m-%d %H:%M}" if line.last else "-"
            paused = " (closed)" if line.source.closed_at else " (paused)" if line.source.is_paused else ""
            place = line.source.address or "-"
            self.stdout.write(f"{line.code}\t{line.source.kind}\t{place}\t{line.institution}\t{last}{paused}")

    def _add(self, options: dict[str, Any]) -> None:
        institution = institutions.by_code(options["institution"])
        if institution is None:
            raise CommandError(f"There is no institution with the code {options['institution']}.")
        source = services.open_source(
            organisation_id=institution.id, code=options["code"], name=options["name"], kind=options["kind"],
            format=options["format"], crosswalk=options["crosswalk"], on_arrival=options["policy"], actor=OPERATOR,
            now=clock.now(), **_given(options),
        )  # fmt: skip
        self.stdout.write(f"added: {options['code']} (source {source.pk})")

    def _change(self, options: dict[str, Any]) -> None:
        source = found(options["code"])
        given = {**_given(options), **{name: options[name] for name in _OF_FEED if options[name] is not None}}
        services.change_source(source_id=source.pk, actor=OPERATOR, now=clock.now(), **given)
        self.stdout.write(f"changed: {options['code']}")

    def _pause(self, options: dict[str, Any]) -> None:
        paused = not options["off"]
        services.pause_source(source_id=found(options["code"]).pk, paused=paused, actor=OPERATOR, now=clock.now())
        self.stdout.write(f"{'paused' if paused else 'going on'}: {options['code']}")

    def _close(self, options: dict[str, Any]) -> None:
        source = found(options["code"])
        services.close_source(
            source_id=source.pk, leaves=options["records"], reason=options["reason"], actor=OPERATOR, now=clock.now()
        )
        count = services.settle_closed(source.pk, now=clock.now)
        self.stdout.write(f"closed: {options['code']}; {count} records marked as no longer provided")

    def _reopen(self, options: dict[str, Any]) -> None:
        services.reopen_source(source_id=found(options["code"]).pk, actor=OPERATOR, now=clock.now())
        self.stdout.write(f"open again: {options['code']}")


def found(name: str) -> Source:
    """The source with this code or number; a sentence when there is none."""
    source = queries.source_by_name(name)
    if source is None:
        raise CommandError(f"There is no source {name}: `wenmai sources list` shows what there is.")
    return source


def _add_values(parser: ArgumentParser) -> None:
    parser.add_argument("--address", help="OAI-PMH base address, or the folder's absolute path")
    parser.add_argument("--prefix", help="metadataPrefix, for OAI-PMH (default oai_dc)")
    parser.add_argument("--set", dest="sets", action="append", help="only this set; may be given several times")
    parser.add_argument("--schedule", help="every 6h · daily 03:30 · weekly mon 03:30 · cron 30 3 1 * *")
    parser.add_argument("--deletions", choices=[one.value for one in Deletions])
    parser.add_argument("--brake", dest="brake_percent", type=int, help="ask before more than this share is gone")
    parser.add_argument(
        "--private", dest="allow_private_hosts", action=BooleanOptionalAction, default=None,
        help="the address may lead into the own network",
    )  # fmt: skip


def _given(options: dict[str, Any]) -> dict[str, Any]:
    return {name: options[name] for name in _VALUES if options.get(name) is not None}
