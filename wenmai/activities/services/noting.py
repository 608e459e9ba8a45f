"""What the journal is told of: an activity, one of its sessions, a party in that."""

import datetime as dt
from typing import Any

from wenmai.activities.models import Enrolment
from wenmai.journal import services as journal
from wenmai.lib.access import Actor


def note_activity(name: str, activity_id: int, actor: Actor, now: dt.datetime, **detail: Any) -> None:
    journal.record(name=name, subject_kind="activity", subject_key=activity_id, actor=actor, now=now, **detail)


def note_session(name: str, session_id: int, actor: Actor, now: dt.datetime, **detail: Any) -> None:
    journal.record(name=name, subject_kind="session", subject_key=session_id, actor=actor, now=now, **detail)


def note_enrolment(name: str, one: Enrolment, actor: Actor, now: dt.datetime, **detail: Any) -> None:
    note_session(name, one.session_id, actor, now, enrolment=one.pk, **detail)
