"""Addresses of rechecks, under /desk/."""

from django.urls import path

from wenmai.people.rechecks import staff

STAFF = [
    path("cards/doubts/", staff.doubts, name="card_doubts"),
    path("cards/doubts/<int:card_id>/settle", staff.settle, name="card_doubt_settle"),
    path("cards/<int:system_id>/recheck", staff.change, name="card_recheck"),
    path("cards/<int:system_id>/recheck/release", staff.release, name="card_recheck_release"),
]
