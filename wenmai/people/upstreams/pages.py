"""Coming in by somebody else's login, and leaving both."""

import base64
import hashlib
import hmac
import secrets
from typing import Any
from urllib.parse import urlencode

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout as end_session
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.lib import clock
from wenmai.lib.access import NOBODY, SIGNED_IN, SYSTEM, actor_of, door, public
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.people.models import User
from wenmai.people.provider.onward import onward
from wenmai.people.provider.views import plain
from wenmai.people.recognition import hearing
from wenmai.people.recognition import queries as recognition
from wenmai.people.upstreams import asking, queries, services, wechat
from wenmai.people.upstreams.models import Upstream
from wenmai.people.upstreams.rules import LEEWAY_S, PENDING_S, Proof, level_of
from wenmai.people.upstreams.wording import sentence
from wenmai.people.views import steps

GONE = "people_upstream_gone"
"""In the session: where this browser went to log in, and what has to come back."""
CAME = "people_upstream_came"
"""… and who came back, while it is not said whose account that is."""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@public
def go(request: HttpRequest, slug: str) -> HttpResponseBase:
    """To the upstream. By POST with the page's token: nobody's browser can be sent there from elsewhere. Who is
    logged in by it already shows there anew who they are."""
    known = _known(slug)
    if request.method != "POST":
        return render(request, "people/upstreams/go.html", {"upstream": known, "next": steps.wanted(request)})
    brings = request.POST.get("bring") == "cards"
    again = not brings and any(one.upstream_id == known.pk for one in queries.identities(request.user.pk or 0))
    try:
        upstream = asking.fresh(known, clock.now())
    except Refused as refusal:
        return _failed(request, refusal)
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    gone = {
        "slug": slug, "state": secrets.token_urlsafe(24), "nonce": secrets.token_urlsafe(24), "verifier": verifier,
        "next": steps.wanted(request), "at": clock.now().timestamp(), "again": again,
    }  # fmt: skip
    request.session[GONE] = gone
    if upstream.issuer == wechat.ISSUER:
        where, state = upstream.metadata["authorization_endpoint"], str(gone["state"])
        address = wechat.address(where, app_id=upstream.client_id, redirect_uri=_back_address(slug), state=state)
        return onward(request, address)
    scopes = ["openid", "profile", *recognition.scopes(upstream.issuer, now=clock.now())]
    asked = {
        "response_type": "code", "client_id": upstream.client_id, "redirect_uri": _back_address(slug),
        "scope": " ".join(scopes), "state": gone["state"], "nonce": gone["nonce"], "code_challenge": challenge,
        "code_challenge_method": "S256", "ui_locales": "en" if get_language() == "en" else "zh-Hans",
    }  # fmt: skip
    if again or brings:
        asked["prompt"] = "login" if again else "consent"
    endpoint = upstream.metadata["authorization_endpoint"]
    return onward(request, f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}")


