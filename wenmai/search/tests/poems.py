"""A few poems in two spellings, with what facets and sorts need."""

from wenmai.search.values import Document

AREA = ["44", "4403", "440305"]
TANG, SONG = (618, 907), (960, 1279)


def poem(
    key: int,
    title: str,
    creator: str,
    text: str,
    *,
    years: tuple[int, int] | None = TANG,
    place: int = 3,
    **facets: str,
) -> Document:
    return Document(
        kind="record",
        key=str(key),
        stamp=key,
        title=title,
        creators=(creator,) if creator else (),
        text=text,
        facets={"region": AREA[:place], "type": ["text"], **{name: [code] for name, code in facets.items()}},
        year_from=years[0] if years else None,
        year_to=years[1] if years else None,
    )


POEMS = [
    poem(1, "春曉", "孟浩然", "春眠不覺曉，處處聞啼鳥。夜來風雨聲，花落知多少。", institution="a", theme="spring"),
    poem(2, "春晓", "孟浩然", "春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。", institution="b", theme="spring"),
    poem(3, "静夜思", "李白", "床前明月光，疑是地上霜。举头望明月，低头思故乡。", institution="a", theme="moon"),
    poem(4, "相思", "王維", "紅豆生南國，春來發幾枝。願君多采擷，此物最相思。", institution="b", place=2),
    poem(5, "聲聲慢", "李清照", "尋尋覓覓，冷冷淸淸，悽悽慘慘戚戚。", years=SONG, institution="a", place=1),
    poem(6, "墨池记", "曾巩", "临川之城东，有地隐然而高。", years=SONG, institution="c", theme="moon"),
    poem(7, "舟夜书所见", "查慎行", "月黑见渔灯，孤光一点萤。", years=None, institution="c"),
    poem(8, "春", "朱自清", "盼望著，盼望著，東風來了，春天的腳步近了。", years=(1933, 1933), institution="a"),
    poem(
        9, "Moon over the Mountain Pass", "Li Bai", "The bright moon rises; 明月出天山", institution="b", theme="moon"
    ),
    poem(10, "登鹳雀楼", "王之涣", "白日依山尽，黄河入海流。", institution="a"),
    poem(11, "春望", "杜甫", "国破山河在，城春草木深。", institution="a", theme="spring"),
    poem(12, "", "", "□□{臯兀}……", years=None),
]
