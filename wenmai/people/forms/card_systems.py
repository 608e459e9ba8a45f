"""Input of the desk's pages for the systems that know reader cards."""

import re
import ssl
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from wenmai.formats import sip2
from wenmai.institutions import queries as institutions
from wenmai.lib.access import Actor
from wenmai.lib.http import FetchFailed, check_address
from wenmai.lib.picking import PickField
from wenmai.people.card_wording import PROOFS
from wenmai.people.models import CardSystem
from wenmai.people.models.cards import ELECTRONIC

_HOST = re.compile(r"(?=.{1,253}\Z)(?!-)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*|[0-9A-Fa-f:.]{3,45}")
_ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,59}")
CHARSETS = {
    "auto": _("自动识别"), "utf-8": "UTF-8", "gb18030": "GB18030（GBK、GB2312）", "latin-1": "Latin-1",
}  # fmt: skip
assert set(CHARSETS) == set(sip2.CHARSETS)


class NewSystemForm(forms.Form):
    """The first step: whose readers, and how they are asked about."""

    kind = forms.ChoiceField(label=_("方式"), choices=CardSystem.Kind.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = actor.scope("cards.change")
        self.fields["organisation"] = PickField(
            label=_("机构"),
            find=lambda words: institutions.organisation_options(scope, words),
            named=institutions.organisation_option,
            few=institutions.few_organisations(scope),
        )


class SystemForm(forms.Form):
    """What every kind has."""

    name = forms.CharField(
        label=_("读者看到的名称"), max_length=60, help_text=_("通常就是馆名，例如“光塔图书馆读者证”。")
    )
    kept: ClassVar[tuple[str, ...]] = ()

    def settings(self) -> dict[str, Any]:
        """As `CardSystem.settings` has them."""
        return {name: self.cleaned_data[name] for name in self.kept}


class FileForm(SystemForm):
    """Readers that a file tells of: what they prove their card with."""

    proof = forms.ChoiceField(
        label=_("读者用什么证明证是自己的"), choices=list(PROOFS.items()), widget=forms.RadioSelect,
        help_text=_("名单里要有这一列。密码或手机号比生日可靠：生日别人常常知道。有了名单就不能再改。"),
    )  # fmt: skip
    kept = ("proof",)


class PatronsForm(forms.Form):
    """A file of patrons."""

    file = forms.FileField(
        label=_("文件（CSV 或 XLSX）"),
        help_text=_("第一行写列名：证号、姓名、密码或手机号或生日，可以再有有效期、状态。"),
    )
    is_whole = forms.BooleanField(
        label=_("这是全部读者：文件里没有的，不再是读者"), required=False
    )  # fmt: skip


class ServerForm(SystemForm):
    """One that is a server somewhere. `secret` stays as it is where nothing is typed."""

    host = forms.CharField(
        label=_("服务器"), max_length=253,
        help_text=_("主机名或地址，例如 sip.example.cn。内网的主机要请平台运维先放行。"),
        widget=forms.TextInput(attrs={"autocapitalize": "none"}),
    )  # fmt: skip
    port = forms.IntegerField(label=_("端口"), min_value=1, max_value=65535)
    ca = forms.CharField(
        label=_("自己的证书（PEM）"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("服务器的证书不是公共机构签的，就把签它的证书贴在这里。"),
    )  # fmt: skip
    secret = forms.CharField(
        label=_("登录密码"), required=False, max_length=120, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    PORT: ClassVar[int] = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["port"].initial = self.PORT

    def clean_host(self) -> str:
        host = str(self.cleaned_data["host"]).strip()
        if not _HOST.fullmatch(host):
            raise forms.ValidationError(_("这不像主机名。不要写 http://，也不要写端口。"))
        return host

    def clean_ca(self) -> str:
        text = str(self.cleaned_data["ca"]).strip()
        if not text:
            return ""
        if "PRIVATE KEY" in text:
            raise forms.ValidationError(_("这里面有私钥。请只贴证书，私钥不要给任何人。"))
        try:
            ssl.create_default_context(cadata=text)
        except (ssl.SSLError, ValueError) as odd:
            raise forms.ValidationError(_("这不是 PEM 证书。它以 -----BEGIN CERTIFICATE----- 开头。")) from odd
        return text


class Sip2Form(ServerForm):
    """How a library's system is reached by SIP2."""

    PORT = 6001
    field_order = ("name", "host", "port", "is_tls", "ca", "login", "secret")
    is_tls = forms.BooleanField(
        label=_("用 TLS 加密"), required=False, help_text=_("不加密的 SIP2 会让密码在路上被看见，只该走专线或 VPN。")
    )
    login = forms.CharField(
        label=_("登录名"), required=False, max_length=60, help_text=_("业务系统给自助设备的账号；不要求登录就空着。")
    )
    institution = forms.CharField(label=_("馆代码（AO）"), required=False, max_length=40)
    location = forms.CharField(label=_("地点代码（CP）"), required=False, max_length=40)
    charset = forms.ChoiceField(label=_("字符集"), choices=list(CHARSETS.items()), initial="auto")
    kept = ("host", "port", "is_tls", "ca", "login", "institution", "location", "charset")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for field in ("login", "secret", "institution", "location"):
            if not sip2.is_plain(str(given.get(field, ""))):
                self.add_error(field, _("这里不能有竖线或换行。"))
        return given


class LdapForm(ServerForm):
    """How a directory of readers is reached by LDAP, and what stands where in it."""

    PORT = 636
    field_order = ("name", "host", "port", "tls", "ca", "base", "bind_dn", "secret")
    tls = forms.ChoiceField(
        label=_("加密"),
        choices=[
            ("tls", _("TLS（一般用 636 端口）")),
            ("starttls", _("StartTLS（一般用 389 端口）")),
            ("none", _("不加密")),
        ],
        help_text=_("不加密时密码在路上看得见，只该走专线或 VPN。"),
    )
    base = forms.CharField(
        label=_("从哪里查（base DN）"), max_length=200, help_text=_("例如 ou=readers,dc=library,dc=cn。")
    )
    bind_dn = forms.CharField(
        label=_("查询用的账号（DN）"), required=False, max_length=200,
        help_text=_("只要能查，不要能改。不写就不登录去查。它的密码写在“登录密码”里。"),
    )  # fmt: skip
    number = forms.CharField(label=_("证号在哪个属性里"), max_length=60, initial="uid")
    reader_name = forms.CharField(label=_("姓名在哪个属性里"), max_length=60, initial="cn")
    until = forms.CharField(label=_("有效期在哪个属性里"), required=False, max_length=60)
    kept = ("host", "port", "tls", "ca", "base", "bind_dn", "number", "until")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for field in ("number", "reader_name", "until"):
            if given.get(field) and not _ATTRIBUTE.fullmatch(str(given[field])):
                self.add_error(field, _("属性名只有英文字母、数字和连字符，例如 uid。"))
        if bool(given.get("bind_dn")) < bool(given.get("secret")):
            self.add_error("bind_dn", _("有密码，就要有账号。"))
        return given

    def settings(self) -> dict[str, Any]:
        return {**super().settings(), "name": self.cleaned_data["reader_name"]}


class CasForm(SystemForm):
    """A login page of the library's own."""

    address = forms.CharField(
        label=_("CAS 服务器的网址"), max_length=300,
        help_text=_("不带 /login，例如 https://cas.example.cn/cas。请对方把本平台的网址登记为可用的 service。"),
        widget=forms.URLInput(attrs={"autocapitalize": "none"}),
    )  # fmt: skip
    number = forms.CharField(
        label=_("证号在哪个属性里"), required=False, max_length=60, help_text=_("不写就用登录名当证号。")
    )
    reader_name = forms.CharField(label=_("姓名在哪个属性里"), required=False, max_length=60)
    until = forms.CharField(label=_("有效期在哪个属性里"), required=False, max_length=60)
    kept = ("address", "number", "until")

    def clean_address(self) -> str:
        """Tickets are worth a login: without encryption to hosts only that the operator has named."""
        address = str(self.cleaned_data["address"]).strip().rstrip("/")
        try:
            check_address(address)
        except FetchFailed as odd:
            raise forms.ValidationError(_("这不是网址，请写成 https://cas.example.cn/cas。")) from odd
        parts = urlsplit(address)
        if parts.query or parts.fragment:
            raise forms.ValidationError(_("网址里不要有 ? 和 #。"))
        if parts.scheme != "https" and (parts.hostname or "") not in settings.ALLOWED_PRIVATE_HOSTS:
            raise forms.ValidationError(_("要用 https，否则登录凭据在路上会被截走。"))
        return address

    def settings(self) -> dict[str, Any]:
        return {**super().settings(), "name": self.cleaned_data["reader_name"]}


class ElectronicForm(forms.Form):
    """What electronic cards say."""

    electronic = forms.ChoiceField(label=_("电子证"), choices=ELECTRONIC, widget=forms.RadioSelect)


class TrialForm(forms.Form):
    """A card that the library's staff may look at, or none."""

    number = forms.CharField(
        label=_("用一张证试（可空）"), required=False, max_length=40,
        help_text=_("会故意用一个错的密码问一次，看业务系统核不核对。请用馆里的测试证。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


SETTINGS_FORMS: dict[str, type[SystemForm]] = {
    CardSystem.Kind.SIP2: Sip2Form,
    CardSystem.Kind.FILE: FileForm,
    CardSystem.Kind.LDAP: LdapForm,
    CardSystem.Kind.CAS: CasForm,
}
