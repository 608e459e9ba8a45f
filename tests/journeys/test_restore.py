"""The backup of docs/how-to/run-a-node.md, taken while the node works, becomes a node again."""

import shutil
import subprocess
from pathlib import Path

import pytest

from config import postgres
from tests.journeys.conftest import Making
from tests.journeys.nodes import Node

RECORDS, LATER = 200, 60
_KEPT = (
    "catalogue_recordversion",
    "identifiers_identifier",
    "identifiers_location",
    "files_storedobject",
    "people_user",
)
_STORE = """
import io
from PIL import Image
from wenmai.files import services
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
stream = io.BytesIO()
Image.new("RGB", (64, 64), "red").save(stream, "PNG")
stream.seek(0)
services.store(stream, name="seal.png", actor=SYSTEM, now=clock.now())
"""


def _run(name: str, node: Node, *arguments: str) -> None:
    at = postgres.address(node.var)
    where = ["--host", str(at["HOST"]), "--port", str(at["PORT"]), "--username", str(at["USER"])]
    ended = subprocess.run(
        [str(postgres.binaries() / name), *where, "--dbname", str(at["NAME"]), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr


def _content(node: Node, table: str) -> object:
    return node.one(f"SELECT md5(string_agg(row_to_json(t)::text, ',' ORDER BY t::text)) FROM {table} t")


def _write(folder: Path, first: int, count: int) -> None:
    rows = [f"{number},题名{number}" for number in range(first, first + count)]
    (folder / f"{first}.csv").write_text("\n".join(["id,title", *rows]), encoding="utf-8")


@pytest.fixture
def busy(node: Node, institution: str, tmp_path: Path) -> Node:
    """Records, a stored file, and then more records that come when the backup has been taken."""
    folder = tmp_path / "folder"
    folder.mkdir()
    _write(folder, 0, RECORDS)
    node.done(
        "sources", "add", "folder", "--institution", institution, "--name", "来源", "--policy", "publish",
        "--kind", "folder", "--format", "csv", "--crosswalk", "csv", "--address", str(folder),
    )  # fmt: skip
    node.done("harvest", "folder")
    node.python(_STORE)
    _write(folder, RECORDS, LATER)
    return node


def test_a_backup_becomes_a_node_again(busy: Node, make_node: Making, tmp_path: Path) -> None:
    dump = tmp_path / "wenmai.dump"
    _run("pg_dump", busy, "--format=custom", "--file", str(dump))
    names = dict(busy.rows("SELECT source_key, identifier FROM catalogue_record"))
    before = {table: _content(busy, table) for table in _KEPT}
    busy.done("harvest", "folder")
    busy.python(_STORE.replace("red", "blue"))
    later = dict(busy.rows("SELECT source_key, identifier FROM catalogue_record"))

    fresh = make_node(tmp_path / "restored")
    shutil.rmtree(fresh.var)
    fresh.var.mkdir()
    postgres.start(fresh.var)
    for kept in ("files", "intake"):
        if (busy.var / kept).exists():
            shutil.copytree(busy.var / kept, fresh.var / kept)
    for kept in ("secret-key", "data-keys"):
        shutil.copy(busy.var / kept, fresh.var / kept)
    _run("pg_restore", fresh, "--no-owner", "--exit-on-error", str(dump))
    fresh.done("migrate", "--verbosity", "0")
    assert {table: _content(fresh, table) for table in _KEPT} == before
    fresh.done("check", "--mend")
    fresh.done("indexer", "--once")
    said = fresh.done("check", "--deep")
    assert "WRONG" not in said

    # what came after the backup comes again, under the names of then or later ones, and nothing else changes
    fresh.done("harvest", "folder")
    fresh.done("indexer", "--once")
    again = dict(fresh.rows("SELECT source_key, identifier FROM catalogue_record"))
    assert {key: again[key] for key in names} == names
    assert set(again) == set(later)
    assert len(set(again.values())) == RECORDS + LATER
    assert "WRONG" not in fresh.done("check")
