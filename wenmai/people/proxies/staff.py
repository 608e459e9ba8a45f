"""The desk's pages for proxies of people who have no telephone: given and ended at a counter, with both there."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from wenmai.institutions import queries as institutions
from wenmai.lib import clock, looks, masks, sought
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people import attempts, matters
from wenmai.people import queries as people
from wenmai.people.proxies import queries, services
from wenmai.people.proxies.forms import CounterProxyForm
from wenmai.people.proxies.wording import sentence
from wenmai.people.rules import Document, plain_name, read_document

PER_PAGE = 50
RECORD = "proxies.record"


def of_proxy(request: HttpRequest, proxy_id: int) -> Reach:
    """The counter where it was given; others are nobody's but their two people's."""
    reach = queries.reach(proxy_id)
    if reach is None:
        raise Http404
    return reach


@require_http_methods(["GET", "HEAD", "POST"])
@door(RECORD, shows=True)
def index(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return sought.ask(request)
    actor, now = actor_of(request), clock.now()
    words = sought.words(request)
    page = Paginator(queries.recorded(actor.scope(RECORD), words, now), PER_PAGE).get_page(request.GET.get("page"))
    looks.note_list(request, len(page), reason="words" if words else "")
    lines = [(one, matters.words(one.matters), one.ended_at is None and one.until > now) for one in page]
    return render(request, "people/proxies/list.html", {"page": page, "lines": lines, "q": words})


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@door(RECORD)
def new(request: HttpRequest) -> HttpResponse:
    """Filled in, looked at with both names, written down."""
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        try:
            return _take(request, form)
        except Refused as refusal:
            field = {"proxy_until": "until", "proxy_nothing": "matters"}.get(refusal.code)
            if refusal.code in ("proxy_unproved", "counter_code_over", "proxy_tries"):
                field = "code"
            form.add_error(field or form.field_of(refusal.code), sentence(refusal))
    return render(request, "people/proxies/counter.html", {"form": form}, status=400 if form.errors else 200)


@require_POST
@door(RECORD, of=of_proxy)
def end(request: HttpRequest, proxy_id: int) -> HttpResponse:
    try:
        services.end_at_counter(proxy_id=proxy_id, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        messages.success(request, _("代办已经终止。"), extra_tags="good")
    return redirect("desk:people:proxies")


def _form(request: HttpRequest) -> CounterProxyForm:
    actor = actor_of(request)
    own = people.grants_of([actor.user_id or 0])[actor.user_id or 0]
    here = next((one.organisation_id for one in own if one.organisation_id), None)
    return CounterProxyForm(request.POST or None, scope=actor.scope(RECORD), initial={"place": str(here or "")})


def _take(request: HttpRequest, form: CounterProxyForm) -> HttpResponse:
    """Refused: as the service, counter_code_over, proxy_tries, and what is wrong with the document."""
    asked, now = form.cleaned_data, clock.now()
    place_id = int(asked["place"])
    reach = institutions.reach(place_id)
    if reach is None or not actor_of(request).may(RECORD, reach):
        raise PermissionDenied
    document: Document = read_document(
        asked["document"], asked["number"], today=timezone.localdate(now), demo=settings.DEMO
    )  # fmt: skip
    proxy = _proxy(request, asked["code"])
    if "confirm" not in request.POST:
        there = queries.person_of(document)
        for one in (proxy.user_id, *([there.user_id] if there else [])):
            looks.note(request, one, reason="code")
        if there is not None and there.can_log_in:
            raise Refused("proxy_logs_in")
        context: dict[str, Any] = {
            "form": form, "proxy": proxy, "name": masks.name(plain_name(asked["name"])),
            "number": masks.document(document.number), "matters": matters.words(asked["matters"]),
        }  # fmt: skip
        return render(request, "people/proxies/confirm.html", context)
    services.record_at_counter(
        proxy_user_id=proxy.user_id, document=document, holder=asked["name"], matters=asked["matters"],
        until=asked["until"], place_id=place_id, actor=actor_of(request), now=now,
    )  # fmt: skip
    messages.success(request, _("登记好了，请把证件还给两位。"), extra_tags="good")
    return redirect("desk:people:proxies")


def _proxy(request: HttpRequest, code: str) -> queries.Shown:
    now, who = clock.now(), f"clerk {actor_of(request).user_id}"
    if attempts.begin_login("counter", who, now.timestamp()):
        raise Refused("proxy_tries")
    user_id = people.at_counter(code, now)
    if user_id is None:
        raise Refused("counter_code_over")
    attempts.login_succeeded("counter", who)
    found = queries.person(user_id)
    if found is None:
        raise Refused("proxy_unproved")
    return found
