from typing import Any

import pytest
from django.db import DataError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


def back(items: list[Any], kind: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{kind}[]", [items])
        return list(cursor.fetchone()[0])


@pytest.mark.django_db
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), st.sampled_from(
    ["", "NULL", "null", '"', "\\", "{", "}", ",", " ", "'", "春晓", '","', '"}', "\n", "%s"]
))))  # fmt: skip
def test_texts_come_back_as_they_went(items: list[str]) -> None:
    assert back(items, "text") == items


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("items", "kind"),
    [([1, -2, 2**62], "bigint"), ([], "text"), ([None, "a"], "text"), ([True, False], "boolean"), ([1.5], "float8"),
     ([["a", "b"], ["c", "d"]], "text"), ([b"\x00\xff", b""], "bytea")],
)  # fmt: skip
def test_other_lists_too(items: list[Any], kind: str) -> None:
    assert [bytes(one) if kind == "bytea" else one for one in back(items, kind)] == items


@pytest.mark.django_db
def test_what_no_text_of_postgresql_can_hold_is_refused() -> None:
    with pytest.raises((DataError, ValueError)), transaction.atomic():
        back(["a", "b\0c"], "text")
