"""What has to be true of needs and no constraint can hold, asked of the database for `wenmai check`."""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from django.db import connection
from django.utils import timezone

from wenmai.lib import clock
from wenmai.lib.upkeep import Finding
from wenmai.review import queries as reviewing
from wenmai.voices.hotline import queries as hotline
from wenmai.voices.models import Link, Need
from wenmai.voices.rules import links
from wenmai.voices.rules.needs import REVIEWED
from wenmai.voices.surveys import queries as surveys

T = TypeVar("T")
_NAMED, _BATCH = 5, 500
_BARE = """
SELECT n.id FROM voices_need n WHERE n.step = 'linked'
  AND NOT EXISTS (SELECT FROM voices_link l WHERE l.need_id = n.id) ORDER BY n.id"""
_UNHEARD = """
SELECT n.id FROM voices_need n WHERE n.step IN ('linked', 'declined') AND n.head_id IS NULL
  AND NOT n.is_down AND n.reopened = 0 AND coalesce(n.shown->>'answer', '') <> '' ORDER BY n.id"""


def findings() -> Iterator[Finding]:
    for sentence, found, advice in (
        ("Needs that count as fulfilled by nothing", _ids(_BARE), "open them in the desk and link what fulfils them"),
        ("Links to what is not there any more", lost_links(), "open these needs in the desk and link what is there"),
        (
            "Needs whose public answer does not count yet", _ids(_UNHEARD),
            "`wenmai check --mend` asks the review again",
        ),
        (
            "Needs that stand in public otherwise than the review says", misheard(),
            "`wenmai check --mend` asks it again; take down in the review what stays",
        ),
        (
            "Surveys whose result is not what their answers say", surveys.untrue(),
            "look in the journal for who could have changed them, and take the result back in the desk",
        ),
        (
            "Surveys that are still asked though their time is over", surveys.overdue(timezone.localdate()),
            "is a worker running? The job `voices.surveys` ends them",
        ),
        (
            "Files of a hotline that nobody reads on", hotline.stuck(clock.now() - dt.timedelta(hours=1)),
            "`wenmai check --mend` reads them on; see the log for why their job failed",
        ),
    ):  # fmt: skip
        yield Finding(not found, f"{sentence}: {_counted(found)}", advice)


def to_follow() -> list[int]:
    """Those of which the review has to be asked again."""
    return sorted({*_ids(_UNHEARD), *misheard()})


def lost_links() -> list[int]:
    """Needs that name something which its module does not know any more."""
    lost: list[int] = []
    for rows in _batches(Link.objects.order_by("pk").values_list("need", "kind", "key").iterator()):
        known = {
            (kind.key, key)
            for kind in links.kinds().values()
            for key in kind.read([one for _need, of, one in rows if of == kind.key])
        }
        lost += [need for need, kind, key in rows if (kind, key) not in known]
    return sorted({*lost})


def misheard() -> list[int]:
    """Needs that are shown with what the review has not approved, or hidden though it has restored them."""
    odd: list[int] = []
    rows = Need.objects.filter(shown_hash__isnull=False).order_by("pk").values_list("pk", "shown_hash", "is_down")
    for some in _batches(rows.iterator()):
        approved = reviewing.approved(REVIEWED, [str(pk) for pk, _hash, _down in some])
        odd += [pk for pk, hash, is_down in some if is_down is (approved.get(str(pk)) == bytes(hash or b""))]
    return odd


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(rows)
    while some := list(islice(rest, _BATCH)):
        yield some


def _ids(statement: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [row[0] for row in cursor.fetchall()]


def _counted(found: list[int]) -> str:
    more = " …" if len(found) > _NAMED else ""
    named = f" ({', '.join(map(str, found[:_NAMED]))}{more})" if found else ""
    return f"{len(found)}{named}"
