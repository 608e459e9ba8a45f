import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenmai.identifiers import rules
from wenmai.identifiers.rules import check_character, codes, local_ids, states
from wenmai.lib.refusal import Refused

NAME = "99.test.2.1100009031010001/T90F901.4k7q2m"
SERIALS = st.one_of(
    st.integers(0, 1 << 12),
    st.integers((1 << 30) - 50, (1 << 30) + 50),
    st.integers(0, (1 << 60) - 1),
)


def test_first_local_parts_are_pinned_for_ever() -> None:
    assert [local_ids.write(n) for n in (0, 1, 2, 1 << 30)] == PINNED


PINNED = ["sy4edb", "np4eyr", "tdgtvh", "bm3pmaw"]


@given(SERIALS)
def test_a_serial_comes_back_from_its_local_part(serial: int) -> None:
    text = local_ids.write(serial)
    assert local_ids.read(text) == serial
    assert len(text) >= 6
    assert not set(text) & set("ilou")


@given(st.text(local_ids.ALPHABET, min_size=6, max_size=12))
def test_a_local_part_comes_back_from_its_serial(text: str) -> None:
    assert local_ids.write(local_ids.read(text)) == text


@pytest.mark.parametrize(
    ("serial", "length"),
    [(0, 6), ((1 << 30) - 1, 6), (1 << 30, 7), ((1 << 30) + (1 << 35) - 1, 7), ((1 << 30) + (1 << 35), 8)],
)
def test_local_parts_grow_when_a_length_is_full(serial: int, length: int) -> None:
    assert len(local_ids.write(serial)) == length


def test_neighbours_do_not_look_alike() -> None:
    texts = [local_ids.write(n) for n in range(1000)]
    close = sum(sum(a != b for a, b in zip(one, two, strict=True)) < 3 for one, two in itertools.pairwise(texts))
    assert close < 10


@pytest.mark.parametrize("text", ["", "abc", "4k7q2u", "4K7Q2M", "４k7q2m", "a" * 13])
def test_what_is_no_local_part(text: str) -> None:
    with pytest.raises(ValueError, match="local part"):
        local_ids.read(text)


def test_negative_serials_are_refused() -> None:
    with pytest.raises(ValueError, match="start at 0"):
        local_ids.write(-1)


# The worked example that blood services publish for ISO 7064 MOD 37-2.
def test_check_character_of_a_published_example() -> None:
    assert check_character.of("G123498654321") == "H"


@given(st.integers(0, 40), st.sampled_from(check_character.ALPHABET[:36]))
def test_one_wrong_character_is_always_seen(position: int, other: str) -> None:
    plain = NAME.upper().replace(".", "").replace("/", "")
    at = position % len(plain)
    if plain[at] != other:
        assert check_character.of(plain[:at] + other + plain[at + 1 :]) != check_character.of(plain)


@given(st.integers(0, 40))
def test_two_swapped_characters_are_always_seen(position: int) -> None:
    plain = NAME.upper().replace(".", "").replace("/", "")
    at = position % (len(plain) - 1)
    if plain[at] != plain[at + 1]:
        swapped = plain[:at] + plain[at + 1] + plain[at] + plain[at + 2 :]
        assert check_character.of(swapped) != check_character.of(plain)


