"""Asked for once, sent at least once, and gone from the database when it is over."""

import datetime as dt
import logging
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from wenmai.journal.models import Entry
from wenmai.lib import clock, personal, vault
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused
from wenmai.messages import checks, queries, rules, services
from wenmai.messages.models import Message
from wenmai.messages.testing import LIFE, PHONE, make_sms
from wenmai.messages.testing.server import Provider

pytestmark = pytest.mark.django_db
CODE = "482913"
NOW = clock.now()


def at(seconds: float) -> dt.datetime:
    return NOW + dt.timedelta(seconds=seconds)


def deliver(pk: int, seconds: float = 0) -> Message:
    services.deliver(message_id=pk, now=lambda: at(seconds))
    return Message.objects.get(pk=pk)


def jobs() -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (args->>'message_id')::bigint, scheduled_at FROM procrastinate_jobs"
            " WHERE task_name = 'messages.send' ORDER BY id"
        )
        return [{"message_id": pk, "at": when} for pk, when in cursor.fetchall()]


def names() -> list[str]:
    return list(Entry.objects.order_by("id").values_list("name", flat=True))


def test_a_code_is_sent_and_wiped(provider: Provider) -> None:
    pk = make_sms(now=NOW)
    assert [(job["message_id"], job["at"]) for job in jobs()] == [(pk, None)]
    sent = deliver(pk)
    assert (sent.state, sent.values_sealed, sent.attempts, sent.error) == ("sent", "", 1, "")
    assert sent.accepted_as == f"m-{str(sent.key)[:8]}"
    (said,) = provider.delivered.values()
    assert said["values"] == {"code": CODE, "minutes": "5"}
    assert said["text"].startswith(f"验证码 {CODE}，5 分钟")
    assert (said["phone"], said["template"]) == (PHONE, "SMS_100001")
    deliver(pk, 60)
    assert len(provider.asked) == 1, "it is over"
    assert names() == ["messages.sms_asked"]


def test_english_words_for_who_reads_english(provider: Provider) -> None:
    pk = services.send_sms(
        phone=PHONE, template="security_notice", values={"at": "8:30", "deed": "new password"}, expires_at=NOW + LIFE,
        actor=SYSTEM, now=NOW, language="en",
    )  # fmt: skip
    deliver(pk)
    (said,) = provider.delivered.values()
    assert said["text"].startswith("Your account: new password (8:30).")
    assert said["template"] == "security_notice", "none is set for it"


def test_nothing_personal_stands_anywhere(provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    """Not in any table of the whole database, and not in the log, before, while and after it is sent."""
    caplog.set_level(logging.DEBUG)
    provider.modes = ["fault", "garbage"]
    pk = make_sms(now=NOW)
    for seconds in (0, 40, 80):
        assert_unseen()
        deliver(pk, seconds)
    assert_unseen()
    assert Message.objects.get(pk=pk).state == "sent"
    assert PHONE[3:] not in caplog.text
    assert CODE not in caplog.text


def assert_unseen() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        assert len(tables) > 30
        for table in tables:
            cursor.execute(
                f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s OR t::text LIKE %s",
                [f"%{PHONE[3:]}%", f"%{CODE}%"],
            )
            assert cursor.fetchone()[0] == 0, table


@pytest.mark.parametrize("mode", ["fault", "busy", "garbage", "empty", "drop"])
def test_what_may_help_is_tried_again_later_with_the_same_key(provider: Provider, mode: str) -> None:
    provider.modes = [mode]
    pk = make_sms(now=NOW)
    waiting = deliver(pk)
    assert waiting.state == "waiting"
    assert waiting.error in rules.words.ERRORS
    assert waiting.not_before == at(7 if mode == "busy" else 2)
    assert jobs()[-1] == {"message_id": pk, "at": waiting.not_before}
    assert deliver(pk, 1).attempts == 1, "too early"
    sent = deliver(pk, 7)
    assert (sent.state, sent.attempts, sent.error) == ("sent", 2, "")
    assert len({asked.headers["Idempotency-Key"] for asked in provider.asked}) == 1
    assert len(provider.delivered) == 1


def test_a_refusal_ends_it(provider: Provider) -> None:
    provider.mode = "decline"
    failed = deliver(make_sms(now=NOW))
    assert (failed.state, failed.error, failed.values_sealed, failed.ended_at) == ("failed", "BLACKLISTED", "", NOW)
    assert names() == ["messages.sms_asked", "messages.sms_failed"]
    assert Entry.objects.get(name="messages.sms_failed").detail == {"code": "BLACKLISTED"}


def test_trying_ends_when_nobody_could_use_it_any_more(provider: Provider) -> None:
    provider.mode = "fault"
    pk, seconds, tries = make_sms(now=NOW), 0.0, 0
    while (message := deliver(pk, seconds)).state == "waiting":
        tries += 1
        assert message.not_before > at(seconds)
        seconds = ((jobs()[-1]["at"]) - NOW).total_seconds()
        assert seconds <= LIFE.total_seconds()
    assert (message.state, message.values_sealed) == ("expired", "")
    assert 5 <= tries <= 10
    assert len(provider.asked) == tries
    assert names() == ["messages.sms_asked", "messages.expired"]


def test_time_that_runs_out_on_the_way_does_not_hide_that_it_was_sent(provider: Provider) -> None:
    pk = make_sms(now=NOW)
    moments = iter([at(299), at(301)])
    services.deliver(message_id=pk, now=lambda: next(moments))
    assert Message.objects.get(pk=pk).state == "sent"
    other = make_sms(now=NOW)
    claimed = services._claim(other, at(299))
    assert claimed is not None
    answer = services._ask(claimed)
    services.expire(now=at(301))
    services._end(claimed, answer, at(302))
    assert Message.objects.get(pk=other).state == "sent"


def test_a_worker_that_died_is_followed_by_another(provider: Provider) -> None:
    pk = make_sms(now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    assert services._claim(pk, NOW) is not None
    assert services.dispatch(now=at(5)) == 0, "somebody has it"
    assert deliver(pk, 5).attempts == 1
    assert services.dispatch(now=at(40)) == 1
    assert services.dispatch(now=at(41)) == 0, "once is enough"
    assert [job["message_id"] for job in jobs()] == [pk]
    assert deliver(pk, 41).state == "sent"


def test_without_a_worker_it_expires_at_the_next_minute(provider: Provider) -> None:
    now = clock.now()
    pks = [make_sms(now=now), make_sms(now=now)]
    assert [one.holds for one in checks.findings()] == [True, True]
    services.dispatch(now=now + dt.timedelta(seconds=301))
    assert set(Message.objects.values_list("state", "values_sealed")) == {("expired", "")}
    entry = Entry.objects.get(name="messages.expired")
    assert (entry.subject_key, entry.detail) == (str(pks[0]), {"count": 2})
    assert provider.asked == []


def test_check_tells_of_what_waits_past_its_time(provider: Provider) -> None:
    make_sms(now=clock.now() - dt.timedelta(minutes=11))
    waiting, _told = checks.findings()
    assert not waiting.holds
    assert waiting.sentence == "1 messages wait, 1 of them past their time"
    assert dict(checks.gauges())["wenmai_messages_waiting"] == 1


def test_a_key_that_is_gone_ends_it(provider: Provider) -> None:
    pk = make_sms(now=NOW)
    Message.objects.update(values_sealed="kaaaaaa.AAAA")
    assert deliver(pk).error == "unreadable"
    assert provider.asked == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"phone": "13800138000"}, "odd_phone"),
        ({"template": "advert"}, "unknown_template"),
        ({"values": {"code": CODE}}, "odd_values"),
        ({"expires_at": NOW}, "odd_expiry"),
        ({"expires_at": NOW + dt.timedelta(days=4)}, "odd_expiry"),
    ],
)
def test_a_refusal_leaves_no_trace_and_has_words(provider: Provider, change: dict[str, Any], code: str) -> None:
    values = {"code": CODE, "minutes": "5"}
    asked: dict[str, Any] = {"phone": PHONE, "template": "login_code", "values": values, "expires_at": NOW + LIFE}
    with pytest.raises(Refused) as refused:
        services.send_sms(**{**asked, **change}, actor=SYSTEM, now=NOW)
    assert refused.value.code == code
    assert rules.sentence(refused.value)
    assert (Message.objects.count(), Entry.objects.count(), jobs()) == (0, 0, [])


