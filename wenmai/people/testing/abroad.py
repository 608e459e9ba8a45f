"""Specimens of the pages about recognition between nodes; without a database."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from wenmai.lib.access import Actor
from wenmai.lib.lists import LongList
from wenmai.lib.picking import Option, PickField
from wenmai.people.forms.agreements import EndForm
from wenmai.people.queries import Deed
from wenmai.people.recognition.forms import PeerForm, ProposeForm
from wenmai.people.recognition.queries import Offer, Recognised
from wenmai.people.recognition.rules import Line

NOW = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)
LIBRARY = "黔东南苗族侗族自治州公共文化服务和非物质文化遗产保护中心图书馆（州少年儿童图书馆）"
PERSON = "古丽米热·阿卜杜热合曼·买买提艾力"
OPTIONS = [Option("1", LIBRARY), Option("2", "光塔图书馆")]


def abroad() -> dict[str, tuple[str, dict[str, Any]]]:
    """Name of a specimen -> template and context."""
    side, day = SimpleNamespace(name=LIBRARY), NOW.date()
    peer = SimpleNamespace(
        pk=1, name="漪岭省公共数字文化服务平台", issuer="https://wenmai.province.example.cn", pin="w" * 43,
        seq=1_800_000_000, entered_by=SimpleNamespace(name=PERSON), approved_at=NOW, fetched_at=NOW,
    )  # fmt: skip
    waits = SimpleNamespace(**{**vars(peer), "approved_at": None, "fetched_at": None})
    row = SimpleNamespace(
        pk=1, peer=peer, direction="hosts", get_direction_display="我们认对方的证", organisation=side,
        their_code="1" * 16, their_name=LIBRARY, from_on=day, until_on=day, says_number=True, is_answer=True,
        entered_by=peer.entered_by, approved_by=peer.entered_by, ended_there=False, reason="",
    )  # fmt: skip
    ended = SimpleNamespace(**{**vars(row), "direction": "gives", "ended_there": True, "approved_by": None})
    line = Line("k" * 22, peer.issuer, "1" * 16, LIBRARY, "", "2" * 16, LIBRARY, day, day, ("enter",), True)
    trail = [Deed(NOW, PERSON, "录入跨平台互认", [])]
    page = {"services": "进馆、座位和活动空间", "end_form": EndForm({}), "trail": trail}
    form = ProposeForm({"from_on": "x"}, actor=Actor(1, PERSON, ()), peers=[])
    form.fields["own"] = PickField(label="own", find=lambda _words: OPTIONS, named=lambda _key: None, few=OPTIONS)
    offer = Offer(1, peer.name, line, 1, LIBRARY, is_ours_there=False)
    lines = [(row, "在认"), (ended, "已终止")]
    return {
        "peer-agreements-full": (
            "people/recognition/list.html",
            {
                "page": LongList(lines * 3, 2).get_page(2), "lines": lines, "may_change": True, "may_enter": True,
                "offers": [(offer, "进馆")],
            },
        ),
        "peer-agreements-empty": ("people/recognition/list.html", {"page": LongList([], 50).get_page(1), "lines": []}),
        "peer-agreement": (
            "people/recognition/page.html",
            {
                **page, "agreement": row, "state": "draft", "state_words": "等另一位同事看过", "may_approve": True,
                "may_end": True,
            },
        ),
        "peer-agreement-ended": (
            "people/recognition/page.html",
            {**page, "agreement": ended, "state": "ended", "state_words": "已终止", "is_own": True},
        ),
        "peer-agreement-new": ("people/recognition/new.html", {"form": form}),
        **peers(peer, waits),
    }  # fmt: skip


def peers(peer: SimpleNamespace, waits: SimpleNamespace) -> dict[str, tuple[str, dict[str, Any]]]:
    silent = "问不到对方：timeout。以前读到的照用到它自己写的日子。请看网址，过一会儿再试。"
    return {
        "peers": (
            "people/recognition/peers.html",
            {
                "lines": [(peer, silent, False), (waits, "", True), (waits, "", False)], "pin": "w" * 43,
                "form": PeerForm({"issuer": ""}), "address": "https://wenmai.county.example.cn",
            },
        ),
        "peers-none": ("people/recognition/peers.html", {"lines": [], "form": PeerForm(), "pin": "", "address": ""}),
    }  # fmt: skip


def brought() -> dict[str, Any]:
    """Somebody's cards of other platforms, on the page of their cards."""
    good = Recognised(
        1, f"{LIBRARY}（漪岭省公共数字文化服务平台）", LIBRARY, "5226009041010001234567890123AB",
        NOW.date(), 1, LIBRARY,
        ("enter", "borrow", "digital"), 2, NOW, is_fresh=True, is_good=True,
    )  # fmt: skip
    late, old = good._replace(is_good=False, services=()), good._replace(is_good=False, is_fresh=False, number="****42")
    return {"recognised": [good, late, old], "bringers": [("province", "漪岭省公共数字文化服务平台")]}
