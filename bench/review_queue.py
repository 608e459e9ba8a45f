"""The desk's list of what waits, with 100,000 open cases of 1,000 institutions, against the same pages with 1,000.

Four readers: a reviewer of the whole node; one of a branch; one of a single institution, for whom next to nothing
waits; an administrator with every right, who has passed the first step of forty thousand and may pass no other of them.
In milliseconds of CPU of this process and of its database connection, so that what else the machine does counts little.
"""

import hashlib
from collections.abc import Mapping, Sequence

from django.db import connection
from django.test import Client

from bench.desk_pages import costs
from bench.rows import Row, row
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor, Grant
from wenmai.people.models import User
from wenmai.people.testing import client_of, make_separations, make_user
from wenmai.review import queries, rules, services
from wenmai.review.rules import MOST_AT_ONCE, Field, Kind, Subject, Submission

FEW, MANY, PLACES, KIND = 1_000, 100_000, 1_000, "bench.waiting"
PAGES = {
    "mine": "/desk/review/",
    "mine, page 50": "/desk/review/?page=50",
    "mine, overdue": "/desk/review/?due=over",
    "all": "/desk/review/?whose=all",
    "all, overdue": "/desk/review/?whose=all&due=over",
    "of a kind": f"/desk/review/?kind={KIND}",
    "first page of the desk": "/desk/",
}


def measure() -> list[Row]:
    make_separations()
    top = make_organisation("测速总馆")
    branch = make_organisation("测速分馆", administrative_parent=top)
    places = [
        make_organisation(f"测速馆 {number}", administrative_parent=branch if number % 10 == 0 else top).pk
        for number in range(PLACES)
    ]
    rules.register(Kind(KIND, "测速稿", _read, lambda keys: {key: _hash(key) for key in keys}))
    boss = make_user("bench-all", role="platform_admin")
    readers = {
        "the node": client_of(make_user("bench-first", role="first_reviewer")),
        "a branch": client_of(make_user("bench-branch", role="second_reviewer", organisation_id=branch.pk)),
        "one institution": client_of(make_user("bench-one", role="final_reviewer", organisation_id=places[0])),
        "everything": client_of(boss),
    }
    _fill(places, boss, 0, FEW)
    few = {who: costs(client, PAGES) for who, client in readers.items()}
    _fill(places, boss, FEW, MANY)
    _shown(readers["the node"])
    many = {who: costs(client, PAGES) for who, client in readers.items()}
    return [
        row(f"review_queue: {name}, {who}", str(MANY), many[who][name], "ms of CPU", few[who][name])
        for who in readers
        for name in PAGES
    ]


def _fill(places: Sequence[int], boss: User, first: int, last: int) -> None:
    """Three in ten wait for the second step and one in ten for the last; one in ten is past its day."""
    subjects = [
        Submission(str(one), _hash(str(one)), f"题名 {one}", places[one % PLACES], None, ())
        for one in range(first, last)
    ]
    everything = (Grant("all", frozenset(rules.PERMISSIONS)),)
    people = [Actor(boss.pk, "初审", everything), Actor(900_001, "复审", everything)]
    for start in range(0, len(subjects), MOST_AT_ONCE):
        batch = subjects[start : start + MOST_AT_ONCE]
        services.submit_many(kind=KIND, subjects=batch, actor=SYSTEM, now=clock.now())
        cases = [*queries.open_cases(KIND, [one.key for one in batch]).values()]
        for actor, share in zip(people, (40, 10), strict=True):
            chosen = cases[: len(cases) * share // 100]
            services.decide(cases=chosen, verdict=services.Verdict.PASS, words="", actor=actor, now=clock.now())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE review_case SET due_on = due_on - 30 WHERE id % 10 = 0")
        cursor.execute("VACUUM ANALYZE")


def _shown(client: Client) -> None:
    """The page holds what it is measured for."""
    if "题名" not in client.get(PAGES["mine"]).content.decode():
        raise RuntimeError("nothing waits for the reviewer")


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def _read(keys: Sequence[str]) -> Mapping[str, Subject]:
    return {key: Subject(f"题名 {key}", _hash(key), [Field("", "")], 0) for key in keys}
