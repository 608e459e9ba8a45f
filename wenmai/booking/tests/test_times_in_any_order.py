"""Whatever is booked, blocked, preempted, ended and let lapse in whatever order, a model of a few lines agrees."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wenmai.booking import queries, services
from wenmai.booking.models import LIVE, Stay, Thing
from wenmai.booking.rules.times import Times
from wenmai.booking.testing import NOW, make_thing
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused

pytestmark = pytest.mark.django_db
UNITS, BUFFER, HOLD = 2, 30, 15
FIRST = dt.datetime(2026, 5, 13, 1, tzinfo=dt.UTC)
"""Nine o'clock in Shanghai, the day after NOW."""
DEEDS = ("take", "take", "take", "house", "block", "preempt", "confirm", "end", "pass")
STEPS = st.lists(
    st.tuples(st.sampled_from(DEEDS), st.integers(0, 5), st.integers(1, 3), st.integers(1, UNITS)), max_size=12
)


@dataclass
class Model:
    """`live`: number of a stay -> (hours from and to, use, until when it is held)."""

    live: dict[int, tuple[float, float, str, dt.datetime | None]] = field(default_factory=dict)
    minute: int = 0

    @property
    def now(self) -> dt.datetime:
        return NOW + dt.timedelta(minutes=self.minute)

    def expire(self) -> None:
        self.live = {one: row for one, row in self.live.items() if row[3] is None or row[3] > self.now}

    def against(self, begins: float, ends: float) -> dict[int, str]:
        """Half an hour before and after each, for cleaning, is nobody's."""
        wide = 2 * BUFFER / 60
        return {
            one: row[2] for one, row in self.live.items() if row[0] < ends + wide and begins < row[1] + wide
        }  # fmt: skip


def times(begins: float, length: float) -> Times:
    at = FIRST + dt.timedelta(hours=begins)
    return Times(at, at + dt.timedelta(hours=length))


@pytest.fixture
def thing() -> Thing:
    return make_thing(kind="equipment", units=UNITS, buffer_before=BUFFER, buffer_after=BUFFER)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_times_agree_with_the_model(thing: Thing, steps: list[tuple[str, int, int, int]]) -> None:
    with transaction.atomic():
        model = Model()
        for number, (deed, begins, length, units) in enumerate(steps):
            play(model, thing.pk, number, deed, begins * 1.5, length, units)
            model.expire()
            found = Stay.objects.filter(thing=thing, state__in=LIVE).exclude(state="held", held_until__lte=model.now)
            assert {*found.values_list("pk", flat=True)} == {*model.live}, (deed, number)
        assert all(one.holds for one in queries.findings())
        transaction.set_rollback(True)


def play(model: Model, thing: int, number: int, deed: str, begins: float, length: int, units: int) -> None:
    by: dict[str, Any] = {"actor": SYSTEM, "now": model.now}
    if deed == "pass":
        model.minute += 10
        services.expire_stays(now=model.now)
    elif deed in ("confirm", "end"):
        change(model, deed, number, by)
    else:
        take(model, thing, f"k{number}", deed, begins, length, units, by)


def change(model: Model, deed: str, number: int, by: dict[str, Any]) -> None:
    model.expire()
    if not model.live:
        return
    one = sorted(model.live)[number % len(model.live)]
    begins, ends, use, until = model.live[one]
    if deed == "end":
        services.end_stay(stay_id=one, **by)
        del model.live[one]
    elif until is not None:
        key = Stay.objects.values_list("key", flat=True).get(pk=one)
        try:
            after = services.confirm_stays(key=key, **by)
        except Refused as refusal:
            assert refusal.code == "hold_over"  # noqa: PT017 -- another part of the key has ended
            assert Stay.objects.filter(key=key).exclude(state__in=LIVE).exists()
        else:
            for stay in after:
                model.live[stay.pk] = (begins, ends, use, None)


def take(
    model: Model, thing: int, key: str, deed: str, begins: float, length: int, units: int, by: dict[str, Any]
) -> None:
    asked = times(begins, length)
    against = model.against(begins, begins + length)
    wanted = UNITS if deed == "block" else units
    wish = [services.Wish(thing, asked, wanted)]
    gone = {one for one, use in against.items() if use == "public"} if deed == "preempt" else set()
    use = {"take": "public", "block": "blocked"}.get(deed, "in_house")
    room = most_free(thing, asked, model.now, without=gone)
    try:
        if deed == "preempt":
            made, _gone = services.preempt(wishes=wish, key=key, title="讲座", reason="讲座", **by)
        elif deed == "block":
            made = services.block(thing_id=thing, asked=[asked], reason="检修", key=key, **by)
        else:
            made = services.book(wishes=wish, key=key, use=use, **by)
    except Refused as refusal:
        assert refusal.code == "taken"  # noqa: PT017 -- either may happen
        assert room < wanted, "what is free is given"
        assert against
    else:
        assert room >= wanted
        assert len({one.unit for one in made}) == wanted
        for lost in gone:
            del model.live[lost]
        until = model.now + dt.timedelta(minutes=HOLD) if deed in ("take", "house") else None
        for one in made:
            model.live[one.pk] = (begins, begins + length, use, until)


def most_free(thing: int, asked: Times, now: dt.datetime, without: set[int]) -> int:
    """Units that nothing stands in at that time, counted from the rows without the module's own question."""
    wide = dt.timedelta(minutes=2 * BUFFER)
    rows = Stay.objects.filter(thing=thing, state__in=LIVE).exclude(pk__in=without).exclude(
        state="held", held_until__lte=now
    )  # fmt: skip
    busy = rows.filter(starts_at__lt=asked.ends_at + wide, ends_at__gt=asked.starts_at - wide)
    return UNITS - len({*busy.values_list("unit", flat=True)})
