import pytest

from wenmai.people import attempts
from wenmai.people.rules import TRIES_PER_ACCOUNT, TRIES_PER_ADDRESS, TRIES_WINDOW_S

NOW = 1_000_000.0


@pytest.fixture(autouse=True)
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "_tried", {})


def test_so_many_tries_and_then_a_wait_until_the_first_is_forgotten() -> None:
    waits = [attempts.begin_login("county", "10.0.0.1", NOW + second) for second in range(TRIES_PER_ACCOUNT + 1)]
    assert waits == [0.0] * TRIES_PER_ACCOUNT + [TRIES_WINDOW_S - TRIES_PER_ACCOUNT]
    assert attempts.begin_login("ＣＯＵＮＴＹ", "10.0.0.1", NOW + 20) > 0, "another spelling is the same account"
    assert attempts.begin_login("county", "10.0.0.1", NOW + TRIES_WINDOW_S) == 0.0


def test_others_are_not_held_up() -> None:
    for _try in range(TRIES_PER_ACCOUNT):
        attempts.begin_login("county", "10.0.0.1", NOW)
    assert attempts.begin_login("county", "10.0.0.2", NOW) == 0.0
    assert attempts.begin_login("city", "10.0.0.1", NOW) == 0.0


def test_one_address_cannot_try_every_account() -> None:
    waits = [attempts.begin_login(f"user-{number}", "10.0.0.1", NOW) for number in range(TRIES_PER_ADDRESS + 1)]
    assert [bool(wait) for wait in waits] == [False] * TRIES_PER_ADDRESS + [True]


def test_the_right_password_wipes_the_slate() -> None:
    for _round in range(TRIES_PER_ADDRESS):
        assert attempts.begin_login("county", "10.0.0.1", NOW) == 0.0
        attempts.login_succeeded("county", "10.0.0.1")
    assert attempts.begin_login("county", "10.0.0.1", NOW) == 0.0


def test_memory_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "MOST_KEPT", 10)
    for number in range(100):
        attempts.begin_login("x" * 100_000, f"10.0.0.{number}", NOW)
    assert len(attempts._tried) == 10
