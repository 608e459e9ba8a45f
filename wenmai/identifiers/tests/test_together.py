"""Many at once, each with a connection of its own."""

import random
import threading
from collections.abc import Callable, Sequence
from functools import partial

import pytest
from django.db import connection, transaction

from wenmai.identifiers import checks, queries, services
from wenmai.identifiers.models import Identifier
from wenmai.identifiers.rules import Binding, Mint
from wenmai.identifiers.testing import NOW, ORGANISATION, make_names
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused

pytestmark = pytest.mark.django_db(transaction=True)
Names = dict[tuple[str, str], str]


def at_once(tasks: Sequence[Callable[[], object]]) -> list[object]:
    """Runs all from one starting gun on; returns what each returned or was refused with, in order."""
    gun = threading.Barrier(len(tasks))
    results: list[object] = [None] * len(tasks)

    def run(place: int) -> None:
        try:
            gun.wait(timeout=20)
            results[place] = tasks[place]()
        except Refused as refused:
            results[place] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(tasks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return results


def wishes(seed: int) -> list[Mint]:
    """Half of 400 keys, in an order of their own."""
    keys = random.Random(seed).sample(range(400), 200)
    return [Mint("test", str(key), ORGANISATION, "text", location=f"/records/{key}") for key in keys]


def test_many_who_ask_for_the_same_keys_get_the_same_names() -> None:
    answers = at_once([partial(services.mint, wishes(seed), actor=SYSTEM, now=NOW) for seed in range(8)])
    together: Names = {}
    for seed, answer in enumerate(answers):
        assert isinstance(answer, dict)
        assert set(answer) == {("test", wish.key) for wish in wishes(seed)}
        for key, name in answer.items():
            assert together.setdefault(key, name) == name
    assert len(set(together.values())) == len(together) == Identifier.objects.count()
    assert all(finding.holds for finding in checks.findings())


def test_a_name_minted_by_a_transaction_that_fails_is_minted_by_the_one_that_waits() -> None:
    minted, waiting = threading.Event(), threading.Event()
    wish = Mint("test", "a", ORGANISATION, "text", location="/records/1")
    lost: list[str] = []

    def fails() -> None:
        with transaction.atomic():
            lost.extend(services.mint([wish], actor=SYSTEM, now=NOW).values())
            minted.set()
            waiting.wait(timeout=20)
            until_somebody_waits()
            transaction.set_rollback(True)

    def waits() -> Names:
        minted.wait(timeout=20)
        waiting.set()
        return services.mint([wish], actor=SYSTEM, now=NOW)

    _nothing, names = at_once([fails, waits])
    assert isinstance(names, dict)
    assert list(names.values()) != lost
    assert queries.resolve(names["test", "a"]).location == "/records/1"


def until_somebody_waits() -> None:
    """Until another connection to this database stands in front of a lock."""
    with connection.cursor() as cursor:
        for _ in range(2000):
            cursor.execute(
                "SELECT pg_stat_clear_snapshot(), count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[1]:
                return
            cursor.execute("SELECT pg_sleep(0.005)")
    raise AssertionError("nobody waited")


def test_redirects_towards_each_other_never_make_a_loop() -> None:
    names = make_names(6)
    pairs = [{names[place]: names[(place + 1) % 6]} for place in range(6)]
    answers = at_once([partial(services.redirect, pair, actor=SYSTEM, now=NOW) for pair in pairs])
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert [one.code for one in refused] == ["redirect_loop"]
    assert all(queries.resolve(name).location for name in names)


def test_of_two_who_take_the_last_two_locations_one_is_refused() -> None:
    (name,) = make_names(1)
    services.bind([Binding(name, "/records/2")], actor=SYSTEM, now=NOW)
    pairs = [(name, "/records/1"), (name, "/records/2")]
    answers = at_once([partial(services.unbind, [pair], actor=SYSTEM, now=NOW) for pair in pairs])
    assert sum(isinstance(answer, Refused) for answer in answers) == 1
    assert len(queries.resolve(name).locations) == 1
