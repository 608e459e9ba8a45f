"""Addresses about groups: one's own under /account/, those of the staff under /desk/."""

from django.urls import path

from wenmai.people.groups import pages, phones, staff

OWN = [
    path("groups/", pages.index, name="account_groups"),
    path("groups/new", pages.new, name="account_group_new"),
    path("groups/join", pages.join, name="account_group_join"),
    path("groups/invitations/<int:invitation_id>", pages.invitation, name="account_group_invitation"),
    path("groups/<int:group_id>/", pages.group, name="account_group"),
    path("groups/<int:group_id>/members.csv", pages.members, name="account_group_members"),
    path("groups/<int:group_id>/members/<int:user_id>/phone", phones.member, name="account_group_phone"),
    path("groups/<int:group_id>/take-over", pages.handover, name="account_group_handover"),
    path("groups/<int:group_id>/do/<slug:deed>", pages.act, name="account_group_act"),
]
STAFF = [
    path("groups/", staff.index, name="groups"),
    path("groups/<int:group_id>/", staff.group, name="group"),
    path("groups/<int:group_id>/answer", staff.answer, name="group_answer"),
]
