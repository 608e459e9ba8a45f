"""XML: slices, namespaces, bombs."""

import time
from io import BytesIO
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wenmai.formats import xmlslices
from wenmai.formats.crosswalk import map_record
from wenmai.formats.dublin import DublinCore
from wenmai.formats.marc import Marc
from wenmai.formats.reading import read_one
from wenmai.formats.tests.reading_aloud import crosswalk, outcomes, parsed, rejects
from wenmai.formats.values import Limits, Parsed, Reject

MARC = "http://www.loc.gov/MARC21/slim"


def field(title: str, tag: str = "245", p: str = "") -> str:
    return f'<{p}datafield tag="{tag}" ind1="1" ind2="0"><{p}subfield code="a">{title}</{p}subfield></{p}datafield>'


def record(number: int, title: str, p: str = "", more: str = "") -> str:
    start = f'<{p}leader>00000nam a2200000 a 4500</{p}leader><{p}controlfield tag="001">{number}</{p}controlfield>'
    return f"<{p}record>{start}{field(title, p=p)}{more}</{p}record>"


def collection(*records: str, head: str = f'<collection xmlns="{MARC}">') -> bytes:
    return (head + "\n".join(records) + "</collection>").encode()


def summary(format: str, raw: bytes, **more) -> list[str]:
    return [one.code if isinstance(one, Reject) else one.key for one in outcomes(format, raw, **more)]


ONE, TWO, THREE = record(1, "一"), record(2, "二"), record(3, "三")


def test_records_with_their_bytes_and_offsets():
    raw = collection(
        ONE, f"<!-- {TWO} --><![CDATA[{TWO}]]>", THREE, head='<?xml version="1.0"?><!DOCTYPE collection><collection>'
    )
    found = parsed("marcxml", raw)
    assert [one.key for one in found] == ["1", "3"]
    assert all(raw[one.position :].startswith(one.raw) for one in found)
    assert found[1].raw == THREE.encode()


@pytest.mark.parametrize(
    ("head", "p"),
    [
        (f'<collection xmlns="{MARC}">', ""),
        (f'<marc:collection xmlns:marc="{MARC}">', "marc:"),
        ('<collection xmlns="info:lc/xmlns/marcxchange-v2">', ""),
        ('<collection xmlns="http://www.nlc.cn/">', ""),
        ('<collection xmlns="http://www.bs.dk/standards/MARCXML">', ""),
        ("<collection>", ""),
    ],
)
@pytest.mark.parametrize("format", ["marcxml", "unimarcxml"])
def test_namespaces_do_not_matter(head, p, format):
    tail = head.split()[0].strip("<>")
    raw = (head + record(1, "一", p) + record(2, "二", p) + f"</{tail}>").encode()
    assert summary(format, raw) == ["1", "2"]
    assert [one.body.first("245", "a") for one in parsed(format, raw) if isinstance(one.body, Marc)] == ["一", "二"]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (record(2, "a & b"), "syntax"),
        (record(2, "a \x02 b"), "syntax"),
        (record(2, "&nbsp;"), "syntax"),
        (record(2, "x").replace("</datafield>", ""), "syntax"),
        (record(2, "x").replace("</record>", ""), "syntax"),
        ("<record/>", "not_a_record"),
        ("<record><title>x</title></record>", "not_a_record"),
        (f"<record>{'<a>' * 300}{'</a>' * 300}</record>", "too_deep"),
        (f"<record>{field('x') * 60}</record>", "too_many_fields"),
        (f"<record>{field('x' * 30_000)}</record>", "too_large"),
    ],
)
def test_a_bad_record_costs_only_itself(bad, code):
    raw = collection(ONE, bad, THREE)
    limits = Limits(fields=50 if code == "too_many_fields" else 20_000, record_bytes=20_000)
    assert summary("marcxml", raw, limits=limits) == ["1", code, "3"]
    (reject,) = rejects("marcxml", raw, limits=limits)
    assert reject.position == raw.index(bad[:30].encode(), len(ONE))


def test_latin1_bytes_in_a_utf8_document_cost_only_their_record():
    raw = collection(ONE, record(2, "caf?")).replace(b"caf?", b"caf\xe9") + b""
    assert summary("marcxml", raw) == ["1", "encoding"]


@pytest.mark.parametrize("encoding", ["gb18030", "GBK", "utf-16", "iso-8859-1"])
def test_declared_encodings(encoding):
    title = "café" if encoding == "iso-8859-1" else "春江花月夜"
    raw = f'<?xml version="1.0" encoding="{encoding}"?><collection>{record(1, title)}</collection>'.encode(encoding)
    (one,) = parsed("marcxml", raw)
    assert isinstance(one.body, Marc)
    assert one.body.first("245", "a") == title


def test_gb18030_that_nobody_declared():
    raw = f"<collection>{record(1, '春江花月夜，诗集')}</collection>".encode("gb18030")
    assert summary("unimarcxml", raw) == ["1"]


