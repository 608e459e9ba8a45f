"""Levels of assurance: documents, what a session has shown, stepping up, counters, and the second factor of staff."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SIGNED_IN, SYSTEM, Actor, door
from wenmai.lib.http import Limits
from wenmai.lib.levels import Level
from wenmai.lib.refusal import Refused
from wenmai.messages.testing.server import KEY_ID, SECRET, Provider, serving
from wenmai.people import checkers, queries, services
from wenmai.people.checkers.http import HttpChecker
from wenmai.people.models import Identity, IdentityTry, User
from wenmai.people.rules import Document, levels, plain_name, read_document
from wenmai.people.testing import client_of, forget_attempts, make_reader, make_user

TODAY = dt.date(2026, 11, 29)
NUMBER, OTHER = "11010519491231002X", "440524188001010014"
RESIDENT = Document("resident", NUMBER)
SPECIMEN = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
"""The machine-readable line of ICAO Doc 9303, part 4, appendix B: expired in 2012."""


class Register:
    """A checker that says what it is told and remembers what it was asked."""

    is_on, name, example = True, "一所", ""

    def __init__(self, says: bool | None = True) -> None:
        self.says = says
        self.asked: list[tuple[Document, str]] = []

    def check(self, document: Document, holder: str) -> bool | None:
        self.asked.append((document, holder))
        return self.says


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    made = Register()
    monkeypatch.setattr(checkers, "checker", lambda: made)
    return made


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    forget_attempts()
    yield
    forget_attempts()


def text(answer: Any) -> str:
    return str(answer.content.decode())


# --- documents


@pytest.mark.parametrize(
    ("kind", "typed", "number"),
    [
        ("resident", " 1101 0519 4912 3100 2x ", NUMBER),
        ("resident", "１１０１０５１９４９１２３１００２Ｘ", NUMBER),
        ("hmt_resident", "810000199408230021", "810000199408230021"),
        ("hm_permit", "H1234567802", "H12345678"),
        ("tw_permit", "12345678", "12345678"),
        ("foreign_resident", "CAN310018010101", "CAN310018010101"),
    ],
)
def test_numbers_are_read_as_people_write_them(kind: str, typed: str, number: str) -> None:
    assert read_document(kind, typed, today=TODAY).number == number


def passport_line(number: str, nation: str, born: str, until: str) -> str:
    """By hand from ICAO Doc 9303: each part with its digit, then the one over all of them."""

    def digit(line: str) -> str:
        values = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        weighted = sum((values.index(one) if one != "<" else 0) * [7, 3, 1][i % 3] for i, one in enumerate(line))
        return str(weighted % 10)

    first, second, third = (part + digit(part) for part in (number.ljust(9, "<"), born, until))
    personal = "<" * 14 + "0"
    return f"{first}{nation}{second}M{third}{personal}{digit(first + second + third + personal)}"


def test_the_line_of_a_passport_is_checked_part_by_part() -> None:
    line = passport_line("E1234567", "CHN", "900101", "360101")
    read = read_document("passport", line, today=TODAY)
    assert read == Document("passport", "CHNE1234567", dt.date(1990, 1, 1))
    for place in (0, 9, 15, 24, 43):
        wrong = line[:place] + ("1" if line[place] != "1" else "2") + line[place + 1 :]
        with pytest.raises(Refused):
            read_document("passport", wrong, today=TODAY)
    with pytest.raises(Refused, match="document_expired"):
        read_document("passport", SPECIMEN, today=TODAY)


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        ("resident", "110105194912310021", "document_check"),
        ("resident", "11010519491231", "document_form"),
        ("resident", "110105194913310021", "document_date"),
        ("resident", "990105194912310023", "document_form"),
        ("resident", "11010520300101001X", "document_date"),
        ("resident", "٠" * 18, "document_form"),
        ("resident", "000000199001010018", "document_form"),
        ("hmt_resident", NUMBER, "document_form"),
        ("hm_permit", "X12345678", "document_form"),
        ("tw_permit", "1234567", "document_form"),
        ("foreign_resident", "1AN310018010101", "document_form"),
        ("passport", "E12345678", "document_form"),
        ("library card", "1", "document_unknown"),
    ],
)
def test_numbers_that_cannot_be_are_refused(kind: str, typed: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_document(kind, typed, today=TODAY)
    assert refused.value.code == code


def test_a_demonstration_takes_its_own_numbers_only() -> None:
    assert read_document("resident", "000000199001010018", today=TODAY, demo=True).born_on == dt.date(1990, 1, 1)
    with pytest.raises(Refused, match="document_demo"):
        read_document("resident", NUMBER, today=TODAY, demo=True)


def test_names_are_read_as_the_document_has_them() -> None:
    assert plain_name(" 阿依．古丽 ") == "阿依·古丽"
    for odd in ("", " ", "甲1", "<b>", "甲" * 81):
        with pytest.raises(Refused, match="document_name"):
            plain_name(odd)


# --- what a session has shown


@pytest.mark.parametrize(
    ("means", "two", "staff"),
    [
        (set(), False, False),
        ({levels.CODE}, False, False),
        ({levels.CODE, levels.PASSWORD}, True, False),
        ({levels.PASSKEY}, True, True),
        ({levels.PASSWORD, levels.APP}, True, True),
        ({levels.PASSWORD, levels.RECOVERY}, True, True),
        ({levels.APP}, False, False),
    ],
)
def test_two_different_means_are_two_factors(means: set[str], two: bool, staff: bool) -> None:
    shown = frozenset(means)
    assert (levels.two_factors(shown), levels.factors_of_staff(shown)) == (two, staff)
    assert levels.level_shown(Level.IN_PERSON, shown) == (Level.IN_PERSON if two else Level.PHONE)
    assert levels.level_shown(Level.GUEST, shown) == Level.GUEST


def test_records_of_another_kind_count_for_nothing() -> None:
    records = [{"method": "mfa", "type": "totp"}, {"method": "socialaccount"}, {}, {"method": "mfa"}]
    assert levels.means_shown(records) == {levels.APP}


# --- the register


def ask(user: User, register: Register, document: Document = RESIDENT, name: str = "演示甲") -> Level:
    return services.check_identity(
        user_id=user.pk, document=document, holder=name, checker=register, actor=SYSTEM, now=clock.now()
    )


@pytest.mark.django_db
def test_what_the_register_confirms_is_kept_sealed_and_told_without_the_person(register: Register) -> None:
    user = make_reader()
    assert ask(user, register) == Level.REAL_NAME
    row = Identity.objects.get(user=user)
    assert NUMBER not in str(vars(row))
    assert "演示甲" not in str(vars(row))
    shown = queries.identity(user.pk)
    assert shown is not None
    assert (shown.number, shown.name, shown.checked_by) == ("11**************2X", "*示甲", "一所")
    told = Entry.objects.get(name="people.identity_checked")
    assert told.detail == {"level": 2, "by": "一所"}


@pytest.mark.django_db
@pytest.mark.parametrize(("says", "code"), [(False, "identity_mismatch"), (None, "identity_unanswered")])
def test_what_it_does_not_confirm_leaves_nothing_but_the_count(
    says: bool | None, code: str, register: Register
) -> None:
    user, register.says = make_reader(), says
    for _try in range(5):
        with pytest.raises(Refused, match=code):
            ask(user, register)
    with pytest.raises(Refused, match="identity_tries"):
        ask(user, register)
    assert (len(register.asked), Identity.objects.count(), IdentityTry.objects.count()) == (5, 0, 5)
    other = make_reader("+8613900139000")
    with pytest.raises(Refused, match="identity_tries"):
        ask(other, register)  # nobody guesses whose number it is from several accounts
    with pytest.raises(Refused, match=code):
        ask(other, register, Document("resident", OTHER))


@pytest.mark.django_db
def test_one_document_leads_to_one_account_and_a_counter_is_surer_than_a_register(register: Register) -> None:
    first, second, third = (make_reader(f"+861380013800{one}") for one in range(3))
    ask(first, register)
    with pytest.raises(Refused, match="document_taken"):
        ask(second, register)
    with pytest.raises(IntegrityError), transaction.atomic():
        Identity.objects.filter(user=first).update(level=1)

    def at_counter(user: User, actor: Actor = SYSTEM) -> Level:
        return services.confirm_in_person(
            user_id=user.pk, document=RESIDENT, holder="演示甲", place="一馆", actor=actor, now=clock.now()
        )

    assert at_counter(second) == Level.IN_PERSON
    assert not Identity.objects.filter(user=first).exists()
    assert Entry.objects.filter(name="people.identity_given_way", subject_key=str(first.pk)).exists()
    with pytest.raises(Refused, match="document_taken"):
        at_counter(third)
    with pytest.raises(Refused, match="identity_own"):
        at_counter(third, Actor(third.pk, "third"))


# --- the checker over HTTP


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    with serving() as made:
        settings.IDENTITY_URL, settings.IDENTITY_KEY_ID, settings.IDENTITY_SECRET = made.url, KEY_ID, SECRET
        settings.IDENTITY_NAME, settings.ALLOWED_PRIVATE_HOSTS = "一所", ("127.0.0.1",)
        yield made


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("match", True), ("mismatch", False), ("empty", None), ("garbage", None), ("busy", None), ("fault", None),
        ("huge", None), ("redirect", None), ("decline", None), ("drop", None), ("hang", None),
    ],
)  # fmt: skip
def test_only_a_plain_answer_counts(mode: str, said: bool | None, provider: Provider) -> None:
    provider.mode = mode
    quick = Limits(connect_s=2, read_s=0.3, total_s=0.5, body_bytes=16 * 1024, redirects=0)
    assert HttpChecker(quick).check(RESIDENT, "演示甲") is said
    assert provider.forged == []
    assert provider.asked[0].said == {"document": "resident", "number": NUMBER, "name": "演示甲"}


def test_nobody_in_a_private_network_is_asked_unless_the_operator_allows(provider: Provider, settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ()
    assert HttpChecker().check(RESIDENT, "演示甲") is None
    assert provider.asked == []


# --- pages


@door(SIGNED_IN, level=Level.REAL_NAME)
def _page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


@pytest.mark.parametrize(("level", "opens"), [(0, False), (1, False), (2, True), (3, True)])
def test_a_door_states_the_level_that_it_needs(level: int, opens: bool) -> None:
    request = RequestFactory().get("/x?y=1")
    request.actor = Actor(1, "reader", level=Level(level))  # type: ignore[attr-defined]
    answer = _page(request)
    if opens:
        assert answer.status_code == 200
    else:
        assert answer.headers["Location"] == "/account/level?needs=2&next=%2Fx%3Fy%3D1"


@pytest.mark.django_db
def test_stepping_up_says_what_is_missing_and_leads_on_when_nothing_is(register: Register) -> None:
    user = make_reader()
    client = client_of(user, levels.CODE)
    step = "/account/level?needs=2&next=/account/name"
    page = text(client.get(step))
    assert "/account/identity/" in page
    assert "/account/factors/app/on" in page, "there is no second means yet"
    assert "接着做" in text(client.get("/account/identity/")), "every page of the account leads back"
    assert client.post("/account/level").headers["Location"] == "/account/"
    assert "接着做" not in text(client.get("/account/identity/")), "somebody may have thought better of it"
    client.get(step)
    asked = {"document": "resident", "number": NUMBER, "name": "演示甲", "agreed": "on"}
    assert client.post("/account/identity/", asked).headers["Location"] == "/account/identity/"
    assert "*示甲" in text(client.get("/account/identity/"))
    assert "/account/identity/" not in text(client.get(step)).split("<main")[1].split("再用一样")[0]
    assert client.get(step).status_code == 200
    surer = client_of(user, levels.CODE, levels.PASSWORD)
    assert surer.get(step).headers["Location"] == "/account/name"
    assert "接着做" not in text(surer.get("/account/"))
    assert "到柜台核验" in text(surer.get("/account/level?needs=3&next=/account/name"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"agreed": ""}, "请先勾选这一项"),
        ({"number": "110105194912310021"}, "号码的校验位不对"),
        ({"name": "1"}, "请写证件上的姓名"),
        ({"document": "x"}, "选择一个有效的选项"),
    ],
)
def test_what_cannot_be_is_said_and_nobody_asked(changes: dict[str, str], said: str, register: Register) -> None:
    client = client_of(make_reader(), levels.CODE)
    asked = {"document": "resident", "number": NUMBER, "name": "演示甲", "agreed": "on", **changes}
    answer = client.post("/account/identity/", asked)
    assert (answer.status_code, said in text(answer)) == (400, True), text(answer)
    assert register.asked == []


@pytest.mark.django_db
def test_who_has_no_telephone_adds_one_first() -> None:
    client = client_of(make_user("plain"), levels.PASSWORD)
    answer = client.get("/account/identity/")
    assert answer.headers["Location"].startswith("/account/level?needs=1")
    assert "加上手机号" in text(client.get(answer.headers["Location"]))


@pytest.mark.django_db
def test_taking_the_consent_back_destroys_name_and_number(register: Register) -> None:
    user = make_reader()
    ask(user, register)
    client = client_of(user, levels.CODE)
    assert client.post("/account/identity/forget").status_code == 302
    assert not Identity.objects.exists()
    stale = client_of(user)
    assert stale.post("/account/identity/forget").headers["Location"].startswith("/account/again")


@pytest.mark.django_db
def test_a_means_that_one_factor_changed_does_not_count_at_once(register: Register) -> None:
    user = make_reader()
    ask(user, register)
    thief = client_of(user, levels.CODE)
    assert (
        thief.post("/account/password", {"new": "tall horse stable", "again": "tall horse stable"}).status_code == 302
    )
    user.refresh_from_db()
    assert user.level_held_until is not None
    assert "登录方式刚改过" in text(thief.get("/account/level?needs=2&next=/account/name"))
    owner = client_of(user, levels.CODE, levels.PASSWORD)
    assert owner.get("/account/level?needs=2&next=/account/name").status_code == 200
    services.confirm_in_person(
        user_id=user.pk, document=RESIDENT, holder="演示甲", place="一馆", actor=SYSTEM, now=clock.now()
    )
    owner = client_of(User.objects.get(pk=user.pk), levels.CODE, levels.PASSWORD)
    assert owner.get("/account/level?needs=3&next=/account/name").headers["Location"] == "/account/name"
    safe = owner.post("/account/password", {"new": "tall horse stable 2", "again": "tall horse stable 2"})
    assert safe.status_code == 302
    assert User.objects.get(pk=user.pk).level_held_until is None, "two factors were shown"


# --- counters


@pytest.mark.django_db
def test_a_clerk_finds_who_shows_the_code_and_nobody_else() -> None:
    library = make_organisation()
    clerk = client_of(make_user("clerk", role="organisation_admin", organisation_id=library.pk))
    reader = make_reader(name="演示甲")
    page = text(client_of(reader, levels.CODE).post("/account/identity/code"))
    code = page.split("<b>")[1].split("</b>")[0]
    found = text(clerk.post("/desk/counter/", {"code": code}))
    assert "*示甲" in found
    asked = {
        "code": code, "document": "resident", "number": NUMBER, "name": "演示甲", "agreed": "on",
        "place": str(library.pk),
    }  # fmt: skip
    assert clerk.post("/desk/counter/confirm", {**asked, "agreed": ""}).status_code == 400
    assert clerk.post("/desk/counter/confirm", asked).status_code == 302
    assert Identity.objects.get(user=reader).level == Level.IN_PERSON
    again = clerk.post("/desk/counter/confirm", asked)
    assert (again.status_code, "没有这个到馆码" in text(again)) == (400, True), "a code is good once"


@pytest.mark.django_db
def test_codes_of_a_counter_end_and_cannot_be_run_through(monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = client_of(make_user("clerk", role="platform_admin"))
    code = services.counter_code(user_id=make_reader().pk, now=clock.now() - dt.timedelta(minutes=11))
    for _try in range(10):
        assert "没有这个到馆码" in text(clerk.post("/desk/counter/", {"code": code}))
    assert "试的次数太多了" in text(clerk.post("/desk/counter/", {"code": code}))


@pytest.mark.django_db
def test_a_clerk_confirms_at_their_own_counter_only() -> None:
    here, there = make_organisation(), make_organisation()
    clerk = client_of(make_user("clerk", role="organisation_admin", organisation_id=here.pk))
    code = services.counter_code(user_id=make_reader().pk, now=clock.now())
    asked = {"code": code, "document": "resident", "number": NUMBER, "name": "演示甲", "agreed": "on"}
    assert clerk.post("/desk/counter/confirm", {**asked, "place": str(there.pk)}).status_code in (400, 403)
    assert not Identity.objects.exists()


# --- the second factor of staff


@pytest.mark.django_db
def test_administrators_show_two_factors_before_they_work(settings: Any) -> None:
    settings.STAFF_FACTORS = "administrators"
    admin, cataloguer = make_user("admin", role="platform_admin"), make_user("cataloguer", role="cataloguer")
    plain = client_of(admin, levels.PASSWORD)
    sent = plain.get("/desk/accounts/").headers["Location"]
    assert sent == "/account/level?needs=staff&next=%2Fdesk%2Faccounts%2F"
    assert "/account/factors/app/on" in text(plain.get(sent))
    assert plain.get("/account/").status_code == 200
    assert client_of(admin, levels.CODE, levels.PASSWORD).get("/desk/accounts/").status_code == 302
    surer = client_of(admin, levels.PASSWORD, levels.APP)
    assert surer.get("/desk/accounts/").status_code == 200
    assert surer.get(sent).headers["Location"] == "/desk/accounts/"
    assert client_of(cataloguer, levels.PASSWORD).get("/desk/catalogue/records/").status_code == 200
    settings.STAFF_FACTORS = "all"
    assert client_of(cataloguer, levels.PASSWORD).get("/desk/catalogue/records/").status_code == 302


@pytest.mark.django_db
def test_lost_factors_are_taken_away_by_somebody_who_may() -> None:
    admin, lost = client_of(make_user("admin", role="platform_admin")), make_user("lost", role="cataloguer")
    Authenticator.objects.create(user=lost, type="totp", data={"secret": "1"})
    assert "拿掉两步验证" in text(admin.get(f"/desk/accounts/{lost.pk}/"))
    assert admin.post(f"/desk/accounts/{lost.pk}/factors").status_code == 302
    assert not Authenticator.objects.exists()
    assert Entry.objects.filter(name="people.factors_removed").count() == 1
    assert "这个账号没有两步验证" in text(admin.post(f"/desk/accounts/{lost.pk}/factors", follow=True))
    assert Client().post(f"/desk/accounts/{lost.pk}/factors").headers["Location"].startswith("/account/enter")
