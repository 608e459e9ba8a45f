"""Who looked at whom is written down by the door, seen by the person without names and by auditors with them."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock, looks, personal
from wenmai.lib.access import Actor, Grant, door
from wenmai.people import services
from wenmai.people.looks import queries, rules
from wenmai.people.looks.models import Look
from wenmai.people.models import User
from wenmai.people.services import identities
from wenmai.people.testing import client_of, make_reader, make_user

pytestmark = pytest.mark.django_db


def seen(person: User) -> list[tuple[str, str, int]]:
    rows = Look.objects.filter(person_id=person.pk).order_by("id")
    return [(one.page, one.reason, one.actor_id) for one in rows]


@pytest.fixture
def library() -> Any:
    return make_organisation("光塔图书馆")


def test_an_account_that_is_opened_is_written_down_once_a_day(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = make_user("admin", role="organisation_admin", organisation_id=library.pk)
    clerk = make_user("clerk", role="cataloguer", organisation_id=library.pk)
    client = client_of(admin)
    for _time in range(3):
        assert client.get(f"/desk/accounts/{clerk.pk}/").status_code == 200
    assert seen(clerk) == [("desk:people:account", "", admin.pk)]
    one = Look.objects.get(person_id=clerk.pk)
    assert (one.role, one.shown, one.organisation_path) == ("organisation_admin", 1, library.administrative_path)
    client.get(f"/desk/accounts/{admin.pk}/")
    assert not seen(admin), "oneself is nobody else"
    tomorrow = clock.now() + dt.timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    client.get(f"/desk/accounts/{clerk.pk}/")
    assert len(seen(clerk)) == 2
    assert client_of(clerk).get(f"/desk/accounts/{admin.pk}/").status_code == 403
    assert not seen(admin), "who is refused has seen nothing"


def test_a_list_says_how_many_and_never_what_was_typed(library: Any) -> None:
    admin = make_user("admin", role="organisation_admin", organisation_id=library.pk)
    make_user("clerk", role="cataloguer", organisation_id=library.pk)
    client_of(admin).get("/desk/accounts/?q=clerk")
    client_of(admin).get("/desk/accounts/?state=off")
    rows = Look.objects.filter(actor_id=admin.pk).order_by("id")
    assert [(one.page, one.reason, one.shown, one.person_id) for one in rows] == [
        ("desk:people:accounts", "words", 1, None),
        ("desk:people:accounts", "filter", 0, None),
    ]


def test_who_asks_for_a_role_is_seen_with_the_number_of_the_request(library: Any) -> None:
    village = make_organisation("甲村", administrative_parent=library, kind="village_center")
    reader = make_reader(name="村管")
    asked = services.ask_role(
        user_id=reader.pk, role="village_admin", organisation_id=village.pk, actor=Actor(reader.pk, "村管"),
        now=clock.now(),
    )  # fmt: skip
    admin = make_user("admin", role="organisation_admin", organisation_id=library.pk)
    client_of(admin).get("/desk/requests/")
    assert seen(reader) == [("desk:people:requests", f"request:{asked.pk}", admin.pk)]
    page = client_of(reader).get("/account/looks").content.decode()
    assert f"第 {asked.pk} 号申请" in page


def test_a_counter_check_is_written_down(library: Any) -> None:
    reader, clerk = make_reader(), make_user("clerk", role="organisation_admin", organisation_id=library.pk)
    code = identities.counter_code(user_id=reader.pk, now=clock.now())
    client_of(clerk).post("/desk/counter/", {"code": code})
    assert seen(reader) == [("desk:people:counter", "code", clerk.pk)]


def test_everybody_sees_institution_role_page_and_day_and_no_name(library: Any) -> None:
    admin = make_user("zhao-the-admin", role="organisation_admin", organisation_id=library.pk)
    reader = make_reader()
    Look.objects.create(
        day=dt.date(2026, 11, 30), at=clock.now(), actor_id=admin.pk, role="organisation_admin", person_id=reader.pk,
        organisation_path=library.administrative_path, page="desk:people:account", shown=1,
    )  # fmt: skip
    for prefix, words in (("", "机构管理员"), ("/en", "Administrator of an institution")):
        page = client_of(reader).get(f"{prefix}/account/looks").content.decode()
        assert "光塔图书馆" in page
        assert "2026-11-30" in page
        assert words in page or prefix
        assert "zhao-the-admin" not in page
    assert "zhao-the-admin" not in client_of(make_reader("+8613800138001")).get("/account/looks").content.decode()
    assert Client().get("/account/looks").status_code == 302


def test_auditors_see_names_within_their_scope_and_are_seen_themselves(library: Any) -> None:
    branch = make_organisation("分馆", administrative_parent=library)
    other = make_organisation("外馆", place_code="990200")
    reader = make_reader(name="读者甲")
    for number, place in enumerate((library, branch, other)):
        who = make_user(f"clerk{number}", role="organisation_admin", organisation_id=place.pk)
        Look.objects.create(
            day=dt.date(2026, 11, 30), at=clock.now(), actor_id=who.pk, role="organisation_admin",
            organisation_path=place.administrative_path, person_id=reader.pk, page="desk:people:account", shown=1,
        )  # fmt: skip
    auditor = make_user("auditor", role="auditor", organisation_id=library.pk)
    client = client_of(auditor)
    page = client.get("/desk/looks/").content.decode()
    assert {name for name in ("clerk0", "clerk1", "clerk2") if name in page} == {"clerk0", "clerk1"}
    answer = client.post("/desk/looks/", {"name": "clerk1", "side": "staff"})
    assert answer["Location"] == f"/desk/looks/?staff={User.objects.get(username='clerk1').pk}"
    page = client.get(answer["Location"]).content.decode()
    assert "clerk0" not in page
    assert "读者甲" in page
    assert client.post("/desk/looks/", {"name": "nobody"}, follow=True).status_code == 200
    own = Look.objects.filter(actor_id=auditor.pk).order_by("id")
    assert [(one.page, one.reason, one.shown) for one in own][:2] == [
        ("desk:people:looks", "", 2), ("desk:people:looks", "staff", 1)
    ]  # fmt: skip
    assert (
        client_of(make_user("cat", role="cataloguer", organisation_id=library.pk)).get("/desk/looks/").status_code
        == 403
    )


def test_who_sees_unusually_many_stands_out(library: Any) -> None:
    auditor = make_user("auditor", role="auditor", organisation_id=library.pk)
    today = timezone.localdate(clock.now())
    Look.objects.bulk_create(
        Look(day=today, at=clock.now(), actor_id=who, role="x", organisation_path=library.administrative_path,
             person_id=1_000 + number, page="desk:people:account", shown=1)
        for who, count in ((auditor.pk, rules.MANY + 1), (auditor.pk + 1, rules.MANY)) for number in range(count)
    )  # fmt: skip
    (one,) = queries.busy(_scope(auditor), today)
    assert (one.actor_id, one.name, one.people) == (auditor.pk, "auditor", rules.MANY + 1)
    assert "看得特别多" in client_of(auditor).get("/desk/looks/").content.decode()


def _scope(user: User) -> Any:
    from wenmai.lib.levels import Level
    from wenmai.people import queries as people

    return people.actor(user, Level.PHONE).scope("looks.view")


def test_a_page_that_forgets_to_say_whom_it_shows_is_not_sent() -> None:
    @door("accounts.view", shows=True)
    def forgets(request: HttpRequest) -> HttpResponse:
        return HttpResponse("王小明")

    @door("accounts.view", shows=True)
    def says(request: HttpRequest) -> HttpResponse:
        looks.note(request, 7)
        return HttpResponse("王小明")

    request = RequestFactory().get("/desk/x")
    request.actor = Actor(3, "x", (Grant("platform_admin", frozenset({"accounts.view"})),))  # type: ignore[attr-defined]
    with pytest.raises(AssertionError, match="has not said so"):
        forgets(request)
    assert says(request).status_code == 200
    assert Look.objects.get().person_id == 7


def test_looks_are_only_added_and_leave_half_a_year_later() -> None:
    def add(ago: int) -> Look:
        at = clock.now() - dt.timedelta(days=ago)
        return Look.objects.create(day=at.date(), at=at, actor_id=1, role="x", person_id=2, page="p", shown=1)

    old, young = add(1_200), add(100)
    for sql in (
        "UPDATE people_look SET shown = 2",
        "TRUNCATE people_look",
        f"DELETE FROM people_look WHERE id = {young.pk}",
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    due = personal.rule("people.looks").due(clock.now())
    assert due is not None
    assert [one.pk for one in due] == [old.pk]
    due.delete()
    assert Look.objects.get() == young


def test_every_page_that_shows_people_has_a_name() -> None:
    from django.urls import get_resolver

    from tests.test_architecture import patterns

    shows = {entry.name for _route, entry in patterns(get_resolver()) if entry.callback.door.shows}  # type: ignore[attr-defined]
    named = {re.sub(r".*:", "", page) for page in rules.PAGES}
    assert len(shows) > 5
    assert shows - named == set(), "say in people.looks.rules.PAGES what people call the page"
