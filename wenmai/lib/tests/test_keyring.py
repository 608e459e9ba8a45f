"""The file of keys: made once, read strictly, never half-written, and every refusal says what to do."""

import datetime as dt
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from wenmai.lib import keyring

_START = """
import sys
from pathlib import Path
from wenmai.lib import keyring
keyring.at_start(Path(sys.argv[1]), may_make=True)
print(keyring.read(Path(sys.argv[1])).index.secret.hex())
"""
NOW = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "folder" / "data-keys"
    keyring.at_start(made, may_make=True)
    return made


def test_it_is_made_at_the_first_start_for_its_owner_alone(path: Path) -> None:
    ring = keyring.read(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [key.algorithm for key in ring.keys] == ["aes-256-gcm"]
    assert len(ring.index.secret) == 32
    before = path.read_bytes()
    keyring.at_start(path, may_make=True)
    assert path.read_bytes() == before


@pytest.mark.slow
def test_many_who_start_at_once_agree(tmp_path: Path) -> None:
    path = tmp_path / "data-keys"
    started_with = [sys.executable, "-c", _START, str(path)]
    started = [subprocess.Popen(started_with, stdout=subprocess.PIPE, text=True) for _one in range(6)]
    said = {one.communicate(timeout=60)[0] for one in started}
    assert said == {keyring.read(path).index.secret.hex() + "\n"}
    assert sorted(one.name for one in tmp_path.iterdir()) == ["data-keys", "data-keys.lock"]


def test_keys_that_were_here_once_are_not_made_anew(path: Path) -> None:
    path.unlink()
    with pytest.raises(
        ImproperlyConfigured, match=r"are gone; they were made here once\. Put the copy from the backup"
    ):
        keyring.at_start(path, may_make=True)
    assert not path.exists()


def test_a_file_that_the_setting_names_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"WENMAI_DATA_KEYS names .*, and there is no such file"):
        keyring.at_start(tmp_path / "nowhere", may_make=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_file_that_is_open_to_others_stops_the_start(path: Path, mode: int) -> None:
    path.chmod(mode)
    with pytest.raises(ImproperlyConfigured, match="chmod 600"):
        keyring.at_start(path, may_make=True)


def _spoiled(lines: list[str]) -> dict[str, list[str]]:
    heading, index, key = lines
    short = key.rsplit(" ", 1)[0] + " AAAA"
    return {
        "empty": [],
        "no key": [heading, index],
        "no index": [heading, key],
        "half a line": [heading, index, key[: len(key) // 2]],
        "a short key": [heading, index, short],
        "twice": [heading, index, key, key],
        "another alphabet": [heading, index, key.replace("-", "+").rsplit(" ", 1)[0] + " " + "+/" * 21 + "A="],
        "a name with a dot": [heading, index, key.replace("k", "k.", 1)],
        "a moment that is none": [heading, index, key.replace("T", " ")],
        "garbage": ["\0\xff" * 40],
        "endless": [heading, index, key, "#" * keyring.MOST_BYTES],
    }


@pytest.mark.parametrize("how", list(_spoiled(["", "", "k T k"])))
def test_an_odd_file_stops_the_start_and_the_sentence_holds_no_key(path: Path, how: str) -> None:
    lines = path.read_text().splitlines()
    path.write_text("\n".join(_spoiled(lines)[how]), encoding="latin-1")
    with pytest.raises(ImproperlyConfigured, match="Put the copy from the backup") as refused:
        keyring.at_start(path, may_make=True)
    assert not any(line.split()[-1] in str(refused.value) for line in lines[1:])


def test_a_file_that_is_none_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="cannot be used"):
        keyring.at_start(tmp_path, may_make=True)


def test_a_new_key_stands_in_front_and_an_old_one_can_go(path: Path) -> None:
    (first,) = keyring.read(path).keys
    fresh = keyring.add(path, NOW)
    assert keyring.read(path).keys == (fresh, first)
    assert fresh.made_at == NOW
    keyring.remove(path, first.id)
    assert keyring.read(path).keys == (fresh,)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_the_owner_stays_whoever_adds_a_key(path: Path) -> None:
    os.chown(path, 65534, 65534)
    keyring.add(path, NOW)
    assert (path.stat().st_uid, path.stat().st_gid) == (65534, 65534)


def test_a_disk_that_is_full_leaves_the_keys_as_they_were(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        keyring.add(path, NOW)
    assert path.read_bytes() == before
    assert sorted(one.name for one in path.parent.iterdir()) == ["data-keys", "data-keys.lock"]


def test_no_secret_is_shown(path: Path) -> None:
    ring = keyring.read(path)
    assert all(repr(key.secret) not in repr(ring) for key in (ring.index, *ring.keys))
