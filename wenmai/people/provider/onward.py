"""Sending a browser to somebody else's address after it has sent us a form.

Our pages let forms lead to ourselves only (Content-Security-Policy `form-action`), and browsers hold redirects after a
form to it, too: a page in between goes on by itself, and shows where.
"""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse

from wenmai.lib.pages import render


def onward(request: HttpRequest, url: str) -> HttpResponse:
    parts = urlsplit(url)
    assert not parts.scheme or parts.scheme in {"http", "https"}
    host = parts.hostname or request.get_host()
    return render(request, "people/provider/onward.html", {"url": url, "host": host})
