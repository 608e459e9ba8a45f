"""What the environment says is read as it is meant, or refused in a sentence."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://u:p%40ss@db.example.org:5433/name", {"USER": "u", "PASSWORD": "p@ss", "HOST": "db.example.org",
                                                            "PORT": "5433", "NAME": "name"}),
        ("postgres:///name?host=%2Frun%2Fpg", {"HOST": "/run/pg", "NAME": "name", "PORT": ""}),
        ("postgresql://db/name?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem&application_name=county",
         {"OPTIONS": {"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem", "application_name": "county"}}),
        ("postgresql://db/name", {"OPTIONS": {"application_name": "wenmai"}}),
    ],
)  # fmt: skip
def test_an_address_of_a_database_is_read_whole(url: str, expected: dict[str, Any]) -> None:
    assert expected.items() <= env.database(url).items()


@pytest.mark.parametrize(
    "url", ["mysql://db/name", "postgresql://db/", "name", "postgresql://db/name?sslmode", "postgresql://db:x/name"]
)
def test_an_odd_address_stops_the_start(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        env.database(url)


def test_networks_are_read_and_odd_ones_stop_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENMAI_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8,2001:db8::/32")
    assert [str(one) for one in env.networks("WENMAI_TRUSTED_PROXIES")] == [
        "127.0.0.1/32",
        "10.0.0.0/8",
        "2001:db8::/32",
    ]
    for odd in ("10.0.0.1/8", "proxy.example.org", "10.0.0.0/33", "*"):
        monkeypatch.setenv("WENMAI_TRUSTED_PROXIES", odd)
        with pytest.raises(ImproperlyConfigured, match=r"WENMAI_TRUSTED_PROXIES.*Give networks such as"):
            env.networks("WENMAI_TRUSTED_PROXIES")
