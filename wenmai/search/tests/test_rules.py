"""Folding, analysis, pinyin, questions and marks, as tables of examples."""

import csv
import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenmai.search import rules
from wenmai.search.rules import analysis, folding, pinyin, questions
from wenmai.search.values import Document

ANY_TEXT = st.text(st.characters(), max_size=60)  # lone surrogates too


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("春曉", "春晓"),
        ("淸靑尙竝囘徧葢", "清青尚并回遍盖"),
        ("鴈髙徳黒嶋疎", "雁高德黑岛疏"),
        ("裡裏里", "里里里"),
        ("後臺髮發", "后台发发"),
        ("ＡBc１２①", "abc121"),
        ("é Ü ñ Σ Ё", "e u n σ е"),
        ("が ぱ 한", "が ぱ 한"),  # the marks of kana and hangul are letters, not accents
        ("㈠ﬁ½", "㈠ﬁ½"),  # would become two characters: left alone
        ("\u2f00\uf9dc", "一隆"),  # Kangxi radical, compatibility ideograph
        ("□{臯兀}\ue000", "□{皋兀}\ue000"),
        ("\ud800", "\ufffd"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert rules.fold(text) == folded


@given(ANY_TEXT)
def test_folding_keeps_length_and_settles(text: str) -> None:
    once = rules.fold(text)
    assert len(once) == len(text)
    assert rules.fold(once) == once


def test_every_variant_of_our_own_is_in_the_table() -> None:
    lines = (folding.TABLES / "variants.tsv").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if not line.startswith("#")]
    assert len(pairs) > 500
    assert [s for target, sources in pairs for s in sources if rules.fold(s) != rules.fold(target)] == []


@pytest.mark.parametrize(
    ("text", "traditional"),
    [
        ("皇后以后", "皇后以後"),
        ("皇天后土，太后天明", "皇天后土，太后天明"),
        ("头发与发生", "頭髮與發生"),
        ("干净能干干戈乾坤天干", "乾淨能幹干戈乾坤天干"),
        ("里面千里故里", "裏面千里故里"),
        ("云雨诗云", "雲雨詩云"),
        ("山谷五谷", "山谷五穀"),
        ("面条面子", "麪條面子"),
        ("丑时美丑", "丑時美醜"),
        ("松树放松，几个茶几，只有一只", "松樹放鬆，幾個茶几，只有一隻"),
        ("枯藤老树昏鸦，小桥流水人家。", "枯藤老樹昏鴉，小橋流水人家。"),
        ("春眠不覺曉，處處聞啼鳥。", "春眠不覺曉，處處聞啼鳥。"),
        ("abc 123，\n\U00020000", "abc 123，\n\U00020000"),
        ("", ""),
        ("发", "發"),
    ],
)
def test_traditional_characters_are_chosen_by_phrase(text: str, traditional: str) -> None:
    assert rules.traditional(text) == traditional


@given(st.text(max_size=200))
def test_traditional_text_is_as_long_as_it_was(text: str) -> None:
    assert len(rules.traditional(text)) == len(text)


def test_tables_change_only_with_the_version() -> None:
    """A failure here means: raise analysis.VERSION, put the new sum here, say in the changelog to rebuild the index."""
    digest = hashlib.sha256()
    for name in ("fold.tsv", "readings.tsv"):
        digest.update((folding.TABLES / name).read_bytes())
    assert (analysis.VERSION, digest.hexdigest()[:16]) == (1, "cff60187252da038")


def test_analysis() -> None:
    found = rules.analyse(
        Document("record", "1", 1, "春曉", ("Spring  Dawn",), ("孟浩然",), "春眠不覺曉，處處聞啼鳥。第3回")
    )
    assert found.title == "春晓 | spring | dawn"
    assert found.creator == "孟浩 浩然"
    assert found.everything == (
        "春晓 | spring | dawn | 孟浩 浩然 | 春眠 眠不 不觉 觉晓 | 处处 处闻 闻啼 啼鸟 | 第 3 回"
    )
    assert found.characters == "春晓   spring  dawn   孟浩然   春眠不觉晓 处处闻啼鸟 第3回"
    assert found.title_names == ["春晓\x1f春曉", "spring dawn\x1fSpring Dawn"]
    assert found.creator_names == ["孟浩然\x1f孟浩然"]
    assert found.sort_title == "chun1 xiao3"


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", ""),
        ("。，!", ""),
        ("春", "春"),
        ("e\u0301cole d'été", "ecole | d | ete"),
        ("བོད་ཡིག", "བོད | ཡིག"),
        ("x" * 100, "x" * 64),
        ("ひらがな", "ひら らが がな"),
        ("a|b", "a | b"),  # the sign that parts runs cannot be smuggled in
    ],
)
def test_tokens(text: str, tokens: str) -> None:
    assert analysis.tokens(text) == tokens


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("menghaoran", ("meng", "hao", "ran")),
        ("mhr", ("m", "h", "r")),
        ("liqingzhao", ("li", "qing", "zhao")),
        ("liqz", ("li", "q", "z")),
        ("liqzhao", ("li", "q", "zhao")),
        ("xian", ("xian",)),
        ("lvyou", ("lv", "you")),
        ("zhshi", ("z", "shi")),
    ],
)
def test_segmentations(typed: str, first: tuple[str, ...]) -> None:
    assert pinyin.segmentations(typed)[0] == first


