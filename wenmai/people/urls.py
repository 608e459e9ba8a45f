"""The desk's pages for accounts."""

from django.urls import path

from wenmai.people import card_urls, counter, offices, staff
from wenmai.people.families import urls as families
from wenmai.people.groups import urls as groups
from wenmai.people.looks import urls as looks
from wenmai.people.privacy import urls as privacy
from wenmai.people.provider import scope_pages as app_scopes
from wenmai.people.provider import staff as apps
from wenmai.people.proxies import urls as proxies
from wenmai.people.rechecks import urls as rechecks
from wenmai.people.recognition import urls as recognition
from wenmai.people.unmasking import urls as unmasking
from wenmai.people.upstreams import urls as upstreams
from wenmai.people.volunteers import urls as volunteers

app_name = "people"
urlpatterns = [
    path("requests/", offices.requests, name="requests"),
    path("requests/<int:request_id>/answer", offices.answer, name="answer"),
    path("roles/review", offices.review, name="review"),
    path("roles/reviewed", offices.reviewed, name="reviewed"),
    path("roles/separations", offices.separations, name="separations"),
    path("roles/delegation", offices.delegation, name="delegation"),
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
    *rechecks.STAFF,
    *recognition.STAFF,
    *upstreams.STAFF,
    *privacy.STAFF,
    *proxies.STAFF,
    *families.STAFF,
    *groups.STAFF,
    *looks.STAFF,
    *volunteers.STAFF,
    *unmasking.STAFF,
    path("apps/", apps.index, name="apps"),
    path("apps/new", apps.new, name="app_new"),
    path("apps/scopes", app_scopes.index, name="app_scopes"),
    path("apps/scopes/drop", app_scopes.drop, name="app_scopes_drop"),
    path("apps/<int:app_id>/", apps.app, name="app"),
    path("apps/<int:app_id>/change", apps.change, name="app_change"),
    path("apps/<int:app_id>/decide", apps.decide, name="app_decide"),
    path("apps/<int:app_id>/switch", apps.switch, name="app_switch"),
    path("apps/<int:app_id>/secret", apps.secret, name="app_secret"),
]
