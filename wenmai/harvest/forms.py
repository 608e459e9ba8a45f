from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenmai.harvest.models import DELETIONS


class UploadForm(forms.Form):
    """One file; its format is found out unless it is said."""

    file = forms.FileField(label=_("文件"))
    format = forms.ChoiceField(label=_("格式"), required=False)
    whole = forms.BooleanField(label=_("这是我馆的全部记录：文件里没有的，视为已不再提供"), required=False)

    def __init__(self, *args: Any, formats: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["format"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("自动识别")), *((one, one) for one in formats)]


class SourceForm(forms.Form):
    """What may be changed of a source; the services judge the values."""

    address = forms.CharField(label=_("地址"), max_length=500, required=False, strip=True)
    prefix = forms.CharField(  # type: ignore[assignment]
        label=_("元数据前缀"), max_length=60, required=False, help_text=_("仅用于 OAI-PMH，例如 oai_dc、marc21。")
    )
    sets = forms.CharField(
        label=_("集合"),
        max_length=2000,
        required=False,
        help_text=_("每个集合一行；留空为全部。"),
        widget=forms.Textarea,
    )
    schedule = forms.CharField(
        label=_("时间表"),
        max_length=60,
        required=False,
        help_text=_("every 6h、daily 03:30、weekly mon 03:30 或 cron 30 3 1 * *；留空为只在有人发起时采收。"),
    )
    deletions = forms.ChoiceField(label=_("删除判断"), choices=DELETIONS)
    brake_percent = forms.IntegerField(
        label=_("删除上限（%）"), min_value=0, max_value=100, help_text=_("一次缺失超过这个比例时，先等人确认。")
    )
    allow_private_hosts = forms.BooleanField(label=_("允许内网地址（仅平台管理员）"), required=False)

    def clean_sets(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["sets"].splitlines() if line.strip()]
