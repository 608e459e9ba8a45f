"""What a CAS server says of a ticket (CAS protocol 3.0, §2.5 and §2.8): XML, read without entities or the network."""

from typing import NamedTuple

from lxml import etree

NAMESPACE = "http://www.yale.edu/tp/cas"
LONGEST = 64 * 1024


class Unreadable(Exception):
    """No answer of a CAS server. Nothing of its content is in it."""


class Person(NamedTuple):
    """Who logged in: the name there, and the attributes that the server gives, each with its first value."""

    user: str
    attributes: dict[str, str]


class Refusal(NamedTuple):
    """Its code: INVALID_TICKET, INVALID_SERVICE, …"""

    code: str


def read(body: bytes) -> Person | Refusal:
    """Raises `Unreadable`: also for an answer with two outcomes, for it cannot be known which is meant."""
    if len(body) > LONGEST or b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise Unreadable
    # comments are taken out: otherwise a name would end where one stands in it
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        raise Unreadable from None
    outcomes = list(root)
    if root.tag != _name("serviceResponse") or len(outcomes) != 1:
        raise Unreadable
    outcome = outcomes[0]
    if outcome.tag == _name("authenticationFailure"):
        return Refusal(str(outcome.get("code", ""))[:40])
    users = outcome.findall(_name("user"))
    if outcome.tag != _name("authenticationSuccess") or len(users) != 1 or len(users[0]) or not _text(users[0]):
        raise Unreadable
    return Person(_text(users[0]), _attributes(outcome))


def _attributes(outcome: etree._Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for group in outcome.findall(_name("attributes")):
        for one in group:
            if isinstance(one.tag, str) and not len(one):
                found.setdefault(etree.QName(one).localname, _text(one))
    return found


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()


def _name(local: str) -> str:
    return f"{{{NAMESPACE}}}{local}"
