"""Logins at other people's apps, and other people's logins that lead in here."""

from django.utils.translation import gettext_lazy as _

from wenmai.lib.personal import NOBODY, OWNER, Basis, Ending, Form, Shown, Table, columns
from wenmai.people.personal.accounts import SECRET

TABLES = (
    Table(
        "people.AppSubject",
        _("在应用里的编号"),
        _("让应用认得您，又对不上您在别处的编号"),
        Basis.SERVICE,
        columns("sector word"),
    ),
    Table(
        "people.AppConsent",
        _("给应用的同意"),
        _("记住您同意把什么给哪个应用"),
        Basis.CONSENT,
        columns("scopes given_at"),
        seen=OWNER,
        withdrawn=_("随时在“我的账号 · 知道我的应用”里收回，应用的登录马上失效"),
    ),
    Table(
        "people.AppCode",
        _("去应用路上的一次性码"),
        _("让您登录应用"),
        Basis.SERVICE,
        (
            *columns("scopes acr amr authenticated_at expires_at used_at", shown=Shown.NEVER),
            *columns("redirect_uri nonce challenge", shown=Shown.NEVER, withheld=SECRET),
            *columns("session_index", Form.INDEX),
            *columns("code_hash", Form.HASH),
        ),
        rules=("people.app_codes",),
        seen=NOBODY,
    ),
    Table(
        "people.AppLogin",
        _("在应用里的登录"),
        _("让您在应用里保持登录，在这里退出时那里也退出"),
        Basis.SERVICE,
        (
            *columns("scopes acr amr authenticated_at began_at ends_at refresh_until access_until access_before_until"),
            *columns("subject"),
            *columns("word sid nonce", shown=Shown.NEVER, withheld=SECRET),
            *columns("session_index", Form.INDEX),
            *columns("refresh_hash access_hash access_before_hash", Form.HASH),
        ),
        rules=("people.app_logins",),
    ),
    Table(
        "people.LogoutNotice",
        _("要告诉应用的退出"),
        _("您退出了，应用也要知道"),
        Basis.SERVICE,
        columns("sid subject next_at last_problem", shown=Shown.NEVER, withheld=_("几分钟就没有了")),
        of=None,
        ending=Ending.KEPT,
        because=_("应用要知道您已经退出；告诉了就删除"),
        rules=("people.logout_notices",),
        seen=NOBODY,
        impersonal="tries",
    ),
    Table(
        "people.UpstreamIdentity",
        _("别家的登录"),
        _("让您用别家的账号登录这里"),
        Basis.SERVICE,
        columns("subject linked_at"),
    ),
    Table(
        "people.UpstreamSession",
        _("从别家来的登录"),
        _("在一处退出，两处都退出"),
        Basis.SERVICE,
        (
            *columns("subject began_at"),
            *columns("sid", shown=Shown.NEVER, withheld=SECRET),
            *columns("token_sealed refresh_sealed", Form.SEALED, Shown.NEVER, withheld=SECRET),
            *columns("session_index", Form.INDEX),
        ),
        rules=("people.upstream_sessions",),
    ),
)
