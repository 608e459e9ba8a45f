"""ISO 2709 and leaders that lie."""

import pytest

from wenmai.formats.crosswalk import map_record
from wenmai.formats.marc import Marc
from wenmai.formats.marc8 import decode
from wenmai.formats.tests.reading_aloud import Fields, book, crosswalk, iso2709, outcomes, parsed, rejects
from wenmai.formats.values import Limits, Parsed, Reject


def titles(raw: bytes, family: str = "marc21", **more) -> list[str]:
    """Title of each record, or the code of its reject."""
    tag = "245" if family == "marc21" else "200"
    found = []
    for one in outcomes(family, raw, **more):
        if isinstance(one, Reject):
            found.append(one.code)
        else:
            assert isinstance(one.body, Marc)
            found.append(one.body.first(tag, "a"))
    return found


def notes(raw: bytes, family: str = "marc21") -> list[str]:
    return [note.code for one in parsed(family, raw) for note in one.notes]


ONE, TWO, THREE = book(1, "一"), book(2, "二"), book(3, "三")


def test_records_with_their_bytes_and_offsets():
    raw = ONE + TWO
    found = parsed("marc21", raw)
    assert [(one.key, one.position, one.raw) for one in found] == [("b1", 0, ONE), ("b2", len(ONE), TWO)]
    assert not notes(raw)


@pytest.mark.parametrize("between", [b"\n", b"\r\n", b"\x00", b" \n\x1a"])
def test_records_put_apart_by_lines(between):
    raw = ONE + between + TWO + between
    assert titles(raw) == ["一", "二"]
    assert not notes(raw)
    assert parsed("marc21", raw)[1].position == len(ONE) + len(between)


@pytest.mark.parametrize("length", [b"00000", b"99999", b"00030", b"     ", b"abcde", b"%05d" % (len(TWO) - 2)])
def test_a_wrong_length_costs_nothing(length):
    raw = ONE + length + TWO[5:] + THREE
    assert titles(raw) == ["一", "二", "三"]
    assert notes(raw) == ["length"]


def test_lengths_that_count_characters():
    text = TWO.decode()
    place = text.index("二")
    assert place
    counted = text.replace("245000600003", "245000400003")
    raw = b"%05d" % len(text) + counted.encode()[5:]
    assert titles(ONE + raw + THREE) == ["一", "二", "三"]


def test_a_wrong_base_address():
    raw = TWO[:12] + b"00099" + TWO[17:]
    assert titles(ONE + raw) == ["一", "二"]
    assert notes(raw) == ["base"]


@pytest.mark.parametrize(
    ("right", "wrong"), [(b"2450008", b"2450018"), (b"2450008", b"2450003"), (b"00003260", b"00004260")]
)
def test_a_directory_that_disagrees(right, wrong):
    assert right in TWO
    raw = TWO.replace(right, wrong)
    (record,) = parsed("marc21", raw)
    assert isinstance(record.body, Marc)
    assert [field.tag for field in record.body.fields] == ["001", "245", "260"]
    assert record.body.first("260", "b") == "某社"
    assert [note.code for note in record.notes] == ["directory"]


def test_fields_in_another_order_than_the_directory():
    directory = TWO[24 : TWO.index(b"\x1e")]
    entries = [directory[place : place + 12] for place in range(0, len(directory), 12)]
    raw = TWO.replace(directory, entries[2] + entries[0] + entries[1])
    (record,) = parsed("marc21", raw)
    assert isinstance(record.body, Marc)
    assert [field.tag for field in record.body.fields] == ["260", "001", "245"]
    assert (record.key, record.notes) == ("b2", ())


def test_an_end_sign_inside_a_field_and_one_that_is_missing():
    inside = iso2709([("001", "b2"), ("245", ("10", [("a", "二\x1d二")]))])
    raw = ONE + inside + THREE
    assert titles(raw) == ["一", "二\ufffd二", "三"]
    assert notes(raw) == ["signs", "characters"]
    assert titles(ONE[:-1] + TWO) == ["一", "二"]
    assert titles(ONE[:-1] + TWO[:-1] + THREE[:-1]) == ["一", "二", "三"]


def test_a_record_that_was_cut_does_not_swallow_the_next():
    raw = ONE + TWO[:70] + THREE
    found = titles(raw)
    assert found[0] == "一"
    assert found[-1] == "三"
    assert len(found) == 3


def test_the_end_of_a_stream_inside_a_record():
    raw = ONE + TWO[:40]
    (reject,) = rejects("marc21", raw)
    assert (reject.code, reject.position, reject.raw) == ("truncated", len(ONE), TWO[:40])


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"00026     2200025   4500\x1e\x1d", "empty"),
        (b"no marc at all, only text that goes on\x1d", "directory"),
        (b"short\x1d", "leader"),
        (b"00050nam a2200025 i 4500" + b"\xff" * 30 + b"\x1e\x1e\x1d", "directory"),
    ],
)
def test_what_is_no_record_is_rejected_alone(raw, code):
    assert titles(ONE + raw + TWO) == ["一", code, "二"]
    assert rejects("marc21", ONE + raw)[0].position == len(ONE)


def test_limits():
    long = iso2709([("001", "b2"), *[("500", ("  ", [("a", "x" * 500)]))] * 40])
    assert titles(ONE + long + TWO, limits=Limits(record_bytes=10_000)) == ["一", "too_large", "二"]
    assert rejects("marc21", long, limits=Limits(record_bytes=10_000))[0].length == len(long)
    assert titles(long + TWO, limits=Limits(fields=30)) == ["too_many_fields", "二"]
    assert titles(ONE * 4000, limits=Limits(document_bytes=300_000))[-1] == "too_large"
    assert titles(b"0" * 300_000, limits=Limits(record_bytes=10_000)) == ["too_large"]


