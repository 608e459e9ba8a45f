"""Sets of OAI-PMH: by institution and by type."""

from typing import NamedTuple

from wenmai.catalogue import queries as catalogue
from wenmai.gateway.rules import OaiError
from wenmai.institutions import queries as institutions
from wenmai.standards import queries as standards


class Choice(NamedTuple):
    """What a set asks of the catalogue; `feed_ids` None means all."""

    feed_ids: list[int] | None = None
    type_code: str = ""


def listing() -> list[tuple[str, str]]:
    """(setSpec, name) of every set: the institutions that have a feed, and the types."""
    feeds = catalogue.feeds_of()
    owners = institutions.organisations(sorted({feed.organisation_id for feed in feeds}))
    types = standards.vocabulary("type").terms
    return [
        *((f"institution:{one.code}", one.name) for one in sorted(owners.values(), key=lambda one: one.code)),
        *((f"type:{code}", label.zh) for code, label in types.items()),
    ]


def choice(spec: str) -> Choice:
    """Raises OaiError badArgument for a set that is not ours (an empty one of ours is noRecordsMatch later)."""
    if not spec:
        return Choice()
    kind, _, code = spec.partition(":")
    if kind == "type" and code in standards.vocabulary("type").terms:
        return Choice(type_code=code)
    owner = institutions.by_code(code) if kind == "institution" else None
    if owner is None:
        raise OaiError("badArgument", f"There is no set {spec[:60]}: ListSets names them.")
    return Choice(feed_ids=[feed.pk for feed in catalogue.feeds_of([owner.id])])


def names_of_owners(organisation_ids: set[int]) -> dict[int, str]:
    """Organisation id -> the setSpec of its records."""
    return {key: f"institution:{one.code}" for key, one in institutions.organisations(sorted(organisation_ids)).items()}
