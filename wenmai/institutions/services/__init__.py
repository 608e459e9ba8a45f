"""Every change: organisations are created, changed, moved, closed; places are loaded in editions."""

from wenmai.institutions.services.closing import close_organisation, reopen_organisation
from wenmai.institutions.services.organisations import change_organisation, create_organisation, move
from wenmai.institutions.services.places import Loaded, create_place, load_places
from wenmai.institutions.services.settings import set_settings

__all__ = [
    "Loaded",
    "change_organisation",
    "close_organisation",
    "create_organisation",
    "create_place",
    "load_places",
    "move",
    "reopen_organisation",
    "set_settings",
]
