"""A full disk stops what writes with a sentence and takes nothing that was confirmed; with room again all goes on."""

import os
import random
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config import postgres
from tests.journeys.conftest import Disk, Making
from tests.journeys.nodes import Node, until

MB = 1 << 20
COUNT = 2500
_STORE = """
import io, sys
from wenmai.files import services
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused
head = b"RIFF" + (36 + (6 << 20)).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
head += (1).to_bytes(2, "little") * 2 + (8000).to_bytes(4, "little") * 2 + (1).to_bytes(2, "little")
head += (8).to_bytes(2, "little") + b"data" + (6 << 20).to_bytes(4, "little")
try:
    print(services.store(io.BytesIO(head + bytes(6 << 20)), actor=SYSTEM, now=clock.now()).hash)
except Refused as refused:
    print(refused.code)
"""


@contextmanager
def filled(place: Path, left_mb: int) -> Iterator[None]:
    """Somebody else's bytes on the disk, until only so much is left; gone afterwards."""
    ballast = place / "ballast"
    with ballast.open("wb") as stream:
        os.posix_fallocate(stream.fileno(), 0, shutil.disk_usage(place).free - left_mb * MB)
    try:
        yield
    finally:
        ballast.unlink()


def add_source(node: Node, institution: str, folder: Path, count: int) -> None:
    """Records of some kilobytes that cannot be compressed much."""
    folder.mkdir()
    chance = random.Random(7)
    for file in range(count // 250):
        lines = [f"f{file}-{row},题名{file}之{row},{words(chance)}" for row in range(250)]
        (folder / f"{file:03}.csv").write_text("\n".join(["id,title,description", *lines]), encoding="utf-8")
    node.done(
        "sources", "add", "folder", "--institution", institution, "--name", "来源", "--policy", "publish",
        "--kind", "folder", "--format", "csv", "--crosswalk", "csv", "--address", str(folder),
    )  # fmt: skip


def words(chance: random.Random) -> str:
    return "".join(map(chr, chance.choices(range(0x4E00, 0x9FA0), k=1000)))


def whole(node: Node, count: int) -> None:
    """Everything came in once, is indexed, and nothing is wrong."""
    assert node.one("SELECT state FROM harvest_run ORDER BY id DESC LIMIT 1") == "finished"
    for table in ("catalogue_record", "catalogue_recordversion", "identifiers_identifier"):
        assert node.one(f"SELECT count(*) FROM {table}") == count, table
    node.done("indexer", "--once")
    assert f"record: {count} indexed, {count} expected, 0 missing" in node.done("check")


def test_a_harvest_leaves_the_reserve_and_goes_on_when_there_is_room(
    make_node: Making, institution: str, disk: Disk, tmp_path: Path
) -> None:
    place = disk(700)
    node = make_node(place / "var", WENMAI_RESERVE_MB="64")
    postgres.start(node.var)
    add_source(node, institution, tmp_path / "folder", COUNT)
    with filled(place, 64 + 8):
        ended = node.ended("harvest", "folder")
        assert ended.returncode == 1
        assert "CommandError: 存储空间已满，腾出空间后可以继续。 (disk_full: " in ended.stdout
        assert "MB are left and 64 MB are kept free" in ended.stdout
        state, failure, received, new = node.rows("SELECT state, failure, received_count, new_count FROM harvest_run")[
            0
        ]
        assert (state, failure) == ("failed", "disk_full")
        assert 0 < received == new < COUNT
        assert node.one("SELECT count(*) FROM catalogue_record") == received
        assert node.one("SELECT 1") == 1, "PostgreSQL lives"
    assert f"run 1 finished: {COUNT} received = {COUNT} new" in node.done("harvest", "folder", "--resume")
    whole(node, COUNT)


def test_postgres_without_any_room_says_so_and_comes_back(
    make_node: Making, institution: str, disk: Disk, tmp_path: Path
) -> None:
    """Without the reserve the server refuses, or falls when it is its log that finds no room."""
    place = disk(700)
    node = make_node(place / "var", WENMAI_RESERVE_MB="0")
    up = node.up()
    until(node.is_ready, "the node is up", 120)
    add_source(node, institution, tmp_path / "folder", COUNT)
    with filled(place, 8):
        ended = node.ended("harvest", "folder")
        assert ended.returncode in {1, 2}
        assert "Traceback" not in ended.stdout
        assert "disk_full" in ended.stdout or "The disk is full: free some space" in ended.stdout
        assert node.ask("/search?q=x")[0] in {200, 503}
        assert up.popen.poll() is None
    until(node.is_ready, "the node is back", 120)
    (state,) = node.rows("SELECT state FROM harvest_run")[0]
    assert state in {"running", "failed"}
    goes_on = ["harvest", "folder", *(["--resume"] if state == "failed" else [])]
    assert f"finished: {COUNT} received = {COUNT} new" in node.done(*goes_on)
    until(lambda: node.one("SELECT count(*) FROM search_waiting") == 0, "the indexer has done its work")
    up.signal(signal.SIGINT)
    up.ended()
    postgres.start(node.var)
    whole(node, COUNT)


def test_the_indexer_waits_for_room(make_node: Making, institution: str, disk: Disk, tmp_path: Path) -> None:
    place = disk(200)
    node = make_node(WENMAI_SEARCH=str(place / "search"))
    postgres.start(node.var)
    add_source(node, institution, tmp_path / "folder", 1000)
    node.done("indexer", "--once")
    node.done("harvest", "folder")
    # first with the reserve, then without: the engine itself meets the end of the disk
    for reserve, left_mb in ((64, 63), (0, 1)):
        node.settings["WENMAI_RESERVE_MB"] = str(reserve)
        with filled(place, left_mb):
            indexer = node.start("indexer")
            until(lambda one=indexer: "the index cannot be written, trying again" in one.said, "it says so")  # type: ignore[misc]
            assert "Traceback" not in indexer.said
            assert node.one("SELECT sum(cardinality(keys)) FROM search_waiting") == 1000
            if reserve:
                indexer.signal(signal.SIGTERM)
                assert indexer.ended() == 0
    until(lambda: node.one("SELECT count(*) FROM search_waiting") == 0, "it goes on")
    assert indexer.popen.poll() is None
    indexer.signal(signal.SIGTERM)
    assert indexer.ended() == 0
    whole(node, 1000)


def test_a_file_for_which_there_is_no_room(make_node: Making, disk: Disk) -> None:
    place = disk(16)
    node = make_node(WENMAI_FILES=str(place / "files"), WENMAI_RESERVE_MB="0")
    postgres.start(node.var)
    with filled(place, 4):
        assert node.python(_STORE) == "no_space"
        assert [path for path in (place / "files").rglob("*") if path.is_file()] == []
        assert node.one("SELECT count(*) FROM files_storedobject") == 0
    hash = node.python(_STORE)
    assert len(hash) == 64
    assert [path.name for path in (place / "files" / "objects").rglob("*") if path.is_file()] == [hash]


def test_a_node_cannot_be_made_without_room(disk: Disk) -> None:
    place = disk(8)
    node = Node(place / "var")
    ended = node.command("up", "--port", str(node.port))
    assert ended.returncode == 2
    assert "Traceback" not in ended.stdout
    assert ended.stdout.startswith(("PostgreSQL could not make its data folder:", "The disk is full:"))
