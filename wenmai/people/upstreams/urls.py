"""Where these pages stand; mounted by the account's, the desk's and the machines' addresses."""

from django.urls import path

from wenmai.people.upstreams import pages, staff

OWN = [
    path("with/<slug:slug>/", pages.go, name="account_upstream"),
    path("with/<slug:slug>/back", pages.back, name="account_upstream_back"),
    path("enter/first-with", pages.first, name="account_upstream_first"),
    path("logins/", pages.own, name="account_upstreams"),
]
STAFF = [
    path("upstreams/", staff.index, name="upstreams"),
    path("upstreams/new", staff.new, name="upstream_new"),
    path("upstreams/<int:upstream_id>/", staff.upstream, name="upstream"),
    path("upstreams/<int:upstream_id>/change", staff.change, name="upstream_change"),
    path("upstreams/<int:upstream_id>/decide", staff.decide, name="upstream_decide"),
    path("upstreams/<int:upstream_id>/ask", staff.ask, name="upstream_ask"),
    path("upstreams/<int:upstream_id>/switch", staff.switch, name="upstream_switch"),
]
MACHINES = [path("openid/with/<slug:slug>/logout", pages.told_to_leave, name="openid_upstream_logout")]
