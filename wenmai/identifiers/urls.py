"""The pages of identifiers in the desk."""

from django.urls import path

from wenmai.identifiers import staff

app_name = "identifiers"
urlpatterns = [
    path("", staff.index, name="index"),
    path("reserve", staff.reserve, name="reserve"),
    path("<int:identifier_id>/", staff.identifier, name="identifier"),
    path("<int:identifier_id>/bind", staff.bind, name="bind"),
    path("<int:identifier_id>/unbind", staff.unbind, name="unbind"),
    path("<int:identifier_id>/prefer", staff.prefer, name="prefer"),
    path("<int:identifier_id>/redirect", staff.lead_on, name="redirect"),
    path("<int:identifier_id>/withdraw", staff.withdraw, name="withdraw"),
    path("<int:identifier_id>/reinstate", staff.reinstate, name="reinstate"),
]
