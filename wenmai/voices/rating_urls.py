"""Addresses of rating what one attended."""

from django.urls import path

from wenmai.voices.views import ratings

app_name = "my_ratings"
urlpatterns = [
    path("<slug:kind>/<str:key>", ratings.rate, name="rate"),
    path("<slug:kind>/<str:key>/children/<int:child_id>", ratings.rate, name="rate_child"),
]
