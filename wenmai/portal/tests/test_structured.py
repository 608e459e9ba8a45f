"""schema.org for every type of resource."""

import json
from typing import Any

import pytest

from wenmai.portal import rules
from wenmai.portal.rules import Context, File
from wenmai.portal.rules.structured import edtf
from wenmai.portal.tests.test_citations import AT, source

AROUND = Context("public_domain", "http://node/institutions/1", "2026-11-20T09:30:00+08:00", "文脉", "http://node/")
FILM = File("video", "http://node/files/f", "video/webm", 900, 640, 360, 6000, "http://node/files/f/960.webp")
PICTURE = File("image", "http://node/files/p", "image/jpeg", 800, 640, 480, 0, "http://node/files/p/960.webp")
SOUND = File("audio", "http://node/files/s", "audio/flac", 700, duration_ms=16_400)
PDF = File("pdf", "http://node/files/d", "application/pdf", 600)


def told(type: str, *files: File, around: Context = AROUND, **elements: Any) -> dict[str, Any]:
    found = rules.json_ld(source(type, "名", **elements), around._replace(files=files))
    loaded: dict[str, Any] = json.loads(found)
    return loaded


@pytest.mark.parametrize(
    ("type", "elements", "kind"),
    [
        ("text", {}, "CreativeWork"),
        ("image", {}, "ImageObject"),
        ("audio", {}, "AudioObject"),
        ("video", {}, "VideoObject"),
        ("ebook", {}, "Book"),
        ("ancient_book", {}, "Book"),
        ("serial", {}, "Periodical"),
        ("serial", {"frequency": "日刊"}, "Newspaper"),
        ("serial", {"part_of": "图书馆学通讯"}, "ScholarlyArticle"),
        ("serial", {"part_of": "澜桥日报"}, "NewsArticle"),
        ("database", {}, "Dataset"),
        ("activity", {}, "Event"),
    ],
)
def test_what_each_type_is_and_what_all_of_them_say(type: str, elements: dict[str, Any], kind: str) -> None:
    found = told(type, description="一段话", language="zh", subject=["甲", "乙"], **elements)
    assert found["@context"] == "https://schema.org"
    assert (found["@type"], found["@id"], found["url"], found["name"]) == (kind, AT, AT, "名")
    assert found["identifier"] == {"@type": "PropertyValue", "value": "99.test.2.1/T1F1.a", "url": AT}
    assert (found["description"], found["inLanguage"], found["keywords"]) == ("一段话", "zh", ["甲", "乙"])
    if kind != "Event":
        assert found["license"] == "https://creativecommons.org/publicdomain/mark/1.0/"
        assert found["isAccessibleForFree"] is True
        provider = {"@type": "Organization", "name": "市图书馆", "url": "http://node/institutions/1"}
        assert found["provider"] == provider


def test_a_poem_is_part_of_its_book_and_of_its_time() -> None:
    poem: dict[str, Any] = {"creator": "孟浩然", "temporal": "唐", "part_of": "全唐诗", "verse_form": "五绝"}
    found = told("text", **poem)
    assert found["author"] == [{"@type": "Person", "name": "孟浩然"}]
    assert found["isPartOf"] == [{"@type": "Book", "name": "全唐诗"}]
    assert found["temporalCoverage"] == ["唐", "0618/0907"]
    assert found["genre"] == "五绝"
    linked = told("text", around=AROUND._replace(wholes=[("http://node/id/w", "全唐诗")]), **poem)
    assert linked["isPartOf"] == [{"@type": "Book", "@id": "http://node/id/w", "name": "全唐诗"}]


