"""One's own needs: asking, how far each is, saying whether it was delivered; and needing what others asked for."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.lib import clock, lists
from wenmai.lib.access import SIGNED_IN, actor_of, door
from wenmai.lib.levels import Level
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.voices import queries, services
from wenmai.voices.forms import BackForm, WishForm
from wenmai.voices.models import Asker
from wenmai.voices.rules.steps import Step
from wenmai.voices.views.asking import asked_first, channel_of, near
from wenmai.voices.wording import sentence

MATTERS = ("needs",)
PER_PAGE = 20


def _own_id(request: HttpRequest) -> int:
    return actor_of(request).for_id or 0


@require_safe
@door(SIGNED_IN, matters=MATTERS)
def index(request: HttpRequest) -> HttpResponse:
    page = lists.page_of(request, queries.mine(_own_id(request)), PER_PAGE)
    return render(request, "voices/mine.html", {"page": page, "rows": [(one, head_of(one)) for one in page]})


def head_of(one: Asker) -> Any:
    """Whose steps count."""
    return one.need.head or one.need


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN, level=Level.PHONE, matters=MATTERS)
def new(request: HttpRequest) -> HttpResponse:
    form = WishForm(request.POST or None, initial=asked_first(request), **near(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = services.collect(
                organisation_id=row_number(form.cleaned_data["organisation"]) or 0, wish=form.wish(),
                sender=services.Sender(user_id=_own_id(request)), channel=channel_of(request),
                key=f"{_own_id(request)}:{form.cleaned_data['key']}"[:64], actor=actor_of(request), now=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, _("收到了。办到哪一步都会告诉您。"), extra_tags="good")
            return redirect("my_needs:need", need_id=made.pk)
    return render(request, "voices/new.html", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN, matters=MATTERS)
def need(request: HttpRequest, need_id: int) -> HttpResponse:
    asker = queries.asker_of(need_id, _own_id(request))
    if asker is None:
        raise Http404
    context, answered = progress(request, asker)
    if answered:
        return redirect("my_needs:need", need_id=need_id)
    return render(request, "voices/mine_one.html", context, status=400 if context["form"].errors else 200)


def progress(request: HttpRequest, asker: Asker) -> tuple[dict[str, Any], bool]:
    """What a page says of somebody's part in a need; with POST, what they say back, and whether that was taken."""
    head = head_of(asker)
    is_asked = head.step == Step.ANSWERED and head.called_at is not None and asker.said_at is None
    is_post = request.method == "POST"
    form = BackForm(request.POST if is_post else None, is_promised=head.outcome != Step.DECLINED)
    if is_post and form.is_valid():
        try:
            services.say_back(
                asker_id=asker.pk, delivered=form.was_delivered(), score=form.cleaned_data["score"],
                actor=actor_of(request), now=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, _("记下了，谢谢。"), extra_tags="good")
            return {}, True
    shown = queries.cards([head]) if head.shown is not None and not head.is_down else []
    context = {
        "asker": asker, "one": asker.need, "head": head, "is_asked": is_asked, "form": form,
        "card": shown[0] if shown else None, "people": queries.supporters([head.pk]).get(head.pk, 0),
        "is_joined": asker.need.head_id is not None,
    }  # fmt: skip
    return context, False


@require_POST
@door(SIGNED_IN, level=Level.PHONE, matters=MATTERS)
def second(request: HttpRequest, need_id: int) -> HttpResponse:
    """I need that too."""
    try:
        is_new = services.second(
            need_id=need_id, user_id=_own_id(request), actor=actor_of(request), now=clock.now()
        )  # fmt: skip
    except Refused as refusal:
        if refusal.code == "unknown_need":
            raise Http404 from refusal
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        said = _("加上了您一份，有进展告诉您。") if is_new else _("您已经在里面了。")
        messages.success(request, said, extra_tags="good")
    return redirect("needs:need", need_id=need_id)
