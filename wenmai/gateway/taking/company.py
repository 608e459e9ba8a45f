"""With whom somebody may come, by words that mean nothing to apps of other institutions."""

from collections.abc import Sequence

from django.http import HttpRequest
from ninja import Field, Router, Schema

from wenmai.gateway.taking.asking import No, Reads, visitor_of
from wenmai.people import queries as people
from wenmai.people.queries import visitors
from wenmai.people.queries.visitors import Visitor

router = Router(tags=["my"])
SELF = "self"


class Person(Schema):
    word: str = Field(description="`self`, or what this app's institution calls the companion.")
    name: str
    age_known: bool = Field(description="False: sessions for an age refuse them until a document was shown.")


class Group(Schema):
    word: str
    name: str


class Company(Schema):
    people: list[Person] = Field(description="Oneself first, then the children that one looks after.")
    groups: list[Group] = Field(description="Those that one answers for.")


@router.get("", auth=Reads(), response=Company, summary="With whom one may enrol")
def company(request: HttpRequest) -> Company:
    visitor = visitor_of(request)
    mine = visitor.actor.user_id or 0
    return Company(
        people=[
            Person(word=word_of(visitor, one.id), name=one.name, age_known=one.born is not None)
            for one in people.company_of(mine)
        ],
        groups=[
            Group(word=visitors.reference(visitor.sector, "group", one.id), name=one.name)
            for one in people.led_groups(mine)
        ],
    )


def word_of(visitor: Visitor, user_id: int) -> str:
    return SELF if user_id == visitor.actor.user_id else visitors.reference(visitor.sector, "person", user_id)


def people_of(visitor: Visitor, words: Sequence[str]) -> list[int]:
    """Refused: unknown_person."""
    mine = visitor.actor.user_id or 0
    known = {word_of(visitor, one.id): one.id for one in people.company_of(mine)}
    wanted = list(words) or [SELF]
    if not {*wanted} <= {*known}:
        raise No("unknown_person")
    return [known[word] for word in wanted]


def group_of(visitor: Visitor, word: str) -> int:
    """Refused: unknown_group."""
    for one in people.led_groups(visitor.actor.user_id or 0):
        if visitors.reference(visitor.sector, "group", one.id) == word:
            return one.id
    raise No("unknown_group")
