"""Specimens of the pages about reader cards: full with long names, empty, refusing; without a database."""

import datetime as dt
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from wenmai.formats.cardtoken import Card
from wenmai.lib.access import Actor, Reach, Scope
from wenmai.lib.lists import LongList
from wenmai.lib.picking import Option, PickField
from wenmai.people.card_wording import SHUT
from wenmai.people.forms.agreements import AgreementForm, EndForm
from wenmai.people.forms.card_systems import ElectronicForm, LdapForm, PatronsForm, Sip2Form, TrialForm
from wenmai.people.forms.cards import CardForm
from wenmai.people.forms.checking import CheckForm
from wenmai.people.forms.entrance import CodeForm, PasswordLoginForm, PhoneForm
from wenmai.people.looks.queries import Line
from wenmai.people.queries import Deed
from wenmai.people.queries.cards import CardView, SystemView
from wenmai.people.rechecks.forms import RecheckForm
from wenmai.people.rechecks.models import RecheckDay
from wenmai.people.rechecks.queries import Doubt, State
from wenmai.people.testing.abroad import abroad, brought

Pages = Mapping[str, tuple[str, dict[str, Any]]]
NOW = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)
LIBRARY = "黔东南苗族侗族自治州公共文化服务和非物质文化遗产保护中心图书馆（州少年儿童图书馆）读者证"
PERSON = "古丽米热·阿卜杜热合曼·买买提艾力"
OPTIONS = [Option("1", LIBRARY), Option("2", "光塔图书馆")]


def make_pages() -> Pages:
    """Name of a specimen -> template and context."""
    return {**own(), **systems(), **doubts(), **settings(), **agreements(), **checks(), **entrance()}


def everywhere() -> Pages:
    """What a television shows, too."""
    return {"on-phone": ("people/on_phone.html", {})}


def entrance() -> Pages:
    wrong, late = PhoneForm({"phone": "12"}), CodeForm({"code": "12"})
    code = {"phone": "138****8000", "resend_s": 60, "inbox": "", "back": "account_login", "refusal": ""}
    full = {"password": PasswordLoginForm(), "first": "phone", "next": "/account/", "buttons": []}
    return {
        "enter": ("people/enter.html", {**full, "phone": PhoneForm()}),
        "enter-refusing": ("people/enter.html", {**full, "phone": wrong, "ticket": "t", "wait_s": 60}),
        "enter-code": ("people/code.html", {**code, "form": late}),
    }


def own() -> Pages:
    words = {
        "good": "可用", "owing": "有欠费或逾期", "expired": "已过期", "blocked": "已停用", "lost": "已挂失",
        "gone": "图书馆查不到这张证", "doubted": "待确认还是不是您的",
    }  # fmt: skip
    cards = [
        CardView(number, 1, LIBRARY, "52260090410100012345678901234567890123AB", PERSON, standing, said,
                 NOW.date() if number % 2 else None, NOW, NOW, True,
                 doubt="name" if standing == "doubted" else "")
        for number, (standing, said) in enumerate(words.items())
    ]  # fmt: skip
    choosing = PickField(label="哪家图书馆的证", find=lambda _words: OPTIONS, named=lambda _key: None, few=OPTIONS)
    form = type("Choosing", (SimpleNamespace,), {})()
    form.system = choosing.get_bound_field(CardForm(), "system")
    refused = CardForm({"number": "", "proof": ""})
    refused.add_error(None, "证号或密码不对，没有绑定。请照证上的号码再试一次；忘了密码，请到图书馆服务台重设。")
    system = SimpleNamespace(name=LIBRARY)
    shown = SimpleNamespace(token="e" * 400, expires_at=NOW)
    paper = SimpleNamespace(made_at=NOW, expires_at=NOW)
    look = Line(NOW.date(), LIBRARY, "机构管理员", "权限申请", "第 12345678 号申请", 1, (1, ""), (2, PERSON))
    return {
        "own-looks": ("people/looks/own.html", {"page": LongList([look] * 3, 1).get_page(2), "lines": [look] * 3}),
        "own-looks-none": ("people/looks/own.html", {"page": LongList([look], 1).get_page(1), "lines": []}),
        "cards-full": ("people/cards.html", {"cards": cards, "may_link": True, **brought()}),
        "cards-empty": ("people/cards.html", {"cards": [], "may_link": False}),
        "card-shown": (
            "people/card_shown.html",
            {
                "card": cards[0],
                "shown": shown,
                "papers": [paper] * 3,
                "renew_s": 45,
                "places": [SimpleNamespace(code="1", name=LIBRARY)] * 2,
                "at": "1",
            },
        ),
        "card-paper": ("people/card_shown.html", {"card": cards[1], "shown": shown, "is_paper": True}),
        "card-library": ("people/card_library.html", {"form": form}),
        "card-link": ("people/card_link.html", {"form": CardForm(), "system": system}),
        "card-link-refused": ("people/card_link.html", {"form": refused, "system": system}),
    }