@pytest.mark.parametrize(
    "typed",
    [
        NAME,
        NAME.upper(),
        f"  {NAME}\n",
        NAME.replace("/", " /\n "),
        "９９．ｔｅｓｔ．２．１１００００９０３１０１０００１／Ｔ９０Ｆ９０１．４ｋ７ｑ２ｍ",  # full width
        NAME.replace(".", "。"),
        f"\ufeff{NAME}\u200b",
        rules.typed(NAME),
        rules.typed(NAME).lower(),
        rules.typed(NAME).replace("*", "＊"),  # full width
        f"http://127.0.0.1:8000/id/{NAME}",
        f"https://node.example/en/id/{NAME}?list#copies",
        f"HTTPS://NODE.EXAMPLE/ID/{NAME.upper()}",
        f"node.example/id/{rules.typed(NAME)}",
        f"/id/{NAME}",
        f"https://node.example/id/{NAME.replace('/', '%2F')}",
        f"<https://node.example/id/{NAME}>",
        f"https://node.example/id/{NAME}.",  # with the point that ends a citation
        f"孟浩然. 春晓[Z/OL]. 某馆[2026-03-01]. https://node.example/id/{NAME}。",
    ],
)
def test_spellings_of_one_name(typed: str) -> None:
    assert rules.read(typed) == NAME


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("99.test.2.1100009031010001/T90F901.4kIq0m", "99.test.2.1100009031010001/T90F901.4k1q0m"),
        ("99.test.2.1100009031010001/T90F901.lkoq0m", "99.test.2.1100009031010001/T90F901.1k0q0m"),
        ("99.test.2.1100009031010001/t3f24k1v2.4k7q2m", "99.test.2.1100009031010001/T3F24K1V2.4k7q2m"),
        ("108.ndlc.2.1100009031010001/T3F24.023415", "108.ndlc.2.1100009031010001/T3F24.023415"),
    ],
)
def test_other_names_are_read(typed: str, name: str) -> None:
    assert rules.read(typed) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "*",
        "春晓",
        "/id/",
        "https://node.example/id/春晓",
        "https://node.example/records/7",
        f"https://node.example/id/%00{NAME}",
        "https://node.example" + "/id" * 60 + "/id/",
        "99.test.2.1100009031010001/T90F901",
        "99.test.2.110000903101000/T90F901.4k7q2m",
        "99.test.2.11000090310100012/T90F901.4k7q2m",
        "99.test.22.1100009031010001/T90F901.4k7q2m",
        "99.test.2.1100009031010001/T090F901.4k7q2m",
        "99.test.2.1100009031010001/F901T90.4k7q2m",
        "99.test.2.1100009031010001/T90F901.4k7q2u",
        "99.test.2.1100009031010001/T90F901.4k7q2",
        "99.test.2.1100009031010001/T90F901K4V1.4k7q2m",
        "99.test.2.1100009031010001/T90F901K1V1K2V2K3V3K1V1.4k7q2m",
        f"{NAME}/../../etc/passwd",
        f"{NAME}\0",
        f"{NAME}*XX",
        "٩٩.test.2.1100009031010001/T90F901.4k7q2m",
        "a" * 100_000,
    ],
)
def test_what_is_no_name(text: str) -> None:
    with pytest.raises(Refused) as refused:
        rules.read(text)
    assert refused.value.code == "malformed"


def test_a_mistyped_name_is_refused_and_not_guessed() -> None:
    typed = rules.typed(NAME)
    for wrong in (
        typed.replace("4k7", "4k8"),
        typed.replace("7q", "q7"),
        typed[:-1] + ("A" if typed[-1] != "A" else "B"),
    ):
        with pytest.raises(Refused) as refused:
            rules.read(wrong)
        assert refused.value.code == "check_mismatch"


@given(
    st.integers(0, 1 << 40),
    st.from_regex(r"[0-9]{16}", fullmatch=True).filter(str.isascii),
    st.sampled_from([*codes.TYPES, "T5", "T0", 0, 999]),
    st.sampled_from([*codes.FORMATS, "", "F24", "application/x-unheard-of", 0, 24]),
    st.sampled_from(["", "K1V1", "K2V5", "k1v1K2V12K3V3"]),
)
def test_every_composed_name_is_read_back(serial: int, organisation: str, kind: str, form: str, part: str) -> None:
    name = rules.Cdoi("99.test.", 2).compose(serial, organisation, kind, form, part)
    assert rules.read(name) == name == rules.read(rules.typed(name).swapcase())
    assert len(name) <= 256
    assert rules.organisation_code(name) == organisation
    assert local_ids.read(name.rpartition(".")[2]) == serial


