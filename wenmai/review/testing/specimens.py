"""Specimens of the pages of review: full with long names, empty, refusing; without a database."""

import datetime as dt
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from wenmai.lib.access import Reach, Scope
from wenmai.lib.lists import LongList
from wenmai.review.forms import InvitationForm, ListForm, PlanForm, SampleForm
from wenmai.review.models import Finding, Opinion, PlanStep
from wenmai.review.queries import Asked, CaseView, Drawn, Earlier, Line, PlanView
from wenmai.review.rules import DEFAULT, Field, Subject
from wenmai.review.wording import SENTENCES

Pages = Mapping[str, tuple[str, dict[str, Any]]]
NOW = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)
TITLE = "天宝初南曹小司寇舅于我太夫人堂下累土为山一匮盈尺以代彼朽木承诸焚香瓷瓯瓯甚安矣旁植慈竹盖兹数峰嵚岑婵娟"
OFFICE = "黔东南苗族侗族自治州公共文化服务和非物质文化遗产保护中心（州文化馆、州美术馆）"
PERSON = "古丽米热·阿卜杜热合曼·买买提艾力"
WORDS = "经核对，该件与原件不符：题名少一字，第三段的出处没有写；请补上以后再交，并附上级主管部门的批复。"
WHERE = SimpleNamespace(name=OFFICE)


def make_pages() -> Pages:
    """Name of a specimen -> template and context."""
    return {**queues(), **cases(), **desks(), **outside()}


def many(rows: list[Any]) -> Any:
    """The second of three pages, as a list's page sees them."""
    return LongList(rows * 3, len(rows)).get_page(2) if rows else LongList(rows, 20).get_page(1)


def queues() -> Pages:
    line = Line(
        1, "catalogue.record", "12", TITLE, b"\x01" * 32, 1, OFFICE, 1, 3, "复审", "review.second", NOW.date(), 51, NOW
    )
    late = line._replace(
        id=2, due_on=NOW.date() - dt.timedelta(days=30), hit_count=0, step_name="县图书馆采编部复审复核"
    )
    asked = Asked(mine=False, organisation_id=1, due="over")
    listed = {"kinds": [], "today": NOW.date(), "asked": asked, "organisation": OFFICE}
    one = SimpleNamespace(
        title=TITLE, stands=False, state="returned", get_state_display="已退回", said=WORDS, said_by=PERSON, step=1,
        steps_count=3, opened_at=NOW,
    )  # fmt: skip
    return {
        "review-queue": ("review/queue.html", {**listed, "page": many([line, late]), "lines": [line, late]}),
        "review-queue-empty": ("review/queue.html", {**listed, "page": many([]), "lines": [], "organisation": None}),
        "review-many": (
            "review/many.html",
            {"lines": [line, late], "left": 3, "verdict": "return", "words": WORDS, "longest": 1000},
        ),
        "review-mine": ("review/mine.html", {"page": many([one]), "rows": [(one, "总目录的记录", "/desk/")] * 2}),
        "review-mine-empty": ("review/mine.html", {"page": many([]), "rows": [], "back": True}),
    }


def view(**more: Any) -> dict[str, Any]:
    case: Any = SimpleNamespace(
        pk=1, title=TITLE, kind="catalogue.record", key="12", hash=b"\x01", step=1, due_on=NOW.date(), opened_at=NOW,
        state="open", stands=False, get_state_display="在审", organisation=WHERE,
    )  # fmt: skip
    steps = [PlanStep(number=number, name=one.name) for number, one in enumerate(DEFAULT, start=1)]
    subject = Subject(TITLE, b"\x01", [Field("题名", TITLE), Field("正文", WORDS * 9)], 1, None, "/desk/")
    found = CaseView(case, steps, subject)
    said = Opinion(step=1, verdict="pass", words=WORDS, reviewer_name=PERSON, at=NOW, invitation_id=1)
    return {
        "view": found, "case": found.case, "steps": [(steps[0], said), *((one, None) for one in steps[1:])],
        "is_certain": False, "is_over": True, "may_decide": True, "now": NOW, **more,
    }  # fmt: skip


def cases() -> Pages:
    version = SimpleNamespace(number=12, list=SimpleNamespace(name="地方通告所列用语"))
    hit = SimpleNamespace(
        before="报恩结客少年归", found="杀人", after="竟贤君赐锦衣", field="正文", word="杀人", version=version
    )
    changed = [Earlier("题名", TITLE, TITLE[:30]), Earlier("正文", WORDS, WORDS), Earlier("出处", "", OFFICE)]
    links = [
        SimpleNamespace(
            pk=number, name=PERSON, step=2, until=NOW + dt.timedelta(days=days), revoked_at=None, is_used=used
        )
        for number, days, used in ((1, 9, False), (2, -1, False), (3, 9, True))
    ]
    word = SimpleNamespace(get_verdict_display="退回修改", reviewer_name=PERSON, words=WORDS)
    past = SimpleNamespace(
        pk=2, opened_at=NOW, stands=False, get_state_display="已退回", opinions=SimpleNamespace(all=[word])
    )  # fmt: skip
    form = InvitationForm({"name": "", "step": "2", "until": "x"}, steps=[(2, "复审"), (3, "终审")])
    full = view(
        hits=[hit] * 2, more_hits=True, compared=changed, invitations=links, may_invite=True, form=form, past=[past],
        may_take_down=True, link="https://library.example/review/" + "Ab9_-" * 8,
    )  # fmt: skip
    return {
        "review-case": ("review/case.html", full),
        "review-case-own": ("review/case.html", view(is_own=True)),
        "review-case-said": ("review/case.html", view(has_said=True, is_down=True)),
        "review-case-plain": ("review/case.html", view()),
    }


