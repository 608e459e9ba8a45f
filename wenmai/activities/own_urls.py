"""Addresses of one's own activities: enrolling, and what one has enrolled for."""

from django.urls import path

from wenmai.activities.views import own

app_name = "my_activities"
urlpatterns = [
    path("", own.index, name="index"),
    path("calendar", own.calendar, name="calendar"),
    path("sessions/<int:session_id>/enrol", own.enrol, name="enrol"),
    path("<int:enrolment_id>", own.enrolment, name="enrolment"),
    path("<int:enrolment_id>/accept", own.accept, name="accept"),
    path("<int:enrolment_id>/leave", own.leave, name="leave"),
]
