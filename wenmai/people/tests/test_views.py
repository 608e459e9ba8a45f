"""The desk's pages for accounts, and one's own password."""

import re

import pytest
from django.test import Client

from wenmai.institutions.models import Organisation
from wenmai.institutions.testing import make_organisation, make_place
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.people import services
from wenmai.people.models import RoleGrant, User
from wenmai.people.testing import PASSWORD, client_of, forget_attempts, make_user

pytestmark = pytest.mark.django_db
LIST = "/desk/accounts/"
NEW = "another good horse"


@pytest.fixture(autouse=True)
def forgetful() -> None:
    forget_attempts()


@pytest.fixture
def library() -> Organisation:
    return make_organisation("本馆")


@pytest.fixture
def admin(library: Organisation) -> Client:
    return client_of(make_user("admin", role="organisation_admin", organisation_id=library.pk))


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def shown(user: User) -> Client:
    """Logged in by password a moment ago."""
    client = Client()
    client.post("/account/enter", {"way": "password", "username": user.username, "password": PASSWORD})
    return client


def told(user: User) -> list[str]:
    return [entry.name for entry in Entry.objects.filter(subject_kind="user", subject_key=str(user.pk)).order_by("id")]


def shown_password(page: str) -> str:
    found = re.search(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}", page)
    assert found
    return found[0]


def test_a_new_colleague_gets_a_password_once_and_has_to_choose_another(admin: Client, library: Organisation) -> None:
    form = {"username": "Reader1", "name": "甲", "role": "cataloguer", "organisation": library.pk}
    made = admin.post(f"{LIST}new", form)
    assert (made.status_code, "no-store" in made.headers["Cache-Control"]) == (200, True)
    first = shown_password(text(made))
    user = User.objects.get(username="Reader1")
    assert first not in text(admin.get(f"{LIST}{user.pk}/"))
    client = Client()
    client.post("/account/enter", {"way": "password", "username": "reader1", "password": first})
    for page in ("/desk/", "/desk/catalogue/records/", "/sources/"):
        assert client.get(page).headers["Location"].startswith("/account/password?next="), page
    assert client.get("/").status_code == 200
    assert "别人给的首次密码" in text(client.get("/account/password"))
    changed = client.post("/account/password", {"new": NEW, "again": NEW, "next": "/desk/catalogue/records/"})
    assert changed.headers["Location"] == "/desk/catalogue/records/"
    assert client.get("/desk/").status_code == 200, "still logged in"
    assert told(user) == ["people.created", "people.granted", "people.logged_in", "people.password_changed"]
    assert first not in str(list(Entry.objects.values_list("detail", flat=True)))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"again": "x"}, "两次输入的新密码不一样"),
        ({"new": "123", "again": "123"}, "这个密码不够安全"),
        ({"new": PASSWORD, "again": PASSWORD}, "新密码和现在的一样"),
        ({"new": "1234567890", "again": "1234567890"}, "这个密码不够安全"),
    ],
)
def test_a_password_that_cannot_be(changes: dict[str, str], said: str) -> None:
    user = make_user(role="village_admin")
    answer = shown(user).post("/account/password", {"new": NEW, "again": NEW, **changes})
    assert (answer.status_code, said in text(answer)) == (400, True)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_guesses_at_ones_own_password_count_like_those_of_the_login() -> None:
    user = make_user(role="village_admin")
    client = client_of(user)
    for _try in range(10):
        client.post("/account/again/password", {"password": "wrong"})
    assert client.post("/account/again/password", {"password": PASSWORD}).status_code == 429
    assert client.post("/account/password", {"new": NEW, "again": NEW}).headers["Location"].startswith("/account/again")
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_new_password_ends_the_other_sessions() -> None:
    user = make_user(role="village_admin")
    here, elsewhere = shown(user), client_of(user)
    assert here.post("/account/password", {"new": NEW, "again": NEW}).status_code == 302
    assert (here.get("/desk/").status_code, elsewhere.get("/desk/").status_code) == (200, 302)


def test_everybody_who_is_logged_in_reaches_their_own_password_and_nobody_else() -> None:
    assert shown(make_user("roleless")).get("/account/password").status_code == 200
    assert Client().get("/account/password").headers["Location"].startswith("/account/enter")


