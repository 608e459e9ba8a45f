"""In the mode for minors: the pool that a page is drawn from, and the page that says that something lies outside it."""

import functools
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from wenmai.lib import faces, pages
from wenmai.lib.access import View
from wenmai.portal.queries import pools


def of(request: HttpRequest) -> pools.Pool:
    return pools.minors() if faces.is_minor(request) else pools.EVERYTHING


def kept(view: View) -> View:
    """For pages about the record `number`: minors are told in words that it is not among what they are shown."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, number: int, **more: Any) -> HttpResponseBase:
        if not pools.holds(of(request), number):
            return pages.render(request, "portal/outside.html", status=403)
        return view(request, *args, number=number, **more)

    return guarded
