"""What people see on the way to an app and back: consent, logout, and the list of apps that know them."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from allauth.idp.oidc.internal.oauthlib.utils import extract_params
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout as end_session
from django.core import signing
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from oauthlib.oauth2.rfc6749 import errors

from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import SIGNED_IN, actor_of, door, public
from wenmai.lib.levels import Level
from wenmai.lib.pages import render
from wenmai.people.models import User
from wenmai.people.provider import facts, queries, services
from wenmai.people.provider.engine import asking, read_hint, server
from wenmai.people.provider.onward import onward
from wenmai.people.provider.queries import ActiveApp
from wenmai.people.provider.rules import CONSENT_S, OPTIONAL, SCOPES, without
from wenmai.people.provider.services import Granted
from wenmai.people.provider.views import plain

SALT = "people.app_consent"
ASKED_AGAIN = "people_app_asked_again"
ASKED_LEVEL = "people_app_asked_level"
LOGIN_AGAIN_S = 300


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@public
def authorize(request: HttpRequest) -> HttpResponseBase:
    """An app sends somebody here to log in. What they send by POST comes again as a question that has an address."""
    plain(request)
    if request.method == "POST" and "question" not in request.POST:
        return redirect(f"{reverse('openid_authorize')}?{request.POST.urlencode()}")
    try:
        if request.method == "POST":
            return _answered(request)
        app, asked = _validated(request)
        return _in_their_language(request) or _next_step(request, app, asked)
    except errors.FatalClientError as fatal:
        return _wrong(request, fatal)
    except errors.OAuth2Error as refused:
        return _refused(request, refused, refused.redirect_uri, refused.state)


def _validated(request: HttpRequest) -> tuple[ActiveApp, Any]:
    """Raises oauthlib's errors: fatal ones are shown here, the others are told to the app."""
    scopes, told = server().validate_authorization_request(*extract_params(request))
    asked = told["request"]
    if asked.code_challenge_method != "S256" or len(asked.code_challenge or "") != 43:
        raise errors.UnsupportedCodeChallengeMethodError("PKCE with S256 is required.", request=asked)
    if asked.response_mode not in (None, "query"):
        raise errors.InvalidRequestError("response_mode has to be query.", request=asked)
    if "openid" not in (scopes or ()):
        raise errors.InvalidScopeError("The scope openid is required.", request=asked)
    for name, most in (("nonce", 255), ("state", 2_000)):
        if len(getattr(asked, name, None) or "") > most:
            raise errors.InvalidRequestError(f"{name} is longer than {most} characters.", request=asked)
    if request.GET.get("request") or request.GET.get("request_uri"):
        raise errors.InvalidRequestError("Requests as objects are not supported.", request=asked)
    app = asking().apps[asked.client_id]
    if "consent" not in (request.GET.get("prompt") or "").split():
        agreed = queries.agreed(app.id, request.user.pk) if isinstance(request.user, User) else set[str]()
        asked.scopes = without(asked.scopes, {*OPTIONAL} - agreed)
    return app, asked


def _next_step(request: HttpRequest, app: ActiveApp, asked: Any) -> HttpResponseBase:
    prompts = {*(request.GET.get("prompt") or "").split()}
    here = f"{reverse('openid_resume')}?{request.META['QUERY_STRING']}"
    if not isinstance(request.user, User):
        if "none" in prompts:
            raise errors.LoginRequired(request=asked)
        if "login" in prompts:  # coming in now is showing it
            request.session[ASKED_AGAIN] = (request.META["QUERY_STRING"], clock.now().timestamp())
        return redirect(f"{reverse('account_login')}?{urlencode({'next': here})}")
    if request.user.password_is_first:
        return redirect(f"{reverse('account_password')}?{urlencode({'next': here})}")
    if _must_show_again(request, prompts, asked):
        if "none" in prompts:
            raise errors.LoginRequired(request=asked)
        return redirect(f"{reverse('account_again')}?{urlencode({'next': here})}")
    if "none" not in prompts and (needs := _level_to_step_up_to(request)):
        return redirect(f"{reverse('account_level')}?{urlencode({'needs': str(int(needs)), 'next': here})}")
    wanted, agreed = {*asked.scopes}, queries.agreed(app.id, request.user.pk)
    is_told = app.is_first_party and not (wanted - agreed) & {*OPTIONAL}
    if is_told or (wanted <= agreed and "consent" not in prompts):
        return _granted(request, app, asked)
    if "none" in prompts:
        raise errors.ConsentRequired(request=asked)
    return _ask_for_consent(request, app, asked.scopes)


