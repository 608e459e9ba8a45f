"""What apps of an institution may ask for at all, as staff of the whole node decide."""

import datetime as dt
import threading
from importlib import import_module
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction

from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import bulk, clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused
from wenmai.people import queries as people
from wenmai.people.models import User
from wenmai.people.provider import queries, services
from wenmai.people.provider.models import App, AppConsent, AppLogin, AppScopes, AppTerms, AppWithheld
from wenmai.people.provider.rules import Terms
from wenmai.people.provider.services.scopes import LOCK
from wenmai.people.provider.testing import BACK, RelyingParty, allow, make_app, opened
from wenmai.people.testing import client_of, make_reader, make_user

pytestmark = pytest.mark.django_db
MORE = Terms("应用", (BACK,), scopes=("openid", "profile", "phone"))


def enter(organisation_id: int, terms: Terms = MORE) -> App:
    enterer = User.objects.filter(username="one").first() or make_user("one", role="platform_admin")
    return services.register(
        organisation_id=organisation_id, sector="more.example", is_public=False, terms=terms, loopback=True,
        actor=people.actor(enterer), now=clock.now(),
    ).app  # fmt: skip


def test_a_decision_reaches_down_and_every_one_on_the_way_counts() -> None:
    province = make_organisation("省馆")
    county = make_organisation("县馆", administrative_parent=province)
    village = make_organisation("村站", administrative_parent=county)
    beside = make_organisation("邻馆")
    everybody = ["openid", "profile"]
    assert queries.allowed_scopes(village.pk) == everybody
    allow(province.pk, "profile", "phone")
    allow(county.pk, "phone", "institution")
    found = [queries.allowed_scopes(one.pk) for one in (province, county, village, beside)]
    assert found == [["openid", "profile", "phone"], ["openid", "phone"], ["openid", "phone"], everybody]
    allow(province.pk)
    assert queries.allowed_scopes(village.pk) == ["openid"]
    services.drop_scopes(organisation_id=province.pk, actor=SYSTEM, now=clock.now())
    assert queries.allowed_scopes(village.pk) == ["openid", "phone", "institution"]
    told = Entry.objects.filter(name__startswith="people.app_scopes").order_by("pk").values_list("name", flat=True)
    assert [*told] == ["people.app_scopes_allowed"] * 3 + ["people.app_scopes_dropped"]


def test_what_is_not_allowed_is_not_entered_and_leaves_no_trace() -> None:
    library = make_organisation("县馆")
    with pytest.raises(Refused, match="scopes_not_allowed") as refused:
        enter(library.pk)
    assert "手机号" in refused.value.detail
    assert not App.objects.exists()
    assert not Entry.objects.filter(name="people.app_entered").exists()
    allow(library.pk, "profile", "phone")
    assert enter(library.pk).terms.get().scopes == ["openid", "profile", "phone"]


def test_a_draft_that_asks_for_what_was_withdrawn_is_not_approved() -> None:
    library = make_organisation("县馆")
    allow(library.pk, "profile", "phone")
    app = enter(library.pk)
    allow(library.pk, "profile")
    draft, second = app.terms.get(), make_user("two", role="platform_admin")
    decided: dict[str, Any] = {
        "app_id": app.pk, "terms_id": draft.pk, "actor": people.actor(second), "now": clock.now(),
    }  # fmt: skip
    with pytest.raises(Refused, match="scopes_not_allowed"):
        services.approve(**decided)
    assert queries.active_app(app.client_id) is None
    services.refuse(**decided)
    assert app.terms.get().state == "refused"


def test_the_database_holds_it_whoever_writes() -> None:
    app = make_app(is_active=False).app
    AppTerms.objects.filter(app=app).delete()
    with pytest.raises(IntegrityError, match="not for apps of this institution"), transaction.atomic():
        AppTerms.objects.create(
            app=app, **{**MORE._asdict(), "redirect_uris": [BACK], "logout_uris": [], "scopes": [*MORE.scopes]},
            entered_by=make_user("writer"), entered_at=clock.now(),
        )  # fmt: skip
    with pytest.raises(IntegrityError, match="people_app_scopes_whole"), transaction.atomic():
        AppScopes.objects.create(organisation=make_organisation(), scopes=["phone"], decided_at=clock.now())


