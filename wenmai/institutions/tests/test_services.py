import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from wenmai.institutions import queries, services
from wenmai.institutions.models import Organisation, Place
from wenmai.institutions.rules import hierarchy as paths
from wenmai.institutions.rules.hierarchy import Hierarchy
from wenmai.institutions.testing import NOW, make_organisation, make_place
from wenmai.journal import queries as journal
from wenmai.journal.models import Entry
from wenmai.lib.access import SYSTEM, Reach, Scope
from wenmai.lib.refusal import Refused

pytestmark = pytest.mark.django_db


def move(one: Organisation, parent: Organisation | None, in_: Hierarchy = "administrative") -> Organisation:
    return services.move(
        organisation_id=one.pk, parent_id=parent.pk if parent else None, hierarchy=in_, actor=SYSTEM, now=NOW
    )


def create(**changes: Any) -> Organisation:
    make_place("990100")
    asked: dict[str, Any] = {"name": "某馆", "kind": "library", "place_code": "990100", **changes}
    return services.create_organisation(**asked, actor=SYSTEM, now=NOW)


def test_a_new_organisation_has_a_code_its_paths_and_an_entry():
    top = make_organisation("省图书馆")
    below = make_organisation("市图书馆", administrative_parent=top, professional_parent=top)
    assert (top.code, below.code) == ("9901009031010001", "9901009031010002")
    assert (top.administrative_path, below.administrative_path) == (f"/{top.pk}/", f"/{top.pk}/{below.pk}/")
    assert below.professional_path == f"/{top.pk}/{below.pk}/"
    entry = journal.trail("organisation", below.pk)[0]
    assert (entry.name, entry.detail["code"]) == ("institutions.organisation_created", below.code)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "  "}, "name_missing"),
        ({"name": "馆" * 101}, "name_too_long"),
        ({"short_name": "馆" * 41}, "name_too_long"),
        ({"intro": "馆" * 4001}, "intro_too_long"),
        ({"kind": "bank"}, "unknown_kind"),
        ({"place_code": "110101"}, "unknown_place"),
        ({"administrative_parent_id": 10**9}, "unknown_organisation"),
        ({"code": "12"}, "code_invalid"),
        ({"code": "１" * 16}, "code_invalid"),
    ],
)
def test_a_refusal_leaves_no_trace(changes, code):
    with pytest.raises(Refused) as refused:
        create(**changes)
    assert refused.value.code == code
    assert not Organisation.objects.exists()
    assert not Entry.objects.filter(subject_kind="organisation").exists()


def test_a_code_is_given_once():
    given = create(code="9901009031010007")
    assert create().code == "9901009031010008"
    with pytest.raises(Refused, match="code_taken"):
        create(code=given.code)
    create(code="9901009031019999")
    with pytest.raises(Refused, match="codes_used_up"):
        create()


