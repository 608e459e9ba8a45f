"""Addresses of surveys for everybody."""

from django.urls import path

from wenmai.voices.surveys import views

app_name = "surveys"
urlpatterns = [
    path("", views.index, name="index"),
    path("thanks", views.thanks, name="thanks"),
    path("<int:survey_id>", views.survey, name="survey"),
    path("<int:survey_id>/draw.json", views.draw, name="draw"),
    path("<int:survey_id>/mine", views.mine, name="mine"),
]
