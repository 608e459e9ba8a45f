"""Addresses about volunteers: the public check, one's own below the account, the staff's below the desk."""

from django.urls import path

from wenmai.people.volunteers import pages, staff

urlpatterns = [path("volunteers/record", pages.check, name="volunteer_record")]
OWN = [
    path("volunteering/", pages.index, name="account_volunteering"),
    path("volunteering/new", pages.new, name="account_volunteer_new"),
    path("volunteering/<int:volunteer_id>/", pages.volunteer, name="account_volunteer"),
    path("volunteering/<int:volunteer_id>/resign", pages.resign, name="account_volunteer_resign"),
    path("volunteering/<int:volunteer_id>/record", pages.record, name="account_volunteer_record"),
    path(
        "volunteering/<int:volunteer_id>/entries/<int:entry_id>/dispute", pages.dispute,
        name="account_volunteer_dispute",
    ),
]  # fmt: skip
STAFF = [
    path("volunteers/", staff.index, name="volunteers"),
    path("volunteers/<int:volunteer_id>/", staff.volunteer, name="volunteer"),
    path("volunteers/<int:volunteer_id>/answer", staff.answer, name="volunteer_answer"),
    path("volunteers/<int:volunteer_id>/end", staff.end, name="volunteer_end"),
    path("volunteers/<int:volunteer_id>/entries", staff.enter, name="volunteer_enter"),
    path("volunteers/<int:volunteer_id>/entries/<int:entry_id>/correct", staff.correct, name="volunteer_correct"),
]
