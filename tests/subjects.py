"""What pages of staff are about, made for one organisation, for tests that ask every page.

A new kind of page needs its line in `SUBJECTS`.
"""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from wenmai.activities import services as activities
from wenmai.activities.models import CallOff, DoorList, Enrolment, Recording
from wenmai.activities.testing import make_activity, session_of
from wenmai.booking import services as booking
from wenmai.booking.absences.models import Absence
from wenmai.booking.absences.testing import make_absence
from wenmai.booking.rules.times import Times
from wenmai.booking.testing import make_pool, make_request, make_series, make_thing, make_venue
from wenmai.booking.venues.models import VenueRequest
from wenmai.catalogue.testing import make_feed, make_record
from wenmai.harvest import services as harvest
from wenmai.harvest.testing import make_source
from wenmai.identifiers import queries as names
from wenmai.identifiers import services as identifiers
from wenmai.identifiers.rules import Mint
from wenmai.institutions import queries as institutions
from wenmai.institutions.models import Organisation
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.orders import services as orders
from wenmai.orders.asking import testing as asking
from wenmai.orders.calling import services as calling
from wenmai.orders.calling.models import CallItem
from wenmai.orders.calling.rules import month_of
from wenmai.orders.models import Order
from wenmai.orders.rules.fulfilment import Said
from wenmai.orders.rules.quotas import Times as Season
from wenmai.orders.settling import services as settling
from wenmai.orders.testing import (
    give_quota,
    make_asked,
    make_list,
    make_offer,
    make_order,
    make_organiser,
    make_product,
    make_season,
    make_station,
    make_supplier,
)
from wenmai.people import services as people
from wenmai.people.groups.testing import make_group, make_real
from wenmai.people.provider.testing import make_app
from wenmai.people.proxies.models import Proxy
from wenmai.people.proxies.testing import make_proxy
from wenmai.people.recognition.models import Peer
from wenmai.people.recognition.testing import Neighbour, known, proposed
from wenmai.people.services import agreements
from wenmai.people.services import card_systems as services_of_cards
from wenmai.people.testing import make_reader, make_user
from wenmai.people.testing.cards import make_card_system, make_doubted_card, make_patron_system, make_patrons
from wenmai.people.upstreams.testing import make_upstream
from wenmai.people.volunteers.testing import make_service, make_volunteer
from wenmai.portal import services as portal
from wenmai.review import services as reviews
from wenmai.review.rules import Step
from wenmai.review.testing import Shelf, acting, make_case, make_link, make_plan
from wenmai.standards import services as standards
from wenmai.voices import services as voices
from wenmai.voices.hotline.testing import make_hotline
from wenmai.voices.models import Asker, Need
from wenmai.voices.surveys.testing import write as write_survey
from wenmai.voices.testing import make_need

MARK = "隔离样本"
A, B, C, D = "+8613700137001", "+8613700137002", "+8613700137003", "+8613700137004"
Values = dict[str, Any]


def harvest_subject(organisation_id: int) -> Values:
    feed = make_feed(organisation_id=organisation_id, name=f"{MARK}来源")
    source = make_source("folder", "/nowhere", feed=feed)
    run = harvest.start(source_id=source.pk, in_worker=False, actor=SYSTEM, now=clock.now())
    return {"source_id": source.pk, "run_id": run.pk, "format": "csv"}


def record_subject(organisation_id: int) -> Values:
    record = make_record(make_feed(on_arrival="hold", organisation_id=organisation_id), title=f"{MARK}记录")
    return {"record_id": record.pk, "attachment_id": 1}


def mapping_subject(organisation_id: int) -> Values:
    plan = {
        "name": "isolated",
        "about": f"{MARK}对照表",
        "format": ["marc21"],
        "rules": [{"to": "title", "from": "245", "subfields": "a"}],
    }
    made = standards.add_mapping(
        text=json.dumps(plan).encode(), organisation_id=organisation_id, note="", actor=SYSTEM, now=clock.now()
    )
    return {"mapping": made.name}


def report_subject(organisation_id: int) -> Values:
    record = make_record(make_feed(organisation_id=organisation_id), key="reported")
    made = portal.report(
        kind="correct", page=f"/records/{record.pk}", words=f"{MARK}纠错", contact="", client="", now=clock.now()
    )
    return {"number": made.pk}


