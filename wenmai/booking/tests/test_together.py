"""Many at the same moment, each with a connection of its own."""

import datetime as dt
import multiprocessing
import os
import threading
from collections import Counter
from collections.abc import Callable
from multiprocessing.connection import Connection

import pytest
from django.db import connection

from wenmai.booking import queries, services
from wenmai.booking.models import Claim, Seat, Share, Stay, Wait
from wenmai.booking.rules.times import Times
from wenmai.booking.testing import NOW, make_pool, make_thing
from wenmai.journal.models import Entry
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people.testing import make_reader

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(count: int, deed: Callable[[int], str]) -> list[str]:
    """What each of so many got to hear."""
    heard: list[str] = [""] * count
    start = threading.Barrier(count)

    def one(number: int) -> None:
        try:
            start.wait(20)
            heard[number] = deed(number)
        except Refused as refusal:
            heard[number] = refusal.code
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return heard


def test_fifty_want_twenty_places_and_each_taps_twice():
    pool = make_pool(shares={"open": 20})
    people = [make_reader(f"+86138001381{number:02}", f"读者{number}") for number in range(25)]

    def take(number: int) -> str:
        user = people[number // 2]
        claim = services.reserve(
            pool_id=pool.pk, key="tapped", holder_id=user.pk, confirmed=True, actor=Actor(user.pk, user.name), now=NOW
        )
        return str(claim.pk)

    heard = Counter(at_once(50, take))
    refused = heard.pop("full", 0)
    assert len(heard) == 20
    assert sum(heard.values()) + refused == 50
    assert Claim.objects.count() == 20
    assert Share.objects.get().taken == 20
    assert all(one.holds for one in queries.findings())


def test_places_that_come_back_at_once_all_reach_the_list():
    pool = make_pool(shares={"open": 8}, once=False)
    actor = Actor(None, "")
    claims = [
        services.reserve(pool_id=pool.pk, key=f"c{n}", holder_id=None, confirmed=True, actor=actor, now=NOW)
        for n in range(8)
    ]

    def deed(number: int) -> str:
        if number < 8:
            services.cancel(claim_id=claims[number].pk, actor=actor, now=NOW)
        else:
            services.wait(pool_id=pool.pk, key=f"w{number}", holder_id=None, actor=actor, now=NOW)
        return "done"

    assert at_once(20, deed) == ["done"] * 20
    assert list(Wait.objects.order_by("serial").values_list("stage", flat=True)) == ["offered"] * 8 + ["waiting"] * 4
    assert Share.objects.get().taken == 8, "nothing stays empty while people wait"
    assert all(one.holds for one in queries.findings())


def test_one_person_in_two_shares_at_once_gets_one():
    pool = make_pool(shares={"open": 5, "elder": 5})
    user = make_reader()

    def take(number: int) -> str:
        services.reserve(
            pool_id=pool.pk, key=f"k{number}", share=("open", "elder")[number % 2], holder_id=user.pk,
            actor=Actor(user.pk, user.name), now=NOW,
        )  # fmt: skip
        return "held"

    assert Counter(at_once(6, take)) == {"held": 1, "once_each": 5}
    assert sum(Share.objects.values_list("taken", flat=True)) == 1


def test_a_process_that_is_killed_leaves_the_books_whole():
    """Whatever it was told is there; what was under way is not, or is whole."""
    pool = make_pool(shares={"open": 100_000}, once=False)
    room = make_thing()
    connection.close()
    context = multiprocessing.get_context("fork")
    told, acknowledged = context.Pipe(duplex=False), list[tuple[int, int]]()

    def work(pipe: Connection, first_day: int) -> None:
        for number in range(100_000):
            claim = services.reserve(
                pool_id=pool.pk, key=f"{os.getpid()}-{number}", count=2, holder_id=None, confirmed=True,
                actor=Actor(None, ""), now=NOW,
            )  # fmt: skip
            if number % 3 == 0:
                services.cancel(claim_id=claim.pk, actor=Actor(None, ""), now=NOW)
            begins = NOW + dt.timedelta(days=first_day, hours=number)
            hour = services.Wish(room.pk, Times(begins, begins + dt.timedelta(minutes=30)))
            stay = services.book(
                wishes=[hour], key=f"s{os.getpid()}-{number}", use=Stay.Use.IN_HOUSE, confirmed=True,
                actor=Actor(None, ""), now=NOW,
            )[0]  # fmt: skip
            pipe.send((claim.pk, stay.pk))

    for lives in (11, 24, 37):
        worker = context.Process(target=work, args=(told[1], 10 * lives), daemon=True)
        worker.start()
        acknowledged += [told[0].recv() for _ in range(lives)]
        worker.kill()
        worker.join(10)
        while told[0].poll(0):
            acknowledged.append(told[0].recv())
    claims, stays = ([pair[at] for pair in acknowledged] for at in (0, 1))
    assert Claim.objects.filter(pk__in=claims).count() == len(acknowledged) >= 72
    assert Stay.objects.filter(pk__in=stays).count() == len(acknowledged)
    assert Stay.objects.count() - len(acknowledged) <= 3, "of each that was killed at most the one under way"
    assert Entry.objects.filter(name="booking.confirmed").count() == Claim.objects.count()
    assert all(one.holds for one in queries.findings())


def test_two_want_one_seat():
    pool = make_pool(shares={"open": 2}, seats=["A1", "A2"])
    seat = Seat.objects.order_by("label").values_list("pk", flat=True)[0]

    def take(number: int) -> str:
        services.reserve(
            pool_id=pool.pk, key=f"k{number}", seats=[seat], holder_id=None, actor=Actor(None, ""), now=NOW
        )
        return "held"

    assert Counter(at_once(8, take)) == {"held": 1, "seat_taken": 7}
    assert Share.objects.get().taken == 1


def test_fifty_want_one_hour_of_one_room():
    hall = make_thing()
    begins = NOW + dt.timedelta(hours=26)
    asked = Times(begins, begins + dt.timedelta(hours=1))

    def take(number: int) -> str:
        services.book(
            wishes=[services.Wish(hall.pk, asked)],
            key=f"k{number // 2}",
            confirmed=True,
            actor=Actor(None, ""),
            now=NOW,
        )
        return "booked"

    assert Counter(at_once(50, take)) == {"booked": 2, "taken": 48}, "one, and its double tap"
    assert Stay.objects.count() == 1


def test_a_hall_and_a_bus_asked_for_in_either_order():
    hall = make_thing()
    bus = make_thing("大巴", organisation_id=hall.organisation_id, kind="vehicle")
    begins = NOW + dt.timedelta(hours=26)
    asked = Times(begins, begins + dt.timedelta(hours=1))
    wishes = [services.Wish(hall.pk, asked), services.Wish(bus.pk, asked)]

    def take(number: int) -> str:
        order = wishes if number % 2 else wishes[::-1]
        services.book(wishes=order, key=f"k{number}", confirmed=True, actor=Actor(None, ""), now=NOW)
        return "booked"

    assert Counter(at_once(12, take)) == {"booked": 1, "taken": 11}, "nobody has half of it, nobody waits for ever"
    assert Stay.objects.count() == 2
