"""The door without a network: a list for this telephone, what it noted, and what is doubtful in that."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.activities import queries, services
from wenmai.activities.staff.activities import PER_PAGE, by
from wenmai.activities.staff.doors import DOOR
from wenmai.activities.staff.sessions import found_session, of_session
from wenmai.activities.wording import sentence
from wenmai.lib import lists, looks
from wenmai.lib.access import Reach, actor_of, door, public
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused


def of_list(request: HttpRequest, door_list_id: int) -> Reach:
    """Where its institution lies."""
    reach = queries.list_reach(door_list_id)
    if reach is None:
        raise Http404
    return reach


@require_safe
@public
def worker(request: HttpRequest) -> HttpResponse:
    """The script that answers in place of the network; from here, so that it answers for doors only."""
    text = (Path(settings.STATICFILES_DIRS[0]) / "door-worker.js").read_text("utf-8")
    return HttpResponse(text, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@require_http_methods(["GET", "HEAD", "POST"])
@door(DOOR, of=of_session)
def index(request: HttpRequest, session_id: int) -> HttpResponse:
    """Who has a list on which telephone; another one for this."""
    found = found_session(session_id)
    if request.method == "POST":
        try:
            made = services.take_list(session_id=session_id, device=request.POST.get("device", "")[:80], **by(request))
        except Refused as refusal:
            messages.error(request, sentence(refusal), extra_tags="bad")
            return redirect("desk:activities:door_lists", session_id=session_id)
        return redirect("desk:activities:door_list", door_list_id=made.pk)
    page = lists.page_of(request, queries.conflicts(session_id), PER_PAGE)
    context = {
        "one": found, "lists": queries.door_lists(session_id)[:PER_PAGE], "page": page,
        "user_id": actor_of(request).user_id,
    }  # fmt: skip
    return render(request, "activities/desk_door_lists.html", context)


@require_safe
@door(DOOR, of=of_list, shows=True)
def door_list(request: HttpRequest, door_list_id: int) -> HttpResponse:
    """For whoever took it. With `format=json` the signed list and its key, for a box."""
    found = queries.door_list(door_list_id)
    assert found is not None, "the door has found it"
    if found.by != actor_of(request).user_id or found.revoked_at is not None:
        looks.note_list(request, 0)
        raise Http404
    looks.note_list(request, found.ticket_count)
    sealed, to = queries.sealed_list(found), reverse("activity_feeds:scans", args=[door_list_id])
    if request.GET.get("format") == "json":
        said = {
            "list": sealed,
            "key": queries.key_of(found),
            "to": reverse("activity_feeds:scans", args=[door_list_id]),
        }
        name = f'attachment; filename="door-{door_list_id}.json"'
        return JsonResponse(said, headers={"Cache-Control": "no-store", "Content-Disposition": name})
    context: dict[str, Any] = {
        "one": found, "content": {**queries.content_of_list(found), "key": queries.key_of(found)},
        "to": to, "words": _words(),
    }  # fmt: skip
    answer = render(request, "activities/desk_door_offline.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _words() -> dict[str, str]:
    """What the page says without the server."""
    return {
        "good": _("签到 %s 人"), "used": _("这张票已经签到过了"),
        "unlisted": _("这张票不在名单里：可能是别的场次的、下载以后才报的，或者不是这里的票。记下了，上传时再查。"),
        "forged": _("这不是票：看看是不是别处的码，或者抄错了。没有记。"),
        "early": _("按这台手机的时间，还没到签到时间。记下了，会标出来。"),
        "late": _("按这台手机的时间，签到已经截止。记下了，会标出来。"),
        "in": _("进来 %s 人"), "out": _("出去 %s 人"), "waits": _("%s 条还没上传"), "sent": _("都上传了"),
        "fails": _("没有网，先存着，有网再上传。"), "refused": _("没有收下："),
        "https": _("这个浏览器不能离线签到：网址要以 https 开头。"), "part": _("只来了 %s 人"),
        "unkept": _("这一页没有存好，断了网打不开：请在有网的地方刷新。"),
        "full": _("这台手机的存储满了，记不下了：请马上上传。"),
    }  # fmt: skip


@require_POST
@door(DOOR, of=of_list)
def revoke(request: HttpRequest, door_list_id: int) -> HttpResponse:
    """The telephone was lost."""
    made = services.revoke_list(list_id=door_list_id, **by(request))
    messages.success(request, _("作废了，那台手机以后送来的不收。"), extra_tags="good")
    return redirect("desk:activities:door_lists", session_id=made.session_id)
