"""Killed in the middle, the demonstration is whole after the next start."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from demo import feeds, loading
from wenmai.institutions.testing import make_organisation
from wenmai.people import services as people
from wenmai.people.models import RoleGrant, User


def killed(*values: Any, **named: Any) -> None:
    raise KeyboardInterrupt


def test_half_a_file_is_not_taken_for_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Across file systems, files are copied."""

    def half(file: Path, place: Path) -> None:
        place.write_bytes(file.read_bytes()[:5])
        killed()

    file, place = tmp_path / "poems.json", tmp_path / "laid" / "poems.json"
    file.write_text('[{"title": "春晓"}]')
    place.parent.mkdir()
    monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError(18, "another device")))
    with monkeypatch.context() as broken:
        broken.setattr(shutil, "copyfile", half)
        with pytest.raises(KeyboardInterrupt):
            feeds._put(file, place)
    assert not place.exists()
    feeds._put(file, place)
    assert place.read_text() == file.read_text()


def test_half_a_password_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.VAR = tmp_path
    with monkeypatch.context() as broken:
        broken.setattr(Path, "write_text", killed)
        with pytest.raises(KeyboardInterrupt):
            loading.password()
    assert len(loading.password()) == 14
    assert (tmp_path / "demo" / "password").stat().st_mode & 0o077 == 0


@pytest.mark.django_db
def test_an_account_is_made_with_its_role_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.VAR = tmp_path
    owner = make_organisation().pk
    owners = {code: owner for _name, _role, code, _words in loading.ACCOUNTS if code}
    with monkeypatch.context() as broken:
        broken.setattr(people, "grant", killed)
        with pytest.raises(KeyboardInterrupt):
            loading.make_accounts(owners)
    assert not User.objects.exists()
    loading.make_accounts(owners)
    loading.make_accounts(owners)
    assert RoleGrant.objects.count() == User.objects.count() == len(loading.ACCOUNTS)
