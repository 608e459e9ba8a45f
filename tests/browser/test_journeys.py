"""What people do on the portal, in a real browser: by mouse, by keyboard, by remote, without script."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Opener, keep_picture, overflow, violations
from wenmai.catalogue import services as catalogue
from wenmai.catalogue.models import Record
from wenmai.catalogue.testing import make_record
from wenmai.files import testing as files
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.people.testing import PASSWORD, make_user
from wenmai.portal.models import Report

Poems = dict[str, Record]
FIRST_VIEW = 100_000
FOCUSED = """() => {
  const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
  return {key: at.outerHTML.slice(0, 120), tag: at.tagName,
          seen: box.width > 0 && (style.outlineStyle !== 'none' || at.closest('.hunt') !== null)};
}"""


@pytest.fixture(autouse=True)
def _demonstration(settings) -> None:
    settings.DEMO = True


@pytest.fixture
def paths(poems: Poems) -> list[str]:
    number = poems["春曉"].pk
    owner = poems["春曉"].feed.organisation_id
    return [
        "/",
        "/search?q=孟浩然",
        "/search?q=没有这样的一件东西",
        f"/records/{number}",
        f"/records/{number}/raw",
        "/institutions/",
        f"/institutions/{owner}",
        "/places/",
        "/places/990100",
        "/reports/new?page=/",
        "/accessibility",
        "/account/enter",
        "/standards/",
    ]


@pytest.mark.parametrize(("width", "mode", "prefix"), [(360, "elder", ""), (360, "", "/en"), (1280, "", "")])
def test_every_page_can_be_used_by_everybody(
    opened: Opener, live_server: LiveServer, paths: list[str], width: int, mode: str, prefix: str
) -> None:
    page = opened(width, mode=mode, base=live_server.url)
    wrong = []
    for path in paths:
        answer = page.goto(prefix + path)
        assert answer is not None
        assert answer.ok, path
        keep_picture(page, f"live{re.sub('[^a-z0-9]+', '-', prefix + path)}.{width}{mode}")
        wrong += [f"{path}: {overflow(page)} px too wide"] * (overflow(page) > 0)
        wrong += [f"{path}: {line}" for line in violations(page)]
    assert wrong == []


@pytest.mark.parametrize(("width", "mode", "prefix"), [(360, "elder", ""), (1280, "", "/en")])
def test_the_operator_sees_how_far_a_regrading_is(
    opened: Opener, live_server: LiveServer, poems: Poems, width: int, mode: str, prefix: str
) -> None:
    make_user("所长", role="platform_admin")
    Record.objects.filter(pk=poems["春曉"].pk).update(graded_by="")
    assert catalogue.begin_regrading(actor=SYSTEM, now=clock.now())
    page = opened(width, mode=mode, base=live_server.url)
    page.goto(f"{prefix}/desk/login")
    page.locator("input[name=username]").fill("所长")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.goto(f"{prefix}/desk/catalogue/grades/")
    expect(page.get_by_role("progressbar")).to_be_visible()
    keep_picture(page, f"live-grades.{width}{mode}")
    assert (overflow(page), violations(page)) == (0, [])


def test_a_citizen_finds_opens_and_cites(opened: Opener, live_server: LiveServer, poems: Poems) -> None:
    page = opened(360, base=live_server.url, permissions=["clipboard-read", "clipboard-write"])
    page.goto("/")
    page.get_by_role("combobox").fill("不觉晓")
    page.get_by_role("button", name="查找").click()
    expect(page.locator("mark").first).to_have_text("不覺曉")
    page.get_by_role("link", name="春曉").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("春曉")
    page.get_by_role("link", name="竖排").click()
    expect(page.locator(".poem.upright")).to_be_visible()
    page.get_by_role("link", name="简体").click()
    expect(page.locator(".poem")).to_contain_text("春眠不觉晓")
    page.locator("#cite [data-copy]").click()
    expect(page.locator("#cite [data-copy]")).to_have_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()").startswith("孟浩然. 春曉[EB/OL]. [20")


def test_suggestions_by_keyboard(opened: Opener, live_server: LiveServer, poems: Poems) -> None:
    page = opened(base=live_server.url)
    page.goto("/")
    page.get_by_role("combobox").press_sequentially("宿建")
    offer = page.get_by_role("option", name="宿建德江")
    expect(offer).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("ArrowDown")
    expect(offer).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=**")
    expect(page.get_by_role("link", name="宿建德江")).to_be_visible()


def test_everything_is_reached_by_keyboard_and_seen(opened: Opener, live_server: LiveServer, paths: list[str]) -> None:
    page = opened(base=live_server.url)
    for path in paths:
        page.goto(path)
        page.keyboard.press("Tab")
        assert "skip" in page.evaluate(FOCUSED)["key"], path
        wanted = page.evaluate(
            "[...document.querySelectorAll('a[href], button, input:not([type=hidden]), textarea, summary')]"
            ".filter(el => el.checkVisibility() && !(el.type === 'radio' && !el.checked)).length"
        )
        seen = set()
        for _step in range(wanted + 20):
            at = page.evaluate(FOCUSED)
            if at["tag"] == "BODY":
                break
            assert at["seen"], f"{path}: no visible focus on {at['key']}"
            seen.add(page.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)"))
            page.keyboard.press("Tab")
        assert len(seen) >= wanted, f"{path}: {len(seen)} of {wanted} reached"


def test_without_script(opened: Opener, live_server: LiveServer, poems: Poems) -> None:
    page = opened(360, base=live_server.url, script=False)
    page.goto("/search?q=孟浩然")
    expect(page.locator("#filters")).to_be_hidden()
    page.get_by_role("link", name="筛选").click()
    expect(page.locator("#filters")).to_be_visible()
    page.get_by_role("link", name="看结果").click()
    expect(page.locator("#filters")).to_be_hidden()
    page.locator("summary", has_text="▾").click()
    page.get_by_role("link", name="题名").click()
    expect(page).to_have_url(re.compile("sort=title"))
    page.locator(".hit a").first.click()
    page.get_by_role("link", name="纠错").click()
    page.locator("textarea").fill("作者的生卒年不对")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("收到了")
    assert Report.objects.get().subject_kind == "record"


def test_the_first_view_is_light_and_nothing_moves(opened: Opener, live_server: LiveServer, paths: list[str]) -> None:
    page = opened(360, base=live_server.url)
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(len(answer.body()) if answer.ok else 0))
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach(one => window.moved += one.value))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    for path in paths:
        sizes.clear()
        page.goto(path, wait_until="networkidle")
        # Bodies as they are before compression: what goes over the wire is less.
        assert sum(sizes) < FIRST_VIEW, f"{path}: {sum(sizes)} bytes"
        assert page.evaluate("window.moved") < 0.01, path


def focus(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_television_with_five_keys(opened: Opener, live_server: LiveServer, poems: Poems) -> None:
    page = opened(1920, face="tv", base=live_server.url)
    page.goto("/search")
    first = focus(page)
    assert any(title in first for title in poems) or "书影" in first
    gold = page.evaluate("getComputedStyle(document.activeElement).backgroundColor")
    assert gold == "rgb(242, 193, 78)"
    page.keyboard.press("ArrowRight")
    assert focus(page) != first
    page.keyboard.press("ArrowLeft")
    assert focus(page) == first
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.closest('header') !== null"), "up leads to the menu"
    for _step in range(4):
        page.keyboard.press("ArrowDown")
    page.locator(".tile", has_text="春曉").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("春曉")
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("/search$"))
    assert violations(page) == []


STOPS = """() => window.stops = [...document.querySelectorAll(
  'a[href], button:not([disabled]), video[controls], audio[controls], summary, .poem[tabindex], .spoken[tabindex]'
)].filter(el => el.offsetWidth > 0)"""
ARROWS = ("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight")


def unreached(page: Page) -> list[str]:
    """What no row of arrows leads to from where the page begins: each stop is asked where each arrow leads."""
    page.evaluate(STOPS)
    here = "window.stops.indexOf(document.activeElement)"
    waiting, seen = [int(page.evaluate(here))], set()
    while waiting:
        at = waiting.pop()
        if at < 0 or at in seen:
            continue
        seen.add(at)
        for arrow in ARROWS:
            page.evaluate("at => window.stops[at].focus()", at)
            page.keyboard.press(arrow)
            waiting.append(int(page.evaluate(here)))
    names: list[str] = page.evaluate("window.stops.map(el => el.outerHTML.slice(0, 90))")
    return [name for at, name in enumerate(names) if at not in seen]


def test_arrows_lead_to_everything_on_the_television(opened: Opener, live_server: LiveServer, poems: Poems) -> None:
    poem, picture = poems["春曉"], poems["书影"]
    stored = files.make_object(files.picture(640, 480))
    catalogue.attach(record_id=picture.pk, object_id=stored.pk, label="书影", actor=SYSTEM, now=clock.now())
    whole = make_record(poem.feed, "whole", title="唐诗选", description="选本", type="text")
    children = [(one.pk, "") for one in (poem, poems["宿建德江"])]
    catalogue.add_parts(whole_id=whole.pk, parts=children)
    sound = make_record(poem.feed, "sound", title="吟诵", type="audio")
    played = catalogue.attach(
        record_id=sound.pk, object_id=files.make_object(files.sound()).pk, label="吟诵", actor=SYSTEM, now=clock.now()
    )
    words = files.make_object("WEBVTT\n\n00:00.000 --> 00:01.000\n春眠不觉晓\n".encode())
    catalogue.caption(attachment_id=played.pk, object_id=words.pk, language="zh", actor=SYSTEM, now=clock.now())
    english = files.make_object(b"WEBVTT\n\n00:00.000 --> 00:01.000\nDeep in spring sleep\n")
    catalogue.caption(attachment_id=played.pk, object_id=english.pk, language="en", actor=SYSTEM, now=clock.now())
    page = opened(1920, face="tv", base=live_server.url)
    paths = ["/", "/search", "/search?q=孟浩然", "/search?q=qzxv", "/institutions/"]
    paths += [f"/records/{one.pk}" for one in (poem, picture, whole, sound)]
    wrong = {}
    for path in paths:
        page.goto(path)
        keep_picture(page, f"tv{re.sub('[^a-z0-9]+', '-', path)}")
        if missed := unreached(page):
            wrong[path] = missed
    assert wrong == {}
    page.goto(f"/records/{sound.pk}")
    expect(page.locator("audio track[kind=captions]").first).to_have_attribute("srclang", "zh")
    expect(page.locator(".spoken")).to_contain_text("春眠不觉晓")
    page.get_by_role("link", name="英语").click()
    expect(page.locator(".spoken")).to_have_text(re.compile("Deep in spring sleep"))
    expect(page.locator("audio track[kind=captions]").first).to_have_attribute("srclang", "en")
    keep_picture(page, "tv-spoken")
    page.goto(f"/records/{picture.pk}")
    assert focus(page) == "看大图"
    assert violations(page) == []


def test_a_kiosk_counts_down_and_wipes_itself(opened: Opener, live_server: LiveServer, poems: Poems) -> None:
    page = opened(1280, face="kiosk", mode="elder", base=live_server.url)
    page.clock.install()
    page.goto("/search?q=孟浩然")
    page.clock.run_for(45_000)
    countdown = page.get_by_role("alertdialog")
    expect(countdown).to_be_visible()
    assert int(page.locator("[data-seconds]").inner_text()) < 20
    page.get_by_role("button", name="我还在用").click()
    expect(countdown).to_be_hidden()
    page.clock.run_for(61_000)
    page.wait_for_url(f"{live_server.url}/")
    assert page.locator("html").get_attribute("data-mode") == "standard"
    assert page.locator("html").get_attribute("data-face") == "kiosk"