@pytest.mark.parametrize(
    "change", ["UPDATE institutions_organisation SET code = '1'", "DELETE FROM institutions_organisation"]
)
def test_the_database_keeps_codes_for_ever(change):
    create()
    with pytest.raises(IntegrityError, match="kept for ever"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_a_subtree_moves_as_one_and_only_in_its_hierarchy():
    top, other = make_organisation("甲"), make_organisation("乙")
    middle = make_organisation("丙", administrative_parent=top, professional_parent=top)
    leaf = make_organisation("丁", administrative_parent=middle, professional_parent=middle)
    move(middle, other)
    leaf.refresh_from_db()
    assert leaf.administrative_path == f"/{other.pk}/{middle.pk}/{leaf.pk}/"
    assert leaf.professional_path == f"/{top.pk}/{middle.pk}/{leaf.pk}/"
    assert queries.subtree_ids(other.pk) == [other.pk, middle.pk, leaf.pk]
    assert queries.subtree_ids(top.pk, "professional") == [top.pk, middle.pk, leaf.pk]
    entry = journal.trail("organisation", middle.pk)[0]
    assert entry.detail == {"hierarchy": "administrative", "before": top.pk, "after": other.pk}
    move(middle, other)
    assert journal.trail("organisation", middle.pk)[0] == entry
    connection.check_constraints()


@pytest.mark.parametrize("hierarchy", ["administrative", "professional"])
def test_no_hierarchy_has_a_cycle(hierarchy):
    top = make_organisation("甲")
    below = make_organisation("乙", administrative_parent=top, professional_parent=top)
    for one, parent in ((top, below), (top, top)):
        with pytest.raises(Refused, match="cycle"):
            move(one, parent, hierarchy)


def test_a_hierarchy_that_is_too_deep_is_refused(monkeypatch):
    monkeypatch.setattr(paths, "LONGEST_PATH", 40)
    chain = [make_organisation("顶")]
    while len(chain[-1].administrative_path) <= 40 - len(f"{chain[-1].pk + 1}/"):
        chain.append(make_organisation("下", administrative_parent=chain[-1]))
    with pytest.raises(Refused, match="too_deep"):
        make_organisation("更下", administrative_parent=chain[-1])
    aside = make_organisation("旁")
    with pytest.raises(Refused, match="too_deep"):
        move(chain[0], aside)


@pytest.mark.parametrize("path", ["/", "/0/", "/1/2/3/"])
def test_the_database_refuses_a_path_that_does_not_follow_the_parent(path):
    top = make_organisation("甲")
    make_organisation("乙", administrative_parent=top)
    Organisation.objects.filter(pk=top.pk).update(administrative_path=path)
    with pytest.raises(IntegrityError, match="does not follow its parent"), transaction.atomic():
        connection.check_constraints()
    Organisation.objects.filter(pk=top.pk).update(administrative_path=f"/{top.pk}/")


def test_words_change_and_the_code_stays():
    one = make_organisation("旧名")
    services.change_organisation(
        organisation_id=one.pk, name=" 新名 ", short_name="新", intro="话", actor=SYSTEM, now=NOW
    )
    view = queries.by_code(one.code)
    assert view is not None
    assert (view.name, view.short_name, view.intro) == ("新名", "新", "话")
    assert journal.trail("organisation", one.pk)[0].detail["before"]["name"] == "旧名"


def test_a_new_kind_and_place_leave_the_code_and_tell_only_what_changed():
    one = make_organisation("某馆")
    make_place("990200")
    services.change_organisation(
        organisation_id=one.pk, name="某馆", short_name="", intro="", kind="museum", place_code="990200",
        actor=SYSTEM, now=NOW,
    )  # fmt: skip
    view = queries.organisation(one.pk)
    assert view is not None
    assert (view.kind, view.place_code, view.code) == ("museum", "990200", one.code)
    detail = journal.trail("organisation", one.pk)[0].detail
    assert detail == {
        "before": {"kind": "library", "place": "990100"}, "after": {"kind": "museum", "place": "990200"}
    }  # fmt: skip
    services.change_organisation(
        organisation_id=one.pk, name="某馆", short_name="", intro="", kind="museum", actor=SYSTEM, now=NOW
    )
    assert len(journal.trail("organisation", one.pk)) == 2, "nothing changed: nothing to tell"


TODAY = NOW.date()


def close(one: Organisation, on: dt.date = TODAY, reason: str = "并入别馆") -> Organisation:
    return services.close_organisation(organisation_id=one.pk, closed_on=on, reason=reason, actor=SYSTEM, now=NOW)


def test_closing_is_for_a_day_and_a_reason_and_can_be_undone():
    one = make_organisation("某馆")
    close(one, dt.date(2025, 6, 30))
    view = queries.organisation(one.pk)
    assert view is not None
    assert view.closed_on == dt.date(2025, 6, 30)
    services.reopen_organisation(organisation_id=one.pk, reason="办错了", actor=SYSTEM, now=NOW)
    one.refresh_from_db()
    assert one.closed_on is None
    told = [(entry.name.partition(".")[2], entry.detail) for entry in journal.trail("organisation", one.pk)[:2]]
    assert told == [
        ("organisation_reopened", {"closed_on": "2025-06-30", "reason": "办错了"}),
        ("organisation_closed", {"on": "2025-06-30", "reason": "并入别馆"}),
    ]


def test_what_cannot_be_closed_or_opened():
    top = make_organisation("甲")
    below = make_organisation("乙", administrative_parent=top)
    for one, on, reason, code in (
        (top, NOW.date(), "并入", "open_below"),
        (below, NOW.date(), "  ", "reason_missing"),
        (below, NOW.date(), "长" * 501, "reason_too_long"),
        (below, NOW.date() + dt.timedelta(days=2), "并入", "day_to_come"),
    ):
        with pytest.raises(Refused, match=code):
            close(one, on, reason)
    with pytest.raises(Refused, match="open_already"):
        services.reopen_organisation(organisation_id=top.pk, reason="恢复", actor=SYSTEM, now=NOW)
    close(below)
    close(top)
    with pytest.raises(Refused, match="closed_already"):
        close(top)
    with pytest.raises(Refused, match="parent_closed"):
        services.reopen_organisation(organisation_id=below.pk, reason="恢复", actor=SYSTEM, now=NOW)
    with pytest.raises(Refused, match="parent_closed"):
        make_organisation("丙", administrative_parent=top)
    with pytest.raises(Refused, match="parent_closed"):
        move(make_organisation("丁"), top)


def test_the_database_keeps_open_ones_from_below_closed_ones():
    top = make_organisation("甲")
    make_organisation("乙", administrative_parent=top)
    Organisation.objects.filter(pk=top.pk).update(closed_on=NOW.date())
    with pytest.raises(IntegrityError, match="stands below a closed one"), transaction.atomic():
        connection.check_constraints()
    Organisation.objects.filter(pk=top.pk).update(closed_on=None)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("槿溪", ["990121"]),
        ("990121", ["990121", "990121100"]),
        ("菱渡镇", ["990121100", "990222100"]),
        ("槿溪 菱渡镇", ["990121100"]),
        ("某省 霁川 菱渡", ["990222100"]),
        ("  ", []),
        ("没有这里", []),
        ("%", []),
    ],
)
def test_places_are_found_by_what_people_type(words, found):
    for code, name in (
        ("990000", "某省"), ("990100", "汐川市"), ("990121", "槿溪县"), ("990200", "霁川市"), ("990222", "桐溪县"),
        ("990121100", "菱渡镇"), ("990222100", "菱渡镇"),
    ):  # fmt: skip
        make_place(code, name)
    assert [one.code for one in queries.find_places(words, 20)] == found


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "710000", "outside_denominators": False},
        {"code": "810100", "prefix": "8101", "level": 2},
        {"code": "990000", "outside_denominators": True},
        {"code": "990000", "level": 3},
        {"code": "990000", "prefix": "9900"},
        {"code": "990000", "valid_to": "1979-01-01"},
        {"code": "9900001"},
    ],
)
def test_the_database_refuses_a_place_that_cannot_be(wrong):
    fields = {
        "prefix": wrong["code"][:2],
        "name": "某地",
        "level": 1,
        "valid_from": "1980-01-01",
        "source": "test",
        **wrong,
    }
    with pytest.raises(IntegrityError, match="institutions_place"), transaction.atomic():
        Place.objects.create(**fields)


