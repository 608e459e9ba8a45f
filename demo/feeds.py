"""Which institution of the demonstration hands in which works of npm chinese-poetry.

Two institutions hold the same Tang poems in different editions, so that the same work really comes twice.
"""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Shelf(NamedTuple):
    """One feed. `weight` is its share when fewer than all records are wanted; 0: always whole, because it is small.

    `on_arrival` is the feed's policy: one of them holds its records for a reviewer. `book`: the record of the whole,
    which the others are parts of.
    """

    code: str
    owner: str
    name: str
    crosswalk: str
    files: tuple[str, ...]
    weight: int = 0
    on_arrival: str = "publish"
    book: dict[str, str] | None = None


SHELVES = (
    Shelf("tang", "province_library", "全唐诗", "poetry-tang", ("quantangshi/poet.tang.*.json",), 30),
    Shelf("song", "province_library", "全宋诗", "poetry-song", ("quantangshi/poet.song.*.json",), 24),
    Shelf("tang-added", "province_library", "全唐诗补录", "poetry-tang-added", ("quantangshi/唐诗补录.json",)),
    Shelf("yuding", "other_city_library", "御定全唐诗", "poetry-yuding", ("yudingquantangshi/json/*.json",), 20),
    Shelf("ci", "city_library", "全宋词", "poetry-ci", ("songci/ci.song.*.json",), 14),
    Shelf("shuimo", "county_library", "水墨唐诗", "poetry-shuimo", ("shuimotangshi/shuimotangshi.json",)),
    Shelf("yuanqu", "city_library", "元曲", "poetry-yuanqu", ("yuanqu/yuanqu.json",), 12),
    Shelf("shijing", "county_library", "诗经", "poetry-shijing", ("shijing/shijing.json",),
          book={"title": "诗经", "book": "chinese-poetry:shijing",
                "about": "中国最早的诗歌总集，三百零五篇，分风、雅、颂。"}),
    Shelf("chuci", "county_library", "楚辞", "poetry-chuci", ("chuci/chuci.json",),
          book={"title": "楚辞", "book": "chinese-poetry:chuci", "about": "战国至汉代楚地诗歌的总集。"}),
    Shelf("lunyu", "county_library", "论语", "classic-lunyu", ("lunyu/lunyu.json",)),
    Shelf("mengzi", "county_library", "孟子", "classic-mengzi", ("sishuwujing/mengzi.json",)),
    Shelf("sishu", "county_library", "大学与中庸", "classic-single",
          ("sishuwujing/daxue.json", "sishuwujing/zhongyong.json")),
    Shelf("caocao", "county_library", "曹操诗集", "poetry-caocao", ("caocaoshiji/caocao.json",)),
    Shelf("youmengying", "station", "幽梦影", "prose-youmengying", ("youmengying/youmengying.json",), 0, "hold"),
    Shelf("primer", "station", "蒙学：单篇", "primer-single",
          ("mengxue/baijiaxing.json", "mengxue/sanzijing-*.json", "mengxue/qianziwen.json",
           "mengxue/zhuzijiaxun.json")),
    Shelf("primer-chapters", "station", "蒙学：分章", "primer-chapters",
          ("mengxue/dizigui.json", "mengxue/zengguangxianwen.json", "mengxue/wenzimengqiu.json")),
    Shelf("primer-volumes", "station", "蒙学：分卷", "primer-volumes",
          ("mengxue/shenglvqimeng.json", "mengxue/youxueqionglin.json", "mengxue/guwenguanzhi.json")),
    Shelf("primer-poems", "station", "蒙学：诗选", "primer-poems",
          ("mengxue/qianjiashi.json", "mengxue/tangshisanbaishou.json")),
)  # fmt: skip
ALL_WEIGHTS = sum(shelf.weight for shelf in SHELVES)


def lay_out(shelf: Shelf, poems: Path, folder: Path, records: int | None) -> int:
    """Puts so many of the shelf's files into the folder that the demonstration has about `records` in all (None: all
    of them); returns how many records they hold. What is there already stays, so a smaller number takes nothing away.
    """
    folder.mkdir(parents=True, exist_ok=True)
    quota = None if records is None or not shelf.weight else records * shelf.weight // ALL_WEIGHTS
    total = 0
    for file in _files(shelf, poems):
        if quota is not None and total >= quota:
            break
        total += _length(file)
        place = folder / file.name
        if not place.exists():
            _put(file, place)
    if shelf.book:
        (folder / "book.json").write_text(json.dumps([shelf.book], ensure_ascii=False), encoding="utf-8")
        total += 1
    return total


def _files(shelf: Shelf, poems: Path) -> Iterator[Path]:
    """In the order of the numbers in their names: poet.tang.2000 comes before poet.tang.11000."""
    for pattern in shelf.files:
        yield from sorted(poems.glob(pattern), key=_by_number)


def _by_number(path: Path) -> tuple[int, str]:
    digits = "".join(filter(str.isdigit, path.stem))
    return (int(digits or 0), path.name)


def _length(file: Path) -> int:
    content = json.loads(file.read_text(encoding="utf-8"))
    return len(content) if isinstance(content, list) else 1


def _put(file: Path, place: Path) -> None:
    """Whole or not at all: what is there is taken for whole at the next start."""
    try:
        os.link(file, place)
    except OSError:
        part = place.with_name(f".{place.name}.part")
        shutil.copyfile(file, part)
        part.replace(place)
