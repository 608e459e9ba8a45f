"""What is done to the keys of the data at rest is told; how, is tested beside `lib.resealing`."""

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from wenmai.journal.models import Entry
from wenmai.lib import clock, keyring, vault
from wenmai.people.testing import make_reader

pytestmark = pytest.mark.django_db(transaction=True)


def test_making_bringing_over_and_destroying_a_key_are_told(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_KEYS = tmp_path / "data-keys"
    keyring.at_start(settings.DATA_KEYS, may_make=True)
    make_reader()
    old = vault.ring().keys[0].id
    call_command("keys", "rotate", stdout=io.StringIO(), stderr=io.StringIO())
    new = vault.ring().keys[0].id
    later = clock.now() + dt.timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    call_command("keys", "retire", old, stdout=io.StringIO())
    told = list(Entry.objects.filter(subject_kind="data_key").order_by("id"))
    assert [(one.name, one.subject_key, one.actor_name) for one in told] == [
        ("journal.data_key_made", new, "operator"),
        ("journal.data_keys_rotated", new, "operator"),
        ("journal.data_key_retired", old, "operator"),
    ]
    assert told[1].detail == {"resealed": {"people.User.phone_sealed": 1}, "unreadable": {}}
    assert old not in {key.id for key in vault.ring().keys}