def desks() -> Pages:
    down = SimpleNamespace(
        pk=1, title=TITLE, reason=WORDS, organisation=WHERE, at=NOW, by_name=PERSON, proposed_at=None, restored_at=None
    )  # fmt: skip
    asked = SimpleNamespace(
        **{**vars(down), "pk": 2, "proposed_at": NOW, "proposed_by_name": PERSON, "proposed_words": WORDS}
    )
    back = SimpleNamespace(**{**vars(asked), "restored_at": NOW, "confirmed_by_name": PERSON})
    rows = [(down, "总目录的记录", False), (asked, "总目录的记录", True), (asked, "总目录的记录", False)]
    ours = PlanView(None, None, "", "", list(DEFAULT), True, "", None)
    own = PlanView(2, 1, OFFICE, "catalogue.record", list(DEFAULT)[:1], False, PERSON, NOW)
    steps = [(one, "有审核记录权限的人") for one in DEFAULT]
    version = SimpleNamespace(pk=1, number=12, in_force=True, entered_at=NOW, entered_by_name=PERSON, note=WORDS)
    old = SimpleNamespace(**{**vars(version), "pk": 2, "number": 11, "in_force": False})
    lists = [(SimpleNamespace(pk=1, name="地方通告所列用语"), [version, old])]
    plan, file = PlanForm({"name1": "x" * 21}, scope=Scope((Reach("", ""),))), ListForm({}, lists=[(1, "一")])
    file.is_valid()
    file.add_error("file", str(SENTENCES["list_empty"]))
    return {
        "review-down": ("review/down.html", {"page": many([down]), "rows": rows, "past": False}),
        "review-down-past": ("review/down.html", {"page": many([back]), "rows": [(back, "记录", False)], "past": True}),
        "review-down-empty": ("review/down.html", {"page": many([]), "rows": [], "past": False}),
        "review-plans": ("review/plans.html", {"rows": [(ours, steps, False), (own, steps[:1], True)]}),
        "review-plan-new": ("review/plan_new.html", {"form": plan}),
        **samples(),
        "review-words": ("review/words.html", {"lists": lists, "form": file}),
        "review-words-empty": ("review/words.html", {"lists": [], "form": ListForm(lists=[])}),
    }


def samples() -> Pages:
    sheet = SimpleNamespace(
        pk=1, organisation=WHERE, first_day=NOW.date(), last_day=NOW.date(), percent=5, least=10, drawn_count=12,
        left=3, bad=1, seed="5f" * 16, digest="0c" * 32, made_by_name=PERSON, made_at=NOW,
    )  # fmt: skip
    of_all = SimpleNamespace(**{**vars(sheet), "pk": 2, "organisation": None, "left": 0, "bad": 0})
    case = SimpleNamespace(title=TITLE, organisation=WHERE)
    items = [
        SimpleNamespace(
            pk=number, number=number, case_id=1, case=case, finding=finding, words=WORDS if finding else "", at=NOW,
            by_name=PERSON, get_finding_display=said,
        )
        for number, (finding, said) in enumerate((("", ""), ("fine", "没有问题"), ("mend", "要整改")), start=1)
    ]  # fmt: skip
    rows = [(one, "总目录的记录") for one in items]
    page = {"sample": sheet, "total": 12_345, "kind": "总目录的记录", "page": many(items), "rows": rows}
    form = SampleForm({"percent": "0", "first_day": "x"}, scope=Scope((Reach("", ""),)))
    listed = {"page": many([sheet, of_all]), "rows": [(sheet, "总目录的记录"), (of_all, "")]}
    return {
        "review-samples": ("review/samples.html", listed),
        "review-samples-empty": ("review/samples.html", {"page": many([]), "rows": []}),
        "review-sample-new": ("review/sample_new.html", {"form": form}),
        "review-sample": ("review/sample.html", {**page, "again": None, "findings": Finding.choices}),
        "review-sample-again": ("review/sample.html", {**page, "again": Drawn(True, True), "findings": []}),
    }


def outside() -> Pages:
    shown = view()
    link = SimpleNamespace(name=PERSON, made_by_name=PERSON, until=NOW, phone_tail="7099")
    page = {"link": link, "case": shown["case"], "kind": "总目录的记录", "subject": shown["view"].subject}
    return {
        "review-link": ("review/link.html", page),
        "review-link-wrong": ("review/link.html", {**page, "wrong": SENTENCES["no_words"], "words": WORDS}),
        "review-link-confirm": ("review/link_confirm.html", {"link": link, "asks_code": False, "wrong": ""}),
        "review-link-code": (
            "review/link_confirm.html",
            {"link": link, "asks_code": True, "wrong": SENTENCES["code_over"]},
        ),
        "review-link-over": ("review/link_over.html", {"words": SENTENCES["link_over"]}),
        "review-link-thanks": ("review/link_thanks.html", {}),
    }
