"""What a look says: the page, and why."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wenmai.people.unmasking import rules as unmasking

PAGES: dict[str, str | Promise] = {
    "desk:people:accounts": _("账号列表"),
    "desk:people:account": _("账号页"),
    "desk:people:new": _("账号页"),
    "desk:people:rename": _("账号页"),
    "desk:people:grant": _("账号页"),
    "desk:people:reset": _("账号页"),
    "desk:people:review": _("权限复核"),
    "desk:people:requests": _("权限申请"),
    "desk:people:counter": _("柜台核验"),
    "desk:people:counter_confirm": _("柜台核验"),
    "desk:people:proxies": _("代办登记"),
    "desk:people:groups": _("团队"),
    "desk:people:volunteers": _("志愿者"),
    "desk:people:volunteer": _("一位志愿者"),
    "desk:people:group": _("团队"),
    "desk:people:card_doubts": _("待确认的读者证"),
    "desk:people:looks": _("访问记录"),
    "desk:people:account_phone": _("账号页"),
    "desk:people:request_phone": _("权限申请"),
    "desk:people:volunteer_phone": _("一位志愿者"),
    "account_group_phone": _("团队"),
    "desk:booking:days": _("资源"),
    "desk:booking:hours": _("资源"),
    "desk:activities:session": _("活动的一场"),
    "desk:activities:enrolments_table": _("活动的一场"),
    "desk:activities:door": _("活动的门口"),
    "desk:activities:door_list": _("活动的门口"),
    "desk:activities:door_paper": _("活动的门口"),
    "desk:activities:door_paper_table": _("活动的门口"),
    "desk:booking:absences": _("爽约与申诉"),
    "desk:booking:absence": _("爽约与申诉"),
    "desk:booking:pool": _("名额"),
    "desk:booking:request": _("场馆申请"),
    "desk:booking:requests": _("场馆申请"),
    "desk:booking:series": _("场馆申请"),
    "desk:booking:shares": _("名额"),
    "desk:booking:thing": _("资源"),
    "desk:booking:today": _("今天的场馆"),
    "desk:voices:need": _("一条需求"),
    "desk:voices:act": _("一条需求"),
    "desk:voices:hotline_file": _("12345 文件"),
    "desk:voices:hotline_rejects": _("12345 文件"),
    "desk:voices:contact": _("一条需求"),
    "desk:messages:index": _("短信"),
    "portal:reports": _("纠错与举报"),
    "portal:report_contact": _("纠错与举报"),
}
"""The name of the address -> what people call the page; what is not here is called a page of staff."""
REASONS: dict[str, str | Promise] = {
    "words": _("按名称查找"),
    "filter": _("筛选"),
    "request": _("第 %(number)s 号申请"),
    "code": _("读者出示了到馆码"),
    "contact": _("看了第 %(number)s 号纠错举报的联系方式"),
    "need": _("看了第 %(number)s 条需求的手机号"),
    "made": _("建立账号"),
    "person": _("查一个人被谁看过"),
    "staff": _("查一位工作人员看过谁"),
    "table": _("存成表格"),
}
IN_GROUP = "group_responsible"
"""In a look's role: no role of staff, but the one who answers for a group that the person is in."""
MANY = 50
"""So many different people on one day stand out. Ours, no norm: what is usual differs from desk to desk."""


def page_words(page: str) -> str:
    return str(PAGES.get(page, _("工作人员的页面")))


def reason_words(reason: str) -> str:
    code, _colon, number = reason.partition(":")
    if code.startswith(unmasking.MARK):
        why = unmasking.REASONS.get(code.removeprefix(unmasking.MARK), "")
        return gettext("看了完整号码：%(why)s") % {"why": why}
    return str(REASONS.get(code, "")) % {"number": number} if code in REASONS else ""
