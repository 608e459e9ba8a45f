"""Pages that are not what they should be: retried or reported, never taken for the end of the list."""

import gzip

import pytest

from wenmai.catalogue.models import Record
from wenmai.harvest import services
from wenmai.harvest.testing import OPERATOR, counts, harvest, make_oai_source
from wenmai.harvest.testing.server import Mischief, Reply, Repository, Thing, error, header, page, record
from wenmai.lib import clock
from wenmai.lib.http import Limits, Patience

pytestmark = pytest.mark.django_db
WHOLE = {"received": 10, "new": 10}
LOL = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><OAI-PMH xmlns='http://www.openarchives.org/OAI/2.0/'><ListRecords>&j;</ListRecords></OAI-PMH>"
).encode()
EXTERNAL = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    b"<OAI-PMH xmlns='http://www.openarchives.org/OAI/2.0/'><ListRecords><record><header><identifier>&e;</identifier>"
    b"<datestamp>2026-10-01</datestamp></header></record></ListRecords></OAI-PMH>"
)


def once(number: int, reply: Reply | bytes) -> Mischief:
    """The server behaves, but for one answer."""
    return lambda asked, usual: reply if asked.number == number else None


def always(reply: Reply | bytes) -> Mischief:
    """The second page of the list is always this."""
    return lambda asked, usual: reply if asked.token else None


