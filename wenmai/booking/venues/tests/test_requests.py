"""A room from its face to being left tidy; what is refused; who did not come; money that adds up."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from wenmai.booking import services as booking
from wenmai.booking.absences.models import Absence
from wenmai.booking.models import Stay
from wenmai.booking.rules.times import Times
from wenmai.booking.services import Wish
from wenmai.booking.testing import FACE, NOW, approve_venue, make_request, make_thing, make_venue
from wenmai.booking.venues import queries, services
from wenmai.booking.venues.models import Venue, VenueNote, VenueRequest
from wenmai.booking.venues.rules import steps
from wenmai.booking.venues.rules.faces import Photo, read
from wenmai.files.testing import make_object
from wenmai.institutions import services as institutions
from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import personal
from wenmai.lib.access import NOBODY, SYSTEM, Actor, Grant
from wenmai.lib.levels import Level
from wenmai.lib.refusal import Refused
from wenmai.people.models import Agreement, ReaderCard
from wenmai.people.testing import make_reader
from wenmai.people.testing.cards import make_card
from wenmai.people.testing.groups import make_group, make_real

pytestmark = pytest.mark.django_db
HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
STAFF = Actor(None, "张馆员")
AUTOMATIC = FACE._replace(approval="automatic")


def refused(service: Callable[..., object], *args: Any, **more: Any) -> str:
    before = Entry.objects.count()
    with pytest.raises(Refused) as refusal:
        service(*args, **more)
    assert Entry.objects.count() == before, "what is refused leaves no entry"
    return refusal.value.code


def step(made: VenueRequest) -> str:
    made.refresh_from_db()
    return str(made.step)


def test_what_is_shown_is_what_the_review_has_passed():
    venue = make_venue(approve=False)
    assert not queries.shown().exists()
    approve_venue(venue)
    assert queries.face_of(queries.shown().get()) == FACE
    services.set_face(thing_id=venue.thing_id, face=FACE._replace(capacity=60), actor=SYSTEM, now=NOW)
    assert queries.face_of(queries.shown().get()).capacity == 40, "the passed one stays until the new one has passed"
    venue.refresh_from_db()
    with pytest.raises(IntegrityError, match="nobody has approved"), transaction.atomic():
        Venue.objects.filter(pk=venue.pk).update(shown=venue.draft, shown_hash=venue.draft_hash)
    approve_venue(venue)
    assert queries.face_of(queries.shown().get()).capacity == 60
    bus = make_thing("流动大巴", kind="vehicle", organisation_id=venue.thing.organisation_id)
    assert refused(services.set_face, thing_id=bus.pk, face=FACE, actor=SYSTEM, now=NOW) == "not_a_room"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"about": " "}, "face_about"), ({"house_rules": ""}, "face_rules"), ({"capacity": 0}, "face_capacity"),
        ({"access": ("x",)}, "face_choice"), ({"approval": "x"}, "face_choice"), ({"price": -1}, "face_price"),
        ({"photos": (Photo("a" * 64, ""),)}, "photo_alt"), ({"photos": (Photo("x", "门厅"),)}, "photo_alt"),
        ({"photos": tuple(Photo(f"{n:064x}", "门厅") for n in range(13))}, "photos_many"),
    ],
)  # fmt: skip
def test_faces_that_cannot_be(change: dict[str, Any], code: str):
    with pytest.raises(Refused) as refusal:
        FACE._replace(**change).checked()
    assert refusal.value.code == code


def test_a_face_is_read_as_it_was_written():
    face = FACE._replace(photos=(Photo("a" * 64, "门厅"),)).checked()
    assert read(face.written()) == face
    assert read(face.written()).hash == face.hash
    assert face._replace(capacity=41).hash != face.hash


def test_photos_are_the_publics_once_they_are_shown():
    stored = make_object()
    venue = make_venue(face=FACE._replace(photos=(Photo(stored.hash, "镜子和把杆"),)), approve=False)
    may = frozenset({"bookings.view"})
    staff = Actor(1, "x", (Grant("venue_manager", may, venue.thing.organisation.administrative_path),))
    other = Actor(1, "x", (Grant("venue_manager", may, "/999/"),))
    assert [queries.shows_file(stored.hash, one) for one in (NOBODY, other, staff)] == [False, False, True]
    approve_venue(venue)
    assert queries.shows_file(stored.hash, NOBODY)
    assert queries.files_claimed([stored.pk]) == {stored.pk}
    services.drop_photo(thing_id=venue.thing_id, hash=stored.hash, actor=SYSTEM, now=NOW)
    assert queries.files_claimed([stored.pk]) == {stored.pk}, "it is shown until the review has passed the other"
    approve_venue(venue)
    assert not queries.shows_file(stored.hash, NOBODY)
    assert queries.files_claimed([stored.pk]) == set()


def test_from_asking_to_the_room_left_tidy():
    venue, reader = make_venue(face=FACE._replace(price=10_000)), make_reader()
    chairs = make_thing("折叠椅", kind="equipment", units=30, organisation_id=venue.thing.organisation_id)
    made = make_request(venue, reader, wish={"extras": {chairs.pk: 20}})
    assert make_request(venue, reader, wish={"extras": {chairs.pk: 20}}).pk == made.pk, "a double tap"
    assert (made.step, made.due_on, made.price) == ("requested", dt.date(2026, 5, 13), 20_000)
    assert Stay.objects.filter(state="confirmed").count() == 21, "the room and the chairs are kept"
    by: dict[str, Any] = {"request_id": made.pk, "actor": STAFF, "now": NOW}
    assert refused(services.answer, agreed=False, reason=" ", **by) == "reason_missing"
    assert refused(services.answer, agreed=True, **{**by, "actor": Actor(reader.pk, "")}) == "own_request"
    services.answer(agreed=True, **by)
    services.answer(agreed=True, **by)
    assert refused(services.arrive, **by) == "too_early"
    by["now"] = made.stay.starts_at - 10 * MINUTE
    services.note_condition(kind="before", words="镜子有一道旧裂", **by)
    services.arrive(**by)
    assert refused(services.cancel, **by) == "step_odd"
    services.leave(**by)
    assert refused(services.report_damage, words="", **by) == "words_missing"
    assert refused(services.report_damage, words="断了", photos=["a" * 64], **by) == "photo_odd"
    services.report_damage(words="把杆断了", **by)
    services.settle_damage(words="已照价赔偿", **by)
    assert step(made) == "completed"
    assert refused(services.report_damage, words="又坏了", **by) == "step_odd"
    assert refused(services.note_payment, kind="paid", fen=20_001, **by) == "payment_odd"
    services.note_payment(kind="paid", fen=15_000, **by)
    assert refused(services.note_payment, kind="waived", fen=5_000, **by) == "reason_missing"
    services.note_payment(kind="waived", fen=5_000, words="公益", **by)
    assert refused(services.note_payment, kind="paid", fen=1, **by) == "payment_odd"
    assert refused(services.note_payment, kind="refunded", fen=15_001, words="退", **by) == "payment_odd"
    services.note_payment(kind="refunded", fen=15_000, words="退", **by)
    assert queries.paid(made)[1] == 0
    names = Entry.objects.filter(subject_kind="venue_request").order_by("id").values_list("name", flat=True)
    assert [name.removeprefix("booking.venue_") for name in names] == [
        "asked", "answered", "entered", "left", "damaged", "settled", "paid", "paid", "paid",
    ]  # fmt: skip


def test_what_cannot_be_asked():
    venue, reader = make_venue(), make_reader()

    def ask(**more: Any) -> str:
        return refused(make_request, venue, reader, **more)

    assert ask(actor=Actor(reader.pk, "", level=Level.GUEST)) == "level_needed"
    assert ask(heads=41) == "heads_odd"
    assert ask(purpose=" ") == "purpose_missing"
    assert ask(wish={"extras": {venue.thing_id: 1}}) == "extra_odd"
    assert ask(wish={"group_id": 999}) == "group_odd"
    before, venue.shown_hash = venue.shown_hash, b"\0" * 32
    assert ask() == "face_changed"
    venue.shown_hash = before
    make_request(venue, make_reader("+8613800138001"))
    assert ask() == "taken"
    hidden = make_venue("没审的厅", approve=False, organisation_id=venue.thing.organisation_id)
    assert refused(make_request, hidden, reader) == "unknown_venue"


def test_for_who_has_a_card_of_the_house_of_its_head_library_or_one_that_it_recognises():
    head, other = make_organisation("甲总馆"), make_organisation("乙图书馆")
    branch = make_organisation("甲分馆", professional_parent=head)
    venue = make_venue(face=AUTOMATIC._replace(who="card"), organisation_id=branch.pk)
    readers = [make_reader(f"+861380013800{n}") for n in range(3)]
    make_card(readers[0], head.pk)
    theirs = make_card(readers[1], other.pk)
    assert [refused(make_request, venue, one) for one in readers[1:]] == ["card_needed", "card_needed"]
    assert step(make_request(venue, readers[0])) == "confirmed"
    today = timezone.localdate(NOW)
    days = {"from_on": today, "until_on": today + dt.timedelta(days=9), "offered_at": NOW, "accepted_at": NOW}
    agreed = Agreement.objects.create(giver=other, host=branch, offered_by=other, services=["enter"], **days)
    assert refused(make_request, venue, readers[1]) == "card_needed", "they agreed about the door only"
    Agreement.objects.filter(pk=agreed.pk).update(services=["enter", "space"])
    begins = NOW + dt.timedelta(days=2)
    assert step(make_request(venue, readers[1], times=Times(begins, begins + HOUR))) == "confirmed"
    ReaderCard.objects.filter(pk=theirs.pk).update(standing="blocked")
    assert refused(make_request, venue, readers[1], key="again") == "card_needed"


def test_only_for_groups():
    leader = make_real("+8613800138002", "负责人")
    group = make_group(leader)
    venue = make_venue(face=AUTOMATIC._replace(askers="groups"))
    assert refused(make_request, venue, leader) == "groups_only"
    other = make_reader("+8613800138001")
    assert refused(make_request, venue, other, wish={"group_id": group.pk}) == "group_odd"
    assert make_request(venue, leader, wish={"group_id": group.pk}).step == "confirmed"


def test_giving_up_and_moving():
    venue, reader = make_venue(face=AUTOMATIC), make_reader()
    made, me = make_request(venue, reader), Actor(reader.pk, reader.name)
    first = made.stay
    later = Times(first.starts_at + 3 * HOUR, first.starts_at + 4 * HOUR)
    make_request(venue, make_reader("+8613800138001"), times=Times(later.ends_at, later.ends_at + HOUR))
    by: dict[str, Any] = {"request_id": made.pk, "actor": me, "now": NOW}
    assert refused(services.move, times=Times(later.starts_at, later.ends_at + HOUR), key="m", **by) == "taken"
    assert Stay.objects.get(pk=first.pk).state == "confirmed", "the old time is kept where the new one is not had"
    services.move(times=later, key="m", **by)
    services.move(times=later, key="m", **by)
    made.refresh_from_db()
    assert (made.stay.starts_at, made.step) == (later.starts_at, "confirmed")
    assert Stay.objects.get(pk=first.pk).state == "cancelled"
    late = {**by, "now": later.starts_at - HOUR}
    assert refused(services.move, times=Times(later.starts_at - HOUR, later.ends_at), key="n", **late) == (
        "too_late_to_change"
    )
    assert refused(services.cancel, **{**by, "now": later.starts_at}) == "begun"
    services.cancel(**late)
    assert step(made) == "cancelled"
    assert Absence.objects.get().kind == "late", "others can still have it; it is noted"
    assert make_request(venue, make_reader("+8613800138002"), times=later).step == "confirmed", "it is others' now"


def test_a_time_that_staff_has_agreed_to_is_not_changed_for_another():
    venue, reader = make_venue(), make_reader()
    made, me = make_request(venue, reader), Actor(reader.pk, reader.name)
    later = Times(made.stay.starts_at + 3 * HOUR, made.stay.starts_at + 4 * HOUR)
    by: dict[str, Any] = {"request_id": made.pk, "actor": me, "now": NOW}
    assert made.step == "requested"
    services.move(times=later, key="m", **by)
    services.answer(request_id=made.pk, agreed=True, actor=STAFF, now=NOW)
    sooner = Times(later.starts_at - HOUR, later.ends_at - HOUR)
    assert refused(services.move, times=sooner, key="n", **by) == "asks_again"
    made.refresh_from_db()
    assert (made.stay.starts_at, made.step) == (later.starts_at, "confirmed")


def test_the_house_comes_first_and_the_request_ends():
    venue, reader = make_venue(face=AUTOMATIC), make_reader()
    made = make_request(venue, reader)
    wish = [Wish(venue.thing_id, Times(made.stay.starts_at, made.stay.ends_at))]
    booking.preempt(wishes=wish, key="h", title="讲座", reason="公益讲座", actor=STAFF, now=NOW)
    entry = Entry.objects.get(name="booking.preempted")
    services.hear(entry)
    services.hear(entry)
    assert step(made) == "preempted"
    assert made.answer == "公益讲座"
    assert Entry.objects.filter(name="booking.venue_gave_way").count() == 1


def test_who_does_not_come_too_often_waits():
    venue, reader = make_venue(face=AUTOMATIC, window_days=300), make_reader()
    here: dict[str, Any] = {"organisation_id": venue.thing.organisation_id, "actor": STAFF, "now": NOW}
    said = {"absences.missed_count": 2, "absences.pause_days": 10}
    institutions.set_settings(group="absences", said=said, **here)
    for number in (1, 2):
        begins = NOW + number * 24 * HOUR
        made = make_request(venue, reader, key=f"k{number}", times=Times(begins, begins + HOUR))
        assert services.end_due(now=begins + 14 * MINUTE) == 0
        assert services.end_due(now=begins + 15 * MINUTE) == 1
        assert step(made) == "no_show"
    after, later = NOW + 3 * 24 * HOUR, NOW + 13 * 24 * HOUR
    asked = Times(after + 24 * HOUR, after + 25 * HOUR)
    assert refused(make_request, venue, reader, key="k", times=asked, now=after) == "paused"
    free = Times(later + 24 * HOUR, later + 25 * HOUR)
    assert make_request(venue, reader, key="k", times=free, now=later).step == "confirmed"


def test_what_nobody_has_answered_ends_with_an_apology_and_who_stays_is_checked_out():
    venue = make_venue()
    made = make_request(venue)
    assert services.end_due(now=made.stay.starts_at) == 1
    assert (step(made), made.answer) == ("refused", steps.OVERDUE)
    other = make_venue("小厅", face=AUTOMATIC, organisation_id=venue.thing.organisation_id)
    staying = make_request(other, make_reader("+8613800138001"))
    services.arrive(request_id=staying.pk, actor=STAFF, now=staying.stay.starts_at)
    assert services.end_due(now=staying.stay.ends_at) == 1
    assert step(staying) == "checked_out"
    services.finish(request_id=staying.pk, words="收好了", actor=STAFF, now=staying.stay.ends_at)
    assert VenueNote.objects.get().kind == "after"


def test_the_database_knows_the_same_steps():
    made = make_request(make_venue())
    goes = set()
    whole = {"answer": "x", "came_at": NOW, "left_at": NOW}
    for before in steps.Step:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            VenueRequest.objects.filter(pk=made.pk).update(step=before, **whole)
            cursor.execute("SET session_replication_role = origin")
        for after in steps.Step:
            try:
                with transaction.atomic():
                    VenueRequest.objects.filter(pk=made.pk).update(step=after)
                    goes.add((str(before), str(after)))
                    transaction.set_rollback(True)
            except IntegrityError as error:
                assert "does not become" in str(error)  # noqa: PT017 -- most are refused
    assert {(one, other) for one, other in goes if one != other} == steps.ALLOWED
    noted = VenueNote.objects.create(request=made, kind="before", words="好的", at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        VenueNote.objects.update(words="改")
    with pytest.raises(IntegrityError), transaction.atomic():
        noted.delete()


def test_a_closed_account_leaves_rooms_to_others_and_no_words():
    venue, reader = make_venue(), make_reader()
    made = make_request(venue, reader, purpose="小禾的生日")
    personal.erase_all(personal.Person(reader.pk), NOW)
    made.refresh_from_db()
    assert (made.step, made.holder_id, made.purpose, made.asked_by) == ("cancelled", None, "", None)
    assert not Stay.objects.filter(state="confirmed").exists()
    assert make_request(venue, make_reader("+8613800138001")).step == "requested"