def _day() -> RecheckDay:
    return RecheckDay(
        system_id=1, day=NOW.date(), asked_count=43200, same_count=43090, stopped_count=60, returned_count=30,
        shifted_count=15, doubted_count=3, failed_count=2,
    )  # fmt: skip


def _file() -> SimpleNamespace:
    return SimpleNamespace(
        pk=1, id=1, name=f"{LIBRARY}2026年名单.xlsx", at=NOW, by_name=PERSON, is_whole=True, state="reading",
        waiting_count=98765, missing_count=23456, received_count=100000, new_count=1234, changed_count=0,
        unchanged_count=0, rejected_count=1, left_count=0, get_state_display="正在读",
    )  # fmt: skip


def doubts() -> Pages:
    doubt = Doubt(1, 1, LIBRARY, "name", "图书馆说的姓名和绑定时不一样", "****4567", PERSON, "****4567", "*三", NOW)
    lines = [doubt, doubt._replace(name="", name_now="", number_now="N" * 40)]
    return {
        "card-doubts-full": ("people/card_doubts.html", {"page": LongList(lines * 2, 2).get_page(2), "lines": lines}),
        "card-doubts-empty": ("people/card_doubts.html", {"page": LongList([], 50).get_page(1), "lines": []}),
    }


def _by_file(page: dict[str, Any]) -> Pages:
    """What there is more where a file tells of the readers."""
    file, reason = _file(), "核对用的那一项写得不对：密码至少 6 个字符；手机号要完整；生日写成 1990-01-02。"
    return {
        "card-system-file": (
            "people/card_system.html",
            {**page, "patrons_form": PatronsForm({}), "files": [file] * 2},
        ),
        "card-patrons": (
            "people/patrons.html",
            {"system": page["system"], "file": file, "lines": [(99999, reason)] * 3, "may_change": True},
        ),
    }


def systems() -> Pages:
    view = SystemView(
        1, LIBRARY, "sip2", 1, LIBRARY, {"host": "sip.example.cn", "is_tls": False}, True, True, NOW, "tls"
    )
    off = view._replace(is_on=False, failed_at=None, failure="", settings={})
    row = SimpleNamespace(
        pk=1, name=LIBRARY, organisation=SimpleNamespace(name=LIBRARY), get_kind_display="SIP2（图书馆业务系统）",
        is_on=True, failed_at=NOW, card_count=1234567, recheck=SimpleNamespace(asked_at=NOW, held_at=NOW),
    )  # fmt: skip
    idle = SimpleNamespace(**{**vars(row), "is_on": False, "failed_at": None})
    trail = [Deed(NOW, PERSON, "修改读者证系统", []), Deed(NOW, "system", "建立读者证系统", [])]
    steps = [
        (True, "接通了。TLSv1.3"),
        (True, f"对方自称：{LIBRARY}"),
        (False, "密码没有核对：故意用错的密码问，也说对。" * 3),
    ]
    page = {
        "system": view,
        "card_count": 1234567,
        "may_change": True,
        "trial_form": TrialForm(),
        "trail": trail,
        "electronic_form": ElectronicForm(initial={"electronic": "off"}),
        "recheck": State("sip2", True, 30, NOW, None, NOW, 12345, 28, [_day()] * 2),
        "recheck_form": RecheckForm(initial={"is_on": True, "per_minute": 30}),
    }
    state = page["recheck"]
    assert isinstance(state, State)
    away, by_login = state._replace(paused_until=NOW, held_at=None, held_count=0), state._replace(kind="cas")
    by_file = view._replace(kind="file", settings={"proof": "phone"}, failed_at=None)
    return {
        "card-system-held": ("people/card_system.html", page),
        **_lists(row, idle),
        "card-system-tried": (
            "people/card_system.html",
            {**page, "failure": "加密没有谈成。" * 4, "steps": steps, "recheck": away, "recheck_form": RecheckForm({})},
        ),
        "card-system-off": (
            "people/card_system.html",
            {**page, "system": off, "trail": [], "may_change": False, "recheck": by_login},
        ),
        **_by_file({**page, "system": by_file}),
    }


