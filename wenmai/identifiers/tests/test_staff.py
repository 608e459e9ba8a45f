import pytest
from django.test import Client

from wenmai.identifiers import queries, rules, services
from wenmai.identifiers.rules import Binding, Mint
from wenmai.identifiers.testing import NOW
from wenmai.institutions.models import Organisation
from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib.access import SYSTEM
from wenmai.people.testing import client_of, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> Organisation:
    return make_organisation("本馆")


@pytest.fixture
def staff(own: Organisation) -> Client:
    return client_of(make_user("keeper", role="cataloguer", organisation_id=own.pk))


def make(own: Organisation, count: int = 1, location: str = "/records/{n}") -> list[str]:
    wishes = [Mint("test", str(n), own.code, "text", location=location.format(n=n)) for n in range(1, count + 1)]
    names = services.mint(wishes, actor=SYSTEM, now=NOW)
    return [names["test", str(n)] for n in range(1, count + 1)]


def page(name: str, step: str = "") -> str:
    return f"/desk/identifiers/{queries.number_of(name)}/{step}"


def deeds() -> list[str]:
    return [entry.name for entry in Entry.objects.filter(name__startswith="identifiers.").order_by("id")][1:]


@pytest.mark.parametrize("spell", [str, str.upper, rules.typed, lambda name: f" {name[:9]}  {name[9:]} "])
def test_a_name_is_found_as_it_was_typed(staff, own, spell) -> None:
    (name,) = make(own)
    assert staff.get("/desk/identifiers/", {"q": spell(name)})["Location"] == page(name)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("春晓", "不像一个完整的标识符"),
        ("{}*?", "校验字符对不上"),
        ("99.test.2.1100009031010001/T90F0.zzzzzz", "不属于您负责"),
    ],
)
def test_what_is_not_found_is_said_beside_what_was_typed(staff, own, typed: str, words: str) -> None:
    (name,) = make(own)
    answer = staff.get("/desk/identifiers/", {"q": typed.format(name)})
    assert answer.status_code == 404
    assert words in answer.content.decode()
    assert typed.format(name) in answer.content.decode()


def test_names_of_others_are_as_if_they_did_not_exist(staff, own) -> None:
    foreign = make_organisation("外馆", place_code="990200")
    (name,) = make(foreign)
    answer = staff.get("/desk/identifiers/", {"q": name})
    assert answer.status_code == 404
    assert "不属于您负责" in answer.content.decode()


def test_a_location_is_added_preferred_and_closed(staff, own) -> None:
    (name,) = make(own)
    staff.post(page(name, "bind"), {"address": "https://mirror.example/1", "kind": "copy"})
    staff.post(page(name, "prefer"), {"address": "https://mirror.example/1"})
    assert queries.resolve(name).location == "https://mirror.example/1"
    staff.post(page(name, "unbind"), {"address": "/records/1"})
    assert [one.address for one in queries.resolve(name).locations] == ["https://mirror.example/1"]
    shown = staff.get(page(name)).content.decode()
    assert "以前的地址" in shown
    assert deeds() == ["identifiers.bound", "identifiers.bound", "identifiers.unbound"]
    assert {entry.detail["address"] for entry in Entry.objects.filter(name="identifiers.unbound")} == {"/records/1"}


def test_preferring_moves_the_others_when_the_best_rank_is_taken(own) -> None:
    (name,) = make(own)
    others = [Binding(name, f"/files/{n}", "file", 0) for n in range(3)]
    services.bind(others, actor=SYSTEM, now=NOW)
    assert services.prefer(name=name, address="/records/1", actor=SYSTEM, now=NOW)
    assert [one.address for one in queries.resolve(name).locations] == [
        "/records/1",
        *(f"/files/{n}" for n in range(3)),
    ]
    assert not services.prefer(name=name, address="/records/1", actor=SYSTEM, now=NOW)


def test_the_first_location_registers_a_reserved_name(staff, own) -> None:
    (name,) = make(own, location="")
    staff.post(page(name, "bind"), {"address": "/records/9", "kind": "page"})
    assert queries.resolve(name).state == "registered"


