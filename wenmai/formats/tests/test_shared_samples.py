"""Real records: whatever pymarc, yaz or Perl reads is read, and the rest is accounted for."""

import contextlib
import json
import re
import shutil
import subprocess
import warnings
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pymarc
import pytest

from wenmai.formats.crosswalk import map_record
from wenmai.formats.marc import Field, Marc, clean_subfield
from wenmai.formats.oai import Page, Record, parse_page
from wenmai.formats.tests.reading_aloud import crosswalk, iso2709, outcomes, parsed
from wenmai.formats.values import REJECT_CODES, Outcome, Parsed, Reject

FOLDERS = ("marc-broken", "marc-bulk", "marc-cjk", "unimarc-cnmarc", "oai-pmh")
# records in which no tool finds any field: nothing to read
HOLLOW = {"bad_records.mrc": 2}
WRAPPED = {"sample_cnmarcxml.xml", "marc.xml"}  # answers of SRU and OAI-PMH
NOT_MARC = re.compile(r"lido|lrmi|eaccpf|forward|qdc|doaj|caltech|del-col|debug|sample-oai|one-record")


def files(shared: Path, *suffixes: str) -> list[Path]:
    found = [path for folder in FOLDERS for path in sorted((shared / "data" / folder).iterdir())]
    return [path for path in found if path.suffix in suffixes]


def family(path: Path) -> str:
    return "unimarc" if path.parent.name == "unimarc-cnmarc" else "marc21"


def accounted(path: Path, found: list[Outcome]) -> None:
    """Every outcome stands for its own bytes, in order, and between them stands nothing but blanks."""
    raw, end = path.read_bytes(), 0
    for one in found:
        if isinstance(one, Reject):
            assert one.code in REJECT_CODES
            assert one.detail
        assert raw[one.position :].startswith(one.raw)
        assert one.position >= end
        assert not raw[end : one.position].strip(b"\r\n\t \x00\x1a\xef\xbb\xbf")
        end = one.position + (one.length if isinstance(one, Reject) else len(one.raw))
    assert not raw[end:].strip(b"\r\n\t \x00\x1a")


def read_by_pymarc(raw: bytes) -> int:
    count = 0
    with contextlib.redirect_stderr(StringIO()), warnings.catch_warnings(), contextlib.suppress(Exception):
        warnings.simplefilter("ignore")
        for record in pymarc.MARCReader(BytesIO(raw)):
            count += record is not None
    return count


@pytest.mark.slow
def test_every_iso2709_record_that_pymarc_reads_is_read(shared):
    total = theirs = 0
    for path in files(shared, ".mrc", ".dat", ".marc"):
        found = outcomes(family(path), path.read_bytes())
        accounted(path, found)
        ours = sum(isinstance(one, Parsed) for one in found)
        count = read_by_pymarc(path.read_bytes())
        assert ours >= count, path
        assert len(found) - ours == HOLLOW.get(path.name, 0), path
        total, theirs = total + ours, theirs + count
    assert total > theirs > 4_000


@pytest.mark.slow
def test_every_xml_record_that_pymarc_reads_is_read(shared):
    total = 0
    for path in files(shared, ".xml", ".mrx"):
        if NOT_MARC.search(path.name):
            continue
        theirs: list[pymarc.Record] = []
        with contextlib.suppress(Exception):
            pymarc.map_xml(theirs.append, str(path))  # type: ignore[no-untyped-call]
        ours = parsed(f"{family(path).removesuffix('21')}xml", path.read_bytes())
        assert len(ours) >= len(theirs), path
        raw = path.read_bytes()
        assert all(raw[one.position :].startswith(one.raw) for one in ours)
        total += len(ours)
    assert total > 900


def count_yaz(path: Path) -> int:
    done = subprocess.run(["yaz-marcdump", "-p", str(path)], capture_output=True, check=False)
    return done.stdout.count(b"<!-- Record ")


