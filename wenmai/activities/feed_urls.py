"""Addresses for other programs: the same in every language."""

from django.urls import path

from wenmai.activities.views import feeds, machines

app_name = "activity_feeds"
urlpatterns = [
    path("activities/doors/<int:list_id>/scans", machines.scans, name="scans"),
    path("activities.ics", feeds.calendar, name="calendar"),
    path("activities/own/<str:token>.ics", feeds.own, name="own"),
    path("activities.jsonld", feeds.json_ld, name="json_ld"),
    path("activities/<int:number>.ics", feeds.activity, name="activity"),
]
