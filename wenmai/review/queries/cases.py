"""Cases: what waits, one of them with all that was said, and what became of one's own."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from wenmai.institutions import queries as institutions
from wenmai.lib import clock, waiting, workdays
from wenmai.lib.access import Actor, Reach, Scope
from wenmai.lib.waiting import Waits
from wenmai.review.models import Case, Finding, Hit, Invitation, Opinion, PlanStep, SampleItem
from wenmai.review.queries.plans import steps as steps_of
from wenmai.review.queries.samples import FAULTS
from wenmai.review.rules import Field, Subject, kind_words, kinds, permission_words

VIEW = "review.view"
MENDED_WITHIN = dt.timedelta(days=180)
"""For so long the desk reminds an author of what came back. Ours, no norm."""


class Asked(NamedTuple):
    """How the list of what waits is narrowed. `mine`: only what the reader may decide now."""

    mine: bool = True
    kind: str = ""
    organisation_id: int | None = None
    due: str = ""


class Line(NamedTuple):
    """One case in a list."""

    id: int
    kind: str
    key: str
    title: str
    hash: bytes
    organisation_id: int
    organisation_name: str
    step: int
    step_count: int
    step_name: str
    permission: str
    due_on: dt.date
    hit_count: int
    opened_at: dt.datetime

    @property
    def kind_words(self) -> str:
        return kind_words(self.kind)


class CaseView(NamedTuple):
    """A case, and what its subject is now, if there is one; `steps` are the names of all steps."""

    case: Case
    steps: list[PlanStep]
    subject: Subject | None

    @property
    def kind_words(self) -> str:
        return kind_words(self.case.kind)

    @property
    def next(self) -> PlanStep | None:
        """The step that it waits for."""
        waits = self.case.state == Case.State.OPEN and self.case.step < len(self.steps)
        return self.steps[self.case.step] if waits else None

    @property
    def is_as_submitted(self) -> bool:
        return self.subject is not None and self.subject.hash == bytes(self.case.hash)


class Earlier(NamedTuple):
    """One thing that a subject says now, beside what it said when it was last approved."""

    label: str
    before: str
    now: str

    @property
    def is_changed(self) -> bool:
        return self.before != self.now


def queue(actor: Actor, asked: Asked, today: dt.date) -> "QuerySet[Case]":
    """Open cases of the reader's institutions, what is due first in front."""
    rows = Case.objects.filter(state=Case.State.OPEN)
    if asked.mine:
        rows = rows.filter(_may_decide(actor)).exclude(apart=True, author_id=actor.user_id)
        rows = rows.exclude(Exists(Opinion.objects.filter(case=OuterRef("pk"), reviewer_id=actor.user_id)))
    else:
        scope = actor.scope(VIEW)
        rows = rows if scope.everywhere else rows.filter(organisation_id__in=institutions.ids_within(scope))
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.organisation_id:
        rows = rows.filter(organisation_id=asked.organisation_id)
    if asked.due == "over":
        rows = rows.filter(due_on__lt=today)
    elif asked.due == "today":
        rows = rows.filter(due_on=today)
    return rows.order_by("due_on", "id")


def waiting_among(actor: Actor, case_ids: Collection[int]) -> "list[Case]":
    """Of these, what this person may decide now."""
    return list(queue(actor, Asked(), dt.date.min).filter(pk__in=list(case_ids)))


def queue_lines(rows: Sequence[Case]) -> list[Line]:
    """Of one page of `queue`."""
    names = institutions.names({one.organisation_id for one in rows})
    steps = steps_of({one.plan_id for one in rows})
    return [
        Line(
            one.pk, one.kind, one.key, one.title, bytes(one.hash), one.organisation_id,
            names.get(one.organisation_id, ""), one.step, len(steps[one.plan_id]), steps[one.plan_id][one.step].name,
            one.waits_for, one.due_on, one.hit_count, one.opened_at,
        )
        for one in rows
        if one.step < len(steps[one.plan_id])
    ]  # fmt: skip


def _may_decide(actor: Actor) -> Q:
    """Cases whose next step asks for a permission that reaches there; what reaches equally far is asked for at once."""
    alike: dict[Scope, list[str]] = {}
    for permission in permission_words(""):
        if actor.may(permission):
            alike.setdefault(actor.scope(permission), []).append(permission)
    found = Q(pk__in=[])
    for scope, permissions in alike.items():
        asks = Q(waits_for__in=permissions)
        if not scope.everywhere:
            asks &= Q(organisation_id__in=institutions.ids_within(scope))
        found = asks if len(alike) == 1 else found | asks
    return found