def test_roles_are_given_and_taken_and_the_page_tells_it(admin: Client, library: Organisation) -> None:
    user = make_user("cat", role="cataloguer", organisation_id=library.pk)
    own = f"{LIST}{user.pk}/"
    assert admin.post(f"{own}roles", {"role": "reviewer", "organisation_words": "本馆"}).status_code == 302
    first = RoleGrant.objects.get(user=user, role="cataloguer")
    assert "已收回" in text(admin.post(f"{own}roles/{first.pk}/revoke", follow=True))
    last = RoleGrant.objects.get(user=user)
    assert last.role == "reviewer"
    assert "这是最后一个角色" in text(admin.post(f"{own}roles/{last.pk}/revoke", follow=True))
    assert "已经收回了" in text(admin.post(f"{own}roles/{first.pk}/revoke", follow=True))
    page = text(admin.get(own))
    assert "给角色：审核员 · 本馆" in page
    assert "收回角色：资源编目员 · 本馆" in page
    assert told(user)[-2:] == ["people.granted", "people.revoked"]


def test_nobody_gives_what_they_have_not_got(admin: Client, library: Organisation) -> None:
    above = make_organisation("上级")
    user = make_user("cat", role="cataloguer", organisation_id=library.pk)
    for asked in (
        {"role": "cataloguer", "organisation": above.pk},
        {"role": "cataloguer", "organisation": 10**9},
    ):
        assert admin.post(f"{LIST}{user.pk}/roles", asked).status_code in {400, 403}
    assert (
        admin.post(f"{LIST}{user.pk}/roles", {"role": "platform_admin", "organisation": library.pk}).status_code == 400
    )
    assert admin.post(f"{LIST}{user.pk}/roles", {"role": "cataloguer", "organisation": ""}).status_code == 400
    new = {"username": "x1", "name": "x", "role": "cataloguer", "organisation": above.pk}
    assert admin.post(f"{LIST}new", new).status_code == 403
    assert admin.post(f"{LIST}new", {**new, "role": "platform_admin"}).status_code == 400
    assert (User.objects.count(), RoleGrant.objects.filter(user=user).count()) == (2, 1)


def test_somebody_of_a_region_gives_roles_in_it_only(library: Organisation) -> None:
    make_place("990200", "霁川市")
    regional = client_of(make_user("regional", role="platform_admin", region="9901"))
    form = {"name": "乙", "role": "cataloguer", "organisation": library.pk}
    assert regional.post(f"{LIST}new", {**form, "username": "a1"}).status_code == 403
    assert regional.post(f"{LIST}new", {**form, "username": "a2", "region_words": "霁川市"}).status_code == 403
    assert regional.post(f"{LIST}new", {**form, "username": "a3", "region_words": "990100"}).status_code == 200
    assert RoleGrant.objects.get(user__username="a3").region == "9901"
    make_user("plain", role="cataloguer", organisation_id=library.pk)
    make_user("far", role="cataloguer", organisation_id=make_organisation("远馆", place_code="990200").pk)
    page = text(regional.get(LIST))
    assert ("plain" in page, "a3" in page, "far" in page) == (True, True, False)


def test_an_account_with_more_power_is_seen_and_not_changed(admin: Client, library: Organisation) -> None:
    """Otherwise a new password for a colleague would be a way to the colleague's powers."""
    strong = make_user("strong", role="cataloguer", organisation_id=library.pk)
    elsewhere = make_organisation("别馆")
    services.grant(
        user_id=strong.pk, role="reviewer", organisation_id=elsewhere.pk, actor=SYSTEM, now=clock.now()
    )  # fmt: skip
    page = text(admin.get(f"{LIST}{strong.pk}/"))
    assert "另有 1 个角色" in page
    assert "别馆" not in page
    assert "重置密码" not in page
    for deed in ("password", "switch", "name", "roles"):
        assert admin.post(f"{LIST}{strong.pk}/{deed}", {"name": "x", "role": "cataloguer"}).status_code == 403
    chief = make_user("chief", role="platform_admin", organisation_id=library.pk)
    assert admin.post(f"{LIST}{chief.pk}/password").status_code == 403
    strong.refresh_from_db()
    assert strong.check_password(PASSWORD)


def test_nobody_changes_their_own_account_but_the_password(library: Organisation) -> None:
    user = make_user("admin", role="organisation_admin", organisation_id=library.pk)
    client = client_of(user)
    for deed in ("password", "switch", "name", "roles"):
        assert client.post(f"{LIST}{user.pk}/{deed}", {"name": "x", "role": "cataloguer"}).status_code == 403
    assert "改密码" in text(client.get(f"{LIST}{user.pk}/"))


