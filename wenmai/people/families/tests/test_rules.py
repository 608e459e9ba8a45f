"""Ages and codes, on plain values."""

import datetime as dt

import pytest

from wenmai.lib.refusal import Refused
from wenmai.people.families import rules

D = dt.date


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (D(2012, 6, 1), D(2026, 5, 31), 13), (D(2012, 6, 1), D(2026, 6, 1), 14),
        (D(2012, 2, 29), D(2026, 2, 28), 13), (D(2012, 2, 29), D(2026, 3, 1), 14),
        (D(2012, 2, 29), D(2028, 2, 28), 15), (D(2012, 2, 29), D(2028, 2, 29), 16),
        (D(2012, 12, 31), D(2027, 1, 1), 14), (D(2026, 1, 1), D(2026, 1, 1), 0),
    ],
)  # fmt: skip
def test_years_are_full_ones(born: dt.date, day: dt.date, age: int) -> None:
    assert rules.age_on(born, day) == age


def test_the_stage_follows_the_age_and_says_when_it_changes() -> None:
    born = D(2012, 2, 29)
    assert (rules.stage_on(born, D(2026, 2, 28)), rules.year_of_change(born, D(2026, 2, 28))) == (0, 2026)
    assert (rules.stage_on(born, D(2026, 3, 1)), rules.year_of_change(born, D(2026, 3, 1))) == (14, 2030)
    assert rules.stage_on(born, D(2030, 3, 1)) == 18


@pytest.mark.parametrize(
    ("text", "code"),
    [("123 456 7890", "1234567890"), ("１２３４５６７８９０", "1234567890"), (" 123-456-7890 ", "1234567890")],
)
def test_codes_are_read_in_any_width(text: str, code: str) -> None:
    assert rules.read_code(text) == code
    assert rules.read_code(rules.shown_code(code)) == code


@pytest.mark.parametrize("text", ["", "123456789", "12345678901", "12345 6789x", "٣٣٣٣٣٣٣٣٣٣", "1" * 500])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="family_code_form"):
        rules.read_code(text)


def test_pages_close_by_age_and_consent() -> None:
    none: frozenset[str] = frozenset()
    assert rules.closed_to("account_merge", stage=14, consented=none) == "child"
    assert rules.closed_to("account_identity", stage=0, consented=none) == "real_name"
    assert rules.closed_to("account_upstream", stage=0, consented=none) == "young"
    assert rules.closed_to("account_identity", stage=14, consented=none) == ""
    assert rules.closed_to("account_cards", stage=14, consented=frozenset({"apps"})) == "cards"
    assert rules.closed_to("account_cards", stage=0, consented=frozenset({"cards"})) == ""
    assert rules.closed_to("openid_authorize", stage=0, consented=none) == "apps"
    assert rules.closed_to("account_home", stage=0, consented=none) == ""