def organisation_subject(organisation_id: int) -> Values:
    """One below: about the organisation itself, some things are decided above it."""
    above = Organisation.objects.get(pk=organisation_id)
    return {"organisation_id": make_organisation(f"{MARK}分馆", administrative_parent=above).pk}


def identifier_subject(organisation_id: int) -> Values:
    organisation = institutions.organisation(organisation_id)
    assert organisation is not None
    wish = Mint(f"desk:{organisation.code}", f"{MARK}标识符", organisation.code, "text")
    (name,) = identifiers.reserve([wish], actor=SYSTEM, now=clock.now()).values()
    return {"identifier_id": names.number_of(name)}


def request_subject(organisation_id: int) -> Values:
    above = Organisation.objects.get(pk=organisation_id)
    village = make_organisation(f"{MARK}村", administrative_parent=above, kind="village_center")
    asked = people.ask_role(
        user_id=make_reader(name=f"{MARK}村管").pk, role="village_admin", organisation_id=village.pk, actor=SYSTEM,
        now=clock.now(),
    )  # fmt: skip
    return {"request_id": asked.pk}


def account_subject(organisation_id: int) -> Values:
    """With two roles: the last one is not taken away."""
    user = make_user(f"{MARK}账号", role="cataloguer", organisation_id=organisation_id)
    more = people.grant(
        user_id=user.pk, role="auditor", organisation_id=organisation_id, actor=SYSTEM, now=clock.now()
    )  # fmt: skip
    return {"user_id": user.pk, "grant_id": more.pk}


def card_system_subject(organisation_id: int) -> Values:
    """Not open yet: one that is can be chosen by every reader."""
    return {"system_id": make_card_system(organisation_id=organisation_id, name=f"{MARK}读者证", is_on=False).pk}


def doubted_card_subject(organisation_id: int) -> Values:
    """The library says now that it is somebody else's. Its system is not open: every reader can choose one that is."""
    card = make_doubted_card(organisation_id, f"{MARK}读者")
    services_of_cards.switch_card_system(system_id=card.system_id, is_on=False, actor=SYSTEM, now=clock.now())
    return {"card_id": card.pk}


def agreement_subject(organisation_id: int) -> Values:
    """Offered by another one: it waits for this one's word."""
    other = make_organisation(f"{MARK}对方")
    today = timezone.localdate(clock.now())
    made = agreements.offer_agreement(
        giver_id=other.pk, host_id=organisation_id, offered_by_id=other.pk, services=["enter"], says_number=False,
        from_on=today, until_on=today + dt.timedelta(days=9), actor=SYSTEM, now=clock.now(),
    )  # fmt: skip
    return {"agreement_id": made.pk}


def trusted() -> Peer:
    """The one other node."""
    return Peer.objects.filter(ended_at=None).first() or known(Neighbour())


def peer_agreement_subject(organisation_id: int) -> Values:
    """With another node that is trusted."""
    return {"peer_agreement_id": proposed(trusted(), organisation_id, their_name=f"{MARK}省馆").pk}


def patrons_subject(organisation_id: int) -> Values:
    system = make_patron_system(organisation_id=organisation_id, name=f"{MARK}名单")
    services_of_cards.switch_card_system(system_id=system.pk, is_on=False, actor=SYSTEM, now=clock.now())
    return {"system_id": system.pk, "file_id": make_patrons(system, "证号,密码\nA1,hongqi88\n").pk}


def proxy_subject(organisation_id: int) -> Values:
    """Given at its counter."""
    made = make_proxy(make_reader(A, f"{MARK}委托人"), make_reader(B, "代办人"))
    Proxy.objects.filter(pk=made.pk).update(place_id=organisation_id)
    return {"proxy_id": made.pk}


def group_subject(organisation_id: int) -> Values:
    return {"group_id": make_group(make_real(C, "负责人"), organisation_id=organisation_id, name=f"{MARK}团队").pk}


def volunteer_subject(organisation_id: int) -> Values:
    made = make_volunteer(make_real(D, f"{MARK}志愿者"), organisation_id)
    return {"volunteer_id": made.pk, "entry_id": make_service(made).pk}


def case_subject(organisation_id: int) -> Values:
    """With a link for somebody from outside."""
    leaves, now = Shelf.registered("test.isolation"), clock.now()
    case = make_case(leaves, f"{MARK}{organisation_id}", organisation_id=organisation_id)
    made = make_link(case)
    down = reviews.take_down(kind=leaves.kind, key=case.key, reason="违规", actor=SYSTEM, now=now)
    return {"case_id": case.pk, "invitation_id": made.invitation.pk, "down_id": down.pk}


