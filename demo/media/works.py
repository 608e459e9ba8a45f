"""The list: what is made, how it is called, and by which code. Descriptions say that a program made it."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import NamedTuple

from PIL import Image

from demo.media import books, films, flac, pictures, sounds, webm
from demo.media.books import Book, Poem

MADE = "由本系统的演示程序生成，不是馆藏原件的数字化成果，仅供演示。"
CREATOR = "本系统演示程序"


Play = Callable[[Random], sounds.Samples]


class Said(NamedTuple):
    """What is heard or seen from `start` to `end`, in shares of the whole length."""

    start: float
    end: float
    words: str


class Work(NamedTuple):
    """`write(dice, path)` writes the file; the dice always fall the same for one key. `seconds` where it lasts.

    `measures`: further elements of the record that the making decides (resolution, sample rate, extent).
    `captions`: what is to be heard or seen in it, in Chinese, for those who cannot.
    """

    key: str
    type: str
    media_type: str
    title: str
    description: str
    subjects: tuple[str, ...]
    theme: str
    write: Callable[[Random, Path], None]
    measures: dict[str, str]
    seconds: float = 0
    language: str = "zxx"
    captions: tuple[Said, ...] = ()


EXTENSIONS = {
    "image/jpeg": "jpg", "image/png": "png", "audio/wav": "wav", "audio/flac": "flac",
    "video/webm": "webm", "application/epub+zip": "epub", "application/pdf": "pdf",
}  # fmt: skip
_SEASONS = {
    "spring": ("春山", "近岸有花，远山含青。"),
    "summer": ("夏山", "山色苍翠，江上行舟。"),
    "autumn": ("秋山", "霜叶点点，暮色满山。"),
    "winter": ("冬山", "飞雪入山，江天一色。"),
    "night": ("月夜", "月悬远岭，江上无声。"),
    "mist": ("烟岚", "晨雾未散，群峰隐现。"),
}
_LATTICES = {
    "ice": ("冰裂纹", "线条如冰面开裂，园林花窗常用。"),
    "fret": ("回纹", "一笔回环，连绵不断。"),
    "shell": ("龟背锦", "六角相连，形如龟甲。"),
    "lozenge": ("方胜纹", "菱形相叠，寓意同心。"),
    "wave": ("海水纹", "半圆层叠，如浪相逐。"),
    "step": ("步步锦", "直条回环，层层向内。"),
}
_SEALS = (("文", False), ("山水", True), ("天人中正", False), ("日月", True), ("大川", False), ("田", True))
_WRITINGS = {
    "永": "永字八法，一字而备众笔。",
    "水": "左右相应，中锋立骨。",
    "山": "三竖一横，稳中见势。",
    "人": "一撇一捺，相倚而立。",
    "天": "横平撇捺开张。",
}


def every(poems: Path) -> list[Work]:
    """`poems`: the folder of npm chinese-poetry that holds the texts of the books."""
    return [*_pictures(), *_recordings(), *_films(), *_books(poems)]


def _picture(
    key: str,
    title: str,
    words: str,
    subjects: tuple[str, ...],
    sides: tuple[int, int],
    draw: Callable[[Random], Image.Image],
) -> Work:
    def write(dice: Random, path: Path) -> None:
        draw(dice).convert("RGB").save(path, "JPEG", quality=84)

    measures = {"resolution": f"{sides[0]}×{sides[1]}", "colour_space": "sRGB", "bit_depth": "24"}
    return Work(key, "image", "image/jpeg", title, f"{words}{MADE}", subjects, "arts", write, measures)


def _pictures() -> list[Work]:
    made = []
    for season, (name, words) in _SEASONS.items():
        for part in (1, 2) if season in {"spring", "autumn"} else (1,):
            title = f"水墨山水：{name}" + ("（其二）" if part == 2 else "")
            subjects = ("山水画", "水墨", name)
            draw = _landscape(season)
            made.append(_picture(f"landscape-{season}-{part}", title, words, subjects, pictures.LANDSCAPE, draw))
    for pattern, (name, words) in _LATTICES.items():
        subjects = ("窗格", "传统纹样", name)
        made.append(
            _picture(f"lattice-{pattern}", f"窗格纹样：{name}", words, subjects, (1200, 1200), _lattice(pattern))
        )
    for number, (characters, raised) in enumerate(_SEALS, 1):
        way = "朱文" if raised else "白文"
        title, words, subjects = f"“{characters}”{way}印", f"{way}印，印文“{characters}”。", ("篆刻", "印章", way)
        made.append(_picture(f"seal-{number}", title, words, subjects, (900, 900), _seal(characters, raised)))
    for number, (character, words) in enumerate(_WRITINGS.items(), 1):
        title, subjects = f"习字：“{character}”", ("书法", "习字", "毛笔字")
        made.append(_picture(f"writing-{number}", title, words, subjects, (1200, 1200), _writing(character)))
    return made


def _landscape(season: str) -> Callable[[Random], Image.Image]:
    return lambda dice: pictures.landscape(dice, season)


def _lattice(pattern: str) -> Callable[[Random], Image.Image]:
    return lambda dice: pictures.lattice(dice, pattern)


def _seal(characters: str, raised: bool) -> Callable[[Random], Image.Image]:
    return lambda dice: pictures.seal_print(dice, characters, raised=raised)


def _writing(character: str) -> Callable[[Random], Image.Image]:
    return lambda dice: pictures.writing(dice, character)


def _heard(instrument: str, words: str) -> tuple[Said, ...]:
    return (Said(0.02, 0.25, f"（{instrument}响起）"), Said(0.25, 0.8, f"（{words}）"), Said(0.8, 1, "（余音渐弱）"))


def _recording(key: str, title: str, words: str, subject: str, seconds: int, play: Play, packed: bool = False) -> Work:
    def write(dice: Random, path: Path) -> None:
        if packed:
            flac.write_flac(path, play(dice), sounds.RATE)
        else:
            sounds.write_wav(path, play(dice))

    kind = "audio/flac" if packed else "audio/wav"
    measures = {"sample_rate": str(sounds.RATE), "bit_depth": "16", "channels": "1"}
    told = words.rstrip("。").removeprefix("合成")
    instrument = told.partition("，")[0].removesuffix("音色")
    return Work(
        key, "audio", kind, title, f"{words}{MADE}", ("音乐", subject), "arts", write, measures, seconds,
        captions=_heard(instrument, told),
    )  # fmt: skip


def _recordings() -> list[Work]:
    modes = enumerate(sounds.MODES, 1)
    made = [_mode(number, mode) for number, mode in modes]
    words = "合成拨弦音色，{}。"
    slow, quick = _melody("羽", 24, 0.9, -5), _melody("徵", 15, 0.3, 2)
    made.append(_recording("strings-slow", "弦音：慢板", words.format("羽调式，节奏舒缓"), "五声音阶", 24, slow, True))
    made.append(
        _recording("strings-quick", "弦音：快板", words.format("徵调式，节奏明快"), "五声音阶", 15, quick, True)
    )
    struck: tuple[tuple[str, str, str, str, int, Callable[[Random, float], sounds.Samples]], ...] = (
        ("chimes", "编钟音色小品", "合成钟类音色，依次击响。", "编钟", 16, sounds.chimes),
        ("stones", "编磬与木鱼", "合成磬类音色，配木鱼节拍。", "编磬", 14, sounds.stones),
        ("great-bell", "晨钟三响", "合成大钟音色，三击，余音渐远。", "钟", 15, sounds.great_bell),
    )
    return made + [
        _recording(key, title, words, subject, seconds, partial(_struck, strike, seconds))
        for key, title, words, subject, seconds, strike in struck
    ]


def _mode(number: int, mode: str) -> Work:
    title, words = f"五声音阶弦音：{mode}调", f"合成拨弦音色，{mode}调式即兴短曲。"
    return _recording(f"mode-{number}", title, words, "五声音阶", 16, _melody(mode, 16, 0.5))


def _struck(strike: Callable[[Random, float], sounds.Samples], seconds: int, dice: Random) -> sounds.Samples:
    return strike(dice, seconds)


def _melody(mode: str, seconds: int, pace: float, root: float = 0) -> Play:
    return lambda dice: sounds.melody(dice, mode, seconds, root, pace)


def _film(
    key: str,
    title: str,
    description: str,
    subjects: tuple[str, ...],
    draw: films.Draw,
    seen: tuple[str, str, str],
    frames: int = 48,
) -> Work:
    def write(dice: Random, path: Path) -> None:
        webm.write_webm(path, draw(dice, frames), films.PER_SECOND)

    words = f"无声短片。{description}{MADE}"
    measures = {"resolution": "{}×{}".format(*films.SIZE), "frame_rate": str(films.PER_SECOND)}
    seconds = frames / films.PER_SECOND
    captions = tuple(Said(at / 3, (at + 1) / 3, f"（无声）{words}") for at, words in enumerate(seen))
    return Work(key, "video", "video/webm", title, words, subjects, "arts", write, measures, seconds, captions=captions)


def _films() -> list[Work]:
    written = ("空白的宣纸", "毛笔一笔一画地写", "字写成了，笔停下")
    opened = ("花窗关着", "两扇窗慢慢向两边打开", "窗外是一片春山")
    sunrise = ("群山静立，天色未明", "近山远山缓缓移过", "红日升到山顶之上")
    spread = ("墨滴落在湿纸上", "墨一圈圈化开", "浓淡相接，成了一片")
    return [
        _film("film-drifting", "江山日出", "群山缓缓移过，红日升起。", ("动画", "山水"), films.drifting, sunrise),
        _film("film-spreading", "水墨晕染", "墨滴落在湿纸上，渐渐化开。", ("动画", "水墨"), films.spreading, spread),
        _writing_film("wen", "文", written),
        _writing_film("yong", "永", written),
        _opening_film("ice", "冰裂纹", opened),
        _opening_film("fret", "回纹", opened),
    ]


def _writing_film(key: str, character: str, seen: tuple[str, str, str]) -> Work:
    title, words = f"运笔：“{character}”", f"一笔一画写成“{character}”字。"
    return _film(f"film-writing-{key}", title, words, ("书法", "笔顺"), films.writing_of(character), seen)


def _opening_film(pattern: str, name: str, seen: tuple[str, str, str]) -> Work:
    title, words = f"推窗见山：{name}窗", f"{name}花窗向两侧打开，窗外春山。"
    return _film(f"film-opening-{pattern}", title, words, ("动画", "窗格"), films.opening_of(pattern), seen)


def vtt(work: Work) -> str:
    """Its captions as WebVTT."""
    cues = (f"{_clock(work, said.start)} --> {_clock(work, said.end)}\n{said.words}\n" for said in work.captions)
    return "\n".join(["WEBVTT\n", *cues])


def _clock(work: Work, share: float) -> str:
    moment = share * work.seconds
    return f"{int(moment) // 60:02}:{moment % 60:06.3f}"


def _books(poems: Path) -> list[Work]:
    source = "诗文取自 npm 软件包 chinese-poetry（MIT 许可）。" + MADE
    found = [
        Book("shijing-zhounan", "诗经·国风·周南", "佚名", "zh-Hans", source, _zhounan(poems)),
        Book("tang-jueju", "唐詩三百首·五言絕句", "衡塘退士（选）", "zh-Hant", source, _quatrains(poems)),
        Book("caocao", "曹操诗选", "曹操", "zh-Hans", source, _caocao(poems)),
    ]
    seasons = [f"landscape-{season}-1" for season in _SEASONS]
    lattices = [f"lattice-{pattern}" for pattern in _LATTICES]
    return [
        *(_epub(book) for book in found),
        _album("album-seasons", "水墨四时画册", "春夏秋冬四幅，附月夜、烟岚。", ("山水画", "画册"), seasons),
        _album("album-lattices", "窗格纹样图册", "六种传统窗格纹样。", ("窗格", "图册"), lattices),
    ]


def _epub(book: Book) -> Work:
    def write(dice: Random, path: Path) -> None:
        books.write_epub(path, book, pictures.landscape(dice, "mist", (600, 840)))

    count = f"{len(book.poems)} 首"
    words = f"{book.title}，{count}，EPUB 电子书。{book.note}"
    kind, subjects = "application/epub+zip", ("诗歌", "电子书")
    return Work(
        f"book-{book.key}",
        "ebook",
        kind,
        book.title,
        words,
        subjects,
        "reading",
        write,
        {"extent": count},
        language="zh",
    )


def _album(key: str, title: str, words: str, subjects: tuple[str, ...], keys: Sequence[str]) -> Work:
    """Of pictures that were made before, in the same folder."""

    def write(dice: Random, path: Path) -> None:
        sheets = [Image.open(path.parent / f"{one}.jpg") for one in keys]
        books.write_pdf(
            path, title, CREATOR, [sheet.resize((960, 960 * sheet.height // sheet.width)) for sheet in sheets]
        )

    measures = {"extent": f"{len(keys)} 页"}
    words = f"{words}PDF 电子画册。{MADE}"
    return Work(key, "ebook", "application/pdf", title, words, subjects, "arts", write, measures)


def _zhounan(poems: Path) -> list[Poem]:
    entries = json.loads((poems / "shijing" / "shijing.json").read_text())
    return [Poem(one["title"], "", one["content"]) for one in entries if one["section"] == "周南"]


def _quatrains(poems: Path) -> list[Poem]:
    volume = json.loads((poems / "mengxue" / "tangshisanbaishou.json").read_text())
    part = next(part for part in volume["content"] if part["type"] == "五言絕句")
    return [Poem(one["chapter"], one["author"], one["paragraphs"]) for one in part["content"]]


def _caocao(poems: Path) -> list[Poem]:
    entries = json.loads((poems / "caocaoshiji" / "caocao.json").read_text())
    return [Poem(one["title"], "曹操", one["paragraphs"]) for one in entries]
