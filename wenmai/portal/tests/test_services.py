import datetime as dt

import pytest

from wenmai.journal.models import Entry
from wenmai.lib.access import Actor, Reach, Scope
from wenmai.lib.refusal import Refused
from wenmai.portal import queries, services
from wenmai.portal.models import Report
from wenmai.portal.rules.reports import REPORTS_PER_CLIENT_HOUR

NOW = dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC)
CLERK = Actor(5, "办事员")
EVERYWHERE = Scope((Reach("", ""),))
pytestmark = pytest.mark.django_db


def send(page: str = "/records/7", client: str = "203.0.113.7", now: dt.datetime = NOW) -> Report:
    return services.report(kind="correct", page=page, words="作者写错了", contact="", client=client, now=now)


def test_a_report_knows_what_it_is_about_and_not_who_sent_it() -> None:
    made = send()
    assert (made.subject_kind, made.subject_key, made.status) == ("record", "7", "open")
    assert "203" not in made.client
    entry = Entry.objects.get(name="portal.reported")
    assert entry.detail == {"kind": "correct", "page": "/records/7"}


def test_a_client_may_send_so_many_in_an_hour_and_another_is_not_held_up() -> None:
    for _at in range(REPORTS_PER_CLIENT_HOUR):
        send()
    with pytest.raises(Refused, match="too_many"):
        send()
    assert Report.objects.count() == Entry.objects.filter(name="portal.reported").count() == REPORTS_PER_CLIENT_HOUR
    send(client="203.0.113.8")
    send(now=NOW + dt.timedelta(minutes=61))


def test_closing_is_journalled_and_done_once() -> None:
    made = send()
    closed = services.close_report(report_id=made.pk, answer="已改正", actor=CLERK, now=NOW)
    assert (closed.status, closed.closed_by, closed.answer) == ("closed", 5, "已改正")
    assert Entry.objects.get(name="portal.report_closed").actor_name == "办事员"
    with pytest.raises(Refused, match="closed_already"):
        services.close_report(report_id=made.pk, answer="又一次", actor=CLERK, now=NOW)
    assert Report.objects.get().answer == "已改正"


def test_closing_what_is_not_there() -> None:
    with pytest.raises(Refused, match="unknown"):
        services.close_report(report_id=404, answer="x", actor=CLERK, now=NOW)


def test_lists_are_newest_first_and_counted() -> None:
    first, second = send(), send(now=NOW + dt.timedelta(minutes=1))
    assert list(queries.reports("open", EVERYWHERE)) == [second, first]
    assert queries.open_report_count() == 2
