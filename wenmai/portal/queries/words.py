"""Words for codes, in the language of the request."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from django.core.cache import caches
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from wenmai.institutions import queries as institutions
from wenmai.standards import queries as standards

NAME_KEPT_SECONDS = 300
OPEN_LICENCES = ("public_domain", "cc_by", "cc_by_sa", "cc_by_nc", "free_use")
FACETS = {
    "type": gettext_lazy("类型"),
    "period": gettext_lazy("年代"),
    "institution": gettext_lazy("馆藏机构"),
    "region": gettext_lazy("地区"),
    "licence": gettext_lazy("可以怎么用"),
    "theme": gettext_lazy("主题"),
    "language": gettext_lazy("语种"),
}
SORTS = {
    "relevance": pgettext_lazy("排序", "相关"),
    "year": pgettext_lazy("排序", "年代从早到晚"),
    "-year": pgettext_lazy("排序", "年代从晚到早"),
    "newest": pgettext_lazy("排序", "新入藏"),
    "title": pgettext_lazy("排序", "题名"),
}
EXPORTS = {
    "marcxml": "MARC21 XML",
    "iso2709": "MARC21 ISO 2709",
    "mods": "MODS",
    "oai_dc": gettext_lazy("都柏林核心"),
    "qdc": gettext_lazy("限定都柏林核心"),
    "wenmai": gettext_lazy("完整格式 XML"),
}
LICENCE_WORDS = {
    "public_domain": gettext_lazy("任何人都可以用，不必征得同意。转载请注明馆藏单位。"),
    "cc_by": gettext_lazy("可以用、可以改，要写明作者。"),
    "cc_by_sa": gettext_lazy("可以用、可以改，要写明作者，改出来的也要这样开放。"),
    "cc_by_nc": gettext_lazy("可以用、可以改，要写明作者，不能拿来赚钱。"),
    "free_use": gettext_lazy("可以免费看、下载和使用，请注明馆藏单位。"),
    "login": gettext_lazy("登录以后可以看。"),
    "onsite": gettext_lazy("要到馆里才能看。"),
    "restricted": gettext_lazy("只给获得授权的人看，请向馆藏单位询问。"),
    "unknown": gettext_lazy("提供的机构没有写明，用之前请向它询问。"),
}
WORK_RULES = {
    "isbn": gettext_lazy("国际标准书号和题名一致"),
    "incipit": gettext_lazy("题名、作者、首句一致"),
    "title": gettext_lazy("题名、作者、类型一致"),
}


def term(vocabulary: str, code: str) -> str:
    """The label of a code; the code itself for one that the vocabulary does not list."""
    return str(standards.vocabulary(vocabulary).label(code)) if code else ""


def named(facet: str, codes: Iterable[str]) -> Mapping[str, str]:
    """Code -> label, for the values of one facet."""
    wanted = list(codes)
    if facet == "institution":
        return {code: _institution(int(code)) if code.isdigit() else code for code in wanted}
    if facet == "region":
        chains = {code: institutions.ancestors(code) for code in wanted}
        return {code: chain[-1][1] if chain else code for code, chain in chains.items()}
    label: Callable[[str], str] = partial(term, facet)
    return {code: label(code) for code in wanted}


def _institution(number: int) -> str:
    """Names change once in years: they are asked for at most every five minutes."""

    def ask() -> str:
        found = institutions.organisation(number)
        return found.name if found else str(number)

    return str(caches["memory"].get_or_set(f"portal.institution.{number}", ask, NAME_KEPT_SECONDS))


def years(first: int | None, last: int | None) -> str:
    """700—800 年, 800 年以后, 前 221 年以前."""
    if first is not None and last is not None:
        return _("%(first)s—%(last)s 年") % {"first": year(first), "last": year(last)}
    if first is not None:
        return _("%(year)s 年以后") % {"year": year(first)}
    return _("%(year)s 年以前") % {"year": year(last or 0)}


def year(number: int) -> str:
    return _("前 %(year)s") % {"year": -number} if number < 0 else str(number)
