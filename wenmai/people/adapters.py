"""What django-allauth asks of us: it holds the steps of a login, the second factors and the list of sessions."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from wenmai.lib import clock
from wenmai.people import devices, queries, screens, services
from wenmai.people.models import User
from wenmai.people.upstreams import queries as logins


class Accounts(DefaultAccountAdapter):
    """Logins end here, whichever way they came, when all their steps are done."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Not by allauth's own pages: accounts begin with a telephone."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Passwords typed again inside a session count like those of the login."""
        who = str(credentials.get("username", ""))
        if services.begin_login(who, devices.counted_as(request, request.user.pk), clock.now().timestamp()):
            raise self.validation_error("too_many_login_attempts")

    def post_login(self, request: HttpRequest, user: User, **asked: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **asked)
        ways = sorted({record["method"] for record in get_authentication_records(request, user)})
        services.note_login(user_id=user.pk, ways=ways, actor=queries.actor(user), now=clock.now())
        devices.remember(request, response, user.pk)
        if screens.is_shared(request):
            request.session.set_expiry(screens.KIOSK_S)
        return response

    def get_client_ip(self, request: HttpRequest) -> str:
        """As `lib.proxies` revealed it."""
        return str(request.META.get("REMOTE_ADDR") or "0.0.0.0")  # noqa: S104 -- a place that cannot be told

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        assert isinstance(request.user, User)
        return reverse("desk:home" if queries.actor(request.user).is_staff else "account_home")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("portal:home")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, str]]:
        """The telephone, where there is one, beside what allauth knows."""
        methods: list[dict[str, str]] = super().get_reauthentication_methods(user)
        if getattr(user, "phone_index", None):
            methods.append({"id": "code", "description": _("用短信验证码"), "url": reverse("account_again_code")})
        for identity in logins.identities(user.pk):
            url = reverse("account_upstream", args=[identity.upstream.slug])
            methods.append({"id": "upstream", "description": identity.upstream.name, "url": url})
        return methods


class Factors(DefaultMFAAdapter):
    """Secrets of second factors are sealed at rest, in a table of ours."""

    def encrypt(self, text: str) -> str:
        return str(services.keep_secret(text=text))

    def decrypt(self, encrypted_text: str) -> str:
        return queries.factor_secret(int(encrypted_text))

    def get_totp_issuer(self) -> str:
        return str(settings.SITE_NAME)

    def _get_site_name(self) -> str:
        return str(settings.SITE_NAME)

    def _get_user_identifier(self, user: Any) -> str:
        return queries.shown_name(user)
