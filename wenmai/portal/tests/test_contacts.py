"""How to reach a citizen: sealed, masked, shown once for a reason, gone after its time."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from wenmai.journal.models import Entry
from wenmai.lib import clock, vault
from wenmai.portal import queries, services
from wenmai.portal.models import Report
from wenmai.portal.personal import RULES

pytestmark = pytest.mark.django_db
PHONE, MASKED = "13699554433", "136****4433"


def make_report(contact: str = PHONE) -> Report:
    return services.report(kind="correct", page="/", words="有误", contact=contact, client="", now=clock.now())


def press(client: Client, where: str, **given: str) -> Any:
    token = re.search(r'name="unmask" value="([^"]+)"', client.get(where).content.decode())
    assert token
    return client.post(where, {"unmask": token.group(1), **given})


def test_the_desk_shows_it_masked_and_whole_once_for_a_reason(staff: Callable[[str], Client]) -> None:
    made, mute = make_report(), make_report("")
    where, reviewer = f"/desk/reports/{made.pk}/contact", staff("reviewer")
    listed = reviewer.get("/desk/reports/").content.decode()
    assert MASKED in listed
    assert PHONE not in listed
    assert where in listed
    assert f"/desk/reports/{mute.pk}/contact" not in listed
    asked = reviewer.get(where).content.decode()
    assert MASKED in asked
    assert PHONE not in asked
    for reason in ("", "curious"):
        assert press(reviewer, where, reason=reason).status_code == 400
    assert not Entry.objects.filter(name="portal.contact_shown").exists()
    shown = press(reviewer, where, reason="answer")
    assert PHONE in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    entry = Entry.objects.get(name="portal.contact_shown")
    assert (entry.subject_key, entry.detail) == (str(made.pk), {"reason": "answer"})
    again = reviewer.post(where, {"unmask": "x", "reason": "answer"})
    assert again.status_code == 409
    assert PHONE not in again.content.decode()
    for number in (mute.pk, 987654):
        assert reviewer.get(f"/desk/reports/{number}/contact").status_code == 404
    auditor = staff("auditor")
    assert f"看了第 {made.pk} 号纠错举报的联系方式" in auditor.get("/desk/looks/").content.decode()
    assert MASKED in auditor.get("/desk/reports/").content.decode()
    assert auditor.get(where).status_code == 403


def test_it_is_sealed_and_the_database_takes_nothing_plain() -> None:
    made, mute = make_report(), make_report("")
    assert mute.contact_sealed == ""
    assert PHONE not in made.contact_sealed
    assert vault.unseal(made.contact_sealed, purpose="portal.report_contact") == PHONE
    for plain in (PHONE, "anna@example.org", "wx.anna_of_the_river_and_the_hills", "k." + "客" * 50):
        with pytest.raises(IntegrityError, match="report_contact_is_sealed"), transaction.atomic():
            Report.objects.filter(pk=made.pk).update(contact_sealed=plain)
    Report.objects.filter(pk=made.pk).update(contact_sealed="k." + "x" * 40)
    assert queries.contact_of(made.pk) == ""
    assert [contact for _one, contact in queries.with_contacts([Report.objects.get(pk=made.pk)])] == [""]


def test_it_goes_ninety_days_after_the_answer() -> None:
    now = clock.now()
    due, young, waiting = make_report(), make_report(), make_report()
    for one, days in ((due, 91), (young, 89)):
        Report.objects.filter(pk=one.pk).update(status="closed", closed_at=now - dt.timedelta(days=days))
    rule = next(one for one in RULES if one.name == "portal.contacts")
    rows = rule.due(now)
    assert rows is not None
    assert rule.forget is not None
    rule.forget([one.pk for one in rows])
    assert not rows.all().exists()
    assert [queries.contact_of(one.pk) for one in (due, young, waiting)] == ["", PHONE, PHONE]
