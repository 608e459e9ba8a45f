"""Specimens of the pages of apps: the desk's, and what people see on the way."""

from types import SimpleNamespace
from typing import Any

from tests.browser.desk_pages import ADMIN, NOW, OFFICE, PERSON, STATION, Pages, many
from wenmai.people.families.wording import CLOSED
from wenmai.people.forms import PasswordLoginForm, PhoneForm
from wenmai.people.groups.models import Group
from wenmai.people.provider.forms import AppForm, TermsForm
from wenmai.people.provider.queries import KnownApp, Use
from wenmai.people.provider.rules import SCOPES
from wenmai.people.residence.forms import ResidenceForm
from wenmai.people.residence.queries import Home
from wenmai.people.rules.levels import Steps
from wenmai.people.unmasking.forms import ReasonForm
from wenmai.people.upstreams.comparing import Difference
from wenmai.people.upstreams.forms import NewUpstreamForm, UpstreamForm

HOST = "reading.public-culture.prefecture.province.example"
LONG = f"https://{HOST}/accounts/callbacks/openid/wenmai?tenant=1100009031010001"
ISSUER = "https://wenhua.example.org"
ALL = list(SCOPES.values())


def terms(state: str, words: str, **changed: Any) -> SimpleNamespace:
    given = {
        "pk": 1, "name": OFFICE, "state": state, "get_state_display": words, "redirect_uris": [LONG, LONG],
        "logout_uris": [LONG], "backchannel_uri": LONG, "scopes": [*SCOPES], "is_first_party": True,
        "entered_by": SimpleNamespace(name=PERSON), "entered_at": NOW, "reviewed_by": SimpleNamespace(name=PERSON),
        "reviewed_at": NOW,
    }  # fmt: skip
    return SimpleNamespace(**{**given, **changed})


def make_pages() -> Pages:
    """Name of a specimen -> template and context."""
    return {**apps(), **upstreams(), **numbers(), **residences(), **groups()}


def groups() -> Pages:
    """The desk's list: all standings, what nothing fits, nothing yet."""
    office, leader = SimpleNamespace(name=OFFICE), SimpleNamespace(name=PERSON)
    rows = [
        SimpleNamespace(
            pk=1, name=STATION, organisation=office, responsible=leader if code != "declined" else None, standing=code,
            closed_at=NOW if code == "declined" else None, get_standing_display=words,
        )
        for code, words in Group.Standing.choices
    ]  # fmt: skip
    page = {"standings": Group.Standing.choices[1:], "q": "", "standing": "", "page": many(rows)}
    empty = {**page, "page": many([]), "lines": []}
    return {
        "groups-full": ("people/groups/list.html", {**page, "lines": [(one, OFFICE, 12_345) for one in rows]}),
        "groups-none-fit": ("people/groups/list.html", {**empty, "q": STATION, "standing": "waiting"}),
        "groups-empty": ("people/groups/list.html", empty),
    }


def residences() -> Pages:
    """Nothing said, refused; said; and seen by a counter."""
    refused = ResidenceForm({"place": "", "place_words": "", "place_seen": ""})
    said = {"form": ResidenceForm(), "next": LONG}
    return {
        "residence-refused": ("people/residence.html", {"form": refused, "home": None, "next": ""}),
        "residence-said": ("people/residence.html", {**said, "home": Home("1", OFFICE, NOW, None, "")}),
        "residence-proven": ("people/residence.html", {**said, "home": Home("1", OFFICE, NOW, NOW, STATION)}),
    }  # fmt: skip


def numbers() -> Pages:
    """A whole telephone, asked for at the desk and by who answers for a group; and a child that would need a name."""
    asked = {"name": PERSON, "phone": "+8613800138000", "back": "/", "form": ReasonForm(), "token": "x"}
    failed = ReasonForm({"reason": "other"})
    failed.add_error("words", str(CLOSED["real_name"]))
    missing = Steps(True, True, True, True, False)
    found: dict[str, Any] = {"missing": missing, "methods": [], "query": "", "factors": None, "online": True}
    return {
        "unmask-desk": ("people/unmask.html", asked),
        "unmask-group": ("people/groups/unmask.html", {**asked, "form": failed, "again": CLOSED["young"]}),
        "unmasked-desk": ("people/unmasked.html", asked),
        "unmasked-group": ("people/groups/unmasked.html", asked),
        "level-child": ("people/level.html", {**found, "young": CLOSED["real_name"]}),
        "level-closed": ("people/families/closed.html", {"why": CLOSED["real_name"]}),
    }  # fmt: skip