def test_segmentations_are_few_and_some_words_have_none() -> None:
    assert ("xi", "an") in pinyin.segmentations("xian")
    assert pinyin.segmentations("history") == []
    assert pinyin.segmentations("3") == []
    assert len(pinyin.segmentations("xianganxianganxiangan")) <= pinyin.MOST_SEGMENTATIONS
    assert pinyin.segmentations("a" * 31) == []


@pytest.mark.parametrize(
    ("character", "readings"),
    [("曾", {"zeng", "ceng"}), ("解", {"xie", "jie"}), ("查", {"zha", "cha"}), ("吕", {"lv", "lu"})],
)
def test_every_reading_counts(character: str, readings: set[str]) -> None:
    assert readings <= set(pinyin.units_of(character))


def test_titles_sort_by_pinyin_and_tone() -> None:
    titles = ["长江", "春晓", "妈", "马", "麻", "白日", "2 水", "abc"]
    assert sorted(titles, key=rules.sort_title) == ["2 水", "abc", "白日", "长江", "春晓", "妈", "麻", "马"]


def test_questions() -> None:
    asked = questions.question("meng hao ran 春眠 “處處聞啼鳥，夜來” Hello 第3回")
    assert [(part.shape, part.text) for part in asked.parts] == [
        ("sound", "meng hao ran"),
        ("run", "春眠"),
        ("exact", "处处闻啼鸟 夜来"),
        ("word", "hello"),
        ("run", "第"),
        ("word", "3"),
        ("run", "回"),
    ]
    assert asked.parts[2].places == ((0, "处处"), (1, "处闻"), (2, "闻啼"), (3, "啼鸟"), (5, "夜来"))
    assert not asked.cut


def test_long_questions_are_cut_and_say_so() -> None:
    assert questions.question("春" * 401).cut
    many = questions.question(" ".join(f"w{number}" for number in range(20)))
    assert many.cut
    assert len(many.parts) == questions.MOST_PARTS
    assert max(len(part.text) for part in questions.question("春" * 400).parts) == questions.LONGEST_RUN


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("春眠不覺曉，處處聞啼鳥。", "处处", ["處處"]),
        ("春眠不覺曉", "春眠不觉小", ["春眠不覺"]),  # not there whole: by pairs
        ("孟浩然", "menghaoran", ["孟浩然"]),
        ("孟浩然", "mhr", ["孟浩然"]),
        ("An island stands", "an", ["An"]),
        ("Café au lait", "cafe", ["Café"]),
        ("春眠不覺曉，處處聞啼鳥", '"不觉晓，处处"', ["不覺曉", "處處"]),
        ("春春春", "春", ["春春春"]),
        ("春", "", []),
    ],
)
def test_highlights(text: str, query: str, marked: list[str]) -> None:
    assert [text[start:end] for start, end in rules.highlights(text, query)] == marked


@given(ANY_TEXT, ANY_TEXT)
def test_highlights_lie_in_the_text_and_do_not_overlap(text: str, query: str) -> None:
    last = -1
    for start, end in rules.highlights(text, query):
        assert last < start < end <= len(text)
        last = end


def test_excerpt() -> None:
    text = "前" * 200 + "明月" + "后" * 200
    found = rules.excerpt(text, "明月", 50)
    assert len(found.text) == 50
    assert [found.text[start:end] for start, end in found.marks] == ["明月"]
    assert (found.starts_text, found.ends_text) == (False, False)
    assert rules.excerpt("短", "长", 50) == ("短", [], True, True)


def test_real_texts_fold_into_common_characters(shared: Path) -> None:
    """Twelve thousand poems: what is left outside GB 2312 is rare characters, not old forms of common ones."""
    texts = []
    for path in sorted((shared / "data" / "poetry-csv").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            texts += [row["内容"] for row in csv.DictReader(stream)]
    ideographs = [character for character in "".join(texts) if "\u4e00" <= character <= "\u9fff"]
    before = sum(map(is_common, ideographs)) / len(ideographs)
    after = sum(map(is_common, rules.fold("".join(ideographs)))) / len(ideographs)
    assert after > before
    assert after > 0.985


def is_common(character: str) -> bool:
    """In GB 2312."""
    try:
        return bool(character.encode("gb2312"))
    except UnicodeEncodeError:
        return False
