"""Addresses of the desk's pages about requests, below those of orders."""

from django.urls import path

from wenmai.orders.asking import offering, staff

urlpatterns = [
    path("", staff.index, name="requests"),
    path("new", staff.begin, name="begin_request"),
    path("of/<int:organisation_id>/new", staff.new, name="new_request"),
    path("<int:wanted_id>/", staff.one, name="request"),
    path("<int:wanted_id>/change", staff.change, name="change_request"),
    path("<int:wanted_id>/choose", staff.choose, name="choose_offer"),
    path("<int:wanted_id>/do/<slug:deed>", staff.act, name="request_act"),
    path("all/", staff.county, name="county_requests"),
    path("all/<int:wanted_id>/", staff.county_one, name="county_request"),
    path("all/<int:wanted_id>/open", staff.open_up, name="open_request"),
    path("all/<int:wanted_id>/return", staff.send_back, name="return_request"),
    path("open/", offering.index, name="offering"),
    path("open/<int:organisation_id>/", offering.open_requests, name="open_requests"),
    path("open/<int:organisation_id>/<int:wanted_id>/", offering.offer, name="offer_for"),
    path("open/<int:organisation_id>/<int:wanted_id>/withdraw", offering.take_back, name="withdraw_offer"),
]
