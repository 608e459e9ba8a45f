"""The provider against the official schemas and against harvesters that we did not write."""

import warnings
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from lxml import etree

from wenmai.catalogue import services
from wenmai.catalogue.models import Feed, Record
from wenmai.catalogue.testing import arrival, make_feed, make_record, take_in
from wenmai.gateway import rules
from wenmai.gateway.rules import Walk
from wenmai.gateway.tests.schemas import follow_the_schemas
from wenmai.gateway.views import oai
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM

NAMES = {"o": "http://www.openarchives.org/OAI/2.0/"}


def ask(**arguments: str) -> etree._Element:
    answer = Client().get("/oai", arguments)
    assert answer.status_code == 200
    return etree.fromstring(answer.content)


def texts(root: etree._Element, path: str) -> list[str]:
    found = root.xpath(path, namespaces=NAMES)
    assert isinstance(found, list)
    return [str(one) for one in found]


def fill(count: int) -> Feed:
    feed = make_feed()
    take_in(
        feed,
        *(
            arrival(
                str(number), title=f"第{number}首 & <诗>", creator="某", text="一行\n二行", date="1800", language="zh"
            )
            for number in range(count)
        ),
    )
    return feed


def walk(verb: str, **arguments: str) -> list[str]:
    """All identifiers of a list, following the tokens."""
    found: list[str] = []
    root = ask(verb=verb, **arguments)
    while True:
        found += texts(root, "//o:header/o:identifier/text()")
        token = texts(root, "//o:resumptionToken/text()")
        if not token:
            return found
        root = ask(verb=verb, resumptionToken=token[0])


@pytest.mark.django_db
def test_every_record_is_listed_once_and_its_deletion_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oai, "RECORDS_A_PAGE", 3)
    feed = fill(8)
    held = make_record(make_feed(on_arrival="hold"))
    gone = Record.objects.get(source_key="5")
    services.withdraw(ids=[gone.pk], reason="投诉", actor=SYSTEM, now=clock.now())
    found = walk("ListRecords", metadataPrefix="oai_dc")
    expected = [f"oai:wenmai.test:{one}" for one in Record.objects.filter(feed=feed).values_list("id", flat=True)]
    assert sorted(found) == sorted(expected)
    assert f"oai:wenmai.test:{held.pk}" not in found
    root = ask(verb="GetRecord", identifier=f"oai:wenmai.test:{gone.pk}", metadataPrefix="oai_dc")
    assert texts(root, "//o:header/@status") == ["deleted"]
    assert texts(root, "//o:metadata") == []


@pytest.mark.django_db
def test_a_walk_goes_on_while_records_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oai, "IDENTIFIERS_A_PAGE", 3)
    feed = fill(8)
    root = ask(verb="ListIdentifiers", metadataPrefix="oai_dc")
    seen = texts(root, "//o:identifier/text()")
    changed = Record.objects.order_by("id").first()
    assert changed is not None
    Record.objects.filter(pk=changed.pk).update(changed_at=clock.now())
    while token := texts(root, "//o:resumptionToken/text()"):
        root = ask(verb="ListIdentifiers", resumptionToken=token[0])
        seen += texts(root, "//o:identifier/text()")
    assert set(seen) == {
        f"oai:wenmai.test:{one}" for one in Record.objects.filter(feed=feed).values_list("id", flat=True)
    }


@pytest.mark.django_db
def test_sets_and_dates_narrow_the_list() -> None:
    fill(2)
    image = make_record(make_feed(), type="image")
    owner = texts(ask(verb="ListSets"), "//o:setSpec/text()")
    assert "type:image" in owner
    assert walk("ListIdentifiers", metadataPrefix="oai_dc", set="type:image") == [f"oai:wenmai.test:{image.pk}"]
    institution = next(spec for spec in owner if spec.startswith("institution:"))
    assert len(walk("ListIdentifiers", metadataPrefix="oai_dc", set=institution)) in {1, 2}
    today = clock.now().astimezone().strftime("%Y-%m-%d")
    tomorrow = {"from": "2999-01-01"}
    assert len(walk("ListIdentifiers", metadataPrefix="oai_dc", **{"from": "2000-01-01"})) == 3, today
    assert texts(ask(verb="ListIdentifiers", metadataPrefix="oai_dc", **tomorrow), "//o:error/@code") == [
        "noRecordsMatch"
    ]