def count_perl(path: Path) -> int:
    script = (
        "my $b = MARC::Batch->new('USMARC', $ARGV[0]); $b->strict_off; $b->warnings_off; my $n = 0;"
        "while (1) { my $r; eval { $r = $b->next }; last if $@ || !$r; $n++ } print $n"
    )
    done = subprocess.run(["perl", "-MMARC::Batch", "-e", script, str(path)], capture_output=True, check=False)
    return int(done.stdout or 0) if done.returncode == 0 else -1


@pytest.mark.slow
@pytest.mark.parametrize(("tool", "count"), [("yaz-marcdump", count_yaz), ("perl", count_perl)])
def test_every_record_that_another_tool_reads_is_read(shared, tool, count):
    if not shutil.which(tool) or count(shared / "data/marc-cjk/one-marc8.mrc") != 1:
        pytest.skip(f"{tool} with its MARC modules is not on this machine")
    for path in files(shared, ".mrc", ".dat", ".marc"):
        found = outcomes(family(path), path.read_bytes())
        ours = sum(isinstance(one, Parsed) for one in found)
        assert ours + HOLLOW.get(path.name, 0) >= count(path), path


def read_by_yaz(path: Path) -> list[tuple[str, list[Field]]]:
    """Leader and fields of each record that yaz finds in XML; one inside an answer of OAI-PMH or SRU comes twice."""
    command = ["yaz-marcdump", "-i", "marcxml", "-o", "json", str(path)]
    text = subprocess.run(command, capture_output=True, check=False).stdout.decode("utf-8", "replace")
    decoder, found, end = json.JSONDecoder(strict=False), list[tuple[str, list[Field]]](), 0
    with contextlib.suppress(ValueError):
        while (start := text.find("{", end)) >= 0:
            record, end = decoder.raw_decode(text, start)
            fields = [field_of_yaz(*pair) for field in record["fields"] for pair in field.items()]
            found.append((record["leader"], [field for field in fields if field.subfields or field.value]))
    return found


def field_of_yaz(tag: str, content: Any) -> Field:
    if isinstance(content, str):
        return Field(tag, "", [], clean_subfield(content), 0)
    subfields = [(code, clean_subfield(text)) for pair in content["subfields"] for code, text in pair.items()]
    return Field(tag, content["ind1"] + content["ind2"], subfields, "", 0)


@pytest.mark.slow
def test_every_xml_record_that_yaz_reads_is_read_alike_and_the_rest_is_accounted_for(shared):
    if not shutil.which("yaz-marcdump") or not read_by_yaz(shared / "data/marc-broken/alma.xml"):
        pytest.skip("yaz-marcdump is not on this machine")
    total, refused = 0, []
    for path in files(shared, ".xml", ".mrx"):
        if NOT_MARC.search(path.name):
            continue
        found = outcomes(f"{family(path).removesuffix('21')}xml", path.read_bytes())
        ours, theirs = [one.body for one in found if isinstance(one, Parsed)], read_by_yaz(path)
        theirs = theirs[:: 2 if path.name in WRAPPED else 1]
        assert len(ours) >= len(theirs), path
        for mine, (leader, fields) in zip(ours, theirs, strict=False):
            assert isinstance(mine, Marc)
            if path.name != "bad_tag.xml":  # yaz mends its leader, which is too short
                assert mine.leader == leader, path
            plain = [field._replace(number=0, link="", script="") for field in mine.fields]
            assert plain == fields, path
        total += len(theirs)
        refused += [(path.name, one.position, one.code) for one in found if isinstance(one, Reject)]
        assert all(
            one.detail and path.read_bytes()[one.position :].startswith(one.raw)
            for one in found
            if isinstance(one, Reject)
        )
    assert total > 990
    assert refused == [("three-records-second-bad.xml", 2770, "syntax")]


def test_records_whose_leaders_count_characters(shared):
    found = parsed("marc21", (shared / "data/marc-broken/bu_bibs.mrc").read_bytes())
    assert len(found) == 100
    assert sum(any(note.code == "length" for note in one.notes) for one in found) == 16
    assert all("title" in map_record(one, crosswalk("marc21")) for one in found)


