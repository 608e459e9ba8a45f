"""Addresses of the desk's pages about activities."""

from django.urls import path

from wenmai.activities.staff import activities, sessions

app_name = "activities"
urlpatterns = [
    path("", activities.index, name="index"),
    path("new", activities.new, name="new"),
    path("<int:activity_id>/", activities.activity, name="activity"),
    path("<int:activity_id>/change", activities.change, name="change"),
    path("<int:activity_id>/submit", activities.submit, name="submit"),
    path("<int:activity_id>/sessions/new", sessions.new, name="new_sessions"),
    path("sessions/<int:session_id>/", sessions.session, name="session"),
    path("sessions/<int:session_id>/change", sessions.change, name="change_session"),
    path("sessions/<int:session_id>/drop", sessions.drop, name="drop_session"),
]
