"""Reader cards, and the lists of readers that libraries hand in."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from wenmai.lib.personal import NOBODY, STAFF, WORK, Basis, Ending, Form, Person, Shown, Table, columns
from wenmai.people.models import CardPass

LIBRARYS = _("这是图书馆自己的读者名单，由图书馆增减；要改要删，请找办证的图书馆")


def _revoke(person: Person, now: dt.datetime) -> int:
    """A printed card is worth nothing any more, and gates have to know it until its last day."""
    rows = CardPass.objects.filter(card__user_id=person.id)
    rows.filter(revoked_at=None).update(revoked_at=now)
    return int(rows.update(card=None))


TABLES = (
    Table(
        "people.CardPass",
        _("打印的电子证"),
        _("丢了能作废"),
        Basis.SERVICE,
        columns("token_id made_at expires_at revoked_at"),
        of="card__user",
        ending=Ending.ANONYMOUS,
        because=_("已作废的编号要让闸机知道，编号里没有您的资料"),
        rules=("people.card_passes",),
        erase=_revoke,
    ),
    Table(
        "people.CardShowing",
        _("在柜台看过的电子证"),
        _("一个二维码只能用一次"),
        Basis.SERVICE,
        columns("token_id expires_at", shown=Shown.NEVER, withheld=_("两分钟后就没有用了，也不知道是谁的")),
        of=None,
        ending=Ending.KEPT,
        because=_("只有二维码的编号，没有名字和账号；过一天删除"),
        rules=("people.card_showings",),
        seen=NOBODY,
    ),
    Table(
        "people.ReaderCard",
        _("读者证"),
        _("用图书馆的服务，出示电子证"),
        Basis.SERVICE,
        (
            *columns("number_sealed name_sealed", Form.SEALED),
            *columns("standing valid_until linked_at checked_at due_at doubt doubted_at"),
            *columns("linked_by", withheld=_("是别人的编号")),
            *columns("said_name_sealed said_number_sealed", Form.SEALED, withheld=_("可能是别人的姓名和证号")),
            *columns("said_standing", withheld=_("可能是别人的证的状态")),
            *columns("number_index", Form.INDEX),
        ),
        rules=("people.card_doubts",),
        kept=_("和账号一样久；有疑问、没有人处理的，按下面的期限"),
        seen=_("您自己；有疑问时，证所属图书馆有权的工作人员"),
    ),
    Table(
        "people.CardTry",
        _("绑定读者证的次数"),
        _("不让人猜别人的密码"),
        Basis.LAW,
        columns("at", shown=Shown.NEVER),
        rules=("people.card_tries",),
        seen=NOBODY,
    ),
    Table(
        "people.PatronBatch",
        _("正在读的读者名单"),
        _("把图书馆交来的名单读进来，读完就没有了"),
        Basis.SERVICE,
        columns("rows_sealed", Form.SEALED, Shown.NEVER, withheld=LIBRARYS),
        of=None,
        ending=Ending.KEPT,
        because=LIBRARYS,
        seen=NOBODY,
    ),
    Table(
        "people.Patron",
        _("图书馆的读者名单"),
        _("没有业务系统的图书馆，用名单核对读者证"),
        Basis.SERVICE,
        (
            *columns("name_sealed", Form.SEALED, Shown.NEVER, withheld=LIBRARYS),
            *columns("standing valid_until", shown=Shown.NEVER, withheld=LIBRARYS),
            *columns("number_index", Form.INDEX),
            *columns("proof_hash", Form.HASH),
        ),
        of=None,
        ending=Ending.KEPT,
        because=LIBRARYS,
        seen=NOBODY,
    ),
    Table(
        "people.PatronFile",
        _("上传读者名单的人"),
        _("知道名单是谁交来的"),
        Basis.DUTY,
        columns("by_name at ended_at", withheld=WORK),
        of=None,
        ending=Ending.KEPT,
        because=_("工作记录：哪份名单是谁交来的"),
        seen=STAFF,
        impersonal="name state rejects",
    ),
)
