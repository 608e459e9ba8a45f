"""Addresses of the public's pages about activities."""

from django.urls import path

from wenmai.activities.views import calendar, drawing, kiosk, live, public

app_name = "activities"
urlpatterns = [
    path("", public.index, name="index"),
    path("calendar/", calendar.calendar_page, name="calendar"),
    path("<int:number>", public.activity, name="activity"),
    path("kiosk/", kiosk.kiosk, name="kiosk"),
    path("live/<int:session_id>", live.live, name="live"),
    path("draws/<int:session_id>", drawing.draw, name="draw"),
    path("draws/<int:session_id>.json", drawing.draw_json, name="draw_json"),
]
