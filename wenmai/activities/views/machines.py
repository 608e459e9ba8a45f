"""What a door's device sends: a browser that has a network again, or a village box."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from wenmai.activities import services
from wenmai.activities.rules.lists import MOST_BYTES
from wenmai.activities.wording import sentence
from wenmai.lib import clock
from wenmai.lib.access import public
from wenmai.lib.refusal import Refused

STATUS = {"unknown_list": 404, "mark_wrong": 403, "list_revoked": 410, "list_old": 410, "upload_large": 413}


@csrf_exempt
@require_POST
@public
def scans(request: HttpRequest, list_id: int) -> JsonResponse:
    """No login: the list's key has signed the body (docs/reference/door-lists.md)."""
    try:
        if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
            raise Refused("upload_large", str(MOST_BYTES // 1024))
        made = services.take_scans(
            list_id=list_id, body=request.body, mark=request.headers.get("Wenmai-Door", "")[:64], now=clock.now()
        )
    except Refused as refusal:
        said = {"code": refusal.code, "words": sentence(refusal)}
        return JsonResponse(said, status=STATUS.get(refusal.code, 400), json_dumps_params={"ensure_ascii": False})
    lines = [
        {
            "n": one.number, "outcome": one.outcome, "words": str(one.get_outcome_display()), "heads": one.heads,
            "at": one.at.isoformat(), "doubts": one.doubts,
        }
        for one in made
    ]  # fmt: skip
    return JsonResponse({"scans": lines}, json_dumps_params={"ensure_ascii": False})