def sample_subject(organisation_id: int) -> Values:
    """One case that was approved and drawn."""
    leaves, now = Shelf.registered("test.isolation"), clock.now()
    make_plan(organisation_id=organisation_id)
    today = timezone.localdate(now)
    case = make_case(leaves, f"{MARK}抽{organisation_id}", organisation_id=organisation_id)
    by = make_user(f"inspected-{organisation_id}", role="first_reviewer")
    reviews.decide(
        cases=[(case.pk, bytes(case.hash))], verdict=reviews.Verdict.PASS, words="", actor=acting(by), now=now
    )
    drawn = reviews.draw_sample(
        organisation_id=organisation_id, kind="test.isolation", days=(today, today), percent=100, least=1,
        actor=acting(by), now=now,
    )  # fmt: skip
    return {"sample_id": drawn.pk, "item_id": drawn.items.get().pk}


def plan_subject(organisation_id: int) -> Values:
    steps = [Step(f"{MARK}步", "review.first", 1)]
    made = reviews.set_plan(organisation_id=organisation_id, kind="", steps=steps, actor=SYSTEM, now=clock.now())
    return {"plan_id": made.pk}


def words_subject(organisation_id: int) -> Values:
    """Of the whole node."""
    made = reviews.hand_in_list(
        list_id=None, name=f"{MARK}词表", content="违禁词".encode(), note="", actor=SYSTEM, now=clock.now()
    )
    return {"version_id": made.pk}


def app_subject(organisation_id: int) -> Values:
    made = make_app(organisation_id=organisation_id, sector=f"app{organisation_id}.example", name=f"{MARK}应用")
    return {"app_id": made.app.pk}


def thing_subject(organisation_id: int) -> Values:
    """With a day that is closed, and a stay."""
    made, now = make_thing(f"{MARK}厅", organisation_id=organisation_id), clock.now()
    day = timezone.localdate(now)
    change = booking.change_days(
        organisation_id=organisation_id, thing_id=made.pk, from_on=day, until_on=day, span=None, reason=f"{MARK}检修",
        actor=SYSTEM, now=now,
    )  # fmt: skip
    begins = now.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=2)
    asked = [Times(begins, begins + dt.timedelta(hours=1))]
    (stay,) = booking.block(
        thing_id=made.pk, asked=asked, reason=f"{MARK}占用", key=f"isolation{made.pk}", actor=SYSTEM, now=now
    )
    return {"thing_id": made.pk, "change_id": change.pk, "stay_id": stay.pk}


def pool_subject(organisation_id: int) -> Values:
    """With somebody's places, and somebody who waits."""
    now = clock.now()
    made = make_pool(
        f"isolation{organisation_id}", organisation_id=organisation_id, name=f"{MARK}名额", shares={"open": 1}
    )
    asked: Values = {"pool_id": made.pk, "holder_id": None, "actor": SYSTEM, "now": now}
    claim = booking.reserve(key=f"isolation{made.pk}", confirmed=True, **asked)
    waits = booking.wait(key=f"isolation{made.pk}", **asked)
    return {"pool_id": made.pk, "claim_id": claim.pk, "wait_id": waits.pk}


def activity_subject(organisation_id: int) -> Values:
    """With a session; not on show, or everybody would see it."""
    made = make_activity(f"{MARK}活动", organisation_id=organisation_id)
    session = session_of(made)
    made_by = make_user(f"{MARK}提出{organisation_id}")
    call_off = CallOff.objects.create(
        session=session, reason=f"{MARK}台风", proposed_by=made_by.pk, proposed_by_name="x", proposed_at=clock.now()
    )
    enrolment = Enrolment.objects.create(session=session, key="x", count=1, version=1, made_at=clock.now())
    source = activities.offer(
        organisation_id=organisation_id, name=f"{MARK}日历", kinds=["class"], audiences=["general"], document=b"{}",
        actor=SYSTEM, now=clock.now(),
    )  # fmt: skip
    listed = DoorList.objects.create(
        session=session, salt="0" * 32, device=f"{MARK}手机", by=made_by.pk, by_name=f"{MARK}门口", ticket_count=0,
        made_at=clock.now(), good_until=clock.now(),
    )  # fmt: skip
    box, _code = activities.make_kiosk(
        organisation_id=organisation_id, name=f"{MARK}大厅", actor=SYSTEM, now=clock.now()
    )
    kept = make_record(make_feed(organisation_id=organisation_id))
    recorded = Recording.objects.create(
        session=session, record=kept, address="https://a.example.cn/x.mp4", made_at=clock.now(),
        said={"type": "video", "format": "video/mp4", "title": MARK, "date": "2026-11-30", "language": "zh",
              "licence": "cc_by", "rights": MARK},
    )  # fmt: skip
    more = {
        "recording_id": recorded.pk,
        "kiosk_id": box.pk,
        "door_list_id": listed.pk,
        "calendar_id": source.pk,
        "call_off_id": call_off.pk,
        "enrolment_id": enrolment.pk,
    }
    return {"activity_id": made.pk, "session_id": session.pk, **more}


