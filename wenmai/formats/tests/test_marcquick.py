"""The quick reader says what the tree's reader says, or nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from wenmai.formats.marcquick import read_marc_text
from wenmai.formats.marcxml import read_marc_element
from wenmai.formats.tests.test_any_bytes import SPLICES, spliced
from wenmai.formats.values import DEFAULT_LIMITS, Parsed
from wenmai.formats.xmlrecords import parse_one, safe_parser

RECORD = """<record type="Bibliographic">
  <leader>00000nam a2200000 i 4500</leader>
  <controlfield tag="001"> k1 </controlfield>
  <!-- a - comment -->
  <datafield tag="245" ind1="1" ind2="0">
    <subfield code="6">880-01</subfield><subfield code='a'>A &amp; B &lt; C&#x301;</subfield>
  </datafield>
  <datafield ind2=" " ind1="&#49;" tag="246"><subfield code="a">e\u0301 \u0098Das\u009c
</subfield></datafield>
  <datafield tag="880"><subfield code="6">245-01/$1</subfield><subfield>春晓\u00a0</subfield></datafield>
</record>"""
PIECES = [
    *RECORD.splitlines(),
    "<subfield/>",
    "&#x20;",
    "&amp;#x6625;",
    "<x:y>",
    'tag="1"',
    "\r",
    "\ufffe",
    "]]>",
    "<?x?>",
]


OAI = """<o:record xmlns:o='x'><o:header><o:identifier> oai:x:1
</o:identifier><o:datestamp>2001</o:datestamp><o:setSpec>a</o:setSpec></o:header>
<o:metadata xmlns:xsi="y">
{}</o:metadata></o:record>"""
SRU = """<record><recordSchema>marcxml</recordSchema><recordPacking>xml</recordPacking>
<recordData>{}</recordData><recordPosition>1</recordPosition></record>"""


def tree(raw: bytes, family: str) -> object:
    return read_marc_element(etree.fromstring(raw, safe_parser()), family)


def whole_tree(raw: bytes) -> object:
    found = parse_one(raw, format="marcxml", limits=DEFAULT_LIMITS)
    return (found.key, found.body) if isinstance(found, Parsed) and not found.deleted else None


@pytest.mark.parametrize("family", ["marc21", "unimarc"])
def test_what_machines_write_is_read_quickly_and_alike(family):
    raw = RECORD.replace("C&#x301;", "C").replace("&#49;", "1").encode()
    assert read_marc_text(raw, family) == tree(raw, family) != None  # noqa: E711
    prefixed = raw.replace(b"</", b"</m:").replace(b"<", b"<m:").replace(b"<m:/m:", b"</m:").replace(b"<m:!", b"<!")
    assert read_marc_text(prefixed, family) == read_marc_text(raw, family)


@pytest.mark.parametrize("around", [OAI, SRU])
def test_what_stands_in_an_answer_is_read_quickly_and_alike(around):
    raw = around.format(RECORD.replace("C&#x301;", "C").replace("&#49;", "1")).encode()
    assert read_marc_text(raw, "marc21") == whole_tree(raw) != None  # noqa: E711


@pytest.mark.parametrize(
    ("around", "there", "instead"),
    [
        (OAI, "<o:header>", "<o:header status='deleted'>"),
        (OAI, "<o:identifier>", "<o:x/><o:identifier>"),
        (OAI, "oai:x:1", "oai&amp;1"),
        (OAI, "</o:record>", "<o:about><a/></o:about></o:record>"),
        (OAI, "xmlns:o='x'", "a='1' a='2'"),
        (OAI, "</o:metadata>", "</metadata>"),
        (SRU, "<recordPosition>1</recordPosition>", "<extraRecordData><record/></extraRecordData>"),
        (SRU, "<recordPosition>1</recordPosition>", "<recordPosition>&nbsp;</recordPosition>"),
        (SRU, "</record>", "</record>x"),
    ],
)
def test_an_answer_that_is_not_plain_is_left_to_a_parser(around, there, instead):
    before, _, after = around.rpartition(there)
    raw = (before + instead + after).format(RECORD.replace("C&#x301;", "C").replace("&#49;", "1")).encode()
    assert read_marc_text(raw, "marc21") is None


@pytest.mark.parametrize(
    "piece",
    ["<![CDATA[x]]>", "&nbsp;", "&#0;", "<b>x</b>", "<!-- x -->y", "]]>", "\ufffe", "\x01", "& ", "<x", "\r\n"],
)
def test_what_is_not_plain_is_left_to_a_parser(piece):
    raw = f'<record><datafield tag="245" ind1=" " ind2=" "><subfield code="a">a{piece}</subfield></datafield></record>'
    assert read_marc_text(raw.encode(), "marc21") is None


@pytest.mark.slow
@settings(max_examples=600, deadline=None)
@given(
    splices=SPLICES,
    moves=st.lists(st.tuples(st.integers(0, 14), st.sampled_from(PIECES)), max_size=3),
    family=st.sampled_from(["marc21", "unimarc"]),
)
def test_whatever_is_spliced_in_it_is_read_alike_or_not_at_all(splices, moves, family):
    lines = RECORD.replace("C&#x301;", "C").replace("&#49;", "1").splitlines()
    for place, piece in moves:
        lines.insert(place, piece)
    text = "\n".join(lines)
    for raw in (text.encode("utf-8", "replace"), spliced(text.encode(), splices[:1])):
        found = read_marc_text(raw, family)
        assert found is None or found == tree(raw, family)
    for around in (OAI, SRU):
        raw = spliced(around.format(text).encode("utf-8", "replace"), splices[:1])
        found = read_marc_text(raw, "marc21")
        assert found is None or found == whole_tree(raw)
