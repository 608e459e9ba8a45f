"""Addresses of recognition between nodes, under /desk/."""

from django.urls import path

from wenmai.people.recognition import staff

STAFF = [
    path("cards/abroad/", staff.index, name="peer_agreements"),
    path("cards/abroad/new", staff.new, name="peer_agreement_new"),
    path("cards/abroad/answer", staff.answer, name="peer_agreement_answer"),
    path("cards/abroad/nodes/", staff.peers, name="peers"),
    path("cards/abroad/nodes/<int:peer_id>/approve", staff.peer_approve, name="peer_approve"),
    path("cards/abroad/nodes/<int:peer_id>/end", staff.peer_end, name="peer_end"),
    path("cards/abroad/nodes/<int:peer_id>/ask", staff.peer_ask, name="peer_ask"),
    path("cards/abroad/<int:peer_agreement_id>/", staff.agreement, name="peer_agreement"),
    path("cards/abroad/<int:peer_agreement_id>/approve", staff.approve, name="peer_agreement_approve"),
    path("cards/abroad/<int:peer_agreement_id>/end", staff.end, name="peer_agreement_end"),
]
