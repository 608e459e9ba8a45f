"""A broadcast in a real browser, under the policy of its page: by the browser itself, and by the library where it
cannot. The pieces are a test picture and a tone, two seconds, made by ffmpeg."""

import datetime as dt
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Opener, keep_picture, overflow, violations
from wenmai.activities import services
from wenmai.activities.testing import make_activity, publish, session_of
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.http import Fetched

HOST = "live.example.cn"
PIECES = Path(__file__).parent / "hls"
HEAD = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:0\n"
LIST = HEAD + "".join(f"#EXTINF:1.0,\n{number}.ts\n" for number in (0, 1))
CANNOT = "HTMLMediaElement.prototype.canPlayType = type => /mpegurl/i.test(type) ? '' : 'probably'"


@pytest.fixture
def where(transactional_db: None) -> str:
    begins = (clock.now() + dt.timedelta(minutes=5)).replace(second=0, microsecond=0)
    made = publish(make_activity("双江拉祜族佤族布朗族傣族自治县村晚", way="broadcast", mode="free", begins=begins))
    session = session_of(made)
    services.add_host(host=HOST, actor=SYSTEM, now=clock.now())
    said = services.set_broadcast(
        session_id=session.pk, address=f"https://{HOST}/hall/list.m3u8", captions="", actor=SYSTEM, now=clock.now()
    )
    assert said is not None
    assert services.check_due(now=clock.now(), ask=lambda url: Fetched(url, 200, {}, LIST.encode())) == 1
    return f"/activities/live/{session.pk}?watch=1"


def on_air(page: Page, status: int = 200, end: str = "#EXT-X-ENDLIST\n") -> list[str]:
    """Somebody else's machine; what it was asked for."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        name = route.request.url.rsplit("/", 1)[1]
        asked.append(name)
        kind = "application/vnd.apple.mpegurl" if name.endswith("m3u8") else "video/mp2t"
        body = (LIST + end).encode() if name.endswith("m3u8") else (PIECES / name).read_bytes()
        headers = {"Content-Type": kind, "Access-Control-Allow-Origin": "*"}
        route.fulfill(status=status, body=body if status == 200 else b"", headers=headers)

    page.context.route(f"https://{HOST}/**", answer)
    return asked


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("how", ["by itself", "with the library"])
def test_what_is_on_air_is_seen(opened: Opener, live_server: LiveServer, where: str, how: str, width: int) -> None:
    page = opened(width, mode="elder" if width == 360 else "", base=live_server.url)
    if how == "with the library":
        page.add_init_script(CANNOT)
    asked = on_air(page)
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(where)
    video = page.locator("video")
    page.wait_for_function("() => document.querySelector('video').videoWidth === 128")
    video.evaluate("video => { video.muted = true; return video.play(); }")
    expect(page.locator("[data-live-ended]")).to_be_visible()
    assert {"list.m3u8", "0.ts", "1.ts"} <= {*asked}
    assert any("hls.light" in one for one in loaded) == (how == "with the library"), "nobody loads it for nothing"
    keep_picture(page, f"live-{how.replace(' ', '-')}.{width}")
    assert (overflow(page), violations(page)) == (0, [])


@pytest.mark.parametrize("how", ["by itself", "with the library"])
def test_what_stops_without_an_end_is_said(opened: Opener, live_server: LiveServer, where: str, how: str) -> None:
    page = opened(360, base=live_server.url)
    if how == "with the library":
        page.add_init_script(CANNOT)
    asked = on_air(page, end="")
    page.goto(where)
    page.locator("video").evaluate("video => { video.muted = true; return video.play(); }")
    expect(page.locator("[data-live-failed]")).to_be_visible()
    assert asked.count("list.m3u8") > 1, "it was looked for again"


@pytest.mark.parametrize("status", [403, 404])
@pytest.mark.parametrize("how", ["by itself", "with the library"])
def test_what_cannot_be_fetched_is_said(
    opened: Opener, live_server: LiveServer, where: str, how: str, status: int
) -> None:
    page = opened(360, base=live_server.url)
    if how == "with the library":
        page.add_init_script(CANNOT)
    on_air(page, status=status)
    page.goto(where)
    expect(page.locator("[data-live-failed]")).to_contain_text("再试一次")
    keep_picture(page, f"live-failed-{how.replace(' ', '-')}")
    assert (overflow(page), violations(page)) == (0, [])
