"""Whatever is spliced into a stream: no exception, outcomes in order, texts that the database can hold."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wenmai.formats import writers
from wenmai.formats.crosswalk import map_record
from wenmai.formats.oai import parse_page
from wenmai.formats.tests.reading_aloud import book, crosswalk, outcomes
from wenmai.formats.values import REJECT_CODES, Limits, Parsed

SAMPLES = Path(__file__).parent / "samples"
STREAMS = {
    "marc21": ("marc21", book(1, "一") + book(2, "二") + book(3, "三")),
    "unimarc": ("cnmarc", book(1, "一") + book(2, "春江花月夜", "gb18030")),
    "marcxml": ("marc21", (SAMPLES / "songbook.marc21.marcxml").read_bytes()),
    "unimarcxml": ("cnmarc", (SAMPLES / "local-history.cnmarc.unimarcxml").read_bytes()),
    "json": ("poetry-ci", (SAMPLES / "poems.poetry-ci.json").read_bytes()),
    "csv": ("csv", (SAMPLES / "holdings.csv.csv").read_bytes()),
}
SIGNS = [b"\x1d", b"\x1e", b"\x1f", b"\x1b$1", b"<", b">", b'"', b"&", b"<!--", b"<record>", b"</record>", b"<![CDATA["]
SIGNS += [b"{", b"}", b"[", b"]", b",", b"\\ud800", b"\\u0000", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\n", b"99999"]
SPLICES = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 60), st.sampled_from(SIGNS) | st.binary(max_size=20)),
    min_size=1,
    max_size=8,
)


def spliced(raw: bytes, splices: list[tuple[float, int, bytes]]) -> bytes:
    for share, cut, piece in splices:
        place = int(share * len(raw))
        raw = raw[:place] + piece + raw[place + cut :]
    return raw


@pytest.mark.slow
@pytest.mark.parametrize("format", sorted(STREAMS))
@settings(max_examples=150, deadline=None)
@given(splices=SPLICES, small=st.booleans())
def test_spliced_streams(format, splices, small):
    name, raw = STREAMS[format]
    mapping = crosswalk(name)
    raw = spliced(raw, splices)
    last = -1
    for one in outcomes(format, raw, Limits(record_bytes=400, fields=5) if small else Limits(), crosswalk=mapping):
        assert one.position >= last
        last = one.position
        if not isinstance(one, Parsed):
            assert one.code in REJECT_CODES
            continue
        if one.body is None:
            continue
        elements = map_record(one, mapping)
        texts = [value.text for values in elements.values() for value in values]
        assert all(text and "\x00" not in text and text.encode() for text in texts)
        for write in (writers.write_oai_dc, writers.write_marcxml, writers.write_mods, writers.write_full):
            assert write(elements).encode()
    parse_page(raw, format="marcxml")
