"""Specimens of the desk's pages: full with long real names, empty, refusing; without a database."""

import datetime as dt
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from django.http import QueryDict

from wenmai.catalogue.models import Feed
from wenmai.desk.lockers import Line as Proof
from wenmai.desk.menu import PAGES
from wenmai.desk.views import Duty, Page
from wenmai.harvest.models import Run, Source
from wenmai.harvest.queries import SourceLine
from wenmai.identifiers.forms import ReserveForm
from wenmai.identifiers.queries import Known
from wenmai.identifiers.rules import Location, Resolution
from wenmai.institutions.forms import ChangeForm, CloseForm, MoveForm, NewForm, ReopenForm, SettingsForm
from wenmai.institutions.models import Kind
from wenmai.institutions.queries import Around, Asked, Concern, OrganisationView, Told
from wenmai.institutions.queries.staff import STATES, Below
from wenmai.institutions.rules.settings import group_of
from wenmai.journal.wording import Look as Verified
from wenmai.lib.access import Actor, Grant, Reach
from wenmai.lib.agenda import Happening
from wenmai.lib.evidence import Piece
from wenmai.lib.levels import Level
from wenmai.lib.lists import LongList
from wenmai.lib.picking import Option
from wenmai.people.forms.entrance import NameForm
from wenmai.people.forms.staff import AccountForm, CounterForm, DelegationForm, GrantForm, PresenceForm
from wenmai.people.looks.queries import Busy, Line
from wenmai.people.offices import LOOKS
from wenmai.people.queries import Account, Deed, GrantView, Held, IdentityView, Request
from wenmai.people.rules import permissions
from wenmai.portal.forms import ContactForm

Pages = Mapping[str, tuple[str, dict[str, Any]]]
NOW = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)
# As long as such names are where they are longest.
STATION = "双江拉祜族佤族布朗族傣族自治县沙河乡允俸村新时代文明实践站暨村级综合性文化服务中心"
OFFICE = "黔东南苗族侗族自治州公共文化服务和非物质文化遗产保护中心（州文化馆、州美术馆）"
PLACE = "双江拉祜族佤族布朗族傣族自治县"
PERSON = "古丽米热·阿卜杜热合曼·买买提艾力"
WORDS = "经核对，该机构与州图书馆同址办公，名称与代码沿用原登记；改正所在地后再报一次，并附上级主管部门的批复。"
ADMIN = Actor(1, PERSON, (Grant("platform_admin", permissions("platform_admin")),))
FEW = [Option("1", f"{STATION}（{PLACE}，1100009031010001）"), Option("2", f"{OFFICE}（凯里市，5226009041010001）")]
TRAIL = [Deed(NOW, PERSON, "修改机构", [f"名称 {OFFICE} → {STATION}", WORDS]), Deed(NOW, "system", "建立机构", [])]


def make_pages() -> Pages:
    """Name of a specimen -> template and context."""
    return {
        **organisations(),
        **accounts(),
        **counters(),
        **offices(),
        **identifiers(),
        **sources(),
        **records(),
        **boards(),
        **others(),
    }


def view(number: int = 1, name: str = STATION, closed: bool = False) -> OrganisationView:
    return OrganisationView(
        number, "1100009031010001", name, "允俸村站", "village_center", "530925", PLACE, "530925", 2, None,
        "/2/1/", "/1/", True, True, WORDS * 3, NOW.date() if closed else None,
    )  # fmt: skip


def many(rows: list[Any]) -> Any:
    """The second of three pages, as a list's page sees them."""
    return LongList(rows * 3, len(rows)).get_page(2) if rows else LongList(rows, 50).get_page(1)


