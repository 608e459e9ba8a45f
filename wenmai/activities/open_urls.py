"""Addresses of the public's pages about activities."""

from django.urls import path

from wenmai.activities.views import public

app_name = "activities"
urlpatterns = [
    path("", public.index, name="index"),
    path("<int:number>", public.activity, name="activity"),
]
