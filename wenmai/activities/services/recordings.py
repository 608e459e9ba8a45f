"""A recording becomes a record of the catalogue: through its own door, reviewed as every record is."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.urls import reverse

from wenmai.activities.models import Recording, Session
from wenmai.activities.queries.feeds import address
from wenmai.activities.rules.recordings import (
    KINDS,
    OPEN,
    OVER,
    Carrier,
    Said,
    body_of,
    checked_address,
    media_type_of,
    raw_of,
)
from wenmai.activities.services.noting import note_session
from wenmai.activities.services.sessions import locked_session
from wenmai.catalogue import queries as in_catalogue
from wenmai.catalogue import services as catalogue
from wenmai.catalogue.rules import Arrival, Origin
from wenmai.files import queries as files
from wenmai.formats.values import Parsed
from wenmai.institutions import queries as institutions
from wenmai.lib import bulk, http
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused

FEED_NAME = "活动的录像"
FORMAT, CROSSWALK, HOLD = "json", "plain-json", "hold"
ASKED, PATIENCE = http.Limits(5, 10, 15, 64 * 1024, 3), http.Patience(attempts=1)


def probe(address: str) -> None:
    """Whether something answers there, in the open net; how large it is does not matter. Refused: recording_address,
    recording_silent (detail: why)."""
    try:
        with http.Fetcher(limits=ASKED, patience=PATIENCE) as fetcher:
            fetcher.get(checked_address(address), lambda answer: None)
    except http.FetchFailed as failure:
        if failure.code != "too_large":
            raise Refused("recording_silent", failure.code) from failure


@transaction.atomic
def make_recording(
    *, session_id: int, said: Said, object_id: int | None = None, at: str = "", kind: str = "video", actor: Actor,
    now: dt.datetime,
) -> Recording:  # fmt: skip
    """Hands a record of it to the catalogue, where it waits for the review. A second tap makes no second one.

    `object_id`: a stored file; else `at`, an address of the institution's own, and which `kind` it is. Refused:
    unknown_session, recording_early, recording_unshown, recording_nowhere, recording_kind, recording_address,
    recording_words, recording_licence, recording_open (such a licence needs an address), recording_there,
    recording_rejected (detail: why the catalogue cannot take it).
    """
    session = locked_session(session_id)
    if session.state not in OVER:
        raise Refused("recording_early")
    if session.activity.shown_id is None:
        raise Refused("recording_unshown")
    where = _carrier(object_id, at, kind)
    body = _body(session, said.checked(), where)
    there = Recording.objects.filter(session=session, file=where.file, address=where.address).first()
    if there is not None:
        if there.taken_back_at is None and there.said == body:
            return there
        raise Refused("recording_there")
    record_id = _hand_in(session, where, body, actor, now)
    if object_id is not None:
        catalogue.attach(record_id=record_id, object_id=object_id, label=said.title[:200], actor=actor, now=now)
    made = Recording.objects.create(
        session=session, record_id=record_id, file=where.file, address=where.address, said=body,
        made_by=actor.user_id, made_at=now,
    )  # fmt: skip
    note_session("activities.recording_made", session_id, actor, now, recording=made.pk, record=record_id)
    return made


@transaction.atomic
def renew_recording(*, recording_id: int, said: Said, actor: Actor, now: dt.datetime) -> Recording:
    """Other words for its record, or the record again after it was taken back: the review reads it anew.

    Refused: unknown_recording, recording_words, recording_licence, recording_open, recording_down (taken down: put back
    there first), recording_rejected.
    """
    found = _locked(recording_id)
    record = in_catalogue.staff_record(found.record_id)
    if record is None or record.record.state == "withdrawn":
        raise Refused("recording_down")
    where = _as_handed_in(found)
    body = _body(found.session, said.checked(), where)
    if found.taken_back_at is None and found.said == body:
        return found
    _hand_in(found.session, where, body, actor, now)
    found.said, found.taken_back_at = body, None
    found.save(update_fields=["said", "taken_back_at"])
    note_session("activities.recording_renewed", found.session_id, actor, now, recording=found.pk)
    return found


@transaction.atomic
def take_recording_back(*, recording_id: int, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Its record goes out of the catalogue, with the reason for whoever has its address. Again: nothing more happens.

    Refused: unknown_recording, reason_missing.
    """
    found = _locked(recording_id)
    if not reason.strip():
        raise Refused("reason_missing")
    if found.taken_back_at is not None:
        return
    feed_id, key = _feed(found.session, actor, now), _as_handed_in(found).key(found.session_id)
    catalogue.forget(feed_id=feed_id, keys=[key], reason=reason.strip()[:200], actor=actor, now=now)
    found.taken_back_at = now
    found.save(update_fields=["taken_back_at"])
    note_session("activities.recording_taken_back", found.session_id, actor, now, recording=found.pk)


