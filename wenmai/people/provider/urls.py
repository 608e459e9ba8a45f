"""Addresses that apps ask by themselves; they carry no language."""

from django.urls import path

from wenmai.people.provider import views
from wenmai.people.upstreams import urls as upstreams

urlpatterns = [
    *upstreams.MACHINES,
    path(".well-known/openid-configuration", views.configuration, name="openid_configuration"),
    path("openid/keys", views.jwks, name="openid_jwks"),
    path("openid/token", views.token, name="openid_token"),
    path("openid/userinfo", views.userinfo, name="openid_userinfo"),
    path("openid/introspect", views.introspect, name="openid_introspect"),
    path("openid/revoke", views.revoke, name="openid_revoke"),
]
