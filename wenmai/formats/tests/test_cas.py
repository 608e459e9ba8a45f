"""Answers of CAS servers, and what is none."""

import pytest

from wenmai.formats import cas

HEAD = f'<cas:serviceResponse xmlns:cas="{cas.NAMESPACE}">'
TAIL = "</cas:serviceResponse>"
FINE = "<cas:authenticationSuccess><cas:user>王小明</cas:user>{}</cas:authenticationSuccess>"


def read(inside: str, before: str = "") -> cas.Person | cas.Refusal:
    return cas.read(f"{before}{HEAD}{inside}{TAIL}".encode())


def test_who_logged_in_with_attributes() -> None:
    inside = "<cas:cn>王 小明</cas:cn><cas:mail>a</cas:mail><cas:mail>b</cas:mail><cas:x><cas:y/></cas:x>"
    more = f"<cas:attributes>{inside}</cas:attributes>"
    assert read(FINE.format(more)) == cas.Person("王小明", {"cn": "王 小明", "mail": "a"})
    assert read(FINE.format("")) == cas.Person("王小明", {})


def test_a_refusal() -> None:
    failure = '<cas:authenticationFailure code="INVALID_TICKET">Ticket ST-1 not recognized</cas:authenticationFailure>'
    assert read(failure) == cas.Refusal("INVALID_TICKET")


def test_a_comment_does_not_end_a_name() -> None:
    assert read(FINE.format("").replace("王小明", "admin<!-- -->.of-nothing")) == cas.Person("admin.of-nothing", {})


@pytest.mark.parametrize(
    "inside",
    [
        "",
        "<cas:authenticationSuccess/>",
        "<cas:authenticationSuccess><cas:user> </cas:user></cas:authenticationSuccess>",
        "<cas:authenticationSuccess><cas:user><b>x</b></cas:user></cas:authenticationSuccess>",
        "<cas:authenticationSuccess><cas:user>a</cas:user><cas:user>b</cas:user></cas:authenticationSuccess>",
        FINE.format("") + '<cas:authenticationFailure code="X"/>',
        FINE.format("") + FINE.format(""),
        "<authenticationSuccess><user>x</user></authenticationSuccess>",
        "<cas:proxySuccess/>",
    ],
)
def test_what_is_no_outcome(inside: str) -> None:
    with pytest.raises(cas.Unreadable):
        read(inside)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"yes\nadmin\n", b"<html><body>login</body></html>", b"<a>" * 10_000, b"\xff\xfe", b"x" * 70_000,
        f'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>{HEAD}{FINE.format("&e;")}{TAIL}'.encode(),
        f"{HEAD}{FINE.format('')}".encode(),
    ],
)  # fmt: skip
def test_what_is_no_answer(body: bytes) -> None:
    with pytest.raises(cas.Unreadable):
        cas.read(body)