def test_the_second_of_three_is_bad(shared):
    path = shared / "data/marc-broken/three-records-second-bad.xml"
    found = outcomes("marcxml", path.read_bytes())
    assert [type(one).__name__ for one in found] == ["Parsed", "Reject", "Parsed"]
    assert found[1].position == 2770


def test_east_asian_marc8_and_its_utf8_twin(shared):
    folder = shared / "data/marc-cjk"
    (ours,) = parsed("marc21", (folder / "marc9.marc").read_bytes())
    (twin,) = parsed("marcxml", (folder / "marc9.xml").read_bytes())
    assert isinstance(ours.body, Marc)
    assert isinstance(twin.body, Marc)
    assert [field.subfields for field in ours.body.fields] == [field.subfields for field in twin.body.fields]


def cnmarc(shared: Path) -> list[Parsed]:
    return parsed("unimarcxml", (shared / "data/unimarc-cnmarc/sample_cnmarcxml.xml").read_bytes())


def test_cnmarc_of_a_university(shared):
    records = cnmarc(shared)
    assert len(records) == 10
    elements = map_record(records[0], crosswalk("cnmarc"))
    assert elements["title"][0] == ("'94中国发展报告", "200$a", "")
    assert elements["isbn"][0] == ("9787503717444", "010$a", "")
    assert elements["classification"][0].text == "F124"
    assert [value.text for value in elements["creator"]] == ["叶震", "李强", "国家统计局"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_cnmarc_written_again_as_iso2709(shared, encoding):
    records = cnmarc(shared)
    raw = b""
    for record in records:
        assert isinstance(record.body, Marc)
        fields = [
            (field.tag, field.value) if not field.subfields else (field.tag, (field.indicators, field.subfields))
            for field in record.body.fields
        ]
        raw += iso2709(fields, encoding)
    again = parsed("unimarc", raw)
    for one, other in zip(records, again, strict=True):
        assert map_record(one, crosswalk("cnmarc")) == map_record(other, crosswalk("cnmarc"))


@pytest.mark.parametrize(
    ("name", "format", "count"),
    [
        ("oai_doaj.xml", "oai_dc", 100),
        ("oai-caltech.xml", "oai_dc", 100),
        ("marc.xml", "marcxml", 100),
        ("sample-oai-no-namespace.xml", "oai_dc", 10),
        ("sample-oai-pmh.xml", "oai_dc", 10),
    ],
)
def test_answers_of_real_servers(shared, name, format, count):
    page = parse_page((shared / "data/oai-pmh" / name).read_bytes(), format=format)
    assert isinstance(page, Page)
    records = [one for one in page.records if isinstance(one, Record)]
    assert len(records) == len(page.records) == count
    assert all(isinstance(one.outcome, Parsed) and one.outcome.key == one.header.identifier for one in records)
    assert page.token
    assert page.token.value


def test_the_list_of_intangible_heritage(shared):
    mapping = crosswalk("ich-3610")
    raw = (shared / "data/ich-3610/ich_scatter.json").read_bytes()
    records = parsed("json", raw, crosswalk=mapping)
    assert len(records) == raw.count(b'"lng"')
    elements = map_record(records[0], mapping)
    assert elements["title"] == [("苗族古歌", "$.name", "")]
    assert elements["spatial"][0] == ("贵州省黔东南苗族侗族自治州台江县", "$.province+$.city+$.county", "")
    assert all(one.key for one in records)


@pytest.mark.slow
def test_tables_of_poems(shared):
    mapping = crosswalk("poetry-csv")
    for path in sorted((shared / "data/poetry-csv").glob("*.csv")):
        found = outcomes("csv", path.read_bytes(), crosswalk=mapping)
        assert not [one for one in found if isinstance(one, Reject)], path
        for one in found:
            assert isinstance(one, Parsed)
            elements = map_record(one, mapping)
            assert elements["title"]
            assert elements["temporal"]
