"""Addresses. Pages carry the language as a prefix (/en/…); machines' addresses do not."""

from importlib.util import find_spec

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from config import views

# A module's pages are mounted when the module exists.
MACHINES = {
    "wenmai.gateway.urls": "",
    "wenmai.files.urls": "files/",
    "wenmai.activities.feed_urls": "",
    "wenmai.people.provider.urls": "",
    "wenmai.people.card_machine_urls": "cards/",
}
PAGES = {
    "wenmai.standards.urls": "standards/",
    "wenmai.harvest.urls": "sources/",
    "wenmai.desk.urls": "desk/",
    "wenmai.activities.own_urls": "account/activities/",
    "wenmai.booking.absences.own_urls": "account/absences/",
    "wenmai.voices.own_urls": "account/needs/",
    "wenmai.voices.rating_urls": "account/ratings/",
    "wenmai.people.account_urls": "account/",
    "wenmai.people.provider.page_urls": "openid/",
    "wenmai.gateway.guide_urls": "api/v1/",
    "wenmai.booking.venues.own_urls": "account/bookings/",
    "wenmai.booking.venues.urls": "venues/",
    "wenmai.orders.open_urls": "supply/",
    "wenmai.people.privacy.urls": "",
    "wenmai.people.volunteers.urls": "",
    "wenmai.review.open_urls": "review/",
    "wenmai.activities.open_urls": "activities/",
    "wenmai.activities.link_urls": "o/",
    "wenmai.voices.open_urls": "needs/",
    "wenmai.voices.link_urls": "n/",
    "wenmai.voices.surveys.open_urls": "surveys/",
    "wenmai.voices.surveys.link_urls": "q/",
    "wenmai.portal.urls": "",
}

if settings.DEMO:
    PAGES = {"demo.urls": "demo/", **PAGES}


def _mounted(modules: dict[str, str]) -> list[URLPattern | URLResolver]:
    return [
        path(prefix, include(name))
        for name, prefix in modules.items()
        if find_spec(name.rsplit(".", 1)[0]) and find_spec(name)
    ]


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views.alive, name="healthz"),
    path("readyz", views.ready, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
    # pages first: /api/v1/ is one, with the machines' addresses below it
    *i18n_patterns(*_mounted(PAGES), prefix_default_language=False),
    *_mounted(MACHINES),
]

handler500 = views.failed
