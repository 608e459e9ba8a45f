import datetime as dt
from itertools import pairwise, product

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import override_settings

from wenmai.identifiers import checks, queries, rules, services
from wenmai.identifiers.models import Identifier, Location
from wenmai.identifiers.rules import Binding, Mint, states
from wenmai.identifiers.testing import NOW, ORGANISATION, make_names
from wenmai.journal.models import Entry
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=1)


def mint(key: str, location: str = "/records/1", **changes: str) -> str:
    request = Mint("test", key, ORGANISATION, "text", location=location)._replace(**changes)
    return services.mint([request], actor=SYSTEM, now=NOW)["test", key]


def told() -> list[tuple[str, int]]:
    return [(entry.name, entry.detail["count"]) for entry in Entry.objects.order_by("id")]


def test_minting_gives_each_key_a_name_in_the_nodes_scheme() -> None:
    one, two = make_names(2)
    assert one.startswith(f"99.test.2.{ORGANISATION}/T90F0.")
    assert one != two
    assert rules.read(one) == one
    assert queries.resolve(one).location == "/records/1"
    assert told() == [("identifiers.minted", 2)]


def test_minting_again_gives_the_same_names_and_tells_nothing() -> None:
    before = make_names(3)
    assert make_names(3, location="/elsewhere/{n}") == before
    assert make_names(5)[:3] == before
    assert queries.resolve(before[0]).location == "/records/1"
    assert told() == [("identifiers.minted", 3), ("identifiers.minted", 2)]


def test_one_key_twice_in_a_call_is_one_name() -> None:
    request = Mint("test", "a", ORGANISATION, "text", location="/records/1")
    assert len(services.mint([request, request], actor=SYSTEM, now=NOW)) == 1
    assert Identifier.objects.count() == 1


def test_the_same_key_of_another_client_is_another_name() -> None:
    assert make_names(1, client="one") != make_names(1, client="two")


def test_minting_nothing_is_nothing() -> None:
    assert services.mint([], actor=SYSTEM, now=NOW) == {}
    assert told() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"location": "javascript:alert(1)"}, "bad_location"),
        ({"organisation_code": "12"}, "bad_organisation_code"),
        ({"type_code": "poem"}, "unknown_type"),
        ({"granularity": "K0"}, "bad_granularity"),
        ({"client": ""}, "bad_key"),
        ({"client": "x" * 61}, "bad_key"),
        ({"key": ""}, "bad_key"),
        ({"key": "x" * 501}, "bad_key"),
        ({"key": "a\0b"}, "bad_key"),
    ],
)
def test_one_bad_wish_refuses_the_call(changes: dict[str, str], code: str) -> None:
    good = Mint("test", "good", ORGANISATION, "text", location="/records/1")
    with pytest.raises(Refused) as refused:
        services.mint([good, good._replace(key="other")._replace(**changes)], actor=SYSTEM, now=NOW)
    assert refused.value.code == code
    assert not Identifier.objects.exists()
    assert told() == []


def test_a_name_of_a_rolled_back_call_is_never_given_to_another() -> None:
    given = set()
    mark = transaction.savepoint()
    given.add(mint("a"))
    transaction.savepoint_rollback(mark)
    assert mint("b") not in given
    assert mint("a") not in given


def test_names_survive_a_change_of_prefix() -> None:
    (before,) = make_names(1)
    with override_settings(IDENTIFIER_PREFIX="77.other.", IDENTIFIER_LEVEL=3):
        after = mint("new")
        assert after.startswith("77.other.3.")
        assert make_names(1) == [before]
        assert queries.resolve(before).state == "registered"


def test_the_national_prefix_is_refused() -> None:
    with override_settings(IDENTIFIER_PREFIX="108.ndlc."), pytest.raises(Refused) as refused:
        mint("a")
    assert refused.value.code == "prefix_not_granted"
    with override_settings(IDENTIFIER_PREFIX="108.ndlc.", IDENTIFIER_GRANTED=True):
        assert mint("a").startswith("108.ndlc.")


def test_a_reserved_name_leads_nowhere_until_it_is_registered() -> None:
    names = services.reserve([Mint("test", "a", ORGANISATION, "text", location="/dropped")], actor=SYSTEM, now=NOW)
    name = names["test", "a"]
    assert queries.resolve(name).state == "reserved"
    assert queries.resolve(name).location == ""
    with pytest.raises(Refused) as refused:
        services.bind([Binding(name, "/records/9")], actor=SYSTEM, now=NOW)
    assert refused.value.code == "is_reserved"
    assert services.register([Binding(name, "/records/9")], actor=SYSTEM, now=LATER) == 1
    assert queries.resolve(name).location == "/records/9"
    assert queries.resolve(name).state == "registered"
    assert services.register([Binding(name, "/records/9")], actor=SYSTEM, now=LATER) == 0
    assert told() == [("identifiers.minted", 1), ("identifiers.registered", 1)]


