"""Roles that stand apart, end, are delegated, asked for and looked at again."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from wenmai.institutions.models import Organisation
from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor, Reach, Scope
from wenmai.lib.refusal import Refused
from wenmai.people import queries, rules, services
from wenmai.people.models import RoleGrant, RoleRequest, Separation, User
from wenmai.people.testing import client_of, make_reader, make_separations, make_user
from wenmai.people.testing.races import meanwhile

DAY = dt.timedelta(days=1)


@pytest.fixture
def library() -> Organisation:
    return make_organisation("县馆")


@pytest.fixture
def village(library: Organisation) -> Organisation:
    return make_organisation("柘汀村服务点", administrative_parent=library, kind="village_center")


def text(answer: Any) -> str:
    return str(answer.content.decode())


def give(user: User, role: str, organisation: Organisation | None = None, **more: Any) -> RoleGrant:
    return services.grant(
        user_id=user.pk, role=role, organisation_id=organisation.pk if organisation else None,
        actor=SYSTEM, now=clock.now(), **more,
    )  # fmt: skip


def actor(user: User) -> Actor:
    return queries.actor(User.objects.get(pk=user.pk))


# --- apart


@pytest.mark.django_db
def test_duties_that_stand_apart_are_not_in_one_hand(library: Organisation) -> None:
    make_separations()
    user = make_user(role="auditor", organisation_id=library.pk)
    branch = make_organisation("分馆", administrative_parent=library)
    with pytest.raises(Refused) as refused:
        give(user, "organisation_admin", branch)
    assert (refused.value.code, refused.value.detail) == ("separated", "安全审计员")
    assert RoleGrant.objects.count() == 1
    give(user, "organisation_admin", make_organisation("外馆"))
    give(user, "cataloguer", library)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(user=user, role="platform_admin")  # the whole node overlaps with everything
    Separation.objects.update(is_on=False)
    give(user, "organisation_admin", branch)


@pytest.mark.django_db(transaction=True)
def test_of_two_roles_given_at_the_same_moment_one_stays() -> None:
    make_separations()
    user, ended = make_user(), []
    both = threading.Barrier(2)

    def act(role: str) -> None:
        both.wait(10)
        try:
            give(user, role)
            ended.append("given")
        except Refused as refusal:
            ended.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=[role]) for role in ("auditor", "organisation_admin")]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    assert sorted(ended) == ["given", "separated"]


def test_a_role_to_come_is_named_and_not_given() -> None:
    assert not set(rules.ROLES) & set(rules.ROLES_TO_COME)
    assert all(one < other for _kind, one, other in rules.SEPARATIONS)
    assert rules.role_words("final_reviewer") == "终审员"


@pytest.mark.django_db
def test_with_three_administrators_one_runs_one_gives_and_one_looks(settings: Any) -> None:
    settings.THREE_ADMINISTRATORS = True
    runs, gives = make_user("runs", role="platform_admin"), make_user("gives", role="security_admin")
    colleague = make_user("colleague", role="cataloguer")
    assert not actor(runs).may("accounts.change")
    assert actor(runs).may("sources.change")
    assert not actor(gives).may("sources.view")
    form = {"role": "platform_admin", "organisation": "", "region": ""}
    where = f"/desk/accounts/{colleague.pk}/roles"
    assert client_of(runs).post(where, form).status_code == 403
    assert client_of(gives).post(where, form).status_code == 302
    assert RoleGrant.objects.filter(user=colleague, role="platform_admin", given_by=gives).exists()


# --- for a while


@pytest.mark.django_db
def test_a_role_ends_by_itself_and_is_given_again(library: Organisation) -> None:
    user, now = make_user(role="cataloguer", organisation_id=library.pk), clock.now()
    give(user, "reviewer", library, until=now + DAY)
    assert actor(user).may("catalogue.review")
    RoleGrant.objects.filter(role="reviewer").update(until=now - DAY)
    assert not actor(user).may("catalogue.review")
    with pytest.raises(Refused, match="until_passed"):
        give(user, "reviewer", library, until=now - DAY)
    give(user, "reviewer", library)
    assert actor(user).may("catalogue.review")
    give(user, "reviewer", library, until=now + DAY)
    assert RoleGrant.objects.get(role="reviewer").until is None, "the later end counts"


@pytest.mark.django_db
def test_a_role_that_ends_keeps_nobody_in_office() -> None:
    last, other = make_user("last", role="platform_admin"), make_user("other", role="cataloguer")
    give(other, "platform_admin", until=clock.now() + DAY)
    give(last, "cataloguer")
    with pytest.raises(Refused, match="last_administrator"):
        services.switch_off(user_id=last.pk, actor=SYSTEM, now=clock.now())
    give(other, "platform_admin")
    services.switch_off(user_id=last.pk, actor=SYSTEM, now=clock.now())


@pytest.mark.django_db
def test_a_role_is_delegated_for_a_while_and_ends_with_its_source(library: Organisation) -> None:
    away = make_user("away", role="reviewer", organisation_id=library.pk)
    stand_in = make_user("standin", role="cataloguer", organisation_id=library.pk)
    own = RoleGrant.objects.get(user=away)
    client = client_of(away)
    day = timezone.localdate(clock.now() + 10 * DAY).isoformat()
    asked = {"grant": str(own.pk), "username": "STANDIN", "until": day}
    assert client.post("/desk/roles/delegation", asked).status_code == 302
    assert actor(stand_in).may("catalogue.review")
    assert "standin" in text(client.get("/desk/roles/delegation"))
    assert Entry.objects.filter(name="people.delegated", subject_key=str(stand_in.pk)).count() == 1
    passed = RoleGrant.objects.get(user=stand_in, role="reviewer")
    with pytest.raises(Refused, match="not_delegable"):
        services.delegate(
            grant_id=passed.pk, to_user_id=away.pk, until=clock.now() + DAY, actor=actor(stand_in), now=clock.now()
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.filter(user=stand_in, role="reviewer").update(until=None)
    own.delete()
    assert not actor(stand_in).may("catalogue.review")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"username": "nobody"}, "没有这位同事"),
        ({"username": "away"}, "不能委托给自己"),
        ({"until": "2020-01-01"}, "已经过去了"),
        ({"until": "2099-01-01"}, "委托最长 90 天"),
        ({"until": "soon"}, "输入一个有效的日期"),
        ({"grant": "0"}, "选择一个有效的选项"),
        ({"username": "reader"}, "没有这位同事"),
    ],
)
def test_what_cannot_be_delegated_is_said(library: Organisation, changes: dict[str, str], said: str) -> None:
    away = make_user("away", role="reviewer", organisation_id=library.pk)
    make_user("standin", role="cataloguer", organisation_id=library.pk)
    make_user("reader")
    grant = RoleGrant.objects.get(user=away)
    day = timezone.localdate(clock.now() + DAY).isoformat()
    asked = {"grant": str(grant.pk), "username": "standin", "until": day, **changes}
    answer = client_of(away).post("/desk/roles/delegation", asked)
    assert (answer.status_code, said in text(answer)) == (400, True), text(answer)
    assert RoleGrant.objects.count() == 2


@pytest.mark.django_db
def test_administrators_do_not_delegate_and_strangers_end_nothing(library: Organisation) -> None:
    admin = make_user("admin", role="organisation_admin", organisation_id=library.pk)
    other = make_user("other", role="cataloguer", organisation_id=library.pk)
    assert "没有可以自己委托的角色" in text(client_of(admin).get("/desk/roles/delegation"))
    own = RoleGrant.objects.get(user=other)
    third = make_user("third", role="inspector", organisation_id=library.pk)
    made = services.delegate(
        grant_id=own.pk, to_user_id=third.pk, until=clock.now() + DAY, actor=actor(other), now=clock.now()
    )
    client_of(admin).post("/desk/roles/delegation", {"end": str(made.pk)})
    assert RoleGrant.objects.filter(pk=made.pk).exists()
    client_of(third).post("/desk/roles/delegation", {"end": str(made.pk)})
    assert not RoleGrant.objects.filter(pk=made.pk).exists()


# --- asked for


@pytest.mark.django_db
def test_a_township_gives_a_villages_rights_in_two_taps(library: Organisation, village: Organisation) -> None:
    reader = make_reader(name="村里人")
    asks = client_of(reader, "code")
    named = asks.post("/account/village", {"organisation_words": village.name[:-1], "organisation_seen": ""})
    assert f'value="{village.pk}"' in text(named), "what the page sends first is a part of a name, to choose by"
    chosen = {"organisation_words": village.name, "organisation": str(village.pk), "organisation_seen": village.name}
    assert asks.post("/account/village", chosen).status_code == 302
    assert "等乡镇答复" in text(asks.get("/account/village"))
    township = client_of(make_user("township", role="organisation_admin", organisation_id=library.pk))
    desk = text(township.get("/desk/"))
    assert 'href="/desk/requests/"' in desk
    page = text(township.get("/desk/requests/"))  # the first tap
    assert "村里人" in page
    assert "138****8000" in page
    (waiting,) = RoleRequest.objects.all()
    assert township.post(f"/desk/requests/{waiting.pk}/answer", {"answer": "yes"}).status_code == 302  # the second
    assert actor(reader).may("catalogue.view", queries.request_reach(waiting.pk))
    assert "已同意" in text(asks.get("/account/village"))
    again = township.post(f"/desk/requests/{waiting.pk}/answer", {"answer": "no"}, follow=True)
    assert "已经答复过" in text(again)
    assert actor(reader).may("catalogue.view")
    assert "您已经是这里的管理员" in text(asks.post("/account/village", chosen))


@pytest.mark.django_db
def test_nobody_answers_their_own_request_or_one_from_elsewhere(library: Organisation, village: Organisation) -> None:
    admin = make_user("admin", role="organisation_admin", organisation_id=library.pk)
    own = services.ask_role(
        user_id=admin.pk, role="village_admin", organisation_id=village.pk, actor=SYSTEM, now=clock.now()
    )
    assert client_of(admin).post(f"/desk/requests/{own.pk}/answer", {"answer": "yes"}).status_code == 403
    far = client_of(make_user("far", role="organisation_admin", organisation_id=make_organisation().pk))
    assert far.post(f"/desk/requests/{own.pk}/answer", {"answer": "yes"}).status_code == 403
    assert far.post("/desk/requests/987654/answer", {"answer": "yes"}).status_code == 404
    assert Client().get("/desk/requests/").status_code == 302


@pytest.mark.django_db
def test_requests_are_few_and_can_be_withdrawn(library: Organisation) -> None:
    reader = make_reader()

    def ask(organisation: Organisation, role: str = "village_admin") -> RoleRequest:
        return services.ask_role(
            user_id=reader.pk, role=role, organisation_id=organisation.pk, actor=SYSTEM, now=clock.now()
        )

    villages = [make_organisation(f"村{n}", administrative_parent=library, kind="village_center") for n in range(4)]
    first = ask(villages[0])
    assert ask(villages[0]) == first
    for one in villages[1:3]:
        ask(one)
    with pytest.raises(Refused, match="too_many_requests"):
        ask(villages[3])
    with pytest.raises(Refused, match="not_a_village"):
        ask(library)
    with pytest.raises(Refused, match="unknown_role"):
        ask(villages[3], "platform_admin")
    stranger = client_of(make_reader("+8613900139000"), "code")
    answer = stranger.post("/account/village", {"withdraw": str(first.pk)}, follow=True)
    assert "已经答复过或撤回了" in text(answer)
    assert RoleRequest.objects.get(pk=first.pk).state == "waiting", "somebody else's"
    assert client_of(reader, "code").post("/account/village", {"withdraw": str(first.pk)}).status_code == 302
    assert RoleRequest.objects.get(pk=first.pk).state == "withdrawn"
    ask(villages[3])


# --- looked at again


@pytest.mark.django_db
def test_the_review_shows_what_asks_for_a_second_look(library: Organisation) -> None:
    old = make_user("old", role="reviewer", organisation_id=library.pk)
    RoleGrant.objects.update(created_at=clock.now() - 100 * DAY)
    over = make_user("over", role="cataloguer", organisation_id=library.pk)
    give(over, "reviewer", library, until=clock.now() + DAY)
    RoleGrant.objects.filter(user=over, role="reviewer").update(until=clock.now() - DAY)
    make_user("=cmd|x", role="auditor", organisation_id=library.pk)
    make_user("far", role="platform_admin", organisation_id=make_organisation("外馆").pk)
    client = client_of(make_user("admin", role="platform_admin", organisation_id=library.pk))
    page = text(client.get("/desk/roles/review"))
    assert "很久没登录" in page
    assert ">far<" not in page

    def listed(look: str) -> set[str]:
        rows = queries.held_roles(actor(User.objects.get(username="admin")).scope("accounts.view"), look, clock.now())
        assert client.get(f"/desk/roles/review?look={look}").status_code == 200
        marked = {one.username for one in queries.held(rows, clock.now()) if not look or look in one.looks}
        assert len(marked) == len({row.user_id for row in rows}), "the filter and the marks agree"
        return marked

    assert listed("unused") == {"old"}
    assert listed("over") == {"over"}
    assert listed("no_factor") == {"=cmd|x", "admin"}
    assert listed("apart") == set()
    make_separations()
    with connection.cursor() as cursor:  # a conflict from before: the trigger is told nothing of moves
        cursor.execute("SET session_replication_role = replica")
        RoleGrant.objects.create(user=old, role="auditor", organisation=library)
        RoleGrant.objects.create(user=old, role="organisation_admin", organisation=library)
        cursor.execute("SET session_replication_role = origin")
    assert listed("apart") == {"old"}
    table = b"".join(client.get("/desk/roles/review?format=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert table.startswith("\ufeff")
    assert "'=cmd|x" in table
    assert "职责冲突" in table
    grant = RoleGrant.objects.get(user=old, role="reviewer")
    assert client.post("/desk/roles/reviewed", {"grant": [str(grant.pk), "x", "99999999"]}).status_code == 302
    grant.refresh_from_db()
    assert grant.reviewed_at is not None
    assert Entry.objects.get(name="people.grants_reviewed").detail == {"ids": [grant.pk]}


@pytest.mark.django_db
def test_only_who_could_give_a_role_says_that_it_stands(library: Organisation) -> None:
    far = make_user("far", role="cataloguer", organisation_id=make_organisation("外馆").pk)
    grant = RoleGrant.objects.get(user=far)
    client = client_of(make_user("admin", role="organisation_admin", organisation_id=library.pk))
    client.post("/desk/roles/reviewed", {"grant": [str(grant.pk)]})
    grant.refresh_from_db()
    assert grant.reviewed_at is None


@pytest.mark.django_db
def test_separations_are_switched_for_the_whole_node(library: Organisation) -> None:
    make_separations()
    here = client_of(make_user("here", role="platform_admin", organisation_id=library.pk))
    assert here.get("/desk/roles/separations").status_code == 403
    client = client_of(make_user("admin", role="platform_admin"))
    page = text(client.get("/desk/roles/separations"))
    assert "安全审计员 ≠ 平台管理员" in page
    row = Separation.objects.get(one="auditor", other="platform_admin")
    assert client.post("/desk/roles/separations", {"separation": row.pk, "to": "off"}).status_code == 302
    row.refresh_from_db()
    assert row.is_on is False
    assert Entry.objects.filter(name="people.separation_switched").count() == 1
    assert "没有这条规则" in text(client.post("/desk/roles/separations", {"separation": "x"}, follow=True))


# --- who works


@pytest.mark.django_db
def test_the_database_keeps_who_works(library: Organisation) -> None:
    reader, user = make_user("reader"), make_user("staff", role="cataloguer")
    assert list(User.objects.filter(works=True)) == [user]
    second = give(user, "reviewer", library)
    RoleGrant.objects.exclude(pk=second.pk).delete()
    assert User.objects.get(pk=user.pk).works
    RoleGrant.objects.filter(pk=second.pk).update(user=reader)
    assert list(User.objects.filter(works=True)) == [reader]
    stale = User.objects.get(pk=reader.pk)
    second.delete()
    stale.save()
    assert not User.objects.filter(works=True).exists(), "whoever writes an old row down again changes nothing of it"
    stale.works = True
    stale.save()
    assert not User.objects.filter(works=True).exists()


@pytest.mark.django_db(transaction=True)
def test_a_role_given_while_the_last_is_taken() -> None:
    user = make_user("staff", role="cataloguer")
    RoleGrant.objects.create(user=make_user("admin", role="platform_admin"), role="reviewer")
    taken = RoleGrant.objects.filter(user=user)
    ended = meanwhile(lambda: RoleGrant.objects.create(user=user, role="reviewer"), taken.delete)
    assert ended == (1, {"people.RoleGrant": 1})
    assert RoleGrant.objects.get(user=user).role == "reviewer"
    assert User.objects.get(pk=user.pk).works


@pytest.mark.django_db
def test_the_list_of_staff_is_read_by_its_own_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = queries.accounts(Scope((Reach("", ""),)))[:20].explain()
    assert "people_who_works" in plan
    assert "Sort" not in plan
