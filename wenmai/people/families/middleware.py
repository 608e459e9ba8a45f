"""Who is a child is known on every page that somebody with a session asks for."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase

from wenmai.lib.pages import render
from wenmai.people.families import queries, rules
from wenmai.people.families.wording import CLOSED
from wenmai.people.models import User


def before_work(request: HttpRequest, view: Any, *args: Any) -> HttpResponseBase | None:
    """Pages that are not for children, or that nobody has consented to, say so."""
    name = request.resolver_match.url_name if request.resolver_match else ""
    if not name or not _may_be_closed(name) or not isinstance(request.user, User):
        return None
    child = queries.child(request.user.pk)
    if child is None:
        return None
    why = rules.closed_to(name, stage=child.stage, consented=queries.consented(child.id))
    return render(request, "people/families/closed.html", {"why": CLOSED[why]}, status=403) if why else None


def _may_be_closed(name: str) -> bool:
    return bool(rules.closed_to(name, stage=rules.UNDER_14, consented=frozenset()))
