"""Faces and modes: the same page on a phone or desk, a television and a kiosk; in the usual size or larger.

`choose` is the middleware, `site` the context processor: every template sees one value called `site`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import DisallowedHost, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.request import split_domain_port
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wenmai.lib.access import OnBehalf, acting

FACES = ("web", "tv", "kiosk")
MODES = ("standard", "elder")
YEAR = 365 * 24 * 3600
REGION = "region"
# No inline script or style anywhere: a page that needs more sets its own header.
POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "img-src 'self' data:; require-trusted-types-for 'script'"
)


class Entry(NamedTuple):
    """One place of the navigation."""

    label: str
    url: str
    icon: str
    current: bool
    tab: bool


class Switch(NamedTuple):
    """A link to this same page in another language or mode."""

    label: str
    url: str
    lang: str
    current: bool


class Place(NamedTuple):
    """`tab`: among the five that a phone and a kiosk have room for; the others stand in the foot of the page.
    `typed`: people type there, which they do not on a television."""

    name: str
    label: str | Promise
    icon: str
    tab: bool = True
    typed: bool = False


# In the order of the menu; a page whose module is not installed is left out.
PLACES = (
    Place("portal:home", _("首页"), "home"),
    Place("portal:search", _("总目录"), "book"),
    Place("activities:index", _("活动"), "activity"),
    Place("venues:index", _("场馆"), "door", typed=True),
    Place("portal:institutions", _("机构"), "hall", tab=False),
    Place("standards:index", _("标准"), "rule", tab=False),
    Place("account_home", _("我的"), "person", typed=True),
)
LANGUAGES = (("zh-hans", "中文", "zh-Hans"), ("en", "English", "en"))


@dataclass(frozen=True, slots=True)
class Site:
    """What every page knows of its node and of the way it is being looked at."""

    name: str
    seal: str
    organiser: str
    icp: str
    police: str
    contact: str
    brand: str
    demo: bool
    face: str
    mode: str
    lang: str
    base: str
    here: str
    phone_url: str
    nav: Sequence[Entry]
    languages: Sequence[Switch]
    elder: Switch
    minors: Switch
    search_url: str
    suggest_url: str
    machines_url: str
    desk_url: str
    acting: OnBehalf | None = None


def choose(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Sets `request.face` and `request.mode`, and the policy. `?face=` and `?mode=` are kept in cookies;
    without them the host name decides.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        _refuse_too_many(request)
        face, mode = _asked(request, "face", FACES), _asked(request, "mode", MODES)
        request.face = face or _kept(request, "face", FACES) or _face_of_host(request)  # type: ignore[attr-defined]
        request.mode = mode or _kept(request, "mode", MODES) or "standard"  # type: ignore[attr-defined]
        response = get_response(request)
        for name, value in (("face", face), ("mode", mode)):
            if value:
                response.set_cookie(name, value, max_age=YEAR, httponly=True, samesite="Lax")
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Security-Policy", POLICY)
            patch_vary_headers(response, ("Cookie",))
        return response

    return middleware


def _refuse_too_many(request: HttpRequest) -> None:
    """The page that refuses a question with too many parts asks it too: it must not stumble over it again."""
    try:
        request.GET  # noqa: B018 -- read for the first time
    except TooManyFieldsSent:
        request.GET = QueryDict()
        raise


def face_of(request: HttpRequest | None) -> str:
    """The face this request is answered in; `web` where no middleware ran (a failed start, a test)."""
    return str(getattr(request, "face", "web"))


def mode_of(request: HttpRequest | None) -> str:
    return str(getattr(request, "mode", "standard"))


def region_of(request: HttpRequest) -> str:
    """The code of the place whose things somebody wants to see first, kept on the device; "" is everywhere."""
    code = request.COOKIES.get(REGION, "")
    return code if re.fullmatch(r"[0-9]{6,12}", code) else ""


def is_minor(request: HttpRequest | None) -> bool:
    """Whether this is answered in the mode for minors: only what suits them is listed, found and opened."""
    return bool(getattr(request, "minor", False))


def site(request: HttpRequest) -> dict[str, Site]:
    """Context processor."""
    face, mode, lang = face_of(request), mode_of(request), get_language() or settings.LANGUAGE_CODE
    other_mode = "standard" if mode == "elder" else "elder"
    return {
        "site": Site(
            name=settings.SITE_NAME,
            seal=settings.SITE_SEAL,
            organiser=settings.SITE_ORGANISER,
            icp=settings.SITE_ICP,
            police=settings.SITE_POLICE_FILING,
            contact=settings.SITE_CONTACT,
            brand=settings.SITE_BRAND,
            demo=settings.DEMO,
            face=face,
            mode=mode,
            lang="en" if lang.startswith("en") else "zh-Hans",
            base=f"base.{face}.html",
            here=request.get_full_path(),
            phone_url=_phone_url(request),
            nav=_nav(lang, request.path, face),
            languages=_languages(request, lang),
            elder=Switch("", _same_page(request, mode=other_mode), "", mode == "elder"),
            minors=Switch("", _url("account_minors", lang), "", is_minor(request)),
            search_url=_url("portal:search", lang),
            suggest_url=_url("portal:suggest", lang),
            machines_url=_url("api_guide", lang),
            desk_url=_url("desk:home", lang),
            acting=acting(request),
        )
    }


def _asked(request: HttpRequest, name: str, known: tuple[str, ...]) -> str:
    value = request.GET.get(name, "")
    return value if value in known else ""


def _kept(request: HttpRequest, name: str, known: tuple[str, ...]) -> str:
    value = request.COOKIES.get(name, "")
    return value if value in known else ""


def _face_of_host(request: HttpRequest) -> str:
    host = split_domain_port(request.headers.get("Host", ""))[0]
    return "tv" if host in settings.TV_HOSTS else "kiosk" if host in settings.KIOSK_HOSTS else "web"


def _same_page(request: HttpRequest, **changes: str) -> str:
    asked = {key: values for key, values in request.GET.lists() if key not in ("face", "mode")}
    query = urlencode({**asked, **changes}, doseq=True)
    return f"{request.path}?{query}" if query else request.path


def _phone_url(request: HttpRequest) -> str:
    """This page for a phone: at the node's own address when the television has a host name to itself."""
    path = _same_page(request, face="web")
    try:
        return settings.BASE_URL + path if _face_of_host(request) != "web" else request.build_absolute_uri(path)
    except DisallowedHost:  # the page that refuses it is drawn too
        return settings.BASE_URL + path


def _languages(request: HttpRequest, lang: str) -> tuple[Switch, ...]:
    here = _same_page(request)
    return tuple(
        Switch(label, here if lang == code else translate_url(here, code), tag, lang == code)
        for code, label, tag in LANGUAGES
    )


def _nav(lang: str, path: str, face: str) -> tuple[Entry, ...]:
    home = _url("portal:home", lang)
    return tuple(
        Entry(str(one.label), url, one.icon, path == url if url == home else path.startswith(url), one.tab)
        for one in PLACES
        if (url := _url(one.name, lang)) and not (one.typed and face == "tv")
    )


@lru_cache(maxsize=64)
def _url(name: str, lang: str) -> str:
    """`lang` is part of the key: the address carries the language."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def contrast_with_white(colour: str) -> float:
    """Contrast of a `#rrggbb` against white, 1–21 (WCAG 2.2, relative luminance); 0 for what is no colour."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        return 0.0
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
