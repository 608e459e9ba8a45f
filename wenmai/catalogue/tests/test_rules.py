import pytest

from wenmai.catalogue import rules
from wenmai.catalogue.rules import Arrival, Standing
from wenmai.catalogue.testing import arrival
from wenmai.formats.values import Elements, Value


def standing(raw_hash: bytes = b"", recipe: str = "1", deleted: bool = False) -> Standing:
    return Standing(7, raw_hash, recipe, 1, "published", deleted, True)


def digest(one: Arrival) -> bytes:
    return rules.sort_arrivals([one], {}, "1").fresh[0].raw_hash


def test_a_batch_is_sorted_and_adds_up() -> None:
    same, changed, new = arrival("same"), arrival("changed"), arrival("new")
    there = {
        "same": standing(digest(same)),
        "changed": standing(b"other"),
        "gone": standing(),
        "gone before": standing(deleted=True),
    }
    batch = [same, changed, new, new, arrival("gone", deleted=True), arrival("gone before", deleted=True)]
    found = rules.sort_arrivals(batch, there, "1")
    assert [one.arrival.parsed.key for one in found.fresh] == ["changed", "new"]
    assert (found.unchanged, found.deleted, found.duplicate, found.gone) == (1, 2, 1, [7])
    assert len(found.fresh) + found.unchanged + found.deleted + found.duplicate == len(batch)


def test_records_without_a_key_are_no_duplicates_of_each_other() -> None:
    found = rules.sort_arrivals([arrival(""), arrival("")], {}, "1")
    assert (len(found.fresh), found.duplicate) == (2, 0)


@pytest.mark.parametrize(("recipe", "deleted", "fresh"), [("1", False, 0), ("2", False, 1), ("1", True, 1)])
def test_the_same_bytes_are_made_anew_when_the_recipe_changed_or_they_were_deleted(
    recipe: str, deleted: bool, fresh: int
) -> None:
    one = arrival("k")
    assert len(rules.sort_arrivals([one], {"k": standing(digest(one), recipe, deleted)}, "1").fresh) == fresh


def values(**texts: str) -> Elements:
    return {name: [Value(text, "$")] for name, text in texts.items()}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        # another character, not another form of one: 牀 is a form of 床, and the words differ later
        (values(title="静夜思", creator="李白", text="床前明月光"),
         values(title="静夜思", creator="李白", text="床前看月光"), False),
        # traditional and simplified, punctuation and length: one work
        (values(title="春曉", creator="孟浩然", text="春眠不覺曉，處處聞啼鳥。"),
         values(title="春晓", creator="孟浩然", text="春眠不觉晓， 处处闻啼鸟。夜来风雨声"), True),
        (values(title="春晓", creator="孟浩然", text="春眠"), values(title="春晓", creator="他人", text="春眠"), False),
        # a number shared by mistake
        (values(title="甲书", isbn="9787301000014"), values(title="乙书", isbn="9787301000014"), False),
        (values(title="甲書", isbn="9787301000014"), values(title="甲书", isbn="9787301000014"), True),
    ],
)  # fmt: skip
def test_records_of_one_work_share_a_key(one: Elements, other: Elements, same: bool) -> None:
    first, second = rules.match(one, "text"), rules.match(other, "text")
    assert (first[1] == second[1]) is same
    assert 0 <= first[1] < 2**63


def test_an_untitled_text_is_named_by_its_first_words() -> None:
    elements = values(text="春眠不觉晓，处处闻啼鸟。")
    assert rules.titled(elements)
    assert elements["title"] == [Value("[春眠不觉晓，处处闻啼鸟。]", "catalogue:incipit")]
    assert not rules.titled(values(title="  "))
