"""Citations of every type of resource, as GB/T 7714—2025 orders them, and for programs that keep references."""

import datetime as dt
import json
import re
from typing import Any

import pytest

from wenmai.portal import rules
from wenmai.portal.rules import Source

DAY = dt.date(2026, 11, 23)
AT = "http://node/id/99.test.2.1/T1F1.a"


def source(type: str, title: str, has_files: bool = False, **elements: Any) -> Source:
    told = {name: [value] if isinstance(value, str) else value for name, value in elements.items()}
    return Source("7", type, title, "市图书馆", AT, "99.test.2.1/T1F1.a", told, has_files)


POEM = source(
    "text", "春晓", creator="孟浩然", temporal="唐", part_of="御定全唐诗 卷一百六十", format="text/plain", language="zh"
)
ANCIENT = source(
    "ancient_book", "增订本草备要：四卷", creator="（清）汪昂", edition_type="刻本", publisher="老二酉堂",
    publication_place="金陵", date="清光绪七年", temporal="清", format="image/jpeg",
)  # fmt: skip
EBOOK = source("ebook", "乡土 : 一个县的记录", creator=["甲", "乙", "丙", "丁"], publisher="某出版社", date="1986",
               isbn="9787020002207", edition="2版", format="application/pdf")  # fmt: skip
SERIAL = source("serial", "图书馆学通讯", creator="学会", publisher="学会", publication_place="北京",
                date="1957-1990", volume="1957(1)-1990(4)",
                issn="0000-0000", format="application/pdf")  # fmt: skip
ARTICLE = source("serial", "论编目", creator="甲", part_of="图书馆学通讯", date="1986", volume="12(3): 8-9")
NEWS = source(
    "serial", "新馆今日开放", creator="甲", part_of="澜桥日报", date="2026-05-01", volume="(2)", format="text/html"
)


@pytest.mark.parametrize(
    ("cited", "line"),
    [
        (POEM, f"孟浩然. 春晓[M/OL]//御定全唐诗：卷一百六十. 市图书馆. {AT}."),
        (source("text", "讲稿", creator="甲", date="2024"), f"甲. 讲稿[EB/OL]. （2024）[2026-11-23]. {AT}."),
        (source("text", "讲稿", date="2024-05-01"), f"讲稿[EB/OL]. （2024-05-01）[2026-11-23]. {AT}."),
        (source("text", "讲稿", date="清"), f"讲稿[EB/OL]. [2026-11-23]. {AT}."),
        (source("text", "某书", creator="甲", format="print", isbn="9787020002207", publisher="某出版社", date="1998",
                publication_place=["北京", "上海"], part_of="某丛书"), "甲. 某书[M]. 北京：某出版社，1998."),
        (source("text", "某书", format="print", publisher="某出版社", date="1998"),
         "某书[M]. [出版地不详]：某出版社，1998."),
        (source("text", "论语·学而篇", part_of="论语"), f"学而篇[M/OL]//论语. 市图书馆. {AT}."),
        (source("text", "诗经", part_of="诗经", temporal="先秦"), f"诗经[M/OL]. 市图书馆. {AT}."),
        (source("text", "日记", creator="甲", format="manuscript"), "甲. 日记[Z]. 市图书馆."),
        (ANCIENT, f"汪昂. 增订本草备要：四卷[M/OL]. 刻本. 金陵：老二酉堂，1881（清光绪七年）. {AT}."),
        (source("ancient_book", "金石录", creator="赵明诚", temporal="宋", date="清", format="print"),
         "赵明诚. 金石录[M]. [出版地不详]：[出版者不详]，清."),
        (EBOOK, f"甲，乙，丙，等. 乡土：一个县的记录[M/OL]. 2版. 某出版社，1986. {AT}."),
        (source("ebook", "Emma", creator="Austen, Jane", format="application/epub+zip", date="1815"),
         f"Austen J. Emma[M/OL]. 市图书馆, 1815. {AT}."),
        (source("text", "Sonata : a study", creator="A, B", format="print", publication_place="Moskva", date="1990"),
         "A B. Sonata: a study[M]. Moskva: [s.n.], 1990."),
        (source("audio", "Sonata", publisher="CRD", date="n.d."), f"Sonata[Z/OL]. CRD[2026-11-23]. {AT}."),
        (source("text", "Sonata", format="print", publisher="Faber", date="1990"), "Sonata[M]. [S.l.]: Faber, 1990."),
        (source("ebook", "论文集", publication_place="北京", date="1990"),
         f"论文集[M/OL]. 北京：[出版者不详]，1990. {AT}."),
        (SERIAL, f"学会. 图书馆学通讯[J/OL]. 1957（1）—1990（4）. 北京：学会，1957—1990. {AT}."),
        (source("serial", "澜桥日报", format="application/pdf"), f"澜桥日报[N/OL]. 市图书馆. {AT}."),
        (ARTICLE, f"甲. 论编目[J/OL]. 图书馆学通讯，1986，12（3）：8-9. {AT}."),
        (source("serial", "论编目", part_of="文献", date="2013", volume="(1): 56-75"),
         f"论编目[J/OL]. 文献，2013（1）：56-75. {AT}."),
        (source("serial", "论编目", part_of="文献", date="2024-05-09"), f"论编目[J/OL]. 文献，2024-05-09. {AT}."),
        (source("serial", "On books", creator="A, B", part_of="Nature", date="2014-06-19", volume="510(7): 356-362"),
         f"A B. On books[J/OL]. Nature, 2014, 510(7): 356-362. {AT}."),
        (NEWS, f"甲. 新馆今日开放[N/OL]. 澜桥日报，2026-05-01（2）. {AT}."),
        (source("database", "地方戏曲库", publisher="文化馆", date="2020"),
         f"地方戏曲库[DB/OL]. 文化馆，2020[2026-11-23]. {AT}."),
        (source("image", "山水", creator="甲", date="2026"), f"甲. 山水[EB/OL]. （2026）[2026-11-23]. {AT}."),
        (source("image", "年画", format="print"), "年画[Z]. 市图书馆."),
        (source("audio", "晨钟", date="2026-03"), f"晨钟[EB/OL]. （2026-03）[2026-11-23]. {AT}."),
        (source("audio", "唱片", publisher="某公司", publication_place="上海", date="1986"),
         f"唱片[Z/OL]. 上海：某公司，1986[2026-11-23]. {AT}."),
        (source("video", "运笔", has_files=True, format="print"), f"运笔[EB/OL]. [2026-11-23]. {AT}."),
        (source("activity", "元宵灯会", organiser="市文化馆", starts="2026-03-03T19:00"),
         f"市文化馆. 元宵灯会[EB/OL]. （2026-03-03）[2026-11-23]. {AT}."),
    ],
)  # fmt: skip
def test_each_type_in_the_order_of_the_standard(cited: Source, line: str) -> None:
    assert rules.gbt7714(cited, DAY) == line


