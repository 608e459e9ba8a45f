import base64

import pytest

from wenmai.gateway import rules
from wenmai.gateway.rules import OaiError, Walk

P = ("metadataPrefix", "oai_dc")
LIST = ("verb", "ListRecords")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], "badVerb"),
        ([("verb", "Nonsense")], "badVerb"),
        ([("verb", "Identify"), ("verb", "Identify")], "badVerb"),
        ([("verb", "Identify"), P], "badArgument"),
        ([LIST], "badArgument"),
        ([LIST, P, P], "badArgument"),
        ([LIST, P, ("from", "yesterday")], "badArgument"),
        ([LIST, P, ("from", "")], "badArgument"),
        ([LIST, P, ("from", "2026-02-30")], "badArgument"),
        ([LIST, P, ("from", "2026-01-02"), ("until", "2026-01-01")], "badArgument"),
        ([LIST, P, ("from", "2026-01-01"), ("until", "2026-01-02T00:00:00Z")], "badArgument"),
        ([LIST, P, ("set", "")], "badArgument"),
        ([LIST, P, ("resumptionToken", "x")], "badArgument"),
        ([LIST, ("resumptionToken", "")], "badResumptionToken"),
        ([LIST, ("resumptionToken", "x" * 600)], "badResumptionToken"),
        ([LIST, ("resumptionToken", "MXxSfG9haV9kYw")], "badResumptionToken"),
        ([("verb", "ListSets"), ("resumptionToken", "x")], "badResumptionToken"),
        ([("verb", "GetRecord"), P], "badArgument"),
        ([LIST, ("metadataPrefix", "\0")], "badArgument"),
        ([LIST, P, ("set", "\x0b")], "badArgument"),
        ([LIST, P, ("\ufffe", "")], "badArgument"),
    ],
)
def test_what_is_wrong_is_named(arguments: list[tuple[str, str]], code: str) -> None:
    with pytest.raises(OaiError) as caught:
        rules.read(arguments)
    assert caught.value.code == code


def test_a_token_carries_the_whole_question() -> None:
    walk = Walk("marc21", "type:text", "2026-01-01", "2026-12-31", (1_790_000_000_123_456, 42), 500)
    token = rules.wrap("ListRecords", walk)
    assert rules.read([LIST, ("resumptionToken", token)]).walk == walk
    with pytest.raises(OaiError, match="not one of ours"):
        rules.unwrap(token, "ListIdentifiers")


@pytest.mark.parametrize(
    ("text", "end", "shown"),
    [
        ("2026-01-01", False, "2026-01-01T00:00:00+00:00"),
        ("2026-01-01", True, "2026-01-01T23:59:59.999999+00:00"),
        ("2026-01-01T10:00:00Z", True, "2026-01-01T10:00:00.999999+00:00"),
        ("9999-12-31", True, "9999-12-31T23:59:59.999999+00:00"),
    ],
)
def test_a_day_and_a_second_reach_to_their_end(text: str, end: bool, shown: str) -> None:
    assert rules.moment(text, end=end).isoformat() == shown


@pytest.mark.parametrize(
    "text",
    [
        f"2|R|oai_dc||||{'9' * 400}|5|0",
        "2|R|oai_dc||||-99999999999999999|5|0",
        f"2|R|oai_dc||||5|{'9' * 30}|0",
        "2|R|oai_dc||||5|-1|0",
        "2|R|oai_dc||||5|5|-1",
        "2|R|marcxml||||5|5|0",
        "2|R|oai_dc||yesterday||5|5|0",
        "1|R|oai_dc||||5|5|0|-1",
        "2|R|oai_dc|type:\0|||5|5|0",
        "2|R|oai_dc|type:\ufffe|||5|5|0",
    ],
)
def test_a_made_up_token_is_refused(text: str) -> None:
    with pytest.raises(OaiError, match="not one of ours"):
        rules.unwrap(base64.urlsafe_b64encode(text.encode()).decode().rstrip("="), "ListRecords")
