"""The invented province: 漪岭省 and its institutions.

Its codes begin with 99, which GB/T 2260 gives to nobody, and its names occur in no gazetteer (a test looks).
"""

import datetime as dt
from typing import NamedTuple

from wenmai.institutions import queries, services
from wenmai.lib.access import Actor

PROVINCE, CITY, OTHER_CITY = "990000", "990100", "990200"
DISTRICT, COUNTY, TOWNSHIP = "990102", "990121", "990121100"
VILLAGES = ("990121100200", "990121100201", "990121100202")
# Code, name, the place above.
PLACES = (
    (PROVINCE, "漪岭省", ""),
    (CITY, "汐川市", PROVINCE),
    (OTHER_CITY, "霁川市", PROVINCE),
    (DISTRICT, "檀汀区", CITY),
    (COUNTY, "槿溪县", CITY),
    (TOWNSHIP, "菱渡镇", COUNTY),
    (VILLAGES[0], "柘汀村", TOWNSHIP),
    (VILLAGES[1], "苇渡村", TOWNSHIP),
    (VILLAGES[2], "桑屿村", TOWNSHIP),
)
STEMS = tuple(name[:2] for _code, name, _above in PLACES)


class Institution(NamedTuple):
    """`key` is ours, for the other parts of the demonstration; the two parents are keys too."""

    key: str
    name: str
    short_name: str
    kind: str
    place: str
    administrative: str
    professional: str
    intro: str


INSTITUTIONS = (
    Institution(
        "province_office", "漪岭省文化和旅游厅", "省文旅厅", "admin", PROVINCE, "", "",
        "统筹全省公共数字文化建设，发布标准，汇总成效。",
    ),
    Institution(
        "province_library", "漪岭省图书馆", "省图书馆", "library", PROVINCE, "province_office", "",
        "全省书目与数字资源的汇集点，负责总目录与业务指导。",
    ),
    Institution(
        "province_culture", "漪岭省文化馆", "省文化馆", "culture_center", PROVINCE, "province_office", "",
        "组织全民艺术普及，制作并提供慕课、讲座与演出录像。",
    ),
    Institution(
        "city_office", "汐川市文化和旅游局", "市文旅局", "admin", CITY, "province_office", "",
        "协调全市图书馆、文化馆和基层服务点。",
    ),
    Institution(
        "city_library", "汐川市图书馆", "市图书馆", "library", CITY, "city_office", "province_library",
        "全市总分馆体系的中心馆，收藏地方文献与古代诗文。",
    ),
    Institution(
        "city_culture", "汐川市文化馆", "市文化馆", "culture_center", CITY, "city_office", "province_culture",
        "收集和录制民间音乐、戏曲与手艺，面向全市开设公益课程。",
    ),
    Institution(
        "district_library", "檀汀区图书馆", "区图书馆", "library", DISTRICT, "city_office", "city_library",
        "老城里的图书馆，常年举办诗词读书会。",
    ),
    Institution(
        "other_city_library", "霁川市图书馆", "霁川图书馆", "library", OTHER_CITY, "province_office",
        "province_library",
        "以另一套版本整理古代诗文，与省图书馆互为补充。",
    ),
    Institution(
        "county_office", "槿溪县文化和旅游局", "县文旅局", "admin", COUNTY, "city_office", "",
        "安排全县的服务菜单、配送与巡回。",
    ),
    Institution(
        "county_library", "槿溪县图书馆", "县图书馆", "library", COUNTY, "county_office", "city_library",
        "县域总馆，编目、采购与配送都在这里。",
    ),
    Institution(
        "county_culture", "槿溪县文化馆", "县文化馆", "culture_center", COUNTY, "county_office", "city_culture",
        "带着乡镇文艺队伍排练，也把他们的作品录下来。",
    ),
    Institution(
        "troupe", "槿溪县山歌艺术团", "山歌艺术团", "supplier", COUNTY, "county_office", "",
        "县里的民营团队，会芦笙和铜鼓，常年下乡演出。",
    ),
    Institution(
        "opera", "槿溪县花灯剧社", "花灯剧社", "supplier", COUNTY, "county_office", "",
        "唱花灯戏的老社团，能带一台灯和锣鼓进村。",
    ),
    Institution(
        "station", "菱渡镇综合文化站", "镇文化站", "station", TOWNSHIP, "county_office", "county_library",
        "镇上的分馆：借书、看展、上课、放映。",
    ),
    Institution(
        "village_1", "柘汀村综合性文化服务中心", "柘汀村", "village_center", VILLAGES[0], "station", "station",
        "村口祠堂旁的服务点，有书架、投影和一块广场。",
    ),
    Institution(
        "village_2", "苇渡村综合性文化服务中心", "苇渡村", "village_center", VILLAGES[1], "station", "station",
        "渡口边的服务点，周末放电影。",
    ),
    Institution(
        "village_3", "桑屿村综合性文化服务中心", "桑屿村", "village_center", VILLAGES[2], "station", "station",
        "岛上的服务点，网络慢，资源先到先存。",
    ),
)  # fmt: skip


def load(*, actor: Actor, now: dt.datetime) -> dict[str, int]:
    """Makes what is missing of the province and its institutions; key -> organisation id."""
    for code, name, above in PLACES:
        services.create_place(code=code, name=name, parent_code=above, demo=True, actor=actor, now=now)
    made = {view.name: view.id for view in queries.demo_organisations()}
    ids: dict[str, int] = {}
    for one in INSTITUTIONS:
        ids[one.key] = made.get(one.name) or _make(one, ids, actor, now)
    return ids


def _make(one: Institution, ids: dict[str, int], actor: Actor, now: dt.datetime) -> int:
    return services.create_organisation(
        name=one.name,
        short_name=one.short_name,
        kind=one.kind,
        place_code=one.place,
        administrative_parent_id=ids.get(one.administrative),
        professional_parent_id=ids.get(one.professional),
        intro=one.intro,
        demo=True,
        actor=actor,
        now=now,
    ).pk
