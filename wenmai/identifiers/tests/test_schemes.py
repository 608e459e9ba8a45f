"""One table for every scheme: what is promised of names holds whatever they look like."""

import datetime as dt
import random
from itertools import pairwise

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, override_settings
from hypothesis import given
from hypothesis import strategies as st

from wenmai.identifiers import queries, rules, services
from wenmai.identifiers.apps import check_settings
from wenmai.identifiers.rules import Mint, Scheme, ark
from wenmai.identifiers.testing import NOW, ORGANISATION, make_names
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused

LATER = NOW + dt.timedelta(days=1)
SERIALS = [0, 1, 2, 12_345, (1 << 30) - 1, 1 << 30, (1 << 30) + (1 << 35), 1 << 40]


@pytest.fixture(params=sorted(rules.SCHEMES))
def code(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def scheme(code: str) -> Scheme:
    return rules.scheme(code, "", 2)


def compose(scheme: Scheme, serial: int) -> str:
    return scheme.compose(serial, ORGANISATION, "text", "application/pdf", "")


def full_width(text: str) -> str:
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


def test_no_two_serials_share_a_name(scheme: Scheme) -> None:
    around = [*range(20_000), *range((1 << 30) - 500, (1 << 30) + 500)]
    assert len({compose(scheme, serial) for serial in around}) == len(around)


@pytest.mark.parametrize("serial", SERIALS)
def test_a_name_has_one_spelling_and_is_read_in_every_other(scheme: Scheme, serial: int) -> None:
    name = compose(scheme, serial)
    typed = scheme.typed(name)
    for way in (name, name.upper(), f" {name}\n", full_width(name), typed, typed.upper(), full_width(typed)):
        assert rules.read(way) == name
    assert rules.read(" ".join(typed)) == name
    assert rules.typed(name) == typed
    assert name.isascii()
    assert len(name) <= 256


@pytest.mark.parametrize("serial", SERIALS)
def test_one_wrong_character_is_seen_where_a_check_character_stands(scheme: Scheme, serial: int) -> None:
    typed, chance = scheme.typed(compose(scheme, serial)), random.Random(serial)
    for at, one in enumerate(typed):
        if one == "*":  # without the mark nothing says that a check character came
            continue
        others = [other for other in "0123456789bcdfghjkmnpqrstvwxz" if other != one.lower()]
        wrong = typed[:at] + chance.choice(others) + typed[at + 1 :]
        with pytest.raises(Refused) as refused:
            rules.read(wrong)
        assert refused.value.code in {"malformed", "check_mismatch"}


@pytest.mark.parametrize("serial", SERIALS)
def test_two_swapped_characters_are_seen(scheme: Scheme, serial: int) -> None:
    typed = scheme.typed(compose(scheme, serial))
    for at, (one, two) in enumerate(pairwise(typed)):
        if one.isalnum() and two.isalnum() and one != two:
            with pytest.raises(Refused):
                rules.read(typed[:at] + two + one + typed[at + 2 :])


@pytest.mark.parametrize(
    ("organisation", "kind", "part", "refusal"),
    [
        ("11", "text", "", "bad_organisation_code"),
        (ORGANISATION, "poem", "", "unknown_type"),
        (ORGANISATION, "text", "K9V1", "bad_granularity"),
    ],
)
def test_the_same_wishes_are_refused(scheme: Scheme, organisation: str, kind: str, part: str, refusal: str) -> None:
    with pytest.raises(Refused) as refused:
        scheme.compose(0, organisation, kind, "", part)
    assert refused.value.code == refusal


@pytest.mark.django_db
def test_a_name_lives_the_same_life(code: str) -> None:
    with override_settings(IDENTIFIER_SCHEME=code):
        one, two, three = make_names(3)
        assert make_names(3) == [one, two, three]
        client = Client()
        assert client.get(f"/id/{one}")["Location"] == "/records/1"
        assert client.get(f"/id/{one.upper()}").status_code == 301
        services.redirect({one: two, two: three}, actor=SYSTEM, now=LATER)
        assert client.get(f"/id/{one}")["Location"] == "/records/3"
        services.withdraw([three], reason="重复", actor=SYSTEM, now=LATER)
        assert client.get(f"/id/{one}").status_code == 410
        assert client.get(f"/id/{one}", headers={"Accept": "application/json"}).json()["redirects"] == [two, three]
        assert queries.resolve(one).organisation_code == ORGANISATION
        assert queries.organisation_of(queries.number_of(one) or 0) == ORGANISATION


@pytest.mark.django_db
def test_names_of_the_scheme_before_stay_good() -> None:
    (before,) = make_names(1)
    with override_settings(IDENTIFIER_SCHEME="ark"):
        (after,) = make_names(1, first=2)
        assert after.startswith("ark:99999/wm2")
        assert make_names(1) == [before]
    assert {queries.resolve(name).state for name in (before, after)} == {"registered"}


@pytest.mark.django_db
def test_what_was_refused_leaves_no_name(code: str) -> None:
    with override_settings(IDENTIFIER_SCHEME=code), pytest.raises(Refused):
        services.mint([Mint("test", "a", "12", "text")], actor=SYSTEM, now=NOW)
    assert queries.number_of(compose(rules.scheme(code, "", 2), 0)) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"IDENTIFIER_SCHEME": "doi"}, "WENMAI_IDENTIFIER_SCHEME is “doi”: set it to one of cdoi, ark"),
        ({"IDENTIFIER_PREFIX": "99999"}, "WENMAI_IDENTIFIER_PREFIX is “99999”: cdoi wants"),
        ({"IDENTIFIER_SCHEME": "ark", "IDENTIFIER_PREFIX": "99.test."}, "ark a NAAN of five"),
        ({"IDENTIFIER_SCHEME": "ark", "IDENTIFIER_PREFIX": "12345"}, "ark a NAAN of five"),
        ({"IDENTIFIER_SCHEME": "ark", "IDENTIFIER_PREFIX": "12148"}, "WENMAI_IDENTIFIER_GRANTED=1"),
        ({"IDENTIFIER_PREFIX": "108.ndlc."}, "WENMAI_IDENTIFIER_GRANTED=1"),
    ],
)
def test_an_odd_setting_stops_the_start_with_a_sentence(changes: dict[str, str], words: str) -> None:
    with override_settings(**changes), pytest.raises(ImproperlyConfigured) as stopped:
        check_settings()
    assert words in str(stopped.value)


