"""The desk's pages for accounts."""

from django.urls import path

from wenmai.people import card_urls, counter, staff

app_name = "people"
urlpatterns = [
    path("counter/", counter.index, name="counter"),
    path("counter/confirm", counter.confirm, name="counter_confirm"),
    path("accounts/", staff.index, name="accounts"),
    path("accounts/new", staff.new, name="new"),
    path("accounts/<int:user_id>/", staff.account, name="account"),
    path("accounts/<int:user_id>/name", staff.rename, name="rename"),
    path("accounts/<int:user_id>/roles", staff.grant, name="grant"),
    path("accounts/<int:user_id>/roles/<int:grant_id>/revoke", staff.revoke, name="revoke"),
    path("accounts/<int:user_id>/switch", staff.switch, name="switch"),
    path("accounts/<int:user_id>/password", staff.reset, name="reset"),
    path("accounts/<int:user_id>/factors", staff.factors, name="factors"),
    path("accounts/<int:user_id>/identity", staff.identity, name="identity"),
    *card_urls.STAFF,
]
