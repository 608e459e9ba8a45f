"""Addresses of the access log: one's own under /account/, that of auditors under /desk/."""

from django.urls import path

from wenmai.people.looks import pages, staff

OWN = [path("looks", pages.own, name="account_looks")]
STAFF = [path("looks/", staff.index, name="looks")]
