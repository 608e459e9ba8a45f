"""Addresses of the public's pages about activities."""

from django.urls import path

from wenmai.activities.views import calendar, public

app_name = "activities"
urlpatterns = [
    path("", public.index, name="index"),
    path("calendar/", calendar.calendar_page, name="calendar"),
    path("<int:number>", public.activity, name="activity"),
]