def _must_show_again(request: HttpRequest, prompts: set[str], asked: Any) -> bool:
    """`prompt=login`: after this request began; `max_age`: not longer ago. The session remembers when it was asked."""
    shown_at = facts.of(request).authenticated_at.timestamp()
    now = clock.now().timestamp()
    age = request.GET.get("max_age", "")
    if age and not (age.isascii() and age.isdigit() and len(age) < 10):
        raise errors.InvalidRequestError("max_age is a number of seconds.", request=asked)
    if "login" in prompts or age == "0":
        asked_of, since = request.session.get(ASKED_AGAIN, ("", 0.0))
        if asked_of != request.META["QUERY_STRING"] or now - since > LOGIN_AGAIN_S:
            request.session[ASKED_AGAIN] = since_now = (request.META["QUERY_STRING"], now)
            since = since_now[1]
        return shown_at < float(since)
    return bool(age) and now - shown_at > int(age)


def _level_to_step_up_to(request: HttpRequest) -> Level | None:
    """The first of our levels in `acr_values` that this session has not shown. Asked for once: who cannot step up comes
    back with what they have, and the app reads it in `acr`."""
    known = {facts.ACR.format(int(level)): level for level in Level}
    asked = next((known[word] for word in (request.GET.get("acr_values") or "").split() if word in known), Level.GUEST)
    if asked <= actor_of(request).level or request.session.get(ASKED_LEVEL) == request.META["QUERY_STRING"]:
        return None
    request.session[ASKED_LEVEL] = request.META["QUERY_STRING"]
    return asked


def _ask_for_consent(request: HttpRequest, app: ActiveApp, scopes: list[str]) -> HttpResponse:
    organisation = institutions.organisation(app.organisation_id)
    question = signing.dumps([request.META["QUERY_STRING"], request.user.pk], salt=SALT)
    shown = {
        "app": app,
        "organisation": organisation.name if organisation else "",
        "host": urlsplit(app.redirect_uris[0]).hostname,
        "gives": [SCOPES[one] for one in SCOPES if one in scopes],
        "question": question,
        "action": request.get_full_path(),
    }
    return render(request, "people/provider/consent.html", shown)


@require_safe
@never_cache
@public
def resume(request: HttpRequest) -> HttpResponse:
    """Back at an app's question after a login here, whose form may lead nowhere else."""
    return onward(request, f"{reverse('openid_authorize')}?{request.META['QUERY_STRING']}")


@csrf_protect
def _answered(request: HttpRequest) -> HttpResponseBase:
    """Yes or no to the question that this person was shown in the last ten minutes. The app's own question is still
    the address, and is looked at anew: its terms may have changed meanwhile."""
    try:
        query, user_id = signing.loads(request.POST["question"], salt=SALT, max_age=CONSENT_S)
    except (signing.BadSignature, ValueError, TypeError):
        query, user_id = "", None
    if user_id != request.user.pk or query != request.META["QUERY_STRING"]:
        return render(request, "people/provider/stale.html", status=400)
    app, asked = _validated(request)
    if request.POST.get("answer") != "yes":
        raise errors.AccessDeniedError(request=asked)
    actor = actor_of(request)
    services.consent(app_id=app.id, user_id=user_id, scopes=list(asked.scopes), actor=actor, now=clock.now())
    return _granted(request, app, asked)


def _granted(request: HttpRequest, app: ActiveApp, asked: Any) -> HttpResponseBase:
    """Back to the app, with a code."""
    assert isinstance(request.user, User)
    shown = facts.of(request)
    asking().granted = Granted(
        app_id=app.id, user_id=request.user.pk, session_index=queries.session_index(request.session.session_key or ""),
        redirect_uri=asked.redirect_uri, scopes=tuple(asked.scopes), nonce=asked.nonce or "",
        challenge=asked.code_challenge, acr=shown.acr, amr=shown.amr, authenticated_at=shown.authenticated_at,
    )  # fmt: skip
    services.withhold(app_id=app.id, scopes=asking().withheld, now=clock.now())
    request.session.pop(ASKED_AGAIN, None)
    headers, _body, _status = server().create_authorization_response(
        *extract_params(request), scopes=asked.scopes, credentials={"user": request.user}
    )
    return _back(request, headers["Location"], {"iss": settings.BASE_URL})


