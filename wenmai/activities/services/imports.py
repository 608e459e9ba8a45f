"""Activities of other calendars: looked at first, then taken over as drafts."""

import datetime as dt
import hashlib
from typing import Any, NamedTuple

from django.db import transaction

from wenmai.activities.models import Imported, Session, Source
from wenmai.activities.queries.imports import Line, preview
from wenmai.activities.queries.reviewing import content_of
from wenmai.activities.rules.imports import LIMITS, MOST, Refusal, renewed
from wenmai.activities.services.activities import change, locked, make
from wenmai.activities.services.sessions import WRITTEN, add_sessions, drop_session
from wenmai.institutions import queries as institutions
from wenmai.journal import services as journal
from wenmai.lib import http
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.standards import queries as standards

PATIENCE, TIME = http.Patience(attempts=1), http.Limits(5, 15, 30, LIMITS.document_bytes, 3)


class Taken(NamedTuple):
    """How many became what; `refused`: with what was refused while taking over."""

    new: int
    changed: int
    unchanged: int
    refused: list[Refusal]


def fetch(address: str) -> bytes:
    """What stands at an address of the web. Refused: fetch_failed (detail: why)."""
    try:
        with http.Fetcher(limits=TIME, patience=PATIENCE) as fetcher:
            return fetcher.get(address, lambda answer: answer.body)
    except http.FetchFailed as failure:
        raise Refused("fetch_failed", failure.code) from failure


@transaction.atomic
def offer(
    *, organisation_id: int, name: str, address: str = "", kinds: list[str], audiences: list[str], document: bytes,
    actor: Actor, now: dt.datetime,
) -> Source:  # fmt: skip
    """Keeps what came until somebody has looked. The same name again is the same source.

    Refused: unknown_organisation, words_missing, choice_odd, import_large, import_empty.
    """
    organisation = institutions.organisation(organisation_id)
    if organisation is None or organisation.closed_on is not None:
        raise Refused("unknown_organisation")
    if not name.strip():
        raise Refused("source_unnamed")
    for field, chosen, code in (("kinds", kinds, "activity_kind"), ("audiences", audiences, "audience")):
        if not 1 <= len(chosen) <= 8 or not {*chosen} <= standards.vocabulary(code).terms.keys():
            raise Refused("choice_odd", field)
    if len(document) > LIMITS.document_bytes:
        raise Refused("import_large", str(LIMITS.document_bytes // 1024 // 1024))
    if not document.strip():
        raise Refused("import_empty")
    values: dict[str, Any] = {"kinds": kinds, "audiences": audiences, "document": document, "offered_at": now}
    if address:  # a file handed in by hand leaves where it is read again
        values |= {"address": address[:500], "etag": "", "last_modified": "", "whole_at": None}
    made, _new = Source.objects.update_or_create(
        organisation_id=organisation_id, name=name.strip()[:80], defaults=values
    )
    note_source("activities.import_offered", made, actor, now, bytes=len(document))
    return made


@transaction.atomic
def take(*, source_id: int, hash: str, actor: Actor, now: dt.datetime) -> Taken:
    """What was looked at becomes drafts; what is known follows. One that is refused costs itself.

    Refused: unknown_source, import_gone (it was taken already, or something else came since).
    """
    found = Source.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation").filter(
        pk=source_id
    ).first()  # fmt: skip
    if found is None:
        raise Refused("unknown_source")
    if found.document is None or hashlib.sha256(bytes(found.document)).hexdigest() != hash:
        raise Refused("import_gone")
    seen = preview(found, bytes(found.document), now)
    counts, refused = dict.fromkeys(("new", "changed", "unchanged"), 0), list(seen.refused)
    for line in seen.lines[:MOST]:
        try:
            with transaction.atomic():
                _take(found, line, actor, now)
            counts[line.state] += 1
        except Refused as refusal:
            refused.append(Refusal(line.wanted.where, refusal.code, line.wanted.content.title, refusal.detail))
    found.document, found.taken_at = None, now
    found.save(update_fields=["document", "taken_at"])
    note_source("activities.imported", found, actor, now, **counts, refused=len(refused))
    return Taken(**counts, refused=refused)


def _take(found: Source, line: Line, actor: Actor, now: dt.datetime) -> None:
    wanted = line.wanted
    by: dict[str, Any] = {"actor": actor, "now": now}
    if line.state == "unchanged":
        return
    if line.activity_id is None:
        made = make(organisation_id=found.organisation_id, content=wanted.content, **by)
        add_sessions(activity_id=made.pk, plans=wanted.plans, **by)
        Imported.objects.create(
            source=found, key=wanted.key, activity=made, told=wanted.told(), words=wanted.words(), told_at=now
        )
        return
    latest = locked(line.activity_id).latest
    assert latest is not None, "made with its first edition"
    if line.is_reworded:
        change(activity_id=line.activity_id, content=renewed(content_of(latest), wanted.content), **by)
    _follow_times(line, actor, now)
    Imported.objects.filter(source=found, key=wanted.key).update(
        told=wanted.told(), words=wanted.words(), told_at=now, missing_at=None
    )


def _follow_times(line: Line, actor: Actor, now: dt.datetime) -> None:
    """New times come, times that nobody has seen yet go; public ones are left to people: whoever enrolled is told. What
    was called off here does not come back."""
    there = Session.objects.filter(activity=line.activity_id, begins_at__gt=now)
    begins = {one.begins_at: one for one in there}
    stay = set() if line.wanted.cancelled else {plan.begins_at for plan in line.wanted.plans}
    for at, session in begins.items():
        if at not in stay and session.state in WRITTEN and not line.wanted.is_cut:
            drop_session(session_id=session.pk, actor=actor, now=now)
    plans = [plan for plan in line.wanted.plans if plan.begins_at not in begins and plan.begins_at in stay]
    if plans:
        assert line.activity_id is not None, "it is known"
        add_sessions(activity_id=line.activity_id, plans=plans, actor=actor, now=now)


def note_source(name: str, source: Source, actor: Actor, now: dt.datetime, **detail: int) -> None:
    journal.record(name=name, subject_kind="activity_source", subject_key=source.pk, actor=actor, now=now, **detail)