def test_withdrawing_stops_new_grants_and_cuts_what_tokens_open() -> None:
    made = make_app(scopes=("openid", "profile", "phone"))
    asked = {"scope": "openid profile phone"}
    party = RelyingParty(made, client_of(make_reader()), **asked)
    tokens = party.tokens()
    assert party.userinfo(tokens["access_token"]).json()["phone_number"]
    waiting = RelyingParty(made, party.browser, **asked)
    code = waiting.code()
    allow(made.app.organisation_id, "profile")
    assert party.userinfo(tokens["access_token"]).json().keys() == {"sub", "name"}
    assert party.introspect(tokens["access_token"])["scope"] == "openid profile"
    again = party.refresh(tokens["refresh_token"])
    assert again.json()["scope"].split() == ["openid", "profile"]
    assert "phone_number" not in party.userinfo(again.json()["access_token"]).json()
    late = waiting.redeem(code)
    assert late.json()["scope"].split() == ["openid", "profile"]
    assert AppLogin.objects.latest("pk").scopes == ["openid", "profile"]
    assert "phone_number" not in opened(late.json()["id_token"])
    assert opened(RelyingParty(made, party.browser, **asked).tokens()["id_token"])["sub"]


def test_a_login_goes_on_without_what_was_withdrawn_and_its_staff_read_how_often() -> None:
    made = make_app(scopes=("openid", "profile", "phone", "institution"))
    app, browser = made.app, client_of(make_reader())
    staff = client_of(make_user("own", role="organisation_admin", organisation_id=app.organisation_id))
    allow(app.organisation_id, "profile")
    party = RelyingParty(made, browser, scope="phone openid profile")
    page = party.ask()
    assert "您的称呼" in page.content.decode()
    assert "手机号" not in page.content.decode()
    assert not AppWithheld.objects.exists()
    back = party.come_back(party.agree())
    told = party.redeem(back["code"]).json()
    assert told["scope"] == "openid profile"
    assert AppConsent.objects.get(app=app).scopes == ["openid", "profile"]
    assert party.userinfo(told["access_token"]).json().keys() == {"sub", "name"}
    again = RelyingParty(made, browser, scope="openid profile phone institution").tokens()
    assert again["scope"] == "openid profile"
    assert [(one.scope, one.login_count) for one in queries.withheld(app.pk)] == [("phone", 2), ("institution", 1)]
    shown = staff.get(f"/desk/apps/{app.pk}/").content.decode()
    assert "要了没给的" in shown
    assert "2 次登录时要过" in shown
    for scope in ("phone", "phone institution", "phone profile", "openid profile mail", "mail"):
        refused = party.come_back(RelyingParty(made, browser, scope=scope).ask())
        assert refused["error"] == "invalid_scope", scope
    assert queries.withheld(app.pk)[0].login_count == 2
    first, less = people.actor(make_user("one")), Terms("应用", (BACK,))
    revised = services.revise(app_id=app.pk, terms=less, loopback=True, actor=first, now=clock.now())
    draft = revised.terms.get(state="draft")
    second = people.actor(make_user("two"))
    services.approve(app_id=app.pk, terms_id=draft.pk, actor=second, now=clock.now())
    assert queries.withheld(app.pk) == []
    assert "要了没给的" not in staff.get(f"/desk/apps/{app.pk}/").content.decode()


def test_a_first_party_app_and_a_question_from_before_are_cut_as_well() -> None:
    made = make_app(scopes=("openid", "profile", "phone"))
    party = RelyingParty(made, client_of(make_reader()), scope="openid phone")
    question = party.ask().context["question"]
    allow(made.app.organisation_id, "profile")
    back = party.come_back(party.browser.post(party.address, {"question": question, "answer": "yes"}))
    assert party.redeem(back["code"]).json()["scope"] == "openid"
    assert AppConsent.objects.get(app=made.app).scopes == ["openid"]
    own = make_app(sector="own.example", scopes=("openid", "profile", "phone"), is_first_party=True)
    allow(own.app.organisation_id, "profile")
    assert RelyingParty(own, party.browser, scope="openid phone").tokens()["scope"] == "openid"


def test_counts_hold_in_the_database() -> None:
    app, now = make_app().app, clock.now()
    for wrong, name in (
        ({"scope": "openid"}, "never_openid"), ({"scope": "phone", "login_count": 0}, "counts"),
        ({"scope": "phone", "first_at": now + dt.timedelta(days=1)}, "counts"),
    ):  # fmt: skip
        with pytest.raises(IntegrityError, match=f"people_app_withheld_{name}"), transaction.atomic():
            AppWithheld.objects.create(app=app, **{"first_at": now, "last_at": now, **wrong})


