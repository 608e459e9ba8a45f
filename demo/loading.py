"""Loads the demonstration: organisations, accounts, feeds, and one institution over HTTP. Again changes nothing."""

import secrets
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import transaction

from demo import activities, cards, collection, family, feeds, needs, orders, peer, places, rooms, surveys
from demo.progress import Bar
from wenmai.catalogue import services as catalogue
from wenmai.catalogue.models import Arrival, Feed, Record
from wenmai.catalogue.rules import REVIEWED
from wenmai.harvest import services as harvest
from wenmai.harvest.models import Run, Source
from wenmai.institutions import queries as institutions
from wenmai.institutions import services as institution_services
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.people import queries as people_queries
from wenmai.people import services as people
from wenmai.people.models import User
from wenmai.review import services as review
from wenmai.review.rules import Step

POEMS = settings.ROOT / "node_modules" / "chinese-poetry" / "dist"
# username, role, organisation of demo.places ("" is the whole node), what the account is for
ACCOUNTS = (
    ("admin", "platform_admin", "", "平台管理员"),
    ("province", "organisation_admin", "province_library", "省馆管理员"),
    ("county", "cataloguer", "county_library", "县馆编目员"),
    ("reviewer", "reviewer", "city_office", "市文旅局审核员"),
    ("final", "final_reviewer", "city_office", "市文旅局终审员"),
    ("station", "village_admin", "station", "文化站管理员"),
    ("township", "organisation_admin", "station", "文化站站长，村里的权限由他给"),
    ("troupe", "supplier", "troupe", "山歌艺术团"),
    ("opera", "supplier", "opera", "花灯剧社"),
    ("dispatcher", "dispatcher", "county_culture", "县文化馆调度员"),
    (activities.OFFICER, "activity_officer", "city_culture", "市文化馆活动专员"),
)


class LoadFailed(Exception):
    """A part of the demonstration could not be loaded; the message says which and why."""


def load(records: int | None) -> None:
    """`records`: about how many, None for all (some 390,000)."""
    _load_divisions()
    organisations = places.load(actor=SYSTEM, now=clock.now())
    make_accounts(organisations)
    station = institutions.names([organisations["station"]])[organisations["station"]]
    family.load(place=station, password=password(), prints_sms=settings.SMS_GATEWAY == "print", now=clock.now())
    parent = User.objects.get(username=family.PARENT)
    cards.load(organisations=organisations, reader=parent, password=password())
    activities.load(organisations=organisations, now=clock.now())
    _load_media(organisations["city_culture"])
    rooms.load(organisation_id=organisations["city_culture"], now=clock.now())
    orders.load(organisations=organisations, now=clock.now())
    needs.load(organisations=organisations, now=clock.now())
    surveys.load(organisations=organisations, now=clock.now())
    # the demonstration has one reviewer: one review, where a node begins with three
    review.set_plan(
        organisation_id=None, kind=REVIEWED, steps=[Step("审核", "catalogue.review", 2)], actor=SYSTEM, now=clock.now()
    )
    plans = [(shelf, folder_of(shelf.code)) for shelf in feeds.SHELVES]
    lengths = {shelf.code: feeds.lay_out(shelf, POEMS, folder, records) for shelf, folder in plans}
    bar = Bar(sum(lengths.values()))
    done = 0
    for shelf, folder in plans:
        source = source_of(
            shelf.code, shelf.name, organisations[shelf.owner], shelf.crosswalk, "json", "folder", str(folder),
            shelf.on_arrival,
        )  # fmt: skip
        if _is_loaded(source, lengths[shelf.code]):
            done += lengths[shelf.code]
            continue
        run_now(source, bar, done, shelf.name)
        done += lengths[shelf.code]
    _harvest_peer(organisations["district_library"], bar, done)
    bar.end()


def _load_divisions() -> None:
    """The country's real divisions, once; the invented province stands beside them under a code that nobody has."""
    if any(not place.demo for place in institutions.places(level=1)):
        return
    sys.stdout.write("loading the country's divisions down to the townships …\n")
    institution_services.load_places(villages=False, actor=SYSTEM, now=clock.now())


