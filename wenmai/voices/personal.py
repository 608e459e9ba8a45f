"""Who needs what, and who of staff dealt with it."""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from wenmai.lib import vault
from wenmai.lib.personal import OWNER_AND_STAFF, STAFF, WORK, Basis, Ending, Form, Person, Rule, Shown, Table, columns
from wenmai.voices.hotline.models import HotlineBatch, HotlineFile
from wenmai.voices.models import Asker, Need, Rating
from wenmai.voices.rules.needs import PERSON

KEPT_DAYS, MARK_DAYS = 365, 2
"""How long it stays known who asked, after it was closed; and the mark of an address. Ours, no norm."""
OFFERED_DAYS, RETURNED_DAYS = 7, 30
"""How long a hotline's file waits for somebody to look at its columns, and what came back of it stays. Ours."""
WIPED = "—"


def askers_that_stay(_from_id: int, to_id: int) -> Q:
    """Where two accounts become one: what the other one asked or seconded already."""
    return Q(need__in=Asker.objects.filter(user=to_id).values("need"))


def own_ratings(_from_id: int, to_id: int) -> Q:
    """Where two accounts become one: what a guardian said of the other one stays theirs."""
    return Q(person=to_id)


def _of(person: Person) -> "QuerySet[Any]":
    """Of the account, and those with the telephone of the account."""
    known = Q(user=person.id)
    if person.phone:
        known |= Q(user=None, person=vault.index(person.phone, purpose=PERSON))
    return Asker.objects.filter(known)


def _leave(person: Person, _now: dt.datetime) -> int:
    """The need stays, without who asked."""
    return _of(person).update(user=None, person="", contact_sealed="")


def _needs_of(person: Person) -> "QuerySet[Any]":
    return Need.objects.filter(pk__in=_of(person).filter(role=Asker.Role.ASKED).values("need"))


def _unrate(person: Person, _now: dt.datetime) -> int:
    """The stars stay, without words and without whose they were, or who said them for a child."""
    wiped: dict[str, Any] = {"words": "", "words_hash": None, "is_shown": False}
    said = Rating.objects.filter(guardian=person.id).update(guardian=None, **wiped)
    return said + Rating.objects.filter(person=person.id).update(person=None, guardian=None, **wiped)


def _rated_by(person: Person) -> "QuerySet[Any]":
    return Rating.objects.filter(Q(person=person.id) | Q(guardian=person.id))


def _over(before: dt.datetime) -> "QuerySet[Any]":
    """Of needs that are closed, themselves or by their head."""
    closed = Q(need__step="closed", need__moved_at__lt=before)
    led = Q(need__head__step="closed", need__head__moved_at__lt=before)
    return Asker.objects.filter(closed | led).exclude(user=None, person="", contact_sealed="")


def _words_over(before: dt.datetime) -> "QuerySet[Any]":
    """Words as they were asked, once nobody is known to have asked them; what stands in public stays."""
    closed = Q(step="closed", moved_at__lt=before) | Q(head__step="closed", head__moved_at__lt=before)
    known = Asker.objects.filter(need=OuterRef("pk")).exclude(user=None, person="")
    return Need.objects.filter(closed).exclude(words=WIPED).exclude(Exists(known))


def _wipe_words(numbers: list[Any]) -> int:
    return Need.objects.filter(pk__in=numbers).update(
        words=WIPED, spot="", whom="", wished="", grams=[], number="", client=""
    )


def _wipe_needs(person: Person, _now: dt.datetime) -> int:
    """Before it is forgotten whose they were."""
    return _wipe_words(list(_needs_of(person).values_list("pk", flat=True)))