@pytest.mark.parametrize("cut", [30, 120, 400])
def test_a_truncated_document_says_so(cut):
    raw = collection(ONE, TWO)
    assert summary("marcxml", raw[:cut])[-1] == "truncated"
    assert summary("marcxml", raw.removesuffix(b"</collection>")) == ["1", "2", "truncated"]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "syntax"),
        (b"plain text", "syntax"),
        (b"<html><body><p>503</p></body></html>", "no_records"),
        (
            b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "b">]><collection><record>&a;</record></collection>',
            "entities",
        ),
        (b'<!DOCTYPE r [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><collection/>', "entities"),
        (b"<!DOCTYPE r [" + b"[a][b]" * 30_000, "entities"),
    ],
)
def test_what_is_no_document_is_refused_whole(raw, code):
    (reject,) = outcomes("marcxml", raw)
    assert isinstance(reject, Reject)
    assert reject.code == code


def test_an_empty_collection_is_no_error():
    assert outcomes("marcxml", collection()) == []


def test_no_entity_is_ever_expanded():
    bomb = '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + ONE.replace("一", "&b;")
    outcome = read_one("marcxml", bomb.encode())
    assert isinstance(outcome, Reject)
    assert outcome.code == "entities"
    external = '<!DOCTYPE record SYSTEM "file:///etc/passwd">' + ONE
    assert isinstance(read_one("marcxml", external.encode()), Parsed)


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        b"<!--",
        b"<a ",
        b"<record><!--",
        b"<record>",
        b"<",
        b"<![CDATA[",
        b'<a b="',
        b"<record <",
        b"<record><!--</record>",
    ],
)
def test_hostile_beginnings_take_linear_time(piece):
    started = time.process_time()
    found = list(outcomes("marcxml", piece * (2_000_000 // len(piece)), Limits()))
    assert found
    assert time.process_time() - started < 20


PIECES = [
    *(
        b"<record>",
        b"</record>",
        b"<m:record>",
        b"</m:record>",
        b"<record/>",
        b"<record ",
        b"</record",
        b">",
        b"/record ",
    ),
    *(
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"]]>",
        b"<metadata>",
        b"</metadata>",
        b"<recordData>",
        b"record",
        b":record/",
        b"<a>",
    ),
    *(b"<header>", ONE.encode(), b"<?", b"?>", b"<record><metadata>", b"</metadata></record>", b"<!--</record>-->"),
    *(
        b"<record><recordData><!-- <record> -->",
        b"</recordData></record>",
        b"<record><!-- x -->",
        b"<![CDATA[</record>]]>",
    ),
]


@pytest.mark.slow
@settings(max_examples=600, deadline=None)
@example(pieces=[b"<record><metadata><!-- <record> --></metadata></record>", b"<record></record>"])
@example(pieces=[b"<record><!-- </record> --></record>", b"<record></record>"])
@given(pieces=st.lists(st.sampled_from(PIECES) | st.binary(max_size=2), max_size=14))
def test_records_are_cut_alike_quickly_and_carefully(pieces):
    raw = b"<collection>" + b"".join(pieces) + b"</collection>"
    quick = list(xmlslices.cut(BytesIO(raw), frozenset({"record"}), Limits()))
    with patch.object(xmlslices, "_cut_plain", return_value=None):
        assert list(xmlslices.cut(BytesIO(raw), frozenset({"record"}), Limits())) == quick


def test_a_prefix_that_nobody_declared():
    raw = collection(record(1, "一", more="<e:extension e:x='1'>y</e:extension>"))
    assert summary("marcxml", raw) == ["1"]


def test_oai_and_sru_records_are_opened():
    oai = (
        "<OAI-PMH><ListRecords><record><header><identifier>oai:x:1</identifier></header><metadata>"
        f"{ONE}</metadata></record><record><header status='deleted'><identifier>oai:x:2</identifier></header></record>"
        "</ListRecords></OAI-PMH>"
    )
    found = parsed("marcxml", oai.encode())
    assert [(one.key, one.deleted) for one in found] == [("oai:x:1", False), ("oai:x:2", True)]
    answer = f"<records><record><recordData>{ONE}</recordData></record></records>"
    sru = f"<searchRetrieveResponse>{answer}</searchRetrieveResponse>"
    assert summary("marcxml", sru.encode()) == ["1"]


def dc(inside: str) -> bytes:
    spaces = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    return f'<x:dc xmlns:x="urn:x" {spaces} {xsi}>{inside}</x:dc>'.encode()


def test_dublin_core_with_languages_schemes_and_numbers():
    raw = dc(
        '<dc:title xml:lang="zh">春晓</dc:title><dc:title>Dawn</dc:title><dc:title> </dc:title><other/>'
        '<dcterms:issued xsi:type="dcterms:W3CDTF">2001-05</dcterms:issued><dc:type>StillImage</dc:type>'
        "<dc:identifier>urn:isbn:7503717440</dc:identifier><dc:language>chi</dc:language>"
        "<dc:rights>https://creativecommons.org/licenses/by/4.0/</dc:rights>"
    )
    (one,) = parsed("qdc", raw)
    assert isinstance(one.body, DublinCore)
    assert one.body.statements[2].scheme == "w3cdtf"
    elements = map_record(one, crosswalk("qdc"))
    assert elements["title"] == [("春晓", "dc:title[1]", "zh"), ("Dawn", "dc:title[2]", "")]
    texts = {name: [value.text for value in values] for name, values in elements.items()}
    assert texts["date"] == ["2001-05"]
    assert texts["type"] == ["image"]
    assert texts["isbn"] == ["9787503717444"]
    assert texts["language"] == ["zh"]
    assert texts["licence"] == ["cc_by"]
    assert elements["date"][0].source == "dcterms:issued[1]"
