"""The page for people who write programs: in a language, as pages are."""

from django.urls import path

from wenmai.gateway.views import guide

urlpatterns = [path("", guide.guide, name="api_guide")]