def test_apps_that_had_more_before_keep_it() -> None:
    """As the migration takes it over."""
    province = make_organisation("省馆")
    county = make_organisation("县馆", administrative_parent=province)
    make_app(organisation_id=province.pk, sector="a.example", scopes=("openid", "institution"))
    allow(province.pk, "profile", "institution", "phone")
    make_app(organisation_id=county.pk, sector="b.example", scopes=("openid", "phone"))
    make_app(sector="c.example")
    AppScopes.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(import_module("wenmai.people.migrations.0031_scopes_by_institution").KEPT)
    assert queries.allowed_scopes(province.pk) == ["openid", "profile", "phone", "institution"]
    assert queries.allowed_scopes(county.pk) == ["openid", "profile", "phone"]
    assert AppScopes.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_nobody_approves_beside_a_decision() -> None:
    """Whoever decides holds the lock: who approves meanwhile waits, and then meets what was decided."""
    library = make_organisation("县馆")
    allow(library.pk, "profile", "phone")
    app, second = enter(library.pk), people.actor(make_user("two", role="platform_admin"))
    draft, said = app.terms.get(), []

    def approve() -> None:
        try:
            services.approve(app_id=app.pk, terms_id=draft.pk, actor=second, now=clock.now())
            said.append("approved")
        except Refused as refused:
            said.append(refused.code)
        finally:
            connections.close_all()

    with transaction.atomic():
        bulk.lock(LOCK)
        AppScopes.objects.update(scopes=["openid"])
        other = threading.Thread(target=approve)
        other.start()
        other.join(0.5)
        assert other.is_alive(), said
    other.join(30)
    assert said == ["scopes_not_allowed"]


# --- pages ----------------------------------------------------------------------------------------------------------


def test_staff_of_the_whole_node_decide_and_the_app_pages_say_it() -> None:
    library = make_organisation("县馆")
    node = client_of(make_user("node", role="platform_admin"))
    own = client_of(make_user("own", role="organisation_admin", organisation_id=library.pk))
    part = client_of(make_user("part", role="platform_admin", organisation_id=library.pk))
    form = {"organisation": library.pk, "scopes": ["profile", "phone"]}
    for browser in (own, part):
        assert browser.get("/desk/apps/scopes").status_code == 403
        assert browser.post("/desk/apps/scopes", form).status_code == 403
        assert browser.post("/desk/apps/scopes/drop", form).status_code == 403
    assert not AppScopes.objects.exists()
    page = node.post("/desk/apps/scopes", form, follow=True).content.decode()
    assert "县馆" in page
    assert "您的手机号" in page
    app = make_app(organisation_id=library.pk, scopes=("openid", "profile", "phone")).app
    shown = own.get(f"/desk/apps/{app.pk}/").content.decode()
    assert "这家机构的应用可以要" in shown
    assert "现在不许" not in shown
    assert "/desk/apps/scopes" not in shown
    node.post("/desk/apps/scopes/drop", {"organisation": library.pk})
    assert "现在不许" in own.get(f"/desk/apps/{app.pk}/").content.decode()
    refused = own.post(
        f"/desk/apps/{app.pk}/change", {"name": "应用", "redirect_uris": BACK, "scopes": ["profile", "phone"]}
    )  # fmt: skip
    assert refused.status_code == 400
    assert "不能要这些：您的手机号" in refused.content.decode()


def test_odd_input_is_refused() -> None:
    node = client_of(make_user("node", role="platform_admin"))
    assert node.post("/desk/apps/scopes", {"scopes": ["everything"], "organisation": "9" * 30}).status_code == 400
    assert node.post("/desk/apps/scopes/drop", {"organisation": "x"}).status_code == 400
    assert node.post("/desk/apps/scopes/drop", {"organisation": "987654"}).status_code == 302
    assert node.get("/desk/apps/scopes", {"organisation": "x"}).status_code == 200
    with pytest.raises(Refused, match="unknown_scope"):
        services.allow_scopes(organisation_id=1, scopes=["everything"], actor=SYSTEM, now=clock.now())
    with pytest.raises(Refused, match="unknown_organisation"):
        services.allow_scopes(organisation_id=987654, scopes=[], actor=SYSTEM, now=clock.now())
