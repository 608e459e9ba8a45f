"""What is written is valid, safe and complete."""

import json
from pathlib import Path

import pymarc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from wenmai.formats import writers
from wenmai.formats.characters import clean_text, resolve_references
from wenmai.formats.crosswalk import map_record
from wenmai.formats.dublin import DublinCore
from wenmai.formats.marc import Marc, clean_subfield
from wenmai.formats.reading import read_one
from wenmai.formats.tests.reading_aloud import crosswalk
from wenmai.formats.values import Naming, Parsed, Unwritable, Value, pack

HOSTILE = 'a<b>&"c\x00d\ud800]]>\n春'
FULL = {
    "title": [Value("春晓", "200$a", "zh"), Value("Dawn", "200$d", "en")],
    "creator": [Value("孟浩然", "701$a"), Value("李白", "701[2]$a")],
    "type": [Value("text", "LDR")],
    "publication_place": [Value("北京", "210$a"), Value("上海", "210$a")],
    "publisher": [Value("某社", "210$c")],
    "date": [Value("2001-05", "210$d")],
    "language": [Value("zh", "101$a")],
    "isbn": [Value("9787503717444", "010$a")],
    "subject": [Value(HOSTILE, "606$a")],
    "binding": [Value("线装", "010$b")],
}

EVERY = sorted(
    {*FULL, "alternative", "classification", "theme", "description", "contributor", "format", "extent"}
    | {"identifier", "issn", "link", "source", "relation", "part_of", "spatial", "temporal", "rights", "licence"}
    | {"audience", "provenance", "edition", "call_number", "frequency", "volume", "text"}
)
LINKS = (
    "http://a.test/春 天?x=1&y=%zz#一#二",
    "1:x",
    "http://[::1]/",
    "urn:isbn:1",
    "http://a:b:c/",
    "x:\x00",
    "%",
    "",
)
NAMED = Naming("r1", "99.test.1/a&b", "http://a.test/id/99.test.1/a&b", "3B", "ancient_book/1.1")
TEXTS = st.text(st.sampled_from('ab&<>"\\/\r\n\tu0春\ufffe\x01'), min_size=1, max_size=8)
VALUES = st.lists(st.builds(Value, TEXTS, TEXTS, st.sampled_from(["", "zh", "zh-Hant", "?"])), min_size=1, max_size=3)


