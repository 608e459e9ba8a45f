from django.urls import path

from wenmai.standards import staff, views

app_name = "standards"
urlpatterns = [
    path("", views.index, name="index"),
    path("decide/<path:subject>", staff.decide, name="decide"),
    path("profiles/<slug:code>", views.profile, name="profile"),
    path("profiles/<slug:code>/<str:version>.schema.json", views.schema, name="schema"),
    path("profiles/<slug:code>/<str:version>", views.profile, name="profile_version"),
    path("vocabularies/<slug:code>", views.vocabulary, name="vocabulary"),
    path("<slug:code>", views.entry, name="entry"),
]
