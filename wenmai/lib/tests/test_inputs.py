import datetime as dt

import pytest
from django import forms
from django.utils import translation

from wenmai.lib.inputs import DayInput


class Form(forms.Form):
    day = forms.DateField(widget=DayInput())


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_day_that_is_given_stands_in_its_field(language: str) -> None:
    with translation.override(language):
        shown = str(Form(initial={"day": dt.date(2026, 12, 1)})["day"])
        assert 'type="date"' in shown
        assert 'value="2026-12-01"' in shown
        assert Form({"day": "2026-12-01"}).is_valid()