def test_a_book_names_its_edition_its_number_its_file_and_its_parts() -> None:
    parts = [(f"http://node/id/{at}", f"第{at}回") for at in range(80)]
    found = told(
        "ebook", PDF, isbn="9787020002207", edition="2版", publisher="某出版社", date="1986", creator="县文化馆",
        around=AROUND._replace(parts=parts),
    )  # fmt: skip
    assert (found["bookFormat"], found["bookEdition"], found["isbn"]) == (
        "https://schema.org/EBook", "2版", "9787020002207",
    )  # fmt: skip
    assert found["publisher"] == {"@type": "Organization", "name": "某出版社"}
    assert found["datePublished"] == "1986"
    assert found["author"] == [{"@type": "Organization", "name": "县文化馆"}]
    assert found["encoding"] == [
        {
            "@type": "MediaObject",
            "contentUrl": "http://node/files/d",
            "encodingFormat": "application/pdf",
            "contentSize": "600 B",
        }
    ]
    assert found["hasPart"][0] == {"@type": "CreativeWork", "@id": "http://node/id/0", "name": "第0回"}
    assert len(found["hasPart"]) == 50
    assert "bookFormat" not in told("ancient_book", edition_type="刻本")
    assert told("ancient_book", edition_type="刻本")["bookEdition"] == "刻本"


def test_a_film_has_what_search_engines_require() -> None:
    found = told("video", FILM, PICTURE, creator="甲", date="2026", language="zxx")
    assert found["contentUrl"] == "http://node/files/f"
    assert found["encodingFormat"] == "video/webm"
    assert (found["width"], found["height"], found["duration"]) == (640, 360, "PT6S")
    assert found["thumbnailUrl"] == "http://node/files/f/960.webp"
    assert (found["uploadDate"], found["dateCreated"]) == ("2026-11-20T09:30:00+08:00", "2026")
    assert found["creator"] == [{"@type": "Person", "name": "甲"}]
    assert "inLanguage" not in found, "nothing is said in it"
    assert [one["@type"] for one in found["associatedMedia"]] == ["ImageObject"]


def test_a_recording_and_a_picture() -> None:
    assert told("video", FILM._replace(thumbnail=""), PICTURE)["thumbnailUrl"] == PICTURE.thumbnail
    assert told("audio", SOUND)["duration"] == "PT16S"
    assert told("audio", duration="1:02:03")["duration"] == "PT3723S"
    found = told("image", PICTURE)
    assert (found["contentUrl"], found["creditText"]) == ("http://node/files/p", "市图书馆")
    assert found["image"] == "http://node/files/p/960.webp"


def test_a_periodical_and_a_database() -> None:
    assert told("serial", issn="1000-0003")["issn"] == "1000-0003"
    found = told("database", PDF, link=["https://db.example/x", "javascript:alert(1)"], access_method="馆内访问")
    assert found["sameAs"] == "https://db.example/x"
    assert found["conditionsOfAccess"] == "馆内访问"
    assert found["includedInDataCatalog"]["name"] == "文脉"
    assert [one["@type"] for one in found["distribution"]] == ["DataDownload"]


def test_what_people_go_to_says_when_where_and_who() -> None:
    found = told("activity", starts="2026-03-03T19:00", ends="2026-03-04", venue="文庙", organiser="市文化馆")
    assert (found["startDate"], found["endDate"]) == ("2026-03-03T19:00", "2026-03-04")
    assert found["location"] == [{"@type": "Place", "name": "文庙", "address": "文庙"}]
    assert found["organizer"] == [{"@type": "Organization", "name": "市文化馆"}]


@pytest.mark.parametrize(
    ("licence", "address", "free"),
    [
        ("cc_by_nc", "https://creativecommons.org/licenses/by-nc/4.0/", True),
        ("free_use", None, True),
        ("onsite", None, None),
        ("unknown", None, None),
    ],
)
def test_licences(licence: str, address: str | None, free: bool | None) -> None:
    found = told("text", around=AROUND._replace(licence=licence))
    assert (found.get("license"), found.get("isAccessibleForFree")) == (address, free)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("1986", "1986"),
        ("2026-05-01", "2026-05-01"),
        ("清光绪七年", "1881"),
        ("唐", "0618/0907"),
        ("1983-", "1983/.."),
        ("公元前221年", "-0220"),
        ("不知何时", ""),
        ("", ""),
    ],
)
def test_dates_are_edtf_or_left_out(text: str, date: str) -> None:
    assert edtf(text) == date
    assert told("text", date=text).get("dateCreated", "") == date


def test_structured_text_cannot_close_its_script() -> None:
    found = rules.json_ld(source("text", "</script><b>&", creator="<!--"), AROUND)
    assert "<" not in found
    assert ">" not in found
    assert "&" not in found
    assert json.loads(found)["name"] == "</script><b>&"
