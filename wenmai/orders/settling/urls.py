"""Addresses of the desk's pages about settlements: the organiser's, and the supplier's."""

from django.urls import path

from wenmai.orders.settling import staff

urlpatterns = [
    path("settlements/", staff.settlements, name="settlements"),
    path("settlements/month/", staff.month, name="settle_month"),
    path("settlements/draw", staff.draw_up, name="draw_settlement"),
    path("settlements/<int:settlement_id>/", staff.settlement, name="settlement"),
    path("settlements/<int:settlement_id>/sheet", staff.sheet, name="settlement_sheet"),
    path("settlements/<int:settlement_id>/lines", staff.change_line, name="settlement_line"),
    path("settlements/<int:settlement_id>/do/<slug:deed>", staff.act, name="settlement_act"),
    path("settled/", staff.settled, name="settled"),
    path("settled/<int:settlement_id>/", staff.settled_one, name="settled_one"),
    path("settled/<int:settlement_id>/sheet", staff.settled_sheet, name="settled_sheet"),
    path("settled/<int:settlement_id>/do/<slug:deed>", staff.answer_it, name="settled_act"),
]
