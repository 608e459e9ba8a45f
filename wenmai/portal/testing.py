"""Specimens: the portal's pages full, empty and failing, with real long titles; and a small catalogue, indexed."""

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.safestring import mark_safe

from wenmai.portal.values import (
    Choice,
    Citation,
    Facet,
    Fact,
    Grade,
    Hit,
    HomePage,
    InstitutionCard,
    InstitutionPage,
    Kin,
    Licence,
    Line,
    Link,
    Origin,
    Pager,
    Picture,
    Raw,
    Reading,
    RecordPage,
    SearchPage,
    Spoken,
    Tombstone,
    Track,
    Version,
)

if TYPE_CHECKING:
    from wenmai.catalogue.models import Record

CITATION = Citation(
    "孟浩然. 春晓[M/OL]//御定全唐诗：卷一百六十. 澜桥市图书馆. "
    "http://127.0.0.1:8000/id/99.test.2.1100009031010001/T1F1.k7m2q9.",
    "/records/1/cite.bib",
    "/records/1/cite.ris",
    "/records/1/cite.csl",
    (("DC.title", "春晓"), ("DC.creator", "孟浩然")),
)
EXPORTS = [
    Link(label, "/records/1/export.mods")
    for label in ("MARC21 XML", "MARC21 ISO 2709", "MODS", "都柏林核心", "限定都柏林核心", "完整格式 XML", "JSON")
]
MOMENT = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)
# As they stand in 全唐诗 and 全宋诗: titles that break careless layouts.
LONG_TITLES = (
    "奉和圣制经河上公庙应制",
    "天宝初南曹小司寇舅于我太夫人堂下累土为山一匮盈尺以代彼朽木承诸焚香瓷瓯瓯甚安矣旁植慈竹盖兹数峰嵚岑婵娟宛有尘外数致乃不知兴之所至而作是诗",
    "十一月四日风雨大作二首",
    "自京赴奉先县咏怀五百字",
    "乾元中寓居同谷县作歌七首",
    "送李愿归盘谷序",
)
VERSE = (("春眠不觉晓，", "处处闻啼鸟。", "夜来风雨声，", "花落知多少。"),)
PROSE = (
    ("子曰：学而时习之，不亦说乎？有朋自远方来，不亦乐乎？人不知而不愠，不亦君子乎？",),
    (
        "有子曰：其为人也孝弟，而好犯上者，鲜矣；不好犯上，而好作乱者，未之有也。君子务本，本立而道生。孝弟也者，其为仁之本与！",
    ),
) * 6


def make_hit(title: str = "春晓", **changes: Any) -> Hit:
    return Hit(
        **{
            "url": "/records/1",
            "title": title,
            "creator": "孟浩然",
            "period": "唐",
            "type_code": "text",
            "type_label": "文本",
            "excerpt": "春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。",
            "institution": "澜桥市图书馆",
            "licence": "公有领域",
            "licence_open": True,
            "excerpt_spans": ((2, 5),),
            **changes,
        }
    )


def make_facets() -> tuple[Facet, ...]:
    def choices(*pairs: tuple[str, int]) -> tuple[Choice, ...]:
        return tuple(Choice(label, count, "/search?q=x", not at) for at, (label, count) in enumerate(pairs))

    return (
        Facet("type", "类型", True, choices(("文本", 389_204), ("图像", 48), ("录音", 12))),
        Facet("period", "年代", True, choices(("唐", 42_986), ("宋", 254_237)), choices(("五代", 543), ("元", 11_057))),
        Facet(
            "institution",
            "馆藏机构",
            False,
            choices(("澜桥市云溪区公共图书馆与综合文化服务中心联合总馆", 51), ("省图书馆", 5)),
        ),
        Facet("licence", "可以怎么用", False, choices(("公有领域", 389_000), ("登录后阅读", 264))),
    )


def make_search(**changes: Any) -> SearchPage:
    """A page full of hits, with every part that can stand on it."""
    hits = [make_hit(title, institution_count=1 + at % 3) for at, title in enumerate(LONG_TITLES)]
    hits[1] = make_hit(
        LONG_TITLES[1], thumbnail="/static/seal.svg", type_label="图像", licence="登录后阅读", licence_open=False
    )
    link = "/search?q=x"
    return SearchPage(
        **{
            "text": "不觉晓",
            "total": 389_264,
            "seconds": "0.02 秒",
            "hits": hits,
            "facets": make_facets(),
            "chips": (Link("文本", link), Link("700—800 年", link)),
            "sorts": (Link("相关", link, True), Link("年代从早到晚", link), Link("新入藏", link)),
            "pager": Pager(2, 19_464, link, link),
            "clear_url": link,
            **changes,
        }
    )


