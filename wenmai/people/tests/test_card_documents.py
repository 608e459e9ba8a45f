"""The signed document: its number only grows, and a program that knows nothing but the reference can go by it."""

import contextlib
import datetime as dt
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from wenmai.formats import carddocument
from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.people import card_proofs
from wenmai.people.models import CardDocument, ReaderCard
from wenmai.people.queries import cards as card_queries
from wenmai.people.services import card_documents, card_keys, card_systems, cards, passes
from wenmai.people.testing import client_of, make_user
from wenmai.people.testing.cards import make_patron_system, make_patrons

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 30, 4, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> ReaderCard:
    monkeypatch.setattr(card_proofs, "_N", 4)
    system = make_patron_system()
    make_patrons(system, "证号,姓名,密码\nA001,王小明,hongqi88\n")
    card_systems.open_electronic_cards(system_id=system.pk, electronic="subject", actor=SYSTEM, now=NOW)
    return cards.link_card(
        user_id=make_user().pk, system_id=system.pk, number="A001", proof="hongqi88", actor=SYSTEM, now=clock.now()
    )  # fmt: skip


def said(now: dt.datetime) -> dict[str, Any]:
    return carddocument.unseal(json.loads(card_documents.current(now=now)), pin=card_documents.pin())


def test_its_number_grows_with_what_it_says_and_twice_a_day(card: ReaderCard) -> None:
    first = said(NOW)
    assert first["seq"] == int(NOW.timestamp())
    assert said(NOW + HOUR) == first, "nothing new: the same document, to the letter"
    paper = passes.print_card(user_id=card.user_id, card_id=card.pk, actor=SYSTEM, now=clock.now())
    passes.revoke_papers(user_id=card.user_id, card_id=card.pk, actor=SYSTEM, now=clock.now())
    second = said(NOW + 2 * HOUR)
    assert (len(second["revoked"]), second["seq"] - first["seq"]) == (1, 7_200)
    card_keys.rotate_card_keys(at_once=True, actor=SYSTEM, now=NOW + HOUR)
    third = said(NOW + HOUR)
    assert third["seq"] == second["seq"] + 1, "the clock was put back, the number was not"
    assert said(NOW + 15 * HOUR)["seq"] > third["seq"], "it lasts on, though it says nothing new"
    assert paper.token


def test_the_database_lets_no_number_go_back(card: ReaderCard) -> None:
    said(NOW)
    for change in ({"seq": 5}, {"text": "{}"}):
        with pytest.raises(IntegrityError, match="lower number"), transaction.atomic():
            CardDocument.objects.update(**change)
    with pytest.raises(IntegrityError, match="lower number"), transaction.atomic():
        CardDocument.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        CardDocument.objects.create(pk=2, seq=1, made_at=NOW, digest="", text="")


def test_a_program_that_knows_only_the_reference(card: ReaderCard, tmp_path: Path) -> None:
    text = (Path(__file__).resolve().parents[3] / "docs/reference/card-tokens.md").read_text()
    (program,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert "wenmai" not in program
    (tmp_path / "gate.py").write_text(program)
    keys = tmp_path / "keys.json"
    place = institutions.organisation(card.system.organisation_id)
    assert place is not None
    token = passes.show_card(user_id=card.user_id, card_id=card.pk, actor=SYSTEM, now=clock.now()).token
    paper = passes.print_card(user_id=card.user_id, card_id=card.pk, actor=SYSTEM, now=clock.now()).token
    before = Client().get("/cards/keys.json").content

    def gate(highest: int, token: str, pin: str = card_documents.pin()) -> tuple[str, str]:
        run = subprocess.run(
            [sys.executable, "-I", tmp_path / "gate.py", keys, pin, str(highest), place.code, token],
            check=False, capture_output=True, text=True, cwd=tmp_path,
        )  # fmt: skip
        return run.stdout.strip(), run.stderr.strip().rpartition("\n")[2]

    keys.write_bytes(before)
    seq = CardDocument.objects.get().seq
    expected = f"{seq} {card_queries.subject(card, place.code)}"
    assert gate(0, token) == (expected, "")
    assert gate(seq, paper) == (expected, "")
    assert gate(seq, token[:-9] + "A" * 9)[1].startswith("cryptography.exceptions.InvalidSignature")
    assert gate(0, token, "p" * 43)[1] == "AssertionError: not the pinned node"
    passes.revoke_papers(user_id=card.user_id, card_id=card.pk, actor=SYSTEM, now=clock.now())
    after = json.loads(Client().get("/cards/keys.json").content)
    keys.write_text(json.dumps(after))
    seq = CardDocument.objects.get().seq
    assert (gate(seq, paper)[0], gate(seq, token)[0]) == ("", f"{seq} {card_queries.subject(card, place.code)}")
    keys.write_bytes(before)
    assert gate(seq, paper)[1] == "AssertionError: older than one before", "a revoked card is not brought back"
    keys.write_text(
        json.dumps({**json.loads(before), "protected": after["protected"], "signature": after["signature"]})
    )
    assert gate(0, paper)[0] == ""


def test_the_command_keeps_the_number(card: ReaderCard, tmp_path: Path) -> None:
    keys, kept = tmp_path / "keys.json", tmp_path / "kept"
    paper = passes.print_card(user_id=card.user_id, card_id=card.pk, actor=SYSTEM, now=clock.now()).token
    place = institutions.organisation(card.system.organisation_id)
    assert place is not None
    told = io.StringIO()
    call_command("cards", "pin", stdout=told)
    pin = told.getvalue().strip()

    def verify(pin: str = pin) -> str:
        said = io.StringIO()
        around = ["--keys", str(keys), "--kept", str(kept), f"--pin={pin}", "--at", place.code]
        with contextlib.suppress(SystemExit):
            call_command("cards", "verify", *around, paper, stdout=said)
        return said.getvalue()

    old = card_documents.current(now=clock.now())
    keys.write_text(old)
    assert verify().startswith("yes")
    passes.revoke_papers(user_id=card.user_id, card_id=card.pk, actor=SYSTEM, now=clock.now())
    keys.write_text(card_documents.current(now=clock.now()))
    assert "revoked" in verify()
    assert int(kept.read_text()) == CardDocument.objects.get().seq
    keys.write_text(old)
    with pytest.raises(CommandError, match="older than one that was used here before"):
        verify()
    with pytest.raises(CommandError, match="another node"):
        verify("p" * 43)
    kept.write_text("yesterday")
    with pytest.raises(CommandError, match="holds no number"):
        verify()


def test_staff_read_the_pin(card: ReaderCard) -> None:
    admin = make_user("admin", role="organisation_admin", organisation_id=card.system.organisation_id)
    assert card_documents.pin() in client_of(admin).get("/desk/cards/").content.decode()
