"""Sample records, as `formats` would give them."""

from wenmai.formats.values import Elements, Value


def elements(**values: str | list[str]) -> Elements:
    """`title="春晓"` becomes `{"title": [Value("春晓", "$.title")]}`."""
    return {
        code: [Value(text, f"$.{code}") for text in ([texts] if isinstance(texts, str) else texts)]
        for code, texts in values.items()
    }


POEM = elements(
    title="春晓",
    creator="孟浩然",
    type="text",
    format="text/plain",
    language="zh",
    licence="public_domain",
    identifier="qts-160-1",
    date="唐",
    temporal="唐",
    theme="reading",
    part_of="全唐诗 卷一百六十",
    text="春眠不觉晓，处处闻啼鸟。",
)
BOOK = elements(
    title="一本书",
    creator="某人",
    contributor=["译者", "校者"],
    type="ebook",
    format="application/pdf",
    language=["zh", "en"],
    rights="出版社所有",
    licence="login",
    isbn="978-7-5013-5749-9",
    publisher="一家出版社",
    date="2016",
    extent="91 页",
    link="https://example.org/books/1",
)
FILM = elements(
    title="村晚",
    type="video",
    format="video/mp4",
    language="zh",
    licence="cc_by",
    duration="0:12:30",
    resolution="1920×1080",
    frame_rate="25",
)
EVENING = elements(
    title="消夏音乐会",
    type="activity",
    licence="free_use",
    starts="2026-07-18",
    venue="文化馆广场",
    organiser="文化馆",
    description="本地乐团演奏",
    theme="arts",
)
