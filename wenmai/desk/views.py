import datetime as dt
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from wenmai.catalogue import queries as catalogue
from wenmai.desk.boards import day_of
from wenmai.desk.menu import PAGES
from wenmai.institutions import queries as institutions
from wenmai.lib import clock, waiting
from wenmai.lib.access import Actor, Scope, actor_of, door, public
from wenmai.lib.lists import so_many
from wenmai.lib.pages import render
from wenmai.people import queries as people

SHELVES, NEXT, VILLAGE = 8, 3, "village_admin"


class Page(NamedTuple):
    """One page of the desk that a person can turn to."""

    name: str | Promise
    url: str
    words: str | Promise


class Duty(NamedTuple):
    """Something that waits; `total` in words."""

    name: str | Promise
    url: str
    words: str | Promise
    total: str
    since: dt.datetime | None


class Shelf(NamedTuple):
    """One organisation on the first page: what waits there, and what readers see."""

    organisation: institutions.OrganisationView
    waiting: int
    published: int


@door("desk.open")
def home(request: HttpRequest) -> HttpResponse:
    """What waits for this person, and where: where most waits stands first, then those above."""
    actor = actor_of(request)
    if all(grant.role == VILLAGE for grant in actor.grants):
        return _village(request, actor)
    mine = actor.scope("desk.open")
    context = {
        "actor": actor,
        "duties": _duties(actor),
        "groups": _groups(actor),
        "shelves": _shelves(actor, mine),
        "organisation_count": institutions.ids_within(mine).count(),
        "may_review": actor.may("catalogue.review"),
        "may_open": actor.may("organisations.view"),
    }
    return render(request, "desk/home.html", context)


def _village(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Five big things and nothing else, for a telephone in a village."""
    own = [one.organisation_id for one in people.grants_of([actor.user_id or 0])[actor.user_id or 0]]
    places = institutions.names({one for one in own if one})
    now = clock.now()
    rows = [pair for pair in day_of(actor, timezone.localdate(now)).rows if pair[1].ends_at > now]
    context = {
        "actor": actor, "places": sorted(places.values()), "duties": _duties(actor), "today": rows[:NEXT],
        "more": max(len(rows) - NEXT, 0),
    }  # fmt: skip
    return render(request, "desk/village.html", context)


def _shelves(actor: Actor, scope: Scope) -> list[Shelf]:
    most = catalogue.queue(institutions.ids_within(actor.scope("catalogue.review")), SHELVES).most
    published = catalogue.latest_counts()
    busy = institutions.organisations(most)
    shown = {one: busy[one] for one in most} | {view.id: view for view in institutions.topmost(scope, SHELVES)}
    return [Shelf(view, most.get(one, 0), published.get(one, 0)) for one, view in list(shown.items())[:SHELVES]]


def _duties(actor: Actor) -> list[Duty]:
    return [
        Duty(
            one.name, reverse(one.page) + (f"?{one.query}" if one.query else ""), one.words,
            so_many(waits.total), waits.since,
        )
        for one, waits in waiting.of(actor)
    ]  # fmt: skip


def _groups(actor: Actor) -> list[tuple[str | Promise, list[Page]]]:
    groups = [
        (
            heading,
            [Page(one.name, reverse(one.page), one.words) for one in pages if one.is_for(actor)],
        )
        for heading, pages in PAGES
    ]
    return [(heading, pages) for heading, pages in groups if pages]


@require_safe
@public
def login(request: HttpRequest) -> HttpResponse:
    """There is one login for everybody; this address leads there, and back to the desk."""
    wanted = request.GET.get("next") or reverse("desk:home")
    return redirect(f"{reverse('account_login')}?{urlencode({'next': wanted})}")


@require_POST
@public
def logout(request: HttpRequest) -> HttpResponse:
    """There is one way out for everybody."""
    return redirect("account_logout", preserve_request=True)