def make_reading(form: str = "verse", upright: bool = False) -> Reading:
    return Reading(
        VERSE if form == "verse" else PROSE,
        form,
        upright,
        "zh-Hans",
        (Link("横排", "?", not upright), Link("竖排", "?read=upright", upright)),
        (Link("简体", "?", True), Link("繁体", "?script=hant")),
    )


def make_record(**changes: Any) -> RecordPage:
    """A record with every part that can stand on its page."""
    facts = (
        Fact("title", "题名", (Line("春晓", "$.title"),)),
        Fact(
            "creator", "创建者", (Line("孟浩然（689—740）", "$.author", "/search?q=x"), Line("蘅塘退士（编）", "700$a"))
        ),
        Fact("temporal", "年代", (Line("唐", "crosswalk:poetry-tang"),)),
        Fact("theme", "主题", (Line("全民阅读", "crosswalk:poetry-tang"), Line("中华优秀文化数字化", "690$a"))),
        Fact("part_of", "所属", (Line("御定全唐诗 卷一百六十", "$.volume"),)),
    )
    return RecordPage(
        **{
            "key": "1",
            "url": "/records/1",
            "title": "春晓",
            "type_code": "text",
            "type_label": "文本",
            "creators": (Link("孟浩然", "/search?q=x"),),
            "period": "唐",
            "crumbs": (Link("总目录", "/search"), Link("文本", "/search?type=text"), Link("唐", "")),
            "reading": make_reading(),
            "facts": facts,
            "identifier": "99.test.2.1100009031010001/T1F1.k7m2q9",
            "identifier_url": "http://127.0.0.1:8000/id/99.test.2.1100009031010001/T1F1.k7m2q9",
            "exports": EXPORTS,
            "citation": CITATION,
            "licence": Licence("public_domain", "公有领域", "任何人都可以用，不必征得同意。转载请注明馆藏单位。", True),
            "grade": Grade(3, "A", ("没有全文影像",), Link("图像资源元数据规范 1.0", "/standards/profiles/image/1.0")),
            "origin": Origin(
                Link("澜桥市图书馆", "/institutions/1"),
                "全唐诗",
                MOMENT,
                MOMENT,
                "json",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "/records/1/raw",
                (Version(2, MOMENT, "json", True), Version(1, MOMENT, "json", False)),
            ),
            "editions": (Kin("/records/2", "春晓", "省图书馆 · 唐诗三百首", "题名、作者、首句一致"),),
            "by_creator": tuple(Kin("/records/3", title, "唐 · 澜桥市图书馆") for title in LONG_TITLES[:3]),
            "opened_count": 312,
            "opened_since": dt.date(2026, 10, 24),
            "structured": '{"@context": "https://schema.org"}',
            **changes,
        }
    )


def make_tracks() -> tuple[Track, Track]:
    lines = [
        Spoken(f"{at}:07", text) for at, text in enumerate(("（琴声）", *LONG_TITLES[:3], "花落知多少。\n再读一遍。"))
    ]
    chinese = Track("/static/none.vtt", "zh", "汉语", lines, "/records/1/read/5", True)
    return chinese, chinese._replace(language="en", label="英语", lines=[Spoken("1:02:07", "Good evening.")])


def make_files() -> tuple[Picture, ...]:
    seal = "/static/seal.svg"
    tracks = make_tracks()
    return (
        Picture("image", seal, "书影第一页", "image/jpeg", "1.2 MB", seal, 640, 480),
        Picture("audio", "/static/none.ogg", "吟诵", "audio/ogg", "310 kB", duration="1 分 12 秒", captions=tracks[:1]),
        Picture(
            "video", "/static/none.webm", "讲解", "video/webm", "8.4 MB", "", 1280, 720, "3 分 5 秒", captions=tracks
        ),
        Picture("pdf", "/static/none.pdf", "全文影像", "application/pdf", "14 MB"),
    )


