"""From staying away to the pause, the appeal and its decision; what the database refuses; two at once."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from wenmai.booking.absences import queries, services, telling
from wenmai.booking.absences.models import Absence, AbsenceAppeal, Pause
from wenmai.booking.absences.testing import leave_behind, make_absence, set_rule
from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import personal
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.messages.models import Message
from wenmai.people.testing import make_reader

NOW = dt.datetime(2027, 5, 12, 2, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
CLERK, OTHER = Actor(800_001, "张馆员"), Actor(800_002, "李馆员")


def refused(service: Callable[..., object], **asked: Any) -> str:
    before = Entry.objects.count()
    with pytest.raises(Refused) as refusal:
        service(**asked)
    assert Entry.objects.count() == before, "what is refused leaves no entry"
    return refusal.value.code


@pytest.mark.django_db
def test_three_times_away_an_appeal_and_back_again():
    here, reader = make_organisation().pk, make_reader()
    me = Actor(reader.pk, "")
    made = [
        make_absence(reader, str(n), organisation_id=here, now=NOW + n * DAY, actor=CLERK if n == 2 else SYSTEM)
        for n in range(3)
    ]
    assert not services.missed(
        organisation_id=here, who=[services.Who(reader.pk, "test", "1", "x", NOW.date())], actor=SYSTEM, now=NOW
    ), "what was noted is not noted again"
    today = timezone.localdate(NOW + 2 * DAY)
    assert queries.paused(here, [reader.pk], NOW + 2 * DAY) == {reader.pk: today + 30 * DAY}
    assert not queries.paused(make_organisation("别家").pk, [reader.pk], NOW + 2 * DAY)
    assert not queries.paused(here, [reader.pk], NOW + 33 * DAY), "the day after the last"
    (tally,) = queries.tallies([reader.pk], NOW + 2 * DAY)
    assert (tally.full, tally.until) == (3, today + 30 * DAY)
    asked: dict[str, Any] = {"absence_id": made[2].pk, "now": NOW + 3 * DAY}
    stranger = Actor(make_reader("+8613800138001").pk, "")
    assert refused(services.appeal, words="我来了", actor=stranger, **asked) == "not_yours"
    assert refused(services.appeal, words=" ", actor=me, **asked) == "words_missing"
    services.appeal(words="那天来了，没有扫到码", actor=me, **asked)
    assert refused(services.appeal, words="再说一遍", actor=me, **asked) == "appealed_before"
    assert "没有扫到码" not in AbsenceAppeal.objects.get().said_sealed
    assert queries.said_in(AbsenceAppeal.objects.get()) == "那天来了，没有扫到码"
    for somebody in (CLERK, me):
        assert refused(services.decide, grants=True, answer="准", actor=somebody, **asked) == "own_appeal"
    with pytest.raises(IntegrityError, match="by somebody else"), transaction.atomic():
        AbsenceAppeal.objects.update(decided_at=NOW, decided_by=CLERK.user_id, is_granted=True, answer="准")
    assert refused(services.decide, grants=True, answer="", actor=OTHER, **asked) == "reason_missing"
    services.decide(grants=True, answer="门口的记录对上了", actor=OTHER, **asked)
    assert refused(services.decide, grants=False, answer="不准", actor=OTHER, **asked) == "decided_before"
    assert not queries.paused(here, [reader.pk], NOW + 3 * DAY)
    (tally,) = queries.tallies([reader.pk], NOW + 3 * DAY)
    assert (tally.noted, tally.until) == (2, None), "two count again"
    fourth = make_absence(reader, "4", organisation_id=here, now=NOW + 4 * DAY)
    assert queries.paused(here, [reader.pk], NOW + 4 * DAY), "with the next one it is full"
    services.lift(absence_id=fourth.pk, reason="录错了", actor=CLERK, now=NOW + 5 * DAY)
    services.lift(absence_id=fourth.pk, reason="录错了", actor=CLERK, now=NOW + 5 * DAY)
    assert not queries.paused(here, [reader.pk], NOW + 5 * DAY)
    assert refused(services.appeal, absence_id=fourth.pk, words="x", actor=me, now=NOW) == "lifted_before"
    names = Entry.objects.filter(name__startswith="booking.").order_by("id").values_list("name", flat=True)
    assert [one.removeprefix("booking.") for one in names] == [
        "absences_noted", "absences_noted", "absences_noted", "paused", "absence_appealed", "absence_lifted",
        "appeal_decided", "absences_noted", "paused", "absence_lifted",
    ]  # fmt: skip


@pytest.mark.django_db
def test_an_absence_within_a_pause_lengthens_it_where_nothing_is_forgotten():
    here, reader = make_organisation().pk, make_reader()
    set_rule(here, missed_count=2, reset=0)
    for number in range(3):
        make_absence(reader, str(number), organisation_id=here, now=NOW + number * DAY)
    pause = Pause.objects.get(lifted_at=None)
    assert pause.until_on == timezone.localdate(NOW + 32 * DAY)
    assert Absence.objects.filter(pause=pause).count() == 3
    oldest = Absence.objects.order_by("pk").first()
    assert oldest is not None
    services.lift(absence_id=oldest.pk, reason="录错了", actor=OTHER, now=NOW + 3 * DAY)
    assert Pause.objects.filter(lifted_at=None).count() == 1, "two are left, and full"


@pytest.mark.django_db
def test_cancelling_late_or_too_often_counts_and_who_cancels_in_time_is_left_alone():
    here, reader = make_organisation().pk, make_reader()
    set_rule(here, cancels_day=2, cancels=0)
    for number, late in enumerate((False, True, False)):
        who = [services.Who(reader.pk, "test", str(number), "讲座", NOW.date())]
        services.cancelled(organisation_id=here, who=who, late=late, actor=Actor(reader.pk, ""), now=NOW)
    assert list(Absence.objects.order_by("pk").values_list("kind", flat=True)) == ["cancelled", "late", "over"]
    assert queries.tallies([reader.pk], NOW)[0].noted == 1, "only what is over the quota counts here"


@pytest.mark.django_db
def test_what_was_noted_and_decided_stays():
    reader = make_reader()
    leave_behind(reader, "MARK", NOW)
    paused = [make_absence(reader, str(n), organisation_id=Absence.objects.get(subject_key="mark").organisation_id,
                           now=NOW) for n in range(3)]  # fmt: skip
    pause = Pause.objects.get(lifted_at=None)
    for rows, change in (
        (Absence.objects.all(), {"kind": "missed", "title": "改"}),
        (Absence.objects.filter(lifted_at__isnull=False), {"lifted_at": None, "lifted_by": None, "lifted_for": ""}),
        (Pause.objects.all(), {"until_on": pause.until_on - DAY}),
        (AbsenceAppeal.objects.all(), {"is_granted": False}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    for model in (AbsenceAppeal, Absence, Pause):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.all().delete()
    with pytest.raises(IntegrityError, match="booking_pause_alone"), transaction.atomic():
        Pause.objects.create(
            organisation_id=pause.organisation_id, person=reader, from_on=pause.until_on, until_on=pause.until_on,
            needed=1, made_at=NOW,
        )  # fmt: skip
    personal.erase_all(personal.Person(reader.pk), NOW)
    assert not Absence.objects.exclude(person=None).exists()
    assert not Pause.objects.exclude(person=None).exists()
    assert AbsenceAppeal.objects.get().said_sealed == ""
    assert len(paused) == 3


@pytest.mark.django_db
def test_people_are_told_once_it_counts(settings: Any):
    settings.SMS_GATEWAY = "print"
    here, reader = make_organisation().pk, make_reader()
    made = [make_absence(reader, str(n), organisation_id=here, now=NOW) for n in range(3)]
    assert telling.send(absence_id=made[2].pk, deed="noted", now=NOW)
    assert Message.objects.get().template == "absence_notice"
    assert not telling.send(absence_id=made[2].pk, deed="noted", now=NOW + 3 * DAY), "too late to be worth it"
    services.lift(absence_id=made[2].pk, reason="错", actor=OTHER, now=NOW)
    assert not telling.send(absence_id=made[2].pk, deed="noted", now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_doors_note_the_last_two_at_once_and_it_is_one_pause():
    here, reader = make_organisation().pk, make_reader()
    make_absence(reader, "0", organisation_id=here, now=NOW)
    gate = threading.Barrier(2)

    def note(key: str) -> None:
        try:
            gate.wait(10)
            make_absence(reader, key, organisation_id=here, now=NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=note, args=(key,)) for key in ("1", "2")]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    assert Pause.objects.count() == 1
    assert Absence.objects.filter(pause__isnull=False).count() == 3
