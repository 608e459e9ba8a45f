"""Addresses: the public page by itself, one's own below the account, the staff's below the desk."""

from django.urls import path

from wenmai.people.privacy import own, pages, staff

urlpatterns = [path("privacy", pages.privacy, name="privacy")]
OWN = [
    path("privacy", own.home, name="account_privacy"),
    path("privacy/close", own.close, name="account_close"),
    path("closing", own.think_better, name="account_closing"),
    path("privacy/export", own.export, name="account_export"),
    path("privacy/export/<int:export_id>/file", own.export_file, name="account_export_file"),
]
STAFF = [path("privacy/", staff.index, name="privacy")]
