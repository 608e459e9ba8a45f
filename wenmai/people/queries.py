from wenmai.institutions import queries as institutions
from wenmai.lib.access import Actor, Grant
from wenmai.people.models import RoleGrant, User
from wenmai.people.rules import permissions


def actor(user: User) -> Actor:
    """The account with its grants as values; organisation subtrees as administrative paths. Switched off: none."""
    rows = list(user.role_grants.values_list("role", "organisation_id", "region")) if user.is_active else []
    paths = institutions.administrative_paths([row[1] for row in rows if row[1] is not None])
    grants = tuple(
        Grant(role, permissions(role), paths[organisation] if organisation else "", region)
        for role, organisation, region in rows
    )
    return Actor(user.pk, user.name or user.username, grants)


def user_id(username: str) -> int | None:
    return User.objects.filter(username__iexact=username).values_list("id", flat=True).first()


def listing() -> list[tuple[str, str, str]]:
    """(username, name, roles with their organisations) of every account, by username."""
    grants: dict[int, list[str]] = {}
    for user_id_, role, organisation in RoleGrant.objects.order_by("id").values_list(
        "user_id", "role", "organisation__name"
    ):
        grants.setdefault(user_id_, []).append(f"{role}@{organisation}" if organisation else role)
    users = User.objects.order_by("username").values_list("id", "username", "name")
    return [(username, name, ", ".join(grants.get(key, []))) for key, username, name in users]
