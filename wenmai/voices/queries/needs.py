"""Needs at the desk and in an account, and what an institution has said of numbers."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from wenmai.institutions import queries as institutions
from wenmai.journal import queries as journal
from wenmai.journal.queries import Deed
from wenmai.lib import lists, masks, vault, waiting
from wenmai.lib.access import Actor, Reach, Scope
from wenmai.lib.mine import MOST, Coming
from wenmai.lib.numbers import row_number
from wenmai.lib.waiting import Waits
from wenmai.standards import queries as standards
from wenmai.voices.models import Asker, Link, Need, Purchase
from wenmai.voices.rules import codes, links
from wenmai.voices.rules.links import Fulfilment
from wenmai.voices.rules.needs import CONTACT
from wenmai.voices.rules.settings import NEEDS
from wenmai.voices.rules.steps import DUE, Numbers, Step

MOST_ASKERS = 200

# A person counts once for a need and all that was joined into it; nobody's rows each for themselves.
_SUPPORTERS = """
SELECT coalesce(n.head_id, n.id), count(DISTINCT CASE WHEN a.person = '' THEN a.id::text ELSE a.person END)
FROM voices_asker a JOIN voices_need n ON n.id = a.need_id
WHERE n.id = ANY(%(ids)s) OR n.head_id = ANY(%(ids)s) GROUP BY 1"""


class Line(NamedTuple):
    """A need in a list. `people`: who asked or needs it too; `is_late`: its day has passed."""

    need: Need
    kind: str
    people: int
    is_late: bool


class Heard(NamedTuple):
    """Somebody of a need as staff sees them; the telephone masked."""

    asker: Asker
    contact: str


def numbers(organisation_id: int) -> Numbers:
    """What counts there."""
    return numbers_for([organisation_id])[organisation_id]


def numbers_for(organisation_ids: Collection[int]) -> dict[int, Numbers]:
    """Two statements, however many."""
    said = institutions.settings_for([f"{NEEDS}.{name}" for name in Numbers._fields], organisation_ids)
    return {one: Numbers(*(said[one][f"{NEEDS}.{name}"] for name in Numbers._fields)) for one in said}


def need(need_id: int) -> Need | None:
    rows = Need.objects.filter(pk=need_id)
    return rows.select_related("organisation__place", "head").first()


def reach(need_id: int) -> Reach | None:
    found = Need.objects.filter(pk=need_id).values_list("organisation_id", flat=True).first()
    return institutions.reach(found) if found is not None else None


def _within(scope: Scope) -> "QuerySet[Need]":
    return Need.objects.filter(organisation__in=institutions.ids_within(scope))


def listed(scope: Scope, *, step: str = "", kind: str = "", words: str = "", late: bool = False) -> "QuerySet[Need]":
    """Heads; those that wait by the day that is due, else the newest first."""
    rows = _within(scope).filter(head=None).select_related("organisation")
    if kind:
        rows = rows.filter(kind=kind)
    if words:
        rows = rows.filter(Q(words__icontains=words) | Q(face__topic__icontains=words) | Q(number=words))
    if late:
        return rows.filter(due_on__lt=timezone.localdate(), step__in=[*DUE]).order_by("due_on", "pk")
    if step in DUE:
        return rows.filter(step=step).order_by("due_on", "pk")
    rows = rows.filter(step=step) if step in Step.values else rows
    return rows.order_by("-made_at", "-pk")


def lines(rows: Sequence[Need], today: dt.date) -> list[Line]:
    counted, kinds = supporters([one.pk for one in rows]), standards.vocabulary("need_kind")
    return [
        Line(one, str(kinds.label(one.kind)), counted.get(one.pk, 0), is_late(one, today)) for one in rows
    ]  # fmt: skip


def is_late(one: Need, today: dt.date) -> bool:
    return one.due_on is not None and one.step in DUE and one.due_on < today


def supporters(ids: Collection[int]) -> dict[int, int]:
    """Head -> how many different people."""
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SUPPORTERS, {"ids": list(ids)})
        return dict(cursor.fetchall())


def askers(head_id: int) -> "QuerySet[Asker]":
    """Of a need and of those joined into it."""
    rows = Asker.objects.filter(Q(need=head_id) | Q(need__head=head_id)).select_related("need", "user")
    return rows.order_by("made_at", "pk")


def heard(head_id: int) -> list[Heard]:
    """The first of them, with their telephones masked."""
    rows = askers(head_id)[:MOST_ASKERS]
    return [
        Heard(one, masks.phone(vault.unseal(one.contact_sealed, purpose=CONTACT)) if one.contact_sealed else "")
        for one in rows
    ]


def asker_of(need_id: int, user_id: int) -> Asker | None:
    """This account's own part in a need, or in one that was joined into it."""
    rows = Asker.objects.filter(Q(need=need_id) | Q(need__head=need_id), user=user_id)
    return rows.select_related("need__head", "need__organisation").order_by("pk").first()