def make_cards() -> tuple[InstitutionCard, ...]:
    return (
        InstitutionCard("/institutions/1", "澜桥市图书馆", "公共图书馆", "虚岭省 › 澜桥市", 250_318, True),
        InstitutionCard("/institutions/2", "云溪县白水镇综合文化站", "综合文化站", "虚岭省 › 澜桥市 › 云溪县", 0, True),
        InstitutionCard("/institutions/3", "澜桥市云溪区公共图书馆与综合文化服务中心联合总馆", "公共图书馆", "", 7),
    )


def make_home(**changes: Any) -> HomePage:
    kinds = (("文本", 389_204, "text"), ("图像", 48, "image"), ("录音", 12, "audio"), ("影像", 3, "video"))
    return HomePage(
        **{
            "record_count": 389_267,
            "institution_count": 6,
            "types": tuple(Choice(label, count, "/search", False, code) for label, count, code in kinds),
            "periods": tuple(
                Choice(label, count, "/search") for label, count in (("先秦", 305), ("唐", 42_986), ("宋", 254_237))
            ),
            "recent": tuple(make_hit(title) for title in LONG_TITLES),
            "institutions": make_cards(),
            "examples": (Link("不觉晓", "/search?q=x"), Link("li bai", "/search?q=x"), Link("蘇軾", "/search?q=x")),
            **changes,
        }
    )


def make_institution(**changes: Any) -> InstitutionPage:
    return InstitutionPage(
        **{
            "number": 1,
            "name": "澜桥市图书馆",
            "code": "9901009031010001",
            "kind": "公共图书馆",
            "place": "虚岭省 › 澜桥市",
            "intro": "全市总分馆的总馆，藏书与数字资源向所有人开放。",
            "record_count": 250_318,
            "search_url": "/search?institution=1",
            "parents": (Link("虚岭省文化和旅游厅", "/institutions/9"),),
            "children": make_cards()[1:],
            "types": (Choice("文本", 250_318, "/search"),),
            "recent": tuple(make_hit(title) for title in LONG_TITLES[:4]),
            "opened_count": 1_024,
            "opened_since": dt.date(2026, 10, 24),
            "oai_url": "http://127.0.0.1:8000/oai?verb=ListRecords&metadataPrefix=oai_dc&set=institution:1",
            "demo": True,
            **changes,
        }
    )


def make_raw() -> Raw:
    text = '{\n  "author": "孟浩然",\n  "paragraphs": ["春眠不觉晓，处处闻啼鸟。"],\n  "title": "春晓"\n}'
    return Raw("春晓", "/records/1", "/records/1/raw?download", "json", 164, MOMENT, text, "e3b0c442" * 8)


def make_pages() -> Mapping[str, tuple[str, dict[str, Any]]]:
    """Name of a specimen -> template and context."""
    nothing = make_search(text="甪直闸口水文碑", total=0, hits=(), facets=(), sorts=(), chips=(), pager=Pager(1, 1))
    bare = RecordPage(
        "2", "/records/2", LONG_TITLES[1], "text", "文本", facts=(Fact("title", "题名", (Line("无", "245$a"),)),)
    )
    return {
        "home-full": ("portal/home.html", {"home": make_home()}),
        "home-empty": ("portal/home.html", {"home": HomePage(0, 0)}),
        "search-full": ("portal/search.html", {"found": make_search()}),
        "search-nothing": ("portal/search.html", {"found": nothing}),
        "search-mistyped": (
            "portal/search.html",
            {"found": nothing, "problem": "校验字符对不上：至少有一个字符抄错了。"},
        ),
        "search-guess": (
            "portal/search.html",
            {"found": make_search(relaxed=True, suggestion=Link("不觉晓", "/search?q=x"), chips=(), total=3)},
        ),
        "search-failing": ("portal/search.html", {"found": SearchPage(text="春晓", failed=True)}),
        "record-full": ("portal/record.html", {"record": make_record()}),
        "record-upright": ("portal/record.html", {"record": make_record(reading=make_reading(upright=True))}),
        "record-prose": (
            "portal/record.html",
            {"record": make_record(title="论语·学而", reading=make_reading("prose-text"))},
        ),
        "record-prose-upright": (
            "portal/record.html",
            {"record": make_record(title="论语·学而", reading=make_reading("prose-text", upright=True))},
        ),
        "record-files": ("portal/record.html", {"record": make_record(reading=None, files=make_files())}),
        "record-bare": ("portal/record.html", {"record": bare}),
        "raw": ("portal/raw.html", {"raw": make_raw()}),
        "institutions-full": (
            "portal/institutions.html",
            {"groups": [{"label": "虚岭省", "cards": make_cards()}]},
        ),
        "institutions-empty": ("portal/institutions.html", {"groups": []}),
        "institution-full": ("portal/institution.html", {"institution": make_institution()}),
        "institution-empty": (
            "portal/institution.html",
            {"institution": make_institution(record_count=0, recent=(), types=(), children=(), opened_count=None)},
        ),
        **_make_answers(),
        **_make_viewers(),
        "accessibility": ("portal/accessibility.html", {}),
        **{code: (f"{code}.html", {}) for code in ("400", "403", "404", "429", "500", "503")},
    }


