"""Addresses about reader cards: one's own under /account/, those of the staff under /desk/."""

from django.urls import path

from wenmai.people import checking
from wenmai.people.views import agreements, card_systems, cards, cas, passes, patrons

OWN = [
    path("cards/", cards.index, name="account_cards"),
    path("cards/hear", cards.hear, name="account_cards_hear"),
    path("cards/new", cards.choose, name="account_card_new"),
    path("cards/new/<int:system_id>", cards.link, name="account_card_link"),
    path("cards/new/<int:system_id>/login", cas.begin, name="account_card_login"),
    path("cards/new/<int:system_id>/back", cas.back, name="account_card_back"),
    path("cards/<int:card_id>/show", passes.show, name="account_card_show"),
    path("cards/<int:card_id>/print", passes.paper, name="account_card_print"),
    path("cards/<int:card_id>/prints/revoke", passes.revoke, name="account_card_prints_revoke"),
    path("cards/<int:card_id>/refresh", cards.refresh, name="account_card_refresh"),
    path("cards/<int:card_id>/unlink", cards.unlink, name="account_card_unlink"),
]
STAFF = [
    path("cards/", card_systems.index, name="card_systems"),
    path("cards/check", checking.check, name="card_check"),
    path("cards/new", card_systems.new, name="card_system_new"),
    path("cards/agreements/", agreements.index, name="agreements"),
    path("cards/agreements/new", agreements.new, name="agreement_new"),
    path("cards/agreements/<int:agreement_id>/", agreements.agreement, name="agreement"),
    path("cards/agreements/<int:agreement_id>/accept", agreements.accept, name="agreement_accept"),
    path("cards/agreements/<int:agreement_id>/end", agreements.end, name="agreement_end"),
    path("cards/<int:system_id>/", card_systems.system, name="card_system"),
    path("cards/<int:system_id>/change", card_systems.change, name="card_system_change"),
    path("cards/<int:system_id>/switch", card_systems.switch, name="card_system_switch"),
    path("cards/<int:system_id>/electronic", card_systems.electronic, name="card_system_electronic"),
    path("cards/<int:system_id>/try", card_systems.trial, name="card_system_try"),
    path("cards/<int:system_id>/files", patrons.take_in, name="patrons_new"),
    path("cards/<int:system_id>/files/<int:file_id>/", patrons.file, name="patrons"),
    path("cards/<int:system_id>/files/<int:file_id>/rejects.csv", patrons.rejects, name="patrons_rejects"),
    path("cards/<int:system_id>/files/<int:file_id>/drop", patrons.drop, name="patrons_drop"),
]