def head(scope: Scope, actor: Actor) -> Waits:
    """How many this person may decide now, and since when the oldest waits."""
    return waiting.count(queue(actor, Asked(), dt.date.min), "opened_at")


def reviewed_by(user_id: int, case_ids: Collection[int]) -> set[int]:
    """The cases among these on which this person has said something already."""
    rows = Opinion.objects.filter(case_id__in=list(case_ids), reviewer_id=user_id)
    return set(rows.values_list("case_id", flat=True))


def case(case_id: int) -> CaseView | None:
    found = Case.objects.select_related("organisation", "plan").filter(pk=case_id).first()
    if found is None:
        return None
    steps = list(PlanStep.objects.filter(plan_id=found.plan_id).order_by("number"))
    return CaseView(found, steps, subject_now(found.kind, found.key))


def subject_now(kind: str, key: str) -> Subject | None:
    """As its module tells it now; None where it is gone, or its module is."""
    known = kinds().get(kind)
    return known.read([key]).get(key) if known else None


def case_reach(case_id: int) -> Reach | None:
    found = Case.objects.filter(pk=case_id).values_list("organisation_id", flat=True).first()
    return institutions.reach(found) if found else None


def opinions(case_id: int) -> list[Opinion]:
    return list(Opinion.objects.filter(case_id=case_id).order_by("step"))


def hits(case_id: int) -> list[Hit]:
    return list(Hit.objects.filter(case_id=case_id).select_related("version__list").order_by("pk"))


def invitations(case_id: int) -> list[Invitation]:
    used = Opinion.objects.filter(invitation=OuterRef("pk"))
    rows = Invitation.objects.filter(case_id=case_id).annotate(is_used=Exists(used))
    return list(rows.order_by("pk"))


def trail(kind: str, key: str) -> list[Case]:
    """Every case of the subject, the newest first, with what was said."""
    rows = Case.objects.filter(kind=kind, key=key).select_related("plan").prefetch_related("opinions")
    return list(rows.order_by("-id")[:50])


def compared(view: CaseView) -> list[Earlier] | None:
    """What it says now beside what it said when it was last approved; None where nothing stands or nobody keeps it."""
    if view.subject is None:
        return None
    known = kinds().get(view.case.kind)
    standing = Case.objects.filter(kind=view.case.kind, key=view.case.key, stands=True).exclude(pk=view.case.pk)
    hash = standing.values_list("hash", flat=True).first()
    if known is None or known.earlier is None or hash is None:
        return None
    before = known.earlier(view.case.key, bytes(hash))
    return None if before is None else _beside(before, view.subject.fields)


def _beside(before: Sequence[Field], now: Sequence[Field]) -> list[Earlier]:
    was, is_now = _joined(before), _joined(now)
    return [Earlier(label, was.get(label, ""), is_now.get(label, "")) for label in {**was, **is_now}]


def _joined(fields: Sequence[Field]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for one in fields:
        found[one.label] = f"{found[one.label]}\n{one.text}" if one.label in found else one.text
    return found


def mine(user_id: int) -> "QuerySet[Case]":
    """What somebody has written: the newest first, with the last word that was said on it."""
    last = Opinion.objects.filter(case=OuterRef("pk")).order_by("-step")
    rows = Case.objects.filter(author_id=user_id).annotate(
        said=Subquery(last.values("words")[:1]), said_by=Subquery(last.values("reviewer_name")[:1]),
        steps_count=F("plan__step_count"),
        fault=Subquery(SampleItem.objects.filter(case=OuterRef("pk"), finding__in=FAULTS).values("words")[:1]),
    )  # fmt: skip
    return rows.order_by("-id")


def to_mend(user_id: int, today: dt.date) -> "QuerySet[Case]":
    """Of what somebody has written and nobody has handed in again: what came back, and what an inspection found."""
    newer = Case.objects.filter(kind=OuterRef("kind"), key=OuterRef("key"), id__gt=OuterRef("id"))
    faulty = SampleItem.objects.filter(case=OuterRef("pk"), finding=Finding.MEND)
    came_back = Q(state=Case.State.RETURNED) | Q(Exists(faulty), stands=True)
    since = clock.midnight(today - MENDED_WITHIN)
    return mine(user_id).filter(came_back, ~Exists(newer), opened_at__gte=since)


def to_mend_head(_scope: Scope, actor: Actor) -> Waits:
    return waiting.count(to_mend(actor.user_id or 0, timezone.localdate(clock.now())), "ended_at")


def due_is_certain(day: dt.date) -> bool:
    """Whether the calendar of that year has been announced and is known here."""
    return workdays.is_workday(day).is_certain
