"""The demonstration's needs: there once, in every state that the public board knows."""

import pytest
from django.test import Client
from django.urls import reverse

from demo import needs
from wenmai.activities.models import Activity
from wenmai.activities.testing import make_activity, publish
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.people.testing import make_user
from wenmai.voices.models import Asker, Need


@pytest.mark.django_db
def test_needs_are_loaded_once_and_stand_in_public() -> None:
    organisations = {
        key: make_organisation(name=f"演示{key}", demo=True).pk
        for key in ("county_culture", "city_culture", "county_library")
    }
    make_user("reviewer")
    course = publish(make_activity(organisation_id=organisations["city_culture"]))
    Activity.objects.filter(pk=course.pk).update(demo=True)
    make_user("parent")
    for _again in range(2):
        needs.load(organisations=organisations, now=clock.now())
    assert sorted(Need.objects.values_list("step", flat=True)) == [
        "answered", "answered", "assessing", "collected", "collected", "collected", "linked", "merged", "merged",
    ]  # fmt: skip
    assert Asker.objects.filter(role="seconded").count() == 1
    shown = Client().get("/needs/").content.decode()
    assert "花灯戏到村里来演" in shown
    assert "镇上建一座电影院" in shown
    assert "不采纳" in shown
    answered = Need.objects.get(outcome="adopted")
    assert (
        f'href="{reverse("activities:activity", args=[course.pk])}"'
        in Client().get(f"/needs/{answered.pk}").content.decode()
    )
    assert "390000" not in shown, "nobody's telephone"
