"""What the pages of a source have in common."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from wenmai.catalogue import queries as catalogue
from wenmai.harvest import queries
from wenmai.harvest.models import Run, Source
from wenmai.harvest.rules.words import FORMATS, REFUSALS, said, schedule_words, words
from wenmai.institutions import queries as institutions
from wenmai.lib.access import Reach, actor_of
from wenmai.lib.refusal import Refused
from wenmai.standards import queries as standards


def of_source(request: HttpRequest, source_id: int, **kwargs: Any) -> Reach:
    """Where a source lies: at the institution of its feed."""
    reach = queries.reach(source_id)
    if reach is None:
        raise Http404
    return reach


def source_or_404(source_id: int) -> Source:
    one = queries.source(source_id)
    if one is None:
        raise Http404
    return one


def run_or_404(source_id: int, run_id: int) -> Run:
    one = queries.run(source_id, run_id)
    if one is None:
        raise Http404
    return one


def formats_of(one: Source) -> tuple[str, ...]:
    feed = catalogue.feed(one.feed_id)
    assert feed is not None
    return standards.crosswalk(feed.crosswalk).formats


def about(request: HttpRequest, one: Source) -> dict[str, Any]:
    """What every page of a source shows and allows."""
    feed = catalogue.feed(one.feed_id)
    assert feed is not None
    reach = of_source(request, one.pk)
    actor = actor_of(request)
    return {
        "source": one,
        "schedule": schedule_words(one.schedule),
        "feed": feed,
        "format": words(FORMATS, feed.format),
        "mapping": standards.crosswalk(feed.crosswalk).about or feed.crosswalk,
        "institution": institutions.organisation(feed.organisation_id),
        "may_run": actor.may("sources.run", reach),
        "may_change": actor.may("sources.change", reach),
    }


def refused(request: HttpRequest, source_id: int, code: str, detail: str = "") -> HttpResponse:
    messages.error(request, said(REFUSALS, Refused(code, detail)), extra_tags="bad")
    return redirect("harvest:source", source_id)


def do(request: HttpRequest, source_id: int, deed: Callable[[], object], done: str) -> HttpResponse:
    """One deed, its refusal in words, back to the source."""
    try:
        deed()
    except Refused as refusal:
        return refused(request, source_id, refusal.code, refusal.detail)
    messages.success(request, done, extra_tags="good")
    return redirect("harvest:source", source_id)
