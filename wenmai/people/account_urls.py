"""Addresses of everybody's own account. The names are those that django-allauth asks for."""

from allauth.account import views as allauth
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.urls import path

from wenmai.lib.access import SIGNED_IN, View, door, public
from wenmai.people import card_urls
from wenmai.people.families import urls as families
from wenmai.people.groups import urls as groups
from wenmai.people.looks import urls as looks
from wenmai.people.privacy import urls as privacy
from wenmai.people.provider import pages as apps
from wenmai.people.proxies import urls as proxies
from wenmai.people.residence import urls as residence
from wenmai.people.upstreams import urls as upstreams
from wenmai.people.views import entrance, levels, merges, own
from wenmai.people.views.steps import shown_lately
from wenmai.people.volunteers import urls as volunteers


def own_page(view: View) -> View:
    """Of a library: for who is logged in."""
    return door(SIGNED_IN)(view)


def delicate(view: View) -> View:
    """Of a library: for who has shown a moment ago who they are."""
    return door(SIGNED_IN)(shown_lately(view))


urlpatterns = [
    path("", own.home, name="account_home"),
    path("enter", entrance.enter, name="account_login"),
    path("enter/code", entrance.code, name="account_code"),
    path("enter/first", entrance.first, name="account_first"),
    path("enter/factor", public(factors.authenticate), name="mfa_authenticate"),
    path("enter/passkey", public(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("enter/off", entrance.inactive, name="account_inactive"),
    path("leave", entrance.leave, name="account_logout"),
    path("name", own.name, name="account_name"),
    path("phone", own.phone, name="account_phone"),
    path("phone/code", own.phone_code, name="account_phone_code"),
    path("password", own.password, name="account_password"),
    path("level", levels.step_up, name="account_level"),
    path("identity/", levels.identity, name="account_identity"),
    path("identity/forget", levels.forget, name="account_identity_forget"),
    path("identity/code", levels.counter_code, name="account_counter_code"),
    path("village", own.village, name="account_village"),
    *looks.OWN,
    path("merge", merges.merge, name="account_merge"),
    path("again", own.again, name="account_again"),
    path("again/code", own.again_code, name="account_again_code"),
    path("again/password", own_page(allauth.reauthenticate), name="account_reauthenticate"),
    path("again/factor", own_page(factors.reauthenticate), name="mfa_reauthenticate"),
    path("again/passkey", own_page(passkeys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("factors/", own_page(factors.index), name="mfa_index"),
    path("factors/app/on", delicate(app.activate_totp), name="mfa_activate_totp"),
    path("factors/app/off", delicate(app.deactivate_totp), name="mfa_deactivate_totp"),
    path("factors/codes/", delicate(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("factors/codes/new", delicate(recovery.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("factors/codes/file", delicate(recovery.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("factors/passkeys/", own_page(passkeys.list_webauthn), name="mfa_list_webauthn"),
    path("factors/passkeys/new", delicate(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("factors/passkeys/<int:pk>/off", delicate(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
    path("factors/passkeys/<int:pk>/name", delicate(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    path("sessions/", own.sessions, name="usersessions_list"),
    *card_urls.OWN,
    *upstreams.OWN,
    *proxies.OWN,
    *families.OWN,
    *privacy.OWN,
    *groups.OWN,
    *volunteers.OWN,
    *residence.OWN,
    path("apps/", apps.known_apps, name="account_apps"),
]
