"""The tables."""

from wenmai.people.families import models as families
from wenmai.people.groups import models as groups
from wenmai.people.looks import models as looks
from wenmai.people.models.accounts import Code, FactorSecret, User, Users
from wenmai.people.models.agreements import Agreement
from wenmai.people.models.cards import CardSystem, CardTry, ReaderCard
from wenmai.people.models.grants import RoleGrant, RoleRequest, Separation
from wenmai.people.models.identities import CounterCode, Identity, IdentityTry
from wenmai.people.models.merges import Merge, MergeIntent
from wenmai.people.models.passes import CardDocument, CardKey, CardPass, CardShowing
from wenmai.people.models.patrons import Patron, PatronBatch, PatronFile
from wenmai.people.privacy import models as privacy
from wenmai.people.provider import models as provider
from wenmai.people.proxies import models as proxies
from wenmai.people.rechecks import models as rechecks
from wenmai.people.recognition import models as recognition
from wenmai.people.residence import models as residence
from wenmai.people.unmasking import models as unmasking
from wenmai.people.upstreams import models as upstreams
from wenmai.people.volunteers import models as volunteers

__all__ = [
    "Agreement",
    "CardDocument",
    "CardKey",
    "CardPass",
    "CardShowing",
    "CardSystem",
    "CardTry",
    "Code",
    "CounterCode",
    "FactorSecret",
    "Identity",
    "IdentityTry",
    "Merge",
    "MergeIntent",
    "Patron",
    "PatronBatch",
    "PatronFile",
    "ReaderCard",
    "RoleGrant",
    "RoleRequest",
    "Separation",
    "User",
    "Users",
    "families",
    "groups",
    "looks",
    "privacy",
    "provider",
    "proxies",
    "rechecks",
    "recognition",
    "residence",
    "unmasking",
    "upstreams",
    "volunteers",
]
