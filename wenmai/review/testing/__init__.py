"""A kind whose subjects are kept in memory, and cases of them, made through the services."""

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.test.utils import override_settings

from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.people.models import User
from wenmai.people.queries import actor as actor_of_user
from wenmai.review import rules, services
from wenmai.review.models import Case, Invitation, Plan
from wenmai.review.rules import Field, Kind, Step, Subject, Submission

GUEST = "+8613700137099"
ONE = [Step("审核", "review.first", 1)]


class Shelf:
    """Its subjects: key -> (text, organisation, author). Editing changes the hash."""

    def __init__(self, key: str = "test.leaf") -> None:
        self.kind = key
        self.there: dict[str, Subject] = {}
        self.past: dict[tuple[str, bytes], Sequence[Field]] = {}

    @classmethod
    def registered(cls, key: str, name: str = "测试稿") -> "Shelf":
        """For the rest of the process."""
        made = cls(key)
        rules.register(Kind(key, name, made.read, made.hashes, made.earlier))
        return made

    def put(self, key: str, text: str, organisation_id: int, author_id: int | None = None) -> Submission:
        fields = [Field("题名", f"题名 {key}"), Field("正文", text)]
        subject = Subject(f"题名 {key}", hashlib.sha256(text.encode()).digest(), fields, organisation_id, author_id)
        self.there[key] = subject
        self.past[key, subject.hash] = fields
        return Submission(key, subject.hash, subject.title, organisation_id, author_id)

    def read(self, keys: Sequence[str]) -> Mapping[str, Subject]:
        return {key: self.there[key] for key in keys if key in self.there}

    def hashes(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        return {key: self.there[key].hash for key in keys if key in self.there}

    def earlier(self, key: str, hash: bytes) -> Sequence[Field] | None:
        return self.past.get((key, hash))


@contextmanager
def shelf(key: str = "test.leaf") -> Iterator[Shelf]:
    """Registered as long as the block."""
    made = Shelf.registered(key)
    try:
        yield made
    finally:
        rules.forget(key)


def make_plan(steps: Sequence[Step] = ONE, *, organisation_id: int | None = None, kind: str = "") -> Plan:
    return services.set_plan(
        organisation_id=organisation_id, kind=kind, steps=steps, actor=SYSTEM, now=clock.now()
    )  # fmt: skip


def make_case(
    on: Shelf, key: str = "1", text: str = "正文", *, organisation_id: int | None = None, author_id: int | None = None
) -> Case:
    """Handed in."""
    where = organisation_id or make_organisation().pk
    services.submit(kind=on.kind, subject=on.put(key, text, where, author_id), actor=SYSTEM, now=clock.now())
    return Case.objects.get(kind=on.kind, key=key, state="open")


def make_link(case: Case, *, confirmed: bool = True, **more: Any) -> services.Invited:
    """For somebody from outside, whose telephone has been shown to be theirs unless `confirmed` is False."""
    now = more.pop("now", None) or clock.now()
    guest = services.Guest(more.pop("name", "外审专家"), more.pop("employer", "某大学"), more.pop("phone", GUEST))
    asked = {"step": 1, "until": now + dt.timedelta(days=7), "actor": SYSTEM, **more}
    with override_settings(SMS_GATEWAY="print"):
        made = services.invite(case_id=case.pk, guest=guest, now=now, **asked)
    if confirmed:
        Invitation.objects.filter(pk=made.invitation.pk).update(confirmed_at=now)
    return made


def acting(user: User) -> Actor:
    return actor_of_user(user)
