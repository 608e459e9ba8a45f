"""Several cases of the list at once: passed at a press; sent back or refused after looking at which these are."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wenmai.lib import clock
from wenmai.lib.access import actor_of
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.review import queries, services
from wenmai.review.models import Verdict
from wenmai.review.rules import LONGEST_OPINION
from wenmai.review.wording import sentence

MOST = 100
"""Ticked on one page, in one press."""


def decide_many(request: HttpRequest) -> HttpResponse:
    """Each by the hash that was on the page. A no to several is shown first: what it hits, and with which words."""
    try:
        field = "shown" if "whole_page" in request.POST else "case"
        chosen = [pair(text) for text in request.POST.getlist(field)[:MOST]]
        verdict = Verdict.PASS if "whole_page" in request.POST else Verdict(request.POST.get("verdict", ""))
    except ValueError:
        raise Http404 from None
    words = request.POST.get("words", "").strip()
    if not chosen:
        messages.warning(request, _("请先选中要处理的。"))
    elif verdict != Verdict.PASS and "sure" not in request.POST:
        return _preview(request, chosen, verdict, words)
    else:
        _decide(request, chosen, verdict, words)
    return redirect("desk:review:queue")


def _preview(request: HttpRequest, chosen: Sequence[tuple[int, bytes]], verdict: Verdict, words: str) -> HttpResponse:
    """Only what is still as it was read and waits for this person; the rest is counted."""
    rows = queries.waiting_among(actor_of(request), [case_id for case_id, _hash in chosen])
    read = dict(chosen)
    lines = [one for one in queries.queue_lines(rows) if one.hash == read[one.id]]
    if not lines:
        messages.warning(request, _("选中的都变了，或者别人处理过，请再看一遍。"))
        return redirect("desk:review:queue")
    context = {
        "lines": lines, "left": len(chosen) - len(lines), "verdict": verdict, "words": words[:LONGEST_OPINION],
        "longest": LONGEST_OPINION,
    }  # fmt: skip
    return render(request, "review/many.html", context)


def _decide(request: HttpRequest, chosen: Sequence[tuple[int, bytes]], verdict: Verdict, words: str) -> None:
    try:
        done = services.decide(cases=chosen, verdict=verdict, words=words, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
        return
    if len(done.closed) == len(chosen):
        raise PermissionDenied
    tell_decided(request, done)


def tell_decided(request: HttpRequest, done: services.Decided) -> None:
    """What was done, and why the rest was not."""
    if done.done:
        told = ngettext("处理了 %(n)s 件。", "处理了 %(n)s 件。", len(done.done))
        messages.success(request, told % {"n": len(done.done)}, extra_tags="good")
    for cases, words in (
        (done.changed, _("有 %(n)s 件在您看过之后变了，或者别人处理过，没有处理，请再看一遍。")),
        (done.own, _("有 %(n)s 件是您自己的，要请同事审核。")),
        (done.before, _("有 %(n)s 件您已经审过前面一步，这一步要换一个人。")),
        (done.closed, _("有 %(n)s 件的这一步不归您审。")),
    ):
        if cases:
            messages.warning(request, words % {"n": len(cases)})


def pair(text: str) -> tuple[int, bytes]:
    """ "12:9f…": the case and the hash that was on the page."""
    number, _colon, digest = text.partition(":")
    case_id = row_number(number)
    if case_id is None or len(digest) > 128:
        raise ValueError(text)
    return case_id, bytes.fromhex(digest)
