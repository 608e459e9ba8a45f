"""What is cited: of what shape it is, who made it in which dynasty, when it came out, what it stands in."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from wenmai.standards.rules import parse_years, period_code, period_years


class Shape(NamedTuple):
    """How one kind of source is called: mark of GB/T 7714—2015 (appendix B as we read it; sound, films and pictures
    have none of their own there and are 其他), entry of BibTeX, type of RIS, type of CSL."""

    mark: str
    bibtex: str
    ris: str
    csl: str


BOOK = Shape("M", "book", "BOOK", "book")
EBOOK = BOOK._replace(ris="EBOOK")
CHAPTER = Shape("M", "incollection", "CHAP", "chapter")
SERIAL = Shape("J", "misc", "SER", "periodical")
ARTICLE = Shape("J", "article", "JOUR", "article-journal")
NEWSPAPER = SERIAL._replace(mark="N")
NEWS = Shape("N", "article", "NEWS", "article-newspaper")
ONLINE = Shape("EB", "misc", "ELEC", "webpage")
MANUSCRIPT = Shape("Z", "misc", "MANSCPT", "manuscript")
_PLAIN = {
    "ebook": EBOOK,
    "ancient_book": BOOK,
    "database": Shape("DB", "misc", "DBASE", "dataset"),
    "image": Shape("Z", "misc", "ART", "graphic"),
    "audio": Shape("Z", "misc", "SOUND", "song"),
    "video": Shape("Z", "misc", "VIDEO", "motion_picture"),
    "activity": ONLINE,
}
PARTS = (CHAPTER, ARTICLE, NEWS)
WHOLES = (BOOK, EBOOK)
_OFFLINE = {"print", "manuscript", "microform"}
_NEWSPAPER = re.compile(r"(?:[日晚早晨时商周]|新闻)报\Z")
_ERA = re.compile(r"\A[(（〔\[【](?P<era>[^)）〕\]】]{1,4})[)）〕\]】]\s*(?P<name>.+)\Z")
_ROLE = re.compile(r"\s*[(（〔\[]?(?:等?[编著撰辑选注译绘书校修纂]{1,2}|主编|编著|编辑)[)）〕\]]\Z")
_DATES = re.compile(r"\s*[(（〔,]\s*[公元前约?]*\d{1,4}\s*年?\s*[-–—－~]\s*[前约?]*(?:\d{1,4})?\s*年?\s*[)）〕]?\Z")
_NAMELESS = {"佚名", "无名氏", "無名氏", "不详", "不詳", "阙名", "闕名"}
_TOO_WIDE = {"先秦", "古代"}
_ISO_DAY = re.compile(r"\A\d{4}-\d\d(?:-\d\d)?\Z")
_DIVISION = re.compile(r"[·・:： ]")
_LAST_EMPIRE = 1911


class Name(NamedTuple):
    """A creator: the name alone, and the dynasty that stands before it (empty where none is known)."""

    text: str
    era: str = ""

    @property
    def latin(self) -> bool:
        return self.text.isascii() or all(ord(one) < 0x2E80 for one in self.text)


class Source(NamedTuple):
    """A record to be cited. `elements`: texts by the names of the canonical record; `address` the permanent one."""

    key: str
    type: str
    title: str
    holder: str
    address: str
    identifier: str
    elements: Mapping[str, Sequence[str]]
    has_files: bool = False

    def first(self, name: str) -> str:
        values = self.elements.get(name, ())
        return values[0].strip() if values else ""

    @property
    def online(self) -> bool:
        """Whether it can be read over the network, not only found in a catalogue."""
        carriers = set(self.elements.get("format", ()))
        return self.has_files or not carriers or not carriers <= _OFFLINE or bool(self.first("text"))

    @property
    def shape(self) -> Shape:
        if self.type == "serial":
            return self._serial()
        if self.type in _PLAIN:
            return _PLAIN[self.type]
        if self.first("part_of") and self.first("part_of") != self.title:
            return CHAPTER
        if self.first("part_of") or self.first("isbn") or self.first("publisher") or self.first("edition"):
            return BOOK
        return MANUSCRIPT if "manuscript" in self.elements.get("format", ()) else ONLINE

    def _serial(self) -> Shape:
        """A periodical, or, where it names its host, an article of one."""
        host = self.first("part_of")
        news = bool(_NEWSPAPER.search(host or self.title)) or self.first("frequency") in {"日刊", "每日", "daily"}
        if host:
            return NEWS if news else ARTICLE
        return NEWSPAPER if news else SERIAL

    @property
    def host(self) -> str:
        """The book or periodical that it stands in."""
        return titled(self.first("part_of")) if self.shape in PARTS else ""

    @property
    def names(self) -> list[Name]:
        creators = self.elements.get("creator", ()) or (
            self.elements.get("organiser", ()) if self.type == "activity" else ()
        )
        return [name for text in creators if (name := self._name(text)).text]

    def _name(self, text: str) -> Name:
        name = _ROLE.sub("", _DATES.sub("", text.strip())).strip(" ,，")
        if (found := _ERA.match(name)) and period_code(found["era"]):
            return Name(found["name"], found["era"])
        plain = Name(name)
        era = "" if name in _NAMELESS or plain.latin else self._era()
        return plain if name.startswith(era) else Name(name, era)

    def _era(self) -> str:
        """The dynasty of old texts and books, where the record knows one and nothing in it is younger."""
        spans = [text.strip("〔〕[]（）() ") for text in self.elements.get("temporal", ())]
        if self.type not in {"text", "ancient_book"} or len(spans) != 1 or len(spans[0]) > 3 or spans[0] in _TOO_WIDE:
            return ""
        years = period_years(period_code(spans[0]) or "")
        made = parse_years(self.date) if self.date else None
        if years is None or years[1] > _LAST_EMPIRE or (self.date and (made is None or made[0] > years[1])):
            return ""
        return spans[0].removesuffix("代").removesuffix("朝")

    @property
    def date(self) -> str:
        return self.first("starts") if self.type == "activity" else self.first("date")

    @property
    def day(self) -> str:
        """The date where it is more exact than a year."""
        return self.date[:10] if _ISO_DAY.match(self.date[:10]) else ""

    @property
    def year(self) -> int | None:
        """The one year that its date can mean."""
        years = parse_years(self.date) if self.date else None
        return years[0] if years and years[0] == years[1] else None

    @property
    def publisher(self) -> str:
        """Who published it; what stands online without a publisher was made public by its holder."""
        return self.first("publisher") or ("" if self.type == "ancient_book" and not self.online else self.holder)

    @property
    def edition(self) -> str:
        return self.first("edition") or self.first("edition_type")

    @property
    def name(self) -> str:
        """The title; of a part without the name of its book, which stands behind it: 论语·学而篇 in 论语 is 学而篇."""
        book = _DIVISION.split(self.host, maxsplit=1)[0]
        part = self.title.strip().removeprefix(book) if book else ""
        return titled(part[1:] if len(part) > 1 and _DIVISION.match(part) else self.title)


def titled(text: str) -> str:
    """A title with its parts divided as the standard does: 全唐诗 卷一 is 全唐诗: 卷一, a : b is a: b."""
    text = re.sub(r"\s+[:：=]\s*|\s*：\s*", ": ", text.strip())
    return re.sub(r"(?<=[^\s:·])[ 　]+(?=第?[〇一二三四五六七八九十百千\d]*[卷册集编])", ": ", text).rstrip(". ")
