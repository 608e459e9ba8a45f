import datetime as dt
import pickle

import pytest
from django.utils import translation

from wenmai.formats.values import Elements
from wenmai.standards import files, rules
from wenmai.standards.rules import Plan, Stage
from wenmai.standards.rules.forms import FORMS, isbn, issn
from wenmai.standards.tests.records import BOOK, EVENING, FILM, POEM, elements

PROFILES = {code: next(iter(versions.values())) for code, versions in files.registry().profiles.items()}
RECORDS = {"text": POEM, "ebook": BOOK, "video": FILM, "activity": EVENING}


def found(profile: rules.Profile, record: Elements) -> list[tuple[str, str, str]]:
    return [(p.code, p.element, p.severity.value) for p in rules.check(profile, record)]


@pytest.mark.parametrize("code", RECORDS)
def test_good_records_follow_their_profile(code):
    assert rules.check(PROFILES[code], RECORDS[code]) == ()


@pytest.mark.parametrize(
    ("code", "change", "problems"),
    [
        ("text", {"title": []}, [("missing", "title", "error")]),
        ("text", {"licence": []}, [("missing", "rights", "error")]),
        ("text", {"rights": "公有领域", "licence": []}, []),
        ("text", {"type": "poem"}, [("not_in_vocabulary", "type", "error")]),
        ("text", {"type": ["text", "image"]}, [("repeated", "type", "error")]),
        ("text", {"title": ["春晓", "Spring Dawn"]}, []),
        ("text", {"title": "  "}, [("blank", "title", "error")]),
        ("text", {"title": "长" * 1001}, [("too_long", "title", "error")]),
        ("text", {"language": "tlh"}, [("unlisted", "language", "notice")]),
        ("text", {"temporal": "很久以前"}, [("unreadable_date", "temporal", "notice")]),
        ("text", {"link": "javascript:alert(1)"}, [("malformed", "link", "error")]),
        ("text", {"mood": "喜"}, [("unknown_element", "mood", "notice")]),
        ("ebook", {"isbn": "978-7-5013-5749-8"}, [("doubtful", "isbn", "notice")]),
        ("video", {"duration": "很长"}, [("malformed", "duration", "error")]),
        ("activity", {"starts": []}, [("missing", "starts", "error")]),
        ("activity", {"starts": "明天"}, [("unreadable_date", "starts", "notice")]),
    ],
)
def test_what_departs_is_named(code, change, problems):
    assert found(PROFILES[code], RECORDS[code] | elements(**change)) == problems


@pytest.mark.parametrize(
    ("stage", "severity"),
    [(Stage.MANDATORY, "error"), (Stage.OPTIONAL, "warning"), (Stage.ANNOUNCED, "notice"), (Stage.NONE, "notice")],
)
def test_gravity_follows_the_stage(stage, severity):
    assert found(PROFILES["text"].at(stage), POEM | {"title": []}) == [("missing", "title", severity)]


def test_hostile_values_only_make_problems():
    record = elements(**{code: ["\x00" * 50, "9" * 100_000, "'\"<script>"] for code in PROFILES["serial"].labels})
    assert {p.code for p in rules.check(PROFILES["serial"], record)} >= {"too_long", "malformed", "not_in_vocabulary"}


@pytest.mark.parametrize(
    ("code", "change", "has_files", "content", "metadata"),
    [
        ("text", {}, False, 3, "A"),
        ("text", {}, True, 4, "A"),
        ("text", {"text": []}, False, 0, "A"),
        ("text", {"text": [], "link": "https://example.org/1"}, False, 2, "A"),
        ("text", {"licence": "unknown"}, False, 1, "A"),
        ("text", {"licence": "onsite"}, True, 2, "A"),
        ("text", {"licence": "cc_by_nc"}, True, 3, "A"),
        ("text", {"format": []}, True, 4, "D"),
        ("text", {"creator": [], "theme": [], "part_of": [], "temporal": [], "date": []}, True, 4, "C"),
        ("ebook", {}, False, 2, "B"),
        ("video", {}, True, 4, "C"),
        ("video", {"resolution": []}, True, 3, "C"),
        ("activity", {}, False, 3, "B"),
    ],
)
def test_grades(code, change, has_files, content, metadata):
    earned = rules.grade(PROFILES[code], RECORDS[code] | elements(**change), has_files)
    assert (earned.content, earned.metadata) == (content, metadata)
    assert bool(earned.reasons) == ((content, metadata) != (4, "A"))


