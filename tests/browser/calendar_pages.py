"""Specimens of the calendar: a full month, a day, nothing, a day that is none."""

import datetime as dt
from types import SimpleNamespace

from tests.browser.activity_pages import TITLE, VIEWS
from tests.browser.booking_pages import HALL
from tests.browser.desk_pages import NOW, OFFICE, WORDS, Pages, many
from wenmai.activities.queries import Asked, Day, Line
from wenmai.activities.queries.calendar import Cell, Tile
from wenmai.activities.rules.calendar import window

TODAY = NOW.date()


def tile(state: str, *, is_over: bool = False, demo: bool = False) -> Tile:
    return Tile(1, TITLE, HALL, NOW, NOW + dt.timedelta(days=12), state, is_over, demo)


def everywhere() -> Pages:
    month, week, day = (window(view, TODAY, TODAY) for view in ("month", "week", "day"))
    tiles = [tile("cancelled"), tile("published", is_over=True, demo=True), tile("postponed")]
    cells = [
        Cell(one, tiles if n % 3 else [], 1_234 if n % 3 else 0, outside=one.month != TODAY.month)
        for n, one in enumerate(month.days)
    ]
    boxes = [("class", "培训"), ("heritage", "非遗体验")]
    page = {
        "window": month, "asked": Asked(), "today": TODAY, "day": TODAY, "odd": "", "institution": None,
        "rest": "&kind=class", "page_of": "/activities/", "calendar": "/activities.ics",
        "subscribe": "webcal://x/activities.ics",
        "going_on": [tile("published")], "kinds": boxes, "audiences": boxes, "region": "", "nothing": False,
        "regions": [("530925", "双江拉祜族佤族布朗族傣族自治县")],
        "weeks": [cells[start : start + 7] for start in range(0, len(cells), 7)],
    }  # fmt: skip
    lines = [Line(1, TITLE, WORDS[:120], HALL, OFFICE, ["培训"], one, True, True) for one in VIEWS]
    return {
        "calendar-month": ("activities/calendar.html", page),
        "calendar-week": ("activities/calendar.html", {**page, "window": week, "weeks": [cells[:7]], "going_on": []}),
        "calendar-day": (
            "activities/calendar.html", {**page, "window": day, "page": many([1]), "days": [Day(TODAY, lines)]}
        ),
        "calendar-empty": (
            "activities/calendar.html",
            {**page, "nothing": True, "weeks": [], "going_on": [], "odd": "<b>昨天</b>", "regions": [],
             "institution": SimpleNamespace(id=1, name=OFFICE)},
        ),
        "calendar-day-empty": ("activities/calendar.html", {**page, "window": day, "page": many([]), "days": []}),
    }  # fmt: skip
