"""The desk's pages of recognition between nodes."""

import datetime as dt

import pytest
from django.utils import timezone

from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock, waiting
from wenmai.people.models import User
from wenmai.people.recognition.models import Peer, PeerAgreement
from wenmai.people.recognition.testing import THERE, Neighbour, known, officer, proposed, read
from wenmai.people.testing import client_of, make_user

pytestmark = pytest.mark.django_db
HERE = "/desk/cards/abroad/"


def test_from_the_peer_to_an_agreement_by_two_persons() -> None:
    library, province = make_organisation("县馆"), Neighbour()
    one, other = (client_of(User.objects.get(pk=officer(name).user_id or 0)) for name in ("one", "other"))
    page = one.post(f"{HERE}nodes/", {"issuer": province.address, "name": "省", "pin": "short"})
    assert (page.status_code, "43 个" in page.content.decode()) == (400, True)
    one.post(f"{HERE}nodes/", {"issuer": province.address, "name": "漪岭省文脉", "pin": province.pin})
    peer = Peer.objects.get()
    assert "要由另一位同事看过" in one.get(f"{HERE}nodes/").content.decode()
    assert "不是" not in one.post(f"{HERE}nodes/{peer.pk}/approve", follow=True).content.decode()
    assert Peer.objects.get().approved_at is None
    other.post(f"{HERE}nodes/{peer.pk}/approve")
    told = other.post(f"{HERE}nodes/{peer.pk}/ask", follow=True).content.decode()
    assert "问不到对方" in told
    province.offer(library.pk)
    read(province, peer)
    today = timezone.localdate(clock.now())
    asked = {
        "peer": peer.pk, "own": library.pk, "their_code": "12", "their_name": "省馆", "direction": "gives",
        "from_on": today, "until_on": today + dt.timedelta(days=9),
    }  # fmt: skip
    assert "16 位数字" in one.post(f"{HERE}new", asked).content.decode()
    answer = one.post(f"{HERE}new", {**asked, "their_code": THERE, "services": ["enter"]})
    made = PeerAgreement.objects.get()
    assert answer["Location"] == f"{HERE}{made.pk}/"
    assert "看过了，通过" not in one.get(f"{HERE}{made.pk}/").content.decode()
    assert "看过了，通过" in other.get(f"{HERE}{made.pk}/").content.decode()
    other.post(f"{HERE}{made.pk}/approve")
    assert "我们已经说了，等对方" in one.get(HERE).content.decode()
    assert "漪岭省图书馆" in one.get(HERE).content.decode(), "what the other side offers"
    one.post(f"{HERE}answer", {"peer": peer.pk, "key": "k" * 22})
    answered = PeerAgreement.objects.get(key="k" * 22)
    other.post(f"{HERE}{answered.pk}/approve")
    answered.refresh_from_db()
    assert answered.met_at
    assert one.post(f"{HERE}{answered.pk}/end", {"reason": ""}).status_code == 400
    one.post(f"{HERE}{answered.pk}/end", {"reason": "到此为止"})
    assert "到此为止" in one.get(f"{HERE}{answered.pk}/").content.decode()
    one.post(f"{HERE}nodes/{peer.pk}/end")
    assert "还没有登记别的平台" in one.get(f"{HERE}nodes/").content.decode()


def test_nobody_speaks_for_a_library_of_others() -> None:
    library, province = make_organisation("县馆"), Neighbour()
    peer = known(province)
    province.offer(library.pk)
    read(province, peer)
    foreign = make_user(
        "foreign", role="organisation_admin", organisation_id=make_organisation("外馆", place_code="990200").pk
    )
    client = client_of(foreign)
    assert "漪岭省图书馆" not in client.get(HERE).content.decode()
    client.post(f"{HERE}answer", {"peer": peer.pk, "key": "k" * 22})
    today = timezone.localdate(clock.now())
    asked = {
        "peer": peer.pk, "own": library.pk, "their_code": THERE, "their_name": "省馆", "direction": "gives",
        "from_on": today, "until_on": today,
    }  # fmt: skip
    assert client.post(f"{HERE}new", asked).status_code in (400, 403)
    assert client.get(f"{HERE}nodes/").status_code == 403
    assert not PeerAgreement.objects.exists()


def test_what_waits_for_a_second_person_stands_on_the_desk() -> None:
    peer, library = known(Neighbour()), make_organisation("县馆")
    proposed(peer, library.pk)
    waits = {queue.key: found.total for queue, found in waiting.of(officer("other"))}
    assert waits["peer_agreements"] == 1
    assert "peer_agreements" not in {queue.key for queue, _found in waiting.of(officer("one"))}