TABLES: tuple[Table, ...] = (
    Table(
        "voices.Rating", _("您的评价"), _("参加过的人满意不满意，算平均分"), Basis.SERVICE,
        columns("person guardian stars words at"), of=_rated_by, ending=Ending.ANONYMOUS,
        because=_("分数留着算平均，评语删去，只去掉是谁"), rules=("voices.ratings",), erase=_unrate,
        seen=OWNER_AND_STAFF, impersonal="kind key subject attendance organisation words_hash is_shown",
    ),
    Table(
        "voices.Need", _("需求的内容"), _("办您提的事，答复您"), Basis.SERVICE,
        columns("words spot whom wished") + columns("client", Form.INDEX, words=_("来源的标记，只在当天对得上"))
        + columns("author_id decided_by made_by", withheld=WORK),
        of=_needs_of, ending=Ending.ANONYMOUS, because=_("您的原话删去；审核过的标题和答复里没有您，别人还要看"),
        rules=("voices.words", "voices.marks"), erase=_wipe_needs,
        seen=OWNER_AND_STAFF,
        impersonal=(
            "organisation channel kind grams head step outcome reason turn due_on moved_at face face_hash shown "
            "shown_hash is_down answered_at answered_in_time delivered_at called_at reopened number key made_at demo"
        ),
    ),
    Table(
        "voices.Asker", _("提的需求和“我也需要”"), _("一个人算一份，办到哪一步告诉您，问您满不满意"), Basis.SERVICE,
        columns("user role made_at delivered score said_at need")
        + columns("person", Form.INDEX) + columns("contact_sealed", Form.SEALED, Shown.MASKED),
        of=_of, ending=Ending.ANONYMOUS, because=_("多少人需要要算得出来，只去掉是谁"), rules=("voices.askers",),
        erase=_leave, seen=OWNER_AND_STAFF,
    ),
    Table(
        "voices.Link", _("谁关联的"), _("知道是谁把需求和活动、采购连上的"), Basis.DUTY,
        columns("by_id at", withheld=WORK),
        of=None, ending=Ending.KEPT, because=_("工作记录"), seen=STAFF, impersonal="need kind key",
    ),
    Table(
        "voices.Purchase", _("谁列的采购计划"), _("知道是谁列的"), Basis.DUTY, columns("by_id made_at", withheld=WORK),
        of=None, ending=Ending.KEPT, because=_("工作记录"), seen=STAFF,
        impersonal="organisation year item fen state moved_at",
    ),
)  # fmt: skip
HOTLINE = _("热线的工单，来电的人不在这里登录；收下的都在“需求”里")
TABLES += (
    Table(
        "voices.HotlineBatch", _("热线文件里等着读的和退回的行"), _("把 12345 的工单登记成需求，退回的改好再交"),
        Basis.LAW, columns("rows_sealed", Form.SEALED, Shown.MASKED, withheld=HOTLINE), of=None, ending=Ending.KEPT,
        because=HOTLINE, rules=("voices.hotline_offered", "voices.hotline_rows"), seen=STAFF,
        impersonal="file place count is_read",
    ),
    Table(
        "voices.HotlineFile", _("谁交的热线文件"), _("知道是谁交来的"), Basis.DUTY,
        columns("by_id at", withheld=WORK), of=None, ending=Ending.KEPT, because=_("工作记录"), seen=STAFF,
        impersonal=(
            "organisation name kind header mapping usual_kind state received_count waiting_count new_count "
            "known_count refused_count ended_at"
        ),
    ),
)  # fmt: skip
IMPERSONAL = {
    "voices.News": "asker kind turn at",
}
RULES = (
    Rule(
        "voices.askers", _("需求办结"), lambda: dt.timedelta(days=KEPT_DAYS), _over,
        lambda numbers: Asker.objects.filter(pk__in=numbers).update(user=None, person="", contact_sealed=""),
    ),
    Rule(
        "voices.ratings", _("评价"), lambda: dt.timedelta(days=KEPT_DAYS),
        lambda before: Rating.objects.filter(at__lt=before).exclude(person=None, guardian=None),
        lambda numbers: Rating.objects.filter(pk__in=numbers).update(person=None, guardian=None),
    ),
    Rule(
        "voices.hotline_offered", _("上传（没有收下的热线文件）"), lambda: dt.timedelta(days=OFFERED_DAYS),
        lambda before: HotlineFile.objects.filter(state="offered", at__lt=before),
    ),
    Rule(
        "voices.hotline_rows", _("读完（退回的行）"), lambda: dt.timedelta(days=RETURNED_DAYS),
        lambda before: HotlineBatch.objects.filter(file__ended_at__lt=before),
    ),
    Rule("voices.words", _("需求办结（原话）"), lambda: dt.timedelta(days=KEPT_DAYS), _words_over, _wipe_words),
    Rule(
        "voices.marks", _("收到（来源的标记）"), lambda: dt.timedelta(days=MARK_DAYS),
        lambda before: Need.objects.filter(made_at__lt=before).exclude(client=""),
        lambda numbers: Need.objects.filter(pk__in=numbers).update(client=""),
    ),
)  # fmt: skip