class Offline(etree.Resolver):
    """Finds in the folder of schemas what they import from the network."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def resolve(self, system_url, public_id, context):  # type: ignore[override]
        xlink = self.folder / "dpres/schemas_external/shared/xlink/loc.gov.mods/xlink.xsd"
        if system_url.startswith("http") and "xlink" in system_url:
            return self.resolve_filename(str(xlink), context)  # type: ignore[attr-defined]
        if system_url.endswith("xml.xsd"):
            return self.resolve_filename(str(self.folder / "sru/xml.xsd"), context)  # type: ignore[attr-defined]
        return None


def schema(shared: Path, path: str) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Offline(shared / "xsd"))
    return etree.XMLSchema(etree.parse(str(shared / "xsd" / path), parser))


SCHEMAS = (
    (writers.write_oai_dc, "oai/oai_dc.xsd"),
    (writers.write_marcxml, "oai/MARC21slim.xsd"),
    (writers.write_mods, "dpres/schemas_external/mods/3.7/mods-3-7.xsd"),
    (writers.write_qdc, "dpres/schemas_external/dc/2008/qualifieddc.xsd"),
)


@pytest.mark.parametrize(("write", "path"), SCHEMAS)
def test_records_are_valid(shared, write, path):
    valid = schema(shared, path)
    everything = {name: [Value(HOSTILE, "x", "zh_CN"), Value("二", "y", "不是语言")] for name in EVERY}
    links = {"link": [Value(text, "x") for text in LINKS]}
    for elements in (FULL, {}, {"title": [Value(HOSTILE, HOSTILE, "zh")]}, everything, links):
        valid.assertValid(etree.fromstring(write(elements, NAMED)))


@pytest.mark.parametrize("name", writers.FORMS)
def test_every_form_names_the_record_and_its_address(name):
    content = writers.FORMS[name].write(FULL, NAMED).decode()
    wanted = NAMED.name if name == "wenmai" else NAMED.address
    assert (wanted if name == "iso2709" else wanted.replace("&", "&amp;")) in content


@given(st.lists(st.dictionaries(st.sampled_from(EVERY), VALUES, max_size=6), max_size=5))
def test_a_page_is_what_its_records_are_alone(records):
    addresses = [f"http://a.test/id/{number}&<" for number in range(len(records))]
    packed = [json.dumps(pack(one), ensure_ascii=False) for one in records]
    written = writers.write_oai_dc_page(packed, addresses)
    alone = [
        writers.write_oai_dc({name: one[name] for name in one}, Naming(address=address))
        for one, address in zip(records, addresses, strict=True)
    ]
    assert written == alone


def test_the_full_profile_is_valid_and_loses_nothing():
    valid = etree.XMLSchema(etree.parse(str(writers.FULL_SCHEMA_FILE)))
    root = etree.fromstring(writers.write_full(FULL, NAMED))
    valid.assertValid(root)
    assert root.get("identifier") == "99.test.1/a&b"
    assert (root.get("grade"), root.get("graded-by")) == ("3B", "ancient_book/1.1")
    read = [
        (one.get("element"), one.text, one.get("source"), one.get("{http://www.w3.org/XML/1998/namespace}lang", ""))
        for one in root
    ]
    clean = HOSTILE.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")
    assert read == [
        (name, clean if text == HOSTILE else text, source, lang)
        for name, values in FULL.items()
        for text, source, lang in values
    ]


def test_dublin_core_comes_back():
    written = writers.write_oai_dc(FULL)
    back = read_one("oai_dc", written.encode())
    assert isinstance(back, Parsed)
    elements = map_record(back, crosswalk("oai_dc"))
    assert [value.text for value in elements["title"]] == ["春晓", "Dawn"]
    assert [value.text for value in elements["isbn"]] == ["9787503717444"]
    assert [value.text for value in elements["date"]] == ["2001-05"]


def test_marc_comes_back():
    back = read_one("marcxml", writers.write_marcxml(FULL, NAMED).encode())
    assert isinstance(back, Parsed)
    assert isinstance(back.body, Marc)
    assert (back.key, back.body.control("008")[7:11], back.body.control("008")[35:38]) == ("r1", "2001", "chi")
    assert len(back.body.control("008")) == 40
    elements = map_record(back, crosswalk("marc21"))
    assert elements["title"] == [("春晓", "245$a", "")]
    assert [value.text for value in elements["creator"]] == ["孟浩然"]
    assert [value.text for value in elements["contributor"]] == ["李白"]
    assert [value.text for value in elements["language"]] == ["zh"]
    assert [value.text for value in elements["publication_place"]] == ["北京", "上海"]


def test_mods_has_the_place_before_the_publisher():
    origin = etree.fromstring(writers.write_mods(FULL, NAMED)).find("{*}originInfo")
    assert origin is not None
    told = [(etree.QName(one).localname, one.xpath("string()")) for one in origin]
    assert told == [("place", "北京"), ("place", "上海"), ("publisher", "某社"), ("dateIssued", "2001-05")]


def test_iso2709_is_what_the_xml_is_and_another_reader_agrees():
    raw = writers.write_iso2709(FULL, NAMED)
    ours, twin = read_one("marc21", raw), read_one("marcxml", writers.write_marcxml(FULL, NAMED).encode())
    assert isinstance(ours, Parsed)
    assert isinstance(twin, Parsed)
    assert ours.notes == ()
    assert isinstance(ours.body, Marc)
    assert isinstance(twin.body, Marc)
    assert ours.body.fields == twin.body.fields
    theirs = pymarc.Record(data=raw)
    assert int(raw[:5]) == len(raw)
    assert (theirs["245"]["a"], theirs["001"].data) == ("春晓", "r1")
    assert [field.tag for field in theirs.fields] == sorted(field.tag for field in theirs.fields)


HARD = st.text(
    st.sampled_from("ab&<>\"'/\r\n\t春é\u0301\u0300\u0338𠀀😀\ufffe\x01\x1d\x1e\x1f\x00\ud800\u200b\u0098\ufeff]$;#xA")
    | st.sampled_from([chr(0x301), chr(0x2028), chr(0x85), chr(0xE000), chr(0x10FFFF)]),
    max_size=12,
)
MANY = st.dictionaries(
    st.sampled_from([name for name in EVERY if name not in ("type", "language", "date")]),
    st.lists(st.builds(Value, HARD, HARD, st.sampled_from(["", "zh", "zh-Hant", "?"])), min_size=1, max_size=3),
    max_size=6,
)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(elements=MANY)
def test_whatever_is_written_as_marc_comes_back_alike_from_both(elements):
    ours = read_one("marc21", writers.write_iso2709(elements, NAMED))
    twin = read_one("marcxml", writers.write_marcxml(elements, NAMED).encode())
    assert isinstance(ours, Parsed)
    assert isinstance(twin, Parsed)
    assert isinstance(ours.body, Marc)
    assert isinstance(twin.body, Marc)
    assert ours.body.fields == twin.body.fields
    titles = [value.text for value in elements.get("title", ())][:1]
    read = [text for field in twin.body.fields if field.tag == "245" for _, text in field.subfields]
    assert read == [clean_subfield(clean_text(text)) for text in titles]


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(elements=MANY)
def test_whatever_is_written_as_dublin_core_comes_back(elements):
    for format, write in (("oai_dc", writers.write_oai_dc), ("qdc", writers.write_qdc)):
        back = read_one(format, write(elements, NAMED).encode())
        assert isinstance(back, Parsed)
        assert isinstance(back.body, DublinCore)
        read = [one.text for one in back.body.statements if one.name == "dc:creator"]
        written = [clean_text(value.text) for value in elements.get("creator", ())]
        assert read == [resolve_references(text) for text in written if text.strip()]


@pytest.mark.slow
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(elements=MANY)
def test_whatever_is_written_is_valid(valid_forms, elements):
    for write, valid in valid_forms:
        valid.assertValid(etree.fromstring(write(elements, NAMED)))


@pytest.fixture(scope="module")
def valid_forms(shared):
    return [(write, schema(shared, path)) for write, path in SCHEMAS]


@pytest.mark.parametrize(("count", "size", "word"), [(1, 10_000, "Field 520"), (40, 3_000, "record")])
def test_what_iso2709_cannot_count_is_refused_in_words(count, size, word):
    elements = {"title": [Value("春", "t")], "description": [Value("春" * (size // 3), "d")] * count}
    with pytest.raises(Unwritable, match=word):
        writers.write_iso2709(elements)
    assert "春" in writers.write_marcxml(elements)
