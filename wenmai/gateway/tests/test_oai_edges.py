"""Whatever is asked, the answer follows the official schema, by GET and by POST, and says what the protocol wants."""

import base64
import datetime as dt
from pathlib import Path

import pytest
from django.test import Client
from lxml import etree

from wenmai.catalogue import services
from wenmai.catalogue.models import Record
from wenmai.catalogue.testing import arrival, make_feed, make_record, take_in
from wenmai.gateway import rules
from wenmai.gateway.rules import Walk
from wenmai.gateway.tests.schemas import follow_the_schemas
from wenmai.gateway.tests.test_oai import ask, fill, texts
from wenmai.gateway.views import oai
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM

pytestmark = pytest.mark.django_db

LIST = "verb=ListRecords&metadataPrefix=oai_dc"
TOKEN = rules.wrap("ListIdentifiers", Walk("oai_dc", after=(1, 1)))
NO_SET = rules.wrap("ListRecords", Walk("oai_dc", "type:nonsense", after=(1, 1)))
MADE_UP = rules.wrap("ListRecords", Walk("oai_dc", after=(4_000_000_000_000_000, 2**62)))
CASES = {
    "": "badVerb",
    "verb=": "badVerb",
    "verb=listrecords&metadataPrefix=oai_dc": "badVerb",
    "verb=Identify&verb=ListSets": "badVerb",
    "verb=Identify&x=1": "badArgument",
    f"{LIST}&metadataPrefix=oai_dc": "badArgument",
    f"{LIST}&from=2020-01-02&until=2020-01-01": "badArgument",
    f"{LIST}&from=2020-01-01&until=2020-01-01T00:00:00Z": "badArgument",
    f"{LIST}&from=2020-13-01": "badArgument",
    f"{LIST}&from=2020": "badArgument",
    f"{LIST}&from=2020-01-01T00:00:00": "badArgument",
    f"{LIST}&set=type:nonsense": "badArgument",
    f"{LIST}&set=%E4%B8%AD": "badArgument",
    f"{LIST}&set={'a' * 20_000}": "badArgument",
    f"{'a' * 20_000}=1&{LIST}": "badArgument",
    f"{LIST}&resumptionToken={TOKEN}": "badArgument",
    f"{LIST}&from=2999-01-01": "noRecordsMatch",
    f"{LIST}&until=1999-01-01": "noRecordsMatch",
    f"{LIST}&from=9999-12-31": "noRecordsMatch",
    f"{LIST}&until=0001-01-01T00:00:00Z": "noRecordsMatch",
    f"{LIST}&set=type:serial": "noRecordsMatch",
    f"verb=ListRecords&resumptionToken={TOKEN}": "badResumptionToken",
    f"verb=ListRecords&resumptionToken={TOKEN[:-3]}": "badResumptionToken",
    "verb=ListRecords&resumptionToken=%E4%B8%AD": "badResumptionToken",
    f"verb=ListRecords&resumptionToken={'A' * 20_000}": "badResumptionToken",
    f"verb=ListRecords&resumptionToken={NO_SET}": "badResumptionToken",
    f"verb=ListSets&resumptionToken={TOKEN}": "badResumptionToken",
    "verb=ListRecords&metadataPrefix=MODS": "cannotDisseminateFormat",
    "verb=ListRecords&metadataPrefix=%E4%B8%AD%20%3C": "cannotDisseminateFormat",
    "verb=ListIdentifiers&metadataPrefix=x": "cannotDisseminateFormat",
    "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:wenmai.test:999999": "idDoesNotExist",
    "verb=GetRecord&metadataPrefix=oai_dc&identifier=%5B%3A%20%25zz%5D": "idDoesNotExist",
    f"verb=GetRecord&metadataPrefix=oai_dc&identifier={'9' * 20_000}": "idDoesNotExist",
    "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:other.test:1": "idDoesNotExist",
    "verb=ListMetadataFormats&identifier=oai:wenmai.test:0": "idDoesNotExist",
    "verb=Identify": "",
    "verb=ListSets": "",
    "verb=ListMetadataFormats": "",
    f"verb=ListRecords&resumptionToken={MADE_UP}": "badResumptionToken",
    f"{LIST}&from=2000-01-01&until=2999-12-31T00:00:00Z".replace("T00:00:00Z", ""): "",
}
PREFIXES = sorted(oai.FORMATS)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_answer_follows_the_schema_and_has_its_code(method: str, shared: Path, tmp_path: Path) -> None:
    fill(3)
    answers = []
    for question, code in CASES.items():
        if method == "GET":
            answer = Client().get(f"/oai?{question}")
        else:
            answer = Client().post("/oai", question, content_type="application/x-www-form-urlencoded")
        found = etree.fromstring(answer.content).xpath("//*[local-name()='error']/@code")
        assert (answer.status_code, found) == (200, [code] if code else []), question[:200]
        answers.append(answer.content)
    follow_the_schemas(answers, shared, tmp_path)


