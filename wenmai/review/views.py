"""What somebody from outside sees by their link: the subject to read, and one opinion to give."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from wenmai.lib import clock
from wenmai.lib.access import public
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.review import queries, services
from wenmai.review.models import Case, Verdict
from wenmai.review.rules import kind_words
from wenmai.review.wording import SENTENCES, sentence


@public
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def link(request: HttpRequest, secret: str) -> HttpResponse:
    """A refusal is a page like any other: what answers with an error stands in logs with its address."""
    found, now = queries.link(secret), clock.now()
    if request.method == "POST":
        return _private(_say(request, secret))
    if found is None or queries.link_is_over(found, now) or found.case.state != Case.State.OPEN:
        return _private(render(request, "review/link_over.html", {"words": SENTENCES["link_over"]}))
    subject = queries.subject_now(found.case.kind, found.case.key)
    if subject is None or subject.hash != bytes(found.case.hash):
        return _private(render(request, "review/link_over.html", {"words": SENTENCES["changed"]}))
    if found.step != found.case.step + 1:
        return _private(render(request, "review/link_over.html", {"words": SENTENCES["not_your_turn"]}))
    context = {"link": found, "case": found.case, "kind": kind_words(found.case.kind), "subject": subject}
    return _private(render(request, "review/link.html", context))


def _say(request: HttpRequest, secret: str) -> HttpResponse:
    try:
        read, verdict = bytes.fromhex(request.POST.get("hash", "")[:128]), Verdict(request.POST.get("verdict", ""))
    except ValueError:
        return render(request, "review/link_over.html", {"words": SENTENCES["changed"]})
    words = request.POST.get("words", "").replace("\0", "")
    try:
        services.decide_by_link(secret=secret, hash=read, verdict=verdict, words=words, now=clock.now())
    except Refused as refusal:
        found = queries.link(secret)
        subject = queries.subject_now(found.case.kind, found.case.key) if found else None
        if refusal.code not in ("no_words", "words_too_long") or found is None or subject is None:
            return render(request, "review/link_over.html", {"words": sentence(refusal)})
        context = {
            "link": found, "case": found.case, "kind": kind_words(found.case.kind), "subject": subject,
            "wrong": sentence(refusal), "words": words[:2_000],
        }  # fmt: skip
        return render(request, "review/link.html", context)
    return render(request, "review/link_thanks.html")


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