def mine(user_id: int) -> "QuerySet[Asker]":
    """The newest first."""
    rows = Asker.objects.filter(user=user_id).select_related("need__head", "need__organisation")
    return rows.order_by("-made_at", "-pk")


def purchases(scope: Scope) -> "QuerySet[Purchase]":
    rows = Purchase.objects.filter(organisation__in=institutions.ids_within(scope)).select_related("organisation")
    return rows.order_by("-year", "-pk")


def waiting_head(scope: Scope, _actor: Actor) -> Waits:
    """Those that nobody has sorted yet."""
    return waiting.count(_within(scope).filter(step=Step.COLLECTED), "made_at")


def deciding_head(scope: Scope, _actor: Actor) -> Waits:
    """Those that wait for a decision."""
    return waiting.count(_within(scope).filter(step=Step.ASSESSING), "moved_at")


def late_head(scope: Scope, _actor: Actor) -> Waits:
    rows = _within(scope).filter(step__in=[*DUE], due_on__lt=timezone.localdate())
    return Waits(lists.first(rows))


def trail(need_id: int) -> list[Deed]:
    return journal.deeds("need", need_id, _details)


def _details(detail: Mapping[str, Any]) -> list[str]:
    """What else an entry says that a person reads."""
    said = [str(detail["reason"])] if detail.get("reason") else []
    return [*said, f"#{detail['head']}"] if detail.get("head") else said


def joined(head_id: int) -> list[Need]:
    """What was joined into it, the oldest first."""
    return list(Need.objects.filter(head=head_id).order_by("made_at", "pk")[:MOST_ASKERS])


def linked(one: Need) -> list[tuple[Link, str, Fulfilment | None]]:
    """The link, what kind of thing it is, and the thing as it is now; none where it is gone."""
    rows = list(one.links.order_by("pk"))
    found: dict[tuple[str, str], Fulfilment] = {}
    for kind in {row.kind for row in rows} & {*links.kinds()}:
        read = links.kinds()[kind].read([row.key for row in rows if row.kind == kind])
        found |= {(kind, key): there for key, there in read.items()}
    names = {key: str(kind.name) for key, kind in links.kinds().items()}
    return [(row, names.get(row.kind, row.kind), found.get((row.kind, row.key))) for row in rows]


def read_purchases(keys: Sequence[str]) -> dict[str, Fulfilment]:
    """Lines of the plan as links read them."""
    numbers = [number for key in keys if (number := row_number(key)) is not None]
    return {
        str(one.pk): Fulfilment(
            one.organisation_id, f"{one.year} {one.item}", reverse("desk:voices:purchases"), "",
            str(one.get_state_display()), one.state == "arrived",
        )
        for one in Purchase.objects.filter(pk__in=numbers)
    }  # fmt: skip


def purchase_reach(purchase_id: int) -> Reach | None:
    found = Purchase.objects.filter(pk=purchase_id).values_list("organisation_id", flat=True).first()
    return institutions.reach(found) if found is not None else None


def contact(need_id: int, asker_id: int) -> str:
    """A telephone whole, of somebody of this need who left one; whose account it is says it there."""
    rows = Asker.objects.filter(Q(need=need_id) | Q(need__head=need_id), pk=asker_id, user=None)
    found = rows.values_list("contact_sealed", flat=True).first()
    return vault.unseal(found, purpose=CONTACT) if found else ""


def asker_of_code(code: str) -> Asker | None:
    """By what stands in a message."""
    number = codes.read(vault.secret_of(codes.LINKS), code)
    rows = Asker.objects.select_related("need__head", "need__organisation", "user")
    found = rows.filter(pk=number).first() if number is not None else None
    return found if found is not None and (found.user is None or found.user.is_active) else None


def coming(user_id: int, _now: dt.datetime) -> list[Coming]:
    """For "my page": those whose people are asked whether it was delivered."""
    asked = Q(need__step=Step.ANSWERED, need__called_at__isnull=False, need__head=None)
    led = Q(need__head__step=Step.ANSWERED, need__head__called_at__isnull=False)
    rows = mine(user_id).filter(asked | led, said_at=None)
    return [
        Coming(
            ((one.need.head or one.need).shown or {}).get("topic", ""), reverse("my_needs:need", args=[one.need_id]),
            None, one.need.organisation.name, _("等您回答"), "warn",
        )
        for one in rows[:MOST]
    ]  # fmt: skip
