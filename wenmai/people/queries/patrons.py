"""Readers that a file told of, and the files."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from wenmai.lib import vault
from wenmai.lib.refusal import Refused
from wenmai.people import card_proofs as proofs
from wenmai.people.models.cards import CardSystem
from wenmai.people.models.patrons import Patron, PatronFile
from wenmai.people.outside.answers import NotTheirs, Step
from wenmai.people.rules.cards import Holder, Standing
from wenmai.people.rules.patrons import fold_proof

NAME, ROWS, NUMBER = "people.patron_name", "people.patron_rows", "people.patron_number"


class Readers(NamedTuple):
    """How many a system knows, and when the last file was read."""

    known: int
    last_at: dt.datetime | None


def prove(system: CardSystem, *, number: str, proof: str, today: dt.date) -> Holder:
    """The card, when the proof is right. Raises `NotTheirs`, after as long whether the card is there or not."""
    patron = _find(system.pk, number)
    try:
        folded = fold_proof(system.settings["proof"], proof)
    except Refused:
        folded = ""
    if not proofs.fits(folded, patron.proof_hash if patron else proofs.NOBODYS) or patron is None:
        raise NotTheirs
    return _holder(patron, number, today)


def look(system: CardSystem, *, number: str, today: dt.date) -> Holder:
    patron = _find(system.pk, number)
    return _holder(patron, number, today) if patron else Holder(number, "", Standing.GONE)


def look_at(system: CardSystem, *, numbers: Sequence[str], today: dt.date) -> Iterator[Holder]:
    """How cards stand, in the same order, asked in one question."""
    wanted = [index(system.pk, number) for number in numbers]
    there = {one.number_index: one for one in Patron.objects.filter(system_id=system.pk, number_index__in=wanted)}
    for number, key in zip(numbers, wanted, strict=True):
        yield _holder(there[key], number, today) if key in there else Holder(number, "", Standing.GONE)


def try_out(system: CardSystem, *, number: str, today: dt.date) -> Iterator[Step]:
    """How many readers there are, and whether one is among them."""
    there = readers(system.pk)
    yield Step(there.known > 0, "readers_known" if there.known else "readers_none", str(there.known))
    if number and there.known:
        found = look(system, number="".join(number.split()), today=today).standing
        yield Step(found != Standing.GONE, "card_unknown" if found == Standing.GONE else "card_found", found)


def index(system_id: int, number: str) -> str:
    return vault.index(f"{system_id}:{number.upper()}", purpose=NUMBER)


def readers(system_id: int) -> Readers:
    last = PatronFile.objects.filter(system_id=system_id, state="finished").order_by("-id").first()
    return Readers(Patron.objects.filter(system_id=system_id).count(), last.ended_at if last else None)


def files(system_id: int) -> list[PatronFile]:
    """The last ones, newest first."""
    return list(PatronFile.objects.filter(system_id=system_id).order_by("-id").defer("rejects")[:20])


def file(system_id: int, file_id: int) -> PatronFile | None:
    return PatronFile.objects.filter(system_id=system_id, pk=file_id).first()


def _find(system_id: int, number: str) -> Patron | None:
    return Patron.objects.filter(system_id=system_id, number_index=index(system_id, number)).first()


def _holder(patron: Patron, number: str, today: dt.date) -> Holder:
    name = vault.unseal(patron.name_sealed, purpose=NAME) if patron.name_sealed else ""
    expired = patron.valid_until is not None and patron.valid_until < today
    said = Standing(patron.standing)
    standing = Standing.EXPIRED if expired and said in (Standing.GOOD, Standing.OWING) else said
    return Holder(number, name, standing, patron.valid_until)
