"""What waits for somebody's word: sessions to be called off, applications; and draws."""

from django.db.models import Min, QuerySet

from wenmai.activities.models import CallOff, Draw, Enrolment, Standing
from wenmai.activities.rules.tickets import LINKS, read_token
from wenmai.institutions import queries as institutions
from wenmai.lib import lists, vault
from wenmai.lib.access import Actor, Scope
from wenmai.lib.waiting import Waits


def call_offs(scope: Scope) -> "QuerySet[CallOff]":
    """Those that nobody has decided, the oldest first."""
    rows = CallOff.objects.filter(decided_at=None)
    if not scope.everywhere:
        rows = rows.filter(session__activity__organisation__in=institutions.ids_within(scope))
    return rows.select_related("session__activity__latest", "session__activity__organisation").order_by("pk")


def call_offs_waiting(scope: Scope, actor: Actor) -> Waits:
    """Without one's own."""
    rows = call_offs(scope).exclude(proposed_by=actor.user_id or 0)
    return Waits(lists.first(rows), rows.aggregate(first=Min("proposed_at"))["first"])


def applications(scope: Scope, _actor: Actor) -> Waits:
    rows = Enrolment.objects.filter(standing=Standing.APPLIED, session__activity__shown__mode="approval")
    if not scope.everywhere:
        rows = rows.filter(session__activity__organisation__in=institutions.ids_within(scope))
    return Waits(lists.first(rows), rows.aggregate(first=Min("made_at"))["first"])


def open_call_off(session_id: int) -> CallOff | None:
    return CallOff.objects.filter(session=session_id, decided_at=None).first()


def session_of_call_off(call_off_id: int) -> int | None:
    return CallOff.objects.filter(pk=call_off_id).values_list("session_id", flat=True).first()


def has_enrolment(session_id: int, enrolment_id: int) -> bool:
    return Enrolment.objects.filter(pk=enrolment_id, session=session_id).exists()


def draw_of(session_id: int) -> Draw | None:
    found = Draw.objects.filter(session=session_id, session__activity__shown__isnull=False)
    return found.select_related("session__activity__shown").first()


def enrolment_of_code(code: str) -> Enrolment | None:
    """What a link in a message leads to."""
    number = read_token(vault.secret_of(LINKS), "offer", code)
    return Enrolment.objects.filter(pk=number).first() if number is not None else None
