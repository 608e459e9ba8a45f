"""JSON and its accidents."""

import json
from io import BytesIO

import pytest

from wenmai.formats.crosswalk import compile_crosswalk, map_record
from wenmai.formats.reading import read, read_one
from wenmai.formats.tests.reading_aloud import outcomes, parsed, rejects
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
    assert [one.code if isinstance(one, Reject) else one.body["n"] for one in outcomes("json", raw)] == [  # type: ignore[index]
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
