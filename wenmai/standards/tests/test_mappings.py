"""Mappings that a node writes itself: what is refused, what is kept, what never changes."""

import json
import random
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from wenmai.formats.crosswalk import map_record
from wenmai.formats.values import Parsed
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.standards import queries, services
from wenmai.standards.models import MappingEdition, OwnMapping
from wenmai.standards.rules.mappings import BYTES_LIMIT

ACTOR = Actor(None, "operator")
PLAN: dict[str, Any] = {
    "name": "recordings",
    "about": "文化馆录音登记表",
    "format": ["csv", "xlsx"],
    "key": {"from": ["$.编号"]},
    "constants": {"type": "audio"},
    "rules": [{"to": "title", "from": "$.曲名", "clean": ["brackets"], "limit": 1}],
}


def text_of(**values: Any) -> bytes:
    return json.dumps({**PLAN, **values}, ensure_ascii=False).encode()


def rule(**values: Any) -> bytes:
    return text_of(rules=[{"to": "title", "from": "$.曲名", **values}])


def add(text: bytes | None = None, organisation_id: int | None = None) -> OwnMapping:
    return services.add_mapping(
        text=text or text_of(), organisation_id=organisation_id, note="", actor=ACTOR, now=clock.now()
    )


def renew(text: bytes) -> MappingEdition:
    return services.renew_mapping(name="own-recordings", text=text, note="改", actor=ACTOR, now=clock.now())


@pytest.mark.parametrize(
    ("text", "code", "detail"),
    [
        (b"", "mapping_empty", ""),
        (b" " * (BYTES_LIMIT + 1), "mapping_large", ""),
        ("对照".encode("gb18030"), "mapping_encoding", "byte 1"),
        (b'{"name": "a",}', "mapping_syntax", "1:1"),
        (b'{"name": "a", "name": "b"}', "mapping_syntax", "twice"),
        (b'{"name": NaN}', "mapping_syntax", "NaN"),
        (b"[" * 100_000, "mapping_syntax", ""),
        (b"9" * 10_000, "mapping_syntax", ""),
        (b"[]", "mapping_plan", "object"),
        (text_of(name=None), "mapping_name", ""),
        (text_of(name="Lü/../x"), "mapping_name", "Lü"),
        (text_of(name="a" * 57), "mapping_name", ""),
        (text_of(name=["a"]), "mapping_name", ""),
        (text_of(about={"zh": "x"}), "mapping_plan", "about"),
        (text_of(about="\x01"), "mapping_syntax", "U+0001"),
        (b'{"name": "a", "about": "\\ud800"}', "mapping_syntax", "U+D800"),
        (text_of(format=["word"]), "mapping_plan", "word"),
        (text_of(format=["csv", "marc21"]), "mapping_plan", "share"),
        (text_of(records="[["), "mapping_plan", "records"),
        (text_of(files="a.csv"), "mapping_plan", "files"),
        (text_of(encoding="klingon"), "mapping_plan", "encoding"),
        (text_of(key={"from": [7]}), "mapping_plan", "key"),
        (text_of(key={"from": []}), "mapping_plan", "key"),
        (text_of(key={"digest": "x"}), "mapping_plan", "key"),
        (json.dumps({k: v for k, v in PLAN.items() if k != "key"}).encode(), "mapping_keyless", ""),
        (text_of(rules=[]), "mapping_plan", "at least one"),
        (text_of(rules={}), "mapping_plan", "rules"),
        (text_of(rules=[PLAN["rules"][0]] * 501), "mapping_plan", "500"),
        (text_of(rules=[{"to": "headline", "from": "$.a"}]), "mapping_elements", "headline"),
        (text_of(constants={"colour": "red"}), "mapping_elements", "colour"),
        (rule(clean=["sparkle"]), "mapping_plan", "rules[0].clean[0]"),
        (rule(values={"a": 1}), "mapping_plan", "rules[0].values"),
        (rule(limit=-1), "mapping_plan", "rules[0].limit"),
        (rule(every=-3), "mapping_plan", "rules[0].every"),
        (rule(lang="不是"), "mapping_plan", "rules[0].lang"),
        (rule(paired="headline"), "mapping_elements", "headline"),
        (text_of(rules=[{"to": "title", "from": ["$.a", 3]}]), "mapping_plan", "rules[0].from"),
        (text_of(rules=[{"to": "title", "template": "{$.a|sparkle}"}]), "mapping_plan", "sparkle"),
    ],
)  # fmt: skip
def test_what_is_not_fit_is_refused_with_its_place(text, code, detail):
    with pytest.raises(Refused, match=r"(?s).*") as refused:
        queries.read_mapping(text)
    assert refused.value.code == code
    assert detail in refused.value.detail


