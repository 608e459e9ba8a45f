"""The tables behind dates: periods and year names (from the registry), characters, numerals, the cycle of sixty."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

Years = tuple[int, int]
REGISTRY = Path(__file__).resolve().parent.parent / "registry"


class Era(NamedTuple):
    """A year name; `period` is empty outside the table of periods."""

    period: str
    first: int
    last: int


class Tables(NamedTuple):
    """periods: years by code · names: period code by every way to write it · eras: by name · parents: of periods."""

    periods: dict[str, Years]
    names: dict[str, str]
    eras: dict[str, list[Era]]
    parents: dict[str, str]


@lru_cache(maxsize=1)
def tables(registry: Path = REGISTRY) -> Tables:
    """Both tables, read once; a broken file raises, and the registry's check says what is wrong with it."""
    terms = tomllib.loads((registry / "vocabularies" / "period.toml").read_text("utf-8"))["term"]
    dynasties = tomllib.loads((registry / "eras.toml").read_text("utf-8"))["dynasty"]
    eras: dict[str, list[Era]] = {}
    for dynasty in dynasties:
        for name, first, last in dynasty["eras"]:
            eras.setdefault(name, []).append(Era(dynasty["period"], first, last))
    return Tables(
        {term["code"]: (term["years"][0], term["years"][1]) for term in terms},
        {name: term["code"] for term in terms for name in (term["zh"], *term.get("aliases", ()))},
        eras,
        {term["code"]: term.get("parent", "") for term in terms},
    )


# Traditional and variant characters, only those that occur in names of periods and eras and in dates.
_PAIRS = (
    "貞贞 顯显 慶庆 龍龙 總总 儀仪 鳳凤 調调 開开 載载 長长 壽寿 證证 聖圣 萬万 歲岁 曆历 歷历 "
    "雲云 極极 寶宝 寳宝 應应 廣广 興兴 會会 啟启 啓启 紀纪 順顺 寧宁 寕宁 甯宁 復复 後后 漢汉 "
    "晉晋 遼辽 國国 紹绍 統统 觀观 豐丰 豊丰 禎祯 緒绪 樂乐 冊册 贊赞 祿禄 陳陈 齊齐 趙赵 戰战 "
    "兩两 閏闰 間间 約约 貳二 參三 時时 東东 蘭兰 閩闽 吳吴 蕭萧 劉刘 當当 佑祐 乹乾 衞卫 淸清 "
    "鈔钞 寫写 鐫镌 葉叶 號号 ０0 １1 ２2 ３3 ４4 ５5 ６6 ７7 ８8 ９9 －- —- –- "
    "―- ～~ 〜~ ／/ ．. （( ）) ［[ ］] ？? ：: "
)
SIMPLER = str.maketrans({pair[0]: pair[1] for pair in _PAIRS.split()} | {"\u3000": " "})

NUMERAL = "〇零○一二三四五六七八九十廿卅百拾两"
_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "元": 1, "两": 2}
_TENS = {"十": 10, "拾": 10, "廿": 20, "卅": 30}
CYCLE = {"甲乙丙丁戊己庚辛壬癸"[i % 10] + "子丑寅卯辰巳午未申酉戌亥"[i % 12]: i for i in range(60)}


def number(text: str) -> int | None:
    """三, 二十三, 廿三, 一百零五, 一九八三, 23, 元: a whole number, or None."""
    if text.isascii():
        return int(text) if text.isdigit() and len(text) <= 4 else None
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text)) if 0 < len(text) <= 4 else None
    total = current = 0
    for c in text:
        if c in _DIGITS:
            current = _DIGITS[c]
        elif c in _TENS:
            total += max(current, 1) * _TENS[c]
            current = 0
        elif c == "百":
            total += max(current, 1) * 100
            current = 0
        else:
            return None
    return total + current