def organisations() -> Pages:
    row = SimpleNamespace(
        pk=1, name=STATION, code="1100009031010001", closed_on=None, get_kind_display="村级综合性文化服务中心",
        place=SimpleNamespace(name=PLACE), administrative_parent=SimpleNamespace(name=OFFICE),
    )  # fmt: skip
    gone = SimpleNamespace(**{**vars(row), "closed_on": NOW.date(), "administrative_parent": None})
    listed = {"kinds": Kind.choices, "states": STATES, "may_change": True}
    above = [view(3, OFFICE), view(2, "云南省图书馆")]
    region = [("530000", "云南省"), ("530900", "临沧市"), ("530925", PLACE)]
    full = Around(view(), "县级", region, above, above, Below([view(7), view(8, OFFICE, True)], 312), Below([], 0))
    bare = Around(view(closed=True), "村级", region[:1], [], [], Below([], 0), Below([], 0))
    one = {"trail": TRAIL, "may_change": True, "may_decide": True, "reopen_form": ReopenForm()}
    wrong = NewForm({"code": "12", "kind": "x", "place_words": ""}, scope=ADMIN.scope("organisations.change"))
    move = MoveForm(scope=ADMIN.scope("organisations.change"))
    return {
        "organisations-full": (
            "institutions/staff_list.html", {**listed, "page": many([row, gone]), "asked": Asked(OFFICE, "", PLACE)}
        ),
        "organisations-empty": (
            "institutions/staff_list.html", {**listed, "page": many([]), "asked": Asked("没有这一家")}
        ),
        "organisation-full": (
            "institutions/staff_page.html", {**one, "around": full, "one": full.view, "close_form": CloseForm()}
        ),
        "organisation-refusing": (
            "institutions/staff_page.html",
            {**one, "around": full, "one": full.view, "close_form": CloseForm({"closed_on": "x"})},
        ),
        "organisation-closed": (
            "institutions/staff_page.html",
            {**one, "around": bare, "one": bare.view, "trail": [], "reopen_form": ReopenForm({})},
        ),
        "organisation-new": ("institutions/staff_new.html", {"form": wrong}),
        "organisation-change": (
            "institutions/staff_change.html",
            {"form": ChangeForm({"name": "", "kind": "library"}), "one": view(), "decides": True},
        ),
        "organisation-move": ("institutions/staff_move.html", {"form": move, "one": view()}),
        **settings(),
    }  # fmt: skip


def settings() -> Pages:
    group = group_of("activities")
    assert group is not None
    told = [
        Told(one, one.usual, number, one.usual, STATION if number is None else "", number == 2, PERSON, NOW)
        for one, number in zip(group.settings, [None, 3, None, 0, 1, 2, 5, 7, 9, 4], strict=True)
    ]
    form = SettingsForm({"activities_elder_age": "3"}, told=told)
    concerns = [Concern(one, 60, 1_000_000, 1312, [(STATION, 58), (OFFICE, 65)], 214) for one in group.settings[:2]]
    page = {"one": view(), "group": group, "back": "/desk/"}
    return {
        "settings-full": (
            "institutions/staff_settings.html", {"one": view(), "groups": [(group, told, "/desk/"), (group, told, "")]}
        ),
        "settings-node": ("institutions/staff_settings.html", {"one": None, "groups": [(group, told, "/desk/")]}),
        "settings-odd": ("institutions/staff_setting_group.html", {**page, "form": form, "concerns": None}),
        "settings-seen": (
            "institutions/staff_setting_group.html",
            {**page, "form": SettingsForm(told=told), "concerns": concerns, "seen": "x"},
        ),
    }  # fmt: skip


