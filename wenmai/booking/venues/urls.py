"""Addresses of what the public sees of venues."""

from django.urls import path

from wenmai.booking.venues import series_pages, views

app_name = "venues"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:venue_id>/", views.venue, name="venue"),
    path("<int:venue_id>/ask", views.ask, name="ask"),
    path("<int:venue_id>/series", series_pages.ask, name="series"),
    path("timetable/<int:organisation_id>", views.timetable, name="timetable"),
]
