from wenmai.institutions import queries as institutions
from wenmai.lib.access import Actor, Grant
from wenmai.people.models import User
from wenmai.people.rules import permissions


def actor(user: User) -> Actor:
    """The account with its grants as values; organisation subtrees as administrative paths."""
    rows = list(user.role_grants.values_list("role", "organisation_id", "region"))
    paths = institutions.administrative_paths([row[1] for row in rows if row[1] is not None])
    grants = tuple(
        Grant(role, permissions(role), paths[organisation] if organisation else "", region)
        for role, organisation, region in rows
    )
    return Actor(user.pk, user.name or user.username, grants)
