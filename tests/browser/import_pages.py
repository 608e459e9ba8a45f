"""Specimens of the pages for calendars of others."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from tests.browser.activity_pages import TITLE
from tests.browser.booking_pages import HALL
from tests.browser.desk_pages import ADMIN, FEW, NOW, OFFICE, WORDS, Pages, many
from wenmai.activities.queries.imports import Line, Preview
from wenmai.activities.rules import Content, Plan
from wenmai.activities.rules.imports import Refusal, Wanted
from wenmai.activities.rules.readings import EVERY, Outcome
from wenmai.activities.staff.imports import ImportForm
from wenmai.activities.wording import DOUBTS, FAILURES


def make_pages() -> Pages:
    hours = dt.timedelta(hours=2)
    plans = tuple(Plan(NOW, NOW + hours, None, None, NOW, NOW + hours, {}) for _n in range(5))
    wanted = Wanted("uid", Content(TITLE, WORDS[:100], HALL, ("class",), ("general",)), plans, False, True, 1)
    session: Any = SimpleNamespace(pk=1, begins_at=NOW)
    lines = [Line(wanted, "new", None, []), Line(wanted, "changed", 1, [session])]
    doubted = [(lines[0], [*DOUBTS.values()]), (lines[1], [])]
    one = SimpleNamespace(
        pk=1, name=TITLE[:80], organisation=SimpleNamespace(name=OFFICE), taken_at=NOW,
        address="https://calendar.example.org/" + "a" * 120,
    )  # fmt: skip
    new = SimpleNamespace(**{**vars(one), "taken_at": None, "address": "", "every_hours": 6, "waits": True})
    page = {
        "one": one, "seen": Preview(lines, [], "ab" * 32), "lines": doubted, "refused_count": 1_234, "more": True,
        "counts": {"new": 1_234, "changed": 1, "unchanged": 12_345},
        "refused": [(Refusal(123_456, "syntax", TITLE), WORDS), (Refusal(0, "syntax"), WORDS[:40])],
    }  # fmt: skip
    scope = ADMIN.scope("activities.change")
    return {
        "desk-imports": (
            "activities/desk_imports.html",
            {"form": ImportForm({"name": ""}, scope=scope, few=FEW), "page": many([one, new])},
        ),
        "desk-imports-empty": ("activities/desk_imports.html", {"form": ImportForm(scope=scope), "page": many([])}),
        "desk-import": ("activities/desk_import.html", page),
        "desk-import-done": ("activities/desk_import.html", {"one": one, "seen": None}),
        "desk-import-again": ("activities/desk_import.html", again(one)),
    }  # fmt: skip


def again(one: SimpleNamespace) -> dict[str, Any]:
    """Read again by itself: one that failed, one that brought something, one that is missing."""
    due = SimpleNamespace(**{**vars(one), "every_hours": 24, "next_at": NOW, "failures": 3, "paused_at": None})
    news = SimpleNamespace(
        at=NOW, outcome="news", get_outcome_display=Outcome.NEWS.label, found=12_345, new=1_234, changed=1,
        unchanged=11_109, refused=1, missing=1,
    )  # fmt: skip
    failed = SimpleNamespace(at=NOW, outcome="failed", get_outcome_display=Outcome.FAILED.label, found=0)
    gone = SimpleNamespace(
        activity_id=1, activity=SimpleNamespace(latest=SimpleNamespace(title=TITLE)), missing_at=NOW
    )  # fmt: skip
    readings = [(news, ""), *((failed, words) for words in FAILURES.values())]
    return {"one": due, "seen": None, "missing": [gone], "every": [*EVERY.items()], "readings": readings}
