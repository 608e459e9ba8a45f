"""A session that everybody wants at once, over HTTP, while web processes are killed: nothing is given twice, nothing
that was acknowledged is lost, nothing stays empty. Then its door, by the command, without the node and with it."""

import json
import os
import signal

from bench import crowd
from tests.journeys.conftest import Making
from tests.journeys.nodes import Node, children_of, free_port, until

TAKERS, PLACES, CLIENTS = 60, 12, 12
_MAKE = f"""
import dataclasses, json
from bench import hot_session
session, version, takers = hot_session.make({TAKERS}, {PLACES})
print(json.dumps([session, version, [[one.user, one.session] for one in takers]]))
"""
_CHECK = """
import json, sys
from bench import hot_session
from bench.crowd import Taker
session, rows = json.loads({said!r})
print(json.dumps(hot_session.check(session, [Taker(**one) for one in rows])))
"""
_DOOR = """
import json
from wenmai.activities import queries, services
from wenmai.activities.models import DoorList, Enrolment, Session
from wenmai.lib import clock
from wenmai.lib.access import Actor
from wenmai.people.services import card_documents
one = Enrolment.objects.filter(session={session}, standing="confirmed").earliest("pk")
times = Session.objects.get(pk={session})
made = services.take_list(session_id={session}, device="盒子", actor=Actor(1, "x"), now=times.check_from)
said = {{"list": queries.sealed_list(made), "key": queries.key_of(made), "to": f"/activities/doors/{{made.pk}}/scans"}}
print(json.dumps([said, card_documents.pin(), queries.ticket_of(one.pk), one.pk]))
"""
_CAME = """
from wenmai.activities.models import Arrival, DoorScan
print([(one.enrolment_id, one.heads) for one in Arrival.objects.all()], DoorScan.objects.count())
"""


def at_the_door(node: Node, session: int) -> None:
    """The real command against the served node: what was noted is sent, sent again, and refused with another key."""
    given, pin, ticket, enrolment = json.loads(node.python(_DOOR.format(session=session)).splitlines()[-1])
    file, notes = node.var / "list.json", node.var / "notes.json"
    file.write_text(json.dumps(given), "utf-8")
    asked = ("--list", str(file), "--pin", pin)
    sent = ("door", "upload", *asked, "--notes", str(notes), "--node", node.address)
    checked = node.done("door", "check", ticket, ticket, "2.ABCDEFGHJKLMNPQR", *asked, "--notes", str(notes))
    assert [line[:3] for line in checked.splitlines()] == ["yes", "no ", "no "]
    nobody = node.ended(*sent[:-1], f"http://127.0.0.1:{free_port()}")
    assert nobody.returncode != 0
    assert "it is kept" in nobody.stdout
    for _time in range(2):
        outcomes = [line.split()[1] for line in node.done(*sent).splitlines()]
        assert outcomes == ["counted", "again", "forged"], "sent twice, counted once"
    file.write_text(json.dumps({**given, "key": "0" * 64}), "utf-8")
    wrong = node.ended(*sent)
    assert wrong.returncode != 0
    assert "403 mark_wrong" in wrong.stdout
    assert node.python(_CAME) == f"[({enrolment}, 1)] 3"


def test_a_hot_session_while_web_processes_die(make_node: Making) -> None:
    node = make_node(WENMAI_WEB_WORKERS="2")
    up = node.up()
    until(node.is_ready, "the node is up", 120)
    session, version, people = json.loads(node.python(_MAKE).splitlines()[-1])
    takers = [crowd.Taker(user, key) for user, key in people]
    killed: list[int] = []

    def kill_one() -> None:
        """Of the processes that answer pages; another one takes its place."""
        workers = children_of(up.children()["serve"])
        os.kill(workers[-1], signal.SIGKILL)
        killed.append(workers[-1])

    crowd.storm(node.port, takers, session, version, clients=CLIENTS, middle=kill_one)
    assert len(killed) == 1
    said = json.dumps([session, [vars(one) for one in takers]])
    found = json.loads(node.python(_CHECK.format(said=said)).splitlines()[-1])
    assert found["taken"] == PLACES
    assert found["waiting"] > 0
    at_the_door(node, session)
