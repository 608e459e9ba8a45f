"""Reader cards of the demonstration: those of a library, to be linked, and those that count between two nodes."""

import datetime as dt
import io
from collections.abc import Mapping
from types import MappingProxyType

from django.utils import timezone

from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.people.models import Agreement, CardSystem, User
from wenmai.people.recognition import asking, queries, services
from wenmai.people.recognition.models import Peer, PeerAgreement
from wenmai.people.recognition.rules import GIVES
from wenmai.people.services import agreements, card_systems, cards, patrons

NUMBER = "DEMO20260042"
FREE = {"DEMO20260007": "演示甲", "DEMO20260008": "演示乙"}
"""Cards that nobody has linked yet: number -> invented holder."""
SERVICES = ("enter", "digital")


def load(*, organisations: dict[str, int], reader: User, password: str) -> None:
    """The city's library has cards, one of them the reader's; the county's recognises them. Again changes nothing."""
    city, county = organisations["city_library"], organisations["county_library"]
    make_card(organisation_id=city, reader=reader, password=password, others=FREE)
    if Agreement.objects.filter(giver_id=city, host_id=county).exists():
        return
    now, today = clock.now(), timezone.localdate()
    made = agreements.offer_agreement(
        giver_id=city, host_id=county, offered_by_id=city, services=SERVICES, says_number=False, from_on=today,
        until_on=today + dt.timedelta(days=365), actor=SYSTEM, now=now,
    )  # fmt: skip
    agreements.accept_agreement(agreement_id=made.pk, actor=SYSTEM, now=now)


def make_card(
    *, organisation_id: int, reader: User, password: str, others: Mapping[str, str] = MappingProxyType({})
) -> str:
    """The reader's card at this library, by a list of readers that has others too; the library's code."""
    library, now = institutions.organisation(organisation_id), clock.now()
    assert library is not None
    if not CardSystem.objects.filter(organisation_id=organisation_id).exists():
        made = card_systems.add_card_system(
            organisation_id=organisation_id, kind="file", name=f"{library.name}读者证", settings={"proof": "secret"},
            secret="", actor=SYSTEM, now=now,
        )  # fmt: skip
        card_systems.switch_card_system(system_id=made.pk, is_on=True, actor=SYSTEM, now=now)
        card_systems.open_electronic_cards(system_id=made.pk, electronic="subject", actor=SYSTEM, now=now)
        holders = {NUMBER: reader.name, **others}.items()
        rows = "".join(f"{number},{name},{password}\n" for number, name in holders)
        told = f"证号,姓名,密码\n{rows}".encode()
        file = patrons.take_in_patrons(
            system_id=made.pk,
            file=io.BytesIO(told),
            name="读者.csv",
            size=len(told),
            is_whole=True,
            actor=SYSTEM,
            now=now,
        )
        patrons.read_patrons(file_id=file.pk)
        cards.link_card(user_id=reader.pk, system_id=made.pk, number=NUMBER, proof=password, actor=SYSTEM, now=now)
    return library.code


def know(*, address: str, name: str, pin: str, enters: Actor, approves: Actor) -> None:
    """The other node, by the thumbprint that it told at a start on the same machine."""
    there = Peer.objects.filter(issuer=address, ended_at=None).first()
    if there is not None and there.pin != pin:
        services.end_peer(peer_id=there.pk, actor=enters, now=clock.now())
        there = None
    if there is None:
        made = services.enter_peer(issuer=address, name=name, pin=pin, actor=enters, now=clock.now())
        services.approve_peer(peer_id=made.pk, actor=approves, now=clock.now())


def offer(
    *, address: str, organisation_id: int, code: str, name: str, enters: Actor, approves: Actor
) -> None:  # fmt: skip
    """Our library's cards are to count at theirs."""
    peer, today = Peer.objects.get(issuer=address, ended_at=None), timezone.localdate()
    known = PeerAgreement.objects.filter(peer=peer, ended_at=None, direction=GIVES, organisation_id=organisation_id)
    if not known.exists():
        made = services.propose(
            peer_id=peer.pk, organisation_id=organisation_id, direction=GIVES, their_code=code, their_name=name,
            services=[*SERVICES], says_number=False, from_on=today, until_on=today + dt.timedelta(days=365),
            actor=enters, now=clock.now(),
        )  # fmt: skip
        services.approve(agreement_id=made.pk, actor=approves, now=clock.now())


def hear(*, enters: Actor, approves: Actor) -> None:
    """Reads what the others say, and says yes to it."""
    for peer in queries.peers():
        asking.fetch(peer, clock.now())
    for one in queries.offers(enters.scope("cards.change")):
        made = services.answer(peer_id=one.peer_id, key=one.line.key, actor=enters, now=clock.now())
        services.approve(agreement_id=made.pk, actor=approves, now=clock.now())