CN: Fields = [
    ("001", "c1"),
    ("100", ("  ", [("a", "19990101d1999    em y0chiy0120    ea")])),
    ("200", ("1 ", [("a", "史记今注"), ("f", "司马迁著")])),
]


@pytest.mark.parametrize(("encoding", "said"), [("utf-8", ["encoding"]), ("gb18030", [])])
def test_cnmarc_in_the_encodings_of_its_libraries(encoding, said):
    raw = iso2709(CN, encoding)
    assert titles(raw, "unimarc") == ["史记今注"]
    assert notes(raw, "unimarc") == said


def test_marc21_in_gb18030_is_noticed():
    raw = book(1, "春江花月夜诗集", "gb18030")
    assert titles(raw) == ["春江花月夜诗集"]
    assert notes(raw) == ["encoding"]


def test_the_operator_may_name_the_encoding():
    raw = iso2709([("001", "1"), ("200", ("  ", [("a", "Мир")]))], "cp866")
    assert titles(raw, "unimarc", encoding="cp866") == ["Мир"]


def test_cyrillic_pages_are_guessed_where_only_letters_come_out():
    title = "Преступление и наказание романа"
    for encoding in ("cp866", "cp1251"):
        raw = iso2709([("001", "1"), ("200", ("  ", [("a", title)]))], encoding)
        assert titles(raw, "unimarc") == [title]


def test_utf8_that_the_leader_denies_and_the_other_way_round():
    assert notes(book(1, "春晓").replace(b"nam a22", b"nam  22", 1)) == ["encoding"]
    raw = iso2709([("001", "1"), ("245", ("00", [("a", "Soci\xe2et\xe2e")]))], "latin-1")
    assert titles(raw) == ["Société"]
    assert notes(raw) == ["encoding"]


def test_a_utf8_record_with_a_bad_byte_keeps_the_rest():
    raw = book(1, "春晓集").replace("某社".encode(), "某".encode() + b"\xff\xff\xff")
    (record,) = parsed("marc21", raw)
    assert isinstance(record.body, Marc)
    assert record.body.first("245", "a") == "春晓集"
    assert record.body.first("260", "b") == "某\ufffd\ufffd\ufffd"
    assert [note.code for note in record.notes] == ["encoding", "characters"]


@pytest.mark.parametrize(
    ("raw", "text", "unknown"),
    [
        (b"plain", "plain", 0),
        (b"Soci\xe2et\xe2e", "Société", 0),
        (b"\x1b(N@YSI\x1b(B", "юыси", 0),
        (b"\x1b$1!Bz!<D\x1b(B /", "旺市 /", 0),
        (b"&\xe2#x", "&#\u0301x", 0),
        (b"&#x6625;&#x6653;", "春晓", 0),
        (b"\xe2&#x03B1;", "ά", 0),
        (b"\x88The \x89end", "The end", 0),
        (b"a\x1b", "a", 1),
        (b"a\xfc", "a\ufffd", 1),
    ],
)
def test_marc8(raw, text, unknown):
    assert decode(raw) == (text, unknown)


def test_original_scripts_stand_beside_their_fields():
    raw = iso2709(
        [
            ("001", "v1"),
            ("008", "010101s2001    cc            000 0 chi d"),
            ("100", ("1 ", [("6", "880-01"), ("a", "Li, Bai,")])),
            ("245", ("10", [("6", "880-02"), ("a", "Jing ye si /")])),
            ("500", ("  ", [("a", "No pair.")])),
            ("880", ("1 ", [("6", "100-01/$1"), ("a", "李白")])),
            ("880", ("10", [("6", "245-02/$1"), ("a", "静夜思 /")])),
            ("880", ("  ", [("6", "500-00/$1"), ("a", "无对应")])),
        ]
    )
    (record,) = parsed("marc21", raw)
    elements = map_record(record, crosswalk("marc21"))
    assert elements["title"] == [("静夜思", "880[2]$a", "zh")]
    assert elements["alternative"] == [("Jing ye si", "245$a", "zh-Latn")]
    assert elements["creator"] == [("李白", "880$a", "zh"), ("Li, Bai", "100$a", "zh-Latn")]
    assert elements["description"] == [("No pair.", "500$a", ""), ("无对应", "880[3]$a", "zh")]


def test_machine_pinyin_is_left_alone():
    raw = iso2709(
        [
            ("001", "1"),
            ("200", ("1 ", [("a", "重庆史话"), ("A", "zhong qing shi hua"), ("f", "某人"), ("F", "mou ren")])),
        ]
    )
    (record,) = parsed("unimarc", raw)
    texts = [value.text for values in map_record(record, crosswalk("cnmarc")).values() for value in values]
    assert "重庆史话" in texts
    assert not any("zhong" in text or "mou" in text for text in texts)


def test_control_characters_do_not_get_through():
    raw = iso2709([("001", "1"), ("245", ("00", [("a", "a\x00b\x07c\u0098The \u009cd")]))])
    assert titles(raw) == ["a\ufffdb\ufffdcThe d"]
    assert all(isinstance(one, Parsed) for one in outcomes("marc21", raw))


def test_a_mark_at_the_beginning_of_a_subfield_leaves_its_code_alone():
    (one,) = parsed("marc21", iso2709([("001", "1"), ("245", ("10", [("a", "\u0301x"), ("b", "e\u0301")]))]))
    assert isinstance(one.body, Marc)
    assert one.body.fields[1].subfields == [("a", "\u0301x"), ("b", "é")]