def upstreams() -> Pages:
    one = SimpleNamespace(
        pk=1, name=OFFICE, slug="province", issuer=f"https://{HOST}/realms/public-culture", is_on=True, learned_at=NOW,
        makes_accounts=True,
    )  # fmt: skip
    identity = SimpleNamespace(upstream=one, upstream_id=1, linked_at=NOW)
    back = f"{ISSUER}/account/with/province/back"
    page = {
        "upstream": one, "form": UpstreamForm(), "identity_count": 12_345, "back": back, "leave": back,
        "home": f"{ISSUER}/",
    }  # fmt: skip
    signed = SimpleNamespace(name=PERSON)
    active = SimpleNamespace(entered_by=signed, entered_at=NOW, reviewed_by=signed, reviewed_at=NOW)
    draft = SimpleNamespace(
        pk=1, name=OFFICE, issuer=one.issuer, client_id="x" * 120, secret_sealed="x", levels={"urn:level:" * 8: 2},
        level_otherwise=1, makes_accounts=False, entered_by=signed, entered_at=NOW, reviewed_by=None,
    )  # fmt: skip
    changes = [
        Difference("名称", OFFICE, STATION), Difference("签发者", one.issuer, LONG, is_code=True),
        Difference("密钥（指纹）", "", "Qk3vX0t9Yb", is_code=True), Difference("acr " + "urn:level:" * 8, "2 实名", ""),
    ]  # fmt: skip
    waiting = {**page, "active": active, "draft": draft, "changes": changes, "is_own": False}
    first = {**page, "active": None, "draft": draft, "changes": [], "is_own": True}
    own = {"linked": [identity], "came": one, "name": PERSON, "others": [("city", STATION)], "here": "/"}
    return {
        "upstreams-full": ("people/upstreams/list.html", {"upstreams": [one, one]}),
        "upstreams-empty": ("people/upstreams/list.html", {"upstreams": []}),
        "upstream-full": ("people/upstreams/page.html", {**page, "active": active}),
        "upstream-waiting": ("people/upstreams/page.html", waiting),
        "upstream-unapproved": ("people/upstreams/page.html", first),
        "upstream-unchanged": ("people/upstreams/page.html", {**waiting, "changes": []}),
        "upstream-refusing": ("people/upstreams/page.html", {**page, "form": UpstreamForm({})}),
        "upstream-new": ("people/upstreams/new.html", {"form": NewUpstreamForm()}),
        "upstream-first": ("people/upstreams/first.html", {"upstream": one, "name": PERSON, "link": "/"}),
        "upstream-own": ("people/upstreams/own.html", own),
        "upstream-own-empty": ("people/upstreams/own.html", {"linked": [], "others": []}),
        "upstream-go": ("people/upstreams/go.html", {"upstream": one, "next": "/"}),
        "upstream-failed": ("people/upstreams/failed.html", {"sentence": LONG}),
        "enter-upstreams": (
            "people/enter.html",
            {
                "phone": PhoneForm(), "password": PasswordLoginForm(), "first": "phone", "next": "",
                "buttons": [("province", OFFICE), ("city", STATION)],
            },
        ),
    }  # fmt: skip


def apps() -> Pages:
    app = SimpleNamespace(
        pk=1, client_id="Qk3vX0t9Yb2mZr8sLw4dNg", organisation=SimpleNamespace(name=STATION), organisation_id=1,
        stopped_at=None, sector=HOST, is_public=False, name=OFFICE,
    )  # fmt: skip
    stopped = SimpleNamespace(**{**vars(app), "stopped_at": NOW, "is_public": True})
    active, draft = terms("active", "在用"), terms("draft", "待审核", reviewed_by=None, is_first_party=False)
    notice = SimpleNamespace(tries=3, next_at=NOW, last_problem="forbidden_address: reading.example: 10.0.0.1")
    vain = SimpleNamespace(login_count=12_345, first_at=NOW, last_at=NOW)
    page = {
        "app": app, "active": active, "draft": draft, "shown": draft,
        "editions": [(draft, ALL, ALL[-1:]), (active, ALL, [])], "allowed": ALL[:-1], "decides": True,
        "past": [terms("refused", "退回")], "may_change": True, "may_review": True, "is_own": False,
        "form": TermsForm(), "use": Use(1_001, 12_345), "withheld": [(ALL[-1], vain)], "notices": [notice],
        "issuer": ISSUER,
    }  # fmt: skip
    known = KnownApp(1, OFFICE, STATION, tuple(SCOPES), NOW, 2, NOW)
    consent = {"app": app, "organisation": STATION, "host": HOST, "gives": ALL, "action": "/"}
    lines = [(app, draft), (stopped, active)]
    both = [(known, ALL), (known._replace(allowed_at=None), ALL[:1])]
    listed = {"q": "", "state": "", "may_change": True}
    return {
        "apps-full": ("people/provider/apps.html", {**listed, "page": many([app, stopped]), "lines": lines}),
        "apps-empty": ("people/provider/apps.html", {**listed, "page": many([]), "lines": []}),
        "app-full": ("people/provider/app.html", page),
        "app-refusing": (
            "people/provider/app.html",
            {**page, "app": stopped, "form": TermsForm({}), "may_review": False, "is_own": True, "notices": []},
        ),
        "app-new": ("people/provider/new.html", {"form": AppForm(actor=ADMIN)}),
        "app-new-refused": ("people/provider/new.html", {"form": AppForm({}, actor=ADMIN)}),
        "app-secret": ("people/provider/secret.html", {"app": app, "secret": "x" * 43, "issuer": ISSUER}),
        "app-known": ("people/provider/known.html", {"apps": both}),
        "app-known-empty": ("people/provider/known.html", {"apps": []}),
        "app-consent": ("people/provider/consent.html", consent),
        "app-logout": ("people/provider/logout.html", {"app": app, "action": "/"}),
        "app-wrong": ("people/provider/wrong.html", {"unknown": False, "reason": "mismatching_redirect_uri"}),
        "app-stale": ("people/provider/stale.html", {}),
    }  # fmt: skip