@require_safe
@never_cache
@public
def back(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Somebody comes back. Each upstream has an address of its own; the state is good once, where it was given."""
    plain(request)
    upstream, gone, now = _known(slug), request.session.pop(GONE, None), clock.now()
    told = request.GET
    try:
        _is_the_same(upstream, gone, {name: told.get(name, "") for name in ("state", "iss")})
        assert isinstance(gone, dict)
        if told.get("error") or not told.get("code"):
            raise Refused("upstream_refused", told.get("error", "no code")[:60])
        proof = asking.exchange(
            upstream, code=told["code"], redirect_uri=_back_address(slug), verifier=gone["verifier"],
            nonce=gone["nonce"], now=now,
        )  # fmt: skip
        if gone["again"] and proof.auth_time < gone["at"] - LEEWAY_S:
            raise Refused("token_odd", "auth_time")
        user = queries.account_of(upstream.pk, proof.subject)
        if user is not None and request.user.is_authenticated and user.pk != request.user.pk:
            raise Refused("identity_taken", upstream.name)
    except Refused as refusal:
        return _failed(request, refusal)
    if user is not None:
        return _come_in(request, upstream, proof, user, gone["next"])
    request.session[CAME] = {
        "slug": slug, "proof": list(proof), "next": gone["next"], "at": now.timestamp(),
    }  # fmt: skip
    return redirect("account_upstream_first" if actor_of(request).user_id is None else "account_upstreams")


def _is_the_same(upstream: Upstream, gone: Any, told: dict[str, str]) -> None:
    """This browser went there, a moment ago, and it is they who answer (RFC 9207). Refused: login_stale,
    login_mixed_up."""
    if not isinstance(gone, dict) or clock.now().timestamp() - gone["at"] > PENDING_S:
        raise Refused("login_stale")
    if not hmac.compare_digest(gone["state"].encode(), told["state"].encode("utf-8", "replace")):
        raise Refused("login_stale")
    if gone["slug"] != upstream.slug:
        raise Refused("login_mixed_up")
    if told["iss"] != upstream.issuer and (told["iss"] or upstream.metadata.get("says_iss")):
        raise Refused("login_mixed_up")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@public
def first(request: HttpRequest) -> HttpResponseBase:
    """Who is here for the first time says whether that is a new account or one that is there already."""
    came = _came(request)
    if came is None:
        return redirect("account_login")
    upstream, proof, wanted = came
    if request.method == "POST":
        try:
            user = services.register(upstream_id=upstream.pk, proof=proof, actor=NOBODY, now=clock.now())
        except Refused as refusal:
            return _failed(request, refusal)
        request.session.pop(CAME, None)
        return _come_in(request, upstream, proof, user, wanted)
    link = f"{reverse('account_login')}?{urlencode({'next': reverse('account_upstreams')})}"
    context = {"upstream": upstream, "name": proof.name, "link": link}
    return render(request, "people/upstreams/first.html", context)


def _come_in(request: HttpRequest, upstream: Upstream, proof: Proof, user: User, wanted: str) -> HttpResponseBase:
    """allauth asks for a second factor where there is one; the session begins anew, so that none is planted."""
    level = level_of(proof.acr, upstream.levels, upstream.level_otherwise)
    # a login there that is hours old does not open here what only a fresh one opens
    shown_at = min(proof.auth_time, clock.now().timestamp())
    steps.note(request, user, "upstream", upstream=upstream.slug, level=int(level), at=shown_at)
    if request.user.is_authenticated:
        response: HttpResponseBase = redirect(wanted or "account_home")
    else:
        response = perform_login(request, user, redirect_url=wanted or None)
    if request.user.is_authenticated and request.session.session_key:
        services.note_session(
            upstream_id=upstream.pk, user_id=user.pk, session_key=request.session.session_key, proof=proof,
            now=clock.now(),
        )  # fmt: skip
        if proof.refresh_sealed:
            hearing.hear(user_id=user.pk, now=clock.now())
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@door(SIGNED_IN)
@steps.shown_lately
def own(request: HttpRequest) -> HttpResponseBase:
    """Which other logins lead into my account; the one that came a moment ago can be joined to it."""
    assert isinstance(request.user, User)
    came, user, actor = _came(request), request.user, actor_of(request)
    if request.method == "POST":
        try:
            if request.POST.get("do") == "link" and came is not None:
                upstream, proof, _wanted = came
                services.link(upstream_id=upstream.pk, proof=proof, user_id=user.pk, actor=actor, now=clock.now())
                done = _("已绑定，以后可以用%(name)s登录这个账号。") % {"name": upstream.name}
            elif request.POST.get("do") == "unlink":
                number = _number(request.POST.get("upstream", ""))
                services.unlink(upstream_id=number, user_id=user.pk, actor=actor, now=clock.now())
                done = _("已解除。")
            else:
                done = ""
        except Refused as refusal:
            messages.error(request, sentence(refusal), extra_tags="bad")
        else:
            if done:
                messages.success(request, done, extra_tags="good")
        request.session.pop(CAME, None)
        return redirect("account_upstreams")
    linked = queries.identities(user.pk)
    there = {one.upstream.slug for one in linked}
    context = {
        "linked": linked,
        "came": came[0] if came else None,
        "name": came[1].name if came else "",
        "others": [(slug, name) for slug, name in queries.buttons() if slug not in there],
        "here": reverse("account_upstreams"),
    }
    return render(request, "people/upstreams/own.html", context)


@csrf_exempt
@require_POST
@never_cache
@public
def told_to_leave(request: HttpRequest, slug: str) -> HttpResponse:
    """An upstream says from behind that a login ended there (OpenID Connect Back-Channel Logout 1.0 §2.5)."""
    plain(request)
    upstream, now = queries.by_slug(slug), clock.now()
    if upstream is None:
        raise Http404
    try:
        subject, sid = asking.heard(upstream, request.POST.get("logout_token", ""), now)
    except Refused as refusal:
        return JsonResponse({"error": "invalid_request", "error_description": refusal.detail}, status=400)
    services.end_sessions_from(upstream_id=upstream.pk, subject=subject, sid=sid, actor=SYSTEM, now=now)
    return HttpResponse(status=200)


def leave(request: HttpRequest) -> HttpResponseBase:
    """Out here, and then at the upstream that this browser came in from, if it can be told."""
    there = queries.leaving(request.session.session_key or "")
    end_session(request)
    if there is None:
        return redirect("portal:home")
    asked = {
        "id_token_hint": there.id_token, "client_id": there.client_id,
        "post_logout_redirect_uri": f"{settings.BASE_URL}/",
    }  # fmt: skip
    endpoint = there.end_session_endpoint
    return onward(request, f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}")


def _known(slug: str) -> Upstream:
    found = queries.by_slug(slug)
    if found is None:
        raise Http404
    return found


def _came(request: HttpRequest) -> tuple[Upstream, Proof, str] | None:
    """Who came back a moment ago and has not said whose account that is."""
    came = request.session.get(CAME)
    if not isinstance(came, dict) or clock.now().timestamp() - came["at"] > PENDING_S:
        return None
    upstream = queries.by_slug(came["slug"])
    return (upstream, Proof(*came["proof"]), came["next"]) if upstream else None


def _back_address(slug: str) -> str:
    return f"{settings.BASE_URL}/account/with/{slug}/back"


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise BadRequest
    return int(text)


def _failed(request: HttpRequest, refusal: Refused) -> HttpResponse:
    return render(request, "people/upstreams/failed.html", {"sentence": sentence(refusal)}, status=400)