def _make_answers() -> dict[str, tuple[str, dict[str, Any]]]:
    """What an identifier answers."""
    gone = Tombstone("99.test.2.1100009031010001/T1F1.k7m2q9", "春晓", "版权方要求撤下", MOMENT.date(), "/records/2")
    copies = [Link("澜桥市图书馆", "http://127.0.0.1:8000/records/1")]
    other = "99.test.2.1100009031010001/T1F1.0k3m8x"
    return {
        "gone": ("portal/gone.html", {"gone": gone}),
        "unwritable": ("portal/unwritable.html", {"record_url": "/records/1", "exports": EXPORTS}),
        "copies": ("portal/copies.html", {"name": gone.name, "copies": copies, "leads_on": other}),
    }


def _make_viewers() -> dict[str, tuple[str, dict[str, Any]]]:
    """A book, upright and not, one that cannot be opened, a PDF without script, a picture among others."""
    from wenmai.portal.queries.viewers import Chapters, Viewer

    seal, here = make_files()[0]._replace(read_url="/records/1/read/1"), "/records/1/read/1"
    verse = "".join(f"<p>{line}</p>" for line in VERSE[0])
    contents = tuple(Link(title, f"{here}?chapter={at}", at == 2) for at, title in enumerate(LONG_TITLES, 1))
    ways = (Link("横排", here, True), Link("竖排", f"{here}?read=upright"))
    whole = mark_safe(f"<h2>春晓</h2>{verse * 8}<p><a href='?chapter=3#b-1'>注</a></p>")  # noqa: S308 - ours
    chapters = Chapters("唐诗三百首", "春晓", "zh-Hans", whole, contents, ways, False)
    page = Viewer("唐诗三百首", "/records/1", "zh", 1, "", seal, (seal, seal, seal), here, here, here, 2, 3)
    book = page._replace(file=seal._replace(kind="ebook", media_type="application/epub+zip"), chapters=chapters)
    pdf = page._replace(file=seal._replace(kind="pdf", media_type="application/pdf"), scripts={})
    pages = {
        "read-book": book,
        "read-book-upright": book._replace(chapters=chapters._replace(upright=True)),
        "read-book-closed": book._replace(chapters=None),
        "read-pdf": pdf,
        "read-image": page,
        "read-words": page._replace(file=seal._replace(kind="captions", media_type="text/vtt"), track=make_tracks()[0]),
    }
    converted = make_record(reading=make_reading()._replace(converted=True))
    return {
        "record-converted": ("portal/record.html", {"record": converted}),
        **{name: ("portal/read.html", {"viewer": viewer}) for name, viewer in pages.items()},
    }


def make_poems() -> dict[str, "Record"]:
    """Three published records of one institution, indexed: two poems and a picture whose title is markup."""
    from wenmai.catalogue import queries as catalogue
    from wenmai.catalogue.testing import make_feed, make_record
    from wenmai.institutions.testing import make_organisation
    from wenmai.search.testing import make_index

    feed = make_feed(organisation_id=make_organisation("测试市图书馆").pk)
    spring = "春眠不覺曉，處處聞啼鳥。\n夜來風雨聲，花落知多少。"
    poem = {"creator": "孟浩然", "temporal": "唐", "licence": "public_domain", "language": "zh"}
    made = {
        "春曉": make_record(feed, "k1", title="春曉", text=spring, **poem),
        "宿建德江": make_record(feed, "k2", title="宿建德江", text="移舟泊烟渚，日暮客愁新。", **poem),
        "书影": make_record(feed, "k3", title="<b>书影</b>", type="image", licence="login"),
    }
    make_index(catalogue.documents(list(catalogue.keys())))
    return made
