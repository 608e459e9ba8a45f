"""The link in a message: how far a need is, and an answer without logging in."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from wenmai.lib.access import public
from wenmai.lib.pages import render
from wenmai.voices import queries
from wenmai.voices.views.own import progress


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, code: str) -> HttpResponse:
    """Whoever has the link answers for who asked; it shows no names."""
    asker = queries.asker_of_code(code[:60])
    if asker is None:
        raise Http404
    context, answered = progress(request, asker)
    if answered:
        return redirect("need_links:link", code=code)
    answer = render(request, "voices/link.html", context, status=400 if context["form"].errors else 200)
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
