import pytest

from wenmai.lib.refusal import Refused
from wenmai.usage import rules

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (Linux; Android 13; CUBOT NOTE 50) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36"
WECHAT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.42"
)
TV = "Mozilla/5.0 (Linux; Android 9; Smart TV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/90.0 Safari/537.36"


@pytest.mark.parametrize("agent", [FIREFOX, PHONE, WECHAT, TV])
def test_people_are_counted(agent: str) -> None:
    assert rules.counted({"User-Agent": agent}, by_staff=False)


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0)",
        "Sogou web spider/4.0",
        "Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (compatible; Bytespider)",
        "YisouSpider",
        "360Spider",
        "curl/8.5.0",
        "Wget/1.21",
        "python-requests/2.31",
        "python-httpx/0.28",
        "Go-http-client/2.0",
        "OAIHarvester/1.0",
        "facebookexternalhit-crawler",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0 Safari/537.36",
    ],
)
def test_robots_that_say_so_are_not(agent: str) -> None:
    assert not rules.counted({"User-Agent": agent}, by_staff=False)


def test_staff_at_their_work_is_not() -> None:
    assert not rules.counted({"User-Agent": FIREFOX}, by_staff=True)


@pytest.mark.parametrize("header", ["Sec-Purpose", "Purpose"])
def test_what_is_fetched_ahead_is_not(header: str) -> None:
    assert not rules.counted({"User-Agent": FIREFOX, header: "prefetch;prerender"}, by_staff=False)


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (0, "0"), (1, "1-9"), (9, "1-9"), (10, "10-99"), (99, "10-99"), (100, "100-999"), (999, "100-999"),
        (1_000, "1000-9999"), (9_999, "1000-9999"), (10_000, "10000+"), (390_000, "10000+"),
    ],
)  # fmt: skip
def test_bands_of_hits(total: int, band: str) -> None:
    assert rules.hits_band(total) == band
    assert band in rules.BANDS


@pytest.mark.parametrize(
    ("kind", "subject_kind", "key", "code"),
    [
        ("page.view", "record", "1", "unknown_kind"),
        ("record.open", "person", "1", "bad_subject"),
        ("record.open", "record", "", "bad_subject"),
        ("record.open", "record", "x" * 257, "bad_subject"),
        ("record.open", "record", "1\0", "bad_subject"),
        ("search.query", "hits", "李白的身份证号", "bad_subject"),
    ],
)
def test_what_is_not_taken(kind: str, subject_kind: str, key: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        rules.check(kind, subject_kind, key)
    assert refused.value.code == code


def test_the_words_of_a_search_are_not_repeated_in_the_refusal() -> None:
    with pytest.raises(Refused) as refused:
        rules.check("search.query", "hits", "李白的身份证号")
    assert "李白" not in str(refused.value)
