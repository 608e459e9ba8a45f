"""What the field names as a norm or specification is in the registry, each in its family, or it is said why not.

The list is ours, drawn up from the field's own literature; a number without a year means any edition.
"""

import re

import pytest

from wenmai.standards import queries, wording
from wenmai.standards.rules.values import Family, Kind

NAMED = {
    Family.RESOURCE: """WH/T 45—2012, WH/T 46—2012, WH/T 49—2012, WH/T 50—2012, WH/T 51—2012, WH/T 52—2012,
        WH/T 62—2014, WH/T 63—2014, WH/T 64—2014, WH/T 65—2014, WH/T 66—2014, WH/T 67—2014, WH/T 68—2014,
        GB/T 31219.1, GB/T 31219.2, GB/T 31219.3, GB/T 31219.4, GB/T 31219.5, GB/T 25100—2010, GB/T 33286—2016,
        WH/T 0503—1996, 中图法, 视频资源数字化加工格式规范 V2.0""",
    Family.TECHNICAL: """WH/T 48—2012, WH/T 72—2015, WH/Z 1—2012, GB/T 2260, GB/T 10114, GB/T 22239—2019,
        GB/T 37668—2019, GB 32100, GB 11643, GB/T 4880, GB/T 3304, GB/T 7408.1, GB/T 4754, GB/T 32918, GB/T 32905,
        GB/T 32907, GB/T 38636, 统计用区划代码编制规则, ISO 8601, OAI-PMH 2.0, DCMI Terms, METS, PREMIS 2.1, SRU,
        Z39.50, NCIP, SIP2, OpenID Connect Core 1.0, RFC 7636, CAS, RFC 9562, FIPS 180-4, WGS 84, GCJ-02, TIFF 6.0,
        JPEG, WebP, ICC.1, PDF/A, EPUB 3, WAV, MP3, AAC, H.264, MP4, RFC 8216""",
    Family.SERVICE: """GB/T 28220—2023, GB/T 32939—2016, GB/T 32940—2016, GB/T 41375—2022, DB3311/T 168—2021,
        DB4403/T 265—2022, DB4413/T 2—2019, 国家基本公共文化服务指导标准, 数字文化馆工作指南（试行）,
        移动互联网应用适老化通用设计规范, 移动互联网未成年人模式建设指南""",
    Family.MANAGEMENT: """办公共发〔2019〕63号, GB/T 2828.1—2012, ISO 2859-1, GB/T 35273—2020, GB/T 7156—2003,
        GB/T 9704—2012, 公共文化服务保障法, 公共图书馆法, 网络安全法,
        人脸识别技术应用安全管理办法, 人工智能生成合成内容标识办法""",
    Family.PERFORMANCE: """WH/T 47—2012, GB/T 13191—2025, ISO 2789, GB/T 29182, ISO 11620, DB33/T 2155—2018,
        COUNTER 5, 第七次全国公共图书馆评估定级标准, 第五次全国文化馆评估定级标准, 文旅基3表""",
}
# Named too, but no norm of any of the five families.
LEFT_OUT = {
    "HTTP, TLS, HMAC, JSON, CSV, XML": "the ground that everything stands on; nobody chooses by them",
    "政务服务平台统一身份认证": "an interface without a published specification that was seen",
    "综合监测与应急指挥平台": "an interface without a published specification that was seen",
    "三审三校": "a practice of publishing houses, without a document of its own",
    "国家公共文化服务体系示范区": "a competition with thresholds of each round, no standing norm",
}


def number_of(text: str) -> str:
    """Without the year."""
    return re.sub(r"—[0-9]{4}\Z", "", text)


@pytest.mark.parametrize("family", NAMED)
def test_every_named_norm_is_in_its_family(family: Family) -> None:
    there = {entry.number for entry in queries.entries(family)}
    there |= {number_of(number) for number in there}
    named = [one.strip() for one in NAMED[family].split(",")]
    assert [one for one in named if one not in there] == []
    assert len(named) == len(set(named))


def test_nothing_is_listed_that_nobody_named() -> None:
    """But for our own entries, newer editions, and what our code goes by."""
    named = {number_of(one.strip()) for names in NAMED.values() for one in names.split(",")}
    for entry in queries.entries():
        known = number_of(entry.number) in named or entry.number.startswith("GB/T 25100.")
        assert known or entry.ours or entry.used_by, entry.number
        assert not any(entry.number in names for names in LEFT_OUT)


def test_what_is_not_verified_is_called_no_norm_on_any_page() -> None:
    for entry in queries.entries():
        verified, unverified = wording.KIND[entry.kind]
        if entry.kind in {Kind.NATIONAL, Kind.INDUSTRY, Kind.LOCAL, Kind.INTERNATIONAL}:
            assert "标准" in str(verified)
            assert "标准" not in str(unverified)
        if entry.ours:
            assert str(verified) == str(unverified) == "本系统默认"
        assert set(entry.used_by) <= set(wording.MODULE)
