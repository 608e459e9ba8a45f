"""Specimens of the pages about needs: full with long real names, empty, refusing."""

from types import SimpleNamespace
from typing import Any

from tests.browser.desk_pages import ADMIN, FEW, NOW, OFFICE, PERSON, TRAIL, WORDS, Pages, many
from wenmai.voices.forms import (
    BackForm,
    ContactForm,
    DecideForm,
    FaceForm,
    LinkForm,
    ListForm,
    PhoneWishForm,
    PurchaseForm,
    RateForm,
)
from wenmai.voices.hotline.queries import Seen
from wenmai.voices.hotline.rules import Line, guess
from wenmai.voices.hotline.staff import MappingForm, OfferForm
from wenmai.voices.hotline.testing import HEAD
from wenmai.voices.queries import Counts
from wenmai.voices.queries.needs import Heard
from wenmai.voices.queries.ratings import OfInstitution
from wenmai.voices.rules.links import Fulfilment
from wenmai.voices.rules.needs import Face, Wish
from wenmai.voices.rules.rated import Satisfaction
from wenmai.voices.rules.steps import Step
from wenmai.voices.surveys.forms import AnswerForm, ConcludeForm, OpenForm, SurveyForm
from wenmai.voices.surveys.queries import Asked, Weighted
from wenmai.voices.surveys.reading import outcome
from wenmai.voices.surveys.results import computed
from wenmai.voices.surveys.rules import Face as SurveyFace
from wenmai.voices.surveys.testing import QUESTIONS
from wenmai.voices.wording import STATE_WORDS

SAID = "想在村口看一场州里的花灯戏，最好是春节前后，老人走不远，能不能来村里演，顺便教孩子们唱几句。" * 4
KINDS = [("activity", "活动"), ("resource", "图书和数字资源")]
SCOPE = ADMIN.scope("needs.enter")


def need(**more: Any) -> SimpleNamespace:
    said = {
        "pk": 12, "words": SAID, "step": "answered", "get_step_display": "已反馈", "get_channel_display": "12345 热线",
        "organisation": SimpleNamespace(name=OFFICE), "organisation_id": 1, "due_on": NOW.date(), "made_at": NOW,
        "spot": "沙河乡允俸村", "whom": "老人和放学的孩子", "wished": "春节前后的周末下午",
        "number": "GD20261130000012345",
        "kind": "activity", "outcome": "partial", "reason": WORDS, "head_id": None, "head": None, "reopened": 2,
        "shown": {"topic": SAID[:60], "answer": WORDS * 3}, "is_down": False, "delivered_at": NOW,
        "called_at": NOW,
        "answered_at": NOW, "demo": True,
    }  # fmt: skip
    return SimpleNamespace(**{**said, **more})


def asker(one: SimpleNamespace, **more: Any) -> SimpleNamespace:
    said = {
        "pk": 3, "need": one, "need_id": one.pk, "role": "asked", "get_role_display": "提出", "made_at": NOW,
        "said_at": None, "score": None, "delivered": None, "user": SimpleNamespace(name=PERSON),
    }  # fmt: skip
    return SimpleNamespace(**{**said, **more})


def card(one: SimpleNamespace) -> SimpleNamespace:
    return SimpleNamespace(need=one, face=Face(SAID[:60], WORDS * 3), kind="图书和数字资源", people=12_345)


def everywhere() -> Pages:
    """What the public reads, on every face."""
    one = need()
    board: dict[str, Any] = {
        "cards": [card(one)] * 3, "counts": Counts(120, 80, 60, 48), "states": STATE_WORDS.items(), "kinds": KINDS,
        "regions": [("53", OFFICE)], "asked": {"region": "53", "state": "open", "kind": "activity"}, "is_first": True,
        "next": "after=x",
    }  # fmt: skip
    empty = {**board, "cards": [], "counts": Counts(0, 0, 0, 0), "next": ""}
    return {
        "needs-board": ("voices/board.html", board),
        "needs-board-empty": ("voices/board.html", empty),
        **surveys(),
        "need-public": (
            "voices/need.html",
            {
                "card": card(one),
                "one": one,
                "is_open": True,
                "made": [("活动", Fulfilment(1, SAID[:60], "", "/activities/1/", "公布了"))],
            },
        ),
    }


