"""Roles and what each may do. The list of roles is the handbook's §2 (a proposal, not a norm)."""

import unicodedata
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from wenmai.lib.access import Actor, Reach

DESK = "desk.open"
"""Every role has it, over what it reaches: the first page of the desk."""
ROLES: dict[str, tuple[str | Promise, frozenset[str]]] = {
    "platform_admin": (
        _("平台管理员"),
        frozenset({
            "sources.view", "sources.run", "sources.change", "catalogue.view", "catalogue.review", "catalogue.withdraw",
            "catalogue.files", "identifiers.view", "identifiers.change", "reports.view", "reports.close",
            "standards.activate", "organisations.view", "organisations.change", "accounts.view", "accounts.change",
            "accounts.unmask", "messages.view", "identities.confirm", "proxies.record", "cards.view", "cards.check",
            "cards.change", "roles.give_any", "separations.change", "apps.view", "apps.change", "apps.review",
            "apps.scopes", "upstreams.change", "privacy.view", "journal.view", "looks.view", "groups.view",
            "groups.approve",
            "review.view", "review.first", "review.second", "review.final", "review.plan", "review.words",
            "review.take_down",
            "volunteers.view", "volunteers.change", "bookings.view", "bookings.change", "absences.decide",
            "activities.view", "activities.change", "activities.door", "activities.cancel", "activities.hosts",
            "orders.view", "orders.change", "orders.supply", "orders.ask",
            "needs.view", "needs.enter", "needs.change", "needs.decide",
        }),
    ),
    "organisation_admin": (
        _("机构管理员"),
        frozenset({
            "sources.view", "sources.run", "sources.change", "catalogue.view", "catalogue.review", "catalogue.withdraw",
            "catalogue.files", "identifiers.view", "identifiers.change", "reports.view", "reports.close",
            "organisations.view", "organisations.change", "accounts.view", "accounts.change", "accounts.unmask",
            "identities.confirm", "proxies.record", "cards.view", "cards.check", "cards.change",
            "apps.view", "apps.change", "apps.review", "groups.view", "groups.approve",
            "review.view", "review.first", "review.second", "review.final", "review.plan", "review.take_down",
            "volunteers.view", "volunteers.change", "bookings.view", "bookings.change", "absences.decide",
            "activities.view", "activities.change", "activities.door", "activities.cancel",
            "orders.view", "orders.change", "orders.supply", "orders.ask",
            "needs.view", "needs.enter", "needs.change", "needs.decide",
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
            "identifiers.view", "organisations.view", "review.view", "review.take_down",
        }),
    ),
    "first_reviewer": (
        _("初审员"), frozenset({"catalogue.view", "organisations.view", "review.view", "review.first"}),
    ),
    "second_reviewer": (
        _("复审员"), frozenset({"catalogue.view", "organisations.view", "review.view", "review.second"}),
    ),
    "final_reviewer": (
        _("终审员"),
        frozenset({
            "catalogue.view", "organisations.view", "review.view", "review.final", "review.take_down",
            "activities.cancel",
        }),
    ),
    "inspector": (
        _("质检员"),
        frozenset({"sources.view", "catalogue.view", "reports.view", "organisations.view", "review.view"}),
    ),
    "security_admin": (
        _("安全管理员"),
        frozenset({
            "organisations.view", "accounts.view", "accounts.change", "roles.give_any", "separations.change",
            "privacy.view",
        }),
    ),
    "village_admin": (
        _("村级管理员"), frozenset({"catalogue.view", "cards.check", "activities.door", "needs.enter", "orders.ask"}),
    ),
    "venue_manager": (
        _("场馆管理员"),
        frozenset({"organisations.view", "bookings.view", "bookings.change", "absences.decide"}),
    ),
    "activity_officer": (
        _("活动专员"),
        frozenset({
            "organisations.view", "bookings.view", "activities.view", "activities.change", "activities.door",
            "absences.decide",
        }),
    ),
    "dispatcher": (
        _("配送调度员"),
        frozenset({"organisations.view", "bookings.view", "orders.view", "orders.change"}),
    ),
    "supplier": (_("供应商"), frozenset({"orders.supply"})),
    "need_officer": (
        _("需求专员"), frozenset({"organisations.view", "needs.view", "needs.enter", "needs.change"}),
    ),
    "door_staff": (_("现场人员"), frozenset({"activities.door"})),
    "auditor": (
        _("安全审计员"),
        frozenset({
            "sources.view", "catalogue.view", "reports.view", "identifiers.view", "organisations.view", "accounts.view",
            "cards.view", "review.view", "orders.view",
            "apps.view", "privacy.view",
            "journal.view", "looks.view",
        }),
    ),
}  # fmt: skip

