"""Short addresses, as they stand in messages."""

from django.urls import path

from wenmai.activities.views import offers

app_name = "activity_links"
urlpatterns = [path("<str:code>", offers.offer, name="offer")]