def accounts() -> Pages:
    user = SimpleNamespace(
        pk=1, username="gulimire.abuduxikuer.maimaitiaili.2026", name=PERSON, is_active=False, last_login=None
    )
    active = SimpleNamespace(**{**vars(user), "is_active": True, "last_login": NOW})
    reach = Reach("", "")
    grants = [
        GrantView(1, "organisation_admin", 1, STATION, "530925", PLACE, reach, reach),
        GrantView(2, "reviewer", None, "", "", "", reach, reach),
    ]
    listed = {"q": "", "state": "", "may_change": True}
    about = {"grants": grants, "hidden": 2, "own": False, "may_change": True, "trail": TRAIL, "has_factors": True}
    about["identity"] = IdentityView(Level.IN_PERSON, "居民身份证", "11**************2X", "*示甲", OFFICE, NOW)
    account = Account(1, user.username, PERSON, True, True, NOW)
    off = account._replace(is_active=False, last_login=None)
    forms = {"grant_form": GrantForm(actor=ADMIN), "name_form": NameForm(initial={"name": PERSON})}
    wrong = {"grant_form": GrantForm({}, actor=ADMIN), "name_form": NameForm({"name": ""})}
    return {
        "accounts-full": (
            "people/accounts.html", {**listed, "page": many([user, active]), "lines": [(user, grants), (active, [])]}
        ),
        "accounts-empty": ("people/accounts.html", {**listed, "page": many([]), "lines": [], "q": "没有"}),
        "account-full": ("people/account.html", {**about, **forms, "account": account}),
        "account-refusing": ("people/account.html", {**about, **wrong, "account": off, "grants": [], "hidden": 1}),
        "account-own": (
            "people/account.html",
            {**about, **forms, "account": account, "own": True, "may_change": False, "trail": None},
        ),
        "account-new": ("people/new.html", {"form": AccountForm(actor=ADMIN)}),
        "account-new-refused": ("people/new.html", {"form": AccountForm({}, actor=ADMIN)}),
    }  # fmt: skip


def counters() -> Pages:
    account = Account(1, "gulimire", PERSON, True, True, None)
    refused = PresenceForm({"document": "resident", "number": "1"}, scope=ADMIN.scope("identities.confirm"))
    known = IdentityView(Level.REAL_NAME, "居民身份证", "11**************2X", f"*{PERSON[1:]}", OFFICE, NOW)
    asked = {"code": "12345678", "called": f"*{PERSON[1:]}", "identity": known}
    return {
        "counter": ("people/counter.html", {"form": CounterForm()}),
        "counter-refused": ("people/counter.html", {"form": CounterForm({"code": "12"})}),
        "counter-asking": (
            "people/counter_confirm.html",
            {**asked, "form": PresenceForm(scope=ADMIN.scope("identities.confirm"))},
        ),
        "counter-asking-refused": ("people/counter_confirm.html", {**asked, "form": refused}),
        "password-shown": ("people/first_password.html", {"account": account, "password": "abcd-efgh-jkmn-pqrs"}),
    }


def offices() -> Pages:
    place = SimpleNamespace(name=STATION)
    person = SimpleNamespace(pk=1, name=PERSON)
    grant = SimpleNamespace(
        pk=1, user_id=1, user=person, given_by=person, organisation=place, get_role_display="村级管理员",
        until=NOW, created_at=NOW, reviewed_at=None,
    )  # fmt: skip
    whole = SimpleNamespace(**{**vars(grant), "organisation": None, "until": None, "reviewed_at": NOW})
    held = [
        (Held(grant, "gulimire.abuduxikuer.2026", PERSON, None, ()), ["很久没登录", "没有两步验证", "职责冲突"]),  # type: ignore[arg-type]
        (Held(whole, "chief", "馆长", NOW, ()), []),  # type: ignore[arg-type]
    ]
    reviewed = {"looks": LOOKS.items(), "look": "", "days": 90, "may_change": True}
    asked = Request(1, 1, PERSON, "138****8000", "village_admin", STATION, Reach("", ""), "waiting", NOW)
    apart = [
        SimpleNamespace(pk=1, words="安全审计员 ≠ 平台管理员", is_on=True),
        SimpleNamespace(pk=2, words="经手的人不审核自己经手的", is_on=False),
    ]
    own = [("1", f"资源编目员 · {STATION}"), ("2", f"审核员 · {OFFICE}")]
    form = DelegationForm({"grant": "", "username": "", "until": "x"}, grants=own)
    return {
        "requests": ("people/requests.html", {"requests": [asked] * 2}),
        "requests-empty": ("people/requests.html", {"requests": []}),
        "review": ("people/review.html", {**reviewed, "page": many(held), "lines": held}),
        "review-empty": ("people/review.html", {**reviewed, "page": many([]), "lines": []}),
        "separations": ("people/separations.html", {"rows": apart}),
        "delegation": ("people/delegation.html", {"form": DelegationForm(grants=own), "can": own, "given": [grant]}),
        "delegation-refused": ("people/delegation.html", {"form": form, "can": own, "given": []}),
        "delegation-none": ("people/delegation.html", {"form": form, "can": [], "given": []}),
    }