def booking_subject(organisation_id: int) -> Values:
    """Somebody has asked for a venue."""
    number = VenueRequest.objects.count()
    venue = make_venue(f"{MARK}排练厅{number}", organisation_id=organisation_id)
    reader = make_reader(f"+86135{number:08}", f"{MARK}借馆人")
    return {"booking_id": make_request(venue, reader, key=f"isolation{number}", now=clock.now()).pk}


def series_subject(organisation_id: int) -> Values:
    """Somebody has asked for a venue every week."""
    number = VenueRequest.objects.count()
    venue = make_venue(f"{MARK}合唱厅{number}", organisation_id=organisation_id)
    reader = make_reader(f"+86135{number:08}", f"{MARK}合唱队长")
    return {"series_id": make_series(venue, reader, key=f"isolation{number}", now=clock.now()).pk}


def placed_subject(organisation_id: int) -> Values:
    """An order of a station, with a supplier who has to accept it; all three below the institution."""
    above = {"administrative_parent": Organisation.objects.get(pk=organisation_id)}
    here = make_organiser(f"{MARK}县馆{organisation_id}", **above)
    offer = make_offer(here, make_supplier(f"{MARK}团{organisation_id}", **above))
    station = make_station(f"{MARK}站{organisation_id}", **above)
    season, now = make_season(offer), clock.now()
    give_quota(season, station)
    made = make_order(season.releases.get(), station, place=f"{MARK}广场")
    orders.submit_order(order_id=made.pk, actor=SYSTEM, now=now)
    orders.follow(now=season.orders_until)
    begins = season.orders_until.replace(second=0, microsecond=0) + dt.timedelta(days=9)
    orders.dispatch(
        order_id=made.pk, begins_at=begins, ends_at=begins + dt.timedelta(hours=1), place=f"{MARK}广场", actor=SYSTEM,
        now=season.orders_until,
    )  # fmt: skip
    return {"order_id": made.pk}


def wanted_subject(organisation_id: int) -> Values:
    """A station's request that a supplier has offered for; all three below the institution."""
    above = {"administrative_parent": Organisation.objects.get(pk=organisation_id)}
    here = make_organiser(f"{MARK}请县馆{organisation_id}", **above)
    troupe = make_supplier(f"{MARK}请团{organisation_id}", **above)
    station = make_station(f"{MARK}请站{organisation_id}", **above)
    season = make_season(make_offer(here, troupe))
    give_quota(season, station)
    found = asking.opened(asking.make_request(season, station, title=f"{MARK}想要的"))
    asking.make_bid(found, troupe, title=f"{MARK}报的")
    return {"wanted_id": found.pk, "organisation_id": troupe.pk}


def called_subject(organisation_id: int) -> Values:
    """An order that was delivered, drawn to be asked about, and settled."""
    order = Order.objects.select_related("season__list", "offer__product").get(
        pk=placed_subject(organisation_id)["order_id"]
    )
    for service in (orders.accept, orders.confirm_order):
        service(order_id=order.pk, actor=SYSTEM, now=order.moved_at)
    assert order.ends_at is not None
    for side in ("supplier", "station"):
        orders.report_done(order_id=order.pk, side=side, heads=9, said=Said(), actor=SYSTEM, now=order.ends_at)
    month = month_of(timezone.localdate(order.ends_at))
    calling.draw_calls(organiser_id=order.season.list.organiser_id, month=month, now=order.ends_at)
    drawn = CallItem.objects.get(order=order)
    made = settling.draw_up(
        organiser_id=order.season.list.organiser_id, supplier_id=order.offer.product.supplier_id, month=month,
        actor=Actor(1, f"{MARK}会计"), now=order.ends_at + dt.timedelta(days=70),
    )  # fmt: skip
    return {"settlement_id": made.pk, "round_id": drawn.round_id, "call_item_id": drawn.pk}


