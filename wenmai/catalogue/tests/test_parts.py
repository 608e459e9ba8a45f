"""Parts and wholes, as records say them: in any order, changed, deleted, held, withdrawn; and from real records."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from wenmai.catalogue import queries, rules, services
from wenmai.catalogue.models import Cut, Feed, Mention, Part, Record
from wenmai.catalogue.rules import Arrival, Origin
from wenmai.catalogue.services.links import Linked, link_parts
from wenmai.catalogue.testing import REVIEWER, arrival, make_feed, make_review, pass_records, take_in
from wenmai.formats import reading
from wenmai.formats.values import Parsed
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM

pytestmark = pytest.mark.django_db


def links() -> set[tuple[str, str, str]]:
    """(whole, part, label) by keys."""
    return set(Part.objects.values_list("whole__source_key", "part__source_key", "label"))


def poem(key: str, **elements: str | Sequence[str]) -> Arrival:
    return arrival(key, deleted=False, **{"whole_key": "book", **elements})


@pytest.mark.parametrize(
    ("label", "number"),
    [
        ("卷三", 3),
        ("第十二卷", 12),
        ("卷一百零五", 105),
        ("vol. 7, no. 2", 7),
        ("二〇二六年", 2026),
        ("上", 0),
        ("", 0),
    ],
)
def test_numbers_of_labels(label: str, number: int) -> None:
    assert rules.number_in(label) == number


@pytest.mark.parametrize("whole_first", [True, False])
def test_the_whole_may_come_before_or_after_its_parts(whole_first: bool) -> None:
    feed = make_feed()
    whole, parts = [arrival("book")], [poem("b", part_label="卷十"), poem("a", part_label="卷二")]
    for batch in (whole, parts) if whole_first else (parts, whole):
        take_in(feed, *batch)
    assert links() == {("book", "a", "卷二"), ("book", "b", "卷十")}
    book = Record.objects.get(source_key="book")
    page = queries.record_page(book.pk)
    assert page
    assert [(one.title, one.label) for one in page.parts] == [("题名 a", "卷二"), ("题名 b", "卷十")]
    assert page.part_count == 2
    part = queries.record_page(page.parts[0].id)
    assert part
    assert [one.id for one in part.wholes] == [book.pk]


def test_a_whole_lists_its_parts_and_may_be_known_by_another_name() -> None:
    feed = make_feed()
    take_in(feed, arrival("x"), arrival("y"), arrival("w", part_key=["y", "x", "nobody"], identifier="urn:w"))
    take_in(feed, arrival("z", whole_key="urn:w", part_position="9"))
    assert links() == {("w", "y", ""), ("w", "x", ""), ("w", "z", "")}
    page = queries.record_page(Record.objects.get(source_key="w").pk)
    assert page
    assert [one.title for one in page.parts] == ["题名 y", "题名 x", "题名 z"]


def test_another_feed_is_another_world() -> None:
    take_in(make_feed(), arrival("book"))
    take_in(make_feed(organisation_id=make_organisation("另一家").pk), poem("a"))
    assert links() == set()


def test_a_changed_record_changes_its_links_and_a_deleted_one_drops_them() -> None:
    feed = make_feed()
    take_in(feed, arrival("book"), arrival("other"), poem("a"), poem("b"))
    take_in(feed, poem("a", whole_key="other"))
    assert links() == {("other", "a", ""), ("book", "b", "")}
    take_in(feed, arrival("book", deleted=True))
    assert links() == {("other", "a", "")}
    assert Mention.objects.count() == 2
    take_in(feed, arrival("book", title="又来"))
    assert links() == {("other", "a", ""), ("book", "b", "")}
    take_in(feed, arrival("a", deleted=True), arrival("b", title="不再说属于谁"))
    assert links() == set()
    assert not Mention.objects.exists()


def test_the_same_again_leaves_everything_as_it_is() -> None:
    feed = make_feed()
    batch = [arrival("book"), poem("a", part_label="卷一")]
    take_in(feed, *batch)
    before = list(Part.objects.values_list("id", flat=True))
    take_in(feed, *batch)
    assert list(Part.objects.values_list("id", flat=True)) == before


def test_nobody_is_part_of_itself_or_of_its_part() -> None:
    feed = make_feed()
    take_in(feed, arrival("a", whole_key=["a", "b"]), arrival("b", whole_key="a"))
    assert len(links()) == 1
    take_in(feed, arrival("b", whole_key="a", title="变了"))
    assert len(links()) == 1


@pytest.mark.parametrize("size", [3, 4, 7])
@pytest.mark.parametrize("order", ["one by one", "backwards", "at once"])
def test_a_circle_of_wholes_is_cut_at_the_record_that_came_last(size: int, order: str) -> None:
    """And what hangs on it, or only begins like one, stays."""
    feed = make_feed()
    ring = [arrival(f"r{number}", whole_key=f"r{(number + 1) % size}") for number in range(size)]
    hanging = [arrival("leaf", whole_key="r1"), arrival("twig", whole_key="leaf")]
    batches = {"at once": [[*ring, *hanging]], "backwards": [[one] for one in reversed([*ring, *hanging])]}
    for batch in batches.get(order, [[one] for one in [*ring, *hanging]]):
        take_in(feed, *batch)
    keys = dict(Record.objects.values_list("source_key", "id"))
    last = max((f"r{number}" for number in range(size)), key=lambda key: keys[key])
    expected = {(f"r{(number + 1) % size}", f"r{number}", "") for number in range(size)}
    expected = {link for link in expected if link[0] != last} | {("r1", "leaf", ""), ("leaf", "twig", "")}
    assert links() == expected
    take_in(feed, arrival("r0", whole_key=f"r{1 % size}", title="变了"))
    assert links() == expected


def ring(*keys: str) -> list[Arrival]:
    """Each names the next its whole, the last one the first."""
    return [arrival(key, whole_key=keys[(place + 1) % len(keys)]) for place, key in enumerate(keys)]


@pytest.mark.parametrize("breaking", ["changed", "deleted", "changed at once with its neighbour"])
def test_a_link_that_was_cut_comes_back_when_the_circle_is_broken_elsewhere(breaking: str) -> None:
    feed = make_feed()
    take_in(feed, *ring("a", "b", "c", "d"))
    # d came last, so it is no whole: c is not in it
    assert links() == {("b", "a", ""), ("c", "b", ""), ("a", "d", "")}
    assert Cut.objects.count() == 4
    if breaking == "changed":
        take_in(feed, arrival("a", title="不再说属于谁"))
    elif breaking == "deleted":
        take_in(feed, arrival("a", deleted=True))
    else:
        take_in(feed, arrival("a", title="不再说属于谁"), arrival("b", whole_key="c", title="变了"))
    assert ("d", "c", "") in links()
    assert not Cut.objects.exists()
    take_in(feed, arrival("a", whole_key="b", title="又说了"))
    assert links() == {("b", "a", ""), ("c", "b", ""), ("a", "d", "")}
    assert Cut.objects.count() == 4


def test_a_link_in_two_circles_comes_back_only_when_both_are_broken() -> None:
    feed = make_feed()
    around = [arrival("p", whole_key="z"), arrival("a", whole_key="p"), arrival("b", whole_key="p")]
    take_in(feed, *around, arrival("z", whole_key=["a", "b"]))
    rest = {("p", "b", ""), ("b", "z", "")}
    assert links() == rest | {("p", "a", ""), ("a", "z", "")}
    take_in(feed, arrival("a", deleted=True))
    assert links() == rest
    take_in(feed, arrival("b", title="不再说属于谁"))
    assert links() == {("z", "p", ""), ("b", "z", "")}


def test_whoever_is_described_through_a_mapping_without_parts_is_none_any_more() -> None:
    feed = make_feed()
    take_in(feed, arrival("book"), poem("a"), poem("b"))
    link_parts([Linked(Record.objects.get(source_key="a").pk, feed.pk, "oai_dc", {})])
    assert links() == {("book", "b", "")}
    assert Mention.objects.count() == 1


def test_what_waits_for_review_changes_no_link_until_it_is_approved() -> None:
    feed = make_feed()
    take_in(feed, arrival("book"), arrival("other"), poem("a"))
    Feed.objects.filter(pk=feed.pk).update(on_arrival="hold")
    make_review()
    take_in(feed, poem("a", whole_key="other"))
    assert links() == {("book", "a", "")}
    waiting = queries.waiting([feed.organisation_id])[0]
    pass_records(records=[(waiting.id, waiting.content_hash)], actor=REVIEWER, now=clock.now())
    assert links() == {("other", "a", "")}


def test_what_cannot_be_seen_is_neither_whole_nor_part_on_a_page() -> None:
    feed = make_feed()
    take_in(feed, arrival("book"), poem("a"), poem("b"))
    hidden, book = Record.objects.get(source_key="a"), Record.objects.get(source_key="book")
    services.withdraw(ids=[hidden.pk], reason="版权", actor=SYSTEM, now=clock.now())
    page = queries.record_page(book.pk)
    assert page
    assert ([one.title for one in page.parts], page.part_count) == (["题名 b"], 1)


def test_links_put_by_hand_stay() -> None:
    feed = make_feed()
    take_in(feed, arrival("book"), arrival("a"))
    whole, part = (Record.objects.get(source_key=key) for key in ("book", "a"))
    services.add_parts(whole_id=whole.pk, parts=[(part.pk, "附录")])
    take_in(feed, poem("a", part_label="卷一"))
    assert links() == {("book", "a", "附录")}


def test_page_and_api_show_both_ends() -> None:
    feed = make_feed()
    take_in(feed, arrival("book", title="诗经"), poem("a", title="关雎", part_label="国风·周南"))
    whole, part = (Record.objects.get(source_key=key) for key in ("book", "a"))
    page = Client().get(f"/records/{whole.pk}").content.decode()
    assert f"/records/{part.pk}" in page
    assert "国风·周南" in page
    assert "诗经" in Client().get(f"/records/{part.pk}").content.decode()
    told = Client().get(f"/api/v1/records/{whole.pk}").json()
    assert [(one["id"], one["label"]) for one in told["parts"]] == [(part.pk, "国风·周南")]
    assert [one["id"] for one in Client().get(f"/api/v1/records/{part.pk}").json()["part_of"]] == [whole.pk]


def feed_of(format: str, crosswalk: str) -> Feed:
    return services.create_feed(
        code=crosswalk, name=crosswalk, organisation_id=make_organisation().pk, format=format, crosswalk=crosswalk,
        on_arrival="publish", actor=SYSTEM, now=clock.now(),
    )  # fmt: skip


def take_file(format: str, crosswalk: str, path: Path) -> None:
    feed = feed_of(format, crosswalk)
    with path.open("rb") as stream:
        batch = [Arrival(one) for one in reading.read(format, stream) if isinstance(one, Parsed)]
    origin = Origin("files", path.name, "1", format)
    services.take_in(feed_id=feed.pk, batch=batch, origin=origin, actor=SYSTEM, now=clock.now())


@pytest.mark.parametrize(
    ("folder", "name", "link"),
    [
        # 830 $w (DE-101)… names a series by 003 and 001; 774 $w names a part by 001
        ("marc-bulk", "dnb.xml", ("010690158", "986210218")),
        ("marc-cjk", "incremental_11_records.xml", ("99121932813506421", "9933506421")),
    ],
)
def test_real_records_of_one_file_find_each_other(shared: Path, folder: str, name: str, link: tuple[str, str]) -> None:
    take_file("marcxml", "marc21", shared / "data" / folder / name)
    assert {(whole, part) for whole, part, _label in links()} == {link}


def marc(key: str, level: str, *fields: bytes) -> bytes:
    """A UNIMARC record in ISO 2709; `fields`: tag, then indicators and subfields."""
    content = [b"001" + key.encode(), b"1008 $a20260101d2026    m  y0chiy50      ea", *fields]
    directory, body = b"", b""
    for one in content:
        data = one[3:].replace(b"$", b"\x1f") + b"\x1e"
        directory += one[:3] + b"%04d%05d" % (len(data), len(body))
        body += data
    base = 24 + len(directory) + 1
    head = b"%05dnam%s 22%05d   450 " % (base + len(body) + 1, level.encode(), base)
    return head + directory + b"\x1e" + body + b"\x1d"


def test_cnmarc_links_by_embedded_fields_upwards_and_downwards(tmp_path: Path) -> None:
    """461 names the set above; 462 and 463 what lies below in a record of the highest level; 464 an analytic."""
    file = tmp_path / "set.iso"
    file.write_bytes(
        marc("P1", "2", "2001 $a第一回$h卷一".encode(), "461 0$1001S1$12001 $a全集$v1".encode())
        + marc("S1", "0", "2001 $a全集".encode(), b"462 0$1001V9$12001 $aV9")
        + marc("V9", "1", "2001 $a第九册".encode(), b"464 0$1001A7")
        + marc("A7", " ", "2001 $a析出篇目".encode())
    )
    take_file("unimarc", "cnmarc", file)
    assert links() == {("S1", "P1", "1"), ("S1", "V9", ""), ("V9", "A7", "")}


def test_qualified_dublin_core_links_by_identifiers(tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    body = "".join(
        f"<record><metadata><qualifieddc xmlns:dc='http://purl.org/dc/elements/1.1/'"
        f" xmlns:dcterms='http://purl.org/dc/terms/'>{one}</qualifieddc></metadata></record>"
        for one in (
            "<dc:identifier>urn:part</dc:identifier><dc:title>篇</dc:title>"
            "<dcterms:isPartOf>urn:whole</dcterms:isPartOf>",
            "<dc:identifier>urn:whole</dc:identifier><dc:title>书</dc:title>",
        )
    )
    file.write_text(f"<records>{body}</records>", encoding="utf-8")
    feed = feed_of("qdc", "qdc")
    with file.open("rb") as stream:
        read = [one for one in reading.read("qdc", stream) if isinstance(one, Parsed)]
    assert len(read) == 2
    keyed = [Arrival(Parsed(f"oai:{n}", one.raw, one.body, one.position)) for n, one in enumerate(read)]
    origin = Origin("oai", "x", "1", "qdc")
    services.take_in(feed_id=feed.pk, batch=keyed, origin=origin, actor=SYSTEM, now=clock.now())
    assert links() == {("oai:1", "oai:0", "")}


def test_outside_a_part_names_its_whole_by_an_address_and_no_key_of_its_source() -> None:
    feed = make_feed()
    whole_said = arrival("inner-17", title="整部", part_key=["inner-18", "elsewhere-9"])
    take_in(feed, whole_said, arrival("inner-18", title="其一", whole_key="inner-17"))
    whole, part = (Record.objects.get(source_key=key) for key in ("inner-17", "inner-18"))
    client = Client()
    pages = [
        client.get("/oai", {"verb": "ListRecords", "metadataPrefix": "wenmai"}),
        client.get(f"/records/{part.pk}/export.wenmai"),
        client.get(f"/api/v1/records/{part.pk}?format=wenmai"),
    ]
    for page in pages:
        words = page.content.decode()
        assert f'<value element="whole">{settings.BASE_URL}/id/{whole.identifier}</value>' in words
        assert words.count('element="whole"') == 1
    for page in [*pages, client.get(f"/api/v1/records/{part.pk}"), client.get(f"/api/v1/records/{whole.pk}")]:
        words = page.content.decode()
        keys = ("inner-17", "inner-18", "elsewhere-9", "whole_key", "part_key")
        assert [key for key in keys if key in words] == []
    services.withdraw(ids=[whole.pk], reason="版权", actor=SYSTEM, now=clock.now())
    assert 'element="whole"' not in client.get(f"/records/{part.pk}/export.wenmai").content.decode()
