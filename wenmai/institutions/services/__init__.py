"""Every change: organisations are created, changed and moved; places are loaded in editions."""

from wenmai.institutions.services.organisations import change_organisation, create_organisation, move

__all__ = ["change_organisation", "create_organisation", "move"]