@pytest.mark.parametrize(
    ("creators", "names"),
    [
        ("（明）李时珍", "李时珍"),
        ("〔宋〕苏轼（1037—1101）", "苏轼"),
        ("(美) S. 昂温", "S. 昂温"),
        ("佚名", "佚名"),
        ("衡塘退士（选）", "衡塘退士"),
        (["A, B", "C, D", "E, F", "G, H"], "A B，C D，E F，等"),
        ("Open Society", "Open Society"),
        ("Godard, Jean-Luc", "Godard J-L"),
        ("Veen, P. H. van der", "Veen P H v d"),
        ("Peebles, Peyton Z., Jr.", "Peebles P Z Jr"),
        ("Eliot, T. S. (Thomas Stearns)", "Eliot T S"),
        ("Li, Jiangning", "Li Jiangning"),
        ("Wang, Shan-shan", "Wang Shan-shan"),
        ("Austen, Jane, 1775-1817", "Austen J"),
    ],
)
def test_names_as_the_standard_writes_them(creators: Any, names: str) -> None:
    assert rules.gbt7714(source("ebook", "书", creator=creators), DAY).startswith(f"{names}. ")


def test_of_many_in_another_script_the_rest_is_et_al() -> None:
    cited = source("ebook", "Book", creator=["A, B", "C, D", "E, F", "G, H"])
    assert rules.gbt7714(cited, DAY).startswith("A B, C D, E F, et al. Book[M/OL]")


def test_a_line_stays_a_line() -> None:
    assert "\n" not in rules.gbt7714(source("text", "一\n二", creator="甲\r\n乙"), DAY)


