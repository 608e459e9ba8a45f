"""What a provider and an operator see of sources and their runs."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from wenmai.catalogue import queries as catalogue
from wenmai.formats.crosswalk import Crosswalk
from wenmai.harvest.models import Quarantine, Run, Source
from wenmai.harvest.rejects import Line
from wenmai.harvest.rules import ACTIVE, State
from wenmai.institutions import queries as institutions
from wenmai.lib import waiting
from wenmai.lib.access import Actor, Reach, Scope
from wenmai.lib.waiting import Waits
from wenmai.standards import queries as standards

if TYPE_CHECKING:
    from wenmai.standards.models import OwnMapping


class SourceLine(NamedTuple):
    """A source in a list, with its last run."""

    source: Source
    name: str
    code: str
    institution: str
    last: Run | None


class MappingLine(NamedTuple):
    """A mapping in a list. `edition` 0: it comes with the system. `owner`: whose it is; empty: everybody's.

    `is_special`: it was made for the files of one source.
    `seen`: how many sources of the reader's are read through it, closed ones too; `elsewhere`: how many others.
    `in_use`: how many feeds are open that are.
    """

    name: str
    about: str
    formats: tuple[str, ...]
    is_special: bool
    edition: int
    owner: str
    retired_at: dt.datetime | None
    seen: int
    elsewhere: int
    in_use: int


class Share(NamedTuple):
    """How many of a run's rejects have this code."""

    code: str
    number: int


def source(source_id: int) -> Source | None:
    return Source.objects.filter(pk=source_id).first()


def source_by_name(name: str) -> Source | None:
    """By the code of its feed, or its number."""
    by_code = Source.objects.filter(feed__code=name).first()
    return by_code or (source(int(name)) if name.isascii() and name.isdigit() else None)


def sources(scope: Scope, words: str = "", *, troubled: bool = False) -> QuerySet[Source]:
    """Of the organisations in the scope, by name; those whose name, code or institution has the words in it.

    `troubled`: whose newest run failed or waits for a person.
    """
    rows = Source.objects.select_related("feed").order_by("feed__name", "feed_id")
    if not scope.everywhere:
        rows = rows.filter(feed__organisation_id__in=institutions.ids_within(scope))
    if words:
        named = Q(feed__name__icontains=words) | Q(feed__organisation__name__icontains=words)
        rows = rows.filter(named | Q(feed__code=words))
    return rows.filter(pk__in=_troubles().values("source_id")) if troubled else rows


def troubled(scope: Scope, _actor: Actor) -> Waits:
    """Sources whose newest run failed, or waits for a person's word on what would be deleted."""
    return waiting.count(_troubles().filter(source__in=sources(scope).order_by()), "created_at")


def _troubles() -> QuerySet[Run]:
    later = Run.objects.filter(source=OuterRef("source"), pk__gt=OuterRef("pk"))
    return Run.objects.filter(~Exists(later), state__in=[State.FAILED, State.PAUSED], source__closed_at=None)


def source_lines(sources: Iterable[Source]) -> list[SourceLine]:
    """These with institution and last run; two queries however many there are."""
    sources = list(sources)
    feeds = {one.feed_id: one.feed for one in sources}
    last = {
        run.source_id: run
        for run in Run.objects.filter(source__in=sources).order_by("source_id", "-id").distinct("source_id")
    }
    names = institutions.organisations({feed.organisation_id for feed in feeds.values()})
    return [
        SourceLine(
            one,
            feeds[one.feed_id].name,
            feeds[one.feed_id].code,
            names[feeds[one.feed_id].organisation_id].name,
            last.get(one.pk),
        )
        for one in sources
    ]


