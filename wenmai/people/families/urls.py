"""Where these pages stand; mounted by the account's and the desk's addresses."""

from django.urls import path

from wenmai.people.families import copies, entering, pages, staff, switching, time_pages

OWN = [
    path("enter/child", entering.enter, name="account_enter_child"),
    path("minors", switching.minors, name="account_minors"),
    path("family/leave", pages.leave, name="account_family_leave"),
    path("family/", pages.index, name="account_family"),
    path("family/new", pages.new, name="account_family_new"),
    path("family/link", pages.link, name="account_family_link"),
    path("family/join", pages.join, name="account_family_join"),
    path("family/show", pages.show, name="account_family_show"),
    path("family/<int:child_id>/", pages.child, name="account_family_child"),
    path("family/<int:child_id>/code", pages.code, name="account_family_code"),
    path("family/<int:child_id>/consent", pages.consent, name="account_family_consent"),
    path("family/<int:child_id>/password", pages.password, name="account_family_password"),
    path("family/<int:child_id>/more", time_pages.more, name="account_family_more"),
    path("family/<int:child_id>/limits", time_pages.change, name="account_family_limits"),
    path("family/<int:child_id>/export", copies.export, name="account_family_export"),
    path("family/<int:child_id>/export/<int:export_id>/file", copies.export_file, name="account_family_export_file"),
    path("time", time_pages.time, name="account_time"),
    path("time/here", time_pages.here, name="account_time_here"),
    path("family/<int:child_id>/end", pages.end, name="account_family_end"),
]
STAFF = [path("counter/family", staff.counter, name="family_counter")]
