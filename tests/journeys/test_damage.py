"""`wenmai check` names what was damaged on purpose, and `--mend` puts right what can be."""

import shutil
from pathlib import Path

import pytest

from config import postgres
from tests import clusters
from tests.journeys.conftest import Making
from tests.journeys.nodes import Node

RECORDS = 300
_STORE = """
import io
from PIL import Image
from wenmai.files import services
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
stream = io.BytesIO()
Image.new("RGB", (64, 64), (168, 50, 40)).save(stream, "PNG")
stream.seek(0)
print(services.store(stream, name="seal.png", actor=SYSTEM, now=clock.now()).hash)
"""
_LOSE_THREE = """
from wenmai.catalogue.models import Record
from wenmai.search.index import generations, writing
writer = writing.open_writer(generations.current())
for key in Record.objects.order_by("id").values_list("id", flat=True)[:3]:
    writer.remove("record", str(key))
writer.commit()
writer.close()
"""


@pytest.fixture(scope="module")
def shelf(prepared: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a node with records, all of them indexed, its journal sealed, and nothing wrong."""
    place = tmp_path_factory.mktemp("shelf")
    folder, node = place / "folder", Node(place / "var")
    folder.mkdir()
    rows = [f"{number},题名{number}" for number in range(RECORDS)]
    (folder / "a.csv").write_text("\n".join(["id,title", *rows]), encoding="utf-8")
    clusters.copy(prepared[0], node.var)
    postgres.start(node.var)
    try:
        node.done(
            "sources", "add", "folder", "--institution", prepared[1], "--name", "来源", "--policy", "publish",
            "--kind", "folder", "--format", "csv", "--crosswalk", "csv", "--address", str(folder),
        )  # fmt: skip
        node.done("harvest", "folder")
        node.done("indexer", "--once")
        node.done("journal", "seal")  # the institution's entries are dated long ago
        assert wrong(node) == []
    finally:
        node.end_commands()
        postgres.stop(node.var)
    return node.var


@pytest.fixture
def filled(make_node: Making, shelf: Path) -> Node:
    """A copy of it, running."""
    node = make_node()
    shutil.rmtree(node.var)
    clusters.copy(shelf, node.var)
    postgres.start(node.var)
    return node


def wrong(node: Node, *options: str) -> list[str]:
    """The sentences about what is not in order, as a person reads them; the exit code says the same."""
    ended = node.ended("check", *options)
    found = [line.removeprefix("WRONG ") for line in ended.stdout.splitlines() if line.startswith("WRONG")]
    assert ended.returncode == (1 if found else 0), ended.stdout
    return found


def test_an_index_that_lost_something(filled: Node) -> None:
    filled.python(_LOSE_THREE)
    (sentence,) = wrong(filled)
    assert sentence.startswith("search: record: 297 indexed, 300 expected, 3 missing, 0 too many, 0 out of date (miss")
    mended = filled.done("check", "--mend")
    assert "mended search: 3 keys are waiting to be indexed again; the indexer does that" in mended
    filled.execute("UPDATE search_waiting SET written_at = now() - interval '1 hour'")
    (sentence,) = wrong(filled)
    assert sentence == "search: 3 keys wait for the indexer, the oldest for 60 minutes: is the indexer running?"
    filled.done("indexer", "--once")
    assert wrong(filled) == []

    shutil.rmtree(filled.var / "search")
    assert wrong(filled)[0] == "search: no index of this release: `wenmai reindex`"
    assert "mended search: rebuilt the index: 300 keys" in filled.done("check", "--mend")

    for damaged in (filled.var / "search" / "generations").rglob("*.term"):
        damaged.write_bytes(damaged.read_bytes()[:100])
    assert wrong(filled)[0].startswith("search: no index of this release")
    assert "mended search: rebuilt the index: 300 keys" in filled.done("check", "--mend")


def test_what_cannot_be_mended_is_named_until_it_is_there_again(filled: Node) -> None:
    hash = filled.python(_STORE)
    (lost,) = (filled.var / "files").rglob(hash)
    lost.unlink()
    filled.execute("DELETE FROM catalogue_recordversion WHERE id = (SELECT min(id) FROM catalogue_recordversion)")
    for kind, key in (("nonsense", "1"), ("record", "999999999")):
        filled.execute("INSERT INTO search_waiting (kind, keys, urgent) VALUES (%s, %s, false)", kind, [key])
    filled.done("indexer", "--once")
    lost_record = filled.one("SELECT min(id) FROM catalogue_record")
    sentences = [
        f"catalogue: Records whose shown version is missing: 1 ({lost_record})",
        f"catalogue: Records whose latest version is missing: 1 ({lost_record})",
        f"files: 0 of 1 stored files are present and of their size: not {hash}",
        "search: 1 documents that could not be indexed (nonsense 1: no module has registered this kind)",
    ]
    assert wrong(filled) == sentences
    assert wrong(filled, "--mend") == sentences[:3]
    assert "restore the last backup, or harvest the source in full" in filled.ended("check").stdout
    assert filled.python(_STORE) == hash
    assert wrong(filled, "--only", "files", "--deep") == []


def test_names_and_records_that_were_damaged_agree_again(filled: Node) -> None:
    names = dict(filled.rows("SELECT source_key, identifier FROM catalogue_record"))
    filled.execute("UPDATE identifiers_location SET valid_to = valid_from WHERE id %% 3 = 0")
    filled.execute("UPDATE catalogue_record SET identifier = NULL WHERE id %% 5 = 0")
    filled.execute("UPDATE catalogue_record SET title = '别的' WHERE id %% 7 = 0")
    filled.execute("SELECT setval('identifiers_serial', 1)")
    assert len(wrong(filled)) >= 4
    said = filled.done("check", "--mend", "--only", "catalogue,identifiers")
    assert said.count("mended ") == 4, said
    filled.done("indexer", "--once")
    assert wrong(filled, "--deep") == []
    assert dict(filled.rows("SELECT source_key, identifier FROM catalogue_record")) == names
    assert filled.one("SELECT count(*) FROM journal_entry WHERE name LIKE '%%.mended'") >= 3


def test_jobs_that_nobody_does(filled: Node) -> None:
    filled.python("from wenmai.lib import jobs; jobs.defer('files.make_pictures', hash='0' * 64)")
    filled.execute("UPDATE procrastinate_events SET at = at - interval '1 hour'")
    assert wrong(filled) == ["jobs: 1 jobs have waited for more than 15 minutes: is a worker running?"]