@given(st.text(max_size=400))
def test_reading_never_fails_in_another_way(text: str) -> None:
    try:
        name = rules.read(text)
    except Refused:
        return
    assert rules.read(name) == name


@pytest.mark.parametrize(
    ("organisation", "kind", "part", "code"),
    [
        ("11", "text", "", "bad_organisation_code"),
        ("１１０００09031010001", "text", "", "bad_organisation_code"),
        ("1100009031010001", "poem", "", "unknown_type"),
        ("1100009031010001", "T05", "", "unknown_type"),
        ("1100009031010001", 1000, "", "unknown_type"),
        ("1100009031010001", -1, "", "unknown_type"),
        ("1100009031010001", "text", "K9V1", "bad_granularity"),
        ("1100009031010001", "text", "K1V1;", "bad_granularity"),
        ("1100009031010001", "text", "\u212a1V1", "bad_granularity"),
    ],
)
def test_names_that_are_not_composed(organisation: str, kind: str, part: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        rules.Cdoi("99.test.", 2).compose(0, organisation, kind, "", part)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("prefix", "code"),
    [
        ("108.ndlc.", "prefix_not_granted"),
        ("108.ndlcx.", "prefix_not_granted"),
        ("108.NDLC.", "bad_prefix"),
        ("99.test", "bad_prefix"),
        ("test.", "bad_prefix"),
        ("99.te st.", "bad_prefix"),
    ],
)
def test_prefixes_that_are_not_ours(prefix: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        rules.scheme("cdoi", prefix, 2)
    assert refused.value.code == code


def test_the_national_prefix_needs_the_word_of_the_registry() -> None:
    name = rules.scheme("cdoi", "108.ndlc.", 2, granted=True).compose(0, "1100009031010001", "T3", "F24", "")
    assert name.startswith("108.ndlc.2.1100009031010001/T3F24.")


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("/records/123", "/records/123"),
        ("/records/123?view=text#p2", "/records/123?view=text#p2"),
        ("/", "/"),
        ("/书", "/%E4%B9%A6"),
        ("/already%20encoded", "/already%20encoded"),
        ("https://Example.org/a?b=c", "https://example.org/a?b=c"),
        ("https://example.org", "https://example.org"),
        ("http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
        ("https://图书馆.example/书?名=春晓", "https://xn--1jq52s681d.example/%E4%B9%A6?%E5%90%8D=%E6%98%A5%E6%99%93"),
    ],
)
def test_addresses_that_are_accepted(text: str, stored: str) -> None:
    assert rules.accept(text) == stored


@pytest.mark.parametrize(
    "text",
    [
        "",
        "records/1",
        "//evil.example/x",
        "/\\evil.example",
        "/\t/evil.example",
        "/a b",
        "/a\r\nSet-Cookie: x=1",
        "javascript:alert(1)",
        "httpx://example.org/",
        "data:text/html,x",
        "ftp://example.org/x",
        "file:///etc/passwd",
        "http://",
        "http:///x",
        "https://user:word@example.org/",
        "https://example.org\\@evil.example/",
        "https://example.org:port/",
        "http://[::1",
        "/" + "a" * 1000,
        "/" + "书" * 400,
    ],
)
def test_addresses_that_are_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        rules.accept(text)
    assert refused.value.code == "bad_location"


@given(st.text(max_size=60))
def test_an_accepted_address_stays_what_it_is(text: str) -> None:
    try:
        stored = rules.accept(text)
    except Refused:
        return
    assert rules.accept(stored) == stored
    assert stored.isascii()
    assert not stored.startswith("//")


@pytest.mark.parametrize(
    ("before", "after"),
    [("withdrawn", "redirected"), ("registered", "reserved"), ("withdrawn", "withdrawn"), ("reserved", "reserved")],
)
def test_steps_that_no_name_takes(before: str, after: str) -> None:
    assert not rules.allowed(before, after)


def test_every_state_has_a_way_out() -> None:
    assert set(states.NEXT) == set(states.STATES)
    assert all(states.NEXT[state] for state in states.STATES)
