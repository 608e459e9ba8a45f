"""A session that everybody wants at once, over HTTP, while web processes are killed: nothing is given twice, nothing
that was acknowledged is lost, nothing stays empty."""

import json
import os
import signal

from bench import crowd
from tests.journeys.conftest import Making
from tests.journeys.nodes import children_of, until

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
