"""Word lists: handed in, put in force, retired; for the whole node."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenmai.lib import clock
from wenmai.lib.access import Reach, actor_of, door
from wenmai.lib.pages import render
from wenmai.lib.refusal import Refused
from wenmai.review import queries, services
from wenmai.review.forms import ListForm
from wenmai.review.rules import LARGEST_LIST
from wenmai.review.wording import sentence

WORDS = "review.words"


def of_node(request: HttpRequest, version_id: int | None = None) -> Reach:
    """What is looked for counts for everybody."""
    return Reach("", "")


@require_http_methods(["GET", "HEAD", "POST"])
@door(WORDS, of=of_node)
def index(request: HttpRequest) -> HttpResponse:
    lists = queries.lists()
    form = ListForm(request.POST or None, request.FILES or None, lists=[(one.pk, one.name) for one, _versions in lists])
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            services.hand_in_list(
                list_id=int(asked["of"]) if asked["of"] else None, name=asked["name"],
                content=asked["file"].read(LARGEST_LIST + 1), note=asked["note"], actor=actor_of(request),
                now=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            name = "name" if refusal.code in ("list_name", "name_taken") else "file"
            form.add_error(name, sentence(refusal))
        else:
            messages.success(request, _("已收下。要有人启用，才会用它检查。"), extra_tags="good")
            return redirect("desk:review:words")
    return render(request, "review/words.html", {"lists": lists, "form": form}, status=400 if form.errors else 200)


@require_safe
@door(WORDS, of=of_node)
def file(request: HttpRequest, version_id: int) -> HttpResponse:
    """One version, one word a line."""
    found = queries.version(version_id)
    if found is None:
        raise Http404
    answer = HttpResponse("".join(f"{word}\n" for word in found.words), content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="words-{found.list_id}-{found.number}.txt"'
    return answer


@require_POST
@door(WORDS, of=of_node)
def switch(request: HttpRequest, version_id: int) -> HttpResponse:
    """Put in force, or out of it."""
    begins = request.POST.get("to") == "on"
    service = services.activate_list if begins else services.retire_list
    try:
        service(version_id=version_id, actor=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, sentence(refusal), extra_tags="bad")
    else:
        told = _("已启用：以后提交的用这一版检查。") if begins else _("已停用。")
        messages.success(request, told, extra_tags="good")
    return redirect("desk:review:words")
