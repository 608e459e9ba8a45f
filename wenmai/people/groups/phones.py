"""A member's whole telephone, for the one who answers for the group: with a reason, once, and the member reads it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from wenmai.lib import clock
from wenmai.lib.access import SIGNED_IN, actor_of, door
from wenmai.people.groups import queries
from wenmai.people.looks import services as looks
from wenmai.people.unmasking import press


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@door(SIGNED_IN)
def member(request: HttpRequest, group_id: int, user_id: int) -> HttpResponse:
    me = actor_of(request).user_id or 0
    if queries.callable_member(group_id, user_id, me) is None:
        raise Http404

    def note(reason: str) -> None:
        if reason:
            looks.record_of_group(request, actor_id=me, person_id=user_id, reason=reason, now=clock.now())

    back = reverse("account_group", args=[group_id])
    return press.ask(request, user_id, press.Place(back, press.OWN, note))
