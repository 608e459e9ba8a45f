"""Who asked, when a proxy stands between: and what nobody can make us believe."""

from ipaddress import ip_network

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from wenmai.lib import proxies

TRUSTED = [ip_network("10.0.0.0/8"), ip_network("2001:db8:1::/48")]


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("", "10.0.0.1"),
        ("198.51.100.7", "198.51.100.7"),
        ("203.0.113.9, 198.51.100.7", "198.51.100.7"),  # the first was written by the asker
        ("203.0.113.9, 198.51.100.7, 10.0.0.2", "198.51.100.7"),  # two proxies of ours
        ("10.9.9.9, 198.51.100.7", "198.51.100.7"),  # pretends to be a proxy
        ("198.51.100.7:4711", "198.51.100.7"),
        ("[2001:db8:2::7]:4711", "2001:db8:2::7"),
        ("2001:db8:2::7", "2001:db8:2::7"),
        ("2001:db8:1::7", "2001:db8:1::7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("198.51.100.7, ::ffff:10.0.0.2", "198.51.100.7"),
        ("198.51.100.7, unknown", "10.0.0.1"),
        ("198.51.100.7, <script>, 10.0.0.2", "10.0.0.2"),
        (",,,", "10.0.0.1"),
        ("198.51.100.7,", "10.0.0.1"),
        ("1.2.3.4.5", "10.0.0.1"),
        ("١٢٧.0.0.1", "10.0.0.1"),
        (", ".join(["203.0.113.9", *["10.0.0.2"] * 50_000]), "10.0.0.2"),  # no end of hops: the last ones count
    ],
)
def test_the_right_most_address_that_is_no_proxy_of_ours(forwarded: str, client: str) -> None:
    assert proxies.client_of("10.0.0.1", forwarded, TRUSTED) == client


@pytest.mark.parametrize(
    ("address", "trusted"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("2001:db8:1::1", True),
        ("11.0.0.1", False),
        ("", False),
        ("x", False),
    ],
)
def test_who_is_a_trusted_proxy(address: str, trusted: bool) -> None:
    assert proxies.is_trusted(address, TRUSTED) is trusted
    assert not proxies.is_trusted(address, [])


def seen(remote: str, **headers: str) -> HttpRequest:
    kept: list[HttpRequest] = []

    def answer(request: HttpRequest) -> HttpResponse:
        kept.append(request)
        return HttpResponse()

    request = RequestFactory().get("/")
    request.META |= {"REMOTE_ADDR": remote, **headers}
    proxies.reveal(answer)(request)
    return kept[0]


def test_only_a_trusted_proxy_is_believed(settings) -> None:
    settings.TRUSTED_PROXIES = TRUSTED
    headers = {"HTTP_X_FORWARDED_FOR": "198.51.100.7", "HTTP_X_FORWARDED_PROTO": "https"}
    through, past = seen("10.0.0.1", **headers), seen("203.0.113.9", **headers)
    assert (through.META["REMOTE_ADDR"], through.is_secure()) == ("198.51.100.7", True)
    assert (past.META["REMOTE_ADDR"], past.is_secure()) == ("203.0.113.9", False)
    for request in (through, past):
        assert not {"HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO"} & request.META.keys()


@pytest.mark.parametrize(
    ("said", "secure"),
    [("https", True), ("HTTPS", True), ("https, http", False), ("http, https", True), ("ftp", False), ("", False)],
)
def test_the_scheme_is_what_the_nearest_proxy_says(settings, said: str, secure: bool) -> None:
    settings.TRUSTED_PROXIES = TRUSTED
    assert seen("10.0.0.1", HTTP_X_FORWARDED_PROTO=said).is_secure() is secure


def test_without_trusted_proxies_headers_mean_nothing(settings) -> None:
    settings.TRUSTED_PROXIES = []
    request = seen("127.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.7", HTTP_X_FORWARDED_PROTO="https")
    assert (request.META["REMOTE_ADDR"], request.is_secure()) == ("127.0.0.1", False)


@pytest.mark.django_db
def test_limits_are_each_readers_own_behind_a_proxy(settings) -> None:
    """Six reports an hour are for one address: a neighbour's do not count, and no invented one helps."""
    settings.TRUSTED_PROXIES = TRUSTED
    form = {"kind": "correct", "words": "不对", "page": "/"}

    def ask(forwarded: str) -> int:
        client = Client(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
        return client.post("/reports/new", form).status_code

    statuses = [ask(f"203.0.113.{number}, 198.51.100.7") for number in range(7)]
    assert statuses == [302] * 6 + [429]
    assert ask("198.51.100.8") == 302
