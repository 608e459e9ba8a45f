"""The desk's pages for organisations."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wenmai.institutions.models import Organisation, Place
from wenmai.institutions.testing import NOW, make_organisation, make_place
from wenmai.people.testing import client_of, make_user

pytestmark = pytest.mark.django_db
LIST = "/desk/organisations/"


@pytest.fixture
def chief() -> Client:
    return client_of(make_user("chief", role="platform_admin"))


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def admin_of(one: Organisation) -> Client:
    return client_of(make_user("own", role="organisation_admin", organisation_id=one.pk))


def test_a_list_is_found_by_name_code_kind_region_and_state(chief: Client) -> None:
    make_place("990200", "霁川市")
    library = make_organisation("甲图书馆")
    make_organisation("乙文化馆", kind="culture_center", place_code="990200")
    Organisation.objects.filter(pk=make_organisation("丙图书馆").pk).update(closed_on=NOW.date())
    for asked, shown in (
        ("", "甲乙"),
        ("?q=图书", "甲"),
        (f"?q={library.code}", "甲"),
        ("?kind=culture_center", "乙"),
        ("?region=霁川", "乙"),
        ("?region=9902", "乙"),
        ("?region=990200", "乙"),
        ("?region=没有", ""),
        ("?state=closed", "丙"),
        ("?state=all", "甲乙丙"),
        ("?state=x&kind=bank&page=99", "甲乙"),
    ):
        page = text(chief.get(LIST + asked))
        assert {name for name in "甲乙丙" if f">{name}" in page} == set(shown), asked


def test_a_long_list_is_paged_and_asks_a_steady_number_of_questions(chief: Client) -> None:
    place = make_place("990100")
    Organisation.objects.bulk_create(
        Organisation(
            id=number, code=f"9901009031{number:06}", name=f"第{number}馆", kind="library", place=place,
            administrative_path=f"/{number}/", professional_path=f"/{number}/",
        )
        for number in range(1000, 1120)
    )  # fmt: skip
    with CaptureQueriesContext(
        connection,
    ) as few:
        page = text(chief.get(f"{LIST}?q=第100"))
    assert page.count("<code>") == 10
    with CaptureQueriesContext(connection) as many:
        page = text(chief.get(LIST))
    assert (page.count("<code>"), "第 1 页，共 3 页" in page) == (50, True)
    assert len(many) == len(few)
    assert text(chief.get(f"{LIST}?page=3")).count("<code>") == 20


def test_an_organisation_is_made_with_a_place_that_has_to_be_chosen(chief: Client) -> None:
    make_place("990121100", "菱渡镇")
    make_place("990222100", "菱渡镇")
    form = {"name": "菱渡镇文化站", "kind": "station", "place_words": "菱渡镇", "intro": "镇上"}
    asked = chief.post(f"{LIST}new", form)
    assert asked.status_code == 400
    page = text(asked)
    assert "请在下面选一个" in page
    assert 'value="990121100"' in page
    assert 'value="990222100"' in page
    assert 'value="菱渡镇文化站"' in page, "what was written stays"
    made = chief.post(f"{LIST}new", {**form, "place_seen": "菱渡镇", "place": "990222100"}, follow=True)
    assert "已建立" in text(made)
    assert Organisation.objects.get().place.code == "990222100"


def test_words_that_name_one_place_are_taken_at_once(chief: Client) -> None:
    make_place("990121", "槿溪县")
    make_place("990121100", "菱渡镇")
    answer = chief.post(f"{LIST}new", {"name": "县馆", "kind": "library", "place_words": "槿溪县"})
    assert answer.status_code == 302
    assert Organisation.objects.get().place.code == "990121"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "必填"),
        ({"place_words": ""}, "请写名称或代码"),
        ({"place_words": "没有这里"}, "没有找到"),
        ({"place": "110101", "place_words": ""}, "请写名称或代码"),
        ({"kind": "bank"}, "不在可用的选项中"),
        ({"code": "12"}, "16 位数字；留空就由系统给"),
        ({"administrative_words": "没有这家"}, "没有找到"),
    ],
)
def test_refusals_are_said_in_words(chief: Client, changes: dict[str, str], said: str) -> None:
    make_place("990100", "汐川市")
    form = {"name": "某馆", "kind": "library", "place_words": "990100", **changes}
    answer = chief.post(f"{LIST}new", form)
    assert (answer.status_code, said in text(answer)) == (400, True), text(answer)
    assert not Organisation.objects.exists()


def test_a_code_that_is_taken_is_said_and_one_from_the_past_is_no_place(chief: Client) -> None:
    given = make_organisation("某馆")
    form = {"name": "另一馆", "kind": "library", "place_words": "990100", "code": given.code}
    assert f"代码 {given.code} 已经给了另一家机构" in text(chief.post(f"{LIST}new", form))
    Place.objects.filter(code="990100").update(valid_to="2020-01-01")
    assert "没有找到" in text(chief.post(f"{LIST}new", {**form, "code": ""}))


def test_an_organisation_changes_moves_closes_and_opens_again_and_the_page_tells_it(chief: Client) -> None:
    top, one = make_organisation("甲"), make_organisation("乙")
    own = f"{LIST}{one.pk}/"
    assert 'value="乙"' in text(chief.get(f"{own}change"))
    changed = {"name": "丙馆", "short_name": "丙", "intro": "话", "kind": "museum", "place": "990100"}
    assert chief.post(f"{own}change", changed).status_code == 302
    assert chief.post(f"{own}move", {"administrative_words": "甲", "professional": ""}).status_code == 302
    assert "并入以后" not in text(chief.get(own))
    assert chief.post(f"{own}close", {"closed_on": "2025-06-30", "reason": "并入以后不再开放"}).status_code == 302
    page = text(chief.get(own))
    for words in (
        "2025-06-30 起停办",
        "名称 乙 → 丙馆",
        "类别 公共图书馆 → 博物馆",
        "行政上级 无 → 甲",
        "并入以后不再开放",
    ):
        assert words in page
    assert "停办" in text(Client().get(f"/institutions/{one.pk}"))
    assert chief.post(f"{own}reopen", {"reason": "恢复开放"}).status_code == 302
    assert "起停办" not in text(chief.get(own))
    one.refresh_from_db()
    assert one.administrative_path == f"/{top.pk}/{one.pk}/"


def test_cycles_and_early_closings_are_refused_in_words(chief: Client) -> None:
    top = make_organisation("甲")
    below = make_organisation("乙", administrative_parent=top)
    answer = chief.post(f"{LIST}{top.pk}/move", {"administrative_words": "乙", "professional": ""})
    assert (answer.status_code, "不能隶属于自己或自己的下级" in text(answer)) == (400, True)
    answer = chief.post(f"{LIST}{top.pk}/close", {"closed_on": "2025-06-30", "reason": "并入"})
    assert (answer.status_code, "下面还有 1 家机构在办" in text(answer)) == (400, True)
    answer = chief.post(f"{LIST}{below.pk}/close", {"closed_on": "2025-06-30", "reason": ""})
    assert answer.status_code == 400
    below.refresh_from_db()
    assert below.closed_on is None


def test_its_own_administrator_changes_words_and_makes_branches_but_does_not_decide_about_it() -> None:
    above = make_organisation("上")
    one = make_organisation("本馆", administrative_parent=above)
    make_place("990200", "霁川市")
    client, own = admin_of(one), f"{LIST}{one.pk}/"
    assert client.post(f"{own}change", {"name": "本馆新名", "kind": "museum", "place": "990200"}).status_code == 302
    one.refresh_from_db()
    assert (one.name, one.kind, one.place.code) == ("本馆新名", "library", "990100")
    for page in ("move", "close", "reopen"):
        assert client.post(own + page, {"reason": "x", "closed_on": "2025-01-01"}).status_code == 403
    form = {"name": "分馆", "kind": "new_space", "place_words": "霁川市"}
    assert client.post(f"{LIST}new", {**form, "administrative": one.pk}).status_code == 302
    assert client.post(f"{LIST}new", form).status_code == 403, "without a superior it would stand outside the scope"
    assert client.post(f"{LIST}new", {**form, "administrative": above.pk}).status_code == 403
    assert client.post(f"{LIST}new", {**form, "administrative": one.pk, "professional": above.pk}).status_code == 403
    branch = Organisation.objects.get(name="分馆")
    assert client.post(f"{LIST}{branch.pk}/move", {"administrative": above.pk, "professional": ""}).status_code == 403
    assert client.post(f"{LIST}{branch.pk}/move", {"administrative": "", "professional": ""}).status_code == 403
    branch.refresh_from_db()
    assert branch.administrative_parent_id == one.pk


def test_somebody_of_a_region_moves_nothing_out_of_it() -> None:
    make_place("990200", "霁川市")
    one = make_organisation("某馆")
    client = client_of(make_user("regional", role="platform_admin", region="9901"))
    form = {"name": "某馆", "kind": "library"}
    assert client.post(f"{LIST}{one.pk}/change", {**form, "place_words": "霁川市"}).status_code == 403
    assert client.post(f"{LIST}{one.pk}/change", {**form, "place": "990100"}).status_code == 302
    assert client.post(f"{LIST}new", {**form, "place_words": "霁川市"}).status_code == 403
    assert client.post(f"{LIST}new", {**form, "place_words": "990100"}).status_code == 302


def test_a_missing_one_is_missing_and_odd_numbers_are_no_errors(chief: Client) -> None:
    assert chief.get(f"{LIST}999999/").status_code == 404
    assert chief.get(f"{LIST}new?under=x").status_code == 200
    assert chief.get(f"{LIST}new?under={'9' * 18}").status_code == 200
    one = make_organisation("某馆")
    odd = {"administrative": "9" * 40, "professional": "²"}
    assert chief.post(f"{LIST}{one.pk}/move", odd).status_code == 400
