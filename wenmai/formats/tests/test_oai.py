"""Answers of OAI-PMH servers, good and bad."""

import pytest

from wenmai.formats.crosswalk import map_record
from wenmai.formats.oai import Page, Record, Token, parse_page
from wenmai.formats.reading import read_one
from wenmai.formats.tests.reading_aloud import crosswalk
from wenmai.formats.values import Parsed, Reject

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
    "<responseDate>2026-01-02T03:04:05Z</responseDate>"
    '<request verb="ListRecords" metadataPrefix="oai_dc">http://demo.test/oai</request>'
)
DC = '<d:dc xmlns:d="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">'


def page(inside: str) -> bytes:
    return f"{HEAD}{inside}</OAI-PMH>".encode()


def record(number: int, title: str) -> str:
    stamp = "<datestamp>2026-01-01</datestamp><setSpec>a:b</setSpec>"
    header = f"<header><identifier>oai:demo:{number}</identifier>{stamp}</header>"
    return f"<record>{header}<metadata>{DC}<dc:title>{title}</dc:title></d:dc></metadata></record>"


DELETED = (
    '<record><header status="deleted"><identifier>oai:demo:9</identifier>'
    "<datestamp>2026-01-01</datestamp></header></record>"
)


def good(raw: bytes, **more) -> Page:
    found = parse_page(raw, **more)
    assert isinstance(found, Page), found
    return found


def test_a_page_of_records():
    found = good(
        page(
            f"<ListRecords>{record(1, '春晓')}{DELETED}"
            '<resumptionToken cursor="0" completeListSize="12" expirationDate="2026-01-03T00:00:00Z">'
            " t1 </resumptionToken></ListRecords>"
        ),
        format="oai_dc",
    )
    assert (found.verb, found.response_date, found.request_url) == (
        "ListRecords",
        "2026-01-02T03:04:05Z",
        "http://demo.test/oai",
    )
    assert found.arguments == {"verb": "ListRecords", "metadataPrefix": "oai_dc"}
    assert found.token == Token("t1", 0, 12, "2026-01-03T00:00:00Z")
    first, second = found.records
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert first.header == ("oai:demo:1", "2026-01-01", ("a:b",), False)
    assert second.header.deleted
    assert isinstance(first.outcome, Parsed)
    assert (first.outcome.key, first.outcome.raw) == ("oai:demo:1", first.metadata)
    assert map_record(first.outcome, crosswalk("oai_dc"))["title"] == [("春晓", "dc:title[1]", "")]


def test_metadata_stands_alone():
    (one,) = good(page(f"<GetRecord>{record(1, '春晓')}</GetRecord>")).records
    assert isinstance(one, Record)
    again = read_one("oai_dc", one.metadata, key="k")
    assert isinstance(again, Parsed)
    assert again.key == "k"


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (record(2, "a & b"), "syntax"),
        (record(2, "a\x01b"), "syntax"),
        (record(2, "x").replace("<metadata>", "<about>").replace("</metadata>", "</about>"), "empty"),
        (record(2, "x").replace("oai:demo:2", " "), "not_a_record"),
        (record(2, "x").replace("header>", "head>"), "not_a_record"),
    ],
)
def test_a_bad_record_costs_only_itself(bad, code):
    found = good(
        page(f"<ListRecords>{record(1, '一')}{bad}{record(3, '三')}<resumptionToken>t</resumptionToken></ListRecords>")
    )
    assert [one.code if isinstance(one, Reject) else one.header.identifier for one in found.records] == [
        "oai:demo:1",
        code,
        "oai:demo:3",
    ]
    assert found.token == Token("t")


def test_latin1_in_a_utf8_page():
    raw = page(f"<ListRecords>{record(1, 'caf?')}{record(2, '二')}</ListRecords>").replace(b"caf?", b"caf\xe9")
    first, second = good(raw).records
    assert isinstance(first, Reject)
    assert first.code == "encoding"
    assert isinstance(second, Record)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "not_a_record"),
        (b"Service unavailable", "not_a_record"),
        (b"<!DOCTYPE html><html><body>Sorry<br></body></html>", "not_a_record"),
        (b"<rss><channel/></rss>", "not_a_record"),
        (page(f"<ListRecords>{record(1, 'x')}</ListRecords>")[:-40], "truncated"),
        (page(f"<ListRecords>{record(1, 'x')}</ListRecords>").removesuffix(b"</OAI-PMH>"), "truncated"),
        (page("<ListRecords>")[:-10], "truncated"),
        (page("<ListRecords><a></b></ListRecords>"), "syntax"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><OAI-PMH><error>&a;</error></OAI-PMH>', "entities"),
        (b'<!DOCTYPE x SYSTEM "http://169.254.169.254/"><OAI-PMH>', "truncated"),
    ],
)
def test_what_is_no_whole_answer_is_rejected_whole(raw, code):
    found = parse_page(raw)
    assert isinstance(found, Reject)
    assert found.code == code


def test_headers_errors_sets_formats_identity():
    header = '<header status="deleted"><identifier>a</identifier><datestamp>2020-01-01</datestamp></header>'
    found = good(page(f"<ListIdentifiers>{header}<resumptionToken/></ListIdentifiers>"))
    assert [(one.identifier, one.deleted) for one in found.headers] == [("a", True)]
    assert found.token == Token("")
    found = good(page('<error code="noRecordsMatch">none</error>'))
    assert (found.verb, found.errors, found.token) == ("", (("noRecordsMatch", "none"),), None)
    found = good(page("<ListSets><set><setSpec>a:b</setSpec><setName>甲</setName></set></ListSets>"))
    assert found.sets == (("a:b", "甲"),)
    found = good(
        page(
            "<ListMetadataFormats><metadataFormat><metadataPrefix>p</metadataPrefix><schema>s</schema>"
            "<metadataNamespace>n</metadataNamespace></metadataFormat></ListMetadataFormats>"
        )
    )
    assert found.formats == (("p", "s", "n"),)
    found = good(
        page("<Identify><repositoryName>甲馆</repositoryName><granularity>YYYY-MM-DD</granularity></Identify>")
    )
    assert found.identity
    assert (found.identity.name, found.identity.granularity, found.identity.earliest) == ("甲馆", "YYYY-MM-DD", "")


def test_odd_numbers_in_a_token_are_no_numbers():
    found = good(
        page(
            f'<ListRecords>{DELETED}<resumptionToken cursor="-1" completeListSize="many">t</resumptionToken>'
            "</ListRecords>"
        )
    )
    assert found.token == Token("t", None, None, "")