def identifiers() -> Pages:
    name = "99.test.2.1100009031010001/T1F1.k7m2q9"
    known = Known(
        1, name, f"{name}-4", "registered", "已注册", "desk:1100009031010001", "馆藏登录号 2026-000000000123", "", "",
        OFFICE, "", None, NOW, 3,
    )  # fmt: skip
    reserved = known._replace(state="reserved", state_label="已预留")
    address = "https://opac.library.example.org/very/long/path/that/does/not/break/anywhere?record=1100009031010001"
    places = (Location(address, "page", 1, NOW, None), Location("/records/1", "metadata", 2, NOW, None))
    about = {
        "found": Resolution(name, "registered", "", (), places), "organisation": view(), "may_change": True,
        "locations": [(one, "页面") for one in places], "past": [Location(address, "page", 1, NOW, NOW)],
        "kinds": [("page", "页面"), ("file", "文件")], "typed": {}, "problem": "", "at": "",
        "trail": [SimpleNamespace(deed="撤销", detail={"reason": WORDS}, at=NOW, actor_name=PERSON)],
    }  # fmt: skip
    refused = {"at": "bind", "problem": "这个地址写得不对。", "typed": {"address": address, "kind": "file"}}
    list_ = {"typed": "", "problem": "", "reserved": [reserved] * 3}
    return {
        "identifiers-full": ("identifiers/index.html", {**list_, "form": ReserveForm(actor=ADMIN, few=FEW)}),
        "identifiers-empty": (
            "identifiers/index.html",
            {**list_, "reserved": [], "form": None, "typed": name, "problem": "没有登记过这个标识符。"},
        ),
        "identifiers-refused": (
            "identifiers/index.html", {**list_, "form": ReserveForm(QueryDict("keys="), actor=ADMIN)}
        ),
        "identifier-full": ("identifiers/identifier.html", {**about, "known": known}),
        "identifier-refused": ("identifiers/identifier.html", {**about, **refused, "known": reserved}),
    }  # fmt: skip


def sources() -> Pages:
    feed = Feed(pk=1, name=f"{OFFICE}馆藏地方文献联合书目", code="a", format="oai_dc", crosswalk="oai_dc")
    source = Source(
        pk=1, kind="oai", address="https://opac.example.org/oai", schedule="0 3 * * *", next_at=NOW, feed=feed
    )
    run = Run(pk=9, source=source, mode="full", state="failed", created_at=NOW, ended_at=NOW, asked_by=PERSON,
              received_count=1234567, new_count=1234000, quarantined_count=567, failure="unreachable",
              failure_detail="opac.example.org: no route to host")  # fmt: skip
    lines = [SourceLine(source, feed.name, "a", STATION, run), SourceLine(source, feed.name, "a", OFFICE, None)]
    about = {
        "format": "都柏林核心（XML）",
        "mapping": "简单都柏林核心（oai_dc）",
        "source": source, "schedule": "每天 03:30", "feed": feed, "institution": view(), "may_run": True,
        "may_change": True,
    }  # fmt: skip
    report = {
        "run": run, "code": "", "page": many([]), "rejects": [], "shares": [], "formats": [], "doubts": [],
        "failure": "连不上来源。", "excerpt": "<html>" * 60, "notes": [("没有日期的记录", 12)], "is_resumable": True,
    }  # fmt: skip
    return {
        "sources-full": ("harvest/index.html", {"lines": lines, "page": many(lines), "q": "", "may_add": True}),
        "sources-nothing": ("harvest/index.html", {"lines": [], "page": many([]), "q": STATION, "may_add": True}),
        "sources-empty": ("harvest/index.html", {"lines": [], "page": many([]), "q": "", "may_add": True}),
        "source-full": ("harvest/source.html", {**about, "runs": many([run]), "active": None}),
        "source-empty": ("harvest/source.html", {**about, "runs": many([]), "active": None}),
        "run-failed": ("harvest/run.html", {**about, **report}),
    }


