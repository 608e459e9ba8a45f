from django.urls import path

from wenmai.gateway.views import oai

urlpatterns = [path("oai", oai.answer, name="oai")]
