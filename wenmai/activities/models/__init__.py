from wenmai.activities.models.activities import Activity, Edition
from wenmai.activities.models.answers import Answer
from wenmai.activities.models.calendars import CalendarKey
from wenmai.activities.models.doors import Arrival
from wenmai.activities.models.draws import Draw
from wenmai.activities.models.enrolments import COMING, LIVE, Attendee, Enrolment, Standing
from wenmai.activities.models.imports import Imported, Reading, Source
from wenmai.activities.models.kiosks import Kiosk
from wenmai.activities.models.lists import DoorList, DoorScan
from wenmai.activities.models.live import Broadcast, LiveHost
from wenmai.activities.models.notices import CallOff, Notice
from wenmai.activities.models.recordings import Recording
from wenmai.activities.models.sessions import Session

__all__ = [
    "COMING",
    "LIVE",
    "Activity",
    "Answer",
    "Arrival",
    "Attendee",
    "Broadcast",
    "CalendarKey",
    "CallOff",
    "DoorList",
    "DoorScan",
    "Draw",
    "Edition",
    "Enrolment",
    "Imported",
    "Kiosk",
    "LiveHost",
    "Notice",
    "Reading",
    "Recording",
    "Session",
    "Source",
    "Standing",
]
