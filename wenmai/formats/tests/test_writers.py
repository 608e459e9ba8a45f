"""What is written is valid, safe and complete."""

from pathlib import Path

import pytest
from lxml import etree

from wenmai.formats import writers
from wenmai.formats.crosswalk import map_record
from wenmai.formats.marc import Marc
from wenmai.formats.reading import read_one
from wenmai.formats.tests.reading_aloud import crosswalk
from wenmai.formats.values import Parsed, Value

HOSTILE = 'a<b>&"c\x00d\ud800]]>\n春'
FULL = {
    "title": [Value("春晓", "200$a", "zh"), Value("Dawn", "200$d", "en")],
    "creator": [Value("孟浩然", "701$a"), Value("李白", "701[2]$a")],
    "type": [Value("text", "LDR")],
    "date": [Value("2001-05", "210$d")],
    "language": [Value("zh", "101$a")],
    "isbn": [Value("9787503717444", "010$a")],
    "subject": [Value(HOSTILE, "606$a")],
    "binding": [Value("线装", "010$b")],
}


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


@pytest.mark.parametrize(
    ("write", "path"),
    [
        (writers.write_oai_dc, "oai/oai_dc.xsd"),
        (writers.write_marcxml, "oai/MARC21slim.xsd"),
        (writers.write_mods, "dpres/schemas_external/mods/3.7/mods-3-7.xsd"),
    ],
)
def test_records_are_valid(shared, write, path):
    valid = schema(shared, path)
    for elements in (FULL, {}, {"title": [Value(HOSTILE, HOSTILE, "zh")]}):
        if elements or write is not writers.write_mods:  # MODS wants something in it
            valid.assertValid(etree.fromstring(write(elements)))


def test_the_full_profile_is_valid_and_loses_nothing():
    valid = etree.XMLSchema(etree.parse(str(writers.FULL_SCHEMA_FILE)))
    root = etree.fromstring(writers.write_full(FULL, "99.test.1/a&b"))
    valid.assertValid(root)
    assert root.get("identifier") == "99.test.1/a&b"
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
    back = read_one("marcxml", writers.write_marcxml(FULL, "r1").encode())
    assert isinstance(back, Parsed)
    assert isinstance(back.body, Marc)
    assert (back.key, back.body.control("008")[7:11], back.body.control("008")[35:38]) == ("r1", "2001", "chi")
    assert len(back.body.control("008")) == 40
    elements = map_record(back, crosswalk("marc21"))
    assert elements["title"] == [("春晓", "245$a", "")]
    assert [value.text for value in elements["creator"]] == ["孟浩然"]
    assert [value.text for value in elements["contributor"]] == ["李白"]
    assert [value.text for value in elements["language"]] == ["zh"]
