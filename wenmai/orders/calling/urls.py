"""Addresses of the desk's pages about call-backs."""

from django.urls import path

from wenmai.orders.calling import staff

urlpatterns = [
    path("", staff.index, name="calls"),
    path("<int:round_id>/", staff.call_round, name="call_round"),
    path("of/<int:call_item_id>/", staff.call, name="call"),
    path("of/<int:call_item_id>/note", staff.note, name="note_call"),
]
