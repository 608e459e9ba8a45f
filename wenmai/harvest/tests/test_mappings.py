"""Mappings on pages: tried, kept, renewed, retired; whose they are; and what happens at once."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from wenmai.catalogue.models import Feed, Record
from wenmai.harvest import services
from wenmai.harvest.models import Source
from wenmai.harvest.rules.words import REFUSALS, said
from wenmai.harvest.testing import OPERATOR, harvest, make_feed, make_source
from wenmai.harvest.views import mappings as views
from wenmai.institutions.models import Organisation
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.refusal import Refused
from wenmai.people.testing import client_of, make_user
from wenmai.standards import queries as standards
from wenmai.standards import services as standards_services

pytestmark = pytest.mark.django_db
NAME = "own-tapes"
TABLE = "编号,曲名\r\nA-1,[采茶调]\r\n,无号\r\n"


@pytest.fixture(autouse=True)
def _in_chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


def plan(**values: Any) -> bytes:
    usual = {
        "name": "tapes",
        "about": "录音登记表",
        "format": ["csv"],
        "key": {"from": ["$.编号"]},
        "constants": {"type": "audio"},
        "rules": [{"to": "title", "from": "$.曲名", "clean": ["brackets"]}],
    }
    return json.dumps({**usual, **values}, ensure_ascii=False).encode()


def add(organisation: Organisation | None = None, **values: Any) -> str:
    made = standards_services.add_mapping(
        text=plan(**values),
        organisation_id=organisation.pk if organisation else None,
        note="",
        actor=OPERATOR,
        now=clock.now(),
    )
    return made.name


def signed_in(role: str = "platform_admin", organisation: Organisation | None = None, name: str = "") -> Client:
    return client_of(make_user(name or role, role=role, organisation_id=organisation.pk if organisation else None))


def send(client: Client, where: str, text: bytes | str, *, sample: str = "", do: str = "save", **values: Any) -> Any:
    form: dict[str, Any] = {"do": do, **values}
    form |= {"text": text} if isinstance(text, str) else {"file": SimpleUploadedFile("tapes.json", text)}
    if sample:
        form["sample"] = SimpleUploadedFile("表.csv", sample.encode())
    return client.post(where, form)


def test_a_mapping_is_tried_on_a_sample_and_nothing_is_kept():
    client = signed_in()
    page = send(client, reverse("harvest:mapping_new"), plan(), sample=TABLE, do="try")
    words = page.content.decode()
    assert page.status_code == 200
    for part in (NAME, "采茶调", "去掉整个外面的方括号", "记录没有自己的编号", "一律写“audio”", "&quot;tapes&quot;"):
        assert part in words
    assert not standards.own_mappings().exists()


def test_what_was_tried_is_kept_from_the_text_of_the_page():
    client = signed_in()
    answer = send(client, reverse("harvest:mapping_new"), plan().decode().replace(", ", ",\r\n"), note="初稿")
    assert answer.status_code == 302
    assert answer["Location"] == reverse("harvest:mapping", args=[NAME])
    assert "\r" not in standards.mapping_text(NAME)
    page = client.get(answer["Location"]).content.decode()
    assert "第 1 版" in page
    assert "初稿" in page
    file = client.get(reverse("harvest:mapping_file", args=[NAME]), {"edition": "1"})
    assert json.loads(file.content)["name"] == "tapes"
    assert client.get(reverse("harvest:mapping_file", args=[NAME]), {"edition": "9"}).status_code == 404


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "没有收到对照表"),
        (b"{", "不是合格的 JSON"),
        (b"\xff\xfe{", "不是 UTF-8"),
        (b"x" * (300 * 1024), "超过了 256 KB"),
        (plan(rules=[{"to": "title", "from": "$.曲名", "clean": ["sparkle"]}]), "rules[0].clean[0]"),
        ("a\0b", "空字符"),
    ],
)
def test_bad_files_are_refused_in_words(text, words):
    page = send(signed_in(), reverse("harvest:mapping_new"), text, do="try")
    assert page.status_code == 400
    assert words in page.content.decode()


def test_a_sample_in_another_format_and_one_too_large(monkeypatch):
    client, where = signed_in(), reverse("harvest:mapping_new")
    assert "这份对照表不读这种格式" in send(client, where, plan(), sample="<a/>", do="try").content.decode()
    monkeypatch.setattr(views, "SAMPLE_LIMIT", 10)
    assert "样例超过了" in send(client, where, plan(), sample=TABLE, do="try").content.decode()
    monkeypatch.setattr(views, "BODY_LIMIT", 100)
    assert send(client, where, plan(), sample=TABLE, do="try").status_code == 302


def test_the_token_of_the_form_is_checked():
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("admin", role="platform_admin"))
    assert send(client, reverse("harvest:mapping_new"), plan()).status_code == 403
    assert not standards.own_mappings().exists()


def test_a_new_edition_is_read_through_by_a_full_run(tmp_path):
    organisation = make_organisation()
    add(organisation)
    (tmp_path / "a.csv").write_text("编号,曲名\nA-1,[采茶调]\n", "utf-8")
    source = make_source("folder", tmp_path, feed=make_feed("csv", NAME, organisation.pk))
    harvest(source)
    client = signed_in()
    answer = send(client, reverse("harvest:mapping_renew", args=[NAME]), plan(constants={"type": "video"}), note="改")
    assert answer.status_code == 302
    run = harvest(source)
    assert (run.changed_count, run.unchanged_count) == (1, 0)
    assert Record.objects.get().type == "video"


def test_a_new_edition_waits_for_a_run_and_keeps_the_formats_in_use():
    organisation = make_organisation()
    add(organisation, format=["csv", "xlsx"])
    source = make_source("folder", "/nowhere", feed=make_feed("csv", NAME, organisation.pk))
    ask: dict[str, Any] = {"name": NAME, "note": "", "actor": OPERATOR, "now": clock.now()}
    with pytest.raises(Refused, match="mapping_formats: csv"):
        services.renew_mapping(text=plan(format=["xlsx"]), **ask)
    services.start(source_id=source.pk, in_worker=False, actor=OPERATOR, now=clock.now())
    with pytest.raises(Refused, match="mapping_running"):
        services.renew_mapping(text=plan(), **ask)
    assert [one.number for one in standards.mapping_editions(NAME)] == [1]


def test_one_in_use_is_not_retired_and_a_retired_one_is_not_used():
    organisation = make_organisation()
    add(organisation)
    feed = make_feed("csv", NAME, organisation.pk)
    make_source("upload", feed=feed)
    client = signed_in()
    where = reverse("harvest:mapping_retire", args=[NAME])
    page = client.post(where, {"reason": "换了"})
    assert page.status_code == 409
    assert "还有来源用着这份对照表" in page.content.decode()
    services.change_source(source_id=Source.objects.get().pk, crosswalk="csv", actor=OPERATOR, now=clock.now())
    assert client.post(where, {"reason": "换了"}).status_code == 302
    with pytest.raises(Refused, match="crosswalk_unknown"):
        make_feed("csv", NAME, organisation.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Feed.objects.filter(pk=feed.pk).update(crosswalk=NAME)
    assert "换了" in client.get(reverse("harvest:mapping", args=[NAME])).content.decode()
    assert client.post(reverse("harvest:mapping_restore", args=[NAME])).status_code == 302
    assert make_feed("csv", NAME, organisation.pk).crosswalk == NAME


def test_a_closed_source_uses_its_mapping_no_more_and_opens_again_only_with_it():
    organisation = make_organisation()
    add(organisation)
    source = make_source("upload", feed=make_feed("csv", NAME, organisation.pk))
    deed: dict[str, Any] = {"source_id": source.pk, "actor": OPERATOR, "now": clock.now()}
    services.close_source(leaves="keep", reason="不再送", **deed)
    client, page = signed_in(), reverse("harvest:mapping", args=[NAME])
    words = client.get(page).content.decode()
    assert "已关闭" in words
    assert 'name="reason"' in words
    assert client.post(reverse("harvest:mapping_retire", args=[NAME]), {"reason": "换了"}).status_code == 302
    answer = client.post(reverse("harvest:reopen", args=[source.pk]), follow=True)
    assert "它的对照表已停用" in answer.content.decode()
    source.refresh_from_db()
    assert source.closed_at is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        Feed.objects.update(closed_at=None)
    client.post(reverse("harvest:mapping_restore", args=[NAME]))
    services.reopen_source(**deed)
    assert client.post(reverse("harvest:mapping_retire", args=[NAME]), {"reason": "换了"}).status_code == 409


def test_a_mapping_that_does_not_read_the_format_says_which_it_does():
    add(format=["csv", "xlsx"])
    source = make_source("upload", feed=make_feed("csv", NAME))
    where = reverse("harvest:change", args=[source.pk])
    with pytest.raises(Refused, match="own-tapes / marc21: csv, xlsx"):
        services.change_source(source_id=source.pk, format="marc21", actor=OPERATOR, now=clock.now())
    form = {"name": "录音", "reading": f"{NAME}:csv", "on_arrival": "hold"}
    client = signed_in()
    assert client.post(where, form).status_code == 302
    refused = Refused("crosswalk_misfit", "own-tapes / marc21: csv, xlsx")
    assert said(REFUSALS, refused).endswith("（own-tapes / marc21: csv, xlsx）")


def test_lists_of_mappings_and_of_their_sources_are_turned_page_by_page(monkeypatch):
    monkeypatch.setattr(views, "LISTED", 2)
    for number in range(3):
        add(name=f"m{number}")
        make_source("upload", feed=make_feed("csv", "own-m0"))
    client = signed_in()
    listed = reverse("harvest:mappings")
    first, second = (client.get(listed, {"page": page}).content.decode() for page in (1, 2))
    assert [name in first for name in ("own-m0", "own-m1", "own-m2", ">csv</a>")] == [True, True, False, True]
    assert [name in second for name in ("own-m0", "own-m1", "own-m2", ">csv</a>")] == [False, False, True, False]
    page = client.get(reverse("harvest:mapping", args=["own-m0"]))
    assert len(page.context["sources"]) == 2
    assert 'rel="next"' in page.content.decode()


def test_the_owner_of_a_new_mapping_is_picked_by_name():
    county = make_organisation("枫渡县馆")
    answer = send(signed_in(), reverse("harvest:mapping_new"), plan(), organisation_words="枫渡县馆")
    assert answer.status_code == 302
    owned = standards.own_mapping(NAME)
    assert owned is not None
    assert owned.organisation_id == county.pk


@pytest.mark.django_db(transaction=True)
def test_whoever_uses_a_mapping_and_whoever_retires_it_at_once():
    """The database holds the row of the mapping: the second waits, and is refused."""
    add()
    feed = make_feed("csv", "csv")
    other = connections.create_connection("default")
    try:
        with transaction.atomic():
            Feed.objects.filter(pk=feed.pk).update(crosswalk=NAME)
            with other.cursor() as cursor:
                cursor.execute("SET lock_timeout = '300ms'")
                with pytest.raises(Exception, match="lock timeout"):
                    cursor.execute(
                        "UPDATE standards_ownmapping SET retired_at = now(), retiring_reason = 'x' WHERE name = %s",
                        [NAME],
                    )
    finally:
        other.close()
    with pytest.raises(Refused, match="mapping_used"):
        standards_services.retire_mapping(name=NAME, reason="x", actor=OPERATOR, now=clock.now())


def test_whose_a_mapping_is():
    """An institution's own is for it and those below; the node's for all; no other institution sees or uses it."""
    county = make_organisation("县馆")
    station = make_organisation("文化站", administrative_parent=county)
    foreign = make_organisation("外馆")
    add(county)
    add(name="shared")
    assert make_feed("csv", NAME, station.pk)
    with pytest.raises(Refused, match="crosswalk_unknown"):
        make_feed("csv", NAME, foreign.pk)
    below, outside = signed_in("platform_admin", station, "below"), signed_in("platform_admin", foreign, "outside")
    page, own = reverse("harvest:mapping", args=[NAME]), reverse("harvest:mapping", args=["own-shared"])
    assert [below.get(page).status_code, outside.get(page).status_code] == [200, 403]
    assert [one.get(own).status_code for one in (below, outside)] == [200, 200]
    assert NAME not in outside.get(reverse("harvest:mappings")).content.decode()
    assert outside.get(reverse("harvest:mapping_new"), {"like": NAME}).context["form"].initial["text"] == ""
    for name in (NAME, "own-shared"):
        assert below.post(reverse("harvest:mapping_retire", args=[name]), {"reason": "x"}).status_code == 403
        assert outside.post(reverse("harvest:mapping_renew", args=[name])).status_code == 403
    assert outside.get(reverse("harvest:mapping", args=["csv"])).status_code == 200
    answer = send(outside, reverse("harvest:mapping_new"), plan(name="x"), organisation=str(county.pk))
    assert answer.status_code == 400
    answer = send(outside, reverse("harvest:mapping_new"), plan(name="x"), organisation="")
    assert answer.status_code == 400


def test_every_mapping_has_its_page_in_plain_words():
    client = signed_in()
    listed = client.get(reverse("harvest:mappings")).content.decode()
    for name in standards.crosswalks():
        assert f">{name}</a>" in listed
        assert client.get(reverse("harvest:mapping", args=[name])).status_code == 200


def test_the_list_asks_no_more_for_more(django_assert_max_num_queries):
    client = signed_in()
    for number in range(6):
        organisation = make_organisation(f"馆{number}")
        make_source("upload", feed=make_feed("csv", add(organisation, name=f"m{number}"), organisation.pk))
    with django_assert_max_num_queries(16):
        client.get(reverse("harvest:mappings"))


def test_a_source_is_opened_with_an_own_mapping_on_the_page():
    county = make_organisation("县馆")
    add(county)
    begun = {"organisation": str(county.pk), "kind": "upload", "name": "录音"}
    where = reverse("harvest:new") + f"?organisation={county.pk}&kind=upload&name=录音"
    client = signed_in("platform_admin", county)
    assert f"{NAME}:csv" in client.get(where).content.decode()
    answer = client.post(where, {**begun, "reading": f"{NAME}:csv", "on_arrival": "hold"})
    assert answer.status_code == 302
    assert Feed.objects.get().crosswalk == NAME


def test_the_command_does_the_same(tmp_path, capsys):
    file, sample = tmp_path / "tapes.json", tmp_path / "a.csv"
    file.write_bytes(b"\xef\xbb\xbf" + plan())
    sample.write_text(TABLE, "utf-8")

    def run(*words: object) -> str:
        call_command("mappings", *map(str, words))
        return str(capsys.readouterr().out)

    assert '"title": ["采茶调"]' in (tried := run("try", file, sample))
    assert "looked at 2, cannot be taken in: 1" in tried
    both = tmp_path / "both.json"
    both.write_bytes(
        plan(rules=[{"to": "title", "from": "$.曲名"}, {"to": "creator", "from": "$.曲名", "split": "茶"}])
    )
    assert '"creator": ["[采", "调]"]' in run("try", both, sample), "every value of an element that repeats"
    assert run("add", file, "--note", "初稿") == f"added: {NAME}\n"
    file.write_bytes(plan(about="新"))
    assert run("renew", NAME, file) == f"renewed: {NAME}, edition 2\n"
    assert json.loads(run("show", NAME, "--edition", "1"))["about"] == "录音登记表"
    assert run("retire", NAME, "--reason", "x") == f"retired: {NAME}\n"
    assert f"{NAME}\tedition 2 (retired)\t-\tcsv\t0" in run("list")
    assert run("restore", NAME) == f"in use again: {NAME}\n"
    for words, complaint in [
        (("renew", NAME, tmp_path / "none"), "cannot be read"),
        (("retire", "csv", "--reason", "x"), "no own mapping csv"),
        (("show", "none"), "crosswalk none"),
        (("add", sample), "不是合格的 JSON"),
        (("add", file, "--institution", "1"), "no institution"),
    ]:
        with pytest.raises(CommandError, match=complaint):
            run(*words)
