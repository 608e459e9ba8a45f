"""Addresses of what counts against oneself."""

from django.urls import path

from wenmai.booking.absences import own

urlpatterns = [
    path("", own.index, name="account_absences"),
    path("<int:absence_id>/appeal", own.appeal, name="account_absence_appeal"),
]
