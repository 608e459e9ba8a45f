"""JSON and its accidents."""

import json
import tracemalloc
from io import BytesIO

import pytest

from wenmai.formats.crosswalk import compile_crosswalk, map_record
from wenmai.formats.reading import read, read_one
from wenmai.formats.tests.reading_aloud import cells, outcomes, parsed, rejects
from wenmai.formats.values import REJECT_CODES, Limits, Parsed, Reject


def test_raw_is_the_records_own_bytes_at_their_own_offset():
    raw = '\ufeff [ {"a": "春"} ,\n\t{"b":"\\u6625" }]\n'.encode()
    found = parsed("json", raw)
    assert [record.raw for record in found] == ['{"a": "春"}'.encode(), b'{"b":"\\u6625" }']
    assert all(raw[record.position :].startswith(record.raw) for record in found)


@pytest.mark.parametrize(
    ("raw", "keys"),
    [
        (b'{"a": 1}', [["a"]]),
        (b'{"a": 1}\n{"b": 2}', [["a"], ["b"]]),
        (b"[]", []),
        (b"", []),
        (b"[ ]  ", []),
    ],
)
def test_one_object_or_many(raw, keys):
    assert [list(record.body) for record in parsed("json", raw)] == keys  # type: ignore[call-overload]
    assert not rejects("json", raw)


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ('{"t": "a "b" c"}', "syntax"),
        ('{"t": NaN}', "syntax"),
        ('{"t": 1' + "0" * 5000 + "}", "syntax"),
        ('{"t": 1e999}', "syntax"),
        ('{"t": [-1e400]}', "syntax"),
        ('{"t": -Infinity}', "syntax"),
        ('{"t": 1,}', "syntax"),
        ('{"t": 1 /* x */}', "syntax"),
        ("null", "not_a_record"),
        ('{"t": ' + '{"a":' * 100_000 + "1" + "}" * 100_001, "too_deep"),
        ("[1, 2]", "not_a_record"),
        ('"text"', "not_a_record"),
        ("{}", "empty"),
        ('{"t": "a\nb"}', "syntax"),
        ('{"t": "a\x00b"}', "syntax"),
        ("{'t': 1}", "syntax"),
        ('{"t": ' + "[" * 70 + "]" * 70 + "}", "too_deep"),
        ('{"t": ' + "[" * 100_000 + "]" * 100_000 + "}", "too_deep"),
        ('{"t": [' + "0," * 20_000 + "0]}", "too_many_fields"),
    ],
)
def test_a_bad_record_costs_only_itself(bad, code):
    raw = f'[{{"n": "一"}},\n{bad},\n{{"n": "二"}}]'.encode()
    found = outcomes("json", raw)
    assert [getattr(one, "code", one.body if isinstance(one, Parsed) else None) for one in found] == [
        {"n": "一"},
        code,
        {"n": "二"},
    ]
    assert code in REJECT_CODES
    reject = found[1]
    assert isinstance(reject, Reject)
    assert reject.position == raw.index(bad[:20].encode())
    assert reject.length == len(bad.encode())
    assert reject.detail


def test_bytes_that_are_no_text_cost_only_their_record():
    raw = '[{"n": "一"}, {"n": "'.encode() + b"\xff\xfe" + '"}, {"n": "三"}]'.encode()
    assert [one.code if isinstance(one, Reject) else cells(one)["n"] for one in outcomes("json", raw)] == [
        "一",
        "encoding",
        "三",
    ]
    assert rejects("json", raw)[0].raw == b'{"n": "\xff\xfe"}'


@pytest.mark.parametrize("cut", [5, 20, 29])
def test_a_truncated_list_says_so(cut):
    raw = b'[{"n": "one"}, {"n": "two"}]'
    last = outcomes("json", raw[:cut] if cut < 28 else raw[:-1])[-1]
    assert isinstance(last, Reject)
    assert last.code == "truncated"


def test_text_behind_the_list_is_not_lost():
    (reject,) = rejects("json", b'[{"n": 1}] {"n": 2}')
    assert (reject.code, reject.raw) == ("syntax", b'{"n": 2}')


def test_lone_surrogates_and_nul_are_replaced_and_noted():
    (record,) = parsed("json", rb'[{"n": "a\ud800b\u0000c", "m": "\\u0000"}]')
    assert record.body == {"n": "a\ufffdb\ufffdc", "m": "\\u0000"}
    assert [note.code for note in record.notes] == ["characters"]


def test_a_record_beyond_the_limit_is_passed_over_in_flat_memory():
    long = '{"n": "' + "长" * 3_000_000 + '", "m": [{"a": 1}, {"b": "}"}]}'
    raw = f'[{{"n": "一"}}, {long}, {{"n": "三"}}]'.encode()
    found = outcomes("json", raw, Limits(record_bytes=1 << 20, reject_bytes=100))
    assert [one.code if isinstance(one, Reject) else one.body for one in found] == [
        {"n": "一"},
        "too_large",
        {"n": "三"},
    ]
    assert isinstance(found[1], Reject)
    assert found[1].length == len(long.encode())
    assert len(found[1].raw) == 100


def test_a_document_beyond_the_limit_ends_with_a_reject():
    raw = b"[" + b",".join([b'{"n": "' + b"x" * 1000 + b'"}'] * 3000) + b"]"
    assert outcomes("json", raw, Limits(document_bytes=1 << 20))[-1].code == "too_large"  # type: ignore[union-attr]