@pytest.mark.django_db
def test_a_token_for_a_set_that_is_not_there_is_a_bad_token() -> None:
    """3.5: what is wrong inside a token is the token's fault, not an argument's."""
    token = rules.wrap("ListRecords", Walk("oai_dc", set="type:nonsense", after=(5, 5)))
    error = ask(verb="ListRecords", resumptionToken=token)
    assert texts(error, "//o:error/@code") == ["badResumptionToken"]
    assert texts(error, "//o:request/@resumptionToken") == [token]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({}, "badVerb"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "ListRecords", "resumptionToken": "made up"}, "badResumptionToken"),
        ({"verb": "ListRecords", "metadataPrefix": "marcxml"}, "cannotDisseminateFormat"),
        ({"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "oai:wenmai.test:999999"}, "idDoesNotExist"),
        ({"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": '<&">'}, "idDoesNotExist"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc"}, "noRecordsMatch"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "type:nonsense"}, "badArgument"),
    ],
)
def test_errors_have_the_code_of_the_protocol(arguments: dict[str, str], code: str) -> None:
    assert texts(ask(**arguments), "//o:error/@code") == [code]


@pytest.mark.django_db
def test_a_deleted_record_has_no_formats_and_post_is_as_good_as_get() -> None:
    record = make_record()
    name = f"oai:wenmai.test:{record.pk}"
    assert len(texts(ask(verb="ListMetadataFormats", identifier=name), "//o:metadataPrefix/text()")) == 4
    take_in(record.feed, arrival("k1", deleted=True))
    answer = Client(enforce_csrf_checks=True).post("/oai", {"verb": "ListMetadataFormats", "identifier": name})
    assert b'code="noMetadataFormats"' in answer.content
    assert Client().get(oai.SCHEMA_PATH).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["ListRecords", "GetRecord", "ListSets", "\0"])
def test_what_xml_cannot_carry_is_refused_in_xml(verb: str) -> None:
    for name, value in (("metadataPrefix", "\0"), ("set", "institution:\0"), ("identifier", "\ufffe"), ("x\x01", "y")):
        assert texts(ask(**{"verb": verb, name: value}), "//o:error/@code") in (["badArgument"], ["badVerb"])


@pytest.mark.django_db
def test_a_broken_body_is_refused_without_a_fault() -> None:
    for kind, body in (
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("multipart/form-data", b"x"),
        ("application/json", b"{"),
        ("application/x-www-form-urlencoded", b"verb=Identify&" + b"a" * 5_000_000),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % number for number in range(6_000))),
    ):
        answer = Client(raise_request_exception=False).generic("POST", "/oai", body, content_type=kind)
        assert answer.status_code in {200, 400}, kind


def test_the_formats_of_tokens_and_of_answers_are_the_same() -> None:
    assert set(oai.FORMATS) == set(oai.WRITERS) == rules.PREFIXES


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", ["oai_dc", "marc21", "mods", "wenmai"])
def test_answers_follow_the_official_schemas(prefix: str, shared: Path, tmp_path: Path) -> None:
    fill(3)
    make_record(make_feed(), type="image", isbn="9787301000014", call_number="I22", date="c1999", link="http://a/?b&c")
    questions: list[dict[str, str]] = [
        {"verb": "ListRecords", "metadataPrefix": prefix}, {"verb": "Identify"}, {"verb": "ListSets"},
        {"verb": "ListMetadataFormats"}, {"verb": "ListIdentifiers", "metadataPrefix": prefix}, {"verb": "None"},
    ]  # fmt: skip
    follow_the_schemas([Client().get("/oai", question).content for question in questions], shared, tmp_path)


@pytest.mark.django_db(transaction=True)
def test_sickle_and_scythe_harvest_everything(live_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import oaipmh_scythe

    with warnings.catch_warnings():
        # It was written for an older Python.
        warnings.simplefilter("ignore")
        import sickle

    monkeypatch.setattr(oai, "RECORDS_A_PAGE", 7)
    fill(20)
    address = f"{live_server.url}/oai"
    first = list(sickle.Sickle(address).ListRecords(metadataPrefix="oai_dc"))
    assert len({one.header.identifier for one in first}) == 20
    assert first[0].metadata["title"][0].endswith("首 & <诗>")
    with oaipmh_scythe.Scythe(address) as scythe:
        records: Any = scythe.list_records(metadata_prefix="oai_dc")
        assert len({one.header.identifier for one in records}) == 20
        assert len(list(scythe.list_sets())) >= 10
