"""Addresses below the desk."""

from django.urls import path

from wenmai.people.unmasking import staff

STAFF = [
    path("accounts/<int:user_id>/phone", staff.account, name="account_phone"),
    path("requests/<int:request_id>/phone", staff.request_of_role, name="request_phone"),
    path("volunteers/<int:volunteer_id>/phone", staff.volunteer, name="volunteer_phone"),
]
