"""Who stayed away, full and empty."""

from types import SimpleNamespace
from typing import Any

from tests.browser.booking_pages import HALL
from tests.browser.desk_pages import NOW, OFFICE, PERSON, WORDS, many
from wenmai.booking.absences.queries import Tally
from wenmai.booking.absences.staff import STATES

Pages = dict[str, tuple[str, dict[str, Any]]]


def own() -> Pages:
    """One's own page, which a kiosk shows too."""
    return {name: page for name, page in everything().items() if name.startswith("absences-mine")}


def make_pages() -> Pages:
    return {name: page for name, page in everything().items() if not name.startswith("absences-mine")}


def everything() -> Pages:
    """Name of a specimen -> template and context."""
    office, day = SimpleNamespace(pk=1, name=OFFICE), NOW.date()
    one = SimpleNamespace(
        pk=1, organisation=office, organisation_id=1, person=SimpleNamespace(name=PERSON), title=HALL, kind="missed",
        get_kind_display="取消的次数太多", happened_on=day, made_at=NOW, marked_by=1, lifted_at=None, lifted_for="",
        pause=SimpleNamespace(until_on=day), pause_id=1,
    )  # fmt: skip
    lifted = SimpleNamespace(**{**vars(one), "pk": 2, "lifted_at": NOW, "lifted_for": WORDS[:100], "pause": None})
    asked = SimpleNamespace(made_at=NOW, decided_at=None)
    decided = SimpleNamespace(made_at=NOW, decided_at=NOW, is_granted=False, answer=WORDS[:100])
    tallies = [Tally(OFFICE, PERSON, 2, 3, 90, None), Tally(OFFICE, PERSON, 3, 3, 90, day)]
    lines = [(one, True, None), (one, True, asked), (lifted, False, decided)]
    own = {"page": many([one]), "lines": lines, "tallies": tallies, "longest": 400, "names": True}
    page = {"one": one, "appeal": asked, "said": WORDS, "counts": True, "is_own": False, "tallies": tallies}
    listed = {"page": many([one]), "lines": lines, "q": "", "state": "appealed", "states": STATES}
    return {
        "absences-mine": ("booking/absences/mine.html", own),
        "absences-mine-empty": ("booking/absences/mine.html", {**own, "lines": [], "tallies": [], "names": False}),
        "absences-full": ("booking/absences/list.html", listed),
        "absences-empty": ("booking/absences/list.html", {**listed, "lines": [], "page": many([])}),
        "absence-appealed": ("booking/absences/one.html", page),
        "absence-own": ("booking/absences/one.html", {**page, "is_own": True}),
        "absence-lifted": ("booking/absences/one.html", {**page, "one": lifted, "appeal": decided, "counts": False}),
    }