def test_a_code_means_one_place_on_any_day():
    first, overlap, second = (dt.date(year, 1, 1) for year in (1980, 1999, 2000))
    make_place("990000", "旧省", valid_from=first, valid_to=second)
    with pytest.raises(IntegrityError, match="code_means_one"), transaction.atomic():
        make_place("990000", "新省", valid_from=overlap)
    make_place("990000", "新省", valid_from=second)
    names = {year: queries.place("99", dt.date(year, 6, 1)) for year in (1979, 1999, 2000)}
    assert {year: found and found.name for year, found in names.items()} == {1979: None, 1999: "旧省", 2000: "新省"}


def test_a_place_is_made_once():
    made = services.create_place(code="990000", name="某省", actor=SYSTEM, now=NOW)
    assert services.create_place(code="990000", name="某省", actor=SYSTEM, now=NOW) == made
    for code, name, refusal in (
        ("990000", "别省", "code_taken"),
        ("99", "某省", "code_invalid"),
        ("980000", " ", "name_missing"),
        ("980100", "某市", "unknown_place"),
    ):
        with pytest.raises(Refused, match=refusal):
            services.create_place(code=code, name=name, actor=SYSTEM, now=NOW)


def test_what_a_scope_reaches():
    top = make_organisation("甲", place_code="990000")
    city = make_organisation("乙", administrative_parent=top, place_code="990100")
    county = make_organisation("丙", administrative_parent=top, place_code="990202")
    everything = queries.within(Scope((Reach("", ""),)))
    assert everything[0] == top.pk
    assert set(everything[1:]) == {city.pk, county.pk}
    assert queries.within(Scope((Reach("", "9901"),))) == [city.pk]
    both = queries.within(Scope((Reach(f"/{top.pk}/", "9902"), Reach(city.administrative_path, ""))))
    assert set(both) == {city.pk, county.pk}
    assert queries.within(Scope(())) == []
    assert queries.reach(county.pk) == Reach(county.administrative_path, "990202")
    assert queries.reach(10**9) is None


def test_ancestors_are_remembered_until_places_change():
    make_place("990102", "某区")
    assert [code for code, _name in queries.ancestors("990102")] == ["990000", "990100", "990102"]
    assert queries.ancestors("990103") == []
    services.create_place(code="990103", name="新区", parent_code="990100", actor=SYSTEM, now=NOW)
    assert queries.ancestors("990103")[-1] == ("990103", "新区")
    assert queries.region_options()["990103"] == "新区"
    services.create_place(code="990103001", name="某街道", parent_code="990103", actor=SYSTEM, now=NOW)
    assert queries.ancestors("990103001")[-2:] == [("990103", "新区"), ("990103001", "某街道")]
