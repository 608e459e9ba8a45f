"""Specimens of the pages of sources: full, empty and failing, without a database."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from wenmai.catalogue.models import Feed
from wenmai.catalogue.queries import FeedStanding
from wenmai.formats.oai import Identity, MetadataFormat, SetEntry
from wenmai.harvest.forms import BeginningForm, ClosingForm, MappingForm, SettingsForm
from wenmai.harvest.models import Source
from wenmai.harvest.probing import Probe
from wenmai.harvest.queries import MappingLine, SourceLine
from wenmai.harvest.sampling import Column, Made, Sample, Sampled
from wenmai.lib import clock
from wenmai.lib.access import Actor, Grant
from wenmai.lib.picking import Option
from wenmai.standards import queries as standards
from wenmai.standards.models import MappingEdition, OwnMapping
from wenmai.standards.rules.plain import plain

ADMINISTRATOR = Actor(1, "总管", (Grant("platform_admin", frozenset({"sources.change"})),))
LONG = "https://opac.library.example.org/oai-pmh/provider/with/a/very/long/path/that/does/not/break?database=all"
SAMPLED = Sampled(
    1, "oai:example:000000000000000000000000001", "天宝初南曹小司寇舅于我太夫人堂下累土为山", (
        Made("title", "题名", "天宝初南曹小司寇舅于我太夫人堂下累土为山一匮盈尺", "dc:title[1]"),
        Made("creator", "创建者", "杜甫", "dc:creator[1]"),
        Made("link", "链接", LONG, "dc:identifier[2]"),
    ), "1C",
)  # fmt: skip
REJECTED = Sampled(
    3, "", "", (), reason="记录没有自己的编号，以后无法再找到它。", detail="No key.", excerpt="无号,," * 30
)


def make_pages() -> Mapping[str, tuple[str, dict[str, Any]]]:
    """Name of a specimen -> template and context."""
    feed = Feed(pk=1, name="市图书馆馆藏书目（含地方文献与家谱）", code="a", format="oai_dc", crosswalk="oai_dc")
    about = {
        "source": Source(pk=1, kind="oai", address=LONG),
        "feed": feed,
        "format": "都柏林核心（XML）",
        "mapping": "简单都柏林核心（oai_dc）",
        "standing": FeedStanding(12345, 12000, 345),
    }
    owner = SimpleNamespace(id=1, name="澜桥市图书馆", code="1")
    step = {"kind": "oai", "institution": owner, "begun": SimpleNamespace(urlencode="kind=oai"), "prefixes": []}
    probed = {**step, "probe": make_probe(), "prefixes": ["oai_dc"]}
    failed = Probe(failures=[("找不到来源的主机名。", "opac.library.example.org: no such host")])
    sample = Sample(
        "csv", [Column("题名", "静夜思", ["题名"]), Column("备注" * 20, "", [])], [SAMPLED], [REJECTED], 3, 1, 1, True
    )
    return {
        **_mappings(sample),
        "source-begin": (
            "harvest/new.html",
            {"beginning": BeginningForm(actor=ADMINISTRATOR, few=[Option("1", f"{owner.name}（澜桥市，1）")])},
        ),
        "source-begin-wrong": (
            "harvest/new.html",
            {"beginning": BeginningForm({"kind": "x"}, actor=ADMINISTRATOR)},
        ),
        "source-new": ("harvest/new.html", {**step, "form": _settings()}),
        "source-probed": (
            "harvest/new.html",
            {**probed, "form": _settings()},
        ),
        "source-unreachable": ("harvest/new.html", {**step, "form": _settings({"name": ""}), "probe": failed}),
        "source-change": ("harvest/change.html", {**about, **step, "form": _settings()}),
        "source-close": ("harvest/close.html", {**about, "form": ClosingForm({"leaves": "keep"})}),
        "source-preview": ("harvest/preview.html", {**about, "sample": sample, "name": "表格.csv", "token": "t"}),
    }


def _mappings(sample: Sample) -> dict[str, tuple[str, dict[str, Any]]]:
    text = standards.mapping_text("marc21").encode()
    draft = standards.read_mapping(text)
    about = {"plain": plain(draft.plan, standards.element_labels()), "draft": draft}
    used = SourceLine(Source(pk=1, kind="upload"), "市图书馆馆藏书目", "a", "市图书馆", None)
    line = MappingLine("own-recordings", "文化馆录音登记表", ("csv", "xlsx"), False, 2, "澜桥市文化馆", None, 0, 3, 3)
    lines = [line, line._replace(edition=0, owner="", seen=1, elsewhere=0, in_use=0, retired_at=clock.now())]
    own = OwnMapping(name=line.name, retired_at=clock.now(), retiring_reason="换了系统")
    form = MappingForm(None, actor=ADMINISTRATOR, initial={"text": text.decode()[:2000]})
    wrong = MappingForm({"text": ""}, {})
    wrong.add_error(None, "对照表里有一处写法不对。（rules[0].clean[0]: there is no cleanup 'sparkle'）")
    edition = MappingEdition(number=2, note="加上时长", decider_name="编目员", at=clock.now())
    changes = {"may_change": True, "may_add": True}
    return {
        "mappings": ("harvest/mappings.html", {"groups": [("自己写的", lines), ("通用", [])], "may_add": True}),
        "mapping": (
            "harvest/mapping.html",
            {**about, **changes, "line": line, "sources": [used], "editions": [edition]},
        ),
        "mapping-retired": (
            "harvest/mapping.html",
            {**about, **changes, "line": lines[1], "own": own, "error": "不能"},
        ),
        "mapping-new": ("harvest/mapping_new.html", {"form": form}),
        "mapping-tried": ("harvest/mapping_new.html", {**about, "form": form, "sample": sample, "mapping": line.name}),
        "mapping-wrong": ("harvest/mapping_new.html", {"form": wrong, "mapping": line.name}),
    }


def make_probe() -> Probe:
    identity = Identity("省馆联合目录", LONG, "2.0", "2001-01-01", "transient", "YYYY-MM-DD", ())
    formats = (MetadataFormat("oai_dc", "", "http://www.openarchives.org/OAI/2.0/oai_dc/"),)
    sets = tuple(SetEntry(f"set:{number}", f"专题{number}") for number in range(40))
    return Probe(identity, formats, sets, True, SAMPLED)


def _settings(values: dict[str, Any] | None = None) -> SettingsForm:
    return SettingsForm(
        values,
        kind="oai",
        administers=True,
        is_new=True,
        crosswalks=["oai_dc", "csv"],
        initial={"address": LONG, "name": "书目"},
    )
