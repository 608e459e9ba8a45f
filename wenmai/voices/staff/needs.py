"""The desk's list of needs, one of them with all that is done about it, and a telephone that has to be called."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.lib import clock, lists, looks, presses
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.numbers import row_number
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.review import queries as review
from wenmai.voices import queries, services
from wenmai.voices.forms import ContactForm, DecideForm, FaceForm, LinkForm, kinds
from wenmai.voices.queries import alike
from wenmai.voices.queries.reviewing import face_of
from wenmai.voices.rules import links
from wenmai.voices.rules.needs import REVIEWED
from wenmai.voices.rules.steps import Step
from wenmai.voices.staff import export
from wenmai.voices.wording import sentence

PER_PAGE = 50
VIEW, CHANGE, DECIDE = "needs.view", "needs.change", "needs.decide"


def of_need(request: HttpRequest, need_id: int, **_more: Any) -> Reach:
    """Where its institution lies."""
    reach = queries.reach(need_id)
    if reach is None:
        raise Http404
    return reach


@require_safe
@door(VIEW)
def index(request: HttpRequest) -> HttpResponseBase:
    """`as=xlsx`: what the page is narrowed to, as a workbook."""
    asked = {name: request.GET.get(name, "").strip()[:60] for name in ("step", "kind", "q", "late")}
    scope = actor_of(request).scope(VIEW)
    rows = queries.listed(
        scope, step=asked["step"], kind=asked["kind"], words=asked["q"], late=asked["late"] == "1"
    )  # fmt: skip
    if request.GET.get("as") == "xlsx":
        return export.table(rows.iterator(chunk_size=500))
    page = lists.page_of(request, rows, PER_PAGE)
    today = timezone.localdate(clock.now())
    context = {
        **asked, "page": page, "lines": queries.lines(list(page.object_list), today), "steps": Step.choices,
        "kinds": kinds(), "may_enter": actor_of(request).may("needs.enter"),
        "may_change": actor_of(request).may(CHANGE),
    }  # fmt: skip
    return render(request, "voices/desk_index.html", context)


@require_safe
@door(VIEW, of=of_need, shows=True)
def need(request: HttpRequest, need_id: int) -> HttpResponse:
    return _page(request, need_id)


def _page(request: HttpRequest, need_id: int, wrong: dict[str, Any] | None = None) -> HttpResponse:
    found, actor = queries.need(need_id), actor_of(request)
    assert found is not None, "the door has found it"
    heard, reach = queries.heard(need_id), of_need(request, need_id)
    looks.note_list(request, len(heard))
    may_change, today = actor.may(CHANGE, reach), timezone.localdate(clock.now())
    face = face_of(found)
    (line,) = queries.lines([found], today)
    offered = [(one.key, str(one.name)) for one in links.kinds().values()]
    context: dict[str, Any] = {
        "one": found, "line": line, "heard": heard, "joined": queries.joined(need_id), "face": face,
        "alike": alike.alike(found) if may_change and found.head_id is None else [],
        "linked": queries.linked(found), "may_change": may_change, "may_decide": actor.may(DECIDE, reach),
        "face_form": FaceForm(initial=face._asdict()), "decide_form": DecideForm(),
        "link_form": LinkForm(offered=offered), "kinds": kinds(),
        "begins": [one for one in links.kinds().values() if one.begin and actor.may(one.permission, reach)],
        "waits_review": bool(review.open_cases(REVIEWED, [str(need_id)])),
        "trail": queries.trail(need_id),
        **(wrong or {}),
    }  # fmt: skip
    return render(request, "voices/desk_need.html", context, status=400 if wrong else 200)


@require_POST
@door(VIEW, of=of_need, shows=True)
def act(request: HttpRequest, need_id: int, deed: str) -> HttpResponse:
    """One of `DEEDS`, with the permission that it asks for."""
    if deed not in DEEDS_DONE:
        raise Http404
    permission, do = DEEDS_DONE[deed]
    if not actor_of(request).may(permission, of_need(request, need_id)):
        raise PermissionDenied
    by = {"need_id": need_id, "actor": actor_of(request), "now": clock.now()}
    try:
        do(request, by)
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    except _Odd as odd:
        return _page(request, need_id, odd.forms)
    else:
        messages.success(request, _("办好了。"), extra_tags="good")
    return redirect("desk:voices:need", need_id=need_id)


class _Odd(Exception):
    """A form that has to be filled in again."""

    def __init__(self, **forms: Any) -> None:
        super().__init__()
        self.forms = forms


def _decide(request: HttpRequest, by: dict[str, Any]) -> None:
    form = DecideForm(request.POST)
    if not form.is_valid():
        raise _Odd(decide_form=form)
    services.decide(outcome=form.cleaned_data["outcome"], reason=form.cleaned_data["reason"], **by)


def _face(request: HttpRequest, by: dict[str, Any]) -> None:
    form = FaceForm(request.POST)
    if not form.is_valid():
        raise _Odd(face_form=form)
    services.write_face(face=form.face(), **by)


def _number(request: HttpRequest, name: str) -> int:
    return row_number(request.POST.get(name, "")[:18]) or 0


def _join(request: HttpRequest, by: dict[str, Any]) -> None:
    """This one into another one, or (`here`) another one into this."""
    other = _number(request, "other")
    if request.POST.get("here") == "1":
        services.join(**{**by, "need_id": other}, head_id=by["need_id"])
    else:
        services.join(head_id=other, **by)


DEEDS_DONE: dict[str, tuple[str, Any]] = {
    "sort": (CHANGE, lambda request, by: services.sort(kind=request.POST.get("kind", "")[:30], **by)),
    "join": (CHANGE, _join),
    "part": (CHANGE, lambda _request, by: services.part(**by)),
    "assess": (CHANGE, lambda _request, by: services.assess(**by)),
    "decide": (DECIDE, _decide),
    "link": (
        CHANGE,
        lambda request, by: services.link(
            kind=request.POST.get("kind", "")[:20], key=request.POST.get("key", "").strip()[:40], **by
        ),
    ),
    "unlink": (CHANGE, lambda request, by: services.unlink(link_id=_number(request, "link"), **by)),
    "face": (CHANGE, _face),
    "deliver": (CHANGE, lambda _request, by: services.deliver(**by)),
}


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE, of=of_need, shows=True)
def contact(request: HttpRequest, need_id: int, asker_id: int) -> HttpResponse:
    """A telephone whole: why first, then once; a page that is loaded again asks again."""
    whole, back = queries.contact(need_id, asker_id), reverse("desk:voices:need", args=[need_id])
    if not whole:
        raise Http404
    looks.note_list(request, 1, reason=f"need:{need_id}")
    form, status, again = ContactForm(request.POST or None), 200, ""
    if request.method == "POST":
        if not presses.spend(request):
            form, status, again = ContactForm(), 409, _("联系方式只显示一次。还要看，请再说一次为什么。")
        elif not form.is_valid():
            status = 400
        else:
            services.note_contact(
                need_id=need_id, reason=form.cleaned_data["reason"], actor=actor_of(request), now=clock.now()
            )
            return render(request, "voices/desk_contact_shown.html", {"contact": whole, "back": back})
    context = {"form": form, "token": presses.new(request), "again": again, "back": back}
    return render(request, "voices/desk_contact.html", context, status=status)
