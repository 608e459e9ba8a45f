"""Everybody's own pages about their data: consents and the switch, a copy to take away,
and the end of the account."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wenmai.lib import clock, personal
from wenmai.lib.access import SIGNED_IN, actor_of, door
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people.models import User
from wenmai.people.privacy import closing, consents, exporting, holding, queries
from wenmai.people.views import steps
from wenmai.people.wording import sentence


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """One form for each purpose; nothing is given by anything but its own button."""
    user = _own(request)
    if request.method == "POST":
        return _decide(request, user)
    language = get_language() or "zh-hans"
    context = {
        "consents": holding.consents(user.pk, language),
        "history": holding.history(user.pk, language),
    }
    return render(request, "people/privacy/own.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN)
@steps.shown_lately
def export(request: HttpRequest) -> HttpResponse:
    """A copy of what is kept about oneself: asked for here, and taken from here once it is made."""
    user = _own(request)
    if request.method == "POST":
        try:
            language = get_language() or "zh-hans"
            exporting.ask_export(user_id=user.pk, language=language, actor=actor_of(request), now=clock.now())
        except Refused as refusal:
            messages.error(request, sentence(refusal), extra_tags="bad")
        else:
            messages.success(request, _("正在准备，几分钟就好。"), extra_tags="good")
        return redirect("account_export")
    return render(request, "people/privacy/export.html", {"exports": queries.exports(user.pk, clock.now())})


@require_safe
@door(SIGNED_IN)
@steps.shown_lately
def export_file(request: HttpRequest, export_id: int) -> HttpResponseBase:
    user, now = _own(request), clock.now()
    try:
        found = exporting.note_fetched(export_id=export_id, user_id=user.pk, actor=actor_of(request), now=now)
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
        return redirect("account_export")
    response = StreamingHttpResponse(exporting.content(found.pk), content_type="application/zip")
    response.headers["Content-Length"] = str(found.size)
    response.headers["Content-Disposition"] = f'attachment; filename="wenmai-{found.asked_at:%Y%m%d}.zip"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN)
@steps.shown_lately
def close(request: HttpRequest) -> HttpResponse:
    """What becomes of everything, and the wish to close the account: every session ends with it, this one too."""
    user = _own(request)
    person = exporting.person_of(user)
    if request.method == "POST" and request.POST.get("sure"):
        try:
            language = get_language() or "zh-hans"
            made = closing.ask_closing(user_id=user.pk, language=language, actor=actor_of(request), now=clock.now())
        except Refused as refusal:
            messages.error(request, sentence(refusal), extra_tags="bad")
            return redirect("account_close")
        logout(request)
        return render(request, "people/privacy/closing_asked.html", {"closing": made})
    context = {
        "objections": personal.objections(person), "preview": queries.preview(person), "days": settings.CLOSING_DAYS,
    }  # fmt: skip
    return render(request, "people/privacy/close.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN)
def think_better(request: HttpRequest) -> HttpResponse:
    """Whoever comes in while their account waits to be closed is asked before anything else."""
    user = _own(request)
    found = queries.closing_of(user.pk)
    if found is None:
        request.session.pop(queries.CLOSING, None)
        return redirect("account_home")
    if request.method == "POST" and request.POST.get("keep") == "yes":
        closing.keep_account(user_id=user.pk, actor=actor_of(request), now=clock.now())
        request.session.pop(queries.CLOSING, None)
        messages.success(request, _("账号保留了，什么也没有少。"), extra_tags="good")
        return redirect("account_home")
    if request.method == "POST":
        logout(request)
        return render(request, "people/privacy/closing_asked.html", {"closing": found})
    return render(request, "people/privacy/closing.html", {"closing": found})


def _decide(request: HttpRequest, user: User) -> HttpResponse:
    said, purpose = request.POST.get("said"), request.POST.get("purpose", "")
    if said not in ("yes", "no"):
        raise BadRequest
    by: dict[str, Any] = {"actor": actor_of(request), "now": clock.now()}
    try:
        if said == "yes":
            version = row_number(request.POST.get("version", "")) or 0
            consents.give_consent(user_id=user.pk, purpose=purpose, version=version, **by)
            messages.success(request, _("已同意，随时可以撤回。"), extra_tags="good")
        else:
            consents.withdraw_consent(user_id=user.pk, purpose=purpose, **by)
            messages.success(request, _("已撤回，为此记下的都删除了。"), extra_tags="good")
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    return redirect("account_privacy")


def _own(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
