"""A reviewer's word: on one case or a page of them, bound to the hash that was read."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import IntegrityError, connection, transaction

from wenmai.institutions import queries as institutions
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people import queries as people
from wenmai.review import queries
from wenmai.review.models import Invitation, Verdict
from wenmai.review.rules import LONGEST_OPINION, MOST_AT_ONCE
from wenmai.review.rules.kinds import kind_of
from wenmai.review.services.plans import due_on
from wenmai.review.services.telling import about

# The cases, held until the end of the transaction, with the step that is next.
_NEXT = """
SELECT c.id, c.kind, c.key, c.hash, c.step + 1, c.plan_id, p.step_count, c.organisation_id, c.author_id, c.apart,
  s.permission
FROM review_case c JOIN review_plan p ON p.id = c.plan_id
JOIN review_planstep s ON s.plan_id = c.plan_id AND s.number = c.step + 1
WHERE c.id = ANY(%s) AND c.state = 'open' ORDER BY c.id FOR UPDATE OF c"""
_SAY = """
INSERT INTO review_opinion (case_id, step, verdict, words, reviewer_id, reviewer_name, invitation_id, at)
SELECT a.id, a.step, %(verdict)s, %(words)s, %(by)s, %(name)s, %(link)s, %(now)s
FROM unnest(%(ids)s::bigint[], %(steps)s::int[]) AS a(id, step)"""
_DUE = """
UPDATE review_case c SET due_on = a.due_on FROM unnest(%s::bigint[], %s::date[]) AS a(id, due_on) WHERE c.id = a.id"""


class Next(NamedTuple):
    """A case and the step that it waits for."""

    id: int
    kind: str
    key: str
    hash: bytes
    step: int
    plan_id: int
    step_count: int
    organisation_id: int
    author_id: int | None
    apart: bool
    permission: str


class Decided(NamedTuple):
    """Cases: `done`; `own`: the reviewer is their author; `before`: passed an earlier step of them; `closed`: not
    theirs to decide; `changed`: ended, or no longer what was read, or gone. `subjects` are those of `done`, by kind,
    that ended well."""

    done: tuple[int, ...]
    own: tuple[int, ...] = ()
    before: tuple[int, ...] = ()
    closed: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    approved: tuple[tuple[str, str], ...] = ()


@transaction.atomic
def decide(
    *, cases: Sequence[tuple[int, bytes]], verdict: Verdict, words: str, actor: Actor, now: dt.datetime
) -> Decided:
    """One word on the next step of each (case, hash that was read); what cannot be decided is left and told.

    Refused: no_words (without them only a pass), words_too_long, too_many, nobody (no account).
    """
    said = _checked_words(verdict, words)
    if actor.user_id is None:
        raise Refused("nobody")
    if len(cases) > MOST_AT_ONCE:
        raise Refused("too_many", f"{MOST_AT_ONCE:,}")
    read = dict(cases)
    there = _next(list(read))
    now_hashes = _hashes(there)
    reaches = institutions.reaches({one.organisation_id for one in there})
    may = {
        pair: pair[1] in reaches and actor.may(pair[0], reaches[pair[1]])
        for pair in {(one.permission, one.organisation_id) for one in there}
    }
    apart = people.is_apart("author", "reviewer")  # as when it was handed in, and as it is now
    earlier = queries.reviewed_by(actor.user_id, [one.id for one in there])
    sorted_out: dict[str, list[int]] = {"own": [], "before": [], "closed": []}
    good: list[Next] = []
    for one in there:
        if read[one.id] != one.hash or now_hashes.get((one.kind, one.key)) != one.hash:
            continue
        if not may[one.permission, one.organisation_id]:
            sorted_out["closed"].append(one.id)
        elif (one.apart or apart) and one.author_id == actor.user_id:
            sorted_out["own"].append(one.id)
        elif one.id in earlier:
            sorted_out["before"].append(one.id)
        else:
            good.append(one)
    approved = _say(good, verdict, said, actor, now, link=None)
    left = {one.id for one in good} | {case for cases_left in sorted_out.values() for case in cases_left}
    own, before, closed = (tuple(sorted_out[name]) for name in ("own", "before", "closed"))
    changed = tuple(one for one in read if one not in left)
    pairs = tuple((one.kind, one.key) for one in approved)
    return Decided(tuple(one.id for one in good), own, before, closed, changed, pairs)


@transaction.atomic
def decide_by_link(*, secret: str, hash: bytes, verdict: Verdict, words: str, now: dt.datetime) -> Next:
    """By somebody from outside, who has shown that the telephone is theirs. Refused: no_words, words_too_long,
    link_over (unknown, used, revoked or past its day), not_confirmed, not_your_turn, changed, link_twice (somebody of
    that name has passed another step)."""
    said = _checked_words(verdict, words)
    link = Invitation.objects.select_for_update().filter(digest=queries.digest_of(secret)).first()
    if link is None or queries.link_is_over(link, now):
        raise Refused("link_over")
    if link.phone_tail and link.confirmed_at is None:
        raise Refused("not_confirmed")
    there = _next([link.case_id])
    if not there or there[0].hash != hash or _hashes(there).get((there[0].kind, there[0].key)) != hash:
        raise Refused("changed")
    if there[0].step != link.step:
        raise Refused("not_your_turn")
    try:
        with transaction.atomic():
            _say(there, verdict, said, Actor(None, link.name), now, link=link.pk)
    except IntegrityError as error:
        raise Refused("link_twice") from error
    return there[0]


def _checked_words(verdict: Verdict, words: str) -> str:
    said = words.strip()
    if verdict != Verdict.PASS and not said:
        raise Refused("no_words")
    if len(said) > LONGEST_OPINION:
        raise Refused("words_too_long", str(LONGEST_OPINION))
    return said


def _next(ids: Sequence[int]) -> list[Next]:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [list(ids)])
        return [Next._make((*row[:3], bytes(row[3]), *row[4:])) for row in cursor.fetchall()]


def _hashes(cases: Sequence[Next]) -> dict[tuple[str, str], bytes]:
    """What each subject is now, asked of its module."""
    found: dict[tuple[str, str], bytes] = {}
    for kind in sorted({one.kind for one in cases}):
        hashes = kind_of(kind).hashes([one.key for one in cases if one.kind == kind])
        found.update({(kind, key): bytes(value) for key, value in hashes.items()})
    return found


def _say(
    cases: Sequence[Next], verdict: Verdict, words: str, actor: Actor, now: dt.datetime, *, link: int | None
) -> list[Next]:
    """Writes the opinions, which moves the cases; those that are approved now."""
    if not cases:
        return []
    asked: Mapping[str, Any] = {
        "ids": [one.id for one in cases], "steps": [one.step for one in cases], "verdict": verdict.value,
        "words": words, "by": actor.user_id, "name": actor.name[:100], "link": link, "now": now,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SAY, asked)
    passed = verdict == Verdict.PASS
    approved = [one for one in cases if passed and one.step == one.step_count]
    goes_on = [one for one in cases if passed and one.step < one.step_count]
    if goes_on:
        _renew_due(goes_on, now)
    for kind in sorted({one.kind for one in cases}):
        detail = {"words": words} if words else {}
        _tell_kind(kind, cases, approved, goes_on, verdict, actor, now, detail)
    return approved


def _tell_kind(
    kind: str, cases: Sequence[Next], approved: Sequence[Next], goes_on: Sequence[Next], verdict: Verdict,
    actor: Actor, now: dt.datetime, detail: dict[str, str],
) -> None:  # fmt: skip
    if verdict == Verdict.RETURN:
        _tell("review.returned", kind, [one.key for one in cases if one.kind == kind], actor, now, **detail)
    elif verdict == Verdict.REFUSE:
        _tell("review.refused", kind, [one.key for one in cases if one.kind == kind], actor, now, **detail)
    else:
        _tell("review.passed", kind, [one.key for one in goes_on if one.kind == kind], actor, now, **detail)
        _tell("review.approved", kind, [one.key for one in approved if one.kind == kind], actor, now, **detail)


def _renew_due(cases: Sequence[Next], now: dt.datetime) -> None:
    steps = queries.steps({one.plan_id for one in cases})
    days = {one.id: steps[one.plan_id][one.step].days for one in cases}
    due = {count: due_on(now, count) for count in {*days.values()}}
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [list(days), [due[count] for count in days.values()]])


def _tell(name: str, kind: str, keys: Sequence[str], actor: Actor, now: dt.datetime, **detail: Any) -> None:
    if keys:
        journal.record(name=name, **about(kind, keys), actor=actor, now=now, **detail)
