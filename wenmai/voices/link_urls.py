"""Short addresses, as they stand in messages."""

from django.urls import path

from wenmai.voices.views import links

app_name = "need_links"
urlpatterns = [path("<str:code>", links.link, name="link")]