def _refused(
    request: HttpRequest, refused: errors.OAuth2Error, redirect_uri: str, state: str | None
) -> HttpResponseBase:
    """Said to the app, in a browser that goes back there."""
    told = {"error": refused.error, "error_description": refused.description or "", "iss": settings.BASE_URL}
    return _back(request, redirect_uri, {**told, **({"state": state} if state else {})})


def _back(request: HttpRequest, uri: str, more: dict[str, str]) -> HttpResponseBase:
    parts = urlsplit(uri)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *more.items()])
    url = urlunsplit(parts._replace(query=query))
    return onward(request, url) if request.method == "POST" else HttpResponseRedirect(url)


def _wrong(request: HttpRequest, fatal: errors.FatalClientError) -> HttpResponse:
    """Nobody is sent anywhere: who asks is unknown, or the address is none of theirs."""
    unknown = isinstance(fatal, errors.InvalidClientIdError | errors.MissingClientIdError)
    return render(request, "people/provider/wrong.html", {"unknown": unknown, "reason": fatal.error}, status=400)


def _in_their_language(request: HttpRequest) -> HttpResponseBase | None:
    """`ui_locales` chooses the page in English, where that is what the app's person reads."""
    first = (request.GET.get("ui_locales") or "").lower().split()[:1]
    if first and first[0].startswith("en") and get_language() != "en":
        return HttpResponseRedirect(f"/en{request.get_full_path()}")
    return None


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@public
def logout(request: HttpRequest) -> HttpResponseBase:
    """An app's person leaves (OpenID Connect RP-Initiated Logout 1.0). Who came with the identity token of a login of
    this very browser leaves at once; everybody else is asked."""
    plain(request)
    told = request.POST if request.method == "POST" else request.GET
    hint = read_hint(told["id_token_hint"], clock.now()) if told.get("id_token_hint") else None
    client_id = told.get("client_id") or (hint or {}).get("aud", "")
    app = queries.active_app(str(client_id))
    if hint and (app is None or hint.get("aud") != app.client_id):
        hint = None
    back = told.get("post_logout_redirect_uri", "")
    if back and (app is None or back not in app.logout_uris):
        return render(request, "people/provider/wrong.html", {"unknown": app is None, "reason": "logout"}, status=400)
    back_to = _with_state(back, told.get("state", ""))
    if not isinstance(request.user, User):
        return redirect(back_to or "portal:home")
    if hint and app and queries.is_logged_in(
        app_id=app.id, session_index=queries.session_index(request.session.session_key or ""),
        subject=str(hint["sub"]), sid=str(hint.get("sid", "")),
    ):  # fmt: skip
        end_session(request)
        return onward(request, back_to) if request.method == "POST" and back_to else redirect(back_to or "portal:home")
    question = signing.dumps([back_to, request.user.pk], salt=f"{SALT}.out")
    shown = {"app": app, "question": question, "action": reverse("openid_logout_answer")}
    return render(request, "people/provider/logout.html", shown)


@require_POST
@never_cache
@door(SIGNED_IN)
def logout_answer(request: HttpRequest) -> HttpResponseBase:
    """Out here as well, or stay."""
    try:
        back_to, user_id = signing.loads(request.POST.get("question", ""), salt=f"{SALT}.out", max_age=CONSENT_S)
    except (signing.BadSignature, ValueError, TypeError):
        return render(request, "people/provider/stale.html", status=400)
    if request.POST.get("answer") == "yes" and user_id == request.user.pk:
        end_session(request)
    return onward(request, back_to) if back_to else redirect("portal:home")


def _with_state(back: str, state: str) -> str:
    if not back or not state:
        return back
    parts = urlsplit(back)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), ("state", state)])
    return urlunsplit(parts._replace(query=query))


@require_http_methods(["GET", "HEAD", "POST"])
@door(SIGNED_IN)
def known_apps(request: HttpRequest) -> HttpResponseBase:
    """Apps that know me; each of them can be made to forget."""
    assert isinstance(request.user, User)
    if request.method == "POST":
        number = request.POST.get("app", "")
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            raise BadRequest
        actor = actor_of(request)
        services.forget_app(app_id=int(number), user_id=request.user.pk, actor=actor, now=clock.now())
        messages.success(request, _("已收回。这个应用再要您的资料时，会先问您。"), extra_tags="good")
        return redirect("account_apps")
    rows = [(app, [SCOPES[one] for one in SCOPES if one in app.scopes]) for app in queries.known_apps(request.user.pk)]
    return render(request, "people/provider/known.html", {"apps": rows})