@pytest.mark.parametrize(
    ("step", "sent", "words"),
    [
        ("bind", {"address": "javascript:alert(1)", "kind": "page"}, "地址要以 / 开头"),
        ("bind", {"address": "/x", "kind": "window"}, "没有这种类别"),
        ("unbind", {"address": "/records/1"}, "最后一个地址"),
        ("prefer", {"address": "/nowhere"}, "现在不指向这个地址"),
        ("redirect", {"target": "春晓"}, "不像一个完整的标识符"),
        ("redirect", {"target": "{own}"}, "会回到它自己"),
        ("redirect", {"target": "{other}"}, "会回到它自己"),
        ("withdraw", {"reason": " "}, "请写明理由"),
    ],
)
def test_refusals_stay_on_the_page_in_words(staff, own, step: str, sent: dict[str, str], words: str) -> None:
    name, other = make(own, 2)
    services.redirect({other: name}, actor=SYSTEM, now=NOW)
    before = len(deeds())
    answer = staff.post(page(name, step), {key: text.format(own=name, other=other) for key, text in sent.items()})
    assert answer.status_code == 409
    assert words in answer.content.decode()
    assert len(deeds()) == before


def test_a_name_is_led_on_and_comes_back(staff, own) -> None:
    one, two = make(own, 2)
    staff.post(page(one, "redirect"), {"target": f"  {rules.typed(two).upper()} "})
    assert queries.resolve(one).location == "/records/2"
    shown = staff.get(page(one)).content.decode()
    assert two in shown
    assert "取消转向" in shown
    assert "另有 1 个标识符转向这里" in staff.get(page(two)).content.decode()
    staff.post(page(one, "reinstate"))
    assert queries.resolve(one).location == "/records/1"


def test_a_withdrawn_name_shows_its_tombstone_and_comes_back(staff, own) -> None:
    (name,) = make(own)
    staff.post(page(name, "withdraw"), {"reason": "登记错了", "title": "春晓"})
    gone = Client().get(f"/id/{name}")
    assert gone.status_code == 410
    assert "登记错了" in gone.content.decode()
    assert "登记错了" in staff.get(page(name)).content.decode()
    assert staff.post(page(name, "withdraw"), {"reason": "又一次"}).status_code == 302
    staff.post(page(name, "reinstate"))
    assert queries.resolve(name).state == "registered"
    assert deeds() == ["identifiers.withdrawn", "identifiers.reinstated"]


def test_names_are_reserved_once_for_each_number_at_home(staff, own) -> None:
    sent = {"organisation_words": own.code, "type": "image", "keys": "A-1\nA-2\n\nA-1"}
    for _again in range(2):
        assert staff.post("/desk/identifiers/reserve", sent)["Location"] == "/desk/identifiers/"
    reserved = queries.reserved([f"desk:{own.code}"], 10)
    assert [one.client_key for one in reserved] == ["A-2", "A-1"]
    assert all(one.typed in staff.get("/desk/identifiers/").content.decode() for one in reserved)


@pytest.mark.parametrize(
    "changes",
    [{"organisation": "1100009031010001"}, {"type": "poem"}, {"keys": " "}, {"keys": "\n".join(map(str, range(101)))}],
)
def test_what_cannot_be_reserved_is_said(staff, own, changes: dict[str, str]) -> None:
    sent = {"organisation": own.pk, "type": "image", "keys": "A-1", **changes}
    answer = staff.post("/desk/identifiers/reserve", sent)
    assert answer.status_code == 400
    assert "errorlist" in answer.content.decode()
    assert queries.reserved([f"desk:{own.code}"], 10) == []


def test_who_may_only_look_sees_no_buttons(own) -> None:
    (name,) = make(own)
    auditor = client_of(make_user("auditor", role="auditor", organisation_id=own.pk))
    shown = auditor.get(page(name)).content.decode()
    assert "撤销的理由" not in shown
    assert auditor.post(page(name, "withdraw"), {"reason": "x"}).status_code == 403
    assert "预留新的标识符" not in auditor.get("/desk/identifiers/").content.decode()
