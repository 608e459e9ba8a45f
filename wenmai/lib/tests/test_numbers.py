import pytest

from wenmai.lib.numbers import row_number


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("42", 42), ("9" * 18, 10**18 - 1), ("9" * 19, None), ("9" * 5000, None), ("", None), ("-1", None),
     ("٣", None), ("²", None), ("1_0", None), (" 1", None), ("1\0", None)],
)  # fmt: skip
def test_only_plain_digits_that_fit_are_a_number(text: str, number: int | None) -> None:
    assert row_number(text) == number
