"""Addresses of the desk's pages about what is booked."""

from django.urls import path

from wenmai.booking import pool_staff, staff
from wenmai.booking.absences import staff as absence_staff
from wenmai.booking.venues import face_staff, request_staff, series_staff

app_name = "booking"
urlpatterns = [
    path("pools/", pool_staff.index, name="pools"),
    path("pools/<int:pool_id>/", pool_staff.pool, name="pool"),
    path("pools/<int:pool_id>/shares", pool_staff.shares, name="shares"),
    path("pools/<int:pool_id>/numbers", pool_staff.numbers, name="numbers"),
    path("pools/<int:pool_id>/claims/<int:claim_id>/release", pool_staff.release, name="release"),
    path("pools/<int:pool_id>/waits/<int:wait_id>/ahead", pool_staff.ahead, name="ahead"),
    path("things/", staff.index, name="things"),
    path("things/new", staff.new, name="new"),
    path("things/<int:thing_id>/", staff.thing, name="thing"),
    path("things/<int:thing_id>/change", staff.change, name="change"),
    path("things/<int:thing_id>/retire", staff.retire, name="retire"),
    path("things/<int:thing_id>/hours", staff.hours, name="hours"),
    path("things/<int:thing_id>/days", staff.days, name="days"),
    path("things/<int:thing_id>/days/<int:change_id>/usual", staff.usual, name="usual"),
    path("things/<int:thing_id>/face", face_staff.face, name="face"),
    path("things/<int:thing_id>/photos", face_staff.photos, name="photos"),
    path("requests/", request_staff.index, name="requests"),
    path("requests/today", request_staff.today, name="today"),
    path("requests/<int:booking_id>/", request_staff.request_page, name="request"),
    path("requests/<int:booking_id>/do/<slug:deed>", request_staff.act, name="request_act"),
    path("series/<int:series_id>/", series_staff.series, name="series"),
    path("series/<int:series_id>/answer", series_staff.answer, name="series_answer"),
    path("absences/", absence_staff.index, name="absences"),
    path("absences/<int:absence_id>/", absence_staff.absence, name="absence"),
    path("absences/<int:absence_id>/decide", absence_staff.decide, name="absence_decide"),
    path("absences/<int:absence_id>/lift", absence_staff.lift, name="absence_lift"),
    path("things/<int:thing_id>/block", staff.block, name="block"),
    path("things/<int:thing_id>/stays/<int:stay_id>/end", staff.end, name="end"),
]