def test_without_a_gateway_nothing_is_asked_for(settings) -> None:
    settings.SMS_GATEWAY = "none"
    with pytest.raises(Refused, match="sms_off") as refused:
        make_sms()
    assert "还没有开通短信" in rules.sentence(refused.value)
    assert Message.objects.count() == 0


def test_a_phone_and_a_node_have_ceilings(provider: Provider, settings) -> None:
    settings.SMS_PER_PHONE, settings.SMS_PER_HOUR = 2, 3
    make_sms(now=NOW - dt.timedelta(hours=25))
    make_sms(now=NOW - dt.timedelta(hours=23))
    make_sms(now=NOW)
    with pytest.raises(Refused, match="phone_ceiling"):
        make_sms(now=NOW)
    make_sms("+8613900139000", now=NOW)
    make_sms("+8613900139001", now=NOW)
    with pytest.raises(Refused, match="node_ceiling"):
        make_sms("+8613900139002", now=NOW)
    make_sms("+8613900139002", now=NOW + dt.timedelta(hours=1))


def test_the_database_keeps_no_content_of_what_has_ended(provider: Provider) -> None:
    pk = make_sms(now=NOW)
    for state in ("sent", "failed", "expired"):
        with pytest.raises(IntegrityError, match="messages_ended_is_wiped"), transaction.atomic():
            Message.objects.filter(pk=pk).update(state=state, ended_at=NOW)
    with pytest.raises(IntegrityError, match="messages_ended_is_wiped"), transaction.atomic():
        Message.objects.filter(pk=pk).update(values_sealed="")


def test_old_messages_are_due_to_go(provider: Provider) -> None:
    old = deliver(make_sms(now=NOW))
    kept = make_sms(now=NOW)
    ended = personal.rule("messages.ended")
    due = [ended.due(NOW + dt.timedelta(days=days)) for days in (29, 31)]
    assert [[one.pk for one in rows or ()] for rows in due] == [[], [old.pk]]
    assert kept != old.pk


def test_operators_see_so_much_of_an_address(provider: Provider) -> None:
    make_sms(now=NOW)
    (line,) = queries.lines(queries.messages(), "en")
    assert (line.title, line.to, line.state) == ("Login code", "138****8000", "waiting")
    stored = Message.objects.get()
    assert stored.to_index == vault.index(PHONE, purpose=rules.TO)
    Message.objects.update(to_sealed="kaaaaaa.AAAA")
    assert queries.lines(queries.messages(), "")[0].to == "?"