def test_the_best_location_is_the_one_with_the_lowest_rank() -> None:
    (name,) = make_names(1)
    wanted = [
        Binding(name, "https://mirror.example/1", "copy", 500),
        Binding(name, "/files/best", "file", 1),
        Binding(name, "/api/1", "metadata", 100),
    ]
    assert services.bind(wanted, actor=SYSTEM, now=LATER) == 3
    assert services.bind(wanted, actor=SYSTEM, now=LATER) == 0
    found = [(one.address, one.kind, one.rank) for one in queries.resolve(name).locations]
    assert found == [
        ("/files/best", "file", 1),
        ("/records/1", "page", 100),
        ("/api/1", "metadata", 100),
        ("https://mirror.example/1", "copy", 500),
    ]


def test_previous_locations_stay() -> None:
    (name,) = make_names(1)
    services.bind([Binding(name, "/records/2", rank=1)], actor=SYSTEM, now=LATER)
    services.bind([Binding(name, "/records/2", rank=7)], actor=SYSTEM, now=LATER)
    services.unbind([(name, "/records/1")], actor=SYSTEM, now=LATER)
    services.bind([Binding(name, "/records/1", rank=3)], actor=SYSTEM, now=LATER)
    assert [(one.address, one.rank, one.valid_from, one.valid_to) for one in queries.history(name)] == [
        ("/records/1", 100, NOW, LATER),
        ("/records/2", 1, LATER, LATER),
        ("/records/2", 7, LATER, None),
        ("/records/1", 3, LATER, None),
    ]
    assert queries.resolve(name).location == "/records/1"


def test_the_last_location_is_not_taken_away() -> None:
    one, two = make_names(2)
    with pytest.raises(Refused) as refused:
        services.unbind([(one, "/records/1"), (two, "/nothing")], actor=SYSTEM, now=LATER)
    assert (refused.value.code, refused.value.detail) == ("last_location", one)
    assert queries.resolve(one).location == "/records/1"
    assert services.unbind([(two, "/nothing")], actor=SYSTEM, now=LATER) == 0


@pytest.mark.parametrize(
    ("binding", "code"),
    [
        (Binding("", "//evil.example"), "bad_location"),
        (Binding("", "/x", "window"), "bad_kind"),
        (Binding("", "/x", "page", -1), "bad_rank"),
        (Binding("99.test.2.1100009031010001/T90F0.zzzzzz", "/x"), "unknown_identifier"),
    ],
)
def test_bindings_that_are_refused(binding: Binding, code: str) -> None:
    (name,) = make_names(1)
    with pytest.raises(Refused) as refused:
        services.bind([Binding(name, "/y"), binding._replace(name=binding.name or name)], actor=SYSTEM, now=NOW)
    assert refused.value.code == code
    assert len(queries.resolve(name).locations) == 1


def test_from_a_location_to_its_names() -> None:
    one, two = make_names(2)
    services.bind([Binding(one, "/records/2")], actor=SYSTEM, now=NOW)
    services.unbind([(one, "/records/1")], actor=SYSTEM, now=LATER)
    with override_settings(BASE_URL="https://node.example"):
        assert queries.names_at(["/records/1", "https://node.example/records/2"]) == {
            "/records/1": [],
            "https://node.example/records/2": [one, two],
        }


def test_names_of_a_client() -> None:
    one, _two = make_names(2)
    assert queries.names("test", ["1", "9"]) == {"1": one}


def test_redirects_are_followed_to_their_end() -> None:
    one, two, three = make_names(3)
    assert services.redirect({one: two, two: three}, actor=SYSTEM, now=LATER) == 2
    found = queries.resolve(one)
    assert (found.state, found.location, found.chain) == ("redirected", "/records/3", (two, three))
    assert services.redirect({one: two}, actor=SYSTEM, now=LATER) == 0
    assert services.redirect({one: three}, actor=SYSTEM, now=LATER) == 1
    assert queries.resolve(one).chain == (three,)
    assert told()[1:] == [("identifiers.redirected", 2), ("identifiers.redirected", 1)]


@pytest.mark.parametrize("pairs", [{0: 0}, {1: 0}, {2: 0}, {2: 1}, {2: 3, 3: 0}, {3: 4, 4: 3}])
def test_a_redirect_that_would_make_a_loop_is_refused(pairs: dict[int, int]) -> None:
    names = make_names(5)
    services.redirect({names[0]: names[1], names[1]: names[2]}, actor=SYSTEM, now=NOW)
    before = [queries.resolve(name) for name in names]
    with pytest.raises(Refused) as refused:
        services.redirect({names[a]: names[b] for a, b in pairs.items()}, actor=SYSTEM, now=NOW)
    assert refused.value.code == "redirect_loop"
    assert [queries.resolve(name) for name in names] == before


