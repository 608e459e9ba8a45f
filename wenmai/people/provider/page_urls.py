"""Addresses where people come by on their way to an app and back."""

from django.urls import path

from wenmai.people.provider import pages

urlpatterns = [
    path("authorize", pages.authorize, name="openid_authorize"),
    path("resume", pages.resume, name="openid_resume"),
    path("logout", pages.logout, name="openid_logout"),
    path("logout/answer", pages.logout_answer, name="openid_logout_answer"),
]