def test_a_granted_number_is_used() -> None:
    assert (
        rules.scheme("ark", "12148", 0, granted=True)
        .compose(0, ORGANISATION, "text", "", "")
        .startswith("ark:12148/wm0")
    )


# The example of NOID's own documentation: 13030/xf93gt2 checks to q.
def test_noids_published_example() -> None:
    assert ark.check("13030/xf93gt2") == "q"


@pytest.mark.parametrize("spelling", ["ark:/{}", "ARK:/{}", "ark:{}", "ark:{}-", "ark：{}", "ark:／{}"])
def test_spellings_of_an_ark(spelling: str) -> None:
    name = compose(rules.scheme("ark", "", 2), 7)
    assert rules.read(spelling.format(name.removeprefix("ark:"))) == name
    halves = name[:-4] + "\u2010" + name[-4:]
    assert rules.read(halves) == name


@pytest.mark.parametrize(
    "text", ["ark:", "ark:99999", "ark:99999/", "ark:9999/x1", "ark:99999/ae", "ark:99999/../x", "ark:99999/x*B"]
)
def test_what_is_no_ark(text: str) -> None:
    with pytest.raises(Refused) as refused:
        rules.read(text)
    assert refused.value.code in {"malformed", "check_mismatch"}


@given(st.text(alphabet=f"ark:/-*{ark.ALPHABET}", max_size=40))
def test_reading_an_ark_ends_in_a_name_or_a_refusal(text: str) -> None:
    try:
        name = rules.read(f"ark:{text}")
    except Refused:
        return
    assert rules.read(name) == name
