import datetime as dt

import pytest

from wenmai.lib.refusal import Refused
from wenmai.messages import rules
from wenmai.messages.rules.templates import Template


@pytest.mark.parametrize(
    "phone",
    ["", "13800138000", "+86 13800138000", "+0123456789", "+86１３800138000", "+8613800138000\n", "+" + "1" * 16],
)
def test_what_is_no_phone_is_refused(phone: str) -> None:
    with pytest.raises(Refused, match="odd_phone"):
        rules.require_phone(phone)


@pytest.mark.parametrize("template", rules.TEMPLATES.values(), ids=lambda one: one.key)
def test_the_words_of_a_template_name_the_same_values_in_both_languages(template: Template) -> None:
    values = {name: f"<{name}>" for name in template.names}
    rules.require_values(template.key, values)
    for language in ("zh-hans", "en"):
        text = template.text(language, values)
        assert all(value in text for value in values.values())
        assert "{" not in text
        assert template.title[language]
    assert template.text("zh-hans", values) != template.text("en", values)
    assert len(template.text("zh-hans", dict.fromkeys(template.names, "9" * 12))) <= 70, "one SMS in UCS-2"


def test_what_is_said_in_a_code() -> None:
    text = rules.TEMPLATES["login_code"].text("zh-hans", {"code": "482913", "minutes": "5"})
    assert text.startswith("验证码 482913，5 分钟内有效。")


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"code": "1"}, "minutes"),
        ({"code": "1", "minutes": "5", "more": "x"}, "more"),
        ({"code": "", "minutes": "5"}, "code"),
        ({"code": "1" * 41, "minutes": "5"}, "code"),
        ({"code": "1\n2", "minutes": "\u202e5"}, "code, minutes"),
    ],
)
def test_odd_values_are_refused_and_not_repeated(values: dict[str, str], wrong: str) -> None:
    with pytest.raises(Refused) as refused:
        rules.require_values("login_code", values)
    assert (refused.value.code, refused.value.detail) == ("odd_values", wrong)


def test_pauses_grow_and_heed_the_provider() -> None:
    own = [rules.pause(attempts, None).total_seconds() for attempts in range(1, 12)]
    assert own == sorted(own)
    assert own[0] >= 1
    assert rules.pause(1, 60) == dt.timedelta(seconds=60)
    assert rules.pause(8, 1).total_seconds() == own[-1]
    assert rules.pause(1, 1e12) == rules.LONGEST_LIFE
