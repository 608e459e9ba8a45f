"""The desk's pages of the journal."""

from django.urls import path

from wenmai.journal import staff

app_name = "journal"
urlpatterns = [path("", staff.index, name="index")]
