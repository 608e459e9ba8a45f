"""Addresses: the public page by itself, one's own below the account, the staff's below the desk."""

from django.urls import path

from wenmai.people.privacy import own, pages, staff

urlpatterns = [path("privacy", pages.privacy, name="privacy")]
OWN = [path("privacy", own.home, name="account_privacy")]
STAFF = [path("privacy/", staff.index, name="privacy")]
