"""Broadcasts: which addresses are taken, what a playlist says, and that nobody is asked before somebody presses."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from wenmai.activities import services
from wenmai.activities.models import Broadcast, Session
from wenmai.activities.rules.live import Signal, checked_address, signal_of, variant
from wenmai.activities.testing import HOUR, make_activity, publish, session_of
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.http import Fetched, FetchFailed
from wenmai.lib.refusal import Refused
from wenmai.people.testing import client_of, make_user
from wenmai.usage import queries as usage
from wenmai.usage import services as counting

HOST = "live.example.cn"
ADDRESS = f"https://{HOST}/hall/index.m3u8"
PIECES = b"#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6.0,\na.ts\n"
MASTER = b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=800000\nlow/index.m3u8\n"


@pytest.mark.parametrize(
    "address",
    [
        "http://live.example.cn/a.m3u8", "https://live.example.cn/a.mp4", "https://u:p@live.example.cn/a.m3u8",
        "https://live.example.cn:8443/a.m3u8", "https://10.0.0.1/a.m3u8", "https://[::1]/a.m3u8",
        "https://localhost/a.m3u8", "https://live.example.cn/a b.m3u8", "https://live.example.cn/;x/a.m3u8",
        "javascript:alert(1)//a.m3u8", "https://直播.example.cn/a.m3u8", "https://live.example.cn:x/a.m3u8",
        f"https://live.example.cn/{'a' * 500}.m3u8", "",
    ],
)  # fmt: skip
def test_addresses_that_are_refused(address: str) -> None:
    with pytest.raises(Refused) as refusal:
        checked_address(address)
    assert refusal.value.code in ("live_address_odd", "host_odd")


@pytest.mark.parametrize(
    ("body", "signal"),
    [
        (PIECES, "live"), (PIECES + b"#EXT-X-ENDLIST\n", "ended"), (b"\xef\xbb\xbf" + PIECES, "live"),
        (PIECES.replace(b"\n", b"\r\n"), "live"), (b"#EXTM3U\n#EXT-X-TARGETDURATION:6\n", "soon"), (b"", "failing"),
        (b"<html>", "failing"), (b"\xff\xfe\x00", "failing"), (b"#EXTM3U" + b"\n#EXTINF:1," * 50_000, "live"),
    ],
)  # fmt: skip
def test_what_a_playlist_says(body: bytes, signal: str) -> None:
    assert signal_of(body) == signal


def test_a_playlist_of_playlists_leads_on() -> None:
    assert variant(MASTER, ADDRESS) == f"https://{HOST}/hall/low/index.m3u8"
    assert variant(PIECES, ADDRESS) is None
    assert variant(b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n", ADDRESS) is None


def on_air(**more: str) -> Broadcast:
    begins = (clock.now() + dt.timedelta(minutes=20)).replace(second=0, microsecond=0)
    session = session_of(publish(make_activity(way="broadcast", mode="free", begins=begins)))
    services.add_host(host=HOST, actor=SYSTEM, now=clock.now())
    made = services.set_broadcast(session_id=session.pk, address=ADDRESS, actor=SYSTEM, now=clock.now(), **more)
    assert made is not None
    return made


def answers(**said: bytes | FetchFailed) -> Callable[[str], Fetched]:
    def ask(url: str) -> Fetched:
        body = said[url.rsplit("/", 2)[1]]
        if isinstance(body, FetchFailed):
            raise body
        return Fetched(url, 200, {}, body)

    return ask


@pytest.mark.django_db
def test_the_signal_follows_the_playlist_and_each_change_is_told_once() -> None:
    made, now = on_air(), clock.now()
    missing = FetchFailed("status", "404", answer=Fetched(ADDRESS, 404, {}, b""))
    away = b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttps://else.example.cn/x/a.m3u8\n"
    inside = FetchFailed("forbidden_address", "10.0.0.1")
    halls: list[bytes | FetchFailed] = [missing, MASTER, MASTER, b"<html>", away, inside]
    seen = []
    for number, hall in enumerate(halls):
        at = now + number * dt.timedelta(minutes=2)
        assert services.check_due(now=at, ask=answers(hall=hall, low=PIECES)) == 1
        assert services.check_due(now=at, ask=answers()) == 0, "it was asked a moment ago"
        made.refresh_from_db()
        seen.append((made.signal, made.failure))
    assert seen == [
        ("soon", ""), ("live", ""), ("live", ""), ("failing", "playlist"), ("failing", "host"),
        ("failing", "forbidden_address"),
    ]  # fmt: skip
    assert Entry.objects.filter(name="activities.broadcast_signal").count() == 5
    services.drop_host(host=HOST, actor=SYSTEM, now=now)
    services.check_due(now=now + HOUR, ask=answers())  # it would fail if it were asked
    made.refresh_from_db()
    assert (made.signal, made.failure, made.checked_at) == ("failing", "host", now + HOUR)
    with pytest.raises(IntegrityError), transaction.atomic():
        Broadcast.objects.update(address="http://live.example.cn/a.m3u8")


@pytest.mark.django_db
def test_nobody_is_asked_before_somebody_presses_and_a_viewer_is_counted_without_a_name() -> None:
    made = on_air(captions="普通话实时字幕")
    page, reader = f"/activities/live/{made.session_id}", Client(headers={"User-Agent": "Mozilla/5.0"})
    words = reader.get(page).content.decode()
    assert ("还没开始" in words, HOST in words, "普通话实时字幕" in words) == (True, False, True)
    services.check_due(now=clock.now(), ask=answers(hall=PIECES))
    before = reader.get(page)
    assert "正在直播" in before.content.decode()
    assert ADDRESS not in before.content.decode()
    assert HOST not in before["Content-Security-Policy"]
    watched = reader.get(f"{page}?watch=1")
    assert f'src="{ADDRESS}"' in watched.content.decode()
    policy = watched["Content-Security-Policy"]
    assert policy.endswith(f"; media-src 'self' blob: https://{HOST}; connect-src 'self' https://{HOST}")
    assert watched["Referrer-Policy"] == "no-referrer"
    assert "看直播" in reader.get(f"/activities/{made.session.activity_id}").content.decode()
    counting.advance(now=clock.now() + dt.timedelta(minutes=2))
    key = str(made.session_id)
    assert usage.counts("session", [key])[key] == {"live.enter": 1}
    activity = str(made.session.activity_id)
    assert usage.counts("activity", [activity])[activity] == {"act.view": 1}

    Broadcast.objects.update(signal=Signal.ENDED)
    assert "还没开始" in reader.get(page).content.decode(), "what is left of a rehearsal ends nothing"
    Session.objects.filter(pk=made.session_id).update(begins_at=clock.now() - dt.timedelta(minutes=5))
    assert "直播结束了" in reader.get(f"{page}?watch=1").content.decode()
    services.drop_host(host=HOST, actor=SYSTEM, now=clock.now())
    assert reader.get(page).status_code == 404
    assert "看直播" not in reader.get(f"/activities/{made.session.activity_id}").content.decode()


@pytest.mark.django_db
def test_staff_writes_it_and_the_node_says_which_machines() -> None:
    session = session_of(publish(make_activity(way="online")))
    staff = client_of(make_user("officer", role="activity_officer"))
    page = f"/desk/activities/sessions/{session.pk}/broadcast"
    said = staff.post(page, {"address": ADDRESS}, follow=True).content.decode()
    assert f"还不能放 {HOST} 上的直播" in said
    assert staff.get("/desk/activities/live-hosts/").status_code == 403
    chief = client_of(make_user("chief", role="platform_admin"))
    hosts = "/desk/activities/live-hosts/"
    assert "不写 IP 地址" in chief.post(hosts, {"host": "10.0.0.1"}, follow=True).content.decode()
    assert HOST in chief.post(hosts, {"host": HOST.upper()}, follow=True).content.decode()
    assert "已经允许了" in chief.post(hosts, {"host": HOST}, follow=True).content.decode()
    assert "还没有查过" in staff.post(page, {"address": ADDRESS}, follow=True).content.decode()
    staff.post(page, {"address": ""})
    assert not Broadcast.objects.exists()
    chief.post(hosts, {"drop": HOST})
    assert [one.name for one in Entry.objects.filter(name__startswith="activities.live_host").order_by("pk")] == [
        "activities.live_host_added", "activities.live_host_dropped",
    ]  # fmt: skip
    on_site = session_of(make_activity("现场课"))
    with pytest.raises(Refused) as refusal:
        services.set_broadcast(session_id=on_site.pk, address=ADDRESS, actor=SYSTEM, now=clock.now())
    assert refusal.value.code == "not_broadcast"
