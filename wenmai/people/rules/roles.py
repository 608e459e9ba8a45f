"""Roles and what each may do. The list of roles is the handbook's §2 (a proposal, not a norm)."""

import unicodedata
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from wenmai.lib.access import Actor, Reach

ROLES: dict[str, tuple[str | Promise, frozenset[str]]] = {
    "platform_admin": (
        _("平台管理员"),
        frozenset({
            "sources.view", "sources.run", "sources.change", "catalogue.view", "catalogue.review", "catalogue.withdraw",
            "catalogue.files", "identifiers.view", "identifiers.change", "reports.view", "reports.close",
            "standards.activate", "organisations.view", "organisations.change", "accounts.view", "accounts.change",
            "messages.view", "identities.confirm", "cards.view", "cards.change",
            "apps.view", "apps.change", "apps.review",
        }),
    ),
    "organisation_admin": (
        _("机构管理员"),
        frozenset({
            "sources.view", "sources.run", "sources.change", "catalogue.view", "catalogue.review", "catalogue.withdraw",
            "catalogue.files", "identifiers.view", "identifiers.change", "reports.view", "reports.close",
            "organisations.view", "organisations.change", "accounts.view", "accounts.change", "identities.confirm",
            "cards.view", "cards.change",
            "apps.view", "apps.change", "apps.review",
        }),
    ),
    "cataloguer": (
        _("资源编目员"),
        frozenset({
            "sources.view", "sources.run", "catalogue.view", "catalogue.files", "identifiers.view",
            "identifiers.change", "organisations.view",
        }),
    ),
    "reviewer": (
        _("审核员"),
        frozenset({
            "sources.view", "catalogue.view", "catalogue.review", "catalogue.withdraw", "reports.view", "reports.close",
            "identifiers.view", "organisations.view",
        }),
    ),
    "village_admin": (_("村级管理员"), frozenset({"catalogue.view"})),
    "auditor": (
        _("安全审计员"),
        frozenset({
            "sources.view", "catalogue.view", "reports.view", "identifiers.view", "organisations.view", "accounts.view",
            "cards.view",
            "apps.view",
        }),
    ),
}  # fmt: skip

TWO_FACTORS = frozenset({"platform_admin", "organisation_admin", "auditor"})
"""Roles whose pages open only to two factors, unless the node is set otherwise."""


def permissions(role: str) -> frozenset[str]:
    """What the role may do; an unknown role may do nothing."""
    return ROLES[role][1] if role in ROLES else frozenset()


def may_give(actor: "Actor", role: str, reach: "Reach") -> bool:
    """Whether this person may give (or take) that role over a whole subtree: they have all that is in it there."""
    needed = permissions(role) | {"accounts.change"}
    return role in ROLES and all(actor.may(permission, reach) for permission in needed)


def roles_to_give(actor: "Actor") -> list[str]:
    """The roles that this person may give somewhere."""
    return [role for role in ROLES if any(may_give(actor, role, grant.reach) for grant in actor.grants)]


def fold_name(username: str) -> str:
    """Login names that differ in width or case only are the same."""
    return unicodedata.normalize("NFKC", username).strip().casefold()
