"""What somebody from outside sees by their link: after a code to their telephone, the subject, and one opinion."""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from wenmai.lib import clock
from wenmai.lib.access import public
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.review import queries, services
from wenmai.review.models import Case, Invitation, Verdict
from wenmai.review.rules import kind_words
from wenmai.review.wording import SENTENCES, sentence

COOKIE, SALT, OPEN_S = "review_link", "review.link", 12 * 3600
"""The browser that has shown the code reads for so long. Ours."""


@public
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def link(request: HttpRequest, secret: str) -> HttpResponse:
    """A refusal is a page like any other: what answers with an error stands in logs with its address."""
    found, now = queries.link(secret), clock.now()
    if found is None or queries.link_is_over(found, now) or found.case.state != Case.State.OPEN:
        return _over(request, "link_over")
    if found.phone_tail and not _is_shown(request, found):
        return _private(_confirm(request, found, secret))
    if request.method == "POST":
        return _private(_say(request, secret))
    subject = queries.subject_now(found.case.kind, found.case.key)
    if subject is None or subject.hash != bytes(found.case.hash):
        return _over(request, "changed")
    if found.step != found.case.step + 1:
        return _over(request, "not_your_turn")
    context = {"link": found, "case": found.case, "kind": kind_words(found.case.kind), "subject": subject}
    return _private(render(request, "review/link.html", context))


def _over(request: HttpRequest, code: str) -> HttpResponse:
    return _private(render(request, "review/link_over.html", {"words": SENTENCES[code]}))


def _confirm(request: HttpRequest, link: Invitation, secret: str) -> HttpResponse:
    """Nothing of the subject is told before the code."""
    do, wrong, now = request.POST.get("do", ""), "", clock.now()
    try:
        if do == "send":
            link = services.send_link_code(secret=secret, address=str(request.META.get("REMOTE_ADDR", "")), now=now)
        elif do == "code":
            code = "".join(letter for letter in request.POST.get("code", "")[:20] if letter.isdecimal())
            services.confirm_link(secret=secret, code=code, now=now)
            return _shown(redirect("review_link", secret=secret), link, request.path)
    except Refused as refusal:
        wrong = sentence(refusal)
    asks = do in ("send", "code") and not (do == "send" and wrong)
    context = {"link": link, "asks_code": asks, "wrong": wrong}
    return render(request, "review/link_confirm.html", context)


def _shown(response: HttpResponse, link: Invitation, path: str) -> HttpResponse:
    response.set_cookie(
        COOKIE, signing.dumps(link.pk, salt=SALT), max_age=OPEN_S, path=path, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response


def _is_shown(request: HttpRequest, link: Invitation) -> bool:
    try:
        return bool(signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=OPEN_S) == link.pk)
    except signing.BadSignature:
        return False


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