def order_subject(organisation_id: int) -> Values:
    """A supplier below the institution asks it to be let in; a product that nobody has reviewed, an empty list."""
    above = Organisation.objects.get(pk=organisation_id)
    here = make_organiser(f"{MARK}主办{organisation_id}", administrative_parent=above)
    seller = make_supplier(f"{MARK}供应{organisation_id}", administrative_parent=above)
    asked, product = make_asked(here, seller), make_product(seller, approve=False, title=f"{MARK}产品")
    made = make_list(here)
    now = clock.now()
    day = timezone.localdate(now)
    times = Season(now, now + dt.timedelta(days=9), day, day)
    season = orders.make_season(list_id=made.pk, name=f"{MARK}季", times=times, actor=SYSTEM, now=now)
    return {
        "qualification_id": asked.pk, "product_id": product.pk, "list_id": made.pk, "season_id": season.pk
    }  # fmt: skip


def absence_subject(organisation_id: int) -> Values:
    """Somebody did not come."""
    number = Absence.objects.count()
    reader = make_reader(f"+86134{number:08}", f"{MARK}没来的人")
    made = make_absence(
        reader, f"isolation{number}", organisation_id=organisation_id, title=f"{MARK}讲座", now=clock.now()
    )
    return {"absence_id": made.pk}


def hotline_subject(organisation_id: int) -> Values:
    """A file of the hotline waits for somebody to look at its columns."""
    return {"hotline_id": make_hotline(organisation_id, f"GD1,,,{MARK}的需要,,,").pk}


def survey_subject(organisation_id: int) -> Values:
    """Written, and not reviewed yet."""
    return {"survey_id": write_survey(organisation_id, population="open").pk}


def need_subject(organisation_id: int) -> Values:
    """Somebody has asked by telephone, and something is planned."""
    number = Need.objects.count()
    found = make_need(f"{MARK}的需要", organisation_id=organisation_id, phone=f"+86133{number:08}")
    line = voices.plan_purchase(
        organisation_id=organisation_id, year=clock.now().year, item=f"{MARK}书{number}", fen=100, actor=SYSTEM,
        now=clock.now(),
    )  # fmt: skip
    return {"need_id": found.pk, "asker_id": Asker.objects.get(need=found).pk, "purchase_id": line.pk}