def own() -> Pages:
    """Where somebody types."""
    one = need()
    page = {
        "asker": asker(one), "one": one, "head": one, "is_asked": True, "form": BackForm({}, is_promised=True),
        "card": card(one), "people": 12_345, "is_joined": True,
    }  # fmt: skip
    told = {**page, "is_asked": False, "asker": asker(one, said_at=NOW, score=4), "card": None}
    return {
        "need-ask-code": ("voices/ask.html", {"form": PhoneWishForm(few=FEW), "sent": "x", "wrong": WORDS[:60]}),
        "needs-mine": ("voices/mine.html", {"page": many([1]), "rows": [(asker(one), one)]}),
        "need-mine": ("voices/mine_one.html", page),
        "need-link": ("voices/link.html", told),
        "need-rate": (
            "voices/rate.html",
            {
                "there": SimpleNamespace(title=SAID[:60], address="/", ended_at=NOW),
                "form": RateForm({}),
                "days": 7,
                "before": SimpleNamespace(stars=4),
                "is_open": True,
                "child": PERSON,
                "kind": "session",
                "key": "1",
                "others": [SimpleNamespace(child_id=0, name=""), SimpleNamespace(child_id=3, name=PERSON)],
            },
        ),
    }


def make_pages() -> Pages:
    """The desk's."""
    one = need()
    line = SimpleNamespace(need=one, kind="图书和数字资源", people=12_345, is_late=True)
    listed = {
        "page": many([1]), "lines": [line], "step": "", "kind": "", "q": "", "late": "1", "steps": Step.choices,
        "kinds": KINDS, "may_enter": True, "may_change": True,
    }  # fmt: skip
    purchase = SimpleNamespace(
        pk=7, year=2026, item=WORDS[:60], state="ordered", get_state_display="已订购", fen=123_456_789,
        organisation=SimpleNamespace(name=OFFICE),
    )  # fmt: skip
    plan = {"page": many([1]), "rows": [(purchase, [("arrived", "已到货"), ("dropped", "不买了")])]}
    form = PurchaseForm({"year": "1"}, scope=SCOPE, few=FEW)
    return {
        "desk-needs": ("voices/desk_index.html", listed),
        "desk-need-list": ("voices/desk_paper.html", {"form": ListForm({"lines": "x|1"}, scope=SCOPE, few=FEW)}),
        "desk-need-contact": (
            "voices/desk_contact.html",
            {"form": ContactForm({}), "token": "x", "again": WORDS, "back": "/desk/"},
        ),
        "desk-needs-satisfaction": (
            "voices/desk_satisfaction.html",
            {
                "rows": [OfInstitution(1, OFFICE, Satisfaction(1_234, 5_000, 1_100))],
                "first": NOW,
                "last": NOW,
                "weighted": [Weighted(1, OFFICE, 4, 4.321)],
            },
        ),
        **hotline(),
        **desk_surveys(),
        "desk-purchases": ("voices/desk_purchases.html", {**plan, "form": form}),
        **steps(one, line),
    }


def hotline() -> Pages:
    """A file of the hotline: handed in, its columns looked at, read."""
    file: dict[str, Any] = {
        "pk": 1, "name": f"{WORDS[:50]}.xlsx", "organisation": SimpleNamespace(name=OFFICE), "at": NOW,
        "received_count": 5_000, "new_count": 4_000, "known_count": 900, "refused_count": 100, "waiting_count": 0,
    }  # fmt: skip
    offered = SimpleNamespace(**file, state="offered", get_state_display="等人核对各列")
    finished = SimpleNamespace(**file, state="finished", get_state_display="已读完")
    header = HEAD.split(",")
    line = Line("GD20261130000012345", Wish(SAID, "activity", "沙河乡允俸村"), "138****8001", NOW)
    columns = {
        "one": offered, "form": MappingForm({**guess(header), "kind_usual": "x"}, header=header), "is_whole": True,
        "seen": [(Seen(2, line, None), ""), (Seen(3, None, None), WORDS[:60])],
    }  # fmt: skip
    return {
        "desk-hotline": (
            "voices/desk_hotline.html", {"form": OfferForm({}, scope=SCOPE, few=FEW), "page": many([offered, finished])}
        ),
        "desk-hotline-columns": ("voices/desk_hotline_columns.html", columns),
        "desk-hotline-file": ("voices/desk_hotline_file.html", {"one": finished, "has_refused": True}),
    }  # fmt: skip


