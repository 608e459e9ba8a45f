"""Who handed in, who reviewed, who took down."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from wenmai.lib.personal import STAFF, WORK, Basis, Ending, Form, Rule, Shown, Table, columns
from wenmai.review import services
from wenmai.review.models import Invitation

WORKED = _("工作记录：审核是内容安全的依据")
TABLES = (
    Table(
        "review.Opinion", _("审核意见"), _("三审三校要说得清谁审核了什么"), Basis.DUTY,
        columns("words reviewer_id reviewer_name at", withheld=WORK), of=None, ending=Ending.KEPT, because=WORKED,
        seen=STAFF, impersonal="step verdict",
    ),
    Table(
        "review.Invitation", _("请外面的人审核的链接"), _("知道是请谁、由谁请的"), Basis.DUTY,
        (
            *columns("name employer phone_tail confirmed_at made_by made_by_name made_at", withheld=WORK),
            *columns("phone_sealed", Form.SEALED, Shown.NEVER, withheld=WORK), *columns("phone_index", Form.INDEX),
            *columns("digest", Form.HASH),
        ), of=None, ending=Ending.KEPT, because=WORKED, seen=STAFF, impersonal="step until revoked_at code_id",
        rules=("review.link_phones",), kept=_("姓名、单位、手机号末四位和意见一起一直保存"),
    ),
    Table(
        "review.Case", _("送审的人"), _("作者不审自己的，退回时找得到人"), Basis.DUTY,
        columns("author_id opened_at", withheld=WORK), of=None, ending=Ending.KEPT, because=WORKED, seen=STAFF,
        impersonal="kind key hash title apart step waits_for state stands hit_count due_on ended_at",
    ),
    Table(
        "review.TakeDown", _("下架和恢复"), _("知道是谁、为什么下架和恢复"), Basis.DUTY,
        columns(
            "by_id by_name at proposed_by proposed_by_name proposed_at confirmed_by confirmed_by_name restored_at",
            withheld=WORK,
        ),
        of=None, ending=Ending.KEPT, because=_("工作记录：下架是内容安全的依据"), seen=STAFF,
        impersonal="kind key title reason proposed_words",
    ),
    Table(
        "review.SampleItem", _("抽检的结果"), _("知道是谁检查的、查出了什么"), Basis.DUTY,
        columns("words by_id by_name at", withheld=WORK), of=None, ending=Ending.KEPT, because=WORKED, seen=STAFF,
        impersonal="number finding",
    ),
    Table(
        "review.Sample", _("抽检的人"), _("知道是谁抽的"), Basis.DUTY,
        columns("made_by made_by_name made_at", withheld=WORK), of=None, ending=Ending.KEPT, because=WORKED, seen=STAFF,
        impersonal="kind first_day last_day percent least seed population digest",
    ),
    Table(
        "review.Plan", _("设定审核步骤的人"), _("知道是谁设定的"), Basis.DUTY,
        columns("entered_by entered_by_name entered_at", withheld=WORK), of=None, ending=Ending.KEPT,
        because=_("工作记录：是谁设定的"), seen=STAFF, impersonal="kind step_count is_default replaced_at",
    ),
    Table(
        "review.ListVersion", _("交来和启用词表的人"), _("知道词表是谁交来、谁启用的"), Basis.DUTY,
        columns("entered_by entered_by_name entered_at activated_by activated_by_name activated_at", withheld=WORK),
        of=None, ending=Ending.KEPT, because=_("工作记录：是谁交来和启用的"), seen=STAFF,
        impersonal="number words note in_force",
    ),
)  # fmt: skip
RULES = (
    Rule(
        "review.link_phones", _("链接到期（整个手机号）"), lambda: dt.timedelta(days=90),
        lambda before: Invitation.objects.filter(until__lt=before).exclude(phone_sealed=""), services.forget_phones,
    ),
)  # fmt: skip
IMPERSONAL = {
    "review.PlanStep": "number name permission days",
    "review.WordList": "name",
    "review.Hit": "word field before found after",
}
