"""Specimens of the page of messages and of the demonstration's: full, empty and failing, without a database."""

import datetime as dt
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from wenmai.lib.lists import LongList
from wenmai.messages import rules
from wenmai.messages.models import Message
from wenmai.messages.queries import Line, Standing

AT = dt.datetime(2026, 3, 1, 8, 30, 12, tzinfo=dt.UTC)


def make_pages() -> Mapping[str, tuple[str, dict[str, Any]]]:
    """Name of a specimen -> template and context."""
    page = LongList(range(500), 50).get_page(2)
    full = {
        "page": page, "lines": [*_lines()], "state": "failed", "states": Message.State.choices,
        "standing": Standing(1_999, 41_250, 12, 3, 7, 0, "BLACKLISTED"), "per_hour": 2_000, "is_on": True,
        "last_error": rules.error_words("BLACKLISTED"),
    }  # fmt: skip
    empty = {**full, "page": LongList([], 50).get_page(1), "lines": [], "state": ""}
    nothing = Standing(0, 0, 0, 0, 0, 0, "")
    shown = [SimpleNamespace(text="验证码 482913，5 分钟内有效。" * 4, phone="+8613800138000", at=AT)]
    return {
        "messages": ("messages/index.html", full),
        "messages-late": ("messages/index.html", {**full, "standing": Standing(1, 0, 0, 0, 9, 9, "")}),
        "messages-off": ("messages/index.html", {**empty, "standing": nothing, "is_on": False, "last_error": ""}),
        "demo-sms": ("demo/sms.html", {"shown": shown}),
        "demo-sms-empty": ("demo/sms.html", {"shown": []}),
    }


def _lines() -> list[Line]:
    codes = {"sent": "", "failed": "a-code-of-the-provider-that-is-very-long", "expired": "timeout", "waiting": "busy"}
    return [
        Line(
            pk, "登录验证码", "138****8000", state, str(Message.State(state).label), pk, rules.error_words(code),
            "m-" + "0123456789" * 6, AT, AT,
        )
        for pk, (state, code) in enumerate(codes.items(), 1)
    ]  # fmt: skip
