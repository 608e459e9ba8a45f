from typing import Any

from django.apps import AppConfig
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wenmai.people.merging import Owned

OWNED = (
    Owned("card", _("读者证"), "people.ReaderCard"),
    Owned("recognised_card", _("别的平台的读者证"), "people.RecognisedCard"),
    Owned("identity", _("实名"), "people.Identity", alone=True),
    Owned("passkey", _("通行密钥"), "mfa.Authenticator", only={"type": "webauthn"}),
    Owned("app", _("验证器应用"), "mfa.Authenticator", alone=True, only={"type": "totp"}),
    Owned("recovery", _("恢复码"), "mfa.Authenticator", alone=True, only={"type": "recovery_codes"}),
    Owned("login", _("别家的登录"), "people.UpstreamIdentity", alone_by="upstream_id"),
    Owned(
        "guardianship", _("照看的孩子"), "people.Guardianship", "guardian", alone_by="child_id", only={"ended_at": None}
    ),
    Owned("group_led", _("负责的团队"), "people.Group", field="responsible", only={"closed_at": None}),
    Owned("group_member", _("参加的团队"), "people.GroupMember", alone_by="group_id"),
    Owned("group_handover", _("等您接手的团队"), "people.GroupHandover", field="to"),
    Owned("residence", _("住在哪里"), "people.Residence", alone=True),
    Owned("request", _("权限申请"), "people.RoleRequest", only={"state": "waiting"}),
)
"""What goes along when two accounts are merged."""


class PeopleApp(AppConfig):
    name = "wenmai.people"

    def ready(self) -> None:
        _register_matters()
        _register_waiting()
        _register_cards_waiting()
        from allauth.mfa.signals import authenticator_added
        from django.contrib.auth.signals import user_logged_in, user_logged_out
        from django.db.models.signals import post_delete

        from wenmai.lib import looks as access_log
        from wenmai.people import merging
        from wenmai.people.looks import services as looks
        from wenmai.people.provider import owned as provider
        from wenmai.people.proxies import owned as proxies
        from wenmai.people.volunteers import owned as volunteers

        _register_sealed()
        for owned in (
            *OWNED,
            *provider.owned(_("给应用的同意"), _("在应用里的编号")),
            *proxies.owned(_("我委托的代办"), _("替别人的代办")),
            volunteers.owned(_("志愿服务")),
        ):
            merging.register(owned)
        register_personal()
        access_log.register(looks.record)
        authenticator_added.connect(hold_level)
        post_delete.connect(forget_secret, sender="mfa.Authenticator")
        post_delete.connect(session_is_gone, sender="usersessions.UserSession")
        user_logged_out.connect(logged_out)
        user_logged_in.connect(logged_in)


def _register_sealed() -> None:
    from wenmai.lib import vault

    vault.register("people.User", "phone_sealed", purpose="people.phone")
    vault.register("people.Code", "phone_sealed", purpose="people.code_phone")
    vault.register("people.Identity", "number_sealed", purpose="people.identity_number")
    vault.register("people.Identity", "name_sealed", purpose="people.identity_name")
    vault.register("people.Upstream", "secret_sealed", purpose="people.upstream_secret")
    vault.register("people.UpstreamTerms", "secret_sealed", purpose="people.upstream_terms_secret")
    vault.register("people.UpstreamSession", "token_sealed", purpose="people.upstream_token")
    vault.register("people.UpstreamSession", "refresh_sealed", purpose="people.upstream_refresh")
    vault.register("people.RecognisedCard", "number_sealed", purpose="people.recognised_number")
    vault.register("people.SigningKey", "sealed", purpose="people.signing_key")
    vault.register("people.FactorSecret", "sealed", purpose="people.factor")
    vault.register("people.ReaderCard", "number_sealed", purpose="people.card_number")
    vault.register("people.ReaderCard", "name_sealed", purpose="people.card_name")
    vault.register("people.ReaderCard", "said_name_sealed", purpose="people.card_said_name")
    vault.register("people.ReaderCard", "said_number_sealed", purpose="people.card_said_number")
    vault.register("people.Patron", "name_sealed", purpose="people.patron_name")
    vault.register("people.PatronBatch", "rows_sealed", purpose="people.patron_rows")
    vault.register("people.CardKey", "private_sealed", purpose="people.card_key")
    vault.register("people.Merge", "phone_sealed", purpose="people.merged_phone")
    vault.register("people.Child", "born_sealed", purpose="people.child_born")
    vault.register("people.ExportPart", "sealed", purpose="people.export_part")
    vault.register("people.CardSystem", "secret_sealed", purpose="people.card_secret")
    vault.register("people.ServiceRecord", "name_sealed", purpose="people.service_name")


def register_personal() -> None:
    from wenmai.lib import personal, upkeep
    from wenmai.people.families.personal import objections
    from wenmai.people.groups import personal as groups
    from wenmai.people.personal import IMPERSONAL, RULES, TABLES
    from wenmai.people.privacy import queries

    personal.register_objection("people.groups", groups.objections)
    from wenmai.people.privacy.objections import objections as accounts

    personal.register(TABLES, IMPERSONAL, RULES)
    personal.register_objection("people.accounts", accounts)
    personal.register_objection("people.families", objections)
    upkeep.register("privacy", queries.findings)