def test_chains_that_are_too_long_are_refused_wherever_they_are_lengthened() -> None:
    names = make_names(queries.DEEPEST + 4)
    longest = names[: queries.DEEPEST + 1]
    services.redirect(dict(pairwise(longest)), actor=SYSTEM, now=NOW)
    assert queries.resolve(names[0]).location == f"/records/{queries.DEEPEST + 1}"
    extra = names[-1]
    for pair in ({longest[-1]: extra}, {extra: longest[0]}):
        with pytest.raises(Refused) as refused:
            services.redirect(pair, actor=SYSTEM, now=NOW)
        assert refused.value.code == "chain_too_long"
    assert services.redirect({extra: longest[1]}, actor=SYSTEM, now=NOW) == 1


def test_a_chain_that_got_too_long_past_us_is_not_followed_for_ever() -> None:
    names = make_names(queries.DEEPEST + 3)
    ids = dict(Identifier.objects.values_list("name", "id"))
    for one, two in zip(names, [*names[1:], names[0]], strict=True):
        Identifier.objects.filter(name=one).update(state="redirected", target_id=ids[two])
    found = queries.resolve(names[0])
    assert (found.problem, found.location) == ("too_deep", "")
    assert any("no end" in finding.sentence and not finding.holds for finding in checks.findings())


def test_a_withdrawn_name_keeps_a_tombstone_and_can_come_back() -> None:
    one, two = make_names(2)
    titles = {one: "春晓"}
    assert services.withdraw([one, two], reason=" 版权到期 ", titles=titles, actor=SYSTEM, now=LATER) == 2
    assert services.withdraw([one], reason="又一次", actor=SYSTEM, now=LATER) == 0
    found = queries.resolve(one)
    assert (found.state, found.location) == ("withdrawn", "")
    assert found.tombstone == rules.Tombstone(one, "春晓", "版权到期", LATER)
    with pytest.raises(Refused) as refused:
        services.redirect({one: two}, actor=SYSTEM, now=LATER)
    assert refused.value.code == "is_withdrawn"
    assert services.reinstate([one, two], actor=SYSTEM, now=LATER) == 2
    assert services.reinstate([one, two], actor=SYSTEM, now=LATER) == 0
    assert queries.resolve(one).location == "/records/1"
    assert queries.resolve(one).tombstone is None
    assert told()[1:] == [("identifiers.withdrawn", 2), ("identifiers.reinstated", 2)]


def test_a_redirect_to_a_withdrawn_name_ends_at_its_tombstone() -> None:
    one, two = make_names(2)
    services.redirect({one: two}, actor=SYSTEM, now=NOW)
    services.withdraw([two], reason="重复", actor=SYSTEM, now=LATER)
    found = queries.resolve(one)
    assert found.state == "redirected"
    assert found.tombstone is not None
    assert found.tombstone.name == two


def test_a_name_that_never_led_anywhere_comes_back_as_reserved() -> None:
    name = mint("a", location="")
    services.withdraw([name], reason="误登", actor=SYSTEM, now=NOW)
    services.reinstate([name], actor=SYSTEM, now=NOW)
    assert queries.resolve(name).state == "reserved"


def test_withdrawing_needs_a_reason() -> None:
    (name,) = make_names(1)
    with pytest.raises(Refused) as refused:
        services.withdraw([name], reason="  ", actor=SYSTEM, now=NOW)
    assert refused.value.code == "no_reason"


@pytest.mark.parametrize("text", ["", "春晓", "99.test.2.1100009031010001/T90F0.zzzzzz", "a" * 1000, "\0"])
def test_what_is_not_known_is_said_not_raised(text: str) -> None:
    found = queries.resolve(text)
    assert found.state == "unknown"
    assert found.problem in {"malformed", "unknown"}


def test_a_mistyped_check_character_is_said() -> None:
    (name,) = make_names(1)
    typed = rules.typed(name)
    assert queries.resolve(typed).name == name
    wrong = typed.replace(f"*{typed[-1]}", "*0" if typed[-1] != "0" else "*1")
    assert queries.resolve(wrong).problem == "check_mismatch"


