"""The desk's page for what an activity asks at enrolment."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wenmai.activities import queries, services
from wenmai.activities.rules.questions import LONGEST, MOST, Kind, Question, Seen
from wenmai.activities.staff.activities import CHANGE, by, found_activity, of_activity
from wenmai.activities.wording import sentence
from wenmai.lib.access import door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@door(CHANGE, of=of_activity)
def questions(request: HttpRequest, activity_id: int) -> HttpResponse:
    """All of them on one form; one without words is left out."""
    found = found_activity(activity_id)
    assert found.latest is not None, "made with its first edition"
    asked, refusal = queries.questions_of(found.latest), ""
    if request.method == "POST":
        asked = _asked(request)
        try:
            services.ask(activity_id=activity_id, questions=asked, **by(request))
        except Refused as said:
            refusal = sentence(said)
        else:
            messages.success(request, _("改好了。公布过的，审核通过才换；已经报了名的不再问。"), extra_tags="good")
            return redirect("desk:activities:activity", activity_id=activity_id)
    blank = [Question("")] * (MOST - len(asked))
    context: dict[str, Any] = {
        "one": found, "asked": [(one, "\n".join(one.options)) for one in (*asked, *blank)], "refusal": refusal,
        "kinds": Kind.choices, "seen": Seen.choices, "longest": LONGEST,
    }  # fmt: skip
    return render(request, "activities/desk_questions.html", context, status=400 if refusal else 200)


def _asked(request: HttpRequest) -> tuple[Question, ...]:
    return tuple(one for number in range(MOST) if (one := _question(request.POST, str(number))).words)


def _question(given: QueryDict, number: str) -> Question:
    lines = given.get(f"options{number}", "")[:2000].splitlines()
    return Question(
        given.get(f"words{number}", "")[: LONGEST * 2].strip(), given.get(f"kind{number}", "")[:10],
        tuple(line.strip() for line in lines if line.strip()), given.get(f"required{number}") == "on",
        given.get(f"seen{number}", "")[:10],
    )  # fmt: skip
