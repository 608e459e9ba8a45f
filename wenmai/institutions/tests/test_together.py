"""Two at once, each with a connection of its own."""

import threading

import pytest
from django.db import connection, transaction

from wenmai.institutions import services
from wenmai.institutions.models import Organisation
from wenmai.institutions.testing import NOW, make_organisation, make_place
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_moves_at_once_make_no_cycle():
    one, other = make_organisation("甲"), make_organisation("乙")
    refusals: list[str] = []
    first_moved, go_on = threading.Event(), threading.Event()

    def second() -> None:
        try:
            first_moved.wait(10)
            go_on.set()
            services.move(organisation_id=other.pk, parent_id=one.pk, actor=SYSTEM, now=NOW)
        except Refused as refused:
            refusals.append(refused.code)
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    thread.start()
    with transaction.atomic():
        services.move(organisation_id=one.pk, parent_id=other.pk, actor=SYSTEM, now=NOW)
        first_moved.set()
        assert go_on.wait(10)
    thread.join(10)
    assert refusals == ["cycle"]


def test_many_at_once_get_codes_of_their_own():
    make_place("990100")

    def create() -> None:
        try:
            for _one in range(5):
                make_organisation("某馆")
        finally:
            connection.close()

    threads = [threading.Thread(target=create) for _one in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    given = set(Organisation.objects.values_list("code", flat=True))
    assert given == {f"990100903101{serial:04}" for serial in range(1, 31)}


def test_one_is_born_below_while_its_superior_moves():
    """The newcomer waits, and finds itself where its superior has gone."""
    one, other = make_organisation("甲"), make_organisation("乙")
    born: list[Organisation] = []
    moved, go_on = threading.Event(), threading.Event()

    def create() -> None:
        try:
            moved.wait(10)
            go_on.set()
            born.append(make_organisation("丙", administrative_parent=one))
        finally:
            connection.close()

    thread = threading.Thread(target=create)
    thread.start()
    with transaction.atomic():
        services.move(organisation_id=one.pk, parent_id=other.pk, actor=SYSTEM, now=NOW)
        moved.set()
        assert go_on.wait(10)
    thread.join(10)
    assert born[0].administrative_path == f"/{other.pk}/{one.pk}/{born[0].pk}/"


def test_one_is_born_below_while_its_superior_closes():
    top = make_organisation("甲")
    refusals: list[str] = []
    closed, go_on = threading.Event(), threading.Event()

    def create() -> None:
        try:
            closed.wait(10)
            go_on.set()
            make_organisation("乙", administrative_parent=top)
        except Refused as refused:
            refusals.append(refused.code)
        finally:
            connection.close()

    thread = threading.Thread(target=create)
    thread.start()
    with transaction.atomic():
        services.close_organisation(
            organisation_id=top.pk, closed_on=NOW.date(), reason="并入别馆", actor=SYSTEM, now=NOW
        )
        closed.set()
        assert go_on.wait(10)
    thread.join(10)
    assert refusals == ["parent_closed"]