def test_a_grade_says_what_would_raise_it():
    thin = elements(title="春晓", type="text")
    with translation.override("zh-hans"):
        reasons = [str(reason) for reason in rules.grade(PROFILES["text"], thin, False).reasons]
    assert reasons[0] == "没有可打开的内容；补上链接或正文或文件，内容可升到 1 级。"
    assert "缺必备元素格式；必备元素齐了，元数据升到 C 级。" in reasons
    assert "缺必备元素权限或使用许可；必备元素齐了，元数据升到 C 级。" in reasons


@pytest.mark.parametrize("code", sorted(PROFILES))
def test_following_the_reasons_raises_the_grade_to_the_top(code):
    """Whatever a reason names is added, until none is left: then the grade is the best there is."""
    record = elements(title="题")
    has_files = False
    for _round in range(20):
        earned = rules.grade(PROFILES[code], record, has_files)
        if not earned.reasons:
            break
        for reason in earned.reasons:
            if reason.code == "few_aspects":
                named = {group.code: group for group in PROFILES[code].thresholds.groups}
                offered = named[reason.elements[0]].elements & PROFILES[code].labels.keys()
                record |= elements(**{min(offered): "值"})
            for name in [] if reason.code == "few_aspects" else reason.elements:
                has_files |= name == "@files"
                record |= {} if name == "@files" else elements(**{name: "public_domain" if name == "licence" else "值"})
    assert (earned.content, earned.metadata) == (4, "A")


@pytest.mark.parametrize("code", sorted(PROFILES))
def test_profiles_can_be_sent_to_another_process(code):
    again = pickle.loads(pickle.dumps(PROFILES[code]))
    assert rules.grade(again, POEM, True) == rules.grade(PROFILES[code], POEM, True)
    assert rules.check(again, POEM) == rules.check(PROFILES[code], POEM)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("9787501357499", True),
        ("978-7-5013-5749-9", True),
        ("9787501357498", False),
        ("0306406152", True),
        ("0-306-40615-2", True),
        ("0306406153", False),
        ("080442957X", True),
        ("080442957x", True),
        ("97875013574９9", False),
        ("", False),
        ("isbn", False),
    ],
)
def test_isbn(text, right):
    assert isbn(text) is right


@pytest.mark.parametrize(
    ("text", "right"), [("0378-5955", True), ("03785955", True), ("2434-561X", True), ("0378-5954", False)]
)
def test_issn(text, right):
    assert issn(text) is right


@pytest.mark.parametrize(
    ("form", "good", "bad"),
    [
        ("duration", ["0:12:30", "12:30", "PT1H2M", "P1DT3S", "750", "12.5"], ["P", "PT", "1:99", "long", "1:2:3:4"]),
        (
            "address",
            ["https://example.org/a?b=1", "http://a.b/"],
            ["example.org", "https://a b", "javascript:x", 'http://"'],
        ),
        ("language", ["zh-Hans", "chi", "mn-Cyrl-MN"], ["中文", "CHI", "c"]),
        ("media", ["image/svg+xml"], ["jpg", "image/"]),
        ("whole", ["24"], ["24.5", "-1", "二"]),
        ("number", ["23.976", "25"], ["25fps", "1e9"]),
    ],
)
def test_forms(form, good, bad):
    assert all(FORMS[form].test(text) for text in good)
    assert not any(FORMS[form].test(text) for text in bad)


def test_a_plan_is_a_staircase():
    day = dt.date(2026, 6, 1)
    plan = Plan(day, day + dt.timedelta(30), day + dt.timedelta(60))
    assert [plan.on(day + dt.timedelta(n)) for n in (-1, 0, 30, 60)] == [*Stage]
    assert plan.ordered()
    assert not Plan(day, day - dt.timedelta(1)).ordered()
    assert not Plan(day, None, day).stepped()