def test_an_account_is_switched_off_and_on_renamed_and_given_another_password(
    admin: Client, library: Organisation
) -> None:
    user = make_user("cat", role="cataloguer", organisation_id=library.pk)
    own, theirs = f"{LIST}{user.pk}/", client_of(user)
    assert "立即退出" in text(admin.post(f"{own}switch", {"to": "off"}, follow=True))
    assert theirs.get("/desk/").status_code == 302
    refused = Client().post("/account/enter", {"way": "password", "username": "cat", "password": PASSWORD})
    assert refused.status_code == 401
    assert "cat" not in text(admin.get(f"{LIST}?state=on"))
    assert "cat" in text(admin.get(f"{LIST}?state=off"))
    admin.post(f"{own}switch", {"to": "on"})
    theirs = client_of(user)
    assert "已改名" in text(admin.post(f"{own}name", {"name": "新名"}, follow=True))
    assert admin.post(f"{own}name", {"name": " "}).status_code == 400
    fresh = shown_password(text(admin.post(f"{own}password")))
    assert theirs.get("/desk/").status_code == 302, "every session ended"
    assert (
        Client().post("/account/enter", {"way": "password", "username": "cat", "password": PASSWORD}).status_code == 401
    )
    assert Client().post("/account/enter", {"way": "password", "username": "cat", "password": fresh}).status_code == 302
    assert told(user)[2:] == [
        "people.switched_off", "people.switched_on", "people.renamed", "people.password_reset", "people.logged_in",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"username": "ADMIN"}, "已经有人用了"),
        ({"username": "ａｄｍｉｎ"}, "已经有人用了"),
        ({"username": ""}, "必填"),
        ({"username": "x" * 61}, "60"),
        ({"name": ""}, "必填"),
        ({"role": "emperor"}, "不在可用的选项中"),
        ({"organisation": "", "organisation_words": "没有这家"}, "没有找到"),
        ({"region_words": "没有这里"}, "没有找到"),
    ],
)
def test_refusals_are_said_in_words(admin: Client, library: Organisation, changes: dict[str, str], said: str) -> None:
    form = {"username": "new", "name": "新", "role": "cataloguer", "organisation": str(library.pk), **changes}
    answer = admin.post(f"{LIST}new", form)
    assert (answer.status_code, said in text(answer)) == (400, True), text(answer)
    assert User.objects.count() == 1


def test_who_has_no_role_belongs_to_the_whole_node(admin: Client) -> None:
    lost = make_user("lost")
    chief = client_of(make_user("chief", role="platform_admin"))
    assert "lost" not in text(admin.get(LIST))
    assert admin.get(f"{LIST}{lost.pk}/").status_code == 403
    assert "lost" not in text(chief.get(LIST))
    assert "lost" in text(chief.get(f"{LIST}?q=LOS"))
    assert (
        chief.post(f"{LIST}{lost.pk}/roles", {"role": "auditor", "organisation": "", "region": ""}).status_code == 302
    )
    assert RoleGrant.objects.get(user=lost).organisation is None
    assert chief.get(f"{LIST}999999/").status_code == 404


def test_readers_do_not_hide_the_staff_and_are_found_by_name() -> None:
    chief = client_of(make_user("chief", role="platform_admin"))
    reader = services.create_reader(phone="+8613800138000", name="漪漪", actor=SYSTEM, now=clock.now())
    listed = text(chief.get(LIST))
    assert "chief" in listed
    assert reader.username not in listed
    assert reader.username in text(chief.get(f"{LIST}?q=漪"))
    assert reader.username in text(chief.get(f"{LIST}?q=漪&state=on"))
    assert reader.username not in text(chief.get(f"{LIST}?q=漪&state=off"))
    assert "13800138000" not in text(chief.get(f"{LIST}{reader.pk}/"))
    services.grant(user_id=reader.pk, role="auditor", organisation_id=None, actor=SYSTEM, now=clock.now())
    assert reader.username in text(chief.get(LIST))


def test_a_list_is_paged_with_a_steady_number_of_questions(
    admin: Client, library: Organisation, django_assert_max_num_queries
) -> None:
    users = User.objects.bulk_create(User(username=f"many{n:03}", name=f"第{n}") for n in range(60))
    RoleGrant.objects.bulk_create(RoleGrant(user=user, role="cataloguer", organisation=library) for user in users)
    with django_assert_max_num_queries(13):
        page = text(admin.get(LIST))
    assert "第 1 页，共 2 页" in page
    assert text(admin.get(f"{LIST}?page=2&q=many")).count("资源编目员") == 10
