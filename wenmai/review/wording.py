"""What is said when something is refused here."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused

SENTENCES: dict[str, str | Promise] = {
    "no_words": _("退回或不予通过要写明理由，作者会看到。"),
    "words_too_long": _("意见太长了，最多 %(detail)s 字。"),
    "no_reason": _("请写明理由，它会留在经过里。"),
    "reason_too_long": _("理由太长了，最多 %(detail)s 字。"),
    "too_many": _("一次最多 %(detail)s 件，请分几次。"),
    "changed": _("内容在您看过之后变了，或者别人已经处理过。请再看一遍。"),
    "link_over": _("这个链接用过了、过期了，或者被收回了。请找邀请您的人再要一个。"),
    "not_your_turn": _("还没有轮到这一步。前面的审核完成后，用同一个链接再来。"),
    "link_twice": _("同名的人在这里已经审过一步，每一步要由不同的人来审。"),
    "case_over": _("这件已经审完，或者内容已改，不用再邀请。"),
    "step_passed": _("这一步已经过了。请选后面的一步。"),
    "name_missing": _("请写他或她的姓名。"),
    "name_too_long": _("姓名太长了，最多 %(detail)s 字。"),
    "until_passed": _("有效期要在今天以后。"),
    "until_too_late": _("有效期最长 %(detail)s 天。"),
    "too_many_links": _("这件已经发出 %(detail)s 个链接，不能再多。"),
    "unknown_subject": _("原件已经不在，不用下架。"),
    "unknown_kind": _("没有这一类。"),
    "unknown_organisation": _("没有这家机构。"),
    "unknown_plan": _("这套步骤已经换过，请再看一遍。"),
    "not_down": _("它没有下架，或者已经恢复。"),
    "not_proposed": _("还没有人提出恢复。"),
    "proposed_already": _("%(detail)s已经提出恢复，等另一个人同意。"),
    "own_proposal": _("恢复是您自己提出的，要请另一个人同意。"),
    "no_steps": _("至少要有一步。"),
    "too_many_steps": _("最多 %(detail)s 步。"),
    "step_name": _("第 %(detail)s 步的名称不能用：要写，最多 20 字。"),
    "step_permission": _("第 %(detail)s 步没有选由谁审。"),
    "step_days": _("每一步给 1 到 %(detail)s 个工作日。"),
    "list_name": _("请写词表的名称，最多 %(detail)s 字。"),
    "name_taken": _("已经有词表叫“%(detail)s”。请换个名称，或在它下面交新的一版。"),
    "unknown_list": _("没有这个词表。"),
    "unknown_version": _("这一版没有在用，或者没有这一版。"),
    "note_too_long": _("来源或依据太长了，最多 200 字。"),
    "too_many_lists": _("词表最多 %(detail)s 个。请在原有的词表下交新的一版。"),
    "list_too_large": _("文件太大，最多 %(detail)s 字节。"),
    "list_encoding": _("看不懂这个文件的编码。请存成 UTF-8 的纯文本，一行一个词。"),
    "list_empty": _("文件里没有词。要一行一个词。"),
    "list_too_many": _("词太多，最多 %(detail)s 个。"),
    "word_too_long": _("第 %(detail)s 行太长：一个词最多 40 字。"),
    "word_too_short": _("第 %(detail)s 行只有一个字，会到处命中。请写至少两个字。"),
    "word_unfit": _("第 %(detail)s 行里有看不见的字符，请删去。"),
    "too_busy": _("现在同时提交的太多，请过一会儿再试。"),
}


def sentence(refusal: Refused) -> str:
    return str(SENTENCES[refusal.code]) % {"detail": refusal.detail}
