"""Ages, codes and consents, decided on plain values. Numbers that are not law are ours and said to be.

Under 14 a guardian consents (个人信息保护法 art. 31; 儿童个人信息网络保护规定 art. 9), at 18 one is of age
(民法典 art. 17).
"""

import datetime as dt
import itertools
import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused

OWN_CONSENT, MAJORITY = 14, 18
UNDER_14, FROM_14 = 0, 14
"""Stages, by the age that they begin with."""
MOST_GUARDIANS = 2
MOST_CHILDREN = 6
"""Of one guardian, at one time. Ours, no norm."""
REMOVAL_DAYS = 3
"""From the wish of one guardian that the other goes, to its effect. Ours, no norm."""
KEPT_CLOSED_DAYS = 30
"""After the basic consent was withdrawn: so long the account can be opened again, then what it held is destroyed."""
ENDED_SHOWN_DAYS = 90
"""How long a family's page tells of ties that have ended."""
ENTER, LINK, INVITE, LEAVE = "enter", "link", "invite", "leave"
CODE_MINUTES: Mapping[str, int] = {ENTER: 10, LINK: 10, INVITE: 24 * 60, LEAVE: 10, "more15": 10, "more30": 10}
CODE_DIGITS = 10
"""So many that nobody finds one by trying: tries are counted, and there are few codes at a time."""
BASIC, CARDS, APPS = "basic", "cards", "apps"
CONSENT_VERSION = "2026-11"
"""Of the texts below. Whoever changes a word of them gives it another name and keeps the old ones."""


class ConsentText(NamedTuple):
    """What is asked for, and what is said about it."""

    title: str | Promise
    text: str | Promise


CONSENTS: Mapping[str, Mapping[str, ConsentText]] = {
    "2026-11": {
        BASIC: ConsentText(
            _("开设和使用账号"),
            _(
                "保存孩子的称呼、登录名和出生日期（加密），用来登录、判断年龄和计算每天的使用时间；"
                "不公开，不给别人，不用来推荐内容。撤回以后账号马上停用，30 天后删除。"
            ),
        ),
        CARDS: ConsentText(
            _("绑定读者证"),
            _(
                "保存读者证号码和证上的姓名（加密），用来出示电子证。撤回以后不能再看和绑定，已经绑定的可以请图书馆解除。"
            ),
        ),
        APPS: ConsentText(
            _("用这个账号登录别家的应用"),
            _("别家应用会知道这个孩子在那里的编号，孩子同意时还会知道称呼。撤回以后不能再登录别家应用。"),
        ),
    }
}
NEEDS_CONSENT: Mapping[str, frozenset[str]] = {
    CARDS: frozenset({
        "account_cards", "account_card_new", "account_card_link", "account_card_login", "account_card_back",
        "account_card_show", "account_card_print",
    }),
    APPS: frozenset({"openid_authorize", "openid_resume"}),
}  # fmt: skip
"""Purpose -> names of the pages that a child under 14, and one of 14 without a consent of its own, does not open."""
CLOSED_TO_CHILDREN = frozenset({
    "account_merge", "account_village", "account_family_new", "account_family_link", "account_family_join",
    "account_proxy_new", "account_proxy_take", "account_proxy_act", "account_group_new", "account_group_handover",
})  # fmt: skip
REAL_NAME = frozenset({"account_identity", "account_identity_forget", "account_counter_code"})
"""A child under 14 does not show a real name by itself: its guardian does with their own account what needs one."""
CLOSED_UNDER_14 = frozenset({
    "account_upstream", "account_upstream_back", "account_privacy", "account_export",
    "account_export_file",
})  # fmt: skip


TIME_STAYS_OPEN = frozenset({
    "account_time", "account_time_here", "account_family", "account_family_consent", "account_logout",
    "account_minors", "brand", "accessibility", "privacy", "report", "report_thanks", "reset",
})  # fmt: skip
"""Pages that a child opens when its time is up, and that do not count: leaving, help, who looks after it, the code."""


def more(minutes: int) -> str:
    """The purpose of a code that gives a child so many minutes."""
    return f"more{minutes}"


def age_on(born: dt.date, day: dt.date) -> int:
    """Full years. Who was born on 29 February is a year older on 1 March of years that have none."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def stage_on(born: dt.date, day: dt.date) -> int:
    """0, 14 or 18: what changes with age."""
    return max(one for one in (UNDER_14, FROM_14, MAJORITY) if age_on(born, day) >= one)


def year_of_change(born: dt.date, day: dt.date) -> int:
    """The year of the next birthday that changes something."""
    return born.year + next(one for one in (FROM_14, MAJORITY) if age_on(born, day) < one)


def require_child(born: dt.date, today: dt.date) -> dt.date:
    """Refused: born_later (in the future), born_of_age."""
    if born > today:
        raise Refused("born_later")
    if age_on(born, today) >= MAJORITY:
        raise Refused("born_of_age")
    return born


PIN_DIGITS = (6, 12)
"""What a browser's mode is left with. Fewer would be found by trying. Ours, no norm."""


def plain_digits(text: str) -> str:
    return re.sub(r"[\s\-]+", "", unicodedata.normalize("NFKC", text[:200]))


def read_pin(text: str) -> str:
    """Refused: pin_form, pin_easy (one digit only, or counted up or down)."""
    pin = plain_digits(text)
    if not re.fullmatch(rf"[0-9]{{{PIN_DIGITS[0]},{PIN_DIGITS[1]}}}", pin):
        raise Refused("pin_form")
    if len({(int(b) - int(a)) % 10 for a, b in itertools.pairwise(pin)}) == 1 and (int(pin[1]) - int(pin[0])) % 10 in (
        0, 1, 9,
    ):  # fmt: skip
        raise Refused("pin_easy")
    return pin


def read_code(text: str) -> str:
    """Ten digits, in groups or not, in any width. Refused: family_code_form."""
    digits = plain_digits(text)
    if not re.fullmatch(rf"[0-9]{{{CODE_DIGITS}}}", digits):
        raise Refused("family_code_form")
    return digits


def shown_code(code: str) -> str:
    """In groups that can be read out."""
    return f"{code[:3]} {code[3:6]} {code[6:]}"


def text_of(purpose: str, version: str) -> ConsentText:
    return CONSENTS[version][purpose]


def closed_to(name: str, *, stage: int, consented: frozenset[str]) -> str:
    """Why a child does not open the page with this name: "" it does, "child", "real_name", "young", or the
    purpose that nobody has consented to."""
    if name in CLOSED_TO_CHILDREN:
        return "child"
    if name in REAL_NAME and stage == UNDER_14:
        return "real_name"
    if name in CLOSED_UNDER_14 and stage == UNDER_14:
        return "young"
    return next((one for one, names in NEEDS_CONSENT.items() if name in names and one not in consented), "")
