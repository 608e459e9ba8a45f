"""Suppliers and stations hear by SMS what waits for them and what is off, and of nothing that is otherwise by now."""

import datetime as dt
import json
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from wenmai.institutions.models import Organisation
from wenmai.lib import clock, vault
from wenmai.lib.access import SYSTEM
from wenmai.messages.models import Message
from wenmai.messages.rules import TEMPLATES, VALUES
from wenmai.orders import services
from wenmai.orders.models import OrderStep
from wenmai.orders.services import telling
from wenmai.orders.tests.test_orders import DAY, HOUR, World
from wenmai.people.models import RoleGrant, User
from wenmai.people.testing import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _gateway(settings: Any) -> None:
    settings.SMS_GATEWAY = "print"


def acting(where: Organisation, role: str, phone: str, **more: Any) -> User:
    made = make_reader(phone, name=f"某{phone[-2:]}")
    RoleGrant.objects.create(user=made, role=role, organisation=where, **more)
    return made


def jobs_of(task: str) -> list[dict[str, Any]]:
    rows = ProcrastinateJob.objects.filter(task_name=task).order_by("id")
    return [dict(one.args) for one in rows]


def heard(now: dt.datetime) -> list[str]:
    """What all jobs since the last time said, in order; they are done then."""
    before, said = Message.objects.count(), []
    for one in jobs_of(telling.JOB):
        telling.tell_all(**one)
    for one in jobs_of(telling.JOB_OF_ONE):
        telling.send(**one, now=now)
    for row in Message.objects.order_by("pk")[before:]:
        values = json.loads(vault.unseal(row.values_sealed, purpose=VALUES))
        said.append(f"{row.language} {TEMPLATES[row.template].text(row.language, values)}")
    _forget()
    return said


def _forget() -> None:
    """The model is for reading only."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def test_each_side_hears_what_the_other_did():
    world, now = World(), clock.now()
    for troupe, phone in zip(world.troupes, ("+8613800138001", "+8613800138002"), strict=True):
        acting(troupe, "supplier", phone)
    User.objects.filter(pk=acting(world.troupes[0], "supplier", "+8613800138003").pk).update(language="en")
    acting(world.station, "village_admin", "+8613800138004")
    # none of these: another role, a role that has ended, an account that is off
    acting(world.troupes[0], "reviewer", "+8613800138005")
    acting(world.troupes[0], "supplier", "+8613800138006", until=now - DAY)
    gone = acting(world.troupes[0], "supplier", "+8613800138007")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    _forget()

    made = world.dispatched()
    made.refresh_from_db()
    assert made.begins_at is not None
    assert made.answer_by is not None
    begins, until = (telling._short(one) for one in (made.begins_at, made.answer_by))
    title = made.offer.edition.title[:20]
    assert heard(world.after) == [
        f"zh-hans 点单 {made.pk}“{title}”：{begins}，请在 {until} 前答复。请登录工作台查看。",
        f"en Order {made.pk}, “{title}”: {begins}; answer by {until}. Log in and see the desk.",
    ]  # fmt: skip
    # nobody answers in time: the next one is asked
    services.follow(now=made.answer_by)
    (said,) = heard(made.answer_by)
    assert "前答复" in said
    services.accept(order_id=made.pk, actor=SYSTEM, now=made.answer_by + HOUR)
    assert ["供应商接单了" in one for one in heard(made.answer_by + HOUR)] == [True]
    services.put_back(order_id=made.pk, cause="county", reason="停电", actor=SYSTEM, now=made.answer_by + 2 * HOUR)
    assert ["原来的时间不算了" in one for one in heard(made.answer_by + 2 * HOUR)] == [True, True]
    services.call_off(order_id=made.pk, cause="county", reason="停电", actor=SYSTEM, now=made.answer_by + 3 * HOUR)
    (said,) = heard(made.answer_by + 3 * HOUR)
    assert "取消了" in said, "the supplier was told before that its time is over"


def test_nothing_is_said_that_is_otherwise_by_now_or_too_late_and_ceilings_are_waited_for(settings: Any):
    world = World()
    acting(world.troupes[0], "supplier", "+8613800138001")
    _forget()
    made = world.dispatched()
    step = OrderStep.objects.get(order=made, after="dispatched")
    assert telling.tell_all(step_id=step.pk) == 1
    (job,) = jobs_of(telling.JOB_OF_ONE)
    assert not telling.send(**job, now=step.at + 2 * DAY)
    settings.SMS_PER_PHONE = 0
    assert not telling.send(**job, now=step.at)
    assert jobs_of(telling.JOB_OF_ONE) == [job, job], "once more, later"
    settings.SMS_PER_PHONE = 9
    services.accept(order_id=made.pk, actor=SYSTEM, now=step.at + HOUR)
    assert not telling.send(**job, now=step.at + HOUR)
    assert not Message.objects.exists()