def test_every_format_of_every_record_follows_its_schema_deleted_ones_too(shared: Path, tmp_path: Path) -> None:
    feed = make_feed()
    odd = "a\x0bb\ufffe<&>]]>\r\n\"'\\u0000 春😀"
    take_in(
        feed,
        arrival("1", title=odd, creator=odd, subject=odd, link=odd, identifier=odd, language=odd, date=odd, isbn="x"),
        arrival("2", title="一", link="http://[::1]/a b#c#d", description=odd, spatial=odd, rights=odd, note=odd),
        arrival("3", title="二"),
    )
    gone = Record.objects.get(source_key="3")
    services.withdraw(ids=[gone.pk], reason="投诉", actor=SYSTEM, now=clock.now())
    answers = []
    for prefix in PREFIXES:
        questions = [f"verb=ListRecords&metadataPrefix={prefix}", f"verb=ListIdentifiers&metadataPrefix={prefix}"]
        name = f"identifier=oai:wenmai.test:{gone.pk}"
        for question in [*questions, f"verb=GetRecord&metadataPrefix={prefix}&{name}"]:
            content = Client().get(f"/oai?{question}").content
            assert content.count(b'status="deleted"') == 1
            answers.append(content)
    follow_the_schemas(answers, shared, tmp_path)


def test_what_is_withdrawn_during_a_walk_is_heard_and_nothing_is_told_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oai, "RECORDS_A_PAGE", 3)
    feed = fill(9)
    ids = sorted(Record.objects.filter(feed=feed).values_list("id", flat=True))
    told: list[tuple[str, bool]] = []
    root = ask(verb="ListRecords", metadataPrefix="mods")
    first = int(texts(root, "//o:identifier/text()")[0].rsplit(":", 1)[1])
    later = ids[-1] if first != ids[-1] else ids[0]
    services.withdraw(ids=[first, later], reason="投诉", actor=SYSTEM, now=clock.now())
    while True:
        told += [
            (header.findtext("{*}identifier") or "", header.get("status") == "deleted")
            for header in root.iter("{*}header")
        ]
        token = texts(root, "//o:resumptionToken/text()")
        if not token:
            break
        root = ask(verb="ListRecords", resumptionToken=token[0])
    name = "oai:wenmai.test:{}".format
    assert sorted(told) == sorted([*((name(one), one in {first, later}) for one in ids), (name(first), False)]), (
        "the one that had been told already is told again, as deleted; the other once; the rest once"
    )


def test_a_list_of_which_nothing_is_left_ends_with_the_last_one_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oai, "RECORDS_A_PAGE", 1)
    first, other = (make_record().pk for _ in range(2))
    root = ask(verb="ListRecords", metadataPrefix="oai_dc", until=rules.stamp(clock.now()))
    token = texts(root, "//o:resumptionToken/text()")[0]
    Record.objects.filter(pk=other).update(changed_at=clock.now() + dt.timedelta(hours=1))
    root = ask(verb="ListRecords", resumptionToken=token)
    assert texts(root, "//o:identifier/text()") == [f"oai:wenmai.test:{first}"]
    assert texts(root, "//o:resumptionToken/text()") == []
    assert len(texts(root, "//o:resumptionToken/@cursor")) == 1


def test_head_is_answered_without_a_body_by_the_protocols_rules() -> None:
    make_record()
    answer = Client().head("/oai?verb=Identify")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    assert Client().put("/oai?verb=Identify").status_code in {200, 405}


def test_a_token_that_no_base64_would_give_is_refused() -> None:
    odd = base64.urlsafe_b64encode("2|R|oai_dc||||५|५|0".encode()).decode()
    assert texts(ask(verb="ListRecords", resumptionToken=odd + "\n"), "//o:error/@code") == ["badResumptionToken"]
