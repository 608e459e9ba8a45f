"""Short addresses, as they stand in messages."""

from django.urls import path

from wenmai.voices.surveys import views

app_name = "survey_links"
urlpatterns = [path("<str:code>", views.link, name="link")]
