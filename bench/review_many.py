"""100,000 subjects handed in and passed by three people, against a bare INSERT … SELECT of the same rows into a table
with the same columns and indexes, without triggers; and long texts looked through for 10,000 words."""

import hashlib
import random
import time
from collections.abc import Callable, Mapping, Sequence

from django.db import connection

from bench.rows import Row, row
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor, Grant
from wenmai.review import queries, rules, services
from wenmai.review.rules import MOST_AT_ONCE, Field, Kind, Screen, Subject, Submission

SUBJECTS, KIND = 100_000, "bench.leaf"
WORDS, CHARACTERS = 10_000, 100_000


def measure() -> list[Row]:
    organisation_id = make_organisation("测速图书馆").pk
    hashes = {str(number): hashlib.sha256(str(number).encode()).digest() for number in range(SUBJECTS)}
    rules.register(Kind(KIND, "测速稿", _unread, lambda keys: {key: hashes[key] for key in keys}))
    subjects = [Submission(key, hash, f"题名 {key}", organisation_id, 7, ()) for key, hash in hashes.items()]
    batches = [subjects[start : start + MOST_AT_ONCE] for start in range(0, SUBJECTS, MOST_AT_ONCE)]
    submitted = sum(_timed(lambda batch=batch: _submit(batch)) for batch in batches)  # type: ignore[misc]
    steps = [_timed(lambda step=step: _pass(batches, 100 + step)) for step in range(3)]  # type: ignore[misc]
    if len(queries.approved(KIND, list(hashes))) != SUBJECTS:
        raise RuntimeError("not all of them were approved")
    said = 3 * SUBJECTS
    named = str(SUBJECTS)
    return [
        row("review_many: hand in", named, SUBJECTS / submitted, "subjects/s", SUBJECTS / _bare("review_case")),
        row("review_many: decide", named, said / sum(steps), "opinions/s", said / _bare("review_opinion")),
        row("review_many: screening", f"{WORDS} words", CHARACTERS / _screened() / 1e6, "M chars/s"),
    ]


def _submit(batch: Sequence[Submission]) -> None:
    services.submit_many(kind=KIND, subjects=batch, actor=SYSTEM, now=clock.now())


def _pass(batches: Sequence[Sequence[Submission]], reviewer: int) -> None:
    actor = Actor(reviewer, f"审核员 {reviewer}", (Grant("all", frozenset(rules.PERMISSIONS)),))
    for batch in batches:
        there = queries.open_cases(KIND, [one.key for one in batch])
        done = services.decide(
            cases=list(there.values()), verdict=services.Verdict.PASS, words="", actor=actor, now=clock.now()
        )
        if len(done.done) != len(batch):
            raise RuntimeError(f"decided {len(done.done)} of {len(batch)}")


def _bare(table: str) -> float:
    """Seconds for writing the rows of the table into another one like it."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_bare (LIKE {table} INCLUDING INDEXES)")
        try:
            return _timed(lambda: cursor.execute(f"INSERT INTO bench_bare SELECT * FROM {table} ORDER BY id"))
        finally:
            cursor.execute("DROP TABLE bench_bare")


def _screened() -> float:
    """Seconds for one text of classical length that hits now and then."""
    chance = random.Random(11)
    common = [chr(code) for code in range(0x4E00, 0x4E00 + 3_000)]
    words = {"".join(chance.choices(common, k=chance.randint(2, 6))) for _word in range(WORDS)}
    text = "".join(chance.choices(common, k=CHARACTERS))
    screen = Screen([(1, sorted(words))])
    return min(_timed(lambda: list(screen.find(text))) for _time in range(3))


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _unread(keys: Sequence[str]) -> Mapping[str, Subject]:
    return {key: Subject("", b"", [Field("", "")], 0) for key in keys}
