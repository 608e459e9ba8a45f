"""Keys that rotate under a table that is being written: nothing is lost, and a kill costs one batch."""

import datetime as dt
import io
import os
import signal
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, connections, models, transaction

from wenmai.lib import clock, keyring, resealing, vault
from wenmai.lib.bulk import copy_in
from wenmai.lib.refusal import Refused
from wenmai.lib.resealing import Progress

pytestmark = pytest.mark.django_db(transaction=True)
PURPOSE = "lib.tests.phone"


class Sealed(models.Model):
    phone = models.CharField(max_length=200, default="", null=True)
    objects: ClassVar[models.Manager["Sealed"]] = models.Manager()

    class Meta:
        app_label = "lib"
        db_table = "lib_tests_sealed"

    def __str__(self) -> str:
        return str(self.pk)


@pytest.fixture(autouse=True)
def keys(transactional_db: None, tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(vault, "_columns", {})
    settings.DATA_KEYS = tmp_path / "data-keys"
    keyring.at_start(settings.DATA_KEYS, may_make=True)
    vault.register("lib.Sealed", "phone", purpose=PURPOSE)
    with connection.schema_editor() as editor:
        editor.create_model(Sealed)
    yield tmp_path / "data-keys"
    with connection.schema_editor() as editor:
        editor.delete_model(Sealed)


def number(one: int) -> str:
    return f"+86139{one:08}"


def fill(count: int) -> None:
    copy_in("lib_tests_sealed", ["phone"], ([vault.seal(number(one), purpose=PURPOSE)] for one in range(count)))


def opened() -> list[str]:
    return [vault.unseal(one.phone or "", purpose=PURPOSE) for one in Sealed.objects.order_by("pk")]


def held() -> dict[str, int]:
    return resealing.counts()[vault.columns()[0]]


def first() -> str:
    return vault.ring().keys[0].id


def run(*words: str) -> str:
    said = io.StringIO()
    call_command("keys", *words, stdout=said, stderr=io.StringIO())
    return said.getvalue()


def make_old(keys: Path) -> None:
    """As if the last rotation had been long ago."""
    ring = keyring.read(keys)
    text = keys.read_text()
    for key in ring.keys:
        text = text.replace(f"{key.made_at:%Y-%m-%dT%H:%M:%SZ}", "2026-01-01T00:00:00Z")
    keys.write_text(text)


def test_every_value_comes_under_the_new_key_and_stays_what_it_was() -> None:
    fill(2_500)
    Sealed.objects.bulk_create([Sealed(phone=""), Sealed(phone=None)])
    old = first()
    said = run("rotate")
    assert held() == {first(): 2_500}
    assert first() != old
    assert f"{first()} seals from now on" in said
    assert "lib.Sealed.phone: 2500 values brought under it" in said
    assert [vault.unseal(one, purpose=PURPOSE) for one in
            Sealed.objects.filter(phone__gt="").order_by("pk").values_list("phone", flat=True)] == [
        number(one) for one in range(2_500)
    ]  # fmt: skip
    listed = run()
    assert old in listed
    assert "2500 lib.Sealed.phone" in listed
    assert not any(line.split()[3] in listed for line in vault_lines())


def vault_lines() -> list[str]:
    from django.conf import settings

    return [line for line in settings.DATA_KEYS.read_text().splitlines() if not line.startswith("#")]


def test_a_key_goes_only_when_it_holds_nothing_and_has_rested(keys: Path) -> None:
    fill(3)
    old = first()
    with pytest.raises(CommandError, match="is the key that seals"):
        run("retire", old)
    with pytest.raises(CommandError, match="There is no key k0"):
        run("retire", "k0")
    resealing.rotate(now=clock.now())
    with pytest.raises(CommandError, match="may still be writing"):
        run("retire", old)
    make_old(keys)
    with pytest.raises(CommandError, match="3 values are still sealed"):
        run("retire", old)
    assert "goes on, without a new key" in run("rotate")
    assert "is gone" in run("retire", old)
    assert opened() == [number(one) for one in range(3)]
    assert vault.ring().find(old) is None


def test_writers_who_work_meanwhile_lose_nothing(keys: Path) -> None:
    """Four change and add rows while the keys rotate three times; each row ends as its last writer left it."""
    fill(400)
    ids = list(Sealed.objects.order_by("pk").values_list("pk", flat=True))
    over = threading.Event()
    last: dict[int, str] = {}
    faults: list[BaseException] = []

    def write(which: int) -> None:
        mine, turn = ids[which::4], 0
        try:
            while not over.is_set() or turn < 20:
                pk, turn = mine[turn % len(mine)], turn + 1
                text = f"{which}-{turn}"
                with transaction.atomic():
                    Sealed.objects.select_for_update().get(pk=pk)
                    Sealed.objects.filter(pk=pk).update(phone=vault.seal(text, purpose=PURPOSE))
                last[pk] = text
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    writers = [threading.Thread(target=write, args=(which,)) for which in range(4)]
    for writer in writers:
        writer.start()
    for _turn in range(3):
        resealing.rotate(now=clock.now())
        resealing.reseal(batch=50)
    over.set()
    for writer in writers:
        writer.join(60)
    assert faults == []
    resealing.reseal()
    assert held() == {first(): 400}
    expected = {pk: last.get(pk, number(place)) for place, pk in enumerate(ids)}
    assert dict(zip(ids, opened(), strict=True)) == expected


def test_a_row_in_somebodys_hands_is_waited_for() -> None:
    fill(20)
    pk = Sealed.objects.order_by("pk")[10].pk
    resealing.rotate(now=clock.now())
    done: list[Progress] = []

    def rotate() -> None:
        try:
            done.extend(resealing.reseal())
        finally:
            connections.close_all()

    other = threading.Thread(target=rotate)
    with transaction.atomic():
        Sealed.objects.filter(pk=pk).update(phone=vault.seal("别人写的", purpose=PURPOSE))
        other.start()
        with connection.cursor() as cursor:
            waits = 0
            while other.is_alive() and not waits:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                waits = cursor.fetchone()[0]
    other.join(60)
    assert waits == 1, "it did not wait"
    assert [one.resealed for one in done] == [19]
    assert held() == {first(): 20}
    assert opened()[10] == "别人写的"


_VICTIM = """
import os, sys
import django
django.setup()
from django.conf import settings
from pathlib import Path
settings.DATA_KEYS = Path(sys.argv[1])
settings.DATABASES["default"]["NAME"] = sys.argv[2]
from wenmai.lib.tests.test_resealing import PURPOSE
from wenmai.lib import resealing, vault
vault._columns.clear()
vault.register("lib.Sealed", "phone", purpose=PURPOSE)
def watch(now):
    if now.resealed >= 200:
        print("there", flush=True)
        sys.stdin.read()
resealing.reseal(watch, batch=100)
"""


@pytest.mark.slow
def test_a_kill_between_batches_costs_nothing(keys: Path) -> None:
    fill(1_000)
    resealing.rotate(now=clock.now())
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    victim = subprocess.Popen(
        [sys.executable, "-c", _VICTIM, str(keys), connection.settings_dict["NAME"]],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True,
    )  # fmt: skip
    with victim:
        assert victim.stdout is not None
        assert victim.stdout.readline() == "there\n"
        victim.send_signal(signal.SIGKILL)
    assert held()[first()] == 200
    assert resealing.waiting() == 800
    said = run("rotate")
    assert "800 values are left of an earlier rotation" in said
    assert held() == {first(): 1_000}
    assert opened() == [number(one) for one in range(1_000)]


def test_two_rotations_at_once_are_refused() -> None:
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended('wenmai.keys', 0))")
        with pytest.raises(CommandError, match="Somebody else"):
            run("rotate")
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended('wenmai.keys', 0))")
    finally:
        other.close()
    assert "seals from now on" in run("rotate")


