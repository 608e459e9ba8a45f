"""What is said of a hotline's file and of its rows."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused
from wenmai.voices.wording import SENTENCES as NEEDS

SENTENCES: dict[str, str | Promise] = {
    "hotline_large": _("文件太大，最大 %(detail)s MB，请分几次。"),
    "hotline_many": _("行数太多，一个文件最多 %(detail)s 行，请分几次。"),
    "hotline_empty": _("文件里没有读得出的行。第一行写各列的名称，下面一行一条工单。"),
    "hotline_unreadable": _("打不开这个文件。请用 CSV 或者 XLSX（不加密码）。"),
    "unknown_hotline": _("没有这个文件，或者它已经删掉了。"),
    "hotline_taken": _("这个文件已经在读，或者读完了。"),
    "column_missing": _("请选哪一列是“%(detail)s”。"),
    "column_twice": _("“%(detail)s”这一列选了两次。"),
    "column_odd": _("请从文件的各列里选。"),
}
ROWS: dict[str, str | Promise] = {
    "row_number_missing": _("没有工单编号"),
    "row_number_long": _("工单编号太长，最多 %(detail)s 个字"),
    "words_missing": _("没有诉求内容"),
    "words_long": _("诉求内容太长，最多 %(detail)s 个字"),
    "row_phone_odd": _("联系电话读不出，写 11 位手机号、带区号的座机，或者空着"),
    "row_day_odd": _("来电时间读不出，或者不在三年之内；写成 2026-11-30 09:00 这样"),
    "format_columns": _("这一行比第一行多出几格"),
    "format_encoding": _("这一行有读不出的字"),
    "format_too_large": _("这一行太长"),
}
UNREAD = _("这一行读不出")


def sentence(refusal: Refused) -> str:
    return str(SENTENCES.get(refusal.code) or NEEDS[refusal.code]) % {"detail": refusal.detail}


def row_words(code: str, detail: str) -> str:
    return str(ROWS.get(code, UNREAD)) % {"detail": detail}
