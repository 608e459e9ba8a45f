"""Who may let harvesting into folders of this machine and hosts of its network."""

from wenmai.lib.access import Actor


def administers(actor: Actor) -> bool:
    """The operator at the command line, or a platform administrator everywhere."""
    everywhere = any(
        grant.role == "platform_admin" and (grant.organisation_path, grant.region) == ("", "") for grant in actor.grants
    )
    return everywhere or (actor.user_id is None and actor.name == "operator")