def test_what_cannot_be_opened_stays_and_is_told(keys: Path) -> None:
    fill(5)
    broken = Sealed.objects.order_by("pk")[2]
    Sealed.objects.filter(pk=broken.pk).update(phone=f"{first()}.AAAA{'A' * 40}")
    assert "1 CANNOT BE OPENED" in run("rotate")
    assert [finding.holds for finding in resealing.findings()] == [False]
    with pytest.raises(Refused, match="key_holds: 1"):
        resealing.retire(key_id=vault.ring().keys[1].id, now=clock.now() + dt.timedelta(days=1))
    assert "a new key" not in run("rotate", "--new-key")
    assert len(vault.ring().keys) == 3


def test_check_tells_of_keys_that_are_not_here(keys: Path) -> None:
    fill(150)
    (fine,) = resealing.findings()
    assert (fine.holds, fine.sentence) == (
        True,
        "lib.Sealed.phone: 150 sealed values; of a sample of 100 0 cannot be opened",
    )
    (all_,) = resealing.deep_findings()
    assert all_.sentence.endswith("of all 150 0 cannot be opened")
    lost = first()
    resealing.rotate(now=clock.now())
    keyring.remove(keys, lost)
    (finding,) = resealing.findings()
    assert not finding.holds
    assert f"keys that are not here: {lost} (150)" in finding.sentence
    assert f"{lost}  IS NOT HERE" in run()


def test_a_database_without_its_keys_does_not_begin_anew(keys: Path) -> None:
    """A restored dump, and a file of keys that the first start has just made: nobody goes on with that."""
    fill(2)
    call_command("migrate", verbosity=0)
    lost = first()
    resealing.rotate(now=clock.now())
    keyring.remove(keys, lost)
    with pytest.raises(ImproperlyConfigured, match=f"lib.Sealed.phone holds .* key {lost}, .* put back the data keys"):
        call_command("migrate", verbosity=0)


@pytest.mark.slow
def test_ten_thousand_rows_take_seconds_and_no_more_memory_than_a_thousand() -> None:
    peaks = {}
    for count in (1_000, 10_000):
        Sealed.objects.all().delete()
        fill(count)
        resealing.rotate(now=clock.now())
        tracemalloc.start()
        resealing.reseal()
        peaks[count] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert held() == {first(): count}
    assert peaks[10_000] < 1.5 * peaks[1_000], peaks