ROLES_TO_COME: dict[str, tuple[str | Promise, str]] = {
    "rights_manager": (_("版权管理员"), "licences"),
    "training_officer": (_("培训教务"), "training"),
    "data_reporter": (_("数据填报员"), "insights"), "data_approver": (_("数据审核员"), "insights"),
    "applicant": (_("项目申报人"), "projects"), "expert": (_("评审专家"), "projects"),
    "assessor": (_("评估员"), "projects"),
    "operator": (_("运营方"), "facilities"),
}  # fmt: skip
"""Of the handbook's list: given once their module has pages. Separations name them already."""
SEPARATIONS = (
    ("person", "auditor", "platform_admin"), ("person", "auditor", "organisation_admin"),
    ("person", "auditor", "security_admin"), ("person", "platform_admin", "security_admin"),
    ("person", "first_reviewer", "second_reviewer"), ("person", "final_reviewer", "second_reviewer"),
    ("person", "data_approver", "data_reporter"), ("person", "inspector", "supplier"),
    ("subject", "author", "reviewer"),
)  # fmt: skip
"""What a node begins with (handbook §2; three administrators after GB/T 22239-2019, 8.1.5); in each pair the first one
comes first by letters. A node switches them off and on in its desk."""
ADMINISTRATORS = frozenset({"platform_admin", "organisation_admin", "security_admin"})
TWO_FACTORS = ADMINISTRATORS | {"auditor"}
"""Roles whose pages open only to two factors, unless the node is set otherwise. They are not delegated either."""
GIVING = frozenset({"accounts.change", "roles.give_any", "separations.change", "identities.confirm", "proxies.record"})
"""What a node with three administrators (三员分立) takes from its platform administrators: the security administrator
gives roles, the auditor looks at both."""
DELEGATION_DAYS = 90
"""The longest delegation. Ours, no norm."""
UNUSED_DAYS = 90
"""A role whose holder has not come in for so long stands out in the access review. Ours, no norm."""


def permissions(role: str, *, three: bool = False) -> frozenset[str]:
    """What the role may do; an unknown role may do nothing. `three`: the node has three administrators."""
    found = ROLES[role][1] | {DESK} if role in ROLES else frozenset[str]()
    return found - GIVING if three and role == "platform_admin" else found


def may_give(actor: "Actor", role: str, reach: "Reach") -> bool:
    """Whether this person may give (or take) that role over a whole subtree: they have all that is in it there, or it
    is their office to give what they have not got."""
    if role not in ROLES or not actor.may("accounts.change", reach):
        return False
    return actor.may("roles.give_any", reach) or all(actor.may(needed, reach) for needed in permissions(role))


def may_delegate(role: str) -> bool:
    """By its holder, for a while: everything but the power over others' powers."""
    return role in ROLES and role not in TWO_FACTORS


def role_words(role: str) -> str:
    """In the reader's language; what is unknown stays as it is."""
    found = ROLES.get(role) or ROLES_TO_COME.get(role)
    return str(found[0]) if found else role


def roles_to_give(actor: "Actor") -> list[str]:
    """The roles that this person may give somewhere."""
    return [role for role in ROLES if any(may_give(actor, role, grant.reach) for grant in actor.grants)]


def fold_name(username: str) -> str:
    """Login names that differ in width or case only are the same."""
    return unicodedata.normalize("NFKC", username).strip().casefold()