def settings() -> Pages:
    wrong = Sip2Form({"host": "http://x", "port": "0", "ca": "x"})
    view = SystemView(1, LIBRARY, "sip2", 1, LIBRARY, {"host": "sip.example.cn"}, True, True, NOW, "tls")
    return {
        "card-system-new": (
            "people/card_system_new.html",
            {"form": Sip2Form(), "organisation": SimpleNamespace(name=LIBRARY), "kind_words": "SIP2"},
        ),
        "card-system-ldap": (
            "people/card_system_new.html",
            {"form": LdapForm({"number": "x y"}), "organisation": SimpleNamespace(name=LIBRARY), "kind_words": "LDAP"},
        ),
        "card-system-refused": ("people/card_system_change.html", {"form": wrong, "system": view}),
    }  # fmt: skip


def _lists(*systems: Any) -> Pages:
    lines = list(zip(systems, (1001, 0), strict=True))
    full = {"page": LongList(lines * 3, 2).get_page(2), "lines": lines, "q": "", "may_change": True}
    return {
        "card-systems-full": ("people/card_systems.html", {**full, "pin": "pX9-" * 10 + "abc"}),
        "card-systems-empty": (
            "people/card_systems.html",
            {"page": LongList([], 50).get_page(1), "q": "没有", "pin": "p" * 43},
        ),
    }


def agreements() -> Pages:
    side = SimpleNamespace(name=LIBRARY)
    row = SimpleNamespace(
        pk=1, giver=side, host=side, offered_by=side, from_on=NOW.date(), until_on=NOW.date(), says_number=True,
        reason="",
    )  # fmt: skip
    ended = SimpleNamespace(**{**vars(row), "reason": "经费用完，双方商定提前终止。" * 5, "says_number": False})
    trail = [Deed(NOW, PERSON, "提出互认", [])]
    page = {"services": ["进馆", "座位和活动空间", "数字资源"], "end_form": EndForm({}), "trail": trail}
    lines, may = [(row, "等对方同意"), (ended, "已终止")], {"may_accept": True, "may_end": True}
    return {
        "card-agreements-full": (
            "people/agreements.html", {"page": LongList(lines * 3, 2).get_page(2), "lines": lines, "may_change": True}
        ),
        "card-agreements-empty": ("people/agreements.html", {"page": LongList([], 50).get_page(1), "lines": []}),
        "card-agreement-offered": (
            "people/agreement.html",
            {**page, **may, "agreement": row, "state": "offered", "state_words": "等对方同意"},
        ),
        "card-agreement-ended": (
            "people/agreement.html",
            {**page, "agreement": ended, "state": "ended", "state_words": "已终止", "trail": []},
        ),
        "card-agreement-new": ("people/agreement_new.html", {"form": _agreement_form()}),
        **abroad(),
    }  # fmt: skip


def _agreement_form() -> AgreementForm:
    """Without a look into the database for the asker's own institutions."""
    form = AgreementForm({"from_on": "x"}, actor=Actor(1, PERSON, ()))
    for name in ("own", "other"):
        form.fields[name] = PickField(label=name, find=lambda _words: OPTIONS, named=lambda _key: None, few=OPTIONS)
    return form


def checks() -> Pages:
    """A card that a clerk has scanned."""
    form = CheckForm(scope=Scope((Reach("", ""),)), initial={"place": ""})
    shown = Card("", "1" * 16, "2" * 16, "s", "A" * 40, "j", 0, is_paper=True)
    told = {"form": form, "is_told": True}
    return {
        "card-check": (
            "people/check.html",
            {**told, "card": shown, "giver": LIBRARY, "services": "进馆、借还、座位和活动空间、数字资源"},
        ),
        "card-check-shut": ("people/check.html", {**told, "card": None, "why": SHUT["elsewhere"]}),
    }