def test_a_damaged_mapping_is_refused_or_works():
    """Any part of any mapping replaced by anything: never another error, and what is accepted can be read through."""
    dice = random.Random(20)
    odd: list[Any] = [
        None,
        True,
        -1,
        10**30,
        1.5,
        "",
        "x",
        "$.",
        "^^^.a",
        "{$.a}",
        [],
        [[]],
        {},
        {"a": None},
        ["$.a", {}],
        "\0",
    ]
    for name in queries.crosswalks():
        for _turn in range(60):
            plan = json.loads(queries.mapping_text(name))
            _spoil(plan, dice, odd)
            try:
                found = queries.read_mapping(json.dumps(plan).encode())
            except Refused:
                continue
            if found.crosswalk.formats[0] in ("json", "jsonl", "csv", "xlsx"):
                body = {"title": ["a", 1, None], "id": 5, "content": [{"a": "b"}]}
                map_record(Parsed("1", b"", body, 0, ()), found.crosswalk)
                assert found.crosswalk.key is not None
                found.crosswalk.key(body)


def _spoil(plan: Any, dice: random.Random, odd: list[Any]) -> None:
    place = plan
    while True:
        key = dice.choice(list(place) if isinstance(place, dict) else range(len(place)))
        below = place[key]
        if not isinstance(below, dict | list) or not below or dice.random() < 0.2:
            place[key] = dice.choice(odd)
            return
        place = below


def test_no_mapping_that_comes_with_the_system_is_named_as_an_own_one():
    assert not [name for name in queries.crosswalks() if queries.is_own(name)]


@pytest.mark.django_db
def test_a_mapping_is_kept_renewed_and_told():
    add(organisation_id=7)
    before = queries.edition_and_crosswalk("own-recordings")
    assert before[1].name == "own-recordings"
    edition = renew(text_of(constants={"type": "video"}))
    assert edition.number == 2
    after = queries.edition_and_crosswalk("own-recordings")
    assert after[0] != before[0]
    assert after[1].constants[0][1][0].text == "video"
    assert [one.number for one in queries.mapping_editions("own-recordings")] == [2, 1]
    assert json.loads(queries.mapping_text("own-recordings", 1))["constants"] == {"type": "audio"}
    names = list(Entry.objects.filter(subject_key="own-recordings").order_by("id").values_list("name", flat=True))
    assert names == ["standards.mapping_added", "standards.mapping_renewed"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "code"),
    [(text_of(), "mapping_unchanged"), (text_of(name="others"), "mapping_other"), (b"{", "mapping_syntax")],
)
def test_a_refused_edition_leaves_no_trace(text, code):
    add()
    with pytest.raises(Refused, match=code):
        renew(text)
    assert MappingEdition.objects.count() == 1
    assert Entry.objects.filter(subject_kind="mapping").count() == 1


@pytest.mark.django_db
def test_a_name_is_given_once_and_editions_stay():
    add()
    with pytest.raises(Refused, match="mapping_taken"):
        add(organisation_id=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        MappingEdition.objects.update(text="{}")
    with pytest.raises(IntegrityError), transaction.atomic():
        MappingEdition.objects.all().delete()
    assert queries.mapping_text("own-recordings") == text_of().decode()


@pytest.mark.django_db
def test_retired_and_taken_up_again():
    add()
    ask: dict[str, Any] = {"name": "own-recordings", "actor": ACTOR, "now": clock.now()}
    with pytest.raises(Refused, match="no_reason"):
        services.retire_mapping(reason=" ", **ask)
    services.retire_mapping(reason="换了系统", **ask)
    with pytest.raises(Refused, match="mapping_retired"):
        renew(text_of(about="新"))
    services.restore_mapping(**ask)
    with pytest.raises(Refused, match="mapping_not_retired"):
        services.restore_mapping(**ask)
    assert renew(text_of(about="新")).number == 2
