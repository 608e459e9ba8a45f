"""Addresses: the public page by itself, the staff's below the desk."""

from django.urls import path

from wenmai.people.privacy import pages, staff

urlpatterns = [path("privacy", pages.privacy, name="privacy")]
STAFF = [path("privacy/", staff.index, name="privacy")]
