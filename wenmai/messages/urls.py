"""The desk's page of messages."""

from django.urls import path

from wenmai.messages import staff

app_name = "messages"
urlpatterns = [path("", staff.index, name="index")]