def records() -> Pages:
    title = "天宝初南曹小司寇舅于我太夫人堂下累土为山一匮盈尺以代彼朽木承诸焚香瓷瓯瓯甚安矣旁植慈竹盖兹数峰嵚岑婵娟"
    stored = SimpleNamespace(hash="0" * 64, media_type="image/jpeg", size=12345678)
    file = SimpleNamespace(
        pk=1, record_id=1, label=f"{title}.jpg", object=stored, shown=False,
        record=SimpleNamespace(title=title, feed=SimpleNamespace(name=OFFICE)),
    )  # fmt: skip
    line = SimpleNamespace(
        id=1, title=title, creator="杜甫", feed_name=OFFICE, state="published", deleted_at=None, waits=True
    )
    return {
        "waiting-files": ("catalogue/files.html", {"files": [file]}),
        "waiting-files-empty": ("catalogue/files.html", {"files": []}),
        "records-full": ("catalogue/records.html", {"lines": [line] * 3, "q": title, "state": "held"}),
        "records-empty": ("catalogue/records.html", {"lines": [], "q": "没有", "state": ""}),
    }  # fmt: skip


TODAY = [("活动", Happening(NOW, NOW, "古籍修复体验：一页宋版的重生与再造（银龄班）第三讲", "二楼", "/desk/", 1))]


def boards() -> Pages:
    title = "“针尖上的史诗”黔东南苗族刺绣与银饰锻制技艺国家级非物质文化遗产代表性传承人公开课（第二期）"
    one = Happening(NOW, NOW + dt.timedelta(hours=2), title, "一楼多功能厅", "/desk/", 1, "报名中", "", "/desk/", 1_234)
    off = one._replace(title="排练", state="已取消", tone="warn", door="", heads=None)
    days = [NOW.date() + dt.timedelta(days=n) for n in range(7)]
    window = SimpleNamespace(first=days[0], days=days, view="week", before=days[0], next=days[6])
    rows = [("活动", one), ("场馆", off)]
    shelves = [(OFFICE, rows), (STATION, [])]
    sources = [SimpleNamespace(key="activities", name="活动"), SimpleNamespace(key="venues", name="场馆")]
    board = {
        "window": window, "is_cut": True, "today": days[0], "kind": "venues",
        "kinds": {"activities": "活动", "venues": "场馆"}, "institution": OFFICE,
        "shelves": [{"name": name, "days": [(day, there) for day in days]} for name, there in shelves],
    }  # fmt: skip
    listed = {"day": days[0], "now": NOW, "is_cut": True, "rows": [(kind, one, OFFICE) for kind, one in rows]}
    photo: Any = SimpleNamespace(url="/files/x", thumbnail="")
    piece = Piece(NOW, "损坏", title, WORDS, ["f" * 64] * 3, "/desk/", 1, 1)
    lines = [Proof("场馆", piece, OFFICE, PERSON, [photo, photo]), Proof("场馆", piece, OFFICE, "", [])]
    locker = {"lines": lines, "first": days[0], "last": days[6], "is_cut": True, "kind": "", "sources": sources}
    return {
        "evidence-full": ("desk/evidence.html", {**locker, "institution": OFFICE}),
        "evidence-empty": ("desk/evidence.html", {**locker, "lines": [], "is_cut": False, "sources": []}),
        "board-full": ("desk/board.html", board),
        "board-empty": ("desk/board.html", {**board, "shelves": [], "is_cut": False, "institution": ""}),
        "today-full": ("desk/today.html", listed),
        "today-empty": ("desk/today.html", {**listed, "rows": [], "is_cut": False}),
    }


