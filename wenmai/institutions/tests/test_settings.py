"""Numbers of institutions: the nearest one that says something counts."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from wenmai.institutions import queries, services
from wenmai.institutions.models import Organisation, Setting
from wenmai.institutions.queries import settings
from wenmai.institutions.rules import settings as rules
from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.people.testing import make_user

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 2, 2, 0, tzinfo=dt.UTC)
AGE, LAPSES = "activities.elder_age", "activities.lapses"


def say(organisation_id: int | None, **said: int | None) -> dict[str, tuple[int | None, int | None]]:
    named = {f"activities.{name}": value for name, value in said.items()}
    return services.set_settings(
        organisation_id=organisation_id, group="activities", said=named, actor=Actor(7, "林主任"), now=NOW
    )


def line() -> tuple[Organisation, Organisation, Organisation]:
    city = make_organisation("市馆")
    county = make_organisation("县馆", administrative_parent=city)
    return city, county, make_organisation("镇站", administrative_parent=county)


def test_the_nearest_counts_then_the_node_then_our_default(django_assert_num_queries: Any):
    city, county, town = line()
    assert queries.setting(AGE, town.pk) == 60
    say(None, elder_age=65)
    say(city.pk, elder_age=55)
    assert [queries.setting(AGE, one.pk) for one in (city, county, town)] == [55, 55, 55]
    say(county.pk, elder_age=58)
    with django_assert_num_queries(2):
        found = queries.settings_for([AGE, LAPSES], [city.pk, county.pk, town.pk, make_other := 10**9])
    assert [found[one.pk][AGE] for one in (city, county, town)] == [55, 58, 58]
    assert found[make_other] == {AGE: 65, LAPSES: 1}
    assert queries.highest(AGE) == 65

    say(county.pk, elder_age=None)
    assert queries.setting(AGE, town.pk) == 55
    group = rules.group_of("activities")
    assert group is not None
    (one,) = [one for one in queries.told(group, town.pk) if one.setting.name == AGE]
    assert (one.value, one.own, one.above, one.origin, one.is_usual) == (55, None, 55, "市馆", False)


def test_what_is_over_is_found_behind_what_takes_its_time(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "AT_ONCE", 2)
    slow, quick = make_organisation("慢的"), make_organisation("快的")
    days = "needs.callback_days"
    services.set_settings(organisation_id=slow.pk, group="needs", said={days: 60}, actor=SYSTEM, now=NOW)
    for number in range(5):
        say(slow.pk, elder_age=60 + number)
    say(quick.pk, elder_age=70)
    rows, asked = Setting.objects.filter(name=AGE), {"organisation": "organisation_id", "since": "entered_at"}
    (own,) = rows.filter(organisation=quick).values_list("pk", flat=True)
    day = dt.timedelta(days=1)
    assert list(queries.ripe(rows, [days], **asked, now=NOW + 6 * day)) == []
    assert list(queries.ripe(rows, [days], **asked, now=NOW + 7 * day)) == [own]
    assert len(list(queries.ripe(rows, [days], **asked, now=NOW + 60 * day))) == 6
    assert list(queries.ripe(rows, [days, LAPSES], **asked, now=NOW + 7 * day)) == [own], "the longest counts"


def test_what_was_said_stays_and_is_told():
    city, _county, _town = line()
    assert say(city.pk, elder_age=55, lapses=2) == {AGE: (None, 55), LAPSES: (None, 2)}
    assert say(city.pk, elder_age=55) == {}
    assert say(city.pk, elder_age=70) == {AGE: (55, 70)}
    told = Entry.objects.filter(name="institutions.settings_changed").order_by("pk")
    assert [one.detail["changes"] for one in told] == [{AGE: [None, 55], LAPSES: [None, 2]}, {AGE: [55, 70]}]
    assert queries.trail(city.pk)[0].details == ["满多少岁用老年人名额 55 → 70"]
    assert list(Setting.objects.filter(name=AGE).order_by("pk").values_list("value", "entered_by")) == [
        (55, 7), (70, 7),
    ]  # fmt: skip
    for change in (
        lambda: Setting.objects.update(value=1), Setting.objects.all().delete,
        lambda: Setting.objects.filter(value=55).update(replaced_at=None),
        lambda: Setting.objects.create(organisation=city, name=AGE, value=3, entered_at=NOW),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("group", "organisation_id", "said", "code"),
    [
        ("nothing", None, {}, "unknown_settings"),
        ("activities", None, {"activities.nothing": 1}, "unknown_setting"),
        ("activities", None, {AGE: 39}, "number_odd"),
        ("activities", None, {AGE: 101}, "number_odd"),
        ("activities", 10**9, {AGE: 50}, "unknown_organisation"),
    ],
)
def test_refusals_leave_no_trace(group: str, organisation_id: int | None, said: dict[str, int], code: str):
    with pytest.raises(Refused) as refusal:
        services.set_settings(organisation_id=organisation_id, group=group, said=said, actor=SYSTEM, now=NOW)
    assert refusal.value.code == code
    assert not Setting.objects.exists()
    assert not Entry.objects.filter(name="institutions.settings_changed").exists()


def test_first_whom_it_concerns_then_it_counts(client: Client):
    city, county, _town = line()
    say(county.pk, elder_age=58)
    client.force_login(make_user("chief", role="organisation_admin", organisation_id=city.pk))
    page = f"/desk/organisations/{city.pk}/settings/activities"
    assert page in client.get(f"/desk/organisations/{city.pk}/settings/").content.decode()
    assert "本系统默认" in client.get(f"/desk/organisations/{city.pk}/settings/").content.decode()

    seen = client.post(page, {"activities_elder_age": "55"})
    words = seen.content.decode()
    for said in ("60 → 55", "1 家机构照这个数", "县馆（58）"):
        assert said in words
    assert queries.setting(AGE, city.pk) == 60
    # something else than what was looked at is looked at first
    client.post(page, {"activities_elder_age": "50", "seen": seen.context["seen"]})
    assert queries.setting(AGE, city.pk) == 60
    assert client.post(page, {"activities_elder_age": "55", "seen": seen.context["seen"]}).status_code == 302
    assert (queries.setting(AGE, city.pk), queries.setting(AGE, county.pk)) == (55, 58)
    assert client.post(page, {"activities_elder_age": "39"}).status_code == 400
    assert client.get("/desk/organisations/settings/").status_code == 403
    assert client.get(f"/desk/organisations/{city.pk}/settings/nothing").status_code == 404


def test_who_may_look_may_not_change(client: Client):
    city, _county, _town = line()
    client.force_login(make_user("officer", role="activity_officer", organisation_id=city.pk))
    assert client.get(f"/desk/organisations/{city.pk}/settings/").status_code == 200
    assert client.get(f"/desk/organisations/{city.pk}/settings/activities").status_code == 403