def _register_waiting() -> None:
    from wenmai.lib.access import Reach
    from wenmai.lib.waiting import Queue, register
    from wenmai.people import queries
    from wenmai.people.groups import queries as groups
    from wenmai.people.provider import queries as apps
    from wenmai.people.upstreams import queries as upstreams
    from wenmai.people.volunteers import queries as volunteers

    register(
        Queue(
            "role_requests", "accounts.change", _("权限申请"), _("村级管理员等您答复"), "desk:people:requests",
            queries.requests_head,
        )
    )  # fmt: skip
    register(
        Queue(
            "apps", "apps.review", _("待审核的应用"), _("同事录入的，要另一个人看过"), "desk:people:apps", apps.drafts,
            query="state=draft",
        )
    )  # fmt: skip
    register(
        Queue(
            "upstreams", "upstreams.change", _("待审核的登录方"), _("同事录入或改过的，要另一个人看过"),
            "desk:people:upstreams", upstreams.drafts, reach=Reach("", ""),
        )
    )  # fmt: skip
    register(
        Queue(
            "groups", "groups.approve", _("想归您管的团队"), _("同意，或说明为什么不"), "desk:people:groups",
            groups.asking, query="standing=waiting",
        )
    )  # fmt: skip
    register(
        Queue(
            "volunteers", "volunteers.change", _("报名的志愿者"), _("同意，或说明为什么不"), "desk:people:volunteers",
            volunteers.asking, query="state=waiting",
        )
    )  # fmt: skip
    register(
        Queue(
            "service_disputes", "volunteers.change", _("对服务时数的异议"), _("更正，或说明为什么不改"),
            "desk:people:volunteers", volunteers.disputed, query="state=disputed",
        )
    )  # fmt: skip


def _register_cards_waiting() -> None:
    from wenmai.lib.access import Reach
    from wenmai.lib.waiting import Queue, register
    from wenmai.people.rechecks import queries as rechecks
    from wenmai.people.recognition import queries as recognition

    register(
        Queue(
            "peer_agreements", "cards.change", _("跨平台互认"), _("同事录入的，要另一个人看过"),
            "desk:people:peer_agreements", recognition.drafts,
        )
    )  # fmt: skip
    register(
        Queue(
            "peers", "cards.change", _("待核对的平台"), _("同事录入的指纹，要另一个人核对"), "desk:people:peers",
            recognition.peer_drafts, reach=Reach("", ""),
        )
    )  # fmt: skip
    register(
        Queue(
            "card_doubts", "cards.change", _("待确认的读者证"), _("图书馆说的和绑定时不一样，是不是同一位读者"),
            "desk:people:card_doubts", rechecks.doubted,
        )
    )  # fmt: skip
    register(
        Queue(
            "cards_held", "cards.change", _("等人看的复查"), _("图书馆一下子说很多证不能用，先问清楚"),
            "desk:people:card_systems", rechecks.held,
        )
    )  # fmt: skip


def _register_matters() -> None:
    from wenmai.people.matters import Matter, register

    show, link = frozenset({"people.card_printed", "people.card_prints_revoked"}), frozenset({"people.card_linked"})
    register(Matter("cards.show", _("出示和打印读者证"), show))
    register(Matter("cards.link", _("绑定读者证"), link))


def forget_secret(sender: Any, instance: Any, **_signal: Any) -> None:
    """A second factor that is taken away takes its secret along."""
    from wenmai.people import services

    numbers = [instance.data.get(key, "") for key in ("secret", "seed")]
    services.forget_secrets(numbers=[int(one) for one in numbers if str(one).isdigit()])


def hold_level(request: Any, user: Any, **_signal: Any) -> None:
    """A factor that was added on the strength of one other does not count as a second one at once."""
    from wenmai.people import proofs

    proofs.note_change(request, user)


def logged_in(sender: Any, request: Any, user: Any, **_signal: Any) -> None:
    """Whoever comes in while their account waits to be closed is asked whether they think better of it. In which
    language they came in is kept, for what is sent to them."""
    from wenmai.people.privacy import queries
    from wenmai.people.services import accounts

    accounts.note_language(user_id=user.pk, language=get_language() or "")
    if queries.closing_of(user.pk) is not None:
        request.session[queries.CLOSING] = True


def logged_out(sender: Any, request: Any, **_signal: Any) -> None:
    """Whoever leaves here leaves the apps that they came to from here."""
    _end_apps(request.session.session_key if request is not None else None)


def session_is_gone(sender: Any, instance: Any, **_signal: Any) -> None:
    """… also where a session is ended from another browser."""
    _end_apps(instance.session_key)


def _end_apps(session_key: str | None) -> None:
    from wenmai.lib import clock
    from wenmai.people.provider import queries, services
    from wenmai.people.upstreams import services as upstreams

    if session_key:
        upstreams.forget_session(session_key=session_key)
        services.end_logins(session_index=queries.session_index(session_key), now=clock.now())
