"""Who was drawn for a survey. What was answered belongs to nobody that could be found."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wenmai.lib.personal import NOBODY, OWNER, STAFF, WORK, Basis, Ending, Form, Rule, Shown, Table, columns
from wenmai.voices.surveys.models import Answer, Came, Invitation, Remark

DRAWN_DAYS, ANSWERS_DAYS, MARK_DAYS = 90, 365, 2
"""How long it stays known who was drawn, what was answered by nobody in particular, the mark of an address. Ours."""
NOBODYS = _("不记名：不知道哪一份是谁的，所以找不出您的，也给不出来")


def invited_already(_from_id: int, to_id: int) -> Q:
    """Where two accounts become one: surveys for which the other one was drawn, too."""
    return Q(survey__in=Invitation.objects.filter(user=to_id).values("survey"))


TABLES = (
    Table(
        "voices.Invitation", _("抽中您的问卷"), _("请您答，只收一份，到期不再问"), Basis.SERVICE,
        columns("user invited_at reminded_at is_answered"), of="user", ending=Ending.ANONYMOUS,
        because=_("抽了多少人要算得出来，只去掉是谁"), rules=("voices.survey_drawn",),
        erase=lambda person, _now: Invitation.objects.filter(user=person.id).update(user=None),
        seen=OWNER, impersonal="survey place",
    ),
    Table(
        "voices.Came", _("填过哪份谁都能填的问卷"), _("一个人只收一份"), Basis.SERVICE,
        columns("mark client", Form.INDEX) + columns("on_day", shown=Shown.NEVER, withheld=NOBODYS), of=None,
        ending=Ending.KEPT, because=NOBODYS, rules=("voices.survey_marks",),
        kept=_("问卷结束就全部删除"), seen=NOBODY, impersonal="survey",
    ),
    Table(
        "voices.Box", _("等着一起写下的答卷"), _("凑够一批再写，谁也对不上是谁的"), Basis.SERVICE,
        columns("sealed", Form.SEALED, Shown.NEVER, withheld=NOBODYS), of=None, ending=Ending.KEPT, because=NOBODYS,
        kept=_("满一批或者问卷结束就写成不记名的答卷"), seen=NOBODY, impersonal="survey count",
    ),
    Table(
        "voices.Answer", _("不记名的答卷"), _("算满意度"), Basis.SERVICE, columns("said", withheld=NOBODYS), of=None,
        ending=Ending.KEPT, because=NOBODYS, rules=("voices.survey_answers",), seen=NOBODY, impersonal="id survey",
    ),
    Table(
        "voices.Remark", _("不记名写的话"), _("知道哪里要改"), Basis.SERVICE, columns("words", withheld=NOBODYS),
        of=None, ending=Ending.KEPT, because=NOBODYS, rules=("voices.survey_remarks",), seen=STAFF,
        impersonal="id survey question",
    ),
    Table(
        "voices.Survey", _("谁写的问卷"), _("知道是谁写的"), Basis.DUTY, columns("author_id", withheld=WORK), of=None,
        ending=Ending.KEPT, because=_("工作记录"), seen=STAFF,
        impersonal=(
            "organisation face face_hash population attended since until margin confidence expected asks_importance "
            "state ends_on regions population_count needed_count drawn_count seed digest opened_at ended_at result "
            "shown shown_hash is_down made_at demo"
        ),
    ),
)  # fmt: skip
IMPERSONAL: dict[str, str] = {}
RULES = (
    Rule(
        "voices.survey_drawn", _("问卷结束（抽中谁）"), lambda: dt.timedelta(days=DRAWN_DAYS),
        lambda before: Invitation.objects.filter(survey__ended_at__lt=before),
    ),
    Rule(
        "voices.survey_marks", _("填写（来源的标记）"), lambda: dt.timedelta(days=MARK_DAYS),
        lambda before: Came.objects.filter(on_day__lt=timezone.localdate(before)).exclude(client=""),
        lambda numbers: Came.objects.filter(pk__in=numbers).update(client="", on_day=None),
    ),
    Rule(
        "voices.survey_answers", _("问卷结束（答卷）"), lambda: dt.timedelta(days=ANSWERS_DAYS),
        lambda before: Answer.objects.filter(survey__ended_at__lt=before),
    ),
    Rule(
        "voices.survey_remarks", _("问卷结束（写的话）"), lambda: dt.timedelta(days=ANSWERS_DAYS),
        lambda before: Remark.objects.filter(survey__ended_at__lt=before),
    ),
)  # fmt: skip
