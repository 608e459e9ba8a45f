"""Pages that only a demonstration has; config/urls.py mounts them there alone."""

from django.urls import path

from demo import views

app_name = "demo"
urlpatterns = [path("sms", views.sms, name="sms")]
