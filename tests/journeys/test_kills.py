"""kill -9 of any process of a node, ten times during a harvest: it comes back by itself, nothing is lost or doubled."""

import json
import os
import random
from pathlib import Path

import pytest

from tests.journeys.conftest import Making
from tests.journeys.nodes import Node, Process, until
from wenmai.harvest.testing.server import Asked, Repository

# Each part often enough to be met in the middle of something; the order is drawn.
VICTIMS = ["worker"] * 3 + ["postgres"] * 3 + ["indexer"] * 2 + ["serve"] * 2
PAGES, FILES, ROWS = 150, 60, 50
_NAMES = "SELECT code, source_key, identifier FROM catalogue_record r JOIN catalogue_feed f ON f.id = r.feed_id"
Names = dict[tuple[str, str], str]


def test_ten_kills_during_a_harvest(
    make_node: Making, institution: str, repository: Repository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = int(os.environ.get("SEED", "20261123"))
    with capsys.disabled():
        print(f"\nseed {seed}", end=" ")  # noqa: T201
    chance = random.Random(seed)
    repository.page_size = 20
    repository.fill(PAGES * repository.page_size)
    node = make_node()
    up = node.up()
    until(node.is_ready, "the node is up", 120)
    add_sources(node, institution, repository.address, tmp_path / "folder")
    asked = Pace(repository)
    start(node)
    known: Names = {}
    for victim in chance.sample(VICTIMS, len(VICTIMS)):
        asked.more(chance.randint(1, 6))
        known = grown(node, known)
        kill(node, up, victim)
        if victim == "serve":
            until(node.is_ready, "the pages are back")
    asked.over()
    until(lambda: finished(node) == 2, "both harvests end", 120)
    known = grown(node, known)
    assert known.keys() == everything(repository)
    reconciled(node)
    until(lambda: node.one("SELECT count(*) FROM search_waiting") == 0, "the indexer has done its work")
    assert "0 missing, 0 too many, 0 out of date" in node.done("check")
    until(lambda: up.children().keys() == {"worker", "indexer", "serve"} and node.is_ready(), "all are back")
    assert json.loads(node.ask("/api/v1/records?size=1")[1])["total"] == len(known)
    again = node.done("harvest", "oai", "--full")
    assert "nothing has changed" in again


class Pace:
    """Lets the server answer so many questions more, then holds the next one until it is told to go on."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._allowed: float = 0
        repository.mischief = self._hold

    def _hold(self, asked: Asked, usual: bytes) -> None:
        until(lambda: asked.number <= self._allowed, "the test goes on", 300)

    def more(self, count: int) -> None:
        self._allowed = len(self._repository.asked) + count
        until(lambda: len(self._repository.asked) > self._allowed, "the harvest goes on", 120)

    def over(self) -> None:
        self._allowed = float("inf")


def add_sources(node: Node, institution: str, address: str, folder: Path) -> None:
    folder.mkdir()
    for file in range(FILES):
        rows = [f"f{file}-{row},题名{file}之{row}" for row in range(ROWS)]
        (folder / f"{file:03}.csv").write_text("\n".join(["id,title", *rows]), encoding="utf-8")
    usual = ("--institution", institution, "--name", "来源", "--policy", "publish")
    node.done(
        "sources", "add", "oai", *usual, "--kind", "oai", "--format", "oai_dc", "--crosswalk", "oai_dc",
        "--address", address, "--private",
    )  # fmt: skip
    node.done(
        "sources", "add", "folder", *usual, "--kind", "folder", "--format", "csv", "--crosswalk", "csv",
        "--address", str(folder),
    )  # fmt: skip


def start(node: Node) -> None:
    node.python(
        "from wenmai.harvest import services\nfrom wenmai.harvest.models import Source\nfrom wenmai.lib import clock\n"
        "from wenmai.lib.access import SYSTEM\n"
        "for one in Source.objects.all(): services.start(source_id=one.pk, actor=SYSTEM, now=clock.now())"
    )


def everything(repository: Repository) -> set[tuple[str, str]]:
    """Feed and key of each record that the two sources have."""
    listed = {("oai", one.identifier) for one in repository.things}
    return listed | {("folder", f"f{file}-{row}") for file in range(FILES) for row in range(ROWS)}


def grown(node: Node, known: Names) -> Names:
    """The names of all records now: what was there is there, under the same name."""
    rows = until(lambda: node.rows(_NAMES) or [("", "", "")], "the database answers")
    now = {(code, key): name for code, key, name in rows if code}
    assert known.items() <= now.items()
    assert len(set(now.values())) == len(now)
    return now


def kill(node: Node, up: Process, victim: str) -> None:
    if victim == "postgres":
        node.kill_postgres()
        return
    up.kill_child(until(lambda: up.children().get(victim, 0), f"{victim} is there"))


def finished(node: Node) -> int:
    return int(node.one("SELECT count(*) FROM harvest_run WHERE state = 'finished'"))


def reconciled(node: Node) -> None:
    """Each record came in once, in one version, with one name, whatever was killed."""
    runs = node.rows("SELECT received_count, new_count, quarantined_count, gone_count FROM harvest_run")
    assert runs == [(PAGES * 20, PAGES * 20, 0, 0), (FILES * ROWS, FILES * ROWS, 0, 0)]
    total = PAGES * 20 + FILES * ROWS
    for table in ("catalogue_record", "catalogue_recordversion", "identifiers_identifier", "identifiers_location"):
        assert node.one(f"SELECT count(*) FROM {table}") == total, table
    assert node.one("SELECT count(DISTINCT identifier) FROM catalogue_record") == total
    assert node.one("SELECT sum((detail->>'new')::int) FROM journal_entry WHERE name = 'catalogue.taken_in'") == total
    assert node.one("SELECT count(*) FROM harvest_listed") == 0
