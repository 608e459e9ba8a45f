"""Lists for doors without a network: what is in one, who took which, and what was doubtful when it came back."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from wenmai.activities.models import DoorList, DoorScan, Enrolment, Standing
from wenmai.activities.queries.doors import count_of, ticket_of
from wenmai.activities.queries.staff import session_reach
from wenmai.activities.rules import lists
from wenmai.activities.rules.lists import Outcome
from wenmai.lib import masks, vault
from wenmai.lib.access import Reach
from wenmai.people.services import card_documents

PLAIN = (Outcome.COUNTED, Outcome.REST, Outcome.HEADS)
"""What there is nothing to say about."""


def door_list(list_id: int) -> DoorList | None:
    rows = DoorList.objects.filter(pk=list_id)
    return rows.select_related("session__activity__latest", "session__activity__organisation").first()


def list_reach(list_id: int) -> Reach | None:
    found = DoorList.objects.filter(pk=list_id).values_list("session_id", flat=True).first()
    return session_reach(found) if found is not None else None


def door_lists(session_id: int) -> "QuerySet[DoorList]":
    """The newest first, with how much came back, and how much of that is doubtful."""
    odd = ~Q(scans__outcome__in=PLAIN) | ~Q(scans__doubts=[])
    rows = DoorList.objects.filter(session=session_id).annotate(
        scanned=Count("scans"), odd=Count("scans", filter=odd & Q(scans__isnull=False))
    )
    return rows.order_by("-pk")


def conflicts(session_id: int) -> "QuerySet[DoorScan]":
    """What did not count, or is doubtful, in the order in which it happened."""
    rows = DoorScan.objects.filter(door_list__session=session_id)
    rows = rows.exclude(outcome__in=PLAIN, doubts=[])
    return rows.select_related("door_list", "enrolment").order_by("at", "pk")


def key_of(found: DoorList) -> str:
    return lists.key_of(vault.secret_of(lists.KEYS), found.pk, found.salt)


def content_of_list(found: DoorList) -> dict[str, Any]:
    """What the device needs: of each ticket its hash, how many come with it, and a masked name; nothing else of
    anybody."""
    session = found.session
    edition = session.activity.shown or session.activity.latest
    assert edition is not None, "made with its first edition"
    rows = Enrolment.objects.filter(session=session, standing__in=[Standing.CONFIRMED, Standing.CHECKED_IN])
    rows = rows.select_related("group", "arrival").prefetch_related("people__person").order_by("pk")
    return {
        "form": lists.FORM, "seq": found.pk, "salt": found.salt, "device": found.device, "staff": found.by_name,
        "title": edition.title, "place": edition.place, "begins": session.begins_at.isoformat(),
        "made": found.made_at.isoformat(), "from": session.check_from.isoformat(),
        "until": found.good_until.isoformat(), "inside": count_of(session.pk).inside,
        "tickets": [
            [lists.hash_of(found.salt, ticket_of(one.pk)), one.count, name_at_door(one), came_of(one)] for one in rows
        ],
    }  # fmt: skip


def sealed_list(found: DoorList) -> dict[str, str]:
    """Signed by the node, for a box that has pinned its key."""
    return card_documents.seal(content_of_list(found), typ=lists.TYPE)


def came_of(one: Enrolment) -> int:
    """How many of the party are there."""
    there = getattr(one, "arrival", None)
    return int(there.heads) if there is not None else 0


def name_at_door(one: Enrolment) -> str:
    """Of the family name nothing, of the given name what is needed to say whom one has in front of oneself."""
    names = [person.person.name for person in one.people.all() if person.person is not None]
    return masks.name(one.group.name) if one.group is not None else "、".join(masks.name(name) for name in names[:3])