def steps(one: SimpleNamespace, line: SimpleNamespace) -> Pages:
    """One page at the desk, at each step that asks something."""
    heard = [Heard(asker(one, user=None), "138****8001"), Heard(asker(one, said_at=NOW, score=1, delivered=False), "")]  # type: ignore[arg-type]
    there = SimpleNamespace(address="/desk/", title=WORDS[:60], standing="已订购")
    begin = SimpleNamespace(begin="desk:voices:index", name="活动")
    page: dict[str, Any] = {
        "line": line, "heard": heard, "joined": [one], "may_change": True, "may_decide": True, "kinds": KINDS,
        "alike": [SimpleNamespace(need=need(step="merged"), per_cent=87)], "begins": [begin], "waits_review": True,
        "linked": [(SimpleNamespace(pk=1, key="7", at=NOW), "采购计划", there)] * 2, "trail": TRAIL,
        "face_form": FaceForm({}), "decide_form": DecideForm({}),
        "link_form": LinkForm(offered=[("purchase", "采购计划")]),
    }  # fmt: skip
    said = {
        "collected": need(step="collected", outcome="", shown=None),
        "linked": need(step="linked", delivered_at=None),
    }
    return {f"desk-need-{name}": ("voices/desk_need.html", {**page, "one": one}) for name, one in said.items()}


def survey(**more: Any) -> Any:
    said = {
        "pk": 4, "organisation": SimpleNamespace(name=OFFICE), "state": "asking", "get_state_display": "在问",
        "get_population_display": "抽样：在这里参加过的人", "population": "attended", "since": NOW.date(),
        "until": NOW.date(), "margin": 5, "confidence": 95, "ends_on": NOW.date(), "opened_at": NOW, "ended_at": NOW,
        "population_count": 12_345, "needed_count": 373, "drawn_count": 1_244, "seed": "a" * 32, "digest": "b" * 64,
        "is_down": True, "demo": True, "regions": [["530000", OFFICE]], "asks_importance": True, "result": SURVEYED,
    }  # fmt: skip
    return SimpleNamespace(**{**said, **more})


_ROWS: list[list[Any]] = [
    [1 + place % 5, [1 + place % 4, 3, place % 3, [0, 1], None], [5, 3, None, None, None], "60", "530000"]
    for place in range(120)
]
LONG = SurveyFace(
    "满意度问卷：" + SAID[:50], WORDS, tuple(one._replace(text=(one.text + SAID)[:100]) for one in QUESTIONS), SAID
)
SURVEYED = computed(LONG, _ROWS, population=12_345, margin=5, confidence=95)


def surveys() -> Pages:
    """For everybody: what there is, a form, what came out, thanks."""
    one = survey()
    form = AnswerForm({"content": "9"}, face=LONG, regions=one.regions, asks_importance=True)
    return {
        "surveys": (
            "voices/surveys.html", {"page": many([1]), "rows": [(one, LONG.title)], "asking": [(one, LONG.title)]}
        ),
        "surveys-empty": ("voices/surveys.html", {"page": many([]), "rows": [], "asking": []}),
        "survey-answer": (
            "voices/survey_answer.html", {"one": one, "face": LONG, "form": form, "asked": form.asked()}
        ),
        "survey-result": ("voices/survey_result.html", {"one": one, "face": LONG, "outcome": outcome(one, LONG)}),
        "survey-thanks": ("voices/survey_thanks.html", {"one": one, "is_answered": False}),
    }  # fmt: skip


def desk_surveys() -> Pages:
    """The desk's: the list, writing, a draft, one that is asked, one that is over."""
    form = SurveyForm({"title": "", "kind_1": "single"}, scope=SCOPE, few=FEW, written=5)
    page: dict[str, Any] = {
        "face": LONG, "asked": Asked(1_244, 1_200, 300), "stands": True, "waits_review": True, "may_change": True,
        "may_decide": True, "trail": TRAIL, "open_form": OpenForm({}), "conclude_form": ConcludeForm({}),
    }  # fmt: skip
    ended = survey(state="ended", get_state_display="问完了")
    return {
        "desk-surveys": (
            "voices/desk_surveys.html", {"page": many([1]), "rows": [(survey(), LONG.title)], "may_change": True}
        ),
        "desk-survey-form": (
            "voices/desk_survey_form.html", {"form": form, "one": None, "blocks": form.blocks(), "most": 10}
        ),
        "desk-survey-draft": ("voices/desk_survey.html", {**page, "one": survey(state="draft", seed="")}),
        "desk-survey-asking": ("voices/desk_survey.html", {**page, "one": survey()}),
        "desk-survey-ended": (
            "voices/desk_survey.html",
            {**page, "one": ended, "outcome": outcome(ended, LONG), "words": [(5, LONG.questions[4].text, [SAID] * 2)]},
        ),
    }  # fmt: skip
