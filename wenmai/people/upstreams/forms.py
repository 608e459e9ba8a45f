"""Input of the desk's forms for upstreams."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenmai.people.upstreams.models import Upstream, UpstreamTerms
from wenmai.people.upstreams.services import Wish

LEVELS = [(0, _("0 没有核实")), (1, _("1 手机号")), (2, _("2 实名")), (3, _("3 当面核实"))]


class UpstreamForm(forms.Form):
    """An empty secret keeps the one that is there."""

    name = forms.CharField(label=_("名称"), max_length=60, help_text=_("登录页的按钮上看到的，例如“省政务服务”。"))
    issuer = forms.CharField(
        label=_("签发者"),
        max_length=400,
        help_text=_("对方说明里的 issuer，一字不差。微信写 https://open.weixin.qq.com，下面写 AppID 和 AppSecret。"),
    )
    client_id = forms.CharField(label=_("我们在那里的编号"), max_length=200, help_text=_("对方给的 client_id。"))
    secret = forms.CharField(
        label=_("密钥"), max_length=400, required=False, help_text=_("对方给的；已经写过的空着就不改。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    levels = forms.CharField(
        label=_("等级对照"), required=False, max_length=4_000, help_text=_("一行一个：对方的 acr = 我们的等级。"),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "none"}),
    )  # fmt: skip
    level_otherwise = forms.TypedChoiceField(label=_("其他的算作"), choices=LEVELS, coerce=int, initial=0)
    makes_accounts = forms.BooleanField(
        label=_("没来过的人可以新建账号"), required=False, initial=True,
        help_text=_("不勾，就只有先登录这里、绑定过的人能用它登录。"),
    )  # fmt: skip

    def wish(self) -> Wish:
        return Wish(**{name: self.cleaned_data[name] for name in Wish._fields})


class NewUpstreamForm(UpstreamForm):
    slug = forms.CharField(label=_("代号"), max_length=31, help_text=_("写在回来的地址里，以后不改，例如 province。"))


def filled(upstream: Upstream | UpstreamTerms) -> dict[str, Any]:
    return {
        "name": upstream.name, "issuer": upstream.issuer, "client_id": upstream.client_id,
        "levels": "\n".join(f"{acr} = {level}" for acr, level in upstream.levels.items()),
        "level_otherwise": upstream.level_otherwise, "makes_accounts": upstream.makes_accounts,
    }  # fmt: skip
