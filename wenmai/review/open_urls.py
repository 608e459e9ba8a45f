"""The address of a link for somebody from outside."""

from django.urls import path

from wenmai.review import views

urlpatterns = [path("<str:secret>", views.link, name="review_link")]