def others() -> Pages:
    duty = Duty("待审记录", "/desk/review/", "看一看，通过或退回", "1,000+", NOW - dt.timedelta(days=40))
    calm = Duty("没发出去的短信", "/desk/messages/?state=failed", "24 小时内没有送到网关的", "3", None)
    groups = [(heading, [Page(one.name, "/desk/", one.words) for one in pages]) for heading, pages in PAGES]
    shelf = SimpleNamespace(organisation=view(), waiting=12345, published=1234567)
    home = {"actor": ADMIN, "duties": [duty, calm], "groups": groups, "may_review": True, "may_open": True}
    report = SimpleNamespace(
        pk=1, kind="report", get_kind_display="举报", created_at=NOW, words=WORDS * 4, page="/records/" + "1" * 60,
        status="open",
    )  # fmt: skip
    listed = {"reports": many([report]), "lines": [(report, "138****0000")], "may_close": True}
    asked = {"number": 12345, "contact": "librarian.of.the.prefecture@culture.province.example", "back": "/"}
    look = Line(
        NOW.date(), OFFICE, "机构管理员", "账号列表", "按名称查找", 12345, (1, PERSON), None
    )  # fmt: skip
    one = look._replace(page="权限申请", reason="第 12345678 号申请", whom=(2, PERSON))
    seal = SimpleNamespace(number=1234567, sealed_at=NOW, alg="sha-256", digest="0123456789abcdef" * 4)
    fine = Verified(NOW, True, "都和封存时一样，共 1,234,567 条", "第 1 到 1234567 号封条")
    bad = Verified(NOW, False, "第 123456789 条记录是事后塞进来的（第 1234567 号封条）", "第 1 到 1234567 号封条")
    left = SimpleNamespace(file="journal-00000001-00000200.jsonl.zst", sha256="f" * 64, count=200000, left_at=NOW)
    tail = SimpleNamespace(waiting=12345, since=NOW)
    journal = {"seal": seal, "tail": tail, "departures": [left], "looks": [bad, fine], "is_late": True, "is_old": False}
    return {
        "journal-full": ("journal/index.html", journal),
        "journal-empty": ("journal/index.html", {"tail": tail, "looks": [], "is_old": True, "departures": []}),
        "looks-full": (
            "people/looks/index.html",
            {
                "page": many([look, one]),
                "lines": [look, one],
                "is_narrow": True,
                "many": 50,
                "days": 7,
                "busy": [Busy(NOW.date(), 1, PERSON, 1234)],
            },
        ),
        "looks-empty": ("people/looks/index.html", {"page": many([]), "lines": [], "busy": []}),
        "desk-full": ("desk/home.html", {**home, "shelves": [shelf] * 3, "organisation_count": 10000}),
        "desk-village": (
            "desk/village.html",
            {"actor": ADMIN, "places": [STATION, OFFICE], "duties": [duty], "today": TODAY * 3, "more": 4},
        ),
        "desk-empty": (
            "desk/home.html",
            {**home, "duties": [], "groups": groups[:1], "shelves": [], "organisation_count": 0},
        ),
        "reports-full": ("portal/reports.html", {**listed, "status": "open"}),
        "reports-empty": (
            "portal/reports.html",
            {"reports": many([]), "lines": [], "status": "closed", "may_close": True},
        ),
        "report-contact": ("portal/contact.html", {**asked, "form": ContactForm({}), "again": WORDS}),
        "report-contact-shown": ("portal/contact_shown.html", asked),
    }