def test_gb18030_and_utf16_are_read():
    text = json.dumps([{"n": "春晓，孟浩然"}], ensure_ascii=False)
    for raw in (text.encode("gb18030"), ("\ufeff" + text).encode("utf-16-le")):
        (record,) = parsed("json", raw)
        assert record.body == {"n": "春晓，孟浩然"}
        assert raw[record.position :].startswith(record.raw)


@pytest.mark.parametrize("format", ["json", "jsonl"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "gb18030"])
def test_objects_one_after_another_in_every_encoding(format, encoding):
    raw = '{"n": "春晓，孟浩然"}\n{"n": }\n{"n": "静夜思"}\n'.encode(encoding)
    found = outcomes(format, raw)
    assert [one.code if isinstance(one, Reject) else one.body for one in found] == [
        {"n": "春晓，孟浩然"},
        "syntax",
        {"n": "静夜思"},
    ]
    assert all(raw[one.position :].startswith(one.raw) for one in found)


def test_numbers_are_refused_in_words_that_say_what_to_do():
    (long,) = rejects("json", b'[{"t": ' + b"1" * 5000 + b"}]")
    assert long.detail == "A number has too many digits: write it as text, in quotation marks."
    (large,) = rejects("json", b'[{"t": 1e999}]')
    assert large.detail == "1e999 is too large a number."


def test_of_a_key_that_stands_there_twice_the_last_counts_and_the_bytes_have_both():
    (one,) = parsed("json", b'[{"t": "a", "t": "b"}]')
    assert (one.body, one.raw) == ({"t": "b"}, b'{"t": "a", "t": "b"}')


@pytest.mark.slow
@pytest.mark.parametrize(
    ("format", "before", "after"),
    [
        ("json", b'[{"n": 1}, {"n": "', b'"}, {"n": 2}]'),
        ("jsonl", b'{"n": 1}\n{"n": "', b'\n{"n": 2}\n'),
        ("csv", b'n\n1\n"', b'"\n2\n'),
    ],
)
def test_a_text_of_60_megabytes_between_two_records_costs_no_memory(format, before, after):
    stream = BytesIO(before + b"x" * 60_000_000 + after)
    tracemalloc.start()
    try:
        found = list(read(format, stream))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [one.code if isinstance(one, Reject) else str(cells(one)["n"]) for one in found] == ["1", "too_large", "2"]
    assert isinstance(found[1], Reject)
    assert found[1].length > 60_000_000
    assert peak < 40_000_000


def test_half_a_character_at_the_end_of_utf16():
    (reject,) = outcomes("json", b"\xff\xfe" + '{"n": "春"'.encode("utf-16-le") + b"\n")
    assert isinstance(reject, Reject)
    assert reject.code == "truncated"


def test_lines_of_json():
    raw = '{"n": "一"}\n\nnot json\n[1]\n{"n": "二"}'.encode()
    found = outcomes("jsonl", raw)
    assert [one.code if isinstance(one, Reject) else one.body for one in found] == [
        {"n": "一"},
        "syntax",
        "not_a_record",
        {"n": "二"},
    ]
    assert [one.position for one in found] == [0, 14, 23, 27]


def test_a_long_line_is_passed_over():
    raw = b'{"n": 1}\n' + b"x" * 5000 + b'\n{"n": 2}\n'
    found = outcomes("jsonl", raw, Limits(record_bytes=100))
    assert [one.code if isinstance(one, Reject) else one.body for one in found] == [{"n": 1}, "too_large", {"n": 2}]
    assert found[1].length == 5001  # type: ignore[union-attr]


def test_records_inside_a_document_know_what_stands_above_them():
    plan = {
        "name": "x",
        "format": ["json"],
        "records": "content[*].content[*]",
        "key": {"digest": ["^^.title", "$.chapter"]},
        "rules": [{"to": "title", "template": "{^^.title}·{^.title}·{$.chapter}"}],
    }
    raw = '{"title": "书", "content": [{"title": "卷一", "content": [{"chapter": "甲"}, {"chapter": "乙"}]}]}'.encode()
    compiled = compile_crosswalk(plan)
    found = [one for one in read("json", BytesIO(raw), crosswalk=compiled) if isinstance(one, Parsed)]
    assert [map_record(one, compiled)["title"][0].text for one in found] == ["书·卷一·甲", "书·卷一·乙"]
    assert len({one.key for one in found}) == 2
    assert '"above": [{"title": "卷一"}, {"title": "书"}]' in found[0].raw.decode()


def test_a_single_record_is_read_alone():
    one = read_one("json", b'{"id": 7}', key="k", position=5)
    assert (one.key, one.position) == ("k", 5)
    with pytest.raises(ValueError, match="do not stand alone"):
        read_one("csv", b"a,b")


@pytest.mark.parametrize("before", ["", "\ufeff", "\n \n"])
@pytest.mark.parametrize("between", [", ", ",\n", "\n,\n"])
def test_a_file_of_lines_that_is_one_list_is_read_as_a_list(before, between):
    raw = f'{before}[{between.strip(",")}{{"n": 1}}{between}{{"n": x}}{between}{{"n": 3}}]'.encode()
    found = outcomes("jsonl", raw)
    assert [one.body if isinstance(one, Parsed) else one.code for one in found] == [{"n": 1}, "syntax", {"n": 3}]
    assert [raw[one.position : one.position + 4] for one in found] == [b'{"n"'] * 3


def test_a_line_that_is_a_list_of_no_objects_costs_only_itself():
    found = outcomes("jsonl", b'[1, 2]\n{"n": 1}\n')
    assert [one.body if isinstance(one, Parsed) else one.code for one in found] == ["not_a_record", {"n": 1}]
