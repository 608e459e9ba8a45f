"""The page of a broadcast: nothing is asked of another machine before somebody says so."""

import datetime as dt

from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from wenmai.activities.queries import live as queries
from wenmai.activities.queries import recordings
from wenmai.activities.rules import State
from wenmai.activities.rules.live import Signal, host_of
from wenmai.lib import clock, faces
from wenmai.lib.access import is_staff, public
from wenmai.lib.pages import render
from wenmai.standards import queries as standards
from wenmai.usage import rules as usage_rules
from wenmai.usage import services as usage

AFTER = dt.timedelta(hours=2)
ON = (Signal.UNKNOWN, Signal.LIVE, Signal.FAILING)
"""Somebody may try to watch: what could not be reached from here may be reached from there."""


@public
@never_cache
@require_safe
def live(request: HttpRequest, session_id: int) -> HttpResponse:
    found = queries.broadcast(session_id)
    if found is None or found.session.activity.shown is None:
        raise Http404
    edition, now = found.session.activity.shown, clock.now()
    if faces.is_minor(request) and not {*edition.audiences} & {*standards.pool("minors")}:
        return render(request, "portal/outside.html", status=403)
    is_off = found.session.state in (State.CANCELLED, State.POSTPONED)
    is_soon = now < found.session.begins_at and found.signal != Signal.LIVE
    may_watch = not is_off and not is_soon and found.signal in ON and now < found.session.ends_at + AFTER
    watches = may_watch and request.GET.get("watch") == "1"
    context = {
        "one": found, "session": found.session, "edition": edition, "host": host_of(found.address), "is_off": is_off,
        "is_soon": is_soon, "may_watch": may_watch, "watches": watches, "library": _library(),
        "recordings": [
            one
            for one in recordings.watchable(found.session.activity_id, for_minors=faces.is_minor(request))
            if one.session_id == session_id
        ],
    }  # fmt: skip
    answer = render(request, "activities/live.html", context)
    if watches:
        # its pieces may come from another of the machines that are allowed
        media = " ".join(sorted(f"https://{one.host}" for one in queries.hosts()))
        # the library fetches the pieces itself and hands them to the player
        answer["Content-Security-Policy"] = (
            f"{faces.POLICY}; media-src 'self' blob: {media}; connect-src 'self' {media}"
        )
        answer["Referrer-Policy"] = "no-referrer"
        if request.method == "GET":
            usage.note(
                kind="live.enter", subject_kind="session", subject_key=session_id,
                organisation_id=found.session.activity.organisation_id, now=now,
                counted=usage_rules.counted(request.headers, by_staff=is_staff(request)),
            )  # fmt: skip
    return answer


def _library() -> str:
    """Where browsers that cannot play HLS by themselves get what can; "" where the package is not installed."""
    try:
        return str(staticfiles_storage.url("hls.js/dist/hls.light.min.mjs"))
    except ValueError:
        return ""