BROKEN: dict[str, tuple[Reply | bytes, str]] = {
    "html": (b"<!DOCTYPE html><html><body>Maintenance</body></html>", "not_oai"),
    "html with status 200 and no doctype": (b"<html><p>Please log in<br></html>", "not_oai"),
    "plain text": (b"Service unavailable", "not_oai"),
    "nothing": (b"", "not_oai"),
    "other xml": (b"<rss><channel/></rss>", "not_oai"),
    "truncated": (page("<ListRecords>" + record(Thing("oai:test:5", "2026-10-01T00:00:05Z")))[:-60], "page_syntax"),
    "xml bomb": (LOL, "page_entities"),
    "external entity": (EXTERNAL, "page_entities"),
    "empty list without a word": (page("<ListRecords></ListRecords>"), "empty_list"),
    "no list at all": (page(""), "page_incomplete"),
    "another verb's answer": (page("<Identify/>"), "page_incomplete"),
    "too deep": (page("<ListRecords>" + "<a>" * 5000 + "</a>" * 5000 + "</ListRecords>"), "page_limits"),
    "server error": (Reply(b"<h1>oops</h1>", 500), "status"),
    "gone": (Reply(b"", 404), "status"),
    "shorter than announced": (Reply(b"<OAI", 200, (("Content-Length", "900"),)), "protocol"),
    "broken gzip": (Reply(gzip.compress(page(""))[:-20], 200, (("Content-Encoding", "gzip"),)), "compression"),
    "odd error": (page(error("badArgument")), "oai_error"),
    "nothing matches in the middle": (page(error("noRecordsMatch")), "oai_error"),
    "busy for ever": (Reply(b"", 503), "busy"),
    "giant token": (
        page(
            "<ListRecords>"
            + record(Thing("oai:test:5", "2026-10-01T00:00:05Z"))
            + f"<resumptionToken>{'t' * 100_000}</resumptionToken></ListRecords>"
        ),
        "token_too_long",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_page_that_stays_broken_fails_the_run_and_a_mended_one_goes_on(repository: Repository, name):
    reply, code = BROKEN[name]
    repository.mischief = always(reply)
    source = make_oai_source(repository.address)
    run = harvest(source, patience=Patience(attempts=2))
    assert (run.state, run.failure, counts(run)) == ("failed", code, {"received": 4, "new": 4})
    assert Record.objects.filter(deleted_at=None).count() == 4
    source.refresh_from_db()
    assert source.harvested_until is None
    repository.mischief = None
    services.resume(run_id=run.pk, in_worker=False, actor=OPERATOR, now=clock.now())
    run = services.carry_out(run.pk)
    assert (run.state, counts(run)) == ("finished", WHOLE)
    assert (run.failure, bytes(run.failure_excerpt)) == ("", b"")


RETRIED = [
    "html", "plain text", "nothing", "truncated", "empty list without a word", "no list at all", "server error",
    "shorter than announced", "broken gzip", "busy for ever",
]  # fmt: skip


@pytest.mark.parametrize("name", RETRIED)
def test_a_page_that_is_broken_once_is_asked_again(repository: Repository, name):
    repository.mischief = once(3, BROKEN[name][0])
    run = harvest(make_oai_source(repository.address))
    assert (run.state, counts(run)) == ("finished", WHOLE)
    assert len(repository.asked) == 5


def test_what_was_there_instead_is_shown(repository: Repository):
    repository.mischief = always(b"<html>Closed on Mondays</html>")
    run = harvest(make_oai_source(repository.address), patience=Patience(attempts=1))
    assert b"Closed on Mondays" in bytes(run.failure_excerpt)


def test_a_first_answer_that_is_a_web_page_fails_before_anything(repository: Repository):
    repository.mischief = lambda asked, usual: b"<html></html>"
    run = harvest(make_oai_source(repository.address), patience=Patience(attempts=2))
    assert (run.state, run.failure, counts(run)) == ("failed", "not_oai", {})


def test_an_empty_page_with_a_token_is_followed_and_reported(repository: Repository):
    empty = page("<ListRecords><resumptionToken>|||4</resumptionToken></ListRecords>")
    repository.mischief = lambda asked, usual: empty if asked.number == 2 else None
    run = harvest(make_oai_source(repository.address))
    assert counts(run) == {"received": 6, "new": 6}
    assert run.notes["empty_pages"] == 1


def test_empty_pages_for_ever_end(repository: Repository):
    repository.mischief = lambda asked, usual: (
        page(f"<ListRecords><resumptionToken>t{asked.number}</resumptionToken></ListRecords>") if asked.token else None
    )
    run = harvest(make_oai_source(repository.address))
    assert (run.state, run.failure) == ("failed", "token_loop")
    assert len(repository.asked) < 20


@pytest.mark.parametrize("target", ["|||4", "|||0"])
def test_tokens_that_lead_round_in_a_circle_are_noticed(repository: Repository, target):
    """The second page's token leads to itself, or back to the first page."""
    repository.page_size = 2

    def mischief(asked, usual):
        if asked.token == "|||4":
            return usual.replace(b"|||6</resumptionToken>", f"{target}</resumptionToken>".encode())
        return None

    repository.mischief = mischief
    run = harvest(make_oai_source(repository.address))
    assert (run.state, run.failure, run.new_count) == ("failed", "token_loop", 6)
    assert len(repository.asked) < 12
    assert run.received_count == run.new_count + run.duplicate_count


def test_a_server_that_repeats_itself_under_fresh_tokens_is_noticed(repository: Repository):
    def mischief(asked, usual):
        if asked.verb != "ListRecords":
            return None
        things = "".join(record(one) for one in repository.things[:4])
        return page(f"<ListRecords>{things}<resumptionToken>n{asked.number}</resumptionToken></ListRecords>")

    repository.mischief = mischief
    run = harvest(make_oai_source(repository.address))
    assert (run.state, run.failure, run.new_count) == ("failed", "token_loop", 4)
    assert len(repository.asked) < 12


def test_an_expired_token_begins_the_list_again(repository: Repository):
    repository.mischief = lambda asked, usual: page(error("badResumptionToken")) if asked.number == 4 else None
    run = harvest(make_oai_source(repository.address))
    assert run.state == "finished"
    assert "from" not in repository.asked[4].arguments
    assert counts(run) == {"received": 18, "new": 10, "duplicate": 8}
    assert run.notes["restarts"] == 1


def test_an_expired_token_loses_nothing_where_older_records_come_later(repository: Repository):
    """The pages before the token expired were in the order of their datestamps; the rest of the list is older."""
    repository.things = [Thing(f"oai:test:{n}", "2024-05-01T00:00:00Z") for n in range(1, 9)]
    repository.things += [Thing(f"oai:test:{n}", "2023-01-01T00:00:00Z") for n in (9, 10)]
    repository.deleted_record = "transient"
    source = make_oai_source(repository.address)
    assert counts(harvest(source)) == WHOLE
    repository.asked.clear()
    repository.mischief = lambda asked, usual: page(error("badResumptionToken")) if asked.number == 4 else None
    run = harvest(source, mode="full")
    assert (run.state, counts(run)) == ("finished", {"received": 18, "unchanged": 10, "duplicate": 8})
    assert Record.objects.filter(deleted_at=None).count() == 10


def test_an_expired_token_of_changes_begins_again_at_the_same_moment(repository: Repository):
    source = make_oai_source(repository.address)
    harvest(source)
    repository.things = [one._replace(datestamp="2026-11-02T00:00:00Z", title="改题") for one in repository.things]
    repository.asked.clear()
    repository.mischief = lambda asked, usual: page(error("badResumptionToken")) if asked.number == 4 else None
    run = harvest(source)
    assert repository.asked[4].arguments["from"] == repository.asked[1].arguments["from"] == "2026-11-01T11:55:00Z"
    assert counts(run) == {"received": 18, "changed": 10, "duplicate": 8}


def test_the_same_key_twice(repository: Repository):
    repository.things[5] = repository.things[1]
    repository.things[6] = repository.things[1]._replace(title="另一首")
    repository.things[7] = repository.things[1]._replace(title="旧题", datestamp="2026-09-01T00:00:00Z")
    run = harvest(make_oai_source(repository.address))
    assert counts(run) == {"received": 10, "new": 7, "duplicate": 2, "quarantined": 1}
    assert run.rejects.get().code == "same_key"


def test_latin1_in_a_utf8_page_costs_one_record(repository: Repository):
    def mischief(asked, usual):
        return usual.replace("其6".encode(), "Qu\xe9bec".encode("latin-1"))

    repository.mischief = mischief
    run = harvest(make_oai_source(repository.address), patience=Patience(attempts=2))
    assert (run.state, counts(run)) == ("finished", {"received": 10, "new": 9, "quarantined": 1})
    reject = run.rejects.get()
    assert (reject.code, reject.key) == ("encoding", "oai:test:6")
    assert b"Qu\xe9bec" in bytes(reject.raw)
    assert run.notes["damaged_pages"] == 1


def test_a_record_that_stops_being_readable_is_not_gone(repository: Repository):
    source = make_oai_source(repository.address)
    harvest(source)
    repository.mischief = lambda asked, usual: usual.replace("其6".encode(), b"\xe9")
    run = harvest(source, mode="full", patience=Patience(attempts=1))
    assert (run.state, counts(run)) == ("finished", {"received": 10, "unchanged": 9, "quarantined": 1})
    assert Record.objects.filter(deleted_at=None).count() == 10


def test_a_record_without_metadata_is_quarantined(repository: Repository):
    bare = f"<record>{header(repository.things[5])}</record>".encode()
    repository.mischief = lambda asked, usual: usual.replace(record(repository.things[5]).encode(), bare)
    run = harvest(make_oai_source(repository.address))
    assert counts(run) == {"received": 10, "new": 9, "quarantined": 1}
    assert run.rejects.get().code == "no_metadata"


def test_a_list_that_is_shorter_than_announced_is_noted_and_deletes_nothing_unasked(repository: Repository):
    source = make_oai_source(repository.address)
    harvest(source)
    end = b'<resumptionToken completeListSize="10" cursor="4"/></ListRecords>'
    repository.mischief = lambda asked, usual: (
        usual.split(b"<resumptionToken")[0] + end + b"</OAI-PMH>" if asked.token == "|||4" else None
    )
    run = harvest(source, mode="full")
    assert (run.state, run.doubts, run.missing_count) == ("paused", ["short"], 2)
    assert run.notes["short"] == 2
    assert Record.objects.filter(deleted_at=None).count() == 10


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        ("cannotDisseminateFormat", "no_metadata"),
        ("noSetHierarchy", "no_sets"),
        ("badArgument", "oai_error"),
        ("badVerb", "oai_error"),
        ("idDoesNotExist", "oai_error"),
        ("surprise", "oai_error"),
    ],
)
def test_errors_are_reported_by_their_name(repository: Repository, code, failure):
    repository.mischief = lambda asked, usual: page(error(code)) if asked.verb == "ListRecords" else None
    run = harvest(make_oai_source(repository.address))
    assert (run.state, run.failure) == ("failed", failure)
    assert code in run.failure_detail


