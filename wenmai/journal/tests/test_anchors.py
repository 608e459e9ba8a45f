"""What is kept outside of the database, anchors and exports, shows what the chain alone cannot."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.db import connection

from wenmai.journal import chain, exporting
from wenmai.journal.models import Seal, Verification
from wenmai.journal.services import seals
from wenmai.journal.testing import compute_anew, past_the_program, seal_all, sealed, write
from wenmai.lib import clock

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.django_db(transaction=True)


def verified(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("journal", "verify", *arguments, stdout=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    except CommandError as refused:
        return refused.returncode, str(refused)
    return 0, out.getvalue()


def test_an_anchor_kept_elsewhere_shows_a_cut_end_and_a_chain_computed_anew(tmp_path: Path) -> None:
    _first, second, _third = sealed(2, 2, 2)
    anchor = tmp_path / "anchor.json"
    call_command("journal", "anchor", "--out", str(anchor), stdout=StringIO())
    key = StringIO()
    call_command("journal", "key", stdout=key)
    sealed_later = write(1)
    seal_all()
    code, said = verified("--anchor", str(anchor), "--key", key.getvalue().strip())
    assert (code, sealed_later[0].pk > second[0]) == (0, True), said
    assert "ok 7 entries in the seals 1 to 4" in said
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE kept AS SELECT * FROM journal_seal")
    # the last entries with their seals: the chain alone cannot know
    past_the_program(
        "DELETE FROM journal_entry WHERE (transaction, id) >"
        " (SELECT last_transaction, last_id FROM journal_seal WHERE number = 2)"
    )
    past_the_program("DELETE FROM journal_seal WHERE number > 2")
    assert verified()[0] == 0
    code, said = verified("--anchor", str(anchor))
    assert code == 1
    assert "the first one that is missing is 3" in said
    # all seals computed anew over an altered entry
    past_the_program("UPDATE journal_entry SET actor_name = '别人' WHERE id = %s", second[0])
    compute_anew(2, 2)
    write(2)
    seal_all()
    assert verified()[0] == 0
    code, said = verified("--anchor", str(anchor))
    assert code == 1
    assert "the chain was computed anew" in said
    assert [one.code for one in Verification.objects.order_by("id")] == ["", "", "cut", "", "rewritten"]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE kept")


def test_an_anchor_that_was_changed_or_signed_by_others_is_refused(tmp_path: Path) -> None:
    sealed(2)
    good = json.loads(seals.anchor(now=clock.now()) or "")
    other = Ed25519PrivateKey.generate()
    forged = json.loads(chain.write_anchor(chain.Anchor(*(good[one] for one in chain.Anchor._fields)), other))
    path = tmp_path / "anchor.json"
    odd: tuple[Any, ...] = (
        {**good, "digest": "0" * 64}, {**good, "seal": 2}, {**good, "seal": "1"}, {**good, "signature": "AAAA"}, forged,
        {**forged, "key": good["key"]}, {}, [], {**good, "signature": None}, {**good, "node": 5},
    )  # fmt: skip
    for said in odd:
        path.write_text(json.dumps(said))
        assert verified("--anchor", str(path))[0] == 2, said
    path.write_bytes(b"\xff\xfe{")
    assert verified("--anchor", str(path))[0] == 2
    assert verified("--anchor", str(tmp_path / "none"))[0] == 2
    assert verified("--from", "2", "--to", "1")[0] == 2
    path.write_text(json.dumps(good))
    assert verified("--anchor", str(path), "--from", "1", "--to", "1")[0] == 2
    assert verified("--anchor", str(path))[0] == 0


_OWN_TOOL = (ROOT / "docs" / "reference" / "journal.md").read_text("utf-8")


def test_others_verify_with_the_script_of_the_documents(tmp_path: Path) -> None:
    sealed(3, 4)
    out = StringIO()
    call_command("journal", "export", stdout=out)
    path = tmp_path / "journal.jsonl"
    script = tmp_path / "verify.py"
    (_before, inside) = _OWN_TOOL.split("```python\n")
    script.write_text(inside.split("```")[0])

    def ask(text: str) -> subprocess.CompletedProcess[str]:
        path.write_text(text, encoding="utf-8")
        return subprocess.run([sys.executable, str(script), str(path)], capture_output=True, text=True, check=False)

    last = Seal.objects.latest("number")
    answer = ask(out.getvalue())
    assert answer.stdout == f"7 entries, 2 seals, the last is {last.number} {last.digest}\n", answer.stderr
    assert ask(out.getvalue().replace("test.done", "test.gone", 1)).returncode == 1
    assert ask(out.getvalue().replace(last.digest, "0" * 64)).returncode == 1
    lines = [f"{line}\n" for line in out.getvalue().split("\n")[:-1]]
    assert ask("".join([*lines[:1], *lines[2:]])).returncode == 1
    assert ask("".join([lines[1], lines[0], *lines[2:]])).returncode == 1
    # and with nothing but a shell: the lines of the second seal
    path.write_text("".join(lines[4:8]), encoding="utf-8")
    told = subprocess.run(["sha256sum", str(path)], capture_output=True, text=True, check=True).stdout.split()[0]
    assert told == last.entries
    path.write_text(lines[8], encoding="utf-8")
    told = subprocess.run(["sha256sum", str(path)], capture_output=True, text=True, check=True).stdout.split()[0]
    assert told == last.digest
    assert [*exporting.lines(2, 2)] == [line.rstrip("\n") for line in lines[4:]]
