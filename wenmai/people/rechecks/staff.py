"""The desk's pages for rechecks: whether a system is asked, answers that nobody believes, cards that are suspended."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wenmai.lib import clock, looks
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.lists import page_of
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people.rechecks import queries, services
from wenmai.people.rechecks.forms import RecheckForm
from wenmai.people.views import card_systems
from wenmai.people.wording import sentence

PER_PAGE = 50
CHANGE = card_systems.CHANGE


def of_doubt(request: HttpRequest, card_id: int) -> Reach:
    """Where the library of the suspended card lies."""
    reach = queries.reach(card_id)
    if reach is None:
        raise Http404
    return reach


@require_POST
@door(CHANGE, of=card_systems.of_system)
def change(request: HttpRequest, system_id: int) -> HttpResponse:
    form = RecheckForm(request.POST)
    if not form.is_valid():
        return card_systems.page(request, system_id, recheck_form=form)
    try:
        services.set_recheck(system_id=system_id, **form.cleaned_data, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, _("已保存。"), extra_tags="good")
    return redirect("desk:people:card_system", system_id=system_id)


@require_POST
@door(CHANGE, of=card_systems.of_system)
def release(request: HttpRequest, system_id: int) -> HttpResponse:
    """Somebody has asked the library."""
    is_true = request.POST.get("answers") == "true"
    try:
        services.release(system_id=system_id, is_true=is_true, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        done = _("照图书馆说的办，下一轮就改。") if is_true else _("下一轮再问一次。")
        messages.success(request, done, extra_tags="good")
    return redirect("desk:people:card_system", system_id=system_id)


@require_safe
@door(CHANGE, shows=True)
def doubts(request: HttpRequest) -> HttpResponse:
    page = page_of(request, queries.doubts(actor_of(request).scope(CHANGE)), PER_PAGE)
    lines = [queries.doubt(row) for row in page]
    looks.note_list(request, 0)
    for line in lines:
        looks.note(request, line.user_id)
    return render(request, "people/card_doubts.html", {"page": page, "lines": lines})


@require_POST
@door(CHANGE, of=of_doubt)
def settle(request: HttpRequest, card_id: int) -> HttpResponse:
    is_same = request.POST.get("reader") == "same"
    try:
        services.settle_doubt(card_id=card_id, is_same=is_same, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        done = _("是同一位读者，证恢复了。") if is_same else _("不是同一位读者，绑定解除了。")
        messages.success(request, done, extra_tags="good")
    return redirect("desk:people:card_doubts")