def mapping_lines(scope: Scope, names: Collection[str]) -> list[MappingLine]:
    """What the scope sees of these mappings, in order of their names."""
    own = {one.name: one for one in own_mappings(scope).filter(name__in=names)}
    views = institutions.organisations({one.organisation_id for one in own.values() if one.organisation_id})
    through = sources(scope).filter(feed__crosswalk__in=names).order_by()
    seen = dict(through.values_list("feed__crosswalk").annotate(Count("pk")))
    numbers = catalogue.feed_numbers(names)

    def line_of(name: str, edition: int, crosswalk: Crosswalk) -> MappingLine:
        one = own.get(name)
        owner = views[one.organisation_id].name if one and one.organisation_id else ""
        all_, in_use = numbers.get(name, (0, 0))
        here = seen.get(name, 0)
        return MappingLine(
            name, crosswalk.about, crosswalk.formats, bool(crosswalk.files), edition, owner,
            one.retired_at if one else None, here, all_ - here, in_use,
        )  # fmt: skip

    built_in = [name for name in standards.crosswalks() if name in names]
    return [
        line_of(name, number, crosswalk) for name, (number, crosswalk) in standards.newest_editions(own).items()
    ] + [line_of(name, 0, standards.crosswalk(name)) for name in built_in]


def mapping_sources(scope: Scope, name: str) -> QuerySet[Source]:
    """The sources of the scope that are read through this mapping, closed ones last."""
    return (
        sources(scope).filter(feed__crosswalk=name).order_by(F("closed_at").asc(nulls_first=True), "feed__name", "pk")
    )


def own_mappings(scope: Scope) -> "QuerySet[OwnMapping]":
    """What the scope sees, by name: what is everybody's, of the institutions in it, and of those above, which may be
    used there."""
    if scope.everywhere:
        return standards.own_mappings()
    above = [int(one) for reach in scope.reaches for one in reach.organisation_path.split("/") if one]
    whose = Q(organisation_id=None) | Q(organisation_id__in=above)
    return standards.own_mappings().filter(whose | Q(organisation_id__in=institutions.ids_within(scope)))


def mapping_reach(name: str) -> Reach | None:
    """Where an own mapping lies: at its institution, or everywhere; None when there is none."""
    one = standards.own_mapping(name)
    if one is None:
        return None
    return institutions.reach(one.organisation_id) if one.organisation_id else Reach("", "")


def reach(source_id: int) -> Reach | None:
    """Where the source lies: at the institution of its feed."""
    one = source(source_id)
    feed = catalogue.feed(one.feed_id) if one else None
    return institutions.reach(feed.organisation_id) if feed else None


def runs(source_id: int) -> QuerySet[Run]:
    """Newest first."""
    return Run.objects.filter(source_id=source_id).select_related("upload").order_by("-id")


def run(source_id: int, run_id: int) -> Run | None:
    return runs(source_id).filter(pk=run_id).first()


def active_run(source_id: int) -> Run | None:
    return runs(source_id).filter(state__in=ACTIVE).first()


def rejects(run_id: int) -> QuerySet[Quarantine]:
    """In the order they came."""
    return Quarantine.objects.filter(run_id=run_id).order_by("id")


def reject_shares(run_id: int) -> list[Share]:
    """Codes with counts, most frequent first."""
    kept = Run.objects.filter(pk=run_id, pruned_at__isnull=False).values_list("reject_shares", flat=True).first()
    if kept is not None:
        return [Share(code, number) for code, number in sorted(kept.items(), key=lambda one: (-one[1], one[0]))]
    rows = rejects(run_id).order_by().values_list("code").annotate(n=Count("id")).order_by("-n", "code")
    return [Share(*row) for row in rows]


def reject_formats(run_id: int) -> list[str]:
    return sorted(rejects(run_id).order_by().values_list("format", flat=True).distinct())


def reject_lines(run_id: int, format: str = "") -> Iterator[Line]:
    """Of this format, or all; streamed."""
    rows = rejects(run_id).filter(format=format) if format else rejects(run_id)
    fields = ("location", "position", "key", "code", "detail", "raw", "heading")
    for location, position, key, code, detail, raw, heading in rows.values_list(*fields).iterator(chunk_size=500):
        yield Line(location, position, key, code, detail, bytes(raw), bytes(heading))