def _locked(recording_id: int) -> Recording:
    rows = Recording.objects.select_for_update(of=("self",))
    found = rows.select_related("session__activity__latest", "session__activity__shown").filter(pk=recording_id).first()
    if found is None:
        raise Refused("unknown_recording")
    return found


def _carrier(object_id: int | None, at: str, kind: str) -> Carrier:
    if (object_id is None) == (not at.strip()):
        raise Refused("recording_nowhere")
    if object_id is None:
        if kind not in KINDS:
            raise Refused("recording_kind")
        return Carrier(address=checked_address(at), kind=kind, media_type=media_type_of(at.strip()))
    stored = files.objects_by_id([object_id]).get(object_id)
    if stored is None or stored.kind not in KINDS:
        raise Refused("recording_kind")
    return Carrier(
        stored.hash, "", stored.kind, stored.media_type, stored.duration_ms, stored.width, stored.height
    )  # fmt: skip


def _as_handed_in(found: Recording) -> Carrier:
    """Where it is does not change; what was measured of a file is measured again."""
    stored = files.objects([found.file]).get(found.file) if found.file else None
    if stored is not None:
        return _carrier(stored.id, "", "")
    return Carrier(found.file, found.address, found.said["type"], found.said["format"])


def _body(session: Session, said: Said, where: Carrier) -> dict[str, Any]:
    if where.file and said.licence not in OPEN:
        raise Refused("recording_open")
    shown = session.activity.shown
    organisation = institutions.organisation(session.activity.organisation_id)
    return body_of(
        said, where, publisher=organisation.name if organisation else "", series=shown.series if shown else "",
        activity=address(session.activity_id),
    )  # fmt: skip


def _hand_in(session: Session, where: Carrier, body: dict[str, Any], actor: Actor, now: dt.datetime) -> int:
    """Through the catalogue's own door; who hands it in is its author, and does not review it."""
    feed_id, key = _feed(session, actor, now), where.key(session.pk)
    origin = Origin("activities", reverse("activities:activity", args=[session.activity_id]), "", FORMAT, actor.user_id)
    arrival = Arrival(Parsed(key, raw_of(body), body, 0))
    outcome = catalogue.take_in(feed_id=feed_id, batch=[arrival], origin=origin, actor=actor, now=now)
    if outcome.rejected:
        raise Refused("recording_rejected", outcome.rejected[0].detail[:200])
    return in_catalogue.ids_by_key(feed_id, [key])[key]


def _feed(session: Session, actor: Actor, now: dt.datetime) -> int:
    """One for each institution, made with its first recording; what comes through it is always reviewed."""
    organisation_id = session.activity.organisation_id
    code = f"recordings-{organisation_id}"
    bulk.lock(f"activities.{code}")
    known = in_catalogue.feeds_of([organisation_id]).filter(code=code).first()
    if known is not None:
        return known.pk
    made = catalogue.create_feed(
        code=code, name=FEED_NAME, organisation_id=organisation_id, format=FORMAT, crosswalk=CROSSWALK, on_arrival=HOLD,
        actor=actor, now=now,
    )  # fmt: skip
    return made.pk
