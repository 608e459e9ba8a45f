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
from wenmai.activities.staff.imports import ImportForm
from wenmai.activities.wording import DOUBTS


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
    new = SimpleNamespace(**{**vars(one), "taken_at": None, "address": ""})
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
    }  # fmt: skip
