"""Addresses about reader cards that gates ask."""

from django.urls import path

from wenmai.people.views import passes

urlpatterns = [path("keys.json", passes.document, name="card_keys")]
