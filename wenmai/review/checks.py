"""Does the review agree with itself, and with what it is about? And how much waits."""

from collections.abc import Iterator

from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.upkeep import Finding
from wenmai.review import services
from wenmai.review.queries import soundness
from wenmai.review.rules import MOST_AT_ONCE, Submission, kinds

_RESTORE = (
    "restore the last backup: the triggers that keep this were switched off, and no machine says what was decided"
)
_NAMED = 5
# What is looked at, how it is found, and what a person does where no machine may.
_HOLDS = (
    ("Approved cases that stand without a pass of every step", soundness.UNDECIDED, _RESTORE),
    ("Open cases that passed another number of steps than they tell", soundness.MISCOUNTED, _RESTORE),
    ("Cases whose author has passed a step of them, where that is kept apart", soundness.OWN, _RESTORE),
    ("Take-downs that one person alone has lifted", soundness.LIFTED_ALONE, _RESTORE),
)


def check() -> Iterator[Finding]:
    waiting, overdue = soundness.waiting(clock.now())
    yield Finding(True, f"{waiting:,} cases wait for a reviewer, {overdue:,} of them past their day")
    for sentence, statement, advice in _HOLDS:
        yield Finding(not (found := soundness.ids(statement)), f"{sentence}: {_counted(found)}", advice)
    strangers = soundness.unknown_kinds()
    yield Finding(
        not strangers,
        f"Kinds of open cases that no module reads: {', '.join(strangers) or 'none'}",
        "install the module again, or ask its operators what became of them: nobody can decide these",
    )
    astray = soundness.astray()
    yield Finding(
        not astray,
        f"Open cases of a subject that is gone or says something else now: {_counted([one.id for one in astray])}",
    )


def mend() -> Iterator[str]:
    """What has changed is handed in anew, and what is gone is reviewed no further: the module that owns it was to say
    so and did not come to it."""
    now = clock.now()
    for kind in sorted({one.kind for one in soundness.astray()}):
        keys = [one.key for one in soundness.astray() if one.kind == kind][:MOST_AT_ONCE]
        there = {key: one for key, one in kinds()[kind].read(keys).items() if key in kinds()[kind].hashes(keys)}
        gone = [key for key in keys if key not in there]
        if gone:
            services.drop(kind=kind, keys=gone, actor=SYSTEM, now=now)
            yield f"{len(gone)} cases of {kind} have ended: what they were about is gone"
        again = [Submission(key, one.hash, one.title, one.organisation_id, one.author_id, one.fields)
                 for key, one in there.items()]  # fmt: skip
        if again:
            services.submit_many(kind=kind, subjects=again, actor=SYSTEM, now=now)
            yield f"{len(again)} subjects of {kind} were handed in anew as they are now"


def gauges() -> Iterator[tuple[str, float]]:
    waiting, overdue = soundness.waiting(clock.now())
    yield "wenmai_review_waiting", waiting
    yield "wenmai_review_overdue", overdue


def _counted(ids: list[int]) -> str:
    more = f" (the first: {', '.join(map(str, ids[:_NAMED]))})" if ids else ""
    return f"{len(ids):,}{more}"
