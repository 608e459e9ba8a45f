"""The addresses of a demonstration."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from config.urls import urlpatterns as usual

urlpatterns = [*i18n_patterns(path("demo/", include("demo.urls")), prefix_default_language=False), *usual]
