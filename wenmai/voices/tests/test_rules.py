"""Decisions on plain values."""

import re
from pathlib import Path

import pytest

from wenmai.lib.refusal import Refused
from wenmai.voices import migrations
from wenmai.voices.rules import alike, codes, purchases, steps
from wenmai.voices.rules.needs import Face, Wish, names_a_person, plain


@pytest.mark.parametrize(
    ("start", "allowed"),
    [("voices_needs_move", steps.ALLOWED), ("voices_purchases_move", purchases.ALLOWED)],
)
def test_the_database_knows_the_same_steps(start: str, allowed: frozenset[tuple[str, str]]):
    text = "".join(path.read_text() for path in sorted(Path(migrations.__file__).parent.glob("0*.py")))
    body = text.split(f"CREATE FUNCTION {start}()")[-1].split("END $$;")[0]
    assert frozenset(re.findall(r"\('(\w+)', '(\w+)'\)", body)) == allowed


def test_every_step_leads_on_from_the_beginning_to_the_end():
    seen, reached = {"collected"}, {"collected"}
    while reached:
        reached = {to for was, to in steps.ALLOWED if was in reached} - seen
        seen |= reached
    assert seen == {*steps.Step.values}
    assert not [to for was, to in steps.ALLOWED if was == "closed"]


def test_words_that_nobody_sees_go_and_long_ones_are_refused():
    assert plain("想\u202e看\x00戏\r\n  在 村里 ", 20, lines=True) == "想 看 戏\n在 村里"
    assert Wish(" \u200b看戏 ", "activity", "沿河\n村").checked()[:3] == ("看戏", "activity", "沿河 村")
    for words, code in (("", "words_missing"), ("\u200b", "words_missing"), ("戏" * 1001, "words_long")):
        with pytest.raises(Refused, match=code):
            Wish(words, "activity").checked()


@pytest.mark.parametrize(
    ("text", "names"),
    [("请打 138 0013 8000", True), ("+86-13800138000", True), ("证件52222220010101123X", True),
     ("2026年12月1日", False), ("１３８００１３８０００", True), ("编号 1234567890123456789012", False)],
)  # fmt: skip
def test_telephones_and_documents_do_not_go_public(text: str, names: bool):
    assert names_a_person(text) is names
    if names:
        with pytest.raises(Refused, match="names_a_person"):
            Face("标题", text).checked()


def test_a_face_with_other_words_has_another_hash():
    assert Face("甲", "乙").hash == Face("甲", "乙").hash != Face("甲乙", "").hash


def test_a_code_is_read_back_and_nothing_else_is():
    secret = b"s" * 32
    code = codes.make(secret, 12)
    assert codes.read(secret, code.lower()) == 12
    for odd in (code[:-1], f"13{code[2:]}", "", ".", "12.", "²." + code[3:], code + "A" * 90, "9" * 30 + code[2:]):
        assert codes.read(secret, odd) is None


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        ("希望村里多办几场花灯戏", "能不能在我们村演一次花灯戏", True),
        ("想学毛笔书法，晚上有课最好", "请开展晚上的书法课", True),
        ("周末放一场电影", "想借几本电影方面的书", False),
        ("图书馆晚上八点再关门", "文化站广场灯坏了", False),
    ],
)
def test_what_is_alike(one: str, other: str, is_alike: bool):
    assert (alike.likeness(alike.grams(one), alike.grams(other)) >= alike.LIKELY) is is_alike
