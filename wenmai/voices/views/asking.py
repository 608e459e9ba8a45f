"""Asking without an account: the form, then a code to the telephone, then it is sent."""

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from wenmai.institutions import queries as institutions
from wenmai.lib import clock, faces
from wenmai.lib.access import NOBODY, actor_of, public
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people import services as people
from wenmai.voices import services
from wenmai.voices.forms import EVERYWHERE, PhoneWishForm
from wenmai.voices.rules.steps import Channel
from wenmai.voices.wording import CODES, sentence

PURPOSE, SALT, CODE_S = "need", "voices.ask", 900
"""What the code is for; for how long the page with its number may be sent. Ours."""


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Nothing is kept before the code is right: the words travel in the page."""
    if actor_of(request).user_id is not None:
        return redirect("my_needs:new")
    form = PhoneWishForm(request.POST or None, initial=asked_first(request), **near(request))
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, status=400 if form.errors else 200)
    token, now = request.POST.get("sent", "")[:200], clock.now()
    code = "".join(letter for letter in request.POST.get("code", "")[:20] if letter.isdecimal())
    try:
        if "again" in request.POST or not token:
            return _page(request, form, sent=_send(request, form.cleaned_data["phone"]))
        _check(token, form.cleaned_data["phone"], code)
        services.collect(
            organisation_id=row_number(form.cleaned_data["organisation"]) or 0, wish=form.wish(),
            sender=services.Sender(phone=form.cleaned_data["phone"], client=services.client_of(_address(request), now)),
            channel=channel_of(request), key=form.cleaned_data["key"], actor=NOBODY, now=now,
        )  # fmt: skip
    except Refused as refusal:
        words = CODES.get(refusal.code)
        said = str(words) % {"detail": refusal.detail} if words else _spoken(refusal)
        return _page(request, form, sent=token if refusal.code == "code_wrong" else "", wrong=said, status=400)
    return redirect("needs:thanks")


def _spoken(refusal: Refused) -> str:
    try:
        return sentence(refusal)
    except KeyError:
        return _("现在发不出短信，请登录后再提，或者打电话给我们。")


def asked_first(request: HttpRequest) -> dict[str, str]:
    """What an address may bring along: the institution."""
    return {"organisation": request.GET.get("organisation", "")[:18]}


def near(request: HttpRequest) -> dict[str, Any]:
    """Which institutions a form offers first: those of the place that somebody has chosen."""
    code = faces.region_of(request)
    place = code if code and institutions.place(code) is not None else ""
    return {"place": place, "few": institutions.few_serving_options(EVERYWHERE, place)}


def channel_of(request: HttpRequest) -> str:
    return Channel.KIOSK if faces.face_of(request) == "kiosk" else Channel.WEB


def _page(
    request: HttpRequest, form: PhoneWishForm, *, sent: str = "", wrong: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "sent": sent, "wrong": wrong}
    return render(request, "voices/ask.html", context, status=status)


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _send(request: HttpRequest, phone: str) -> str:
    asker = people.Asker(address=_address(request), device=f"need-{_address(request)}")
    number = people.send_code(phone=phone, purpose=PURPOSE, asker=asker, actor=NOBODY, now=clock.now())
    return signing.dumps([number, phone], salt=SALT)


def _check(token: str, phone: str, code: str) -> None:
    """The code belongs to this very telephone. Refused: code_over, code_wrong."""
    try:
        number, sent_to = signing.loads(token, salt=SALT, max_age=CODE_S)
    except (signing.BadSignature, ValueError) as error:
        raise Refused("code_over") from error
    if sent_to != phone:
        raise Refused("code_over")
    people.check_code(code_id=number, purpose=PURPOSE, code=code, now=clock.now())


@public
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "voices/thanks.html")
