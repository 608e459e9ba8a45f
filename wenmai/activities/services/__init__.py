"""Every change, one verb each."""

from wenmai.activities.services.absences import HEARD as HEARD_ABSENCES
from wenmai.activities.services.absences import exempt, hear_lifted, mark_absent
from wenmai.activities.services.activities import change, make, submit
from wenmai.activities.services.calendars import drop_calendar, make_calendar, read_calendar
from wenmai.activities.services.changing import answer_cancel, move_session, postpone, propose_cancel, reopen
from wenmai.activities.services.doors import check_in, check_in_by_ticket, count_heads, recount, settle, settle_due
from wenmai.activities.services.draws import draw, draw_due
from wenmai.activities.services.enrolments import accept, decide, enrol, enrol_group, is_late, leave
from wenmai.activities.services.imports import fetch, offer, take
from wenmai.activities.services.kiosks import arrive, make_kiosk, open_kiosk, renew_code, revoke_kiosk
from wenmai.activities.services.lists import revoke_list, take_list, take_scans
from wenmai.activities.services.live import add_host, check_due, drop_host, set_broadcast
from wenmai.activities.services.places import HEARD as HEARD_PLACES
from wenmai.activities.services.places import hear_places, sync
from wenmai.activities.services.publication import HEARD, follow_review, hear
from wenmai.activities.services.questions import Answers, ask
from wenmai.activities.services.readings import read_again, read_due, schedule
from wenmai.activities.services.recordings import make_recording, probe, renew_recording, take_recording_back
from wenmai.activities.services.sessions import add_sessions, change_session, drop_session, follow, keep_room
from wenmai.activities.services.telling import send, tell_due

__all__ = [
    "HEARD",
    "HEARD_ABSENCES",
    "HEARD_PLACES",
    "Answers",
    "accept",
    "add_host",
    "add_sessions",
    "answer_cancel",
    "arrive",
    "ask",
    "change",
    "change_session",
    "check_due",
    "check_in",
    "check_in_by_ticket",
    "count_heads",
    "decide",
    "draw",
    "draw_due",
    "drop_calendar",
    "drop_host",
    "drop_session",
    "enrol",
    "enrol_group",
    "exempt",
    "fetch",
    "follow",
    "follow_review",
    "hear",
    "hear_lifted",
    "hear_places",
    "is_late",
    "keep_room",
    "leave",
    "make",
    "make_calendar",
    "make_kiosk",
    "make_recording",
    "mark_absent",
    "move_session",
    "offer",
    "open_kiosk",
    "postpone",
    "probe",
    "propose_cancel",
    "read_again",
    "read_calendar",
    "read_due",
    "recount",
    "renew_code",
    "renew_recording",
    "reopen",
    "revoke_kiosk",
    "revoke_list",
    "schedule",
    "send",
    "set_broadcast",
    "settle",
    "settle_due",
    "submit",
    "sync",
    "take",
    "take_list",
    "take_recording_back",
    "take_scans",
    "tell_due",
]
