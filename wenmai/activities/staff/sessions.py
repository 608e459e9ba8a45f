"""The desk's pages about sessions: adding some, one with who takes part, changing and dropping it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.activities import queries, services
from wenmai.activities.models import Enrolment, Session, Standing
from wenmai.activities.queries import Said, live, recordings
from wenmai.activities.rules.recordings import OVER
from wenmai.activities.rules.settings import CHECK_EARLY, CHECK_LATE
from wenmai.activities.staff.activities import CHANGE, PER_PAGE, VIEW, by, do, found_activity, of_activity
from wenmai.activities.staff.forms import SHARE_WORDS, SessionForm, SessionsForm
from wenmai.activities.wording import sentence
from wenmai.booking import queries as booking
from wenmai.institutions import queries as institutions
from wenmai.lib import clock, lists, looks, sheets
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused

MOVABLE = ("published", "enrolling", "closed")


def of_session(request: HttpRequest, session_id: int, **_more: Any) -> Reach:
    """Where its institution lies."""
    reach = queries.session_reach(session_id)
    if reach is None:
        raise Http404
    return reach


def found_session(session_id: int) -> Session:
    found = queries.session(session_id)
    assert found is not None, "the door has found it"
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE, of=of_activity)
def new(request: HttpRequest, activity_id: int) -> HttpResponse:
    """First which times these would be, then all of them."""
    found = found_activity(activity_id)
    assert found.latest is not None, "made with its first edition"
    said = institutions.settings_for([CHECK_EARLY, CHECK_LATE], [found.organisation_id])[found.organisation_id]
    usual = {"check_minutes": said[CHECK_EARLY], "late_minutes": said[CHECK_LATE]}
    form = SessionsForm(
        request.POST or None, enrols=found.latest.enrols, initial=usual,
        goes_first=goes_first(request, found.latest.thing_id, of_activity(request, activity_id)),
    )  # fmt: skip
    plans = None
    if request.method == "POST" and form.is_valid():
        plans = form.cleaned_data["plans"]
        if len(plans) == 1 or request.POST.get("how") == "all":
            try:
                services.add_sessions(activity_id=activity_id, plans=plans, over=form.over(), **by(request))
            except Refused as refusal:
                form.add_error(None, sentence(refusal))
                plans = None
            else:
                messages.success(request, _("场次加好了。"), extra_tags="good")
                return redirect("desk:activities:activity", activity_id=activity_id)
    context = {"one": found, "form": form, "plans": plans}
    return render(request, "activities/desk_sessions.html", context, status=400 if form.errors else 200)


@require_safe
@door(VIEW, of=of_session, shows=True)
def session(request: HttpRequest, session_id: int) -> HttpResponse:
    """With who takes part."""
    found, now = found_session(session_id), clock.now()
    standing = request.GET.get("standing", "")
    page = lists.page_of(request, queries.enrolments(session_id, standing), PER_PAGE)
    people = {person.person_id for one in page for person in one.people.all() if person.person_id is not None}
    looks.note_list(request, len(people))
    shares = booking.availability(found.pool_id, now).shares if found.pool_id is not None else []
    may_change = actor_of(request).may(CHANGE, of_session(request, session_id))
    context = {
        "one": found, "page": page, "rows": queries.with_answers(list(page)), "standing": standing,
        "standings": Standing.choices,
        "shares": [(SHARE_WORDS.get(one.name, one.name), one) for one in shares],
        "may_change": may_change, "recordings": recordings.of_session(session_id),
        "may_record": may_change and found.state in OVER and found.activity.shown is not None,
        "is_written": found.state in ("draft", "review"), "is_movable": found.state in MOVABLE,
        "is_postponed": found.state == "postponed", "call_off": queries.open_call_off(session_id),
        "decides": found.activity.shown is not None and found.activity.shown.mode == "approval",
        "draw": queries.draw_of(session_id), "room": queries.room_of(found), "broadcast": live.broadcast_of(session_id),
        "may_broadcast": found.activity.latest is not None and found.activity.latest.way != "on_site",
        "is_to_come": (found.state in ("draft", "review") or found.state in MOVABLE) and found.begins_at > now,
    }  # fmt: skip
    return render(request, "activities/desk_session.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE, of=of_session)
def change(request: HttpRequest, session_id: int) -> HttpResponse:
    found = found_session(session_id)
    form = SessionForm(
        request.POST or None, enrols=found.pool_id is not None, initial=filled(found),
        goes_first=goes_first(request, thing_of(found), of_session(request, session_id)),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            services.change_session(session_id=session_id, plan=form.plan(), over=form.over(), **by(request))
        except Refused as refusal:
            form.add_error(None, sentence(refusal))
        else:
            messages.success(request, _("改好了。"), extra_tags="good")
            return redirect("desk:activities:session", session_id=session_id)
    context = {"one": found, "form": form}
    return render(request, "activities/desk_session_form.html", context, status=400 if form.errors else 200)


def thing_of(found: Session) -> int | None:
    return found.activity.latest.thing_id if found.activity.latest is not None else None


def goes_first(request: HttpRequest, thing_id: int | None, reach: Reach) -> bool:
    """Whether the public may be made to give way: for whoever minds the venues there."""
    return thing_id is not None and actor_of(request).may("bookings.change", reach)


def filled(found: Session) -> dict[str, Any]:
    names = ("begins_at", "ends_at", "check_from", "check_until", "enrol_from", "enrol_until")
    shares = booking.availability(found.pool_id, clock.now()).shares if found.pool_id is not None else []
    places = {f"places_{name}": 0 for name in ("group", "elder", "door")}
    places |= {f"places_{one.name}": one.capacity for one in shares}
    return {**{name: getattr(found, name) for name in names}, **places}


@require_POST
@door(CHANGE, of=of_session)
def drop(request: HttpRequest, session_id: int) -> HttpResponse:
    """One that was never public."""
    activity_id = found_session(session_id).activity_id
    return do(request, "activity", activity_id, services.drop_session, _("删掉了。"), session_id=session_id)


@require_POST
@door(CHANGE, of=of_session)
def keep_room(request: HttpRequest, session_id: int) -> HttpResponse:
    """Takes the venue that somebody has taken back, or that was never taken."""
    return do(request, "session", session_id, services.keep_room, _("占住了。"), session_id=session_id)


@require_safe
@door(VIEW, of=of_session, shows=True)
def table(request: HttpRequest, session_id: int) -> HttpResponseBase:
    """Who takes part, as a workbook; that it was taken is written down with how many people stand in it."""
    found, standing = found_session(session_id), request.GET.get("standing", "")
    rows = queries.enrolments(session_id, standing)
    looks.note_list(request, queries.people_in(rows), reason="table")
    asked, said = queries.asked_in(session_id), queries.answers_in(session_id)
    head = (
        _("编号"), _("状态"), _("几人"), _("份额"), _("团队"), _("谁参加"), _("报名时间"), _("没有通过的理由"), *asked,
    )  # fmt: skip
    title = f"{timezone.localtime(found.begins_at):%m-%d %H%M} {found.activity}"
    cells = (_cells(one, asked, said.get(one.pk, [])) for one in rows.iterator(chunk_size=500))
    return sheets.xlsx(f"session-{session_id}", title, head, cells)


def _cells(one: Enrolment, asked: list[str], said: list[Said]) -> tuple[object, ...]:
    names = "、".join(person.person.name if person.person else "—" for person in one.people.all())
    share = str(SHARE_WORDS.get(one.share, one.share))
    group = one.group.name if one.group else ""
    answers = {each.question: each.answer for each in said}
    told = (one.pk, one.get_standing_display(), one.count, share, group, names, one.made_at, one.reason)
    return (*told, *(answers.get(question, "") for question in asked))
