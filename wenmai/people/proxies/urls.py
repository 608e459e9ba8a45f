"""Addresses about proxies: one's own under /account/, those of the staff under /desk/."""

from django.urls import path

from wenmai.people.proxies import pages, staff

OWN = [
    path("proxies/", pages.index, name="account_proxies"),
    path("proxies/new", pages.new, name="account_proxy_new"),
    path("proxies/take", pages.take, name="account_proxy_take"),
    path("proxies/stop", pages.stop, name="account_proxy_stop"),
    path("proxies/<int:proxy_id>/act", pages.act, name="account_proxy_act"),
    path("proxies/<int:proxy_id>/end", pages.end, name="account_proxy_end"),
    path("proxies/<int:proxy_id>/renew", pages.renew, name="account_proxy_renew"),
]
STAFF = [
    path("proxies/", staff.index, name="proxies"),
    path("proxies/new", staff.new, name="proxy_new"),
    path("proxies/<int:proxy_id>/end", staff.end, name="proxy_end"),
]
