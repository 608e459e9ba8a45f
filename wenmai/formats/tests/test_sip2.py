"""Messages as manuals have them, and as servers send them."""

import datetime as dt

import pytest

from wenmai.formats import sip2

FIXED_64 = f"{' ' * 14}01920261129    221500{'0000' * 6}"


def line(body: str, charset: str = "utf-8", sequence: int = 3) -> bytes:
    head = body.encode(charset) + f"AY{sequence}AZ".encode()
    return head + f"{-sum(head) & 0xFFFF:04X}".encode() + b"\r"


def test_a_checksum_as_the_manual_counts_it() -> None:
    """The examples of the standard's appendix."""
    assert sip2.read(b"941AY1AZFDFC\r").sequence == 1
    assert (sip2.read(b"96AZFEF6\r").code, sip2.read(b"96AZFEF6").sequence) == ("96", None)
    assert sip2.read(sip2.SEND_AGAIN).code == "97"
    assert sip2.checksum(b"9900302.00AY1AZ") == "FCA5"


def test_what_is_written_can_be_read() -> None:
    sent = sip2.write("63", f"019{sip2.stamp(dt.datetime(2026, 11, 29, 22, 15, tzinfo=dt.UTC))}{' ' * 10}",
                      [("AO", "GT"), ("AA", "读者1"), ("AD", "1234")], 17)  # fmt: skip
    read = sip2.read(sent)
    assert (read.code, read.sequence, read.is_odd) == ("63", 7, False)
    assert read.fields == (("AO", "GT"), ("AA", "读者1"), ("AD", "1234"))
    assert read.fixed == "01920261129    221500          "


@pytest.mark.parametrize("value", ["12|AA34", "12\r9900302.00", "12\n", "\x00", "\x7f"])
def test_a_value_cannot_become_another_field_or_message(value: str) -> None:
    with pytest.raises(ValueError) as refusal:
        sip2.write("63", "", [("AD", value)], 0)
    assert value not in str(refusal.value)


def test_a_value_that_the_charset_has_not_is_not_repeated() -> None:
    with pytest.raises(ValueError) as refusal:
        sip2.write("63", "", [("AD", "密码")], 0, "latin-1")
    assert "密码" not in str(refusal.value)
    assert refusal.value.__suppress_context__


def test_a_reader_in_good_order() -> None:
    found = sip2.patron(sip2.read(line(f"64{FIXED_64}AOGT|AA0001|AE王小明|BLY|CQY|PA20271231|AFok|")))
    assert found == sip2.Patron("0001", "王小明", True, True, frozenset(), dt.date(2027, 12, 31), "GT")


@pytest.mark.parametrize(("position", "flag"), list(enumerate(sip2.STATUS_FLAGS)))
def test_each_mark_of_the_status(position: int, flag: str) -> None:
    status = "".join("Y" if place == position else " " for place in range(14))
    assert sip2.patron(sip2.read(line(f"24{status}{FIXED_64[14:35]}AO|AA1|AE|BLY|"))).flags == {flag}


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_names_in_either_charset(charset: str) -> None:
    assert sip2.patron(sip2.read(line(f"64{FIXED_64}AO|AA1|AE钟䶮|BLY|", charset))).name == "钟䶮"


def test_the_second_byte_of_a_character_may_look_like_a_bar() -> None:
    """東 is 96 7C in GB18030."""
    assert b"|" in "東".encode("gb18030")
    read = sip2.read(line(f"64{FIXED_64}AO|AA1|AE東明|BLY|", "gb18030"), "gb18030")
    assert sip2.patron(read)[:3] == ("1", "東明", True)


@pytest.mark.parametrize("length", [-4, -3, -1, 1, 4, 8])
def test_a_fixed_part_of_another_length_is_survived(length: int) -> None:
    """Counts of three or five digits, a date without its zone."""
    fixed = FIXED_64[:length] if length < 0 else FIXED_64 + "0" * length
    read = sip2.read(line(f"64{fixed}AOGT|AA0001|AE王|BLY|CQN|"))
    assert read.is_odd
    assert sip2.patron(read)[:4] == ("0001", "王", True, False)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"", "short"),
        (b"6", "short"),
        (b"941AY1AZFDFB", "checksum"),
        (b"941AY1AZFD", "checksum"),
        (b"941AY1AZ", "checksum"),
        (b"HTTP/1.1 400 Bad Request", "not_sip"),
        (b"\xff\xfe\xfd", "not_sip"),
        (b"64" + b" " * 20, "short"),
        (b"64" + b"x" * 200, "field"),
        (line(f"64{FIXED_64}AO|AA1|??|"), "field"),
        (b"98" + b"Y" * 70_000, "too_long"),
        (line("64" + " " * 8 + "AOGT|AA1|"), "short"),
    ],
)
def test_what_is_no_message_is_refused(sent: bytes, code: str) -> None:
    with pytest.raises(sip2.Unreadable) as refusal:
        sip2.read(sent)
    assert refusal.value.code == code


def test_a_status_that_is_none_is_not_guessed_at() -> None:
    read = sip2.read(line(f"64{'0' * 14}{FIXED_64[14:]}AO|AA1|AE|BLY|"))
    with pytest.raises(sip2.Unreadable):
        sip2.patron(read)


@pytest.mark.parametrize("other", ["941", f"98YYYNYN005003{'20261129    2215002.00'}AO|"])
def test_another_message_is_no_patron(other: str) -> None:
    with pytest.raises(sip2.Unreadable):
        sip2.patron(sip2.read(line(other)))


@pytest.mark.parametrize("said", ["", "?", "yes"])
def test_what_a_server_does_not_say_is_not_made_up(said: str) -> None:
    found = sip2.patron(sip2.read(line(f"64{FIXED_64}AO|AA1|AE|BL{said}|CQ{said}|PA99999999|")))
    assert (found.is_valid, found.is_proved, found.valid_until) == (None, None, None)


def test_the_library_introduces_itself() -> None:
    sent = line("98YYYNYN00500320261129    2215002.00AOGT|AM光塔图书馆|BXYYYYYYYYYYYNYNYY|", "gb18030")
    found = sip2.server(sip2.read(sent))
    assert found == sip2.Server(True, "光塔图书馆", "GT", "2.00", "YYYYYYYYYYYNYNYY")
    assert sip2.knows_information(found.supports)
    assert not sip2.knows_information("YYYYYYYN")
    assert sip2.knows_information("")
