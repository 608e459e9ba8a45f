"""Addresses of the public's pages about needs."""

from django.urls import path

from wenmai.voices.views import asking, board

app_name = "needs"
urlpatterns = [
    path("", board.index, name="index"),
    path("ask", asking.ask, name="ask"),
    path("thanks", asking.thanks, name="thanks"),
    path("<int:need_id>", board.need, name="need"),
]