def test_an_error_in_a_bad_status_is_understood(repository: Repository):
    repository.mischief = lambda asked, usual: Reply(usual, 404) if b"noRecordsMatch" in usual else None
    source = make_oai_source(repository.address)
    harvest(source)
    run = harvest(source)
    assert (run.state, counts(run)) == ("finished", {})


def test_busy_is_waited_for_as_asked(repository: Repository):
    repository.mischief = once(3, Reply(b"", 503, (("Retry-After", "7"),)))
    waits: list[float] = []
    run = harvest(make_oai_source(repository.address), sleep=waits.append)
    assert (run.state, counts(run), sum(waits)) == ("finished", WHOLE, 7)


def test_slow_drips_are_cut(repository: Repository):
    spaces: list[bytes | float] = [b" ", 0.02]
    repository.mischief = always(Reply((b"<?xml", *spaces * 300)))
    limits = Limits(total_s=0.3)
    run = harvest(make_oai_source(repository.address), patience=Patience(attempts=1), limits=limits)
    assert (run.state, run.failure, run.received_count) == ("failed", "timeout", 4)


def test_an_endless_page_is_cut(repository: Repository):
    repository.mischief = always(Reply((b"<OAI-PMH>", *[b"x" * 10_000] * 200)))
    limits = Limits(body_bytes=100_000)
    run = harvest(make_oai_source(repository.address), patience=Patience(attempts=1), limits=limits)
    assert (run.state, run.failure) == ("failed", "too_large")
