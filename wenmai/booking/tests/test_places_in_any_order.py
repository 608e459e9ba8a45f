"""Whatever is done in whatever order, the ledger agrees with a model of a few lines."""

import datetime as dt
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wenmai.booking import queries, services
from wenmai.booking.models import Claim, Share, Wait
from wenmai.booking.testing import NOW, make_pool
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused

pytestmark = pytest.mark.django_db
HOLD, OFFER, CAPACITY = 15, 120, 4
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["take", "take", "wait", "wait", "confirm", "cancel", "leave", "pass"]),
        st.integers(0, 7),
        st.integers(1, 3),
    ),
    max_size=14,
)


@dataclass
class Model:
    """`live`: number of a claim -> (places, until); until nothing: confirmed. `line`: who waits, in order."""

    live: dict[int, tuple[int, dt.datetime | None]] = field(default_factory=dict)
    line: list[tuple[int, int]] = field(default_factory=list)
    minute: int = 0

    @property
    def now(self) -> dt.datetime:
        return NOW + dt.timedelta(minutes=self.minute)

    @property
    def free(self) -> int:
        return CAPACITY - sum(size for size, _until in self.live.values())

    def expire(self) -> None:
        self.live = {one: (size, until) for one, (size, until) in self.live.items() if not until or until > self.now}

    def turn(self) -> None:
        """Runs out what has run out and offers what is free, in order, over those that do not fit."""
        self.expire()
        for wait, size in list(self.line):
            if size <= self.free:
                self.line.remove((wait, size))
                claim = Wait.objects.get(pk=wait).claim_id
                assert claim is not None, "its turn has come"
                self.live[claim] = (size, self.now + dt.timedelta(minutes=OFFER))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_the_ledger_agrees_with_the_model(steps: list[tuple[str, int, int]]) -> None:
    from django.db import transaction

    with transaction.atomic():
        play(steps)
        transaction.set_rollback(True)


def play(steps: list[tuple[str, int, int]]) -> None:
    pool = make_pool(shares={"open": CAPACITY}, once=False)
    model = Model()
    for number, (deed, which, size) in enumerate(steps):
        do(model, pool.pk, number, deed, which, size)
        share = Share.objects.get(pool=pool)
        live = set(Claim.objects.filter(pool=pool, state__in=["held", "confirmed"]).values_list("pk", flat=True))
        assert live == set(model.live), deed
        assert share.taken == CAPACITY - model.free
        assert share.waiting == len(model.line)
        line = Wait.objects.filter(share=share, stage="waiting").order_by("serial").values_list("pk", "count")
        assert list(line) == model.line
    assert all(one.holds for one in queries.findings())


def do(model: Model, pool: int, number: int, deed: str, which: int, size: int) -> None:
    asked = {"pool_id": pool, "key": f"k{number}", "count": size, "holder_id": None, "actor": SYSTEM, "now": model.now}
    ended = {"actor": SYSTEM, "now": model.now}
    if deed == "take":
        take(model, asked, size)
    elif deed == "wait":
        made = services.wait(**asked)  # type: ignore[arg-type]
        model.line.append((made.pk, size))
        model.turn()
    elif deed == "pass":
        model.minute += which * 10
        services.expire_due(now=model.now)
        model.turn()
    elif deed == "leave" and model.line:
        wait = model.line.pop(which % len(model.line))
        services.leave(wait_id=wait[0], **ended)  # type: ignore[arg-type]
        model.turn()
    elif model.live and deed in ("confirm", "cancel"):
        claim = sorted(model.live)[which % len(model.live)]
        if deed == "confirm":
            services.confirm(claim_id=claim, **ended)  # type: ignore[arg-type]
            model.live[claim] = (model.live[claim][0], None)
        else:
            services.cancel(claim_id=claim, **ended)  # type: ignore[arg-type]
            del model.live[claim]
            model.turn()


def take(model: Model, asked: dict[str, object], size: int) -> None:
    try:
        claim = services.reserve(**asked)  # type: ignore[arg-type]
    except Refused as refusal:
        assert (refusal.code == "waiting_first") == bool(model.line)  # noqa: PT017 -- either may happen
        assert model.line or size > model.free, "what is free and waited for by nobody is given"
    else:
        assert not model.line
        assert size <= model.free, "never oversold"
        model.live[claim.pk] = (size, model.now + dt.timedelta(minutes=HOLD))