@pytest.mark.parametrize(
    ("cited", "kinds"),
    [
        (POEM, ("incollection", "CHAP", "chapter")),
        (ANCIENT, ("book", "BOOK", "book")),
        (EBOOK, ("book", "EBOOK", "book")),
        (SERIAL, ("misc", "SER", "periodical")),
        (ARTICLE, ("article", "JOUR", "article-journal")),
        (NEWS, ("article", "NEWS", "article-newspaper")),
        (source("text", "甲"), ("misc", "ELEC", "webpage")),
        (source("text", "甲", format="manuscript"), ("misc", "MANSCPT", "manuscript")),
        (source("database", "甲"), ("misc", "DBASE", "dataset")),
        (source("image", "甲"), ("misc", "ART", "graphic")),
        (source("audio", "甲"), ("misc", "SOUND", "song")),
        (source("video", "甲"), ("misc", "VIDEO", "motion_picture")),
        (source("activity", "甲"), ("misc", "ELEC", "webpage")),
    ],
)
def test_what_programs_take_each_type_for(cited: Source, kinds: tuple[str, str, str]) -> None:
    entry, line, told = rules.bibtex(cited, DAY), rules.ris(cited, DAY), json.loads(rules.csl_json(cited, DAY))
    assert entry.startswith(f"@{kinds[0]}{{wenmai-7,\n")
    assert line.startswith(f"TY  - {kinds[1]}\r\n")
    assert [one["type"] for one in told] == [kinds[2]]


def fields(entry: str) -> dict[str, str]:
    return dict(re.findall(r"^  ([a-z]+) = \{(.*)\},$", entry, re.MULTILINE))


def test_bibtex_of_a_part_of_a_book() -> None:
    told = fields(rules.bibtex(POEM, DAY))
    assert (told["author"], told["booktitle"], told["mark"], told["medium"]) == (
        "{孟浩然}", "{御定全唐诗: 卷一百六十}", "M", "OL",
    )  # fmt: skip
    assert (told["url"], told["urldate"]) == (AT, "2026-11-23")


def test_bibtex_cannot_be_broken_out_of() -> None:
    found = rules.bibtex(source("text", "a} @article{x,\n\\input{y} 50% of A&B #1_2 $"), DAY)
    assert found.count("{") == found.count("}")
    assert r"title = {{a) @article(x, /input(y) 50\% of A\&B \#1\_2 \$}}" in found


def test_ris_keeps_one_line_for_each_value() -> None:
    found = rules.ris(source("text", "一\n二\r\nER  - ", subject=["诗", "春"]), DAY)
    assert found.splitlines()[1] == "TI  - 一 二  ER  -"
    assert [line for line in found.splitlines() if line.startswith("KW")] == ["KW  - 诗", "KW  - 春"]
    assert found.count("\r\nER  - \r\n") == 1


def test_csl_says_names_days_and_whose_it_is() -> None:
    (ancient,) = json.loads(rules.csl_json(ANCIENT, DAY))
    assert ancient["author"] == [{"literal": "汪昂"}]
    assert ancient["issued"] == {"date-parts": [[1881]]}
    assert ancient["accessed"] == {"date-parts": [[2026, 11, 23]]}
    assert (ancient["source"], ancient["publisher"], ancient["URL"]) == ("市图书馆", "老二酉堂", AT)
    (emma,) = json.loads(rules.csl_json(source("ebook", "Emma", creator="Austen, Jane", date="清"), DAY))
    assert emma["author"] == [{"family": "Austen", "given": "Jane"}]
    assert emma["issued"] == {"literal": "清"}
    (news,) = json.loads(rules.csl_json(NEWS, DAY))
    assert news["issued"] == {"date-parts": [[2026, 5, 1]]}
    assert news["container-title"] == "澜桥日报"


def test_what_is_in_print_has_no_address_that_a_style_would_set_as_online() -> None:
    book = source("text", "某书", format="print", publisher="某出版社")
    assert AT not in rules.bibtex(book, DAY) + rules.ris(book, DAY) + rules.csl_json(book, DAY)
    assert book.identifier in rules.bibtex(book, DAY)
    assert f"AN  - {book.identifier}" in rules.ris(book, DAY)
    assert json.loads(rules.csl_json(book, DAY))[0]["archive_location"] == book.identifier


def test_the_place_of_publication_goes_along() -> None:
    (told,) = json.loads(rules.csl_json(ANCIENT, DAY))
    assert told["publisher-place"] == "金陵"
    assert fields(rules.bibtex(ANCIENT, DAY))["address"] == "金陵"
    assert "CY  - 金陵\r\nPB  - 老二酉堂\r\n" in rules.ris(ANCIENT, DAY)


def test_what_a_page_carries_in_its_head() -> None:
    told = dict(rules.embedded(POEM))
    assert told["DC.type"] == "Text"
    assert told["DCTERMS.isPartOf"] == "御定全唐诗: 卷一百六十"
    assert dict(rules.embedded(source("video", "运笔")))["DC.type"] == "MovingImage"