def _load_media(organisation_id: int) -> None:
    source = Source.objects.filter(feed__code="media").first()
    bare = Record.objects.filter(feed__code="media", deleted_at=None, attachments=None)
    if source is not None and _is_loaded(source, 1) and not bare.exists():
        return
    items = collection.lay_out()
    source = source_of(
        "media", "演示影音", organisation_id, "plain-json", "jsonl", "folder", str(collection.RECORDS), Arrival.PUBLISH
    )
    run_now(source, Bar(len(items)), 0, "演示影音")
    collection.attach(source.feed_id, items)


def folder_of(code: str) -> Path:
    return settings.VAR / "demo" / "feeds" / code


def password() -> str:
    """One for all accounts of the demonstration, made at the first start and kept in its data folder."""
    kept: Path = settings.VAR / "demo" / "password"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_name("password.new")
        fresh.touch(mode=0o600)
        fresh.write_text(f"{secrets.token_hex(2)}-{secrets.token_hex(2)}-{secrets.token_hex(2)}")
        fresh.replace(kept)
    return kept.read_text()


def make_accounts(organisations: dict[str, int]) -> None:
    now = clock.now()
    for username, role, owner, name in ACCOUNTS:
        if User.objects.filter(username=username).exists():
            continue
        organisation_id = organisations[owner] if owner else None
        with transaction.atomic():
            user = people.create_user(username=username, name=name, password=password(), actor=SYSTEM, now=now)
            people.grant(user_id=user.pk, role=role, organisation_id=organisation_id, actor=SYSTEM, now=now)


def source_of(
    code: str,
    name: str,
    organisation_id: int,
    crosswalk: str,
    format: str,
    kind: str,
    address: str,
    on_arrival: str = Arrival.PUBLISH,
    **values: bool,
) -> Source:
    """The source of a feed, made at the first start; the address moves with the data folder."""
    now = clock.now()
    feed = Feed.objects.filter(code=code).first() or catalogue.create_feed(
        code=code, name=name, organisation_id=organisation_id, format=format, crosswalk=crosswalk,
        on_arrival=on_arrival, actor=SYSTEM, now=now,
    )  # fmt: skip
    source = Source.objects.filter(feed=feed).first()
    if source is None:
        return harvest.add_source(
            feed_id=feed.pk, kind=kind, address=address, actor=_administrator(), now=now, **values
        )
    if source.address != address:
        return harvest.change_source(source_id=source.pk, address=address, actor=SYSTEM, now=now)
    return source


def _administrator() -> Actor:
    """Only an administrator may allow a source inside a private network."""
    return people_queries.actor(User.objects.get(username="admin"))


def _is_loaded(source: Source, length: int) -> bool:
    """Its last finished run saw at least so many records."""
    last = Run.objects.filter(source=source, state="finished").order_by("-id").first()
    return last is not None and last.received_count >= length


def run_now(source: Source, bar: Bar, before: int, label: str) -> None:
    unfinished = Run.objects.filter(source=source, state__in=["waiting", "running"]).first()
    run = unfinished or harvest.start(source_id=source.pk, mode="full", in_worker=False, actor=SYSTEM, now=clock.now())
    harvest.carry_out(run.pk, watch=lambda now: bar.at(before + now.received_count, label))
    run.refresh_from_db()
    if run.state != "finished":
        raise LoadFailed(f"{label}: {run.state} {run.failure} {run.failure_detail}")


def _harvest_peer(organisation_id: int, bar: Bar, before: int) -> None:
    """Over HTTP, through OAI-PMH, from the demonstration's own server."""
    if Run.objects.filter(source__feed__code="district-oai", state="finished").exists():
        return
    with _peer() as address:
        source = source_of(
            "district-oai",
            "区馆旧系统（OAI-PMH）",
            organisation_id,
            "oai_dc",
            "oai_dc",
            "oai",
            address,
            allow_private_hosts=True,
        )
        run_now(source, bar, before, "区馆旧系统（OAI-PMH）")


@contextmanager
def _peer() -> Iterator[str]:
    server = peer.serve(0, POEMS)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/oai"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
