import pytest

from wenmai.standards.rules import parse_years, period_code, period_years
from wenmai.standards.rules.tables import tables


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("1983", (1983, 1983)),
        ("1983-05", (1983, 1983)),
        ("1983-05-12", (1983, 1983)),
        ("19830512", (1983, 1983)),
        ("2019-12-31T08:00:00Z", (2019, 2019)),
        ("１９８３年５月", (1983, 1983)),
        ("[1983?]", (1983, 1983)),
        ("c1983.", (1983, 1983)),
        ("May 1983", (1983, 1983)),
        ("一九八三年五月", (1983, 1983)),
        ("二〇一九年", (2019, 2019)),
        ("0618", (618, 618)),
        ("1983-1990", (1983, 1990)),
        ("1983/1990", (1983, 1990)),
        ("1998-99", (1998, 1999)),
        ("1983-", (1983, 9999)),
        ("1644-今", (1644, 9999)),
        ("689—740", (689, 740)),
        ("198-", (1980, 1989)),
        ("198-?", (1980, 1989)),
        ("19--", (1900, 1999)),
        ("1980s", (1980, 1989)),
        ("196?", (1960, 1969)),
        ("19世纪", (1801, 1900)),
        ("十九世纪末", (1801, 1900)),
        ("20世纪80年代", (1980, 1989)),
        ("公元前3世纪", (-300, -201)),
        ("19th century", (1801, 1900)),
        ("5th c. BC", (-500, -401)),
        ("公元前221年", (-221, -221)),
        ("前221年", (-221, -221)),
        ("221 BC", (-221, -221)),
        ("-0220", (-221, -221)),
        ("公元前475—前221", (-475, -221)),
        ("前475-221", (-475, -221)),
        ("前206—220", (-206, 220)),
        ("唐", (618, 907)),
        ("〔唐〕", (618, 907)),
        ("唐代", (618, 907)),
        ("晚唐", (618, 907)),
        ("明末清初", (1368, 1911)),
        ("宋元", (960, 1368)),
        ("後周", (902, 979)),
        ("先秦", (-2070, -222)),
        ("民国", (1912, 1949)),
        ("民国二十三年", (1934, 1934)),
        ("民國23年", (1934, 1934)),
        ("民国元年", (1912, 1912)),
        ("明治三十年", (1897, 1897)),
    ],
)
def test_dates_are_read(text, years):
    assert parse_years(text) == years


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("开皇九年", (589, 589)),
        ("贞观十九年", (645, 645)),
        ("開元二十三年", (735, 735)),
        ("天宝十四载", (755, 755)),
        ("会昌五年", (845, 845)),
        ("後晉天福十二年", (947, 947)),
        ("显德六年", (959, 959)),
        ("熙宁元年", (1068, 1068)),
        ("元祐三年", (1088, 1088)),
        ("靖康二年", (1127, 1127)),
        ("紹興十二年", (1142, 1142)),
        ("宋淳熙八年刻本", (1181, 1181)),
        ("重熙十年", (1041, 1041)),
        ("大定二十九年", (1189, 1189)),
        ("辽大安元年", (1085, 1085)),
        ("金大安元年", (1209, 1209)),
        ("至正十年", (1350, 1350)),
        ("明天顺元年", (1457, 1457)),
        ("洪武三十一年", (1398, 1398)),
        ("万历四十八年", (1620, 1620)),
        ("崇禎十七年", (1644, 1644)),
        ("康熙六十一年", (1722, 1722)),
        ("乾隆六十年", (1795, 1795)),
        ("清光緒三年", (1877, 1877)),
        ("光绪三十四年", (1908, 1908)),
        ("[清光绪10年]", (1884, 1884)),
        ("清光绪三年（1877）", (1877, 1877)),
        ("清康熙年间(1662-1722)", (1662, 1722)),
        ("宣统三年", (1911, 1911)),
        ("光绪丁丑", (1877, 1877)),
        ("同治甲戌", (1874, 1874)),
        ("康熙甲子", (1684, 1684)),
        ("明万历刻本", (1573, 1620)),
        ("清康熙间", (1662, 1722)),
        ("明洪武至永乐间", (1368, 1424)),
        ("光绪三年至五年", (1877, 1879)),
        # a name used twice, or a year of the cycle that came twice: the span of what it can mean
        ("唐上元二年", (675, 761)),
        ("至元三年", (1266, 1337)),
        ("康熙壬寅", (1662, 1722)),
    ],
)
def test_year_names_are_read(text, years):
    assert parse_years(text) == years


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "n.d.",
        "不详",
        "孟浩然",
        "光绪五十年",
        "太平天国",
        "大中学校",
        "12345",
        "甲子",
        "9" * 500,
        "年" * 119,
        "(",
    ],
)
def test_what_is_no_date_is_none(text):
    assert parse_years(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("唐", "tang"),
        ("〔唐〕", "tang"),
        ("唐代", "tang"),
        ("清光緒三年", "qing"),
        ("淳熙八年", "southern_song"),
        ("1877", "qing"),
        ("1934", "republic"),
        ("1983", "contemporary"),
        ("五代", "five_dynasties"),
        ("明末清初", None),
        ("1600-1700", None),
        ("不详", None),
    ],
)
def test_the_period_of_a_text(text, code):
    assert period_code(text) == code


def test_years_of_periods():
    assert period_years("tang") == (618, 907)
    assert period_years("none") is None


def test_a_period_lies_within_its_parent():
    known = tables()
    for code, parent in known.parents.items():
        if parent:
            (first, last), (from_, to) = known.periods[code], known.periods[parent]
            # the Northern Dynasties began before the south did
            assert code == "northern_dynasties" or (from_ <= first and last <= to), code


@pytest.mark.parametrize(
    "period", ["sui", "tang", "five_dynasties", "northern_song", "southern_song", "yuan", "ming", "qing"]
)
def test_year_names_follow_each_other_without_a_gap(period):
    eras = sorted({(e.first, e.last) for eras in tables().eras.values() for e in eras if e.period == period})
    reached = eras[0][1]
    for first, last in eras:
        assert first <= reached + 1, (period, first)
        reached = max(reached, last)
