"""Addresses of one's own needs."""

from django.urls import path

from wenmai.voices.views import own

app_name = "my_needs"
urlpatterns = [
    path("", own.index, name="index"),
    path("new", own.new, name="new"),
    path("<int:need_id>", own.need, name="need"),
    path("<int:need_id>/second", own.second, name="second"),
]