MAKERS = (
    absence_subject,
    placed_subject,
    wanted_subject,
    called_subject,
    order_subject,
    need_subject,
    hotline_subject,
    survey_subject,
    booking_subject,
    activity_subject,
    pool_subject,
    thing_subject,
    card_system_subject,
    doubted_card_subject,
    patrons_subject,
    agreement_subject,
    peer_agreement_subject,
    record_subject,
    case_subject,
    sample_subject,
    plan_subject,
    harvest_subject,
    mapping_subject,
    report_subject,
    organisation_subject,
    identifier_subject,
    account_subject,
    app_subject,
    proxy_subject,
    group_subject,
    volunteer_subject,
    request_subject,
)
# The parameters of an address -> what makes a subject of that organisation. A new kind of page needs its line here.
SUBJECTS: dict[frozenset[str], Callable[[int], Values]] = {
    frozenset({"activity_id"}): activity_subject,
    frozenset({"session_id"}): activity_subject,
    frozenset({"session_id", "enrolment_id"}): activity_subject,
    frozenset({"call_off_id"}): activity_subject,
    frozenset({"recording_id"}): activity_subject,
    frozenset({"calendar_id"}): activity_subject,
    frozenset({"door_list_id"}): activity_subject,
    frozenset({"kiosk_id"}): activity_subject,
    frozenset({"absence_id"}): absence_subject,
    frozenset({"need_id"}): need_subject,
    frozenset({"hotline_id"}): hotline_subject,
    frozenset({"survey_id"}): survey_subject,
    frozenset({"survey_id", "deed"}): lambda found: {**survey_subject(found), "deed": "open"},
    frozenset({"need_id", "asker_id"}): need_subject,
    frozenset({"need_id", "deed"}): lambda found: {**need_subject(found), "deed": "sort"},
    frozenset({"purchase_id"}): need_subject,
    frozenset({"booking_id"}): booking_subject,
    frozenset({"series_id"}): series_subject,
    frozenset({"booking_id", "deed"}): lambda found: {**booking_subject(found), "deed": "agree"},
    frozenset({"qualification_id"}): order_subject,
    frozenset({"product_id"}): order_subject,
    frozenset({"list_id"}): order_subject,
    frozenset({"season_id"}): order_subject,
    frozenset({"settlement_id"}): called_subject,
    frozenset({"settlement_id", "deed"}): lambda found: {**called_subject(found), "deed": "cancel"},
    frozenset({"round_id"}): called_subject,
    frozenset({"call_item_id"}): called_subject,
    frozenset({"order_id"}): placed_subject,
    frozenset({"order_id", "kind"}): lambda found: {**placed_subject(found), "kind": "complaint"},
    frozenset({"order_id", "deed"}): lambda found: {**placed_subject(found), "deed": "call_off"},
    frozenset({"wanted_id"}): wanted_subject,
    frozenset({"wanted_id", "organisation_id"}): wanted_subject,
    frozenset({"wanted_id", "deed"}): lambda found: {**wanted_subject(found), "deed": "withdraw"},
    frozenset({"pool_id"}): pool_subject,
    frozenset({"pool_id", "claim_id"}): pool_subject,
    frozenset({"pool_id", "wait_id"}): pool_subject,
    frozenset({"record_id"}): record_subject,
    frozenset({"record_id", "attachment_id"}): record_subject,
    frozenset({"mapping"}): mapping_subject,
    frozenset({"case_id"}): case_subject,
    frozenset({"case_id", "invitation_id"}): case_subject,
    frozenset({"down_id"}): case_subject,
    frozenset({"sample_id"}): sample_subject,
    frozenset({"sample_id", "item_id"}): sample_subject,
    frozenset({"plan_id"}): plan_subject,
    frozenset({"system_id"}): card_system_subject,
    frozenset({"card_id"}): doubted_card_subject,
    frozenset({"agreement_id"}): agreement_subject,
    frozenset({"peer_agreement_id"}): peer_agreement_subject,
    frozenset({"system_id", "file_id"}): patrons_subject,
    frozenset({"number"}): report_subject,
    frozenset({"organisation_id"}): organisation_subject,
    frozenset({"organisation_id", "group"}): lambda found: {**organisation_subject(found), "group": "activities"},
    frozenset({"identifier_id"}): identifier_subject,
    frozenset({"user_id"}): account_subject,
    frozenset({"user_id", "grant_id"}): account_subject,
    frozenset({"app_id"}): app_subject,
    frozenset({"volunteer_id"}): volunteer_subject,
    frozenset({"volunteer_id", "entry_id"}): volunteer_subject,
    frozenset({"group_id"}): group_subject,
    frozenset({"thing_id"}): thing_subject,
    frozenset({"thing_id", "change_id"}): thing_subject,
    frozenset({"thing_id", "stay_id"}): thing_subject,
    frozenset({"proxy_id"}): proxy_subject,
    frozenset({"request_id"}): request_subject,
    frozenset({"source_id"}): harvest_subject,
    frozenset({"source_id", "run_id"}): harvest_subject,
    frozenset({"source_id", "run_id", "format"}): harvest_subject,
}
# What belongs to the node as a whole opens only for those whose role covers all of it.
NODE_WIDE = (
    frozenset({"subject"}), frozenset[str](), frozenset({"upstream_id"}), frozenset({"version_id"}),
    frozenset({"peer_id"}), frozenset({"group"}),
)  # fmt: skip
SUBJECTS[NODE_WIDE[2]] = lambda organisation_id: {"upstream_id": make_upstream(name=f"{MARK}登录方").pk}
SUBJECTS[NODE_WIDE[3]] = words_subject
SUBJECTS[NODE_WIDE[4]] = lambda organisation_id: {"peer_id": trusted().pk}
SUBJECTS[NODE_WIDE[5]] = lambda organisation_id: {"group": "activities"}
SUBJECTS[NODE_WIDE[0]] = lambda organisation_id: {"subject": "profile/text/1.0"}
SUBJECTS[NODE_WIDE[1]] = lambda organisation_id: {}
