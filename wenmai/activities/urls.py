"""Addresses of the desk's pages about activities."""

from django.urls import path

from wenmai.activities.staff import activities, changing, doors, imports, kiosks, live, offline, paper, sessions

app_name = "activities"
urlpatterns = [
    path("", activities.index, name="index"),
    path("imports/", imports.index, name="imports"),
    path("imports/<int:calendar_id>/", imports.source, name="import"),
    path("imports/<int:calendar_id>/take", imports.take, name="take_import"),
    path("new", activities.new, name="new"),
    path("<int:activity_id>/", activities.activity, name="activity"),
    path("<int:activity_id>/change", activities.change, name="change"),
    path("<int:activity_id>/submit", activities.submit, name="submit"),
    path("<int:activity_id>/sessions/new", sessions.new, name="new_sessions"),
    path("sessions/<int:session_id>/", sessions.session, name="session"),
    path("sessions/<int:session_id>/change", sessions.change, name="change_session"),
    path("sessions/<int:session_id>/drop", sessions.drop, name="drop_session"),
    path("sessions/<int:session_id>/enrolments.xlsx", sessions.table, name="enrolments_table"),
    path("sessions/<int:session_id>/room", sessions.keep_room, name="keep_room"),
    path("sessions/<int:session_id>/broadcast", live.set_broadcast, name="set_broadcast"),
    path("live-hosts/", live.hosts, name="live_hosts"),
    path("sessions/<int:session_id>/move", changing.move, name="move"),
    path("sessions/<int:session_id>/postpone", changing.postpone, name="postpone"),
    path("sessions/<int:session_id>/cancel", changing.propose, name="propose_cancel"),
    path("sessions/<int:session_id>/enrolments/<int:enrolment_id>/decide", changing.decide, name="decide"),
    path("doors/worker.js", offline.worker, name="door_worker"),
    path("doors/<int:session_id>/lists/", offline.index, name="door_lists"),
    path("doors/lists/<int:door_list_id>/", offline.door_list, name="door_list"),
    path("doors/lists/<int:door_list_id>/revoke", offline.revoke, name="revoke_list"),
    path("sessions/<int:session_id>/enrolments/<int:enrolment_id>/absent", doors.mark_absent, name="mark_absent"),
    path("sessions/<int:session_id>/enrolments/<int:enrolment_id>/exempt", doors.exempt, name="exempt"),
    path("kiosks/", kiosks.index, name="kiosks"),
    path("kiosks/<int:kiosk_id>/code", kiosks.code, name="kiosk_code"),
    path("kiosks/<int:kiosk_id>/revoke", kiosks.revoke, name="revoke_kiosk"),
    path("doors/", doors.index, name="doors"),
    path("doors/<int:session_id>/", doors.at_door, name="door"),
    path("doors/<int:session_id>/scan", doors.scan, name="scan"),
    path("doors/<int:session_id>/count", doors.count, name="count"),
    path("doors/<int:session_id>/enrolments/<int:enrolment_id>/check", doors.check, name="check"),
    path("doors/<int:session_id>/enrolments/<int:enrolment_id>/recount", doors.recount, name="recount"),
    path("doors/<int:session_id>/paper", paper.paper, name="door_paper"),
    path("doors/<int:session_id>/paper.xlsx", paper.paper_table, name="door_paper_table"),
    path("cancelling/", changing.call_offs, name="call_offs"),
    path("cancelling/<int:call_off_id>/answer", changing.answer, name="answer_cancel"),
]
