"""Volunteers: a term with an end, a ledger that is only added to, and a paper that somebody else can check."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock, personal
from wenmai.lib.access import SYSTEM, Actor, Reach, Scope
from wenmai.lib.refusal import Refused
from wenmai.people import services as people
from wenmai.people.groups.testing import by, make_real
from wenmai.people.models import Merge, User
from wenmai.people.rules import levels
from wenmai.people.testing import client_of, make_reader, make_user
from wenmai.people.testing.races import meanwhile
from wenmai.people.volunteers import queries, services
from wenmai.people.volunteers.models import ServiceDispute, ServiceEntry, ServiceRecord, Volunteer
from wenmai.people.volunteers.testing import make_service, make_volunteer

pytestmark = pytest.mark.django_db
A, B = "+8613800138000", "+8613900139001"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def day(days: int) -> str:
    return timezone.localdate(clock.now() + dt.timedelta(days=days)).isoformat()


def test_from_registering_to_a_paper_that_somebody_checks() -> None:
    here = make_organisation("州文化馆")
    person = make_real(A, "小禾")
    own = client_of(person, levels.CODE, levels.PASSWORD)
    staff = client_of(make_user("clerk", role="organisation_admin", organisation_id=here.pk))
    assert "还没有报名" in text(own.get("/account/volunteering/"))
    sent = {"organisation": str(here.pk), "skills": ["guiding", "elders"], "times": ["weekend"], "shares_phone": "on"}
    own.post("/account/volunteering/new", sent)
    one = Volunteer.objects.get()
    desk, mine = f"/desk/volunteers/{one.pk}/", f"/account/volunteering/{one.pk}/"
    assert "已经报过名" in text(own.post("/account/volunteering/new", sent))
    assert "小禾" in text(staff.get("/desk/volunteers/?skill=elders"))
    assert "小禾" not in text(staff.get("/desk/volunteers/?skill=media"))
    found = staff.post("/desk/volunteers/", {"q": "小禾", "state": "waiting"})
    assert found.headers["Location"] == "/desk/volunteers/?state=waiting&sought=1", "no address holds a name"
    assert "小禾" in text(staff.get(found.headers["Location"]))
    staff.post("/desk/volunteers/", {"q": "别人"})
    assert ">小禾<" not in text(staff.get("/desk/volunteers/?sought=1"))
    assert "138****8000" in text(staff.get(desk)), "shared with the institution"
    assert "请写清楚" in text(staff.post(f"{desk}answer", {"answer": "no"}, follow=True))
    assert staff.post(f"{desk}answer", {"answer": "yes", "until_on": day(2000)}, follow=True).status_code == 200
    one.refresh_from_db()
    assert one.state == "waiting"
    staff.post(f"{desk}answer", {"answer": "yes", "until_on": day(200)})
    for minutes, words in ((90, "讲解两场"), (45, "整理书架")):
        staff.post(f"{desk}entries", {"on": day(0), "minutes": minutes, "service": words})
    assert "2 小时 15 分" in text(own.get(mine))
    assert "2 小时 15 分" in text(staff.get("/desk/volunteers/"))
    wrong = ServiceEntry.objects.get(minutes=45)
    own.post(f"{mine}entries/{wrong.pk}/dispute", {"reason": "是 30 分钟"})
    assert "是 30 分钟" in text(staff.get(desk))
    assert "小禾" in text(staff.get("/desk/volunteers/?state=disputed"))
    assert "对服务时数的异议" in text(staff.get("/desk/"))
    staff.post(f"{desk}entries/{wrong.pk}/correct", {"reason": "签到表上是 30 分钟"})
    assert "小禾" not in text(staff.get("/desk/volunteers/?state=disputed"))
    assert ServiceDispute.objects.get().state == "upheld"
    assert "这条记录已经冲销过" in text(
        staff.post(f"{desk}entries/{wrong.pk}/correct", {"reason": "再来"}, follow=True)
    )
    own.post(f"{mine}resign")
    one.refresh_from_db()
    assert (one.state, one.minutes_total) == ("resigned", 90)
    assert "****8000" not in text(staff.get(desk))
    names = list(Entry.objects.filter(subject_kind="volunteer").order_by("id").values_list("name", flat=True))
    assert [one.removeprefix("people.") for one in names] == [
        "volunteer_asked", "volunteer_accepted", "service_entered", "service_entered", "service_disputed",
        "service_taken_back", "volunteer_ended",
    ]  # fmt: skip


def test_a_paper_is_checked_by_whoever_has_its_code() -> None:
    one = make_volunteer(make_real(A, "小禾"), make_organisation("州文化馆").pk)
    good, _more = make_service(one, 90), make_service(one, 30)
    assert one.user is not None
    paper = text(client_of(one.user, levels.CODE).post(f"/account/volunteering/{one.pk}/record"))
    assert "演示甲" in paper, "one's own paper has the whole name"
    code = paper.split("<b>")[1].split("</b>")[0]
    page = text(Client().get("/volunteers/record", {"code": code.lower().replace("-", " ")}))
    assert "*示甲" in page
    assert "2 小时 0 分" in page
    assert "州文化馆" in page
    assert "****8000" not in page
    assert "讲解" not in page
    assert code.replace("-", "") not in str(ServiceRecord.objects.values())
    services.take_back(volunteer_id=one.pk, entry_id=good.pk, reason="没有来", actor=SYSTEM, now=clock.now())
    later = text(Client().get("/volunteers/record", {"code": code}))
    assert "0 小时 30 分" in later, "what was taken back since is said"
    assert Client().get("/volunteers/record", {"code": "AAAA-BBBB-CCCC"}).status_code == 404
    assert Client().get("/volunteers/record").status_code == 200


def test_the_promises_stand_in_the_database() -> None:
    here, there = make_organisation("一馆"), make_organisation("二馆")
    person = make_real(A, "小禾")
    one, other = make_volunteer(person, here.pk), make_volunteer(person, there.pk)
    entry = make_service(one, 1000)
    row = {"volunteer": one, "on": entry.on, "service": "x", "entered_at": clock.now()}
    for name, deed in (
        ("people_service_day_is_full", lambda: make_raw(row, minutes=441)),
        ("people_service_day_is_full", lambda: make_raw(row, volunteer=other, minutes=441)),
        ("people_service_minutes", lambda: make_raw(row, minutes=0)),
        ("people_service_minutes", lambda: make_raw(row, minutes=-5)),
        ("people_service_minutes", lambda: make_raw(row, minutes=5, corrects=entry)),
        ("people_service_taken_back_whole", lambda: make_raw(row, minutes=-999, corrects=entry)),
        ("people_service_taken_back_whole", lambda: make_raw(row, minutes=-1000, corrects=entry, volunteer=other)),
        ("people_service_stays", lambda: ServiceEntry.objects.filter(pk=entry.pk).update(minutes=1)),
        ("people_service_stays", lambda: ServiceEntry.objects.filter(pk=entry.pk).delete()),
        ("people_volunteer_total_adds_up", lambda: Volunteer.objects.filter(pk=one.pk).update(minutes_total=7)),
        ("people_volunteer_once", lambda: Volunteer.objects.create(
            user=person, organisation=here, skills=["guiding"], times=["weekend"], asked_at=clock.now()
        )),
        ("people_volunteer_has_a_term", lambda: Volunteer.objects.filter(pk=one.pk).update(until_on=None)),
    ):  # fmt: skip
        with pytest.raises(IntegrityError) as broken, transaction.atomic():
            deed()
        told = getattr(broken.value.__cause__, "diag", None)
        assert told is not None
        assert told.constraint_name == name
    one.refresh_from_db()
    assert one.minutes_total == 1000
    services.take_back(volunteer_id=one.pk, entry_id=entry.pk, reason="错", actor=SYSTEM, now=clock.now())
    one.refresh_from_db()
    assert one.minutes_total == 0
    make_service(other, 1440)


def make_raw(row: dict[str, Any], **changed: Any) -> ServiceEntry:
    return ServiceEntry.objects.create(**{**row, **changed})


def test_what_cannot_be_is_said_and_nobody_enters_for_themselves() -> None:
    here = make_organisation("一馆")
    person = make_real(A, "小禾")
    one = make_volunteer(person, here.pk)
    people.grant(
        user_id=person.pk, role="organisation_admin", organisation_id=here.pk, actor=SYSTEM, now=clock.now()
    )  # fmt: skip
    self_service = client_of(person, levels.CODE, levels.PASSWORD)
    sent = {"on": day(0), "minutes": 60, "service": "x"}
    answer = self_service.post(f"/desk/volunteers/{one.pk}/entries", sent, follow=True)
    assert "不能办自己的" in text(answer)
    staff = client_of(make_user("clerk", role="organisation_admin", organisation_id=here.pk))
    for changed, said in (
        ({"on": day(1)}, "不在任期里"), ({"on": day(-60)}, "不在任期里"), ({"minutes": 0}, "大于"),
        ({"minutes": 1441}, "小于"), ({"service": ""}, "必填"), ({"on": "x"}, "日期"),
    ):  # fmt: skip
        answer = staff.post(f"/desk/volunteers/{one.pk}/entries", {**sent, **changed}, follow=True)
        assert said in text(answer), changed
    make_service(one, 1400)
    assert "超过 24 小时" in text(staff.post(f"/desk/volunteers/{one.pk}/entries", sent, follow=True))
    assert ServiceEntry.objects.count() == 1
    with pytest.raises(Refused, match="volunteer_name"):
        make_volunteer(make_reader(B), here.pk)


def test_others_reach_nothing() -> None:
    here, there = make_organisation("一馆"), make_organisation("二馆")
    one = make_volunteer(make_real(A, "小禾"), here.pk)
    entry = make_service(one)
    stranger = client_of(make_real(B, "路人"), levels.CODE, levels.PASSWORD)
    for deed in ("", "resign", "record", f"entries/{entry.pk}/dispute"):
        where = f"/account/volunteering/{one.pk}/{deed}"
        assert (stranger.post(where) if deed else stranger.get(where)).status_code == 404, deed
    foreign = client_of(make_user("foreign", role="organisation_admin", organisation_id=there.pk))
    for deed in ("answer", "end", "entries", f"entries/{entry.pk}/correct"):
        assert foreign.post(f"/desk/volunteers/{one.pk}/{deed}").status_code == 403, deed
    assert "小禾" not in text(foreign.get("/desk/volunteers/"))
    second = make_volunteer(make_real("+8613700137002", "另一位"), there.pk)
    crossed = f"/desk/volunteers/{second.pk}/entries/{entry.pk}/correct"
    assert "没有这条记录" in text(foreign.post(crossed, {"reason": "别馆的"}, follow=True))
    assert ServiceEntry.objects.count() == 1


def test_a_term_ends_by_itself_by_the_institution_or_not_at_all() -> None:
    here = make_organisation("一馆")
    one = make_volunteer(make_real(A, "小禾"), here.pk)
    assert services.lapse(now=clock.now()) == 0
    assert services.lapse(now=clock.now() + dt.timedelta(days=301)) == 1
    one.refresh_from_db()
    assert one.state == "over"
    second = make_volunteer(make_real(B, "另一位"), here.pk)
    staff = client_of(make_user("clerk", role="organisation_admin", organisation_id=here.pk))
    assert "请写清楚" in text(staff.post(f"/desk/volunteers/{second.pk}/end", {}, follow=True))
    staff.post(f"/desk/volunteers/{second.pk}/end", {"reason": "搬走了"})
    second.refresh_from_db()
    assert (second.state, second.reason) == ("ended", "搬走了")
    make_service(second, 30)
    with pytest.raises(Refused, match="record_empty"):
        services.make_record(volunteer_id=one.pk, actor=Actor(one.user_id, ""), now=clock.now())


def test_an_entry_is_disputed_once_and_may_stand() -> None:
    one = make_volunteer(make_real(A, "小禾"), make_organisation("一馆").pk)
    entry = make_service(one)
    own = Actor(one.user_id, "")
    asked: dict[str, Any] = {"volunteer_id": one.pk, "entry_id": entry.pk, "now": clock.now()}
    services.dispute(**asked, words="多了", actor=own)
    with pytest.raises(Refused, match="entry_settled"):
        services.dispute(**asked, words="多了", actor=own)
    with pytest.raises(Refused, match="volunteer_own"):
        services.let_stand(**asked, answer="对的", actor=own)
    services.let_stand(**asked, answer="签到表在", actor=SYSTEM)
    assert ServiceDispute.objects.get().state == "stands"
    with pytest.raises(Refused, match="unknown_entry"):
        services.let_stand(**asked, answer="对的", actor=SYSTEM)


def test_a_list_of_many_asks_as_often_as_one_of_few(django_assert_max_num_queries: Any) -> None:
    here = make_organisation("一馆")
    for number in range(8):
        one = make_volunteer(make_real(f"+86137001370{number:02d}", f"第{number}位"), here.pk)
        make_service(one, 60)
    staff = client_of(make_user("clerk", role="organisation_admin", organisation_id=here.pk))
    with django_assert_max_num_queries(16):
        page = text(staff.get("/desk/volunteers/"))
    assert "8 小时 0 分" in page


def join(kept: User, gone: User) -> Merge:
    people.begin_merge(user_id=kept.pk, device="w", now=clock.now())
    return people.merge(kept_id=kept.pk, gone_id=gone.pk, device="w", actor=by(gone), now=clock.now())


def test_a_merge_takes_the_hours_along_and_back() -> None:
    here, there = make_organisation("一馆"), make_organisation("二馆")
    gone, kept = make_real(A, "旧"), make_real(B, "新")
    one, twice = make_volunteer(gone, here.pk), make_volunteer(gone, there.pk)
    make_volunteer(kept, there.pk)
    make_service(one, 60)
    merged = join(kept, gone)
    one.refresh_from_db()
    twice.refresh_from_db()
    assert (one.user, twice.user, one.minutes_total) == (kept, gone, 60)
    people.undo_merge(merge_id=merged.pk, actor=Actor(kept.pk, ""), now=clock.now())
    one.refresh_from_db()
    assert (one.user, one.minutes_total) == (gone, 60)


def test_who_goes_leaves_the_hours_and_nothing_of_themselves() -> None:
    one = make_volunteer(make_real(A, "小禾"), make_organisation("一馆").pk)
    make_service(one, 60)
    assert one.user_id is not None
    services.make_record(volunteer_id=one.pk, actor=Actor(one.user_id, ""), now=clock.now())
    person = personal.Person(one.user_id)
    for table in personal.tables():
        if table.model.startswith(("people.Service", "people.Volunteer")):
            personal.erase(table, person, clock.now())
    one.refresh_from_db()
    assert (one.user, one.state, one.minutes_total, ServiceRecord.objects.count()) == (None, "resigned", 60, 0)


@pytest.mark.django_db(transaction=True)
def test_two_who_enter_at_once_do_not_fill_a_day_twice() -> None:
    person = make_real(A, "小禾")
    one, other = (make_volunteer(person, make_organisation(name).pk) for name in ("一馆", "二馆"))

    def enter(where: Volunteer) -> Callable[[], object]:
        return lambda: make_service(where, 800)

    assert str(meanwhile(enter(one), enter(other))) == "service_full"
    assert queries.total_minutes(Volunteer.objects.all()) == 800
    first = ServiceEntry.objects.get()

    def back() -> object:
        return services.take_back(volunteer_id=one.pk, entry_id=first.pk, reason="错", actor=SYSTEM, now=clock.now())

    assert str(meanwhile(back, back)) == "entry_settled"
    assert queries.total_minutes(Volunteer.objects.all()) == 0


def test_who_leaves_leaves_hours_and_no_words() -> None:
    """And nobody in the institution has to answer them any more."""
    here = make_organisation("一馆")
    made = make_volunteer(make_real(A, "小禾"), here.pk)
    open_, settled = make_service(made), make_service(made, days_ago=1)
    for one, more in (
        (open_, {}),
        (settled, {"state": "stands", "answer": "小禾那天没来", "answered_at": clock.now()}),
    ):
        ServiceDispute.objects.create(entry=one, words="小禾说少记了", said_at=clock.now(), **more)
    services.part_from(user_id=made.user_id or 0, now=clock.now())
    made.refresh_from_db()
    assert (made.user_id, made.minutes_total) == (None, 180)
    rows = ServiceDispute.objects.order_by("entry_id").values_list("state", "words", "answer")
    assert [*rows] == [("stands", "—", "—")] * 2
    assert queries.disputed(Scope((Reach("", ""),)), SYSTEM).total == 0
