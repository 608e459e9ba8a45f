"""The desk's pages for organisations."""

from django.urls import path

from wenmai.institutions import setting_staff, staff

app_name = "organisations"
urlpatterns = [
    path("", staff.index, name="index"),
    path("new", staff.new, name="new"),
    path("<int:organisation_id>/", staff.organisation, name="organisation"),
    path("<int:organisation_id>/change", staff.change, name="change"),
    path("<int:organisation_id>/move", staff.move, name="move"),
    path("<int:organisation_id>/close", staff.close, name="close"),
    path("<int:organisation_id>/reopen", staff.reopen, name="reopen"),
    path("<int:organisation_id>/settings/", setting_staff.index, name="settings"),
    path("<int:organisation_id>/settings/<slug:group>", setting_staff.group, name="setting_group"),
    path("settings/", setting_staff.index, name="node_settings"),
    path("settings/<slug:group>", setting_staff.group, name="node_setting_group"),
]
