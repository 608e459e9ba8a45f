"""What is cited: of what shape it is, who made it, where and when it came out, what it stands in."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from wenmai.standards.rules import parse_years


class Shape(NamedTuple):
    """How one kind of source is called: mark of GB/T 7714—2025 (appendix A as we read it; sound, films and pictures
    have none of their own there: see `Source.shape`), entry of BibTeX, type of RIS, type of CSL."""

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
_FROM = re.compile(r"\A[(（〔\[【][^)）〕\]】]{1,4}[)）〕\]】]\s*(?=.)")
_ROLE = re.compile(r"\s*[(（〔\[]?(?:等?[编著撰辑选注译绘书校修纂]{1,2}|主编|编著|编辑)[)）〕\]]\Z")
_DATES = re.compile(r"\s*[(（〔,]\s*[公元前约?]*\d{1,4}\s*年?\s*[-–—－~]\s*[前约?]*(?:\d{1,4})?\s*年?\s*[)）〕]?\Z")
_ISO_DAY = re.compile(r"\A\d{4}-\d\d(?:-\d\d)?\Z")
_DIVISION = re.compile(r"[·・:： ]")


class Name(NamedTuple):
    """A creator: the name alone, without a dynasty or country before it, years or what the person did behind it."""

    text: str

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
        """A text with an imprint or a book number of its own is a book, also inside a series; pictures, sound and films
        that nobody published are web pages."""
        if self.type == "serial":
            return self._serial()
        if self.type in _PLAIN:
            plain = _PLAIN[self.type]
            alone = plain.mark == "Z" and self.online and not self.first("publisher")
            return plain._replace(mark=ONLINE.mark) if alone else plain
        of_its_own = self.first("isbn") or self.place
        if self.first("part_of") not in {"", self.title} and not of_its_own:
            return CHAPTER
        if of_its_own or self.first("part_of") or self.first("publisher") or self.first("edition"):
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
        alone = (_ROLE.sub("", _DATES.sub("", text.strip())).strip(" ,，") for text in creators)
        return [Name(text) for name in alone if (text := _FROM.sub("", name))]

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
        """Who published it; what stands online without a publisher or a place was made public by its holder, who keeps
        manuscripts and pictures, too."""
        held = self.online or self.shape.mark == "Z"
        return self.first("publisher") or (self.holder if held and not self.place else "")

    @property
    def place(self) -> str:
        """Where the publisher sat, the first of several."""
        return self.first("publication_place")

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
