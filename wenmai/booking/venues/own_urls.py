"""Addresses of one's own bookings."""

from django.urls import path

from wenmai.booking.venues import own, series_pages

urlpatterns = [
    path("", own.index, name="account_bookings"),
    path("<int:request_id>/", own.one, name="account_booking"),
    path("<int:request_id>/cancel", own.cancel, name="account_booking_cancel"),
    path("series/<int:series_id>/", series_pages.one, name="account_series"),
    path("series/<int:series_id>/cancel", series_pages.cancel, name="account_series_cancel"),
    path("<int:request_id>/move", own.move, name="account_booking_move"),
]
