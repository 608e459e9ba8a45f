"""`wenmai check` on needs, and the desk's list as a workbook."""

import io
from typing import Any

import openpyxl
import pytest

from wenmai.institutions.testing import make_organisation
from wenmai.people.testing import client_of, make_user
from wenmai.voices import services
from wenmai.voices.models import Link, Need
from wenmai.voices.queries.soundness import findings
from wenmai.voices.testing import decide, link_purchase, make_need, show

pytestmark = pytest.mark.django_db


def wrong() -> list[bool]:
    return [not one.holds for one in findings()]


def test_each_thing_that_is_not_as_it_should_be_is_named_and_what_can_be_is_mended():
    assert wrong() == [False] * 7
    made = decide(make_need())
    link_purchase(made)
    show(made, "花灯戏", "买了光盘。")
    assert (made.step, wrong()) == ("answered", [False] * 7)
    Need.objects.filter(pk=made.pk).update(is_down=True)
    assert wrong() == [False, False, False, True, *[False] * 3]
    assert list(services.mend()) == [f"need {made.pk}: asked the review again"]
    assert wrong() == [False] * 7
    Link.objects.filter(need=made).update(key="999999")
    assert wrong() == [False, True, *[False] * 5]


def test_the_list_as_a_workbook_is_narrowed_as_the_page_and_has_no_telephone():
    here = make_organisation("州文化馆")
    make_need("请打 13800138000 回我，想看花灯戏", organisation_id=here.pk, phone="+8613800138000")
    make_need("=1+1 想借书", organisation_id=here.pk, kind="resource")
    make_need("别处的花灯戏", organisation_id=make_organisation("别处").pk)
    staff = client_of(make_user("needs", role="organisation_admin", organisation_id=here.pk), "password", "app")

    def rows(query: str) -> list[tuple[object, ...]]:
        answer: Any = staff.get(f"/desk/voices/?as=xlsx&{query}")
        content = b"".join(answer.streaming_content)
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        return [tuple(row) for row in sheet.iter_rows(min_row=2, values_only=True)]

    found = rows("")
    assert [row[5] for row in found] == ["'=1+1 想借书", "请打 **** 回我,想看花灯戏"]
    assert "138001" not in repr(found)
    assert len(rows("kind=resource")) == 1