def test_resolving_takes_one_statement_and_two_however_often_it_is_redirected(django_assert_num_queries) -> None:
    one, two, three = make_names(3)
    services.redirect({two: three}, actor=SYSTEM, now=NOW)
    services.redirect({one: two}, actor=SYSTEM, now=NOW)
    with django_assert_num_queries(1):
        assert queries.resolve(three.upper()).location == "/records/3"
    with django_assert_num_queries(2):
        assert queries.resolve(one.upper()).location == "/records/3"


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM identifiers_identifier",
        "UPDATE identifiers_identifier SET name = name || 'x'",
        "UPDATE identifiers_identifier SET client_key = 'x'",
        "UPDATE identifiers_identifier SET id = id + 1",
        "UPDATE identifiers_identifier SET minted_at = now()",
        "UPDATE identifiers_identifier SET state = 'redirected'",
        "UPDATE identifiers_identifier SET state = 'withdrawn'",
        "UPDATE identifiers_identifier SET state = 'redirected', target_id = id",
        "UPDATE identifiers_identifier SET state = 'odd'",
        "DELETE FROM identifiers_location",
        "UPDATE identifiers_location SET address = '/elsewhere'",
        "UPDATE identifiers_location SET rank = 1, valid_to = now()",
        "UPDATE identifiers_location SET valid_to = valid_from - interval '1 day'",
    ],
)
def test_the_database_refuses(sql: str) -> None:
    make_names(1)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_closed_location_is_not_opened_again_by_the_back_door() -> None:
    (name,) = make_names(1)
    services.bind([Binding(name, "/records/2")], actor=SYSTEM, now=NOW)
    services.unbind([(name, "/records/1")], actor=SYSTEM, now=LATER)
    with pytest.raises(DatabaseError), transaction.atomic():
        Location.objects.filter(address="/records/1").update(valid_to=None)


@pytest.mark.parametrize(("before", "after"), list(product(states.STATES, states.STATES)))
def test_database_and_rules_agree_on_every_step(before: str, after: str) -> None:
    one, two = make_names(2)
    name = mint("fresh", location="")
    if before == "registered":
        services.register([Binding(name, "/x")], actor=SYSTEM, now=NOW)
    elif before == "redirected":
        services.redirect({name: one}, actor=SYSTEM, now=NOW)
    elif before == "withdrawn":
        services.withdraw([name], reason="x", actor=SYSTEM, now=NOW)
    other = Identifier.objects.get(name=two).id if after == "redirected" else None
    buried = {"withdrawn_at": NOW, "reason": "y"} if after == "withdrawn" else {"withdrawn_at": None, "reason": ""}
    row = Identifier.objects.filter(name=name)
    if rules.allowed(before, after):
        assert row.update(state=after, target_id=other, **buried) == 1
    else:
        with pytest.raises(DatabaseError), transaction.atomic():
            row.update(state=after, target_id=other, **buried)


def test_the_check_holds_for_what_services_write() -> None:
    one, two, three = make_names(3)
    mint("reserved", location="")
    services.redirect({one: two}, actor=SYSTEM, now=NOW)
    services.withdraw([three], reason="x", actor=SYSTEM, now=NOW)
    assert all(finding.holds for finding in checks.findings())


def test_the_check_sees_a_registered_name_without_a_location() -> None:
    name = mint("a", location="")
    Identifier.objects.filter(name=name).update(state="registered")
    assert [f.sentence for f in checks.findings() if not f.holds] == ["1 registered names without a location"]


def test_names_that_lost_their_location_lead_again_to_where_they_led_last() -> None:
    name = mint("a", location="/old")
    services.bind([Binding(name, "/new", "page", 50)], actor=SYSTEM, now=NOW)
    services.unbind([(name, "/old")], actor=SYSTEM, now=NOW)
    Location.objects.filter(address="/new").update(valid_to=NOW + dt.timedelta(days=1))
    homeless = mint("b", location="")
    Identifier.objects.filter(name=homeless).update(state="registered")
    assert list(checks.mend()) == ["1 names lead again to where they led last"]
    assert [(one.address, one.rank) for one in queries.resolve(name).locations] == [("/new", 50)]
    # the one that never led anywhere is left to a person, with a sentence
    (wrong,) = [finding for finding in checks.findings() if not finding.holds]
    assert (wrong.sentence, bool(wrong.advice)) == ("1 registered names without a location", True)
    entry = Entry.objects.get(name="identifiers.mended")
    assert (entry.subject_key, entry.detail) == (name, {"what": "last_location", "count": 1})
    assert list(checks.mend()) == []


def test_a_serial_that_fell_behind_goes_on_after_the_last_name() -> None:
    names = make_names(3)
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('identifiers_serial', (SELECT min(id) FROM identifiers_identifier))")
    assert [f.sentence for f in checks.findings() if not f.holds] == ["2 names minted beyond the serial"]
    assert list(checks.mend()) == ["the serial was 2 behind the names that were given: it goes on after them"]
    assert all(finding.holds for finding in checks.findings())
    assert mint("fresh") not in names
    assert Entry.objects.get(name="identifiers.mended").detail == {"what": "serial", "count": 2}
    assert list(checks.mend()) == []
